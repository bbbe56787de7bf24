"""What one merchant's account holds, and how others hear of a change: what orders, their edits and returns share."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence

from local.shipbob import payloads
from local.shipbob.clock import Clock
from local.shipbob.defects import Defects
from local.shipbob.orders import SHIPPED, Order, Shipment, StatusDetail

FIRST_SHIPMENT = 390_000_101

Publish = Callable[[str, str, bytes], None]  # topic, document ("order/123"), body
Follow = Callable[[Shipment], object]
Restock = Callable[[int, int, int, str | None, str], object]  # inventory id, location id, units, lot, return id


class NotThereError(LookupError):
    """No order, shipment or return has this id."""


class NotPossibleError(ValueError):
    """ShipBob would not do this, or not any more; the text says why."""


class Book:
    """Orders and shipments by id. Whoever reads or changes them holds `lock`.

    Whoever keeps the stock sets `follow`, called after a shipment changed, and `restock`, called when units of a return
    go back onto a shelf, or, with fewer than none, leave it again. Both are called with the lock held.
    """

    def __init__(self, clock: Clock, publish: Publish, defects: Defects) -> None:
        self.clock, self.publish, self.defects = clock, publish, defects
        self.lock = threading.RLock()
        self.follow: Follow = _nothing
        self.restock: Restock = _nothing
        self.orders: dict[int, Order] = {}
        self.shipments: dict[int, Shipment] = {}

    def order(self, order_id: int) -> Order:
        """The order, archived or not; `NotThereError` where there is none."""
        if order_id not in self.orders:
            raise NotThereError(f"no order {order_id}")
        return self.orders[order_id]

    def shipment(self, shipment_id: int) -> Shipment:
        """The shipment, archived or not; `NotThereError` where there is none."""
        if shipment_id not in self.shipments:
            raise NotThereError(f"no shipment {shipment_id}")
        return self.shipments[shipment_id]

    def unshipped(self, shipment_id: int) -> Shipment:
        """A shipment that can still be changed; `NotPossibleError` where it has left or is cancelled."""
        kept = self.shipment(shipment_id)
        if kept.status in SHIPPED | {"Cancelled"}:
            raise NotPossibleError(f"shipment {shipment_id} is {kept.status}")
        return kept

    def shipped(self, shipment_id: int) -> Shipment:
        """A shipment that has its label; `NotPossibleError` where it has none."""
        kept = self.shipment(shipment_id)
        if kept.status not in SHIPPED:
            raise NotPossibleError(f"shipment {shipment_id} is {kept.status}")
        return kept

    def add_shipment(self, order: Order, location: int, lines: Sequence[tuple[str, int]]) -> Shipment:
        """A new shipment of an order, Processing."""
        now = self.clock.now()
        made = Shipment(FIRST_SHIPMENT + len(self.shipments), order.id, location, list(lines), now, now)
        order.shipments.append(made)
        self.shipments[made.id] = made
        return made

    def shown_order(self, order: Order) -> payloads.Json:
        """The order's present wire shape."""
        return self.defects.order(payloads.order(order))

    def shown_shipment(self, shipment: Shipment) -> payloads.Json:
        """The shipment's present wire shape."""
        order = self.orders[shipment.order_id]
        return self.defects.shipment(payloads.shipment(shipment, order), order.placed.type)

    def touch(self, shipment: Shipment) -> None:
        """The shipment has changed now; so has its order."""
        if not self.defects.update_dates_stand_still:
            shipment.updated = self.clock.now()
        self.follow(shipment)

    def turn(
        self, shipment: Shipment, status: str, details: tuple[StatusDetail, ...] = (), topic: str | None = None
    ) -> None:
        """Give a shipment another status, and tell of it where there is a topic."""
        shipment.status, shipment.details = status, details
        self.touch(shipment)
        if topic is not None:
            self.tell_shipment(topic, shipment)

    def tell_order(self, topic: str, order: Order) -> None:
        """Publish the order as it is now."""
        self.tell(topic, f"order/{order.id}", self.shown_order(order))

    def tell_shipment(self, topic: str, shipment: Shipment) -> None:
        """Publish the shipment as it is now; what ShipBob publishes of tracking updates is not known for certain."""
        is_split = len(self.orders[shipment.order_id].shipments) > 1
        if is_split and topic == "order.shipment.cancelled" and self.defects.split_cancellations_untold:
            return
        body = self.shown_shipment(shipment)
        if topic == "order.shipment.tracking.updated" and self.defects.tracking_told_as_tracking:
            body = payloads.tracked(shipment, self.clock.now())
        self.tell(topic, f"shipment/{shipment.id}", body)

    def tell(self, topic: str, document: str, body: payloads.Json) -> None:
        """Publish a body about a document."""
        if (told := self.defects.told(topic, body)) is not None:
            self.publish(topic, document, encoded(told))


def _nothing(*_: object) -> None:
    """Nobody keeps the stock."""


def encoded(value: object) -> bytes:
    """Compact JSON, as ShipBob sends it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(errors="replace")
