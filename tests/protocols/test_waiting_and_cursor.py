"""How long a document waits, and how far a poll has come."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.protocols import waiting
from bridge.protocols.cursor import LEASE, OVERLAP, Backfill, Cursor, Pass
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECOND, HOUR = dt.timedelta(seconds=1), dt.timedelta(hours=1)


@given(st.integers(0, 10_000))
def test_the_longer_it_has_waited_the_longer_the_next_wait_up_to_an_hour(waits: int) -> None:
    this, following = (waiting.next_try(number, NOW) - NOW for number in (waits, waits + 1))

    assert dt.timedelta(seconds=30) <= this <= following <= dt.timedelta(hours=1)


def test_the_schedule_is_half_a_minute_two_ten_and_then_hours() -> None:
    waits = [(waiting.next_try(number, NOW) - NOW).total_seconds() for number in range(5)]

    assert waits == [30, 120, 600, 3600, 3600]


def test_patience_ends_after_fifteen_days_and_not_before() -> None:
    since = NOW - dt.timedelta(days=15)

    assert waiting.is_exhausted(since, NOW)
    assert not waiting.is_exhausted(since + SECOND, NOW)


NAME = "orders-inserted"
FRESH = Cursor(NAME, NOW)


def under_way(run: str = "run-1", now: dt.datetime = NOW) -> Cursor:
    return FRESH.taken(run, now)


def test_a_pass_begins_a_quarter_of_an_hour_before_where_the_last_one_did() -> None:
    assert under_way(now=NOW + HOUR).under_way == Pass(NOW - dt.timedelta(minutes=15), NOW + HOUR)


def test_a_pass_that_is_under_way_is_gone_on_with_from_its_place() -> None:
    left = under_way().turned("7").let_go()

    taken = left.taken("run-2", NOW + HOUR)

    assert taken.under_way == Pass(NOW - dt.timedelta(minutes=15), NOW, "7")


@given(st.timedeltas(-dt.timedelta(days=3), dt.timedelta(days=3)))
def test_a_cursor_reaches_the_start_of_its_pass_and_never_goes_back(later: dt.timedelta) -> None:
    ended = under_way(now=NOW + later).turned("2").ended()

    assert (ended.reached, ended.under_way) == (max(NOW, NOW + later), None)


def test_one_run_at_a_time_holds_a_list() -> None:
    held = under_way("run-1")

    assert held.is_free_for("run-1", NOW)
    assert not held.is_free_for("run-2", NOW)
    assert held.let_go().is_free_for("run-2", NOW)


def test_a_lease_ends_by_itself_after_the_five_minutes_a_function_can_last() -> None:
    held = under_way("run-1")

    assert not held.is_free_for("run-2", NOW + dt.timedelta(seconds=300))
    assert held.is_free_for("run-2", NOW + LEASE)


def test_a_list_is_due_when_its_last_pass_began_before_then_or_one_is_under_way() -> None:
    assert FRESH.is_due(NOW + SECOND)
    assert not FRESH.is_due(NOW)
    assert under_way().is_due(NOW - HOUR)


def test_of_a_list_whose_rows_may_slide_the_pages_behind_and_the_last_ones_rows_are_kept() -> None:
    turned = under_way().turned("2", (1, 2)).turned("3", (3, 4))

    assert turned.under_way is not None
    assert (turned.under_way.behind, turned.under_way.last) == (("", "2"), (3, 4))


def test_an_empty_page_does_not_make_the_rows_before_it_forgotten() -> None:
    turned = under_way().turned("2", (1, 2)).turned("3", ())

    assert turned.under_way is not None
    assert (turned.under_way.behind, turned.under_way.last) == (("", "2"), (1, 2))


def test_of_any_other_list_nothing_but_the_place_is_kept() -> None:
    turned = under_way().turned("2").turned("3")

    assert turned.under_way == Pass(NOW - OVERLAP, NOW, "3")


@pytest.mark.parametrize(
    ("filling", "expected"),
    [
        (Backfill(NOW, NOW, "a person"), True),
        (Backfill(NOW, NOW, "a person", finished=NOW), False),
        (Backfill(NOW, NOW, "a person", stopped_by="another"), False),
    ],
)
def test_a_back_fill_is_under_way_until_it_has_ended_or_a_person_stops_it(filling: Backfill, *, expected: bool) -> None:
    assert filling.is_under_way is expected
