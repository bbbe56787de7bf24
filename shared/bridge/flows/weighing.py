"""What a GP stock document asks of ShipBob: receiving orders to make, and requests that only its people can carry out.

An increase or a decrease is weighed against ShipBob's own figure first: one that follows it corrects GP, and is not to
be told to ShipBob, which is where it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from itertools import batched

from bridge.domain.document import DocumentId
from bridge.domain.inventory import InventoryDocument, Item
from bridge.domain.movement import Move, Pieces, Sites, Way
from bridge.domain.outcome import MappingKey, MappingKind, NeedsReview, Reason
from bridge.domain.receiving import NewReceivingOrder
from bridge.domain.terms import SendingTerms, StockIncrease
from bridge.flows.attempt import Work
from bridge.mapping import announcing, asking, goods, moving
from bridge.mapping.goods import Good
from bridge.ports import Ports

LEVELS_MAX = 150  # ids a call, as ShipBob advises


@dataclass(frozen=True, slots=True)
class Request:
    """What only ShipBob's people can do, and what a person is told of it."""

    asked: Pieces
    reason: Reason


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a document asks of ShipBob. `corrections` are the changes that brought GP to ShipBob's own figure."""

    orders: tuple[NewReceivingOrder, ...] = ()
    requests: tuple[Request, ...] = ()
    corrections: tuple[str, ...] = ()


def sites(ports: Ports, document: InventoryDocument) -> Sites:
    """Which of the document's sites are ShipBob's, by the mappings as they are now."""
    named = moving.sites_in(document)
    found = ports.state.mappings(MappingKey(MappingKind.TRANSIT, site) for site in named)
    via = {key.key: value for key, value in found.items()}
    locations = {
        site: tuple(int(key.key) for key in ports.state.mapped_to(MappingKind.LOCATION, site) if key.key.isdigit())
        for site in sorted({via.get(site, site) for site in named})
    }
    return Sites(locations, via)


def plan(work: Work, moves: Sequence[Move], sites: Sites, terms: SendingTerms) -> Plan | NeedsReview:
    """What the moves ask of ShipBob, or all that a person must decide first."""
    found = _goods(work.ports, [move.item for move in moves])
    unknown = [each for each in found.values() if isinstance(each, Reason)]
    known = {item: each for item, each in found.items() if isinstance(each, Good)}
    cards = _cards(work.ports, moves)
    counted, reasons = goods.pieces([move for move in moves if move.item in known], known, cards)
    if unknown or reasons:
        return NeedsReview((*unknown, *reasons))
    scales = _Scales(work, sites, known, cards, counted)
    coming, requests, corrections = scales.weigh(terms.increase)
    orders: list[NewReceivingOrder] = []
    for site in sorted({each.site for each in coming}):
        at_site = [each for each in coming if each.site == site]
        document = work.message.document
        made = announcing.receiving_orders(document, site, sites.location(site), at_site, terms, work.began)
        if reason := announcing.too_many(site, made, terms):
            return NeedsReview((reason,))
        orders += made
    return Plan(tuple(orders), requests, corrections)


def _goods(ports: Ports, items: Iterable[str]) -> Mapping[str, Good | Reason]:
    """What each item is at ShipBob."""
    keys = {item: ports.state.mapped_to(MappingKind.SKU, item) for item in sorted(set(items))}
    values = ports.state.mappings(key for found in keys.values() for key in found)
    skus = [found[0].key for found in keys.values() if len(found) == 1]
    variants = ports.shipbob.variants(skus) if skus else ()
    return {
        item: goods.good(item, {key: values[key] for key in found if key in values}, variants)
        for item, found in keys.items()
    }


def _cards(ports: Ports, moves: Iterable[Move]) -> Mapping[str, Item]:
    """GP's cards of what was adjusted, or is counted in a unit: with the item's own unit, and what GP has."""
    items = sorted({move.item for move in moves if move.way is Way.CHANGE or move.unit})
    cards = {item: ports.gp.item(item) for item in items}
    return {item: card for item, card in cards.items() if card is not None}


