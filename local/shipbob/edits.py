"""What people at ShipBob and its merchants do to an order after it was placed, and what carriers say of its parcels.

Which of it is told is ShipBob's list of topics: splits, moves, re-shipments, picking, packing, archiving and voided
labels have none, so only reading shows them. Each method answers the shipment's wire shape after the change; it raises
`NotThereError` or `NotPossibleError`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from local.shipbob import catalogue, payloads
from local.shipbob.book import Book, NotPossibleError
from local.shipbob.orders import (
    CARRIER_EVENTS,
    PACKED,
    PICKED,
    Line,
    Recipient,
    Shipment,
    StatusDetail,
    dict_sum,
)

TRACKING_UPDATED = "order.shipment.tracking.updated"

Lines = Sequence[tuple[str, int]]  # SKU and pieces


class Edits:
    """Changes to the orders of one account."""

    def __init__(self, book: Book) -> None:
        self._book = book

    # in the building

    def pick(self, shipment_id: int) -> payloads.Json:
        """The goods are taken from their shelves."""
        return self._at_work(shipment_id, PICKED)

    def pack(self, shipment_id: int) -> payloads.Json:
        """The goods are in their box."""
        return self._at_work(shipment_id, PACKED)

    def move(self, shipment_id: int, location: int) -> payloads.Json:
        """Another centre is to pick and pack it."""
        self._refuse_unknown_location(location)
        with self._book.lock:
            kept = self._book.unshipped(shipment_id)
            kept.location_id = location
            return self._changed(kept)

    def split(self, shipment_id: int, lines: Lines, location: int | None = None) -> payloads.Json:
        """Take pieces out into a new shipment, of the same centre unless told; the answer is the new one.

        The old one is told of as having changed its lines. Nothing tells of the new one.
        """
        self._refuse_unknown_location(location)
        with self._book.lock:
            kept = self._book.unshipped(shipment_id)
            before, taken = dict_sum(kept.lines), dict_sum(lines)
            left = before - taken
            if not taken or min(taken.values()) < 1 or left + taken != before or not left:
                raise NotPossibleError(f"{dict(taken)} cannot be taken out of {dict(before)}")
            order = self._book.order(kept.order_id)
            made = self._book.add_shipment(order, location or kept.location_id, list(taken.items()))
            made.status, made.recipient, made.ship_option = kept.status, kept.recipient, kept.ship_option
            self._set_lines(kept, list(left.items()))
            return self._book.shown_shipment(made)

    def reship(self, shipment_id: int, lines: Lines = (), location: int | None = None) -> payloads.Json:
        """Send what was lost or spoilt once more: a new shipment of the same order. The answer is the new one."""
        self._refuse_unknown_location(location)
        with self._book.lock:
            kept = self._book.shipped(shipment_id)
            order = self._book.order(kept.order_id)
            made = self._book.add_shipment(order, location or kept.location_id, list(lines) or list(kept.lines))
            made.recipient, made.ship_option = kept.recipient, kept.ship_option
            return self._book.shown_shipment(made)

    def void_label(self, shipment_id: int) -> payloads.Json:
        """The label is taken back before the parcel left: no tracking any more, and Processing again."""
        with self._book.lock:
            kept = self._book.shipped(shipment_id)
            if kept.delivered is not None:
                raise NotPossibleError(f"shipment {shipment_id} is delivered")
            kept.label = kept.fulfilled = None
            self._book.turn(kept, "Processing")
            return self._book.shown_shipment(kept)

    # at the merchant's desk

    def change_address(self, shipment_id: int, recipient: Recipient, *, order_too: bool = False) -> payloads.Json:
        """Send it to somebody or somewhere else; the order keeps its own recipient unless told."""
        with self._book.lock:
            kept = self._book.unshipped(shipment_id)
            kept.recipient = recipient
            if order_too:
                order = self._book.order(kept.order_id)
                order.placed = replace(order.placed, recipient=recipient)
            return self._changed(kept, "order.shipment.address.updated")

    def change_shipping_service(self, shipment_id: int, ship_option: str) -> payloads.Json:
        """Send it another way; the order keeps the method that was asked for."""
        with self._book.lock:
            kept = self._book.unshipped(shipment_id)
            kept.ship_option = ship_option
            return self._changed(kept, "order.shipment.shipping_service.updated")

    def edit_lines(self, shipment_id: int, lines: Lines, total_price: Decimal | None = None) -> payloads.Json:
        """Give a shipment other lines, all of them at once. The order's lines, and a new total if given, follow.

        A message goes out for each of added, removed and updated that happened, not for each line.
        """
        with self._book.lock:
            kept = self._book.unshipped(shipment_id)
            _refuse_nonsense(lines)
            order = self._book.order(kept.order_id)
            before, after = dict_sum(kept.lines), dict_sum(lines)
            changes = {sku: after[sku] - before[sku] for sku in before | after}
            placed = replace(order.placed, lines=followed(order.placed.lines, changes))
            order.placed = replace(placed, total_price=placed.total_price if total_price is None else total_price)
            self._set_lines(kept, lines)
            return self._book.shown_shipment(kept)

    def archive(self, shipment_id: int) -> payloads.Json:
        """From now on only its order shows it: asked for by its own id it is not there."""
        with self._book.lock:
            kept = self._book.shipment(shipment_id)
            kept.archived = True
            return self._book.shown_shipment(kept)

    def archive_order(self, order_id: int) -> payloads.Json:
        """Archive an order with its shipments; no list and no read shows it any more."""
        with self._book.lock:
            order = self._book.order(order_id)
            order.archived = True
            for each in order.shipments:
                each.archived = True
            return self._book.shown_order(order)

    # on the road

    def change_tracking(self, shipment_id: int, tracking_number: str, carrier: str | None = None) -> payloads.Json:
        """A new label for a parcel that has one, perhaps of another carrier."""
        with self._book.lock:
            kept = self._book.shipped(shipment_id)
            assert kept.label is not None
            kept.label = replace(kept.label, tracking_number=tracking_number, carrier=carrier or kept.label.carrier)
            kept.tracking_updated = self._book.clock.now()
            return self._changed(kept, TRACKING_UPDATED)

    def carrier_reports(self, shipment_id: int, event: str) -> payloads.Json:
        """The carrier scans a parcel: Processing, InTransit, OutForDelivery or DeliveryException."""
        if event not in CARRIER_EVENTS:
            raise NotPossibleError(f"a carrier reports {', '.join(CARRIER_EVENTS)}")
        with self._book.lock:
            kept = self._book.shipped(shipment_id)
            kept.tracking_updated = self._book.clock.now()
            self._book.turn(kept, "Completed", (CARRIER_EVENTS[event],), TRACKING_UPDATED)
            return self._book.shown_shipment(kept)

    # how it is done; the lock is held

    def _at_work(self, shipment_id: int, detail: StatusDetail) -> payloads.Json:
        with self._book.lock:
            kept = self._book.unshipped(shipment_id)
            if kept.status != "Processing":
                raise NotPossibleError(f"shipment {shipment_id} is {kept.status}")
            self._book.turn(kept, "Processing", (detail,))
            return self._book.shown_shipment(kept)

    def _changed(self, shipment: Shipment, topic: str | None = None) -> payloads.Json:
        self._book.turn(shipment, shipment.status, shipment.details, topic)
        return self._book.shown_shipment(shipment)

    def _set_lines(self, shipment: Shipment, lines: Lines) -> None:
        before, after = dict_sum(shipment.lines), dict_sum(lines)
        shipment.lines = list(lines)
        self._book.touch(shipment)
        happened = {
            "added": after.keys() - before.keys(),
            "removed": before.keys() - after.keys(),
            "updated": {sku for sku in before.keys() & after.keys() if before[sku] != after[sku]},
        }
        for name in [name for name, skus in happened.items() if skus]:
            self._book.tell_shipment(f"order.shipment.line_item.{name}", shipment)

    def _refuse_unknown_location(self, location: int | None) -> None:
        if location is not None and location not in {each.id for each in catalogue.LOCATIONS}:
            raise NotPossibleError(f"no location {location}")


def _refuse_nonsense(lines: Lines) -> None:
    if not lines or min(quantity for _, quantity in lines) < 1:
        raise NotPossibleError("a shipment has lines, each of at least one piece")
    if unknown := {sku for sku, _ in lines} - catalogue.BY_SKU.keys():
        raise NotPossibleError(f"no product {sorted(unknown)}")


def followed(lines: Sequence[Line], changes: Mapping[str, int]) -> list[Line]:
    """An order's lines after its shipments' pieces changed: the last line of a SKU gives or takes first.

    A SKU without a line gets one at the end, with the catalogue's price and a number of its own.
    """
    left = Counter({sku: change for sku, change in changes.items() if change})
    kept: list[Line] = []
    for line in reversed(lines):
        quantity = max(0, line.quantity + left[line.sku])
        left[line.sku] -= quantity - line.quantity
        kept += [replace(line, quantity=quantity)] if quantity else []
    number = max((line.external_line_id or 0 for line in lines), default=0)
    added = [(sku, quantity) for sku, quantity in changes.items() if left[sku] > 0]
    new = [
        Line(sku, quantity, catalogue.BY_SKU[sku].unit_price, number + place)
        for place, (sku, quantity) in enumerate(added, 1)
    ]
    return kept[::-1] + new
