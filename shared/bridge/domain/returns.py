"""A return as ShipBob holds it: what a customer, or the carrier, sent back to one of ShipBob's buildings."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bridge.domain.order import Named


class ReturnStatus(StrEnum):
    """How far a return has come. A word we do not know yet reads as `UNKNOWN`."""

    AWAITING_ARRIVAL = "AwaitingArrival"
    ARRIVED = "Arrived"
    PROCESSING = "Processing"
    COMPLETED = "Completed"
    CANCELLED = "Cancelled"
    UNKNOWN = "Unknown"


class ReturnType(StrEnum):
    REGULAR = "Regular"
    RETURN_TO_SENDER = "ReturnToSender"  # comes without the merchant's own reference
    UNKNOWN = "Unknown"


class Disposition(StrEnum):
    """What ShipBob did with the goods; only restocked ones can be sold again."""

    RESTOCK = "Restock"
    QUARANTINE = "Quarantine"
    DISPOSE = "Dispose"
    DEFAULT = "Default"
    UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True)
class Disposed:
    """So many units of one item, disposed of in one way."""

    disposition: Disposition
    quantity: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One item of a return. `expected` is what was announced; what was counted is the sum of `taken`.

    A bundle comes back as its parts: each is a line of its own, and `bundle_sku` what it was sold as.
    """

    inventory_id: int
    sku: str
    expected: Decimal
    taken: tuple[Disposed, ...] = ()
    lot_number: str = ""
    lot_expires_at: dt.datetime | None = None
    bundle_sku: str = ""


@dataclass(frozen=True, slots=True)
class Return:
    """`reference` is the merchant's RMA number, empty where there is none. `shipment` is what was sent out once."""

    id: int
    reference: str
    type: ReturnType
    status: ReturnStatus
    location: Named | None
    channel: Named | None
    shipment: int | None
    store_order: str
    created_at: dt.datetime
    completed_at: dt.datetime | None
    lines: tuple[ReturnLine, ...]
    tracking_number: str = ""
    image: bytes = field(default=b"", repr=False, compare=False)
