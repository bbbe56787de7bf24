"""What GP's lines would be for an order, with the plain mappings and some beside them."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from bridge.domain.order import Order, Shipment, ShippedItem, ShippedPart
from bridge.domain.outcome import MappingKey
from bridge.domain.recording import Recording
from bridge.domain.sales_document import SalesLine
from bridge.mapping.recording import sales_order

from local.memory.world import TERMS
from tests.orders import MAPPED, parcel, shipped_parcel

MORE = {"sku/SOAP": "SOAP-1", "sku/MUG": "MUG-1"}


def outcome(order: Order, **mapped: str) -> object:
    """`mapped` by key, beside the plain ones."""
    known = {MappingKey.parse(key): value for key, value in (MAPPED | MORE | mapped).items()}
    return sales_order(order, known, TERMS, "B")


def written(order: Order, **mapped: str) -> tuple[SalesLine, ...]:
    found = outcome(order, **mapped)
    assert isinstance(found, Recording), found
    return found.order.lines


def told(lines: tuple[SalesLine, ...]) -> list[str]:
    """Quantity, unit, item, site and price of each line."""
    return [f"{x.quantity:f} {x.unit_of_measure}× {x.item} at {x.site} for {x.unit_price}" for x in lines]


def a_set(number: int, *parts: tuple[str, int], sku: str = "SET", shipped: bool = False) -> Shipment:
    """A parcel with one row that ShipBob names by its bundle."""
    held = tuple(ShippedPart(Decimal(count), at, part) for at, (part, count) in enumerate(parts, start=20))
    made = shipped_parcel(number) if shipped else parcel(number)
    return dataclasses.replace(made, items=(ShippedItem(sku, None, held),))
