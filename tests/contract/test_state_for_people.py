"""What State promises to a person who asks for all of something: every row, every mapping, and one less."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey, MappingKind
from bridge.ports import State
from bridge.protocols.ledger import LedgerRow, Status

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
HOUR = dt.timedelta(hours=1)
RED, BLUE = MappingKey(MappingKind.SKU, "RED"), MappingKey(MappingKind.SKU, "BLUE")


def order(number: int) -> DocumentId:
    return DocumentId(DocumentKind.ORDER, number)


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DONE])
def test_the_rows_of_an_unfinished_status_are_found_the_first_due_first(state: State, status: Status) -> None:
    other = Status.WAITING if status is not Status.WAITING else Status.BROKEN
    later, sooner = (
        state.save(LedgerRow(order(number), status=status, due_at=due_at))
        for number, due_at in enumerate([NOW + HOUR, NOW], start=1)
    )
    state.save(LedgerRow(order(3), status=other, due_at=NOW))

    assert list(state.with_status(status)) == [sooner, later]


def test_what_is_done_is_in_the_ledger_and_among_no_unfinished_rows(state: State) -> None:
    done = state.save(LedgerRow(order(1), status=Status.DONE, due_at=NOW))

    assert list(state.with_status(Status.DONE)) == []
    assert list(state.ledger()) == [done]


def test_the_ledger_is_every_row_and_nothing_else(state: State) -> None:
    rows = [state.save(LedgerRow(order(number), number=f"SBO{number}" + "x" * 9_000)) for number in range(1, 150)]
    state.map(MappingKey(MappingKind.SKU, "ledger"), "LEDGER", "a person")
    state.remember_aliases(order(1), ["ledger"])

    assert sorted(state.ledger(), key=lambda row: row.document) == rows


def test_the_mappings_of_a_kind_come_in_the_order_of_their_keys(state: State) -> None:
    for key in (RED, BLUE):
        state.map(key, f"{key.key}-100", "a person")
    state.map(MappingKey(MappingKind.LOCATION, "8"), "CHICAGO", "a person")

    assert list(state.mapped_in(MappingKind.SKU).items()) == [(BLUE, "BLUE-100"), (RED, "RED-100")]
    assert state.mapped_in(MappingKind.CHANNEL) == {}


def test_a_mapping_that_was_taken_away_is_nowhere_until_it_is_made_again(state: State) -> None:
    state.map(RED, "RED-100", "a person")
    state.unmap(RED, "another person")

    assert (state.mappings([RED]), state.mapped_in(MappingKind.SKU)) == ({}, {})
    assert state.mapped_to(MappingKind.SKU, "RED-100") == []

    state.map(RED, "RED-100", "a person")
    assert state.mapped_to(MappingKind.SKU, "RED-100") == [RED]


def test_to_take_away_what_is_not_mapped_changes_nothing(state: State) -> None:
    state.map(BLUE, "BLUE-100", "a person")
    state.unmap(RED, "a person")

    assert state.mapped_in(MappingKind.SKU) == {BLUE: "BLUE-100"}
