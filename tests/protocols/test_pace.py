"""Calls to ShipBob go out evenly, live ones first, and nobody calls while ShipBob has said to wait."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from bridge.protocols import pace
from bridge.protocols.pace import BELIEVED, PATIENCE, PUSH_MAX, SPACING, Lane, Later, PaceRow, Reserved
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 27, 9, 0, tzinfo=dt.UTC)  # the morning of the year's busiest day
SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)
HALF_A_SECOND = SECOND / 2
LIVE, BACKGROUND = Lane.LIVE, Lane.BACKGROUND
GRANTED_BY_SHIPBOB = 150  # in any sixty seconds


@dataclass
class Callers:
    """The one row, a clock that only a test moves, and the slots that were reserved."""

    row: PaceRow = field(default_factory=PaceRow)
    now: dt.datetime = NOW
    slots: list[dt.datetime] = field(default_factory=list)

    def ask(self, lane: Lane = LIVE, clock: dt.timedelta = dt.timedelta()) -> Reserved | Later:
        """Somebody asks whose clock is ahead by so much."""
        answer = pace.ask(self.row, lane, self.now + clock)
        if isinstance(answer, Reserved):
            self.row = answer.row
            self.slots.append(answer.slot)
        return answer

    def reserve(self, lane: Lane = LIVE) -> dt.timedelta:
        """Ask and get a slot; how far off it is."""
        answer = self.ask(lane)
        assert isinstance(answer, Reserved)
        return answer.slot - self.now

    def later(self, lane: Lane = LIVE) -> Later:
        answer = self.ask(lane)
        assert isinstance(answer, Later)
        return answer

    def push(self, seconds: float) -> None:
        self.row = pace.push(self.row, seconds, self.now)

    def crowd(self, lane: Lane) -> None:
        """Ask in a lane until it has no more."""
        while isinstance(self.ask(lane), Reserved):
            pass


@pytest.fixture
def callers() -> Callers:
    return Callers()


# ---- Evenly


def test_the_first_call_goes_out_at_once(callers: Callers) -> None:
    assert callers.reserve() == dt.timedelta()


def test_a_call_after_a_while_of_nothing_goes_out_at_once(callers: Callers) -> None:
    callers.reserve()
    callers.now += MINUTE

    assert callers.reserve() == dt.timedelta()


def test_a_quiet_hour_leaves_no_credit_for_a_burst(callers: Callers) -> None:
    callers.reserve()
    callers.now += 60 * MINUTE

    assert [callers.reserve() for _ in range(3)] == [0 * SPACING, SPACING, 2 * SPACING]


STEPS = st.lists(
    st.tuples(st.sampled_from(Lane), st.floats(0, 0.2) | st.floats(2, 3), st.none() | st.floats(0, 90)), max_size=100
)


@given(STEPS)
def test_no_two_calls_are_closer_than_their_spacing_whatever_comes_when(
    steps: list[tuple[Lane, float, float | None]],
) -> None:
    callers = Callers()
    for lane, gap, pushed in steps:
        callers.now += gap * SECOND
        callers.ask(lane)
        if pushed is not None:
            callers.push(pushed)

    assert all(later - earlier >= SPACING for earlier, later in pairwise(callers.slots))


@given(STEPS)
def test_a_slot_is_never_in_the_past_nor_further_off_than_its_lane_waits(
    steps: list[tuple[Lane, float, float | None]],
) -> None:
    callers = Callers()
    for lane, gap, _ in steps:
        callers.now += gap * SECOND
        answer = callers.ask(lane)
        if isinstance(answer, Reserved):
            assert dt.timedelta() <= answer.slot - callers.now <= (5 * SECOND if lane is LIVE else 2 * SECOND)


def test_a_backlog_gets_146_calls_into_a_minute_and_none_more_into_any_other(callers: Callers) -> None:
    while callers.now < NOW + 3 * MINUTE:
        callers.crowd(LIVE)
        callers.now += SECOND

    assert most_in_a_minute(callers.slots) == 146


@given(st.lists(st.booleans(), min_size=1, max_size=12))
def test_clocks_half_a_second_apart_never_put_more_calls_into_a_minute_than_shipbob_grants(is_fast: list[bool]) -> None:
    """A fast clock sends a call off half a second before its slot, a slow one as long after it."""
    callers, left = Callers(), []
    clocks = itertools.cycle([HALF_A_SECOND if fast else -HALF_A_SECOND for fast in is_fast])
    while callers.now < NOW + 2 * MINUTE:
        clock = next(clocks)
        answer = callers.ask(clock=clock)
        if isinstance(answer, Reserved):
            left.append(max(callers.now, answer.slot - clock))
        else:
            callers.now += SPACING

    assert most_in_a_minute(left) <= GRANTED_BY_SHIPBOB


def test_the_worst_that_two_clocks_can_do_still_leaves_a_call_to_spare() -> None:
    slots = [NOW + number * SPACING for number in range(200)]
    first_late_then_early = [
        slot + (HALF_A_SECOND if number == 0 else -HALF_A_SECOND) for number, slot in enumerate(slots)
    ]

    assert most_in_a_minute(first_late_then_early) < GRANTED_BY_SHIPBOB


def most_in_a_minute(moments: list[dt.datetime]) -> int:
    moments = sorted(moments)
    return max(bisect_left(moments, start + MINUTE) - number for number, start in enumerate(moments))


# ---- Live before back-fill


def test_a_live_call_waits_five_seconds_for_its_slot_and_not_longer(callers: Callers) -> None:
    callers.crowd(LIVE)

    later = callers.later()

    assert callers.slots[-1] - NOW <= 5 * SECOND < later.away <= 5 * SECOND + SPACING


def test_a_live_call_too_many_is_not_asked_again_in_the_same_go(callers: Callers) -> None:
    callers.crowd(LIVE)

    assert callers.later().ask_in > PATIENCE[LIVE]


def test_a_back_fill_reserves_only_while_the_schedule_is_short(callers: Callers) -> None:
    callers.crowd(BACKGROUND)

    assert callers.slots[-1] - NOW <= 2 * SECOND
    assert callers.later(BACKGROUND).away > 2 * SECOND


def test_a_back_fill_that_comes_back_when_it_was_told_gets_its_slot(callers: Callers) -> None:
    callers.crowd(BACKGROUND)
    later = callers.later(BACKGROUND)

    assert later.ask_in <= PATIENCE[BACKGROUND]
    callers.now += later.ask_in
    assert callers.reserve(BACKGROUND) <= 2 * SECOND


@given(st.lists(st.floats(0, 1.5), min_size=1, max_size=60))
def test_however_much_is_filled_back_a_live_call_waits_hardly_more_than_two_seconds(gaps: list[float]) -> None:
    callers = Callers()
    for gap in gaps:
        callers.crowd(BACKGROUND)
        assert callers.reserve(LIVE) <= 2 * SECOND + SPACING
        callers.now += max(gap * SECOND, SPACING)


def test_a_back_fill_waits_for_live_calls_to_get_through(callers: Callers) -> None:
    callers.crowd(LIVE)

    assert isinstance(callers.ask(BACKGROUND), Later)
    callers.now += 4 * SECOND
    assert callers.reserve(BACKGROUND) <= 2 * SECOND


# ---- What ShipBob asks for


@given(st.floats(0, 300), st.sampled_from(Lane), st.floats(0, 299))
def test_a_push_is_obeyed_by_everybody_who_asks_after_it(seconds: float, lane: Lane, after: float) -> None:
    callers = Callers()
    callers.crowd(lane)
    pushed_until = NOW + seconds * SECOND
    callers.push(seconds)
    callers.now += after * SECOND
    reserved_before = len(callers.slots)
    for each in (LIVE, BACKGROUND):
        callers.ask(each)

    assert all(slot >= pushed_until for slot in callers.slots[reserved_before:])


def test_a_pushed_call_hears_how_long_it_is_to_wait(callers: Callers) -> None:
    callers.push(25)

    assert callers.later().away == 25 * SECOND


def test_after_the_push_calls_are_as_even_as_before(callers: Callers) -> None:
    callers.push(25)
    callers.now += 24 * SECOND

    assert [callers.reserve() for _ in range(3)] == [SECOND, SECOND + SPACING, SECOND + 2 * SPACING]


@given(st.lists(st.tuples(st.floats(0, 90), st.floats(0, 20)), min_size=1, max_size=20))
def test_a_push_never_brings_a_slot_forward(pushes: list[tuple[float, float]]) -> None:
    callers = Callers()
    callers.crowd(LIVE)
    for seconds, gap in pushes:
        stood = callers.row.next_slot
        callers.push(seconds)
        assert stood is not None
        assert callers.row.next_slot is not None
        assert callers.row.next_slot >= stood
        callers.now += gap * SECOND


@pytest.mark.parametrize(
    ("seconds", "pushed"),
    [(math.nan, MINUTE), (-1.0, MINUTE), (math.inf, PUSH_MAX), (86_400.0, PUSH_MAX), (0.0, 0 * SECOND)],
)
def test_a_wait_that_nobody_could_mean_is_brought_within_reason(
    callers: Callers, seconds: float, pushed: dt.timedelta
) -> None:
    callers.push(seconds)

    assert callers.row == PaceRow(NOW + pushed)


# ---- A row that a wrong clock wrote


def test_a_row_of_the_next_ten_minutes_is_believed(callers: Callers) -> None:
    callers.row = PaceRow(NOW + BELIEVED)

    assert callers.later().away == 10 * MINUTE


@pytest.mark.parametrize("lane", Lane)
def test_a_row_further_in_the_future_is_begun_anew_after_every_slot_that_others_may_hold(
    callers: Callers, lane: Lane
) -> None:
    callers.row = PaceRow(NOW + BELIEVED + SECOND)

    assert callers.reserve(lane) == 5 * SECOND
    callers.now += 4 * SECOND
    assert callers.reserve(lane) == SECOND + SPACING


def test_a_row_further_in_the_future_is_pushed_to_what_shipbob_asks_for(callers: Callers) -> None:
    callers.row = PaceRow(NOW + dt.timedelta(days=365))
    callers.push(30)

    assert callers.later().away == 30 * SECOND


def test_the_longest_push_is_believed_by_a_clock_that_is_minutes_slow(callers: Callers) -> None:
    callers.push(PUSH_MAX.total_seconds())
    callers.now -= 4 * MINUTE

    assert callers.later().away == PUSH_MAX + 4 * MINUTE
