"""Builders of orders, and what GP should hold for the plain one: worked out by hand.

The plain order: two of WIDGET-RED at 10.00 and one of WIDGET-BLUE at 5.50 make 25.50; the customer paid 30.00, so
4.50 is freight. Shop 101 is customer AARONFIT0001; location 8 is site CHICAGO, location 9 is site RENO.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.order import (
    Named,
    Order,
    OrderLine,
    OrderStatus,
    Recipient,
    Shipment,
    ShipmentStatus,
    ShippedItem,
)
from bridge.domain.outcome import MappingKey, NeedsReview

from local.memory.world import World

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))

ORDER_ID = 250000001
ORDER = DocumentId(DocumentKind.ORDER, ORDER_ID)
NUMBER = "SBO250000001"
CUSTOMER = "AARONFIT0001"
CHICAGO, RENO = Named(8, "Cicero (IL)"), Named(9, "Reno (NV)")
SHOP = Named(101, "Shop")
SHIPPED_AT = dt.datetime(2026, 11, 19, 3, 30, tzinfo=dt.UTC)  # still the 18th in Chicago

MAPPED = {
    "channel/101": CUSTOMER,
    "location/8": "CHICAGO",
    "location/9": "RENO",
    "sku/WIDGET-RED": "RED-100",
    "sku/WIDGET-BLUE": "BLUE-100",
}


def line(sku: str, quantity: str | int, price: str | None) -> OrderLine:
    return OrderLine(sku, Decimal(quantity), Decimal(price) if price is not None else None)


def parcel(
    shipment_id: int,
    *items: tuple[str, str | int | None],
    at: Named | None = CHICAGO,
    status: ShipmentStatus = ShipmentStatus.PROCESSING,
    tracking: str = "",
    shipped_at: dt.datetime | None = None,
) -> Shipment:
    held = tuple(ShippedItem(sku, Decimal(quantity) if quantity is not None else None) for sku, quantity in items)
    return Shipment(shipment_id, status, at, held, tracking, shipped_at)


def shipped_parcel(
    shipment_id: int,
    *items: tuple[str, str | int | None],
    tracking: str = "1Z999",
    at: Named | None = CHICAGO,
    shipped_at: dt.datetime | None = SHIPPED_AT,
) -> Shipment:
    return parcel(shipment_id, *items, at=at, status=ShipmentStatus.COMPLETED, tracking=tracking, shipped_at=shipped_at)


PLAIN_LINES = (line("WIDGET-RED", 2, "10.00"), line("WIDGET-BLUE", 1, "5.50"))
PLAIN_ITEMS = (("WIDGET-RED", 2), ("WIDGET-BLUE", 1))


def an_order(
    *shipments: Shipment,
    lines: tuple[OrderLine, ...] = PLAIN_LINES,
    total: str | None = "30.00",
    status: OrderStatus = OrderStatus.PROCESSING,
    order_id: int = ORDER_ID,
    recipient: Recipient | None = None,
    order_number: str = "#1042",
) -> Order:
    return Order(
        id=order_id,
        number=order_number,
        reference="shop-77",
        status=status,
        channel=SHOP,
        purchased_at=dt.datetime(2026, 11, 17, 3, 0, tzinfo=dt.UTC),  # the 16th in Chicago
        recipient=recipient or Recipient("Sample Customer", address1="214 Example Ave", city="Columbus", state="OH"),
        lines=lines,
        shipments=shipments,
        total=Decimal(total) if total is not None else None,
    )


def unshipped() -> Order:
    return an_order(parcel(301, *PLAIN_ITEMS))


def shipped() -> Order:
    return an_order(shipped_parcel(301, *PLAIN_ITEMS), status=OrderStatus.FULFILLED)


def cancelled() -> Order:
    return an_order(parcel(301, *PLAIN_ITEMS, status=ShipmentStatus.CANCELLED), status=OrderStatus.CANCELLED)


def a_world(*without: str) -> World:
    """A world where all is mapped but `without`."""
    world = World()
    world.state.mapped = {MappingKey.parse(key): value for key, value in MAPPED.items() if key not in without}
    return world


def a_world_with(status: str) -> World:
    """A world where the plain order is `unshipped`, or a `draft` in GP and shipped since."""
    world = a_world()
    world.shipbob.put(unshipped())
    if status == "draft":
        world.attempt(ORDER)
        world.shipbob.put(shipped())
    return world


def texts(outcome: object) -> list[str]:
    assert isinstance(outcome, NeedsReview), outcome
    return [reason.text for reason in outcome.reasons]
