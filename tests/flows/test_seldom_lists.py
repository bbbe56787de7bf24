"""When ShipBob is asked for returns, receiving orders and corrections of stock, and when it is spared."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Feed
from bridge.flows.paging import PAGES_MAX, SHALLOW
from bridge.flows.poll_shipbob import PollFailed, poll_shipbob
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import Status

from local.memory.world import START, TERMS, World
from tests.followed import a_receiving_order, a_return, an_event, building
from tests.orders import HOUR, MINUTE, SECOND, a_world

RETURN, RECEIVING, STOCK = (
    DocumentId(kind, 7) for kind in (DocumentKind.RETURN, DocumentKind.RECEIVING, DocumentKind.STOCK)
)
NOT_BOOKED = "in the trail; returns, receipts and stock events are not booked in GP by this version"
SELDOM = [
    Feed.RETURNS_CREATED,
    Feed.RETURNS_COMPLETED,
    Feed.RECEIVING_INSERTED,
    Feed.RECEIVING_COMPLETED,
    Feed.RECEIVING_OPEN,
]


def asked(world: World, feed: Feed) -> list[dt.datetime]:
    return [each.since for each, _ in world.shipbob.asked if each.feed is feed]


def poll_for(world: World, time: dt.timedelta) -> None:
    """The poll, every five minutes, give or take some seconds."""
    end, number = world.clock.now() + time, 0
    while world.clock.now() < end:
        poll_shipbob(world, f"run at {world.clock.now()}")
        number += 1
        world.clock.advance(5 * MINUTE + (-1 if number % 2 else 1) * 3 * SECOND)


@pytest.mark.parametrize("feed", SELDOM)
def test_returns_and_receiving_orders_are_asked_for_hourly_from_the_cut_over_on(feed: Feed) -> None:
    world = a_world()

    poll_for(world, 8 * HOUR)

    assert asked(world, feed)[0] == TERMS.cut_over - 15 * MINUTE
    assert len(asked(world, feed)) == 8
    assert asked(world, feed)[-1] > START + 5 * HOUR


def test_each_return_and_receiving_order_that_a_list_shows_is_hinted_at() -> None:
    world = a_world()
    world.shipbob.put_return(a_return())
    world.shipbob.put_receiving(a_receiving_order())

    poll_shipbob(world, "run-1")

    assert sorted(str(message.document) for message in world.to_gp.waiting()) == ["receiving/7", "return/7"]


def test_every_building_that_is_open_is_asked_every_four_hours_for_its_corrections() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8), building(9), building(10, is_active=False)]

    poll_for(world, 8 * HOUR)

    facilities = [each.facility for each, _ in world.shipbob.asked if each.feed is Feed.STOCK_EVENTS]
    assert (sorted(facilities, key=str), world.calls.count("shipbob.locations")) == ([8, 8, 9, 9], 2)


def test_a_building_that_is_closed_is_asked_while_a_site_of_gps_is_mapped_to_it() -> None:
    """What ShipBob counts away as it leaves a building is told no later than that it is closed."""
    world = a_world()
    world.shipbob.buildings = [building(8, is_active=False)]
    world.shipbob.put_event(an_event(7, facility=8))

    poll_shipbob(world, "run-1")

    assert [message.document for message in world.to_gp.waiting()] == [STOCK]


def test_the_corrections_of_every_page_are_followed_and_a_new_building_s_from_the_cut_over_on() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8)]
    for number in range(1, 9):
        world.shipbob.put_event(an_event(number))
    world.shipbob.put_event(an_event(9, facility=9, at=START - HOUR))
    poll_shipbob(world, "run-1")
    first = [message.document.number for message in world.to_gp.sent]
    world.shipbob.buildings.append(building(9))
    world.clock.advance(4 * HOUR)

    poll_shipbob(world, "run-2")
    world.deliver()

    assert first == list(range(1, 9))
    assert {message.document.number for message in world.to_gp.sent} == set(range(1, 10))
    assert world.row(DocumentId(DocumentKind.STOCK, 9)).status is Status.REVIEW


def test_a_building_that_failed_is_asked_again_in_the_next_run_and_the_others_are_not() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8), building(9)]
    world.shipbob.fail_next(Feed.STOCK_EVENTS, "down")
    with pytest.raises(PollFailed, match=r"^stock-events/8: ShipBob cannot be reached$"):
        poll_shipbob(world, "run-1")
    world.shipbob.asked.clear()
    world.clock.advance(5 * MINUTE)

    poll_shipbob(world, "run-2")

    assert [each.facility for each, _ in world.shipbob.asked if each.feed is Feed.STOCK_EVENTS] == [8]


def test_a_history_too_long_for_one_run_is_gone_on_with_by_the_next_and_not_hours_later() -> None:
    world = a_world()
    world.shipbob.buildings, world.shipbob.page = [building(8)], 1
    for number in range(1, PAGES_MAX + 2):
        world.shipbob.put_event(an_event(number))
    poll_shipbob(world, "run-1")
    world.clock.advance(5 * MINUTE)

    poll_shipbob(world, "run-2")

    assert len(world.to_gp.sent) == PAGES_MAX + 1


def test_a_building_that_another_run_is_at_is_asked_once_that_has_ended_and_not_hours_later() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8)]
    world.state.save_cursor(Cursor("stock-events/8", START - HOUR).taken("another", START))
    poll_shipbob(world, "run-1")
    while_held = len(asked(world, Feed.STOCK_EVENTS))
    world.clock.advance(6 * MINUTE)

    poll_shipbob(world, "run-2")

    assert (while_held, len(asked(world, Feed.STOCK_EVENTS))) == (0, 1)


def test_when_the_buildings_cannot_be_asked_for_the_next_run_asks_again() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8)]
    world.shipbob.fail_next("locations", "down")
    with pytest.raises(PollFailed, match=r"^stock-events: ShipBob cannot be reached$"):
        poll_shipbob(world, "run-1")

    poll_shipbob(world, "run-2")

    assert len(asked(world, Feed.STOCK_EVENTS)) == 1


def test_no_more_is_asked_of_the_history_than_the_ninety_days_that_shipbob_keeps() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8)]
    world.state.save_cursor(Cursor("stock-events/8", START - 200 * 24 * HOUR))

    poll_shipbob(world, "run-1")

    (since,) = asked(world, Feed.STOCK_EVENTS)
    assert dt.timedelta(days=88) < START - since < dt.timedelta(days=90)


def test_when_the_time_is_up_what_is_seldom_asked_for_waits_for_the_next_run() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8)]
    world.shipbob.listing_takes = 110 * SECOND

    poll_shipbob(world, "run-1")
    first = {each.feed for each, _ in world.shipbob.asked}
    world.shipbob.listing_takes = dt.timedelta()
    poll_shipbob(world, "run-2")

    assert first == {Feed.ORDERS_INSERTED, Feed.ORDERS_UPDATED}
    assert {each.feed for each, _ in world.shipbob.asked} == set(Feed)


def test_a_building_that_keeps_failing_does_not_stop_the_others() -> None:
    world = a_world()
    world.shipbob.buildings = [building(8), building(9)]
    for hours in range(0, 25, 5):
        world.shipbob.fail_next(Feed.STOCK_EVENTS, "down")
        with pytest.raises(PollFailed, match="stock-events/8"):
            poll_shipbob(world, f"run-{hours}")
        world.clock.advance(5 * HOUR)

    assert [each.facility for each, _ in world.shipbob.asked if each.feed is Feed.STOCK_EVENTS].count(9) >= 5


@pytest.mark.parametrize("feed", SELDOM)
def test_while_many_messages_wait_returns_and_receiving_orders_are_not_asked_for(feed: Feed) -> None:
    world = a_world()
    world.to_gp.depth = lambda: SHALLOW  # type: ignore[method-assign]

    poll_shipbob(world, "run-1")

    assert not asked(world, feed)
    assert asked(world, Feed.ORDERS_INSERTED)
