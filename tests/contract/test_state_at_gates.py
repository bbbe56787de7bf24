"""What State promises of rows that stand before a gate, kept by memory and by DynamoDB."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.ports import State
from bridge.protocols.ledger import LedgerRow, Status

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def row(number: int, gate: Gate | None, due_at: dt.datetime, status: Status = Status.WAITING) -> LedgerRow:
    return LedgerRow(DocumentId(DocumentKind.ORDER, number), status=status, due_at=due_at, gate=gate)


@pytest.mark.parametrize("gate", Gate)
def test_a_row_before_a_gate_is_read_as_it_was_saved(state: State, gate: Gate) -> None:
    saved = state.save(row(1, gate, NOW))

    assert (saved.gate, state.row(saved.document)) == (gate, saved)


def test_rows_before_a_gate_are_found_there_in_order_of_age_whenever_they_are_due(state: State) -> None:
    kept = [state.save(row(number, Gate.GP, NOW + days * DAY)) for number, days in ((1, 15), (2, -1), (3, 14))]
    state.save(row(4, Gate.SHIPBOB, NOW))
    state.save(row(5, None, NOW))

    assert state.at_gate(Gate.GP, 10) == [kept[1], kept[2], kept[0]]
    assert state.at_gate(Gate.GP, 2) == [kept[1], kept[2]]


def test_rows_before_a_gate_are_no_part_of_what_is_due(state: State) -> None:
    state.save(row(1, Gate.GP, NOW - DAY))
    due = state.save(row(2, None, NOW - DAY))

    assert state.due(NOW, 10) == [due]


def test_a_row_that_has_gone_on_is_no_longer_there(state: State) -> None:
    saved = state.save(row(1, Gate.PAUSE_OF_GP, NOW))
    state.save(LedgerRow(saved.document, version=saved.version, status=Status.DONE))

    assert state.at_gate(Gate.PAUSE_OF_GP, 10) == []


def test_a_review_before_a_gate_is_still_among_the_reviews(state: State) -> None:
    review = state.save(row(1, Gate.PAUSE_OF_GP, NOW, Status.REVIEW))

    assert list(state.in_review()) == [review]
