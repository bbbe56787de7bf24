"""What an event of ShipBob's inventory history corrects, counted in GP's items and sites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.correction import Correction
from bridge.domain.mapped import MappedItem
from bridge.domain.outcome import MappingKey
from bridge.domain.stock import StockChange, StockEvent
from bridge.mapping.adjusting import Mappings, item_key, site_key

SIDES = ("increment", "decrement")


@dataclass(frozen=True, slots=True)
class Change:
    """What an event leaves more or less, in pieces, of one SKU and lot in one building."""

    facility: int
    sku: str
    lot: str
    pieces: int


def changes_of(event: StockEvent) -> tuple[Change, ...]:
    """Both sides netted: a move from shelf to shelf leaves nothing.

    ShipBob's samples give a decrement with and without its sign, so which side it is counts, and not the sign. A side
    that leaves out building or SKU has those of the event.
    """
    skus = [side.sku for side in (event.increment, event.decrement) if side is not None and side.sku]
    net: dict[tuple[int, str, str], int] = {}
    for side, sign in ((event.increment, 1), (event.decrement, -1)):
        if side is not None:
            key = (side.location or event.facility, side.sku or next(iter(skus), ""), side.lot_number)
            net[key] = net.get(key, 0) + sign * abs(side.quantity)
    return tuple(Change(*key, pieces) for key, pieces in sorted(net.items()) if pieces)


def keys_of(changes: tuple[Change, ...]) -> frozenset[MappingKey]:
    """Everything that must be mapped before the changes can be told in GP's words."""
    return frozenset(key for each in changes for key in (site_key(each.facility), item_key(each.sku)))


def corrections(changes: tuple[Change, ...], mappings: Mappings) -> tuple[Correction, ...]:
    """The same in GP's words. Buildings may be one site, and SKUs one item: what moved between them leaves nothing."""
    net: dict[tuple[MappedItem, str, str], tuple[str, int]] = {}
    for each in changes:
        item = MappedItem.parse(mappings[item_key(each.sku)])
        key = (item, mappings[site_key(each.facility)], each.lot)
        sku, pieces = net.get(key, (each.sku, 0))
        net[key] = (sku, pieces + each.pieces)
    return tuple(
        Correction(sku, item, site, Decimal(pieces), lot) for (item, site, lot), (sku, pieces) in net.items() if pieces
    )


def facts_of(event: StockEvent) -> dict[str, str]:
    """The event as a trail tells it: whole, for ShipBob shows no event a second time by its id."""
    facts = {
        "inventory": str(event.inventory_id),
        "category": event.category,
        "facility": str(event.facility),
        "at": event.at.isoformat(),
        "correction": "yes" if event.is_correction else "no",
    }
    sides = {side: getattr(event, side) for side in SIDES}
    return facts | {
        f"{side} {name}": text
        for side, change in sides.items()
        if change is not None
        for name, text in _change_facts(change).items()
        if text
    }


def _change_facts(change: StockChange) -> dict[str, str]:
    location = "" if change.location is None else str(change.location)
    return {"quantity": str(change.quantity), "sku": change.sku, "lot": change.lot_number, "location": location}


def event_in(number: int, facts: Mapping[str, str]) -> StockEvent | None:
    """The event that a trail told; None where the facts are of something else."""
    if "correction" not in facts:
        return None
    return StockEvent(
        id=number,
        inventory_id=int(facts["inventory"]),
        category=facts["category"],
        at=dt.datetime.fromisoformat(facts["at"]),
        facility=int(facts["facility"]),
        increment=_change_in(facts, "increment"),
        decrement=_change_in(facts, "decrement"),
        is_correction=facts["correction"] == "yes",
    )


def _change_in(facts: Mapping[str, str], side: str) -> StockChange | None:
    if f"{side} quantity" not in facts:
        return None
    location = facts.get(f"{side} location", "")
    return StockChange(
        location=int(location) if location else None,
        sku=facts.get(f"{side} sku", ""),
        quantity=int(facts[f"{side} quantity"]),
        lot_number=facts.get(f"{side} lot", ""),
    )
