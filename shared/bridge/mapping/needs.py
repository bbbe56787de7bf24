"""What of each order line must lie in the parcels: the pieces themselves, or the parts of a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from bridge.domain.bundle import MappedBundle
from bridge.domain.mapped import MappedItem, pieces_per_unit
from bridge.domain.order import Order, OrderLine
from bridge.domain.outcome import MappingKey, MappingKind, Reason

type Mappings = Mapping[MappingKey, str]

PIECES = frozenset({"", "EA"})  # ShipBob's units that are a piece


@dataclass(frozen=True, slots=True)
class Need:
    """`quantity` pieces of `sku` for order line number `line` (from 0).

    `part` is which part of the bundle called `bundle` that is; 0 and empty where the line is no bundle.
    """

    line: int
    sku: str
    quantity: Decimal
    part: int = 0
    bundle: str = ""


def sku_key(sku: str) -> MappingKey:
    return MappingKey(MappingKind.SKU, sku)


def bundle_key(sku: str) -> MappingKey:
    return MappingKey(MappingKind.BUNDLE, sku)


def unit_keys(line: OrderLine) -> tuple[MappingKey, ...]:
    """The keys of a line's unit of measure, the one of the SKU first; none where the line counts pieces."""
    if line.unit in PIECES:
        return ()
    return MappingKey(MappingKind.UNIT, f"{line.unit}:{line.sku}"), MappingKey(MappingKind.UNIT, line.unit)


def bundles(order: Order, mappings: Mappings) -> dict[str, MappedBundle]:
    """The order's lines that a person mapped as a bundle, by SKU. ValueError where one is mapped to what is none."""
    mapped = {line.sku: mappings.get(bundle_key(line.sku)) for line in order.lines if line.sku}
    return {sku: MappedBundle.parse(value) for sku, value in mapped.items() if value}


def keys(order: Order, mappings: Mappings) -> Iterator[MappingKey]:
    """Everything that may say what the lines are in GP, as far as `mappings` tells what bundles are made of."""
    for line in order.lines:
        yield from unit_keys(line)
        if line.sku:
            yield from (sku_key(line.sku), bundle_key(line.sku))
    for bundle in bundles(order, mappings).values():
        yield from (sku_key(part.sku) for part in bundle.parts)


def needs(order: Order, mappings: Mappings) -> tuple[Need, ...]:
    """By order line, and within a bundle by its parts as a person wrote them."""
    made_of = bundles(order, mappings)
    return tuple(need for number, line in enumerate(order.lines) for need in _needs(number, line, made_of, mappings))


def _needs(number: int, line: OrderLine, made_of: Mapping[str, MappedBundle], mappings: Mappings) -> Iterator[Need]:
    pieces = line.quantity * pieces_in(line, mappings)
    if line.sku not in made_of:
        yield Need(number, line.sku, pieces)
        return
    for part, each in enumerate(made_of[line.sku].parts):
        yield Need(number, each.sku, pieces * each.count, part, line.sku)


def pieces_in(line: OrderLine, mappings: Mappings) -> int:
    """How many pieces one of the line's units holds; a KeyError where nobody said."""
    if line.unit in PIECES:
        return 1
    return pieces_per_unit(next(mappings[key] for key in unit_keys(line) if mappings.get(key)))


def item_of(sku: str, mappings: Mappings) -> MappedItem:
    return MappedItem.parse(mappings[sku_key(sku)])


def missing(order: Order, mappings: Mappings) -> Iterator[Reason]:
    """A reason for each thing that no mapping says, or none that can be read; in the order's sequence, each once.

    A SKU that is part of a bundle as well as a line of its own waits for what answers both.
    """
    lines = [line for line in order.lines if line.sku]
    every = ((*_missing_unit(line, mappings), *_missing_items(line, order, mappings)) for line in lines)
    told: dict[str, Reason] = {}
    for reason in (reason for reasons in every for reason in reasons):
        before = told.get(reason.text, reason)
        told[reason.text] = replace(reason, or_for=tuple(key for key in before.or_for if key in reason.or_for))
    yield from told.values()


def _missing_unit(line: OrderLine, mappings: Mappings) -> Iterator[Reason]:
    keys = unit_keys(line)
    if keys and not any(mappings.get(key) for key in keys):
        text = f"The order has {line.sku} in ShipBob's unit {line.unit}, and nobody said how many pieces that is"
        yield Reason(text, f"Map it: gp-shipbob map {keys[0]}=PIECES", keys[0], or_for=keys[1:])


def _missing_items(line: OrderLine, order: Order, mappings: Mappings) -> Iterator[Reason]:
    bundle = bundles(order, mappings).get(line.sku)
    if bundle is None and _travels_in_parts(line.sku, order):
        key = bundle_key(line.sku)
        text = f"ShipBob ships '{line.sku}' as a bundle of several items, and GP does not know its parts"
        yield Reason(
            text, f"Map it: gp-shipbob map '{key}=PART*1 + OTHER*2', or '{key}=kit ITEM: PART*1 + OTHER*2'", key
        )
    elif bundle is None:
        yield from _missing_item(line.sku, mappings, or_for=(bundle_key(line.sku),))
    elif not bundle.kit:
        for part in bundle.parts:
            yield from _missing_item(part.sku, mappings)


def _missing_item(sku: str, mappings: Mappings, or_for: tuple[MappingKey, ...] = ()) -> Iterator[Reason]:
    key = sku_key(sku)
    if not mappings.get(key):
        yield Reason(f"ShipBob SKU '{sku}' has no GP item", f"Map it: gp-shipbob map {key}=ITEM", key, or_for=or_for)
        return
    try:
        item_of(sku, mappings)
    except ValueError as wrong:
        yield Reason(f"ShipBob SKU '{sku}' is mapped to {wrong}", f"Map it anew: gp-shipbob map {key}=ITEM", key)


def _travels_in_parts(sku: str, order: Order) -> bool:
    return any(item.sku == sku and item.is_bundle for shipment in order.live_shipments for item in shipment.items)
