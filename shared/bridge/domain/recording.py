"""What an order of ShipBob's is in GP: the sales order, and what of it travels in which shipment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.inventory import Lot
from bridge.domain.sales_document import SalesOrder


@dataclass(frozen=True, slots=True)
class ParcelLine:
    """What a shipment holds of the GP line numbered `sequence`: `quantity` in that line's unit of measure."""

    sequence: int
    quantity: Decimal
    lots: tuple[Lot, ...] = ()
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """One live shipment. `shipped_on` is in GP's own days; None where it has not left, or ShipBob does not say when."""

    shipment: int
    is_shipped: bool
    tracking_number: str
    shipped_on: dt.date | None
    lines: tuple[ParcelLine, ...]


@dataclass(frozen=True, slots=True)
class Recording:
    """The sales order as it should stand in GP now, and its parcels in the order of their shipments' ids."""

    order: SalesOrder
    parcels: tuple[Parcel, ...]
