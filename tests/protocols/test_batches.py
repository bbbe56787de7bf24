"""Batches roll by count, by time and with GP's day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from zoneinfo import ZoneInfo

from bridge.protocols.batches import Batch, Size, with_a_place
from hypothesis import given
from hypothesis import strategies as st

CHICAGO = ZoneInfo("America/Chicago")
MORNING = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)  # 08:05 in Chicago
SIZE = Size(3, dt.timedelta(hours=4))
MINUTE = dt.timedelta(minutes=1)


def names(*moments: dt.datetime, size: Size = SIZE) -> list[str]:
    """The batches of documents written at these moments."""
    batch, found = Batch("SBD"), []
    for moment in moments:
        batch = with_a_place(batch, moment, CHICAGO, size)
        found.append(batch.name)
    return found


def test_the_first_document_of_a_day_opens_the_days_first_batch() -> None:
    assert names(MORNING) == ["SBD261117-01"]


def test_a_full_batch_is_followed_by_the_next() -> None:
    assert names(*[MORNING + at * MINUTE for at in range(4)]) == [*["SBD261117-01"] * 3, "SBD261117-02"]


def test_a_batch_takes_nothing_more_once_its_time_is_over() -> None:
    over = MORNING + SIZE.time

    assert names(MORNING, over - MINUTE, over) == ["SBD261117-01", "SBD261117-01", "SBD261117-02"]


def test_a_batch_ends_with_the_day_in_gps_zone_and_not_in_another() -> None:
    late = dt.datetime(2026, 11, 18, 5, 59, tzinfo=dt.UTC)  # 23:59 in Chicago

    assert names(late, late + MINUTE) == ["SBD261117-01", "SBD261118-01"]


def test_a_clock_that_runs_behind_goes_on_filling_the_present_batch() -> None:
    midnight = dt.datetime(2026, 11, 18, 6, tzinfo=dt.UTC)

    assert names(midnight, midnight - MINUTE) == ["SBD261118-01", "SBD261118-01"]


def test_more_than_ninety_nine_batches_of_a_day_have_names_that_gp_can_hold() -> None:
    found = names(*[MORNING] * 120, size=Size(1, SIZE.time))

    assert (found[98], found[99]) == ("SBD261117-99", "SBD261117-100")
    assert len(Batch("WXYZD", 1, dt.date(2026, 11, 17), 100, 1, MORNING).name) == 15


@given(st.lists(st.integers(0, 60 * 30), min_size=1, max_size=60).map(sorted), st.integers(1, 5))
def test_no_batch_is_overfull_and_none_that_was_left_is_filled_again(minutes: list[int], documents: int) -> None:
    found = names(*[MORNING + at * MINUTE for at in minutes], size=Size(documents, SIZE.time))

    assert max(Counter(found).values()) <= documents
    assert found == sorted(found)
