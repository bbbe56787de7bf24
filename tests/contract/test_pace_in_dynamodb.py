"""The turns to call ShipBob in DynamoDB: one write a call, answers as from memory, and no call without the row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from bridge.aws.pace import EPOCH, KEY, MICROSECOND, Turns
from bridge.domain.outcome import Misconfigured, Transient
from bridge.protocols.pace import BELIEVED, SPACING, Lane, PaceRow
from moto import mock_aws

from tests.contract.shipbob_callers import NOW, SECOND, Caller, over, within
from tests.pace import MemoryPace
from tests.stack import THROWAWAY, make_table

LIVE = Lane.LIVE


@pytest.fixture(scope="module")
def dynamodb() -> Iterator[Any]:
    with pytest.MonkeyPatch.context() as given, mock_aws():
        for name, value in THROWAWAY.items():
            given.setenv(name, value)
        client = boto3.client("dynamodb")
        make_table(client, "State")
        yield client


@pytest.fixture
def moto(dynamodb: Any) -> Any:
    """The table without the row."""
    store(dynamodb, None)
    return dynamodb


class Counted:
    """A client that counts its writes."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.writes = 0

    def update_item(self, **arguments: Any) -> Any:
        self.writes += 1
        return self._client.update_item(**arguments)


def test_a_call_now_and_then_costs_one_write(moto: Any) -> None:
    counted = Counted(moto)
    callers = [over(counted)(LIVE) for _ in range(3)]
    for number in range(30):
        caller = callers[number % 3]
        caller.now = NOW + number * SECOND
        assert caller.takes() == dt.timedelta()

    assert counted.writes == 30


def test_in_a_backlog_a_call_costs_one_write_though_others_call_between(moto: Any) -> None:
    counted = Counted(moto)
    callers = [over(counted)(LIVE) for _ in range(4)]
    for _ in range(10):
        for caller in callers:
            caller.takes()
            caller.now += SECOND / 2  # the call itself, longer than the spacing

    assert counted.writes <= 40 + len(callers)


def test_who_is_told_to_come_later_and_comes_too_early_costs_no_write(moto: Any) -> None:
    counted = Counted(moto)
    caller = over(counted)(LIVE)
    caller.is_refused_for(60)
    for _ in range(10):
        caller.hears_to_come_later()

    assert counted.writes == 1


