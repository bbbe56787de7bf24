"""What ShipBob keeps, and where: variants, levels, locations, and the events that change stock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Variant:
    """A thing with a SKU. `inventory_id` is None for a bundle, whose stock is that of its parts."""

    id: int
    sku: str
    name: str
    inventory_id: int | None
    is_lot: bool = False
    is_active: bool = True
    is_digital: bool = False


@dataclass(frozen=True, slots=True)
class LevelAtLocation:
    """Units of one item at one location."""

    location: int
    name: str
    on_hand: int
    committed: int
    fulfillable: int
    awaiting: int
    internal_transfer: int


@dataclass(frozen=True, slots=True)
class InventoryLevel:
    """Units of one item in all of ShipBob, by location. For the books, on hand and internal transfer count."""

    inventory_id: int
    sku: str
    locations: tuple[LevelAtLocation, ...]


@dataclass(frozen=True, slots=True)
class Location:
    """A building of ShipBob's."""

    id: int
    name: str
    is_active: bool
    is_receiving: bool
    timezone: str = ""


@dataclass(frozen=True, slots=True)
class StockChange:
    """One side of an event: units of one item in one building, positive or negative as ShipBob gives it."""

    location: int | None
    sku: str
    quantity: int
    lot_number: str = ""


@dataclass(frozen=True, slots=True)
class StockEvent:
    """An event of ShipBob's inventory history. One that moves goods within a building has both sides.

    `is_correction`: a count or a person in the warehouse put the stock right; of the rest other documents tell.
    """

    id: int
    inventory_id: int
    category: str
    at: dt.datetime
    facility: int
    increment: StockChange | None
    decrement: StockChange | None
    is_correction: bool = True
    image: bytes = field(default=b"", repr=False, compare=False)
