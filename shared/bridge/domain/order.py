"""An order as ShipBob holds it: the truth that GP is made to agree with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class OrderStatus(StrEnum):
    """ShipBob derives it from the shipments. A word we do not know yet reads as `UNKNOWN`."""

    PROCESSING = "Processing"
    EXCEPTION = "Exception"
    PARTIALLY_FULFILLED = "PartiallyFulfilled"
    FULFILLED = "Fulfilled"
    CANCELLED = "Cancelled"
    IMPORT_REVIEW = "ImportReview"
    UNKNOWN = "Unknown"


class ShipmentStatus(StrEnum):
    """What ShipBob's warehouse says of one shipment."""

    NONE = "None"
    PROCESSING = "Processing"
    COMPLETED = "Completed"
    EXCEPTION = "Exception"
    ON_HOLD = "OnHold"
    CANCELLED = "Cancelled"
    CLEAN_SWEEPED = "CleanSweeped"
    LABELED_CREATED = "LabeledCreated"
    IMPORT_REVIEW = "ImportReview"
    UNKNOWN = "Unknown"


class OrderType(StrEnum):
    """What kind of sale ShipBob takes the order for."""

    DTC = "DTC"
    DROP_SHIP = "DropShip"
    B2B = "B2B"
    UNKNOWN = "Unknown"


# "Completed" means it left ShipBob, not that it arrived; the label makes it a fact (ShipBob's tracking guide).
SHIPPED = frozenset({ShipmentStatus.COMPLETED, ShipmentStatus.LABELED_CREATED})


@dataclass(frozen=True, slots=True)
class Named:
    """Something ShipBob numbers and names: a channel, a location."""

    id: int
    name: str

    def __str__(self) -> str:
        return f"{self.id} '{self.name}'"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom ShipBob ships to. Empty strings where ShipBob has nothing."""

    name: str
    company: str = ""
    address1: str = ""
    address2: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line the customer bought: `quantity` in the line's own unit, `unit_price` in the order's currency.

    `unit` is ShipBob's code, such as CS for a case; empty or EA where the line counts pieces. `id` is the shop's own.
    """

    sku: str
    quantity: Decimal
    unit_price: Decimal | None
    unit: str = ""
    id: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class ShippedPart:
    """Pieces of one inventory item, of one lot. The SKU is told by a shipment's line items only."""

    quantity: Decimal
    inventory_id: int | None = None
    sku: str = ""
    lot: str = ""
    expires_on: dt.date | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShippedItem:
    """What a shipment holds of one SKU. `quantity` is None where ShipBob leaves it out, and for a bundle.

    `parts` are the pieces that lie in the parcel, of one inventory item or, for a bundle, of several.
    """

    sku: str
    quantity: Decimal | None
    parts: tuple[ShippedPart, ...] = ()

    @property
    def is_bundle(self) -> bool:
        return self.quantity is None and bool(self.parts)


@dataclass(frozen=True, slots=True)
class Shipment:
    """One parcel or pallet from one fulfilment centre."""

    id: int
    status: ShipmentStatus
    location: Named | None
    items: tuple[ShippedItem, ...]
    tracking_number: str = ""
    shipped_at: dt.datetime | None = None

    @property
    def is_shipped(self) -> bool:
        return self.status in SHIPPED

    @property
    def is_cancelled(self) -> bool:
        return self.status is ShipmentStatus.CANCELLED


@dataclass(frozen=True, slots=True)
class Order:
    """A ShipBob order with all its shipments. `total` is what the customer paid in all, in US dollars, if known.

    `programme` is the retailer's, such as AMZ, of an order that a retailer placed; `currency` is empty where nobody
    says. An empty `shipping_method` leaves it to GP.

    `image` is the order as ShipBob sent it, for the audit; it takes no part in comparing.
    """

    id: int
    number: str
    reference: str
    status: OrderStatus
    channel: Named
    purchased_at: dt.datetime
    recipient: Recipient
    lines: tuple[OrderLine, ...]
    shipments: tuple[Shipment, ...]
    total: Decimal | None = None
    type: OrderType = OrderType.UNKNOWN
    programme: str = ""
    shipping_method: str = ""
    gift_message: str = ""
    currency: str = ""
    image: bytes = field(default=b"", repr=False, compare=False)

    @property
    def live_shipments(self) -> tuple[Shipment, ...]:
        """The shipments that were not cancelled."""
        return tuple(shipment for shipment in self.shipments if not shipment.is_cancelled)

    @property
    def is_shipped(self) -> bool:
        """Everything that will ever leave has left."""
        return bool(self.live_shipments) and all(shipment.is_shipped for shipment in self.live_shipments)

    @property
    def leaves_out_quantities(self) -> bool:
        """Is there a shipment that does not say how many of each item it holds?"""
        return any(item.quantity is None for shipment in self.live_shipments for item in shipment.items)

    def was_finished_before(self, moment: dt.datetime) -> bool:
        """Everything had left before `moment`, so it belongs to whoever kept the books until then."""
        return self.is_shipped and all(
            shipment.shipped_at is not None and shipment.shipped_at < moment for shipment in self.live_shipments
        )