@dataclass
class _Scales:
    """Weighs the changes of a document. ShipBob is asked for its figures once, and for names only where they are told.

    The changes of an item at a site are weighed together, whatever its lots.
    """

    work: Work
    sites: Sites
    goods: Mapping[str, Good]
    cards: Mapping[str, Item]
    counted: Sequence[Pieces]
    coming: list[Pieces] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    corrections: list[str] = field(default_factory=list)

    def weigh(self, increase: StockIncrease) -> tuple[Sequence[Pieces], tuple[Request, ...], tuple[str, ...]]:
        """What comes to ShipBob, what it is to be asked for, and what corrects GP."""
        self._places = self._named()
        for each in self.counted:
            if each.way is Way.CROSSING and each.quantity > 0:
                self.coming.append(each)
            elif each.way is not Way.CHANGE:
                self.requests.append(Request(each, asking.reason(self._document, each, self._places)))
        changes = [each for each in self.counted if each.way is Way.CHANGE]
        at_shipbob = self._at_shipbob(changes)
        for site, item in dict.fromkeys((each.site, each.item) for each in changes):
            together = [each for each in changes if (each.site, each.item) == (site, item)]
            self._weigh(together, at_shipbob.get((self.sites.location(site), together[0].inventory_id), 0), increase)
        return self.coming, tuple(self.requests), tuple(self.corrections)

    @property
    def _document(self) -> DocumentId:
        return self.work.message.document

    def _weigh(self, changes: Sequence[Pieces], at_shipbob: int, increase: StockIncrease) -> None:
        """One item at one site."""
        key = f"corrected {changes[0].site} {changes[0].item}"
        has = self._in_gp(changes[0])
        total = sum(each.quantity for each in changes)
        is_decrease = any(each.quantity < 0 for each in changes)
        # What ShipBob was asked for is expected whatever the figures have become: its answer alone ends it.
        is_asked = is_decrease and any(self._is_asked(each) for each in changes)
        if self._is_part(key) or (not is_asked and goods.follows(has, total, at_shipbob)):
            self.corrections.append(key)
        elif is_decrease:
            self.requests += (Request(each, asking.reason(self._document, each, self._places)) for each in changes)
        elif increase is StockIncrease.RECEIVING_ORDER and has is not None:
            self.coming.extend(changes)
        else:
            told = "an unknown quantity" if has is None else f"{has}"
            for each in changes:
                reason = asking.away(self._document, each, told, at_shipbob, self._places)
                self.requests.append(Request(each, reason))

    def _is_part(self, key: str) -> bool:
        return any(part.key == key for part in self.work.row.parts)

    def _is_asked(self, change: Pieces) -> bool:
        return self._is_part(asking.part_of(asking.id_of(self._document, change.site, change)))

    def _in_gp(self, change: Pieces) -> Fraction | None:
        """What GP has of the item at the site, in pieces; None where its base unit is not that of the mapping."""
        card = self.cards.get(change.item)
        mapped = self.goods[change.item].mapped
        if card is None or (mapped.unit and not mapped.is_tracked):
            return None
        stock = (stock.on_hand for stock in card.stock if stock.site == change.site)
        return Fraction(sum(stock, Decimal(0))) / mapped.factor

    def _at_shipbob(self, changes: Iterable[Pieces]) -> Mapping[tuple[int, int], int]:
        """Pieces by location and inventory id: on hand, and on their way between ShipBob's own buildings."""
        ids = sorted({each.inventory_id for each in changes})
        levels = [
            level for some in batched(ids, LEVELS_MAX) for level in self.work.ports.shipbob.inventory_levels(some)
        ]
        return {
            (here.location, level.inventory_id): here.on_hand + here.internal_transfer
            for level in levels
            for here in level.locations
        }

    def _named(self) -> Mapping[str, str]:
        """ShipBob's buildings by GP site, as its own people call them."""
        ours = {site for each in self.counted for site in (each.site, each.to_site) if site}
        if all(each.way is Way.CROSSING and each.quantity > 0 for each in self.counted):
            return {}
        names = {location.id: location.name for location in self.work.ports.shipbob.locations()}
        here = {site: self.sites.location(site) for site in ours}
        return {site: f"fulfillment center {key} '{names.get(key, '')}'" for site, key in here.items()}
