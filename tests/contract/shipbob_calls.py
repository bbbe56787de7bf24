"""Every call of ShipBob's port, with what it is tried with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bridge.domain.connection import NewSubscription
from bridge.domain.listing import Asked, Feed
from bridge.domain.order import Named
from bridge.domain.receiving import BoxPackaging, NewBox, NewBoxItem, NewReceivingOrder, PackageType
from bridge.neighbours import ShipBob

START = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
CICERO, MORENO = Named(8, "Cicero (IL)"), Named(156, "Moreno Valley (CA)")
STORE = Named(122233, "Wingtip Store")
RED, BLUE, SERUM = 21000011, 21000012, 21000013


def wanted(number: str = "GPIV ADJ 0004711", **changes: Any) -> NewReceivingOrder:
    """Two boxes, an item in lots among them."""
    lot_date = dt.datetime(2027, 12, 31, tzinfo=dt.UTC)
    made = NewReceivingOrder(
        center=CICERO.id,
        purchase_order_number=number,
        expected_arrival=dt.datetime(2126, 11, 24, tzinfo=dt.UTC),  # in the future, whenever it is asked for
        package_type=PackageType.PACKAGE,
        packaging=BoxPackaging.MULTIPLE_SKU_PER_BOX,
        boxes=(
            NewBox(f"{number}-1", (NewBoxItem(RED, 100),)),
            NewBox(f"{number}-2", (NewBoxItem(RED, 20), NewBoxItem(SERUM, 40, "LOT-2226", lot_date))),
        ),
    )
    return replace(made, **changes)


def subscription(*topics: str) -> NewSubscription:
    return NewSubscription(
        "https://gateway.example.com/hooks", topics or ("order.shipped",), "whsec_" + "QUJD" * 8, "GP"
    )


type Prepared = Callable[[ShipBob], object]

READS: dict[str, Prepared] = {
    "listed": lambda port: port.listed(Asked(Feed.ORDERS_INSERTED, START)),
    "order": lambda port: port.order(250000001),
    "order_of_shipment": lambda port: port.order_of_shipment(390000101),
    "orders": lambda port: port.orders([250000001]),
    "store_order": lambda port: port.store_order(250000001),
    "customer_return": lambda port: port.customer_return(700001),
    "receiving_order": lambda port: port.receiving_order(915001),
    "receiving_orders_of": lambda port: port.receiving_orders_of("GPIV ADJ 0004711"),
    "boxes": lambda port: port.boxes(915001),
    "variants": lambda port: port.variants(["WIDGET-RED"]),
    "inventory_levels": lambda port: port.inventory_levels([RED]),
    "locations": lambda port: port.locations(),
    "fulfillment_centers": lambda port: port.fulfillment_centers(),
    "channels": lambda port: port.channels(),
    "subscriptions": lambda port: port.subscriptions(),
}
WRITES: dict[str, Prepared] = {
    "create_receiving_order": lambda port: port.create_receiving_order(wanted()),
    "subscribe": lambda port: port.subscribe(subscription()),
    "unsubscribe": lambda port: port.unsubscribe("ep_1"),
}
CALLS = READS | WRITES
# These read an image that there is.
NO_CALL = {"order_in", "receiving_order_in", "return_in", "stock_event_in", "store_amounts_in"}
