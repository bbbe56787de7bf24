"""The promises of what is kept of expected corrections, kept by memory, by moto's DynamoDB and by the local cloud's."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bridge.aws.expectations import ExpectedRows
from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import RowMoved, Transient
from bridge.ports import Expectations

from local.memory.expectations import MemoryExpectations
from local.memory.stores import MemoryClock

NOW = dt.datetime(2026, 11, 17, 2, 14, 0, 123456, dt.UTC)
DAY = dt.timedelta(days=1)
WRITERS = 20

EXPECTED = ExpectedCorrection(
    id="adjustment/ADJ%201/1",
    item="WID-RED-01",
    site="CHICAGO",
    lot="L-2026 07",
    quantity=Decimal("-12"),
    expires_at=NOW + 90 * DAY,
    document=DocumentId(DocumentKind.ADJUSTMENT, name="ADJ 1"),
    taken=((70012345678, Decimal("-5")), (70012345679, Decimal("-2.5"))),
)


type Store = Callable[[dt.datetime], Expectations]


@pytest.fixture(params=["memory", "moto", "local"])
def store_at(request: pytest.FixtureRequest) -> Store:
    """The store, at the moment that its clock shows."""
    if request.param == "memory":
        kept = MemoryExpectations(MemoryClock(NOW)).kept

        def in_memory(now: dt.datetime) -> Expectations:
            store = MemoryExpectations(MemoryClock(now))
            store.kept = kept
            return store

        return in_memory
    client = request.getfixturevalue(request.param)
    return lambda now: ExpectedRows(client, "State", lambda: now)


@pytest.fixture
def store(store_at: Store) -> Expectations:
    return store_at(NOW)


def test_nothing_is_expected_of_what_nobody_asked_for(store: Expectations) -> None:
    assert list(store.open("WID-RED-01", "CHICAGO")) == []


def test_what_is_expected_is_read_as_it_was_written(store: Expectations) -> None:
    saved = store.save(EXPECTED)

    assert [saved] == list(store.open("WID-RED-01", "CHICAGO")) == [replace(EXPECTED, version=1)]


def test_what_is_expected_of_any_lot_and_of_no_event_yet_is_read_as_it_was_written(store: Expectations) -> None:
    store.save(replace(EXPECTED, lot="", taken=()))

    assert list(store.open("WID-RED-01", "CHICAGO")) == [replace(EXPECTED, lot="", taken=(), version=1)]


def test_an_item_at_a_site_has_all_that_is_expected_of_it_and_of_nothing_else(store: Expectations) -> None:
    store.save(EXPECTED)
    store.save(replace(EXPECTED, id="adjustment/ADJ%200/1"))
    store.save(replace(EXPECTED, site="RENO"))
    store.save(replace(EXPECTED, item="WID-BLUE-01"))

    found = store.open("WID-RED-01", "CHICAGO")

    assert [each.id for each in found] == ["adjustment/ADJ%200/1", "adjustment/ADJ%201/1"]


def test_an_item_whose_number_holds_the_mark_between_the_words_is_no_other(store: Expectations) -> None:
    store.save(replace(EXPECTED, item="WID", site="RED#CHICAGO"))
    store.save(replace(EXPECTED, item="WID#RED", site="CHICAGO"))

    assert [each.site for each in store.open("WID#RED", "CHICAGO")] == ["CHICAGO"]


def test_what_expired_unanswered_is_expected_no_longer(store_at: Store) -> None:
    """An event of the last day may be read much later: ShipBob shows its history for ninety days."""
    store_at(NOW).save(replace(EXPECTED, taken=()))

    assert list(store_at(NOW + 180 * DAY).open("WID-RED-01", "CHICAGO")) == []
    assert len(store_at(NOW + 179 * DAY).open("WID-RED-01", "CHICAGO")) == 1


def test_what_was_answered_in_part_is_remembered_after_it_expired(store_at: Store) -> None:
    """The event that answered it may come again, and answers the same then."""
    saved = store_at(NOW).save(EXPECTED)

    assert list(store_at(NOW + 181 * DAY).open("WID-RED-01", "CHICAGO")) == [saved]


def test_what_is_withdrawn_is_read_as_it_was_written(store: Expectations) -> None:
    store.save(replace(EXPECTED, withdrawn_at=NOW))

    assert list(store.open("WID-RED-01", "CHICAGO")) == [replace(EXPECTED, withdrawn_at=NOW, version=1)]


def test_all_that_is_kept_is_listed_by_document_and_nothing_else_of_the_table(store_at: Store) -> None:
    store = store_at(NOW)
    older = DocumentId(DocumentKind.ADJUSTMENT, name="ADJ 0")
    saved = [
        store.save(each)
        for each in (
            replace(EXPECTED, id="b", site="RED#CHICAGO", document=older),
            EXPECTED,
            replace(EXPECTED, id="a", item="WID-BLUE-01", document=older),
            replace(EXPECTED, id="ended", taken=(), expires_at=NOW - 90 * DAY),
        )
    ]

    assert list(store.all()) == [saved[2], saved[0], saved[1]]


def test_what_somebody_else_has_written_is_not_overwritten(store: Expectations) -> None:
    first = store.save(EXPECTED)
    second = store.save(replace(first, taken=()))

    for old in (EXPECTED, first):
        with pytest.raises(RowMoved):
            store.save(replace(old, quantity=Decimal(-1)))

    assert list(store.open("WID-RED-01", "CHICAGO")) == [second]


@pytest.mark.parametrize("store_at", ["local"], indirect=True)
def test_of_many_events_at_once_one_takes(store: Expectations) -> None:
    """moto is left out: it reads, compares and writes in this very process, without a lock."""
    row = store.save(replace(EXPECTED, taken=()))

    def take(event: int) -> bool:
        try:
            store.save(replace(row, taken=((event, Decimal(-12)),)))
        except RowMoved:
            return False
        return True

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sum(pool.map(take, range(WRITERS))) == 1


def test_more_than_a_page_of_rows_is_read_to_its_end(moto: Any) -> None:
    store = ExpectedRows(moto, "State", lambda: NOW)
    document = DocumentId(DocumentKind.ADJUSTMENT, name="A" * 1000)
    taken = tuple((event, Decimal(-1)) for event in range(2000))
    rows = 40  # together more than the megabyte that a query gives
    for number in range(rows):
        store.save(replace(EXPECTED, id=f"{number:03}", document=document, taken=taken))

    assert len(store.open("WID-RED-01", "CHICAGO")) == rows


def test_more_than_a_page_is_listed_to_its_end_between_the_tables_other_rows(moto: Any) -> None:
    store = ExpectedRows(moto, "State", lambda: NOW)
    for number in range(40):  # together more than the megabyte that a scan gives
        row = {"pk": {"S": f"document#order/{number}"}, "sk": {"S": "ledger"}, "text": {"S": "x" * 50_000}}
        moto.put_item(TableName="State", Item=row)
        store.save(replace(EXPECTED, id=f"{number:03}", item=f"ITEM-{number}"))

    assert [each.id for each in store.all()] == [f"{number:03}" for number in range(40)]


def test_what_this_code_did_not_know_yet_was_not_withdrawn(moto: Any) -> None:
    """Rows of before there was a way to withdraw."""
    store = ExpectedRows(moto, "State", lambda: NOW)
    saved = store.save(EXPECTED)
    key = {"pk": {"S": "expected#WID-RED-01#CHICAGO"}, "sk": {"S": EXPECTED.id}}
    item = moto.get_item(TableName="State", Key=key)["Item"]
    fields = json.loads(item["row"]["S"])
    del fields["withdrawn_at"]
    moto.put_item(TableName="State", Item=item | {"schema": {"N": "1"}, "row": {"S": json.dumps(fields)}})

    assert list(store.open("WID-RED-01", "CHICAGO")) == [saved]


def test_what_newer_code_wrote_is_left_to_it(moto: Any) -> None:
    store = ExpectedRows(moto, "State", lambda: NOW)
    store.save(EXPECTED)
    moto.update_item(
        TableName="State",
        Key={"pk": {"S": "expected#WID-RED-01#CHICAGO"}, "sk": {"S": EXPECTED.id}},
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": {"N": "3"}},
    )

    with pytest.raises(Transient, match="newer code"):
        store.open("WID-RED-01", "CHICAGO")
