"""A list that shows an order, and what came of it."""

from __future__ import annotations

import datetime as dt

from bridge.domain.message import Message, Snapshot
from bridge.domain.order import Order
from bridge.domain.outcome import Outcome
from bridge.flows.attempt import attempt

from local.memory.world import WRITE_GP, World
from tests.orders import (
    HOUR,
    ORDER,
    SECOND,
    a_world,
    unshipped,
)


def list_shows(world: World, order: Order, *, ago: dt.timedelta = dt.timedelta(), image: bytes = b"") -> Outcome:
    """A poll's message with the order as the list shows it is attempted; the list was read `ago` within a second."""
    finished = world.clock.now() - ago
    snapshot = Snapshot(image or order.image, finished - SECOND, finished)
    message = Message(ORDER, "poll orders-updated", "run-1", finished, snapshot)
    return attempt(WRITE_GP)(Message.from_json(message.to_json(), received_at=finished), world)


def reads(world: World) -> int:
    return world.calls.count("shipbob.order")


def last_read(world: World) -> dict[str, str]:
    """What the trail says of the last read."""
    return [dict(entry.facts) for entry in world.audit.entries(ORDER) if entry.what == "read from ShipBob"][-1]


def a_world_with_a_draft() -> World:
    world = a_world()
    list_shows(world, world.shipbob.put(unshipped()))
    world.clock.advance(HOUR)
    return world
