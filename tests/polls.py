"""A shop that has been polled for months, and what its polls asked and found."""

from __future__ import annotations

import datetime as dt

from bridge.domain.listing import Feed
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.protocols.cursor import Cursor

from local.memory.world import START, World
from tests.orders import MINUTE, SECOND, a_world, an_order, parcel

INSERTED, UPDATED = Feed.ORDERS_INSERTED, Feed.ORDERS_UPDATED
OVERLAP = 15 * MINUTE


def hinted(world: World) -> list[int]:
    return [message.document.number for message in world.to_gp.sent]


def world_with_orders(count: int) -> World:
    """A world that has been polled for months, and `count` new orders."""
    world = a_world()
    for feed in (INSERTED, UPDATED):
        world.state.save_cursor(Cursor(feed, START - MINUTE))
    for number in range(1, count + 1):
        world.shipbob.put(an_order(parcel(300 + number, ("WIDGET-RED", 2), ("WIDGET-BLUE", 1)), order_id=number))
    return world


def reached(world: World, feed: Feed) -> dt.datetime | None:
    cursor = world.state.cursor(feed)
    return cursor.reached if cursor else None


def asked(world: World, feed: Feed) -> list[tuple[dt.datetime, str]]:
    """From when, and which page, the list was asked for."""
    return [(each.since, place) for each, place in world.shipbob.asked if each.feed is feed]


def live(world: World, time: dt.timedelta) -> None:
    """The queue is worked, and the poll runs every five minutes."""
    for _ in range(int(time / (5 * MINUTE))):
        world.clock.advance(10 * SECOND)
        world.sweep()
        world.clock.advance(5 * MINUTE - 10 * SECOND)
        poll_shipbob(world, f"run at {world.clock.now()}")
        world.deliver()
