"""Orders arrive and change while the pages of a list are read, so that rows slide from page to page: none is lost.

Nobody outside ShipBob knows whether a list of updated orders is sorted by their update or by their insertion. Sorted by
update, an order that changes moves to the end, and all behind it move up; sorted by insertion, an old order that
changes joins in the midst, and all behind it move down.
"""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.listing import Asked, Feed, Listing
from bridge.flows.paging import PAGES_MAX
from bridge.flows.poll_shipbob import PollFailed, poll_shipbob
from bridge.protocols.cursor import Cursor
from hypothesis import given, settings
from hypothesis import strategies as st

from local.memory.shipbob import Dated, MemoryShipBob
from local.memory.world import START, Crash, Cut, World
from tests.orders import HOUR, MINUTE, SECOND, an_order, parcel

SORTS = ("by update", "by insertion")
BACKLOG = START - 3 * HOUR  # far enough back that no later window lists it again
INSERTED, UPDATED = Feed.ORDERS_INSERTED, Feed.ORDERS_UPDATED


class Drifting(MemoryShipBob):
    """ShipBob, whose orders change as a test says before each page that is listed."""

    sort = "by update"
    to_come: list[list[int]]

    def listed(self, asked: Asked, place: str = "") -> Listing:
        self._clock.advance(SECOND)
        for number in self.to_come.pop(0) if self.to_come else []:
            self.put(an_order(parcel(1000 + number, ("WIDGET-RED", 1)), order_id=number))
        return super().listed(asked, place)

    def _rows(self, asked: Asked) -> list[Dated]:
        rows = super()._rows(asked)
        if asked.feed is UPDATED and self.sort == "by insertion":
            return [(self.inserted[row.document.number], row) for _, row in rows]
        return rows


def drifting_world(count: int, page: int, sort: str, to_come: list[list[int]]) -> World:
    """Orders 1 to `count`, the first one the oldest, none of which has been polled."""
    world = World()
    shipbob = world.shipbob = world.shipbob_in_background = Drifting(world.clock, world.calls)
    shipbob.sort, shipbob.to_come, shipbob.page = sort, to_come, page
    for number in range(1, count + 1):
        shipbob.put(an_order(parcel(1000 + number, ("WIDGET-RED", 1)), order_id=number))
        shipbob.inserted[number] = shipbob.updated[number] = BACKLOG + number * SECOND
    world.state.save_cursor(Cursor(INSERTED, START))  # so that nothing but the list of updated orders finds the backlog
    world.state.save_cursor(Cursor(UPDATED, BACKLOG))
    return world


def queued_as_it_is(world: World) -> set[int]:
    """The orders of which a hint shows the newest state."""
    shown = {message.snapshot.image for message in world.to_gp.sent if message.snapshot}
    return {number for number, order in world.shipbob.kept.items() if order.image in shown}


def updated_calls(world: World) -> list[str]:
    return [place for asked, place in world.shipbob.asked if asked.feed is UPDATED]


# ---- By hand


def test_a_list_of_one_page_costs_one_call() -> None:
    world = drifting_world(3, 3, "by update", [])

    poll_shipbob(world, "run-1")

    assert updated_calls(world) == [""]


def test_after_each_further_page_the_one_before_is_read_again() -> None:
    world = drifting_world(9, 3, "by update", [])

    poll_shipbob(world, "run-1")

    assert updated_calls(world) == ["", "2", "", "3", "2"]
    assert queued_as_it_is(world) == set(range(1, 10))


def test_an_order_that_slid_onto_a_page_already_read_is_found() -> None:
    """Order 1 changes before page 2 is read: order 4 is the last of page 1 by then, and on page 2 no more."""
    world = drifting_world(6, 3, "by update", [[], [], [1]])

    poll_shipbob(world, "run-1")

    assert 4 in queued_as_it_is(world)


def test_orders_that_slid_by_more_than_a_page_are_found_by_reading_further_back() -> None:
    """Seven orders of nine read change before page 4: orders 10 to 12 have moved from page 4 to page 1 and 2."""
    world = drifting_world(15, 3, "by update", [[], [], [], [], [], [], [1, 2, 3, 4, 5, 6, 7]])

    poll_shipbob(world, "run-1")

    assert set(range(8, 16)) <= queued_as_it_is(world)
    assert updated_calls(world)[:8] == ["", "2", "", "3", "2", "4", "3", "2"]


