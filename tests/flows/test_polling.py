"""The poll finds every order that was inserted or updated, and its cursors never pass over one."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.outcome import Transient
from bridge.flows.poll_orders import poll_orders
from bridge.protocols.ledger import Status

from tests.memory import START, TERMS, World
from tests.orders import ORDER, ORDER_ID, a_world, an_order, shipped, unshipped

MINUTE = dt.timedelta(minutes=1)


def hinted(world: World) -> list[int]:
    return [message.document.number for message in world.to_gp.sent]


def world_with_orders(count: int) -> World:
    world = a_world()
    for number in range(1, count + 1):
        world.shipbob.put(an_order(order_id=number))
    return world


def reached(world: World, window: str) -> dt.datetime:
    return world.state.cursor(f"orders-{window}", TERMS.cut_over).reached


def test_the_first_poll_begins_at_the_cut_over_in_both_windows() -> None:
    world = a_world()

    poll_orders(world, "run-1")

    assert world.shipbob.asked == [(TERMS.cut_over, None, 1), (None, TERMS.cut_over, 1)]


def test_every_order_of_every_page_is_hinted_at() -> None:
    world = world_with_orders(7)

    poll_orders(world, "run-1")

    assert hinted(world) == [1, 2, 3, 4, 5, 6, 7]
    assert [page for inserted, _, page in world.shipbob.asked if inserted] == [1, 2, 3, 4]


def test_an_order_both_inserted_and_updated_is_queued_once_a_run() -> None:
    world = world_with_orders(1)

    poll_orders(world, "run-1")

    assert hinted(world) == [1]


def test_an_old_order_that_was_updated_is_found() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    poll_orders(world, "run-1")
    world.deliver()
    world.clock.advance(dt.timedelta(days=2))
    poll_orders(world, "run-2")
    world.deliver()
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())
    world.clock.advance(MINUTE)

    poll_orders(world, "run-3")
    world.deliver()

    assert world.gp.orders["SBO250000001"].tracking == ("1Z999",)


def test_a_later_poll_reads_again_what_began_a_quarter_of_an_hour_before_the_last() -> None:
    world = a_world()
    poll_orders(world, "run-1")
    world.shipbob.asked.clear()
    world.clock.advance(5 * MINUTE)

    poll_orders(world, "run-2")

    overlapping = START - 15 * MINUTE
    assert world.shipbob.asked == [(overlapping, None, 1), (None, overlapping, 1)]


def test_an_order_that_shipbob_lists_ten_minutes_late_is_found() -> None:
    world = a_world()
    world.clock.advance(5 * MINUTE)
    poll_orders(world, "run-1")
    world.clock.advance(5 * MINUTE)
    world.shipbob.put(unshipped())
    world.shipbob.inserted[ORDER_ID] = world.shipbob.updated[ORDER_ID] = START

    poll_orders(world, "run-2")

    assert hinted(world) == [ORDER_ID]


def test_a_cursor_moves_to_the_runs_start_however_long_the_run_took() -> None:
    world = world_with_orders(2)
    world.shipbob.listing_takes = 2 * MINUTE

    poll_orders(world, "run-1")

    # Two pages of two minutes each, then the second window begins.
    assert (reached(world, "inserted"), reached(world, "updated")) == (START, START + 4 * MINUTE)


@pytest.mark.parametrize("window", ["inserted", "updated"])
def test_a_cursor_does_not_move_when_the_queue_refuses(window: str) -> None:
    world = world_with_orders(1)
    if window == "updated":
        world.shipbob.inserted[1] = TERMS.cut_over - MINUTE
    world.to_gp.fail_next(Transient("SQS refused"))

    with pytest.raises(Transient):
        poll_orders(world, "run-1")

    assert reached(world, window) == TERMS.cut_over


def test_a_cursor_does_not_move_when_a_later_page_cannot_be_read() -> None:
    world = world_with_orders(4)
    world.shipbob.fail_next("order_ids", "down")
    with pytest.raises(Transient):
        poll_orders(world, "run-1")

    assert reached(world, "inserted") == TERMS.cut_over


def test_what_one_window_failed_at_is_found_by_the_next_run() -> None:
    world = world_with_orders(1)
    world.to_gp.fail_next(Transient("SQS refused"))
    with pytest.raises(Transient):
        poll_orders(world, "run-1")

    poll_orders(world, "run-2")

    assert hinted(world) == [1]


def test_a_run_that_aws_starts_twice_queues_each_order_once() -> None:
    world = world_with_orders(2)

    poll_orders(world, "run-1")
    poll_orders(world, "run-1")

    assert hinted(world) == [1, 2]


def test_an_order_that_changes_while_the_poll_lists_is_looked_at_afresh_in_the_end() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    poll_orders(world, "run-1")
    world.clock.advance(MINUTE)
    world.deliver()  # reads the order unshipped, a minute after the run's start
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())
    world.clock.advance(3 * MINUTE)

    poll_orders(world, "run-2")
    world.deliver()

    assert world.gp.orders["SBO250000001"].tracking == ("1Z999",)
    assert world.row(ORDER).status is Status.DONE


@pytest.mark.xfail(
    strict=True, reason="a window of more than PAGES_MAX pages raises before its cursor moves, every run"
)
def test_a_window_too_large_for_one_run_is_taken_up_by_the_next() -> None:
    world = world_with_orders(401)
    world.shipbob.page = 1

    poll_orders(world, "run-1")
    world.clock.advance(5 * MINUTE)
    poll_orders(world, "run-2")

    assert set(hinted(world)) == set(range(1, 402))
