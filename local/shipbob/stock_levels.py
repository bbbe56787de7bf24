"""Stock in figures at one moment: what lies where, what orders hold of it, and what is on its way."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from local.shipbob import catalogue
from local.shipbob.orders import PACKED, PICKED, Shipment
from local.shipbob.stock_history import Pile

ALLOCATING = frozenset({"Processing", "OnHold"})
AT_HAND_OF_PACKERS = frozenset({PICKED.id, PACKED.id})

Place = tuple[int, int]  # inventory id and location id


@dataclass(frozen=True, slots=True)
class Figures:
    """Units of one thing. What can still be sold from a shelf is on hand less what orders hold."""

    on_hand: int = 0
    committed: int = 0
    awaiting: int = 0
    internal_transfer: int = 0

    @property
    def fulfillable(self) -> int:
        return self.on_hand - self.committed

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.on_hand + other.on_hand,
            self.committed + other.committed,
            self.awaiting + other.awaiting,
            self.internal_transfer + other.internal_transfer,
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """All of an account's stock. `exception` and `backordered` are known of an item, not of where it lies."""

    piles: Mapping[Pile, Figures]
    exception: Counter[int] = field(default_factory=Counter)
    backordered: Counter[int] = field(default_factory=Counter)

    def total(self, inventory_id: int) -> Figures:
        """In all buildings."""
        return sum(self.at(inventory_id).values(), Figures())

    def at(self, inventory_id: int) -> dict[int, Figures]:
        """By building; one that never had any is left out."""
        return _summed((pile.location_id, figures) for pile, figures in self._of(inventory_id))

    def lots(self, inventory_id: int) -> dict[str, dict[int, Figures]]:
        """By lot, then by building."""
        found: dict[str, dict[int, Figures]] = defaultdict(dict)
        for pile, figures in self._of(inventory_id):
            if pile.lot:
                found[pile.lot][pile.location_id] = figures
        return dict(found)

    def _of(self, inventory_id: int) -> list[tuple[Pile, Figures]]:
        return [(pile, figures) for pile, figures in sorted(self.piles.items()) if pile.inventory_id == inventory_id]


@dataclass(frozen=True, slots=True)
class Heap:
    """What the piles hold and await, before orders are thought of."""

    on_hand: Mapping[Pile, int]
    awaiting: Mapping[Pile, int]
    internal_transfer: Mapping[Pile, int]


def sheet(heap: Heap, shipments: Iterable[Shipment]) -> Sheet:
    """The figures. Orders hold what is on hand, lot by lot as it will be picked; what is not there is backordered."""
    wanted, exception = demand(shipments)
    committed: Counter[Pile] = Counter()
    backordered: Counter[int] = Counter()
    for (inventory_id, location_id), units in wanted.items():
        taken = taken_from(heap.on_hand, Pile(inventory_id, location_id), units)
        committed.update(taken)
        backordered[inventory_id] += units - sum(taken.values())
    keys = {*heap.on_hand, *heap.awaiting, *heap.internal_transfer}
    piles = {
        pile: Figures(
            heap.on_hand.get(pile, 0),
            committed[pile],
            heap.awaiting.get(pile, 0),
            heap.internal_transfer.get(pile, 0),
        )
        for pile in keys
    }
    return Sheet(piles, exception, backordered)


def demand(shipments: Iterable[Shipment]) -> tuple[Counter[Place], Counter[int]]:
    """Units that shipments wait to be picked, by item and building; and units that those in Exception would need."""
    wanted: Counter[Place] = Counter()
    exception: Counter[int] = Counter()
    for shipment in shipments:
        if is_picked(shipment):
            continue
        for (inventory_id, location_id), units in pieces(shipment).items():
            if shipment.status in ALLOCATING:
                wanted[inventory_id, location_id] += units
            elif shipment.status == "Exception":
                exception[inventory_id] += units
    return wanted, exception


def taken_from(on_hand: Mapping[Pile, int], place: Pile, units: int) -> Counter[Pile]:
    """Which piles at a place so many units come from, as far as they go: the usual lot first, then lot by lot."""
    product = catalogue.BY_INVENTORY[place.inventory_id]
    here = [
        pile for pile in on_hand if (pile.inventory_id, pile.location_id) == (place.inventory_id, place.location_id)
    ]
    taken: Counter[Pile] = Counter()
    for pile in sorted(here, key=lambda each: (each.lot != (product.lot or ""), each.lot)):
        taken[pile] += min(max(on_hand[pile], 0), units - sum(taken.values()))
    return +taken


def pieces(shipment: Shipment) -> Counter[Place]:
    """What a shipment holds, by item and building; a bundle as its components, an unknown SKU as nothing."""
    held: Counter[Place] = Counter()
    for sku, quantity in shipment.lines:
        for product, each in catalogue.stocked(sku):
            held[product.inventory_id, shipment.location_id] += each * quantity
    return held


def is_picked(shipment: Shipment) -> bool:
    """Whether the goods have left their shelves: at a packer's hand, or labelled. Cancelled ones are put back."""
    at_hand = shipment.status == "Processing" and any(each.id in AT_HAND_OF_PACKERS for each in shipment.details)
    return shipment.label is not None or at_hand


def _summed(rows: Iterable[tuple[int, Figures]]) -> dict[int, Figures]:
    found: dict[int, Figures] = {}
    for key, figures in rows:
        found[key] = found.get(key, Figures()) + figures
    return found
