"""State's promises, kept by memory and by DynamoDB with the table as the template declares it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import boto3
import pytest
from bridge.aws.rows import Rows
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import GpName, MappingKey, MappingKind, Misconfigured, Reason, RowMoved
from bridge.domain.store_amounts import StoreAmounts
from bridge.ports import State
from bridge.protocols.intent import Effect, Intent, Phase
from bridge.protocols.ledger import SCHEMA, LedgerRow, Part, Status

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


def order(number: int) -> DocumentId:
    return DocumentId(DocumentKind.ORDER, number)


ORDER = order(250000001)
WHOLE = LedgerRow(
    ORDER,
    status=Status.UNKNOWN,
    number="SBO250000001",
    fingerprint="f" * 64,
    intent=Intent(Effect.UPDATE, "d" * 64, 3, NOW - HOUR, NOW + HOUR, Phase.UNKNOWN, 1),
    was_seen_in_gp=True,
    draft_batch="SBD261117-08",
    ready_batch="SBR261118-09",
    read_at=NOW - SECOND,
    read_until=NOW,
    image_digest="e" * 64,
    waits=4,
    waiting_since=NOW - 2 * HOUR,
    due_at=NOW + HOUR,
    reasons=(
        Reason("SKU 'Größe 7/8' has no item", "Map it", MappingKey(MappingKind.SKU, "Größe 7/8")),
        Reason("A price is missing", "Set it", cause="price missing"),
        Reason(
            "Nobody said how many pieces a case is",
            "Map it",
            MappingKey(MappingKind.UNIT, "CS:RED"),
            or_for=(MappingKey(MappingKind.UNIT, "CS"),),
        ),
        Reason("GP item 'RED/100' has no SKU", "Map it", of_gp=GpName(MappingKind.SKU, "RED/100")),
    ),
    opened_at=NOW - 3 * HOUR,
    mode="invoice",
    dated=NOW.date(),
    parts=(Part("301", "SBI301", "f" * 64), Part("302", "SBI302")),
    written='{"number": "SBO250000001"}',
    planned='{"number": "SBO250000001", "batch": "SBR261118-09"}',
    store_amounts=StoreAmounts(Decimal("1.68"), Decimal("6.50"), Decimal(0), "USD"),
    adopted="STDORD2234",
    shown="a" * 64,
    closed="b" * 64,
    as_recorded=12,
)


# ---- The ledger


def test_a_document_never_stored_has_a_new_row(state: State) -> None:
    assert state.row(ORDER) == LedgerRow(ORDER)


@pytest.mark.parametrize(
    "row", [LedgerRow(ORDER), WHOLE, *(dataclasses.replace(WHOLE, status=status) for status in Status)]
)
def test_a_row_is_read_as_it_was_saved(state: State, row: LedgerRow) -> None:
    saved = state.save(row)

    assert saved == dataclasses.replace(row, version=1)
    assert state.row(ORDER) == saved


def test_a_moment_in_another_zone_is_kept_as_the_same_moment(state: State) -> None:
    elsewhere = NOW.astimezone(dt.timezone(dt.timedelta(hours=-6)))

    state.save(dataclasses.replace(WHOLE, due_at=elsewhere))

    assert state.row(ORDER).due_at == NOW


def test_each_save_gives_the_next_version(state: State) -> None:
    first = state.save(LedgerRow(ORDER))
    second = state.save(first)

    assert (first.version, second.version, state.row(ORDER).version) == (1, 2, 2)


def test_a_row_that_somebody_saved_since_it_was_read_is_not_overwritten(state: State) -> None:
    read = state.save(LedgerRow(ORDER))
    winner = state.save(dataclasses.replace(read, number="FIRST"))

    with pytest.raises(RowMoved):
        state.save(dataclasses.replace(read, number="SECOND"))

    assert state.row(ORDER) == winner


def test_a_row_that_somebody_created_meanwhile_is_not_overwritten(state: State) -> None:
    winner = state.save(LedgerRow(ORDER, number="FIRST"))

    with pytest.raises(RowMoved):
        state.save(LedgerRow(ORDER, number="SECOND"))

    assert state.row(ORDER) == winner


def test_a_row_that_is_not_there_is_not_saved_at_a_later_version(state: State) -> None:
    with pytest.raises(RowMoved):
        state.save(LedgerRow(ORDER, version=1))


# ---- What is due, and what is in review


def due(state: State, now: dt.datetime, limit: int = 10) -> list[int]:
    return [row.document.number for row in state.due(now, limit)]


def test_what_is_due_comes_oldest_first_and_what_is_not_stays_away(state: State) -> None:
    for number, due_at in enumerate([NOW, NOW - HOUR, NOW + SECOND, NOW - SECOND], start=1):
        state.save(LedgerRow(order(number), status=Status.WAITING, due_at=due_at))

    assert due(state, NOW) == [2, 4, 1]


def test_of_what_is_due_no_more_than_the_limit_comes(state: State) -> None:
    for number in range(1, 6):
        state.save(LedgerRow(order(number), status=Status.WAITING, due_at=NOW + number * SECOND))

    assert due(state, NOW + HOUR, limit=2) == [1, 2]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.DONE])
def test_every_unfinished_row_is_found_when_it_is_due(state: State, status: Status) -> None:
    state.save(LedgerRow(ORDER, status=status, due_at=NOW))

    assert due(state, NOW) == [ORDER.number]


def test_what_is_due_is_given_whole(state: State) -> None:
    saved = state.save(WHOLE)

    assert list(state.due(NOW + HOUR, 1)) == [saved]


def test_a_row_that_is_done_is_neither_due_nor_in_review(state: State) -> None:
    row = state.save(LedgerRow(ORDER, status=Status.REVIEW, due_at=NOW))

    state.save(dataclasses.replace(row, status=Status.DONE, due_at=None))

    assert (due(state, NOW), list(state.in_review())) == ([], [])


def test_the_reviews_are_all_rows_that_wait_for_a_person_due_or_not(state: State) -> None:
    reviews = [
        state.save(dataclasses.replace(WHOLE, document=order(number), status=Status.REVIEW, due_at=due_at))
        for number, due_at in enumerate([NOW - HOUR, NOW + HOUR], start=1)
    ]
    state.save(dataclasses.replace(WHOLE, document=order(3), status=Status.WAITING))

    assert sorted(state.in_review(), key=lambda row: row.document) == reviews


# ---- Mappings


def test_of_the_keys_asked_for_those_that_are_mapped_are_given(state: State) -> None:
    red, blue, chicago = (MappingKey.parse(text) for text in ("sku/RED", "sku/BLUE", "location/8"))
    state.map(red, "RED-100", "a person")
    state.map(chicago, "CHICAGO", "a person")

    assert state.mappings([red, blue]) == {red: "RED-100"}


def test_a_changed_mapping_is_the_later_one(state: State) -> None:
    red = MappingKey.parse("sku/RED")
    state.map(red, "RED-100", "a person")
    state.map(red, "RED-200", "another person")

    assert state.mappings([red]) == {red: "RED-200"}


@pytest.mark.parametrize("text", ["sku/A/B", "sku/sku/A", "sku/Größe 7", "sku/ A ", "sku/a#b", "sku/ledger"])
def test_whatever_a_sku_looks_like_it_can_be_mapped(state: State, text: str) -> None:
    key = MappingKey.parse(text)
    state.map(key, "ITEM", "a person")

    assert state.mappings([key]) == {key: "ITEM"}


def test_keys_that_differ_in_case_are_two(state: State) -> None:
    upper, lower = MappingKey.parse("sku/A"), MappingKey.parse("sku/a")
    state.map(upper, "UPPER", "a person")

    assert state.mappings([upper, lower]) == {upper: "UPPER"}


def test_an_order_of_two_hundred_and_fifty_skus_is_mapped_in_one_question(state: State) -> None:
    keys = [MappingKey(MappingKind.SKU, f"SKU-{number:03}") for number in range(250)]
    for key in keys:
        state.map(key, f"ITEM-{key.key}", "a person")

    assert state.mappings(keys) == {key: f"ITEM-{key.key}" for key in keys}


def test_nothing_asked_for_is_nothing_given(state: State) -> None:
    assert state.mappings([]) == {}


def test_a_line_without_a_sku_is_simply_not_mapped(state: State) -> None:
    assert state.mappings([MappingKey(MappingKind.SKU, "")]) == {}


# ---- Aliases


@pytest.mark.parametrize("typed", ["#1042", "1042", " 1042 ", "shop-77", "SHOP-77", "Shop-77"])
def test_a_document_is_found_by_its_number_however_it_is_typed(state: State, typed: str) -> None:
    state.remember_aliases(ORDER, ["#1042", "Shop-77", "", "  "])

    assert list(state.find(typed)) == [ORDER]


def test_an_alias_that_two_documents_share_finds_both(state: State) -> None:
    state.remember_aliases(order(1), ["1042"])
    state.remember_aliases(order(2), ["#1042"])

    assert sorted(state.find("1042")) == [order(1), order(2)]


def test_aliases_remembered_twice_are_the_same(state: State) -> None:
    for _ in range(2):
        state.remember_aliases(ORDER, ["1042", "#1042"])

    assert list(state.find("1042")) == [ORDER]


def test_an_alias_nobody_carries_finds_nothing(state: State) -> None:
    assert list(state.find("1042")) == []


# ---- DynamoDB alone


def newer_item(rows: Rows) -> None:
    """A row as code of the next schema might write it: with a status this code has never heard of."""
    rows.save(WHOLE)
    boto3.client("dynamodb").update_item(
        TableName="State",
        Key={"pk": {"S": f"document#{ORDER}"}, "sk": {"S": "ledger"}},
        UpdateExpression="SET #status = :status, #schema = :schema",
        ExpressionAttributeNames={"#status": "status", "#schema": "schema"},
        ExpressionAttributeValues={":status": {"S": "settling"}, ":schema": {"N": str(SCHEMA + 1)}},
    )


def test_a_row_of_a_newer_schema_can_be_read_far_enough_to_see_that_it_is(rows: Rows) -> None:
    newer_item(rows)

    assert rows.row(ORDER).schema == SCHEMA + 1


def test_a_row_of_a_newer_schema_does_not_hide_what_else_is_due(rows: Rows) -> None:
    newer_item(rows)
    rows.save(LedgerRow(order(2), status=Status.WAITING, due_at=NOW))

    assert 2 in due(rows, NOW + 2 * HOUR)


def test_a_row_of_a_newer_schema_takes_no_place_of_what_else_is_due(rows: Rows) -> None:
    newer_item(rows)
    rows.save(LedgerRow(order(2), status=Status.WAITING, due_at=NOW + HOUR + SECOND))

    assert due(rows, NOW + 2 * HOUR, limit=1) == [2]


def test_a_table_that_is_not_there_is_for_a_person_to_repair(rows: Rows) -> None:
    del rows
    with pytest.raises(Misconfigured):
        Rows(boto3.client("dynamodb"), "Elsewhere").row(ORDER)


def test_only_unfinished_rows_stand_in_the_sparse_indexes(rows: Rows) -> None:
    rows.save(LedgerRow(order(1), status=Status.DONE))
    rows.save(LedgerRow(order(2), status=Status.WAITING, due_at=NOW))
    rows.map(MappingKey.parse("sku/RED"), "RED-100", "a person")
    rows.remember_aliases(order(1), ["1042"])

    for index in ("by_due", "by_status"):
        items = boto3.client("dynamodb").scan(TableName="State", IndexName=index)["Items"]
        assert [item["pk"]["S"] for item in items] == ["document#order/2"], index


def test_a_row_of_an_earlier_version_tells_neither_when_its_read_ended_nor_what_it_showed(rows: Rows) -> None:
    rows.save(WHOLE)
    boto3.client("dynamodb").update_item(
        TableName="State",
        Key={"pk": {"S": f"document#{ORDER}"}, "sk": {"S": "ledger"}},
        UpdateExpression="SET #schema = :one REMOVE read_until, image_digest, #mode, dated, parts, "
        "store_amounts, adopted",
        ExpressionAttributeNames={"#schema": "schema", "#mode": "mode"},
        ExpressionAttributeValues={":one": {"N": "1"}},
    )

    first = LedgerRow(ORDER)
    later = ("read_until", "image_digest", "mode", "dated", "parts", "store_amounts", "adopted")
    told = dataclasses.replace(WHOLE, **{name: getattr(first, name) for name in later})
    assert rows.row(ORDER) == dataclasses.replace(told, version=1, schema=1)


def test_a_row_of_an_earlier_schema_is_saved_in_this_ones(state: State) -> None:
    saved = state.save(LedgerRow(ORDER, schema=1))

    assert (saved.schema, state.row(ORDER).schema) == (SCHEMA, SCHEMA)
