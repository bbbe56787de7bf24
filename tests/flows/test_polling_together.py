"""Runs that overlap, lists that fail, cursors of before, and what a live order costs in the end."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.domain.listing import Asked, Feed, Listing
from bridge.domain.outcome import RowMoved
from bridge.flows.poll_shipbob import PollFailed, poll_shipbob
from bridge.protocols.cursor import LEASE, Cursor, Lease
from bridge.protocols.ledger import Status

from local.memory.world import START, Crash, Cut, World
from tests.orders import HOUR, MINUTE, NUMBER, ORDER, a_world, shipped, unshipped
from tests.polls import INSERTED, OVERLAP, UPDATED, asked, hinted, live, reached, world_with_orders

# ---- One run at a time


def test_a_run_that_overlaps_another_leaves_the_list_to_it() -> None:
    world = world_with_orders(1)
    poll_until_crash(world, "run-1", "shipbob.listed")
    world.shipbob.asked.clear()
    world.clock.advance(MINUTE)

    result = poll_shipbob(world, "run-2")

    assert (asked(world, INSERTED), INSERTED in result) == ([], False)


def poll_until_crash(world: World, run: str, call: str, cut: Cut = Cut.BEFORE) -> None:
    """The process ends at the run's first call of that name."""
    calm = a_world()
    calm.state._cursors = dict(world.state._cursors)
    calm.shipbob.kept = dict(world.shipbob.kept)
    calm.shipbob.inserted, calm.shipbob.updated = dict(world.shipbob.inserted), dict(world.shipbob.updated)
    poll_shipbob(calm, run)
    world.crash_at(calm.calls.made.index(call) + 1, cut)
    with pytest.raises(Crash):
        poll_shipbob(world, run)


def test_of_two_runs_that_begin_at_once_the_slower_leaves_the_list_to_the_other_and_does_not_fail() -> None:
    world = world_with_orders(1)
    save = world.state.save_cursor

    def raced(cursor: Cursor) -> Cursor:
        """The other run takes the list just before this one does."""
        if cursor.name == INSERTED:
            save(dataclasses.replace(cursor, lease=Lease("the other", world.clock.now() + LEASE)))
        return save(cursor)

    world.state.save_cursor = raced  # type: ignore[method-assign]

    result = poll_shipbob(world, "run-1")

    assert (asked(world, INSERTED), INSERTED in result) == ([], False)


def test_the_same_run_started_again_takes_up_what_it_held() -> None:
    world = world_with_orders(1)
    poll_until_crash(world, "run-1", "shipbob.listed")

    poll_shipbob(world, "run-1")

    assert (hinted(world), reached(world, INSERTED)) == ([1], START)


def test_a_crashed_runs_list_is_free_again_once_its_function_must_have_ended() -> None:
    world = world_with_orders(1)
    poll_until_crash(world, "run-1", "shipbob.listed")
    world.clock.advance(LEASE)

    poll_shipbob(world, "run-2")

    assert hinted(world) == [1]
    assert dt.timedelta(seconds=300) < LEASE < dt.timedelta(seconds=360), "the function's own limit, and little more"


def test_a_run_that_failed_lets_go_so_that_the_next_need_not_wait() -> None:
    world = world_with_orders(1)
    world.shipbob.fail_next(INSERTED, "down")
    world.shipbob.fail_next(UPDATED, "down")
    with pytest.raises(PollFailed):
        poll_shipbob(world, "run-1")

    poll_shipbob(world, "run-2")

    assert hinted(world) == [1]


def test_a_cursor_that_somebody_moved_meanwhile_fails_the_run_and_is_not_moved_back() -> None:
    world = world_with_orders(1)
    moved = START + HOUR
    listed = world.shipbob.listed

    def overtaken(asked: Asked, place: str = "") -> Listing:
        if asked.feed is INSERTED:
            present = world.state.cursor(INSERTED)
            assert present is not None
            world.state.save_cursor(Cursor(INSERTED, moved, present.version))
        return listed(asked, place)

    world.shipbob.listed = overtaken  # type: ignore[method-assign]
    with pytest.raises(PollFailed, match=INSERTED) as failed:
        poll_shipbob(world, "run-1")

    assert isinstance(failed.value.__cause__, ExceptionGroup)
    assert isinstance(failed.value.__cause__.exceptions[0], RowMoved)
    assert reached(world, INSERTED) == moved


# ---- One list's failure is its own


def test_a_list_that_fails_does_not_stop_the_others_and_the_run_fails_in_the_end_by_name() -> None:
    world = world_with_orders(1)
    world.shipbob.fail_next(INSERTED, "down")

    with pytest.raises(PollFailed, match=r"^orders-inserted: ShipBob cannot be reached$"):
        poll_shipbob(world, "run-1")

    assert hinted(world) == [1], "the other list of orders shows it"
    assert asked(world, Feed.RECEIVING_OPEN) != []


def test_every_list_that_failed_is_named_and_of_a_bug_only_its_kind() -> None:
    world = world_with_orders(1)
    world.shipbob.fail_next(UPDATED, "bug")
    world.shipbob.fail_next(Feed.RETURNS_CREATED, "login rejected")

    with pytest.raises(PollFailed) as failed:
        poll_shipbob(world, "run-1")

    assert str(failed.value) == "orders-updated: a bug (ZeroDivisionError); returns-created: ShipBob refuses the login"


def test_a_list_that_points_at_its_own_page_is_not_followed_for_ever() -> None:
    world = world_with_orders(2)
    world.shipbob.page = 1
    listed = world.shipbob.listed

    def turning(asked: Asked, place: str = "") -> Listing:
        return Listing(listed(asked, place).rows, "2")

    world.shipbob.listed = turning  # type: ignore[method-assign]

    with pytest.raises(PollFailed, match="does not go on after page 2"):
        poll_shipbob(world, "run-1")


# ---- Earlier cursors


def test_cursors_of_an_earlier_version_are_read_on_as_they_are_and_nothing_is_filled_in() -> None:
    world = world_with_orders(1)

    poll_shipbob(world, "run-1")

    assert asked(world, INSERTED) == [(START - MINUTE - OVERLAP, "")]
    assert world.state.cursor("backfill") is None


# ---- A live order's share


def test_a_live_order_costs_one_read_from_its_first_day_to_its_delivery() -> None:
    """Placed, shipped, three scans on the way, delivered; polled every five minutes."""
    world = world_with_orders(0)
    world.shipbob.put(unshipped())
    live(world, 20 * MINUTE)
    world.shipbob.put(shipped())
    world.hint(ORDER, "webhook order.shipped")
    live(world, 20 * MINUTE)
    for _ in range(3):
        world.hint(ORDER, "webhook order.shipment.tracking.updated")
        live(world, 20 * MINUTE)
    world.hint(ORDER, "webhook order.shipment.delivered")
    world.hint(ORDER, "webhook order.delivered")
    live(world, 20 * MINUTE)

    assert world.calls.count("shipbob.order") == 1
    assert (world.gp.orders[NUMBER].tracking, world.row(ORDER).status) == (("1Z999",), Status.DONE)
    assert [call for call in world.calls.of("gp") if call != "login"] == [
        "create_sales_order",
        "sales_order",
        "update_sales_order",
    ]
