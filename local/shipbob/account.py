"""One merchant's account: its orders, and what a day does to them."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from local.shipbob import catalogue, payloads
from local.shipbob.book import FIRST_SHIPMENT, Book, NotPossibleError, NotThereError, Publish, encoded
from local.shipbob.clock import Clock
from local.shipbob.defects import Defects
from local.shipbob.edits import Edits
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
from local.shipbob.returns import Returns
from local.shipbob.warehouse import Warehouse

__all__ = ["FIRST_ORDER", "FIRST_SHIPMENT", "Account", "NotPossibleError", "NotThereError", "Publish", "encoded"]

FIRST_ORDER = 250_000_001


class Account:
    """Orders by id, changed only through the methods that play a day; each tells `publish` what ShipBob would tell.

    `edits` changes orders and shipments as people do, `returns` brings goods back, `warehouse` is what lies and comes
    in, `defects` makes answers depart from the reference. Ids count up from fixed numbers, so that the same day played
    twice gives the same documents.
    """

    def __init__(self, clock: Clock, publish: Publish, defects: Defects | None = None) -> None:
        self.defects = defects or Defects()
        self.book = Book(clock, publish, self.defects)
        self.edits = Edits(self.book)
        self.returns = Returns(self.book)
        self.warehouse = Warehouse(self.book)
        self._clock, self._lock = clock, self.book.lock
        self._references: set[tuple[int, str | None]] = set()

    # what is there: what ShipBob archived is not, except in `orders` and within its order

    def order(self, order_id: int) -> payloads.Json:
        """The order's present wire shape."""
        with self._lock:
            return self.book.shown_order(self._unarchived(order_id))

    def shipment(self, shipment_id: int) -> payloads.Json:
        """The shipment's present wire shape."""
        with self._lock:
            return self.book.shown_shipment(self._unarchived_shipment(shipment_id))

    def line_items(self, shipment_id: int) -> list[payloads.Json]:
        """The shipment's inventory items."""
        with self._lock:
            return payloads.line_items(self._unarchived_shipment(shipment_id))

    def store_order(self, order_id: int) -> str | None:
        """The store's own order as text, where ShipBob has it."""
        with self._lock:
            kept = self._unarchived(order_id).placed.store_order
            return None if kept is None else encoded(kept).decode()

    def orders(self) -> list[payloads.Json]:
        """Every order's present wire shape, oldest first."""
        with self._lock:
            return [self.book.shown_order(order) for order in self.book.orders.values()]

    def listed(self, asked: Listing) -> tuple[int, list[payloads.Json]]:
        """How many orders pass the filters, and the page asked for."""
        with self._lock:
            known = self._clock.now() - dt.timedelta(seconds=self.defects.listing_lag_seconds)
            there = [each for each in self.book.orders.values() if not each.archived and each.created <= known]
            chosen = asked.chosen(there, by_update=self.defects.sorted_by_update)
            return len(chosen), [self.book.shown_order(order) for order in asked.paged(chosen)]

    # what a day does

    def place_order(self, new: NewOrder) -> payloads.Json:
        """A store sends an order in. No webhook tells of it: there is no order.created topic.

        An unknown SKU puts its shipment into ImportReview, as ShipBob's own ERP guide says.
        """
        with self._lock:
            self._refuse_nonsense(new)
            now = self._clock.now()
            order = Order(FIRST_ORDER + len(self.book.orders), new.numbered(), now)
            for location, lines in new.packages():
                shipment = self.book.add_shipment(order, location, lines)
                if any(sku not in catalogue.BY_SKU for sku, _ in lines):
                    shipment.status = "ImportReview"
            self.book.orders[order.id] = order
            self._references.add((new.channel, order.reference_id))
            return self.book.shown_order(order)

    def ship_order(self, order_id: int, label: Label | None = None) -> payloads.Json:
        """Label every shipment that can be picked; `order.shipped` goes out once all labels are printed."""
        with self._lock:
            order = self.book.order(order_id)
            self._ship(order, [each for each in order.shipments if each.status in PICKABLE], label or Label())
            return self.book.shown_order(order)

    def ship_shipment(self, shipment_id: int, label: Label | None = None) -> payloads.Json:
        """Label one shipment; `order.shipped` goes out if its label was the order's last."""
        with self._lock:
            kept = self.book.shipment(shipment_id)
            order = self.book.order(kept.order_id)
            self._ship(order, [kept] if kept.status in PICKABLE else [], label or Label())
            return self.book.shown_shipment(kept)

    def deliver_order(self, order_id: int) -> payloads.Json:
        """The carrier delivers every shipped shipment."""
        with self._lock:
            order = self.book.order(order_id)
            shipped = [each for each in order.shipments if each.status in SHIPPED and each.delivered is None]
            if not shipped:
                raise NotPossibleError(f"order {order_id} has nothing under way")
            for each in shipped:
                self._deliver(order, each)
            return self.book.shown_order(order)

    def deliver_shipment(self, shipment_id: int) -> payloads.Json:
        """The carrier delivers one shipment."""
        with self._lock:
            kept = self.book.shipped(shipment_id)
            self._deliver(self.book.order(kept.order_id), kept)
            return self.book.shown_shipment(kept)

    def cancel_order(self, order_id: int) -> payloads.Json:
        """Cancel every shipment that has not shipped."""
        with self._lock:
            order = self.book.order(order_id)
            still = [each for each in order.shipments if each.status not in SHIPPED | {"Cancelled"}]
            if not still:
                raise NotPossibleError(f"order {order_id} has nothing left to cancel")
            for each in still:
                self.book.turn(each, "Cancelled", (), "order.shipment.cancelled")
            return self.book.shown_order(order)

    def cancel_shipment(self, shipment_id: int) -> payloads.Json:
        """Cancel one shipment."""
        return self._turn_unshipped(shipment_id, "Cancelled", (), "order.shipment.cancelled")

    def hold_shipment(self, shipment_id: int, detail: StatusDetail = INVALID_ADDRESS) -> payloads.Json:
        """Put a shipment on hold, for an address that cannot be delivered to unless told otherwise."""
        return self._turn_unshipped(shipment_id, "OnHold", (detail,), "order.shipment.on_hold")

    def fail_shipment(self, shipment_id: int) -> payloads.Json:
        """Out of stock at the centre: the shipment goes to Exception, which only happens before it ships."""
        with self._lock:
            kept = self.book.shipment(shipment_id)
            inventory = [product.inventory_id for sku, _ in kept.lines for product, _ in catalogue.stocked(sku)]
            detail = StatusDetail(303, "OutOfStock", "No Stock On Hand For Sku", next(iter(inventory), None))
            detail = replace(detail, location_id=kept.location_id)
            return self._turn_unshipped(shipment_id, "Exception", (detail,), "order.shipment.exception")

    def release_shipment(self, shipment_id: int) -> payloads.Json:
        """The cause of a hold, an exception or a review is gone: back to Processing, without a webhook."""
        return self._turn_unshipped(shipment_id, "Processing", (), None)

    def mark_tracking_uploaded(self, shipment_id: int, *, uploaded: bool = True) -> None:
        """What POST /shipment:batchUpdateTrackingUpload would set."""
        with self._lock:
            self.book.shipment(shipment_id).tracking_uploaded = uploaded

    # how it is done; the lock is held throughout

    def _unarchived(self, order_id: int) -> Order:
        if (kept := self.book.order(order_id)).archived:
            raise NotThereError(f"order {order_id} is archived")
        return kept

    def _unarchived_shipment(self, shipment_id: int) -> Shipment:
        if (kept := self.book.shipment(shipment_id)).archived:
            raise NotThereError(f"shipment {shipment_id} is archived")
        return kept

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
            if self.defects.shipped_told_per_shipment and not label.silently:
                self.book.tell_order("order.shipped", order)
        if order.status == "Fulfilled" and not label.silently and not self.defects.shipped_told_per_shipment:
            self.book.tell_order("order.shipped", order)
        for each in shipments if label.completed else ():
            self._complete(each, silently=label.silently)

    def _label(self, shipment: Shipment, label: Label) -> None:
        now = self._clock.now()
        shipment.label = replace(label, tracking_number=label.tracking_number or f"94001{shipment.id:017d}")
        shipment.fulfilled = label.actual_fulfillment_date or now
        shipment.status, shipment.details = "LabeledCreated", (LABELED,)
        if not label.silently:
            shipment.tracking_updated = now
            self.book.touch(shipment)
        else:
            self.book.follow(shipment)

    def _complete(self, shipment: Shipment, *, silently: bool) -> None:
        shipment.status, shipment.details = "Completed", (IN_TRANSIT,)
        if not silently:
            shipment.tracking_updated = self._clock.now()
            self.book.touch(shipment)
            self.book.tell_shipment("order.shipment.tracking.updated", shipment)

    def _deliver(self, order: Order, shipment: Shipment) -> None:
        shipment.delivered = shipment.tracking_updated = self._clock.now()
        self.book.turn(shipment, "Completed", (DELIVERED,), "order.shipment.delivered")
        if all(each.delivered for each in order.shipments if each.status != "Cancelled"):
            self.book.tell_order("order.delivered", order)

    def _turn_unshipped(
        self, shipment_id: int, status: str, details: tuple[StatusDetail, ...], topic: str | None
    ) -> payloads.Json:
        with self._lock:
            kept = self.book.unshipped(shipment_id)
            self.book.turn(kept, status, details, topic)
            return self.book.shown_shipment(kept)
