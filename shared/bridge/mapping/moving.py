"""From a GP stock document to what it moves at ShipBob's sites, netted by site, item and lot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, QuantityType
from bridge.domain.movement import Move, Sites, Way
from bridge.domain.outcome import GpName, MappingKind, Reason

type Key = tuple[Way, str, str, str, str, str]


def sites_in(document: InventoryDocument) -> frozenset[str]:
    """Every site that the document names."""
    return frozenset(site for line in document.lines for site in (line.site, line.to_site) if site)


def moves(document: InventoryDocument, sites: Sites) -> tuple[Move, ...]:
    """What the lines move at ShipBob's sites together; lines that undo each other move nothing."""
    sums: dict[Key, Decimal] = {}
    expiries: dict[Key, dt.date] = {}
    for line in document.lines:
        for move in _of_line(document.type, line, sites):
            key = (move.way, move.site, move.to_site, move.item, move.unit, move.lot)
            sums[key] = sums.get(key, Decimal(0)) + move.quantity
            if move.expires_on is not None:
                expiries.setdefault(key, move.expires_on)
    return tuple(_net(key, quantity, expiries.get(key)) for key, quantity in sums.items() if quantity)


def _net(key: Key, quantity: Decimal, expires_on: dt.date | None) -> Move:
    way, site, to_site, item, unit, lot = key
    if way is Way.BETWEEN and quantity < 0:
        site, to_site, quantity = to_site, site, -quantity
    return Move(way, site, item, quantity, unit, lot, expires_on, to_site)


def _of_line(kind: InventoryDocumentType, line: InventoryLine, sites: Sites) -> Iterator[Move]:
    place = _place(kind, line, sites)
    if place is None:
        return
    way, site, to_site, sign = place
    for lot, quantity, expires_on in _lots(line):
        yield Move(way, site, line.item, sign * quantity, line.unit_of_measure, lot, expires_on, to_site)


def _place(kind: InventoryDocumentType, line: InventoryLine, sites: Sites) -> tuple[Way, str, str, int] | None:
    """How a line concerns ShipBob, at which sites, and with which sign; None where it does not."""
    if kind is not InventoryDocumentType.TRANSFER:
        return (Way.CHANGE, line.site, "", 1) if sites.is_shipbobs(line.site) else None
    source, target = sites.behind(line.site), sites.behind(line.to_site)
    if source == target:
        return None
    if sites.is_shipbobs(source) and sites.is_shipbobs(target):
        first, second = sorted((source, target))
        return Way.BETWEEN, first, second, 1 if first == source else -1
    if sites.is_shipbobs(target):
        return Way.CROSSING, target, "", 1
    return (Way.CROSSING, source, "", -1) if sites.is_shipbobs(source) else None


def _lots(line: InventoryLine) -> Iterator[tuple[str, Decimal, dt.date | None]]:
    """The line's quantity by lot, with the line's sign; what no lot is named for has an empty one."""
    sign = -1 if line.quantity < 0 else 1
    for lot in line.lots:
        yield lot.number, sign * abs(lot.quantity), lot.expires_on
    rest = line.quantity - sign * sum((abs(lot.quantity) for lot in line.lots), Decimal(0))
    if rest:
        yield "", rest, None


def unclear(document: InventoryDocument, sites: Sites) -> tuple[Reason, ...]:
    """Why it cannot be told what the document means for ShipBob; nothing where it is clear."""
    behind = sorted({sites.behind(site) for site in sites_in(document)})
    return (
        *(_several(site, sites.locations[site]) for site in behind if len(sites.locations.get(site, ())) > 1),
        *(
            _leads_nowhere(site, sites)
            for site in sorted(sites_in(document))
            if site in sites.via and not sites.is_shipbobs(sites.behind(site))
        ),
        *_of_other_types(document, sites),
    )


def _several(site: str, locations: tuple[int, ...]) -> Reason:
    named = " and ".join(map(str, locations))
    text = f"GP site '{site}' is several ShipBob locations: {named}"
    return Reason(text, "Give each ShipBob location a GP site of its own, or announce the goods in ShipBob by hand")


def _leads_nowhere(site: str, sites: Sites) -> Reason:
    behind = sites.behind(site)
    text = f"GP's via site '{site}' leads to '{behind}', which is no ShipBob location"
    fix = f"Map it: gp-shipbob map {MappingKind.LOCATION}/ID={behind}"
    return Reason(text, fix, of_gp=GpName(MappingKind.LOCATION, behind))


def _of_other_types(document: InventoryDocument, sites: Sites) -> Iterator[Reason]:
    """ShipBob has goods that can be sold, and no others: returned or damaged stock is GP's own distinction."""
    for line in document.lines:
        types = {line.from_type, line.to_type} - {QuantityType.ON_HAND}
        if types and any(sites.is_shipbobs(sites.behind(site)) for site in (line.site, line.to_site)):
            named = f"{abs(line.quantity).normalize():f} × {line.item}"
            text = f"{named} between {line.site} and {line.to_site}: ShipBob has no stock that is {types.pop()}"
            yield Reason(
                text, "Agree with ShipBob what becomes of the goods; the bridge tells it of stock on hand only"
            )
