"""Warehouse receiving orders (WROs): how ShipBob is told of goods on their way to it, and what it made of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from bridge.domain.order import Named


class ReceivingStatus(StrEnum):
    """How far a WRO has come. A word we do not know yet reads as `UNKNOWN`."""

    AWAITING = "Awaiting"
    PARTIALLY_ARRIVED = "PartiallyArrived"
    ARRIVED = "Arrived"
    PARTIALLY_ARRIVED_AT_HUB = "PartiallyArrivedAtHub"
    ARRIVED_AT_HUB = "ArrivedAtHub"
    PROCESSING_AT_HUB = "ProcessingAtHub"
    INTERNAL_TRANSFER = "InternalTransfer"
    PROCESSING = "Processing"
    COMPLETED = "Completed"
    INCOMPLETE = "Incomplete"
    CANCELLED = "Cancelled"
    UNKNOWN = "Unknown"


class PackageType(StrEnum):
    PACKAGE = "Package"  # 50 boxes at most
    PALLET = "Pallet"  # one box
    FLOOR_LOADED_CONTAINER = "FloorLoadedContainer"  # one box


class BoxPackaging(StrEnum):
    EVERYTHING_IN_ONE_BOX = "EverythingInOneBox"
    ONE_SKU_PER_BOX = "OneSkuPerBox"
    MULTIPLE_SKU_PER_BOX = "MultipleSkuPerBox"


@dataclass(frozen=True, slots=True)
class NewBoxItem:
    """What a box is said to hold of one item. An item kept in lots needs both lot fields."""

    inventory_id: int
    quantity: int
    lot_number: str = ""
    lot_date: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class NewBox:
    """`tracking_number` is what the warehouse will scan; unique."""

    tracking_number: str
    items: tuple[NewBoxItem, ...]


@dataclass(frozen=True, slots=True)
class NewReceivingOrder:
    """A WRO to be made. `purchase_order_number` is unique at ShipBob: a second one of that number is refused (422)."""

    center: int
    purchase_order_number: str
    expected_arrival: dt.datetime
    package_type: PackageType
    packaging: BoxPackaging
    boxes: tuple[NewBox, ...]


@dataclass(frozen=True, slots=True)
class ReceivingLine:
    """One item of a WRO in units: announced, counted at the dock (may lag), and put on the shelf."""

    inventory_id: int
    sku: str
    expected: int
    received: int
    stowed: int


@dataclass(frozen=True, slots=True)
class WarehouseReceivingOrder:
    """`center` may be a hub, where ShipBob re-pointed the goods."""

    id: int
    purchase_order_number: str
    status: ReceivingStatus
    center: Named | None
    created_at: dt.datetime
    updated_at: dt.datetime | None
    lines: tuple[ReceivingLine, ...]
    labels: str = ""
    image: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class ReceivedBoxItem:
    """One item in a box, in units, with its lot where it has one."""

    inventory_id: int
    expected: int
    received: int
    stowed: int
    lot_number: str = ""
    lot_date: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceivingBox:
    """A box of a WRO. `status` is ShipBob's word."""

    id: int
    tracking_number: str
    status: str
    items: tuple[ReceivedBoxItem, ...]
