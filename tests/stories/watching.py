"""Waiting for a state of the world, bounded, and reading one order's story."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from decimal import Decimal
from itertools import count
from typing import Any

from bridge.aws.rows import Rows
from bridge.domain.document import DocumentId

from local.gp import view
from local.shipbob.orders import Line, NewOrder
from local.world import World

PATIENCE = 240  # seconds: a killed worker's login is waited for, and so are the next two tries
LOOKS_A_SWEEP = 4
# What an order as `place` makes it needs, and all that a story begins with.
MAPPED = {
    "channel/122233": "SHIPBOB-SHOP",
    "location/8": "SB-CICERO",
    "sku/WIDGET-RED": "WID-RED-01",
    "shipping/Standard": "GROUND",
}


def eventually[T](look: Callable[[], T], seconds: float = PATIENCE) -> T:
    """What `look` finds as soon as it is true; what it found last when the time is up."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.25)  # noqa: TID251 - processes of their own are watched, until a deadline
    return found


def in_time[T](world: World, look: Callable[[], T]) -> T:
    """As `eventually`, while the schedule goes on: what has to wait for its turn at a neighbour, the sweep lets in."""
    looks = count()

    def found() -> T:
        so_far = look()
        if not so_far and next(looks) % LOOKS_A_SWEEP == 0:
            world.run("Sweep")
        return so_far

    return eventually(found)


def place(world: World, order_number: str, quantity: int = 2, sku: str = "WIDGET-RED") -> int:
    """A customer buys widgets, red ones if nothing else is said; ShipBob's id of the order."""
    line = Line(sku, quantity, Decimal("19.95"))
    order = world.shipbob.account.place_order(NewOrder(order_number, [line], channel=122233))
    return int(order["id"])


def in_gp(world: World, order_number: str) -> list[dict[str, Any]]:
    """Every document that GP holds for a customer's order number."""
    return [found for order in world.gp.books.documents() if (found := view.document(order))["po"] == order_number]


def name_of(document: int | str) -> str:
    """An order's name by its id; any other document is given by its name."""
    return f"order/{document}" if isinstance(document, int) else document


def story_of(world: World, document: int | str) -> dict[str, Any]:
    """The document's row and trail, as the operator's command tells them; the status is `new` at first."""
    told: dict[str, Any] = world.operator("trace", name_of(document))[0]
    return told


def status_of(world: World, document: int | str) -> str:
    """As State has it, by the product's own reader: to look many times; the command starts a process each time."""
    state = Rows(world.cloud.client("dynamodb"), world.outputs["StateTable"])
    return str(state.row(DocumentId.parse(name_of(document))).status)


def have_status(world: World, order_ids: Iterable[int], status: str) -> bool:
    """Have all of the orders come so far?"""
    return all(status_of(world, order_id) == status for order_id in order_ids)


def comes_to(world: World, document: int | str, status: str) -> None:
    """The document has that status in time."""
    assert in_time(world, lambda: status_of(world, document) == status), story_of(world, document)
