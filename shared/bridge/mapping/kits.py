"""Kits of GP's: one line, counted in whole kits from the parts that lie in each parcel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bridge.domain.bundle import MappedBundle
from bridge.domain.order import Order
from bridge.domain.outcome import Reason
from bridge.mapping.allocation import Allocation

BY_HAND = "Enter the order in GP by hand, or map the bundle to its parts instead of a kit"


@dataclass(frozen=True, slots=True)
class Place:
    """What is one line in GP: of an order line a part of its bundle, from one site."""

    line: int
    part: int
    site: str


def packed(
    order: Order, allocations: Sequence[Allocation], bundles: Mapping[str, MappedBundle]
) -> dict[int, Sequence[Allocation] | Reason]:
    """What travels of each order line: of a kit so many kits, or why a person must count them; else the pieces."""
    by_line: dict[int, list[Allocation]] = {}
    for each in allocations:
        by_line.setdefault(each.need.line, []).append(each)
    found: dict[int, Sequence[Allocation] | Reason] = {}
    for number, held in by_line.items():
        bundle = bundles.get(order.lines[number].sku)
        is_kit = bundle is not None and bool(bundle.kit)
        found[number] = _kits(bundle, number, held, allocations) if bundle is not None and is_kit else held
    return found


def _kits(
    bundle: MappedBundle, number: int, held: Sequence[Allocation], every: Sequence[Allocation]
) -> Sequence[Allocation] | Reason:
    if (ambiguous := _ambiguous(bundle, number, held, every)) is not None:
        return ambiguous
    by_shipment: dict[int, list[Allocation]] = {}
    for each in held:
        by_shipment.setdefault(each.shipment.id, []).append(each)
    counted = [_counted(bundle, each) for each in by_shipment.values()]
    reasons = [each for each in counted if isinstance(each, Reason)]
    return reasons[0] if reasons else [each for each in counted if not isinstance(each, Reason)]


def _counted(bundle: MappedBundle, held: Sequence[Allocation]) -> Allocation | Reason:
    """The kits in one shipment; a Reason where some parts of it are no kit."""
    pieces = {part.sku: Decimal(0) for part in bundle.parts}
    for each in held:
        pieces[each.need.sku] += each.quantity
    kits = min(pieces[part.sku] // part.count for part in bundle.parts)
    over = {part.sku: pieces[part.sku] - kits * part.count for part in bundle.parts}
    if any(over.values()):
        told = ", ".join(f"{count:f} of {sku}" for sku, count in over.items() if count)
        text = f"Shipment {held[0].shipment.id} holds {kits:f} whole {bundle.kit}, and {told} of another"
        return Reason(text, BY_HAND)
    need = replace(held[0].need, part=0, quantity=kits)
    return Allocation(need, held[0].shipment, kits)


def _ambiguous(
    bundle: MappedBundle, number: int, held: Sequence[Allocation], every: Sequence[Allocation]
) -> Reason | None:
    """Parts that another line may just as well claim, in parcels of which ShipBob does not say which is whose."""
    for sku in [part.sku for part in bundle.parts]:
        unnamed = [each for each in every if each.need.sku == sku and not each.is_named]
        others = {each.need.bundle for each in unnamed if each.need.line != number} - {held[0].need.bundle}
        is_ours = any(each.need.line == number for each in unnamed)
        if is_ours and others and len({each.shipment.id for each in unnamed}) > 1:
            text = (
                f"{sku} is part of {bundle.kit} and of another line, and ShipBob does not say which parcel holds whose"
            )
            return Reason(text, BY_HAND)
    return None
