"""Orders and shipments as ShipBob keeps them, before they take their wire shape."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

SHIPPED = frozenset({"LabeledCreated", "Completed"})  # both mean shipped: ShipBob's tracking guide
PICKABLE = frozenset({"Processing"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order as the store sent it; `unit_price` is None where the store gave none.

    `external_line_id` numbers the line within its order for good: given at placing, and kept when others go.
    """

    sku: str
    quantity: int
    unit_price: Decimal | None = None
    external_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who the parcel goes to."""

    name: str = "Dana Whitfield"
    email: str | None = "dana.whitfield@example.com"
    phone_number: str | None = "555-0142"
    address1: str = "418 Alder Street"
    address2: str | None = "Unit 6"
    company_name: str | None = None
    city: str = "Dayton"
    state: str | None = "OH"
    zip_code: str | None = "45402"
    country: str = "US"


@dataclass(frozen=True, slots=True)
class NewOrder:
    """An order as a store places it.

    `shipments` says which centre packs what, one entry a package; left empty, all goes in one package from `location`.
    `total_price` None is an order whose store gave no total. `store_order` is the store's own order, of which ShipBob
    keeps the text; None where it has none.
    """

    order_number: str
    lines: Sequence[Line]
    channel: int = 180001
    location: int = 8
    shipments: Sequence[tuple[int, Sequence[tuple[str, int]]]] = ()
    recipient: Recipient = field(default_factory=Recipient)
    total_price: Decimal | None = None
    reference_id: str | None = None
    type: str = "DTC"
    shipping_method: str = "Standard"
    purchase_date: dt.datetime | None = None
    store_order: Mapping[str, Any] | None = None

    def packages(self) -> list[tuple[int, list[tuple[str, int]]]]:
        """The packages, each a location and its (SKU, quantity) pairs."""
        if self.shipments:
            return [(location, list(lines)) for location, lines in self.shipments]
        return [(self.location, list(total(self.lines).items()))]

    def problem(self) -> str | None:
        """Why this order cannot be: its packages must hold what was ordered, no less and no more."""
        packed: Counter[str] = Counter()
        for _, lines in self.packages():
            packed.update(dict_sum(lines))
        ordered = total(self.lines)
        if not self.lines or min(line.quantity for line in self.lines) < 1:
            return "an order has lines, each of at least one piece"
        return None if packed == ordered else f"the packages hold {dict(packed)}, ordered were {dict(ordered)}"

    def numbered(self) -> NewOrder:
        """The same order, each line with a number of its own."""
        lines = [replace(line, external_line_id=number) for number, line in enumerate(self.lines, 1)]
        return replace(self, lines=lines)


def total(lines: Sequence[Line]) -> Counter[str]:
    """Quantity ordered of each SKU, a SKU on two lines summed."""
    return dict_sum([(line.sku, line.quantity) for line in lines])


def dict_sum(pairs: Sequence[tuple[str, int]]) -> Counter[str]:
    """Pairs of SKU and quantity, summed by SKU."""
    summed: Counter[str] = Counter()
    for sku, quantity in pairs:
        summed[sku] += quantity
    return summed


@dataclass(frozen=True, slots=True)
class Label:
    """What the centre prints. `tracking_number` None makes one up.

    `completed` False leaves the parcel at LabeledCreated. `silently` ships without any webhook and without moving the
    update date, as users of the API report of real orders.
    """

    tracking_number: str | None = None
    carrier: str = "USPS"
    carrier_service: str = "GroundAdvantage"
    actual_fulfillment_date: dt.datetime | None = None
    completed: bool = True
    silently: bool = False


@dataclass(frozen=True, slots=True)
class StatusDetail:
    """One row of a shipment's `status_details` (ShipBob's status reference)."""

    id: int
    name: str
    description: str
    inventory_id: int | None = None
    location_id: int | None = None
    messages: tuple[str, ...] = ()


PICKED = StatusDetail(100, "Picked", "Shipment Has Been Picked")
PACKED = StatusDetail(101, "Packed", "Shipment Has Been Packed")
LABELED = StatusDetail(102, "Labeled", "Label Generated")
AWAITING_CARRIER = StatusDetail(200, "Processing", "Awaiting Carrier")
IN_TRANSIT = StatusDetail(201, "InTransit", "Shipment In Transit")
OUT_FOR_DELIVERY = StatusDetail(202, "OutForDelivery", "Out For Delivery")
DELIVERED = StatusDetail(203, "Delivered", "Shipment Delivered")
DELIVERY_EXCEPTION = StatusDetail(204, "DeliveryException", "Delivery Exception")
INVALID_ADDRESS = StatusDetail(401, "InvalidAddress", "Invalid Address", messages=("House number not found",))
CARRIER_EVENTS = {each.name: each for each in (AWAITING_CARRIER, IN_TRANSIT, OUT_FOR_DELIVERY, DELIVERY_EXCEPTION)}


@dataclass(slots=True)
class Shipment:
    """One package from one centre.

    `recipient` and `ship_option` are None as long as they are the order's. An archived one is in its order and nowhere
    else.
    """

    id: int
    order_id: int
    location_id: int
    lines: list[tuple[str, int]]
    created: dt.datetime
    updated: dt.datetime
    status: str = "Processing"
    details: tuple[StatusDetail, ...] = ()
    label: Label | None = None
    tracking_updated: dt.datetime | None = None
    fulfilled: dt.datetime | None = None
    delivered: dt.datetime | None = None
    tracking_uploaded: bool = False
    recipient: Recipient | None = None
    ship_option: str | None = None
    archived: bool = False


@dataclass(slots=True)
class Order:
    """An order and its shipments. Its status is never stored: ShipBob derives it, and so does this."""

    id: int
    placed: NewOrder
    created: dt.datetime
    shipments: list[Shipment] = field(default_factory=list)
    archived: bool = False

    @property
    def reference_id(self) -> str:
        """The store's own id, unique within the channel; made of our id where the store gave none."""
        return self.placed.reference_id or f"REF-{self.id}"

    @property
    def updated(self) -> dt.datetime:
        """The last time any of its shipments changed."""
        return max(shipment.updated for shipment in self.shipments)

    @property
    def status(self) -> str:
        """Processing, Exception, PartiallyFulfilled, Fulfilled, Cancelled or ImportReview.

        ShipBob publishes the names and that shipments decide; the precedence among them is this simulator's reading.
        """
        statuses = {shipment.status for shipment in self.shipments} - {"Cancelled"}
        if not statuses:
            return "Cancelled"
        if statuses <= SHIPPED:
            return "Fulfilled"
        if statuses & SHIPPED:
            return "PartiallyFulfilled"
        return next((name for name in ("ImportReview", "Exception") if name in statuses), "Processing")