def store(client: Any, next_slot: dt.datetime | None, schema: int = 1) -> None:
    if next_slot is None:
        client.delete_item(TableName="State", Key=KEY)
        return
    fields = {"next_slot": {"N": str((next_slot - EPOCH) // MICROSECOND)}, "schema": {"N": str(schema)}}
    client.put_item(TableName="State", Item={**KEY, **fields})


def stored(client: Any) -> PaceRow:
    item = client.get_item(TableName="State", Key=KEY, ConsistentRead=True)["Item"]
    return PaceRow(EPOCH + int(item["next_slot"]["N"]) * MICROSECOND)


def has_seen(caller: Caller, client: Any, next_slot: dt.datetime) -> None:
    """The caller was told to wait a moment when the schedule went further than that anyway."""
    store(client, next_slot)
    caller.now = next_slot - SECOND
    caller.is_refused_for(0)
    caller.now = NOW


def has_waited(caller: Caller, client: Any, next_slot: dt.datetime) -> None:
    """The caller has found others ahead of itself, not long ago."""
    store(client, next_slot)
    caller.now = next_slot - SECOND
    caller.takes()
    caller.now = NOW


OFFSETS = [
    -60.0,
    -1.0,
    0.0,
    0.001,
    0.9,
    1.8,
    2.0,
    2.001,
    3.0,
    5.0,
    5.001,
    6.0,
    600.0,
    600.001,
    5000.0,
]  # seconds from now


@pytest.mark.parametrize("lane", Lane)
@pytest.mark.parametrize("before", [None, has_seen, has_waited])
def test_whatever_was_seen_before_dynamodb_answers_as_memory_does(
    moto: Any, lane: Lane, before: Callable[[Caller, Any, dt.datetime], None] | None
) -> None:
    for seen in [-60.0, 0.9, 3.0, 6.0, 5000.0] if before else [0.0]:
        for offset in (each for each in OFFSETS if could_follow(seen, each)):
            caller, shared = over(moto)(lane), MemoryPace()
            shared.row = PaceRow(NOW + offset * SECOND)
            if before:
                before(caller, moto, NOW + seen * SECOND)
            store(moto, shared.row.next_slot)

            assert answer(caller) == answer(within(shared)(lane)), (seen, offset)
            assert stored(moto) == shared.row, (seen, offset)


def could_follow(seen: float, offset: float) -> bool:
    """Nothing brings the row back, except from where it is not believed. Who saw that it is to wait does not look."""
    believed = BELIEVED.total_seconds()
    if seen <= 0 or seen > believed:
        return True
    return seen + SPACING.total_seconds() <= offset and (offset <= believed or seen < 1)


def answer(caller: Caller) -> dt.timedelta | None:
    """How long the turn was waited for; None: it is to come later."""
    try:
        return caller.takes()
    except Transient:
        return None


@pytest.mark.parametrize("seconds", [0.0, 3.0, 25.0, 86_400.0, float("nan")])
def test_a_push_leaves_the_row_in_dynamodb_as_it_does_in_memory(moto: Any, seconds: float) -> None:
    for offset in OFFSETS:
        shared = MemoryPace()
        shared.row = PaceRow(NOW + offset * SECOND)
        store(moto, shared.row.next_slot)

        over(moto)(LIVE).is_refused_for(seconds)
        within(shared)(LIVE).is_refused_for(seconds)

        assert stored(moto) == shared.row, offset


def test_a_back_fill_that_had_to_wait_before_does_not_push_in_now(moto: Any) -> None:
    back_fill = over(moto)(Lane.BACKGROUND)
    has_waited(back_fill, moto, NOW - SECOND)
    store(moto, NOW + 3 * SECOND)
    back_fill.paused.clear()

    assert back_fill.takes() == 3 * SECOND
    assert back_fill.paused == [1, 2]


def test_a_clock_that_is_set_back_makes_nobody_wait_for_hours(moto: Any) -> None:
    paused: list[float] = []
    clock = iter([NOW, NOW - 3600 * SECOND])

    Turns(moto, "State", LIVE, lambda: next(clock), paused.append).take()

    assert paused == [5.0]


class Repeating:
    """A client whose first reply is lost, so that the write is made once more."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def update_item(self, **arguments: Any) -> Any:
        self._client.update_item(**arguments)
        return self._client.update_item(**arguments)


def test_a_turn_reserved_twice_because_a_reply_was_lost_is_shared_with_nobody(moto: Any) -> None:
    hire = over(moto)
    one, unlucky, other = hire(LIVE), over(Repeating(moto))(LIVE), hire(LIVE)

    assert [caller.takes() for caller in (one, unlucky, other)] == [0 * SPACING, 2 * SPACING, 3 * SPACING]


def test_a_row_that_newer_code_wrote_is_not_touched(moto: Any) -> None:
    store(moto, NOW - SECOND, schema=2)

    assert over(moto)(LIVE).hears_to_come_later() == dt.timedelta()
    with pytest.raises(Transient):
        over(moto)(LIVE).is_refused_for(5)
    assert stored(moto) == PaceRow(NOW - SECOND)


@pytest.mark.parametrize(
    ("code", "failure"), [("AccessDeniedException", Misconfigured), ("InternalServerError", Transient)]
)
def test_without_the_row_nobody_calls(monkeypatch: pytest.MonkeyPatch, code: str, failure: type[Exception]) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    client = boto3.client("dynamodb")
    caller = over(client)(LIVE)
    with Stubber(client) as stub:
        stub.add_client_error("update_item", code)
        with pytest.raises(failure):
            caller.takes()

    assert caller.came == []
