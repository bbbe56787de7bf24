"""Which shipment carries which part of which order line.

ShipBob names the SKU on both, and no line number that ties them together, so lines are filled in the order's own
sequence from shipments in the order of their ids. The same SKU on two lines stays two lines.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.order import Order, Shipment


@dataclass(frozen=True, slots=True)
class Allocation:
    """`quantity` of order line number `line` (from 0) travels in `shipment`."""

    line: int
    shipment: Shipment
    quantity: Decimal


@dataclass(slots=True)
class _Supply:
    shipment: Shipment
    left: Decimal


def allocate(order: Order) -> tuple[Allocation, ...]:
    """Fill the lines from the shipments that were not cancelled; what does not match stays out: `disagreements`."""
    supplies: dict[str, deque[_Supply]] = defaultdict(deque)
    for shipment in sorted(order.live_shipments, key=lambda shipment: shipment.id):
        for item in shipment.items:
            if item.quantity:
                supplies[item.sku].append(_Supply(shipment, item.quantity))
    return tuple(
        allocation
        for number, line in enumerate(order.lines)
        for allocation in _fill(number, line.quantity, supplies[line.sku])
    )


def _fill(line: int, wanted: Decimal, supplies: deque[_Supply]) -> Iterator[Allocation]:
    while wanted > 0 and supplies:
        supply = supplies[0]
        taken = min(wanted, supply.left)
        yield Allocation(line, supply.shipment, taken)
        wanted -= taken
        supply.left -= taken
        if not supply.left:
            supplies.popleft()


def disagreements(order: Order) -> tuple[str, ...]:
    """Where the shipments do not hold just what was ordered, one sentence a SKU, in the order's sequence."""
    ordered: dict[str, Decimal] = {}
    for line in order.lines:
        ordered[line.sku] = ordered.get(line.sku, Decimal(0)) + line.quantity
    shipped: dict[str, Decimal] = {}
    unknown: set[str] = set()
    for item in (item for shipment in order.live_shipments for item in shipment.items):
        shipped[item.sku] = shipped.get(item.sku, Decimal(0)) + (item.quantity or 0)
        if item.quantity is None:
            unknown.add(item.sku)
    return tuple(
        f"ShipBob does not say how many of {sku} are in the shipments"
        if sku in unknown
        else f"The order has {ordered.get(sku, 0)} of {sku}, its shipments have {shipped.get(sku, 0)}"
        for sku in dict.fromkeys([*ordered, *shipped])
        if sku in unknown or ordered.get(sku, 0) != shipped.get(sku, 0)
    )
