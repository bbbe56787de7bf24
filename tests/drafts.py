"""Orders that are drafts in GP, and what becomes of them as ShipBob shows something else."""

from __future__ import annotations

import dataclasses
from typing import Any

from bridge.domain.order import Order, OrderStatus
from bridge.domain.outcome import Done, Unchanged
from bridge.domain.sales_document import SalesDocument, SalesOrder
from bridge.domain.terms import OrderTerms

from local.memory.world import HOLD, TERMS, World
from tests.orders import NUMBER, ORDER, SHIPPED_AT, a_world, an_order, parcel, shipped_parcel, unshipped

RED, BLUE = ("WIDGET-RED", 2), ("WIDGET-BLUE", 1)


def a_world_of(**orders: Any) -> World:
    """A world where the company chose so."""
    world = a_world()
    world.terms = dataclasses.replace(TERMS, orders=OrderTerms("STDORD", draft_hold=HOLD, **orders))
    return world


def drafted(order: Order | None = None, **orders: Any) -> World:
    """A world whose order is a draft in GP."""
    world = a_world_of(**orders)
    world.shipbob.put(order or unshipped())
    world.attempt(ORDER)
    return world


def then(world: World, order: Order) -> SalesOrder:
    """ShipBob holds this now; the order in GP after it was attempted."""
    world.shipbob.put(order)
    assert isinstance(world.attempt(ORDER), Done | Unchanged), world.outcomes[-1]
    return world.gp.orders[NUMBER]


def two_parcels() -> Order:
    return an_order(parcel(301, RED), parcel(302, BLUE))


def half_shipped() -> Order:
    status = OrderStatus.PARTIALLY_FULFILLED
    return an_order(shipped_parcel(301, RED, tracking="1Z-A"), parcel(302, BLUE), status=status)


def both_shipped(second: Any = SHIPPED_AT) -> Order:
    parcels = shipped_parcel(301, RED, tracking="1Z-A"), shipped_parcel(302, BLUE, tracking="1Z-B", shipped_at=second)
    return an_order(*parcels, status=OrderStatus.FULFILLED)


def goods(order: SalesDocument) -> list[str]:
    """Number, item, site and quantity of each line, less what is cancelled, and what is fulfilled."""
    return [
        f"{x.sequence} {x.item} {x.site} {x.quantity.normalize():f}-{x.canceled.normalize():f}"
        f" ({x.fulfilled.normalize():f})"
        for x in order.lines
    ]
