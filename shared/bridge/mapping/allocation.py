"""Which shipment carries which part of which order line.

ShipBob names the SKU on both, and no line number that ties them together, so lines are filled in the order's own
sequence, a bundle's parts as they are mapped, from shipments in the order of their ids. The same SKU on two lines stays
two lines. Pieces that ShipBob names by their bundle go to lines of that bundle only, and before any others.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.bundle import MappedBundle
from bridge.domain.order import Shipment, ShippedItem, ShippedPart
from bridge.mapping.needs import Need

type Bundles = Mapping[str, MappedBundle]


@dataclass(frozen=True, slots=True)
class Allocation:
    """`quantity` pieces of what is needed travel in `shipment`, of one lot, or of none that is known.

    `is_named`: ShipBob says itself of which bundle they are.
    """

    need: Need
    shipment: Shipment
    quantity: Decimal
    lot: str = ""
    expires_on: dt.date | None = None
    serials: tuple[str, ...] = ()
    is_named: bool = False


@dataclass(slots=True)
class _Supply:
    shipment: Shipment
    sku: str
    left: Decimal
    bundle: str = ""
    lot: str = ""
    expires_on: dt.date | None = None
    serials: tuple[str, ...] = ()

    def take(self, need: Need, wanted: Decimal) -> Allocation:
        taken = min(wanted, self.left)
        self.left -= taken
        given, self.serials = self.serials[: int(taken)], self.serials[int(taken) :]
        return Allocation(need, self.shipment, taken, self.lot, self.expires_on, given, bool(self.bundle))


def allocate(needs: Iterable[Need], shipments: Iterable[Shipment], bundles: Bundles) -> tuple[Allocation, ...]:
    """Fill the needs from the shipments that were not cancelled; what does not match stays out: `disagreements`."""
    supplies: dict[tuple[str, str], deque[_Supply]] = defaultdict(deque)
    for supply in _supplies(shipments, bundles):
        if supply.left:
            supplies[supply.bundle, supply.sku].append(supply)
    return tuple(allocation for need in needs for allocation in _fill(need, supplies))


def _fill(need: Need, supplies: Mapping[tuple[str, str], deque[_Supply]]) -> Iterator[Allocation]:
    wanted = need.quantity
    for bundle in dict.fromkeys([need.bundle, ""]):
        held = supplies[bundle, need.sku]
        while wanted > 0 and held:
            allocation = held[0].take(need, wanted)
            yield allocation
            wanted -= allocation.quantity
            if not held[0].left:
                held.popleft()


def _supplies(shipments: Iterable[Shipment], bundles: Bundles) -> Iterator[_Supply]:
    for shipment in sorted(shipments, key=lambda shipment: shipment.id):
        if not shipment.is_cancelled:
            for item in shipment.items:
                yield from _supplies_of(shipment, item, bundles)


def _supplies_of(shipment: Shipment, item: ShippedItem, bundles: Bundles) -> Iterator[_Supply]:
    """A row of a bundle holds its parts; any other holds pieces of itself."""
    bundle = item.sku if item.is_bundle or item.sku in bundles else ""
    for part in item.parts or (ShippedPart(item.quantity or Decimal(0)),):
        sku = _part_sku(part, bundles.get(item.sku)) if bundle else item.sku
        yield _Supply(shipment, sku, part.quantity, bundle, part.lot, part.expires_on, part.serials)


def _part_sku(part: ShippedPart, bundle: MappedBundle | None) -> str:
    """Where ShipBob does not name it, a bundle that has but one part is made of that."""
    return part.sku or (bundle.parts[0].sku if bundle is not None and len(bundle.parts) == 1 else "")


def disagreements(needs: Sequence[Need], shipments: Sequence[Shipment], bundles: Bundles) -> tuple[str, ...]:
    """Where the shipments do not hold just what was ordered, one sentence a SKU, in the order's sequence."""
    ordered = _sum((need.sku, need.quantity) for need in needs)
    shipped = _sum((supply.sku, supply.left) for supply in _supplies(shipments, bundles))
    untold = _untold(shipments)
    told = [
        f"ShipBob does not say how many of {sku} are in the shipments"
        if sku in untold
        else f"The order has {ordered.get(sku, 0)} of {sku}, its shipments have {shipped.get(sku, 0)}"
        for sku in dict.fromkeys([*ordered, *shipped])
        if sku in untold or ordered.get(sku, 0) != shipped.get(sku, 0)
    ]
    if unnamed := _unnamed(shipments, bundles):
        return tuple(f"ShipBob does not say which parts of {sku} are in the shipments" for sku in unnamed)
    return tuple(told) or _misplaced(needs, shipments, bundles)


def _sum(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    summed: dict[str, Decimal] = {}
    for sku, quantity in pairs:
        summed[sku] = summed.get(sku, Decimal(0)) + quantity
    return summed


def _live_items(shipments: Iterable[Shipment]) -> Iterator[ShippedItem]:
    return (item for shipment in shipments if not shipment.is_cancelled for item in shipment.items)


def _untold(shipments: Iterable[Shipment]) -> frozenset[str]:
    return frozenset(item.sku for item in _live_items(shipments) if item.quantity is None and not item.is_bundle)


def _unnamed(shipments: Sequence[Shipment], bundles: Bundles) -> tuple[str, ...]:
    """The bundles of which a parcel holds a part that nobody names."""
    supplies = _supplies(shipments, bundles)
    return tuple(dict.fromkeys(supply.bundle for supply in supplies if supply.bundle and not supply.sku))


def _misplaced(needs: Sequence[Need], shipments: Sequence[Shipment], bundles: Bundles) -> tuple[str, ...]:
    """As many of each SKU as were ordered, but named by another bundle than the one that was."""
    filled = _sum((each.need.sku, each.quantity) for each in allocate(needs, shipments, bundles))
    return tuple(
        f"The shipments hold {sku} for another bundle than was ordered"
        for sku, quantity in _sum((need.sku, need.quantity) for need in needs).items()
        if filled.get(sku, Decimal(0)) != quantity
    )
