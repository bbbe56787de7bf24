"""What State promises of cursors, kept by memory and by DynamoDB with the table as the template declares it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import boto3
import pytest
from bridge.aws.rows import Rows
from bridge.domain.outcome import RowMoved, Transient
from bridge.ports import State
from bridge.protocols.cursor import Backfill, Cursor, Lease, Pass, SetBack

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
type Item = dict[str, str]

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


FILLED = Cursor(
    "backfill",
    NOW - 90 * DAY,
    under_way=Pass(NOW - 90 * DAY, NOW - HOUR, "17", ("", "2", "16"), (250000001, 250000002)),
    lease=Lease("run-1", NOW + HOUR),
    backfill=Backfill(NOW - 90 * DAY, NOW - HOUR, "arn:aws:iam::1:user/größe", 16, 3999, 1, NOW - DAY, None, ""),
)
ENDED = dataclasses.replace(
    FILLED,
    under_way=None,
    lease=None,
    backfill=Backfill(NOW - DAY, NOW - HOUR, "a person", finished=NOW, stopped_by="another"),
    set_back=SetBack(NOW - 14 * DAY, NOW, "arn:aws:iam::1:user/größe", "State was restored"),
)


def test_a_poll_that_never_began_has_no_cursor(state: State) -> None:
    assert state.cursor("orders-inserted") is None


@pytest.mark.parametrize("cursor", [Cursor("orders-inserted", NOW), FILLED, ENDED])
def test_a_cursor_is_read_as_it_was_saved(state: State, cursor: Cursor) -> None:
    saved = state.save_cursor(cursor)

    assert saved == dataclasses.replace(cursor, version=1)
    assert state.cursor(cursor.name) == saved


def test_each_save_of_a_cursor_gives_the_next_version(state: State) -> None:
    second = state.save_cursor(state.save_cursor(Cursor("orders-inserted", NOW)))

    assert second.version == 2


@pytest.mark.parametrize("version", [0, 1])
def test_a_cursor_that_another_run_has_moved_is_not_moved_back(state: State, version: int) -> None:
    read = Cursor("orders-inserted", NOW, version)
    if version:
        state.save_cursor(Cursor("orders-inserted", NOW))
    winner = state.save_cursor(dataclasses.replace(read, reached=NOW + 2 * HOUR))

    with pytest.raises(RowMoved):
        state.save_cursor(dataclasses.replace(read, reached=NOW + HOUR))

    assert state.cursor("orders-inserted") == winner


def test_cursors_of_two_names_know_nothing_of_each_other(state: State) -> None:
    state.save_cursor(Cursor("stock-events/8", NOW))

    assert state.cursor("stock-events/9") is None


# ---- DynamoDB alone


def cursor_item(**fields: Item) -> None:
    key: dict[str, Item] = {"pk": {"S": "cursor#orders-inserted"}, "sk": {"S": "cursor"}}
    boto3.client("dynamodb").put_item(TableName="State", Item=key | fields)


def test_a_cursor_of_an_earlier_version_is_read_on_as_it_is(rows: Rows) -> None:
    cursor_item(reached={"S": "2026-11-17T14:05:00.123456Z"}, version={"N": "41"})

    read = rows.cursor("orders-inserted")

    assert read == Cursor("orders-inserted", NOW, 41)
    assert rows.save_cursor(read).version == 42


def test_a_cursor_that_newer_code_wrote_waits_for_that_code(rows: Rows) -> None:
    cursor_item(reached={"S": "2026-11-17T14:05:00.123456Z"}, version={"N": "1"}, schema={"N": "2"})

    with pytest.raises(Transient, match="newer code"):
        rows.cursor("orders-inserted")


def test_fields_that_later_code_adds_to_a_cursor_are_passed_over(rows: Rows) -> None:
    lease = '{"holder": "run-1", "until": "2026-11-17T14:05:00.123456Z", "colour": "red"}'
    cursor_item(reached={"S": "2026-11-17T14:05:00.123456Z"}, version={"N": "1"}, lease={"S": lease}, more={"S": "x"})

    assert rows.cursor("orders-inserted") == Cursor("orders-inserted", NOW, 1, lease=Lease("run-1", NOW))


def test_the_cursor_of_the_longest_pass_is_far_from_what_an_item_may_hold(rows: Rows) -> None:
    behind = tuple(str(page) for page in range(1, 4000))
    numbers = tuple(range(999_999_000, 999_999_250))

    rows.save_cursor(Cursor("orders-updated", NOW, under_way=Pass(NOW, NOW, "4000", behind, numbers)))

    item = boto3.client("dynamodb").scan(TableName="State")["Items"][0]
    assert len(json.dumps(item)) < 400_000 / 4
