"""A shop that goes live with orders of before, and how its back-fill stands."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bridge.domain.document import DocumentId
from bridge.domain.listing import Feed
from bridge.domain.order import Order
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.protocols.cursor import Backfill

from local.memory.world import START, World
from tests.orders import DAY, MINUTE, SECOND, a_world, an_order, parcel, shipped_parcel

INSERTED = Feed.ORDERS_INSERTED
OPERATOR = "a person"


def open_order(number: int) -> Order:
    return an_order(parcel(100_000 + number, ("WIDGET-RED", 2), ("WIDGET-BLUE", 1)), order_id=number)


def finished_order(number: int, shipped_at: dt.datetime) -> Order:
    items = ("WIDGET-RED", 2), ("WIDGET-BLUE", 1)
    return an_order(shipped_parcel(100_000 + number, *items, shipped_at=shipped_at), order_id=number)


def taken_in(world: World, order: Order, at: dt.datetime) -> None:
    """An order that ShipBob took in then, and has not changed since."""
    world.shipbob.put(dataclasses.replace(order, purchased_at=at - MINUTE))
    world.shipbob.inserted[order.id] = world.shipbob.updated[order.id] = at


def world_with_old_orders(count: int) -> World:
    """A shop that goes live, with orders of last week that are open still."""
    world = a_world()
    for number in range(1, count + 1):
        taken_in(world, open_order(number), START - 7 * DAY + number * SECOND)
    return world


def stands(world: World) -> Backfill:
    cursor = world.state.cursor("backfill")
    assert cursor is not None
    assert cursor.backfill is not None
    return cursor.backfill


def hinted(world: World) -> list[int]:
    return [message.document.number for message in world.to_gp.sent]


def poll(world: World, run: str) -> None:
    """A run, five minutes after the one before."""
    world.clock.advance(5 * MINUTE)
    poll_shipbob(world, run)


def fill(world: World, count: int) -> None:
    for number in range(count):
        world.hint(DocumentId.parse(f"order/{10_000 + number}"))
