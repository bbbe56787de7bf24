"""The promises of the turns to call ShipBob, kept by memory, by moto's DynamoDB and by the local cloud's."""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import pairwise

import pytest
from bridge.domain.outcome import Transient
from bridge.protocols.pace import AHEAD_MAX, SPACING, Lane

from tests.contract.shipbob_callers import NOW, SECOND, Caller, Hire, over, within
from tests.pace import MemoryPace

LIVE, BACKGROUND = Lane.LIVE, Lane.BACKGROUND
WORKERS = 40


@pytest.fixture(params=["memory", "moto", "local"])
def hire(request: pytest.FixtureRequest) -> Hire:
    return within(MemoryPace()) if request.param == "memory" else over(request.getfixturevalue(request.param))


# ---- Every store


def test_the_first_turn_comes_at_once(hire: Hire) -> None:
    assert hire(LIVE).takes() == dt.timedelta()


def test_the_turns_of_one_caller_are_evenly_spaced(hire: Hire) -> None:
    caller = hire(LIVE)

    for _ in range(4):
        caller.takes()

    assert [later - earlier for earlier, later in pairwise(caller.came)] == [SPACING] * 3


def test_callers_share_the_one_schedule(hire: Hire) -> None:
    one, other, third = hire(LIVE), hire(LIVE), hire(BACKGROUND)

    assert [caller.takes() for caller in (one, other, third)] == [0 * SPACING, SPACING, 2 * SPACING]


def test_after_a_while_of_nothing_a_turn_comes_at_once(hire: Hire) -> None:
    one, other = hire(LIVE), hire(LIVE)
    for caller in (one, other, one, other):
        caller.now = NOW
        caller.takes()
    one.now = other.now = NOW + 60 * SECOND

    assert [one.takes(), other.takes()] == [0 * SPACING, SPACING]


def test_a_live_call_whose_turn_is_five_seconds_off_hears_how_far(hire: Hire) -> None:
    callers = [hire(LIVE) for _ in range(14)]
    waited = [caller.takes() for caller in callers[:13]]

    assert max(waited) <= AHEAD_MAX[LIVE]
    assert callers[13].hears_to_come_later() == 13 * SPACING
    assert callers[13].paused == []


def test_a_back_fill_waits_until_live_calls_leave_it_room(hire: Hire) -> None:
    for _ in range(10):
        hire(LIVE).takes()
    back_fill = hire(BACKGROUND)

    back_fill.takes()

    assert back_fill.came == [NOW + 10 * SPACING]
    assert len(back_fill.paused) == 2


def test_a_back_fill_for_which_there_is_no_room_in_five_seconds_hears_to_come_later(hire: Hire) -> None:
    live = hire(LIVE)
    live.is_refused_for(30)
    back_fill = hire(BACKGROUND)

    assert back_fill.hears_to_come_later() == 30 * SECOND
    assert back_fill.now == NOW


def test_a_back_fill_that_live_calls_leave_no_room_for_gives_up_after_five_seconds(hire: Hire) -> None:
    back_fill = hire(BACKGROUND)

    def others_call() -> None:
        for _ in range(13):
            other = hire(LIVE)
            other.now = back_fill.now
            with suppress(Transient):
                other.takes()

    back_fill.meanwhile = others_call
    others_call()

    assert back_fill.hears_to_come_later() > AHEAD_MAX[BACKGROUND]
    assert 0 < sum(back_fill.paused) <= 5


def test_what_shipbob_asked_one_caller_is_obeyed_by_all(hire: Hire) -> None:
    one, other, third = hire(LIVE), hire(LIVE), hire(LIVE)
    third.takes()
    one.is_refused_for(25)

    assert other.hears_to_come_later() == 25 * SECOND
    other.now = third.now = NOW + 24 * SECOND
    assert [other.takes(), third.takes()] == [SECOND, SECOND + SPACING]


def test_a_caller_that_was_refused_waits_itself(hire: Hire) -> None:
    one = hire(LIVE)
    one.is_refused_for(25)

    assert one.hears_to_come_later() == 25 * SECOND


def test_a_shorter_wait_does_not_shorten_a_longer_one(hire: Hire) -> None:
    one, other = hire(LIVE), hire(LIVE)
    one.is_refused_for(25)
    other.is_refused_for(3)

    assert hire(LIVE).hears_to_come_later() == 25 * SECOND


def test_clocks_half_a_second_apart_share_the_schedule_all_the_same(hire: Hire) -> None:
    fast, slow = hire(LIVE), hire(LIVE)
    fast.now += SECOND / 2
    slow.now -= SECOND / 2

    assert fast.takes() == dt.timedelta()
    assert slow.takes() == SECOND + SPACING
    fast.now = NOW + SECOND / 2
    assert fast.takes() == 2 * SPACING


@pytest.mark.parametrize("lane", Lane)
def test_a_row_that_a_wrong_clock_wrote_is_begun_anew(hire: Hire, lane: Lane) -> None:
    wrong, right, next_one = hire(LIVE), hire(lane), hire(LIVE)
    wrong.now += dt.timedelta(hours=3)
    wrong.takes()

    assert right.takes() == AHEAD_MAX[LIVE]
    next_one.now += SECOND
    assert next_one.takes() == AHEAD_MAX[LIVE] + SPACING - SECOND


@pytest.mark.parametrize("hire", ["memory", "local"], indirect=True)
def test_no_two_of_forty_callers_at_once_have_the_same_turn(hire: Hire) -> None:
    """moto is left out: it reads, compares and writes in this very process, without a lock."""
    barrier = threading.Barrier(WORKERS)

    def call(caller: Caller) -> dt.datetime | None:
        barrier.wait()
        try:
            caller.takes()
        except Transient:
            return None
        return caller.now

    with ThreadPoolExecutor(WORKERS) as pool:
        came = [moment for moment in pool.map(call, [hire(LIVE) for _ in range(WORKERS)]) if moment is not None]

    assert sorted(came) == [NOW + number * SPACING for number in range(13)]
