"""A back-fill loses no order and counts each page once, whatever ends its runs; a person begins and stops it."""

from __future__ import annotations

import pytest
from bridge.domain.document import DocumentId
from bridge.domain.listing import Asked, Listing
from bridge.flows import backfill
from bridge.flows.paging import SHALLOW
from bridge.flows.poll_shipbob import PollFailed, poll_shipbob
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import Status

from local.memory.shipbob import MemoryShipBob
from local.memory.world import START, Crash, Cut, World
from tests.filling import (
    INSERTED,
    OPERATOR,
    fill,
    hinted,
    open_order,
    poll,
    stands,
    taken_in,
    world_with_old_orders,
)
from tests.orders import DAY, MINUTE, a_world

# ---- Whatever ends a run


@pytest.mark.parametrize("how", ["down", "bug", "login rejected"])
def test_a_page_that_cannot_be_read_is_read_by_the_next_run(how: str) -> None:
    world = world_with_old_orders(7)
    behind = world.shipbob_in_background = Failing(world.shipbob, "3", how)

    with pytest.raises(PollFailed, match=r"^backfill: "):
        poll_shipbob(world, "run-1")
    pages = stands(world).pages
    poll(world, "run-2")

    assert (pages, [place for _, place in behind.asked]) == (2, ["", "2", "3", "3"])
    assert (hinted(world), stands(world).finished) == (list(range(1, 8)), START + 5 * MINUTE)


class Failing(MemoryShipBob):
    """The same orders, listed by somebody who fails once at one place."""

    def __init__(self, same: MemoryShipBob, place: str, how: str) -> None:
        super().__init__(same._clock, same.calls)
        self.kept, self.inserted, self.updated, self._images = same.kept, same.inserted, same.updated, same._images
        self._fails_at = place
        self._how = how

    def listed(self, asked: Asked, place: str = "") -> Listing:
        if place == self._fails_at:
            self._fails_at = "done"
            self.fail_next("listed", self._how)
        return super().listed(asked, place)


def calls_of_a_run() -> int:
    world = world_half_filled()
    before = len(world.calls.made)
    poll(world, "run-2")
    return len(world.calls.made) - before


def world_half_filled() -> World:
    """Two pages of four are queued, and worked off; the queue has room for one at a time."""
    world = world_with_old_orders(11)
    fill(world, SHALLOW - 4)
    poll_shipbob(world, "run-1")
    world.to_gp.forget()
    return world


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, calls_of_a_run() + 1))
def test_a_run_that_crashes_anywhere_loses_no_order_and_counts_each_page_once(number: int, cut: Cut) -> None:
    world = world_half_filled()
    world.clock.advance(5 * MINUTE)
    world.crash_at(number, cut)
    with pytest.raises(Crash):
        poll_shipbob(world, "run-2")

    world.clock.advance(MINUTE)
    for run in range(3, 6):
        poll(world, f"run-{run}")

    assert {each for each in hinted(world) if each < 100} == set(range(1, 12))
    filled = stands(world)
    assert (filled.pages, filled.queued, filled.finished is None) == (4, 11, False)


# ---- By hand


def test_a_back_fill_from_a_given_date_begins_there() -> None:
    world = a_world()
    world.state.save_cursor(Cursor(INSERTED, START))
    taken_in(world, open_order(1), START - 3 * DAY)
    taken_in(world, open_order(2), START - DAY)

    backfill.begin(world, START - 2 * DAY, OPERATOR)
    poll(world, "run-1")

    assert (hinted(world), stands(world).by) == ([2], OPERATOR)


def test_another_can_be_begun_once_the_last_has_ended_and_not_before() -> None:
    world = world_with_old_orders(1)
    backfill.begin(world, START - DAY, OPERATOR)
    with pytest.raises(ValueError, match="a back-fill is under way"):
        backfill.begin(world, START - 2 * DAY, OPERATOR)
    poll(world, "run-1")

    backfill.begin(world, START - 9 * DAY, OPERATOR)
    poll(world, "run-2")

    assert (stands(world).since, stands(world).queued, hinted(world)) == (START - 9 * DAY, 1, [1])


def test_one_that_a_person_began_before_the_first_poll_is_not_replaced_by_it() -> None:
    world = a_world()
    backfill.begin(world, START - DAY, OPERATOR)

    poll(world, "run-1")

    assert (stands(world).by, stands(world).since) == (OPERATOR, START - DAY)


def test_a_back_fill_that_is_stopped_queues_no_more_and_says_who_stopped_it() -> None:
    world = world_half_filled()

    backfill.stop(world, OPERATOR)
    poll(world, "run-2")

    assert (stands(world).stopped_by, stands(world).pages, stands(world).finished) == (OPERATOR, 2, None)
    with pytest.raises(ValueError, match="no back-fill is under way"):
        backfill.stop(world, OPERATOR)


def test_a_back_fill_that_is_stopped_while_a_run_is_at_it_stays_stopped_and_the_run_does_not_fail() -> None:
    world = world_half_filled()

    class Stopping(Failing):
        def listed(self, asked: Asked, place: str = "") -> Listing:
            backfill.stop(world, OPERATOR)
            return super().listed(asked, place)

    world.shipbob_in_background = Stopping(world.shipbob, "nowhere", "down")

    poll(world, "run-2")

    assert (stands(world).stopped_by, stands(world).is_under_way) == (OPERATOR, False)


def test_two_first_polls_at_once_ask_for_one_back_fill() -> None:
    world = a_world()
    cursor = world.state.cursor

    def raced(name: str) -> Cursor | None:
        """The other run asks just after this one has looked."""
        found = cursor(name)
        if name == "backfill" and found is None:
            world.state.cursor = cursor  # type: ignore[method-assign]
            backfill.begin(world, START - DAY, "the other")
        return found

    world.state.cursor = raced  # type: ignore[method-assign]

    poll_shipbob(world, "run-1")

    assert stands(world).by == "the other"


def test_orders_that_a_first_poll_both_lists_and_fills_in_are_recorded_once() -> None:
    world = a_world()
    world.shipbob.put(open_order(1))

    poll_shipbob(world, "run-1")
    world.deliver()
    poll(world, "run-2")
    world.deliver()

    assert (world.gp.created, world.row(DocumentId.parse("order/1")).status) == ({"SBO1": 1}, Status.DONE)
