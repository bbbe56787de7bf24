"""One merchant's account: its orders, and what a day does to them."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import replace

from local.shipbob import catalogue, payloads
from local.shipbob.clock import Clock
from local.shipbob.listing import Listing
from local.shipbob.orders import (
    DELIVERED,
    IN_TRANSIT,
    INVALID_ADDRESS,
    LABELED,
    PICKABLE,
    SHIPPED,
    Label,
    NewOrder,
    Order,
    Shipment,
    StatusDetail,
)

FIRST_ORDER = 250_000_001
FIRST_SHIPMENT = 390_000_101

Publish = Callable[[str, str, bytes], None]  # topic, document ("order/123"), body


class NotThereError(LookupError):
    """No order or shipment has this id."""


class NotPossibleError(ValueError):
    """ShipBob would not do this, or not any more; the text says why."""


class Account:
    """Orders by id, changed only through the methods that play a day; each tells `publish` what ShipBob would tell.

    Ids count up from fixed numbers, so that the same day played twice gives the same documents.
    """

    def __init__(self, clock: Clock, publish: Publish) -> None:
        self._clock = clock
        self._publish = publish
        self._lock = threading.RLock()
        self._orders: dict[int, Order] = {}
        self._shipments: dict[int, Shipment] = {}
        self._references: set[tuple[int, str | None]] = set()

    # what is there

    def order(self, order_id: int) -> payloads.Json:
        """The order's present wire shape."""
        with self._lock:
            return payloads.order(self._order(order_id))

    def shipment(self, shipment_id: int) -> payloads.Json:
        """The shipment's present wire shape."""
        with self._lock:
            kept = self._shipment(shipment_id)
            return payloads.shipment(kept, self._orders[kept.order_id])

    def line_items(self, shipment_id: int) -> list[payloads.Json]:
        """The shipment's inventory items."""
        with self._lock:
            return payloads.line_items(self._shipment(shipment_id))

    def orders(self) -> list[payloads.Json]:
        """Every order's present wire shape, oldest first."""
        with self._lock:
            return [payloads.order(order) for order in self._orders.values()]

    def listed(self, asked: Listing) -> tuple[int, list[payloads.Json]]:
        """How many orders pass the filters, and the page asked for."""
        with self._lock:
            chosen = asked.chosen(list(self._orders.values()))
            return len(chosen), [payloads.order(order) for order in asked.paged(chosen)]

    # what a day does

    def place_order(self, new: NewOrder) -> payloads.Json:
        """A store sends an order in. No webhook tells of it: there is no order.created topic.

        An unknown SKU puts its shipment into ImportReview, as ShipBob's own ERP guide says.
        """
        with self._lock:
            self._refuse_nonsense(new)
            now = self._clock.now()
            order = Order(FIRST_ORDER + len(self._orders), new, now)
            for location, lines in new.packages():
                shipment = Shipment(FIRST_SHIPMENT + len(self._shipments), order.id, location, lines, now, now)
                if any(sku not in catalogue.BY_SKU for sku, _ in lines):
                    shipment.status = "ImportReview"
                order.shipments.append(shipment)
                self._shipments[shipment.id] = shipment
            self._orders[order.id] = order
            self._references.add((new.channel, order.reference_id))
            return payloads.order(order)

    def ship_order(self, order_id: int, label: Label | None = None) -> payloads.Json:
        """Label every shipment that can be picked; `order.shipped` goes out once all labels are printed."""
        with self._lock:
            order = self._order(order_id)
            self._ship(order, [each for each in order.shipments if each.status in PICKABLE], label or Label())
            return payloads.order(order)

    def ship_shipment(self, shipment_id: int, label: Label | None = None) -> payloads.Json:
        """Label one shipment; `order.shipped` goes out if its label was the order's last."""
        with self._lock:
            kept = self._shipment(shipment_id)
            order = self._orders[kept.order_id]
            self._ship(order, [kept] if kept.status in PICKABLE else [], label or Label())
            return payloads.shipment(kept, order)

    def deliver_order(self, order_id: int) -> payloads.Json:
        """The carrier delivers every shipped shipment."""
        with self._lock:
            order = self._order(order_id)
            shipped = [each for each in order.shipments if each.status in SHIPPED and each.delivered is None]
            if not shipped:
                raise NotPossibleError(f"order {order_id} has nothing under way")
            for each in shipped:
                self._deliver(order, each)
            return payloads.order(order)

    def deliver_shipment(self, shipment_id: int) -> payloads.Json:
        """The carrier delivers one shipment."""
        with self._lock:
            kept = self._shipment(shipment_id)
            if kept.status not in SHIPPED:
                raise NotPossibleError(f"shipment {shipment_id} is {kept.status}")
            self._deliver(self._orders[kept.order_id], kept)
            return payloads.shipment(kept, self._orders[kept.order_id])

    def cancel_order(self, order_id: int) -> payloads.Json:
        """Cancel every shipment that has not shipped."""
        with self._lock:
            order = self._order(order_id)
            still = [each for each in order.shipments if each.status not in SHIPPED | {"Cancelled"}]
            if not still:
                raise NotPossibleError(f"order {order_id} has nothing left to cancel")
            for each in still:
                self._turn(each, "Cancelled", (), "order.shipment.cancelled")
            return payloads.order(order)

    def cancel_shipment(self, shipment_id: int) -> payloads.Json:
        """Cancel one shipment."""
        return self._turn_unshipped(shipment_id, "Cancelled", (), "order.shipment.cancelled")

    def hold_shipment(self, shipment_id: int, detail: StatusDetail = INVALID_ADDRESS) -> payloads.Json:
        """Put a shipment on hold, for an address that cannot be delivered to unless told otherwise."""
        return self._turn_unshipped(shipment_id, "OnHold", (detail,), "order.shipment.on_hold")

    def fail_shipment(self, shipment_id: int) -> payloads.Json:
        """Out of stock at the centre: the shipment goes to Exception, which only happens before it ships."""
        with self._lock:
            kept = self._shipment(shipment_id)
            inventory = [product.inventory_id for sku, _ in kept.lines for product, _ in catalogue.stocked(sku)]
            detail = StatusDetail(303, "OutOfStock", "No Stock On Hand For Sku", next(iter(inventory), None))
            detail = replace(detail, location_id=kept.location_id)
            return self._turn_unshipped(shipment_id, "Exception", (detail,), "order.shipment.exception")

    def release_shipment(self, shipment_id: int) -> payloads.Json:
        """The cause of a hold, an exception or a review is gone: back to Processing, without a webhook."""
        return self._turn_unshipped(shipment_id, "Processing", (), None)

    def mark_tracking_uploaded(self, shipment_id: int) -> None:
        """What POST /shipment:batchUpdateTrackingUpload would set."""
        with self._lock:
            self._shipment(shipment_id).tracking_uploaded = True

    # how it is done; the lock is held throughout

    def _order(self, order_id: int) -> Order:
        if order_id not in self._orders:
            raise NotThereError(f"no order {order_id}")
        return self._orders[order_id]

    def _shipment(self, shipment_id: int) -> Shipment:
        if shipment_id not in self._shipments:
            raise NotThereError(f"no shipment {shipment_id}")
        return self._shipments[shipment_id]

    def _refuse_nonsense(self, new: NewOrder) -> None:
        locations = {location.id for location in catalogue.LOCATIONS}
        if new.channel not in {channel.id for channel in catalogue.CHANNELS}:
            raise NotPossibleError(f"no channel {new.channel}")
        if unknown := {location for location, _ in new.packages()} - locations:
            raise NotPossibleError(f"no location {sorted(unknown)}")
        if problem := new.problem():
            raise NotPossibleError(problem)
        if (new.channel, new.reference_id) in self._references:
            raise NotPossibleError("Cannot insert order with existing ReferenceId")

    def _ship(self, order: Order, shipments: list[Shipment], label: Label) -> None:
        if not shipments:
            raise NotPossibleError(f"order {order.id} has no such shipment to pick: it is {order.status}")
        for each in shipments:
            self._label(each, label)
        if order.status == "Fulfilled" and not label.silently:
            self._tell_order("order.shipped", order)
        for each in shipments if label.completed else ():
            self._complete(each, silently=label.silently)

    def _label(self, shipment: Shipment, label: Label) -> None:
        now = self._clock.now()
        shipment.label = replace(label, tracking_number=label.tracking_number or f"94001{shipment.id:017d}")
        shipment.fulfilled = label.actual_fulfillment_date or now
        shipment.status, shipment.details = "LabeledCreated", (LABELED,)
        if not label.silently:
            shipment.updated = shipment.tracking_updated = now

    def _complete(self, shipment: Shipment, *, silently: bool) -> None:
        shipment.status, shipment.details = "Completed", (IN_TRANSIT,)
        if not silently:
            shipment.updated = shipment.tracking_updated = self._clock.now()
            self._tell_shipment("order.shipment.tracking.updated", shipment)

    def _deliver(self, order: Order, shipment: Shipment) -> None:
        shipment.delivered = shipment.tracking_updated = self._clock.now()
        self._turn(shipment, "Completed", (DELIVERED,), "order.shipment.delivered")
        if all(each.delivered for each in order.shipments if each.status != "Cancelled"):
            self._tell_order("order.delivered", order)

    def _turn_unshipped(
        self, shipment_id: int, status: str, details: tuple[StatusDetail, ...], topic: str | None
    ) -> payloads.Json:
        with self._lock:
            kept = self._shipment(shipment_id)
            if kept.status in SHIPPED | {"Cancelled"}:
                raise NotPossibleError(f"shipment {shipment_id} is {kept.status}")
            self._turn(kept, status, details, topic)
            return payloads.shipment(kept, self._orders[kept.order_id])

    def _turn(self, shipment: Shipment, status: str, details: tuple[StatusDetail, ...], topic: str | None) -> None:
        shipment.status, shipment.details, shipment.updated = status, details, self._clock.now()
        if topic is not None:
            self._tell_shipment(topic, shipment)

    def _tell_order(self, topic: str, order: Order) -> None:
        self._publish(topic, f"order/{order.id}", encoded(payloads.order(order)))

    def _tell_shipment(self, topic: str, shipment: Shipment) -> None:
        body = encoded(payloads.shipment(shipment, self._orders[shipment.order_id]))
        self._publish(topic, f"shipment/{shipment.id}", body)


def encoded(value: object) -> bytes:
    """Compact JSON, as ShipBob sends it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
