"""The poll finds every order that was inserted or updated, and its cursors never pass over one."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.listing import Asked, Feed, Listing
from bridge.domain.outcome import Transient
from bridge.flows import backfill, open_orders
from bridge.flows.paging import PAGES_MAX
from bridge.flows.poll_shipbob import PollFailed, poll_shipbob
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import Status

from local.memory.world import START, TERMS, Crash, Cut, World
from tests.orders import MINUTE, NUMBER, ORDER, ORDER_ID, a_world, shipped, unshipped
from tests.polls import INSERTED, OVERLAP, UPDATED, asked, hinted, reached, world_with_orders

# ---- What is asked for


def test_the_first_poll_asks_for_what_is_new_from_a_quarter_of_an_hour_before_it() -> None:
    world = a_world()

    poll_shipbob(world, "run-1")

    assert asked(world, UPDATED) == [(START - OVERLAP, "")]
    assert asked(world, INSERTED)[0] == (START - OVERLAP, "")


def test_wherever_the_first_poll_ended_the_live_lists_begin_where_the_back_fill_leaves_orders_to_them() -> None:
    untold = a_world()
    poll_shipbob(untold, "run-1")
    for number in range(1, len(untold.calls.made) + 1):
        world = a_world()
        world.crash_at(number, Cut.BEFORE)
        with pytest.raises(Crash):
            poll_shipbob(world, "run-1")
        filling = world.state.cursor(backfill.NAME)
        world.clock.advance(60 * MINUTE)

        poll_shipbob(world, "run-2")

        begun = START if filling else START + 60 * MINUTE
        assert asked(world, UPDATED)[-1][0] == begun - OVERLAP, f"ended before call {number}"


def test_every_order_of_every_page_is_hinted_at() -> None:
    world = world_with_orders(7)

    poll_shipbob(world, "run-1")

    assert hinted(world) == [1, 2, 3, 4, 5, 6, 7]
    assert [place for _, place in asked(world, INSERTED)] == ["", "2", "3"]


def test_an_order_both_inserted_and_updated_is_queued_once_a_run() -> None:
    world = world_with_orders(1)

    poll_shipbob(world, "run-1")

    assert hinted(world) == [1]


def test_an_old_order_that_was_updated_is_found() -> None:
    world = world_with_orders(0)
    world.shipbob.put(unshipped())
    poll_shipbob(world, "run-1")
    world.deliver()
    world.clock.advance(dt.timedelta(days=2))
    poll_shipbob(world, "run-2")
    world.deliver()
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())
    world.clock.advance(MINUTE)

    poll_shipbob(world, "run-3")
    world.deliver()

    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_a_later_poll_reads_again_what_began_a_quarter_of_an_hour_before_the_last() -> None:
    world = a_world()
    poll_shipbob(world, "run-1")
    world.shipbob.asked.clear()
    world.clock.advance(5 * MINUTE)

    poll_shipbob(world, "run-2")

    assert (asked(world, INSERTED), asked(world, UPDATED)) == ([(START - OVERLAP, "")], [(START - OVERLAP, "")])


def test_an_order_that_shipbob_lists_ten_minutes_late_is_found() -> None:
    world = world_with_orders(0)
    world.clock.advance(5 * MINUTE)
    poll_shipbob(world, "run-1")
    world.clock.advance(5 * MINUTE)
    world.shipbob.put(unshipped())
    world.shipbob.inserted[ORDER_ID] = world.shipbob.updated[ORDER_ID] = START

    poll_shipbob(world, "run-2")

    assert hinted(world) == [ORDER_ID]


def test_what_the_hints_seen_at_says_is_never_before_what_the_page_shows() -> None:
    world = world_with_orders(1)
    world.shipbob.listing_takes = 2 * MINUTE

    poll_shipbob(world, "run-1")

    (message,) = world.to_gp.sent
    assert message.snapshot is not None
    assert (message.snapshot.read_started, message.snapshot.read_finished) == (START, START + 2 * MINUTE)
    assert message.seen_at == START + 2 * MINUTE


# ---- How far a cursor moves


def test_a_cursor_moves_to_the_start_of_its_pass_however_long_that_took() -> None:
    world = world_with_orders(2)
    world.shipbob.listing_takes = MINUTE

    poll_shipbob(world, "run-1")

    assert (reached(world, INSERTED), reached(world, UPDATED)) == (START, START + MINUTE)


@pytest.mark.parametrize("feed", [INSERTED, UPDATED])
def test_a_cursor_does_not_move_when_the_queue_refuses(feed: Feed) -> None:
    world = world_with_orders(1)
    if feed is UPDATED:
        world.shipbob.inserted[1] = TERMS.cut_over - MINUTE
    world.to_gp.fail_next(Transient("SQS refused"))

    with pytest.raises(PollFailed, match=f"^{feed}: SQS refused$"):
        poll_shipbob(world, "run-1")

    assert reached(world, feed) == START - MINUTE


def test_what_one_run_failed_at_is_found_by_the_next() -> None:
    world = world_with_orders(1)
    world.to_gp.fail_next(Transient("SQS refused"))
    world.shipbob.fail_next(UPDATED, "down")
    with pytest.raises(PollFailed):
        poll_shipbob(world, "run-1")

    poll_shipbob(world, "run-2")

    assert hinted(world) == [1]


def test_a_run_that_fails_at_a_later_page_is_gone_on_with_from_that_page() -> None:
    world = world_with_orders(7)
    world.shipbob.page = 2
    world.shipbob.fail_next(UPDATED, "down")
    poll_until(world, INSERTED, "3")
    world.shipbob.asked.clear()
    before = hinted(world)

    poll_shipbob(world, "run-2")

    assert before == [1, 2, 3, 4]
    assert [place for _, place in asked(world, INSERTED)] == ["3", "4"]
    assert (sorted(set(hinted(world))), reached(world, INSERTED)) == ([1, 2, 3, 4, 5, 6, 7], START)


def poll_until(world: World, feed: Feed, place: str) -> None:
    """A run that finds ShipBob away from that page on."""
    down = world.shipbob.listed
    fails_at = place

    def listed(asked: Asked, place: str = "") -> Listing:
        if (asked.feed, place) == (feed, fails_at):
            world.shipbob.fail_next(feed, "down")
        return down(asked, place)

    world.shipbob.listed = listed  # type: ignore[method-assign]
    with pytest.raises(PollFailed):
        poll_shipbob(world, "run-1")
    world.shipbob.listed = down  # type: ignore[method-assign]


def test_a_run_that_aws_starts_twice_queues_each_order_once() -> None:
    world = world_with_orders(2)

    poll_shipbob(world, "run-1")
    poll_shipbob(world, "run-1")

    assert hinted(world) == [1, 2]


def test_an_order_that_changes_while_the_poll_lists_is_looked_at_afresh_in_the_end() -> None:
    world = world_with_orders(0)
    world.shipbob.put(unshipped())
    poll_shipbob(world, "run-1")
    world.clock.advance(MINUTE)
    world.deliver()
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())
    world.clock.advance(3 * MINUTE)

    poll_shipbob(world, "run-2")
    world.deliver()

    assert world.gp.orders[NUMBER].tracking == ("1Z999",)
    assert world.row(ORDER).status is Status.DONE


def test_a_window_too_large_for_one_run_is_taken_up_by_the_next() -> None:
    world = world_with_orders(PAGES_MAX + 1)
    world.shipbob.page = 1

    poll_shipbob(world, "run-1")
    after_one = (max(hinted(world)), reached(world, INSERTED))
    world.clock.advance(5 * MINUTE)
    poll_shipbob(world, "run-2")

    assert after_one == (PAGES_MAX, START - MINUTE)
    assert (set(hinted(world)), reached(world, INSERTED)) == (set(range(1, PAGES_MAX + 2)), START)


def test_a_run_begins_no_page_after_its_time_and_the_next_run_goes_on() -> None:
    world = world_with_orders(4)
    world.shipbob.page = 1
    world.shipbob.listing_takes = 2 * MINUTE

    poll_shipbob(world, "run-1")
    after_one = [place for _, place in asked(world, INSERTED)]
    world.clock.advance(5 * MINUTE)
    poll_shipbob(world, "run-2")

    assert after_one == ["", "2"]
    assert [place for _, place in asked(world, INSERTED)] == ["", "2", "3", "4"]


def test_an_ordinary_run_writes_each_cursor_twice_to_be_alone_at_it_and_to_move_it() -> None:
    world = world_with_orders(2)
    world.state.save_cursor(Cursor(Feed.STOCK_EVENTS, START))
    for feed in (Feed.RETURNS_CREATED, Feed.RETURNS_COMPLETED, Feed.RECEIVING_INSERTED, Feed.RECEIVING_COMPLETED):
        world.state.save_cursor(Cursor(feed, START))
    world.state.save_cursor(Cursor(Feed.RECEIVING_OPEN, START))
    world.state.save_cursor(Cursor(open_orders.NAME, START))
    before = world.calls.count("state.save_cursor")

    poll_shipbob(world, "run-1")

    assert world.calls.count("state.save_cursor") - before == 4
    assert world.calls.of("shipbob") == ["listed", "listed"]
