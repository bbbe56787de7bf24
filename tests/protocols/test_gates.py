"""Quiet hours by GP's own clock, and a pause by what people did."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from bridge.domain.terms import QuietHours
from bridge.protocols.pause import REMEMBERED, Deed, Pause, Side
from bridge.protocols.quiet import quiet_until
from hypothesis import given
from hypothesis import strategies as st

CHICAGO = ZoneInfo("America/Chicago")
NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
NIGHT = QuietHours(dt.time(22), dt.time(5, 30))
LUNCH = QuietHours(dt.time(12), dt.time(13))
MOMENTS = st.timedeltas(dt.timedelta(), dt.timedelta(days=700)).map(lambda later: NOW + later)


def chicago(text: str, fold: int = 0) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=CHICAGO, fold=fold).astimezone(dt.UTC)


# ---- Quiet hours


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (NIGHT, "2026-11-17 21:59:59", None),
        (NIGHT, "2026-11-17 22:00", "2026-11-18 05:30"),
        (NIGHT, "2026-11-18 00:00", "2026-11-18 05:30"),
        (NIGHT, "2026-11-18 05:29:59", "2026-11-18 05:30"),
        (NIGHT, "2026-11-18 05:30", None),
        (LUNCH, "2026-11-17 11:59", None),
        (LUNCH, "2026-11-17 12:00", "2026-11-17 13:00"),
        (LUNCH, "2026-11-17 13:00", None),
        (None, "2026-11-17 23:00", None),
    ],
)
def test_quiet_hours_are_of_gps_own_day(hours: QuietHours | None, now: str, until: str | None) -> None:
    assert quiet_until(hours, CHICAGO, chicago(now)) == (chicago(until) if until else None)


def test_in_the_night_that_is_an_hour_longer_the_hours_end_when_gps_clock_shows_it() -> None:
    evening = dt.datetime(2026, 11, 1, 3, 0, tzinfo=dt.UTC)  # 22:00 on the 31st; the clocks go back at two

    assert quiet_until(NIGHT, CHICAGO, evening) == dt.datetime(2026, 11, 1, 11, 30, tzinfo=dt.UTC)


def test_an_end_that_the_clock_shows_twice_is_met_twice() -> None:
    hours = QuietHours(dt.time(22), dt.time(1, 30))

    ends = [quiet_until(hours, CHICAGO, chicago("2026-11-01 01:15", fold)) for fold in (0, 1)]

    assert ends == [dt.datetime(2026, 11, 1, hour, 30, tzinfo=dt.UTC) for hour in (6, 7)]


def test_an_end_that_the_clock_skips_comes_an_hour_later() -> None:
    hours = QuietHours(dt.time(22), dt.time(2, 30))

    assert quiet_until(hours, CHICAGO, chicago("2027-03-14 01:00")) == chicago("2027-03-14 03:30")


@given(
    hours=st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]),
    now=MOMENTS,
)
def test_quiet_hours_end_within_a_day_and_after_now(hours: tuple[dt.time, dt.time], now: dt.datetime) -> None:
    until = quiet_until(QuietHours(*hours), CHICAGO, now)

    assert until is None or now < until <= now + dt.timedelta(hours=25)


@given(
    hours=st.tuples(st.times(), st.times()).filter(lambda pair: pair[0] != pair[1]),
    now=MOMENTS,
)
def test_every_moment_is_quiet_either_by_the_hours_or_by_their_reverse(
    hours: tuple[dt.time, dt.time], now: dt.datetime
) -> None:
    by_hours, by_reverse = (quiet_until(QuietHours(*pair), CHICAGO, now) for pair in (hours, hours[::-1]))

    assert (by_hours is None) is not (by_reverse is None)


# ---- Pause


def deed(side: Side = Side.GP, *, is_pause: bool = True, why: str = "month-end") -> Deed:
    return Deed(side, is_pause, NOW, "a person", why)


def test_a_side_is_paused_until_somebody_has_it_go_on() -> None:
    paused = Pause().with_deed(deed())
    resumed = paused.with_deed(deed(is_pause=False))

    assert (Pause().of(Side.GP), paused.of(Side.GP), resumed.of(Side.GP)) == (None, deed(), None)
    assert paused.of(Side.SHIPBOB) is None


def test_what_people_did_stays_on_the_row() -> None:
    pause = Pause().with_deed(deed()).with_deed(deed(is_pause=False, why="posted"))

    assert [(each.is_pause, each.why) for each in pause.deeds] == [(True, "month-end"), (False, "posted")]


def test_to_pause_what_is_paused_changes_nothing_and_so_does_to_resume_what_goes_on() -> None:
    paused = Pause(version=3).with_deed(deed())

    assert paused.with_deed(deed(why="another")) is paused
    assert Pause().with_deed(deed(is_pause=False)) == Pause()


def test_the_row_does_not_grow_for_ever_and_forgets_no_pause() -> None:
    pause = Pause().with_deed(deed(Side.SHIPBOB))
    for number in range(3 * REMEMBERED):
        pause = pause.with_deed(replace(deed(is_pause=number % 2 == 0), why=str(number)))

    assert (len(pause.deeds), pause.of(Side.SHIPBOB)) == (REMEMBERED + 1, deed(Side.SHIPBOB))
    assert pause.deeds[-1].why == str(3 * REMEMBERED - 1)