def test_one_row_that_stayed_is_enough_to_read_no_further_back() -> None:
    world = drifting_world(9, 3, "by update", [[], [], [], [], [6]])

    poll_shipbob(world, "run-1")

    assert updated_calls(world) == ["", "2", "", "3", "2"]
    assert 7 in queued_as_it_is(world), "which slid from page 3 to page 2"


def test_when_every_order_of_the_page_before_has_moved_on_all_pages_are_read_back() -> None:
    world = drifting_world(9, 3, "by update", [[], [], [], [], [4, 5, 6]])

    poll_shipbob(world, "run-1")

    assert {1, 2, 3, 7, 8, 9} <= queued_as_it_is(world)


def test_a_list_by_insertion_is_read_once_for_it_grows_at_its_end_alone() -> None:
    world = drifting_world(5, 2, "by update", [[1], [2, 6], [3, 7], [8]])
    world.state.save_cursor(Cursor(INSERTED, BACKLOG, 1))

    poll_shipbob(world, "run-1")

    assert [place for asked, place in world.shipbob.asked if asked.feed is INSERTED] == ["", "2", "3", "4"]
    assert queued_as_it_is(world) >= {4, 5, 6, 7, 8}


# ---- Whatever happens

CHANGES = st.lists(st.lists(st.integers(1, 24), max_size=8), max_size=30)


@settings(max_examples=250, deadline=None)
@given(st.integers(1, 16), st.integers(1, 4), st.sampled_from(SORTS), CHANGES, st.sampled_from([0, 30, 70, 110]))
def test_every_order_is_queued_as_it_is_whatever_comes_while_the_pages_are_read(
    count: int, page: int, sort: str, to_come: list[list[int]], takes: int
) -> None:
    """Runs of many pages, and runs that have time for one or two and leave the rest to the next."""
    world = drifting_world(count, page, sort, to_come)
    world.shipbob.listing_takes = dt.timedelta(seconds=takes)

    poll_until_quiet(world)

    assert queued_as_it_is(world) == set(world.shipbob.kept)


@settings(max_examples=250, deadline=None)
@given(
    st.integers(1, 12),
    st.sampled_from(SORTS),
    CHANGES,
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from(Cut)), max_size=4),
    st.lists(st.sampled_from(["down", "bug"]), max_size=2),
)
def test_every_order_is_queued_as_it_is_whatever_ends_the_runs(
    count: int, sort: str, to_come: list[list[int]], crashes: list[tuple[int, Cut]], failures: list[str]
) -> None:
    world = drifting_world(count, 2, sort, to_come)
    for how in failures:
        world.shipbob.fail_next(UPDATED, how)
    for number, (call, cut) in enumerate(crashes):
        world.crash_at(call, cut)
        poll(world, f"crashing-{number}")
        world.calls.spare()
        world.clock.advance(6 * MINUTE)

    poll_until_quiet(world)

    assert queued_as_it_is(world) == set(world.shipbob.kept)


def poll(world: World, run: str) -> None:
    try:
        poll_shipbob(world, run)
    except (Crash, PollFailed) as ended:
        world.raised.append(ended)


def poll_until_quiet(world: World) -> None:
    """Run after run, until nothing more is to come and both lists have been gone through once since."""
    for number in range(200):
        is_quiet = not world.shipbob.to_come  # type: ignore[attr-defined]
        quiet_since = world.clock.now()
        poll(world, f"run-{number}")
        world.clock.advance(6 * MINUTE)
        if is_quiet and all(has_ended(world, feed, quiet_since) for feed in (INSERTED, UPDATED)):
            return
    pytest.fail("the polls never came to an end")


def has_ended(world: World, feed: Feed, since: dt.datetime) -> bool:
    cursor = world.state.cursor(feed)
    return cursor is not None and cursor.under_way is None and cursor.reached >= since


def test_a_pass_goes_on_run_after_run_in_either_order() -> None:
    for sort in SORTS:
        world = drifting_world(2 * PAGES_MAX + 3, 1, sort, [])

        for number in range(3):
            poll_shipbob(world, f"run-{number}")
            world.clock.advance(5 * MINUTE)

        assert queued_as_it_is(world) == set(world.shipbob.kept), sort
