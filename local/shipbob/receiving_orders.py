"""Warehouse receiving orders (WROs) as ShipBob keeps them: boxes, what was announced in each, and what was found."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, get_args

Status = Literal[
    "Awaiting",
    "PartiallyArrived",
    "Arrived",
    "PartiallyArrivedAtHub",
    "ArrivedAtHub",
    "ProcessingAtHub",
    "InternalTransfer",
    "Processing",
    "Completed",
    "Incomplete",
    "Cancelled",
]
STATUSES: tuple[str, ...] = get_args(Status)
CLOSED = frozenset({"Completed", "Incomplete", "Cancelled"})

PACKAGE_TYPES = ("Package", "Pallet", "FloorLoadedContainer")
PACKAGING = ("EverythingInOneBox", "OneSkuPerBox", "MultipleSkuPerBox")

Thing = tuple[int, str]  # inventory id and lot, the lot empty where the item is not kept in lots


@dataclass(frozen=True, slots=True)
class NewItem:
    """Units of one item that a box is said to hold."""

    inventory_id: int
    quantity: int
    lot: str = ""
    lot_date: str | None = None


@dataclass(frozen=True, slots=True)
class NewBox:
    """A box as it is announced."""

    tracking_number: str
    items: tuple[NewItem, ...]


@dataclass(frozen=True, slots=True)
class NewReceiving:
    """A WRO as it is announced. `location_id` is the centre that was asked for."""

    location_id: int
    package_type: str
    box_packaging_type: str
    expected_arrival: dt.datetime
    boxes: tuple[NewBox, ...]
    purchase_order_number: str | None = None
    final_location_id: int | None = None

    @property
    def destination_id(self) -> int:
        """Where the goods are to be stowed."""
        return self.final_location_id or self.location_id


@dataclass(slots=True)
class BoxItem:
    """Units of one item in a box: announced, counted, and put onto a shelf. What nobody announced has `expected` 0."""

    inventory_id: int
    expected: int
    lot: str = ""
    lot_date: str | None = None
    received: int = 0
    stowed: int = 0

    @property
    def thing(self) -> Thing:
        return self.inventory_id, self.lot


@dataclass(slots=True)
class Box:
    """One box of a WRO."""

    id: int
    number: int
    tracking_number: str
    items: list[BoxItem]
    status: str = "Awaiting"
    arrived: dt.datetime | None = None
    counting_started: dt.datetime | None = None
    received: dt.datetime | None = None

    def item(self, thing: Thing, lot_date: str | None = None) -> BoxItem:
        """The row of an item and lot; a new one where nobody announced it."""
        for each in self.items:
            if each.thing == thing:
                return each
        self.items.append(BoxItem(thing[0], 0, thing[1], lot_date))
        return self.items[-1]

    @property
    def is_untouched(self) -> bool:
        return self.status == "Awaiting"


@dataclass(slots=True)
class ReceivingOrder:
    """One WRO. `location_id` is the centre its document names: the hub, where it was re-pointed."""

    id: int
    location_id: int
    destination_id: int
    package_type: str
    box_packaging_type: str
    expected_arrival: dt.datetime
    inserted: dt.datetime
    updated: dt.datetime
    boxes: list[Box]
    purchase_order_number: str | None = None
    synced: dt.datetime | None = None
    status: str = "Awaiting"
    statuses: list[tuple[str, dt.datetime]] = field(default_factory=list)

    @property
    def completed(self) -> dt.datetime | None:
        """When it was completed."""
        return next((moment for status, moment in self.statuses if status == "Completed"), None)

    @property
    def is_at_hub(self) -> bool:
        """Whether it goes by a hub, and has not left it."""
        return self.location_id != self.destination_id and self.status not in {"InternalTransfer", "Processing"}

    @property
    def is_untouched(self) -> bool:
        return self.status == "Awaiting"

    def items(self) -> Iterable[BoxItem]:
        return (item for box in self.boxes for item in box.items)

    def announced(self) -> tuple[NewBox, ...]:
        """Its boxes as they were announced."""
        return tuple(
            NewBox(
                box.tracking_number,
                tuple(NewItem(each.inventory_id, each.expected, each.lot, each.lot_date) for each in box.items),
            )
            for box in self.boxes
        )

    def still_awaited(self) -> Counter[Thing]:
        """What it announced and nobody has stowed; nothing once it is closed."""
        if self.status in CLOSED:
            return Counter()
        awaited: Counter[Thing] = Counter()
        for item in self.items():
            awaited[item.thing] += max(item.expected - item.stowed, 0)
        return +awaited
