"""From a return that ShipBob has counted to what of it comes back into GP's stock, and the adjustment that says so.

What ShipBob processed is booked, never what was announced. Restocked goods come to the site of the location that has
them; of what was quarantined or thrown away a mapping says where it comes to, or that GP never hears of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, Lot, QuantityType
from bridge.domain.mapped import MappedItem
from bridge.domain.outcome import MappingKey, MappingKind, NeedsReview, Reason
from bridge.domain.returns import Disposed, Disposition, Return, ReturnLine
from bridge.domain.sales_document import LINE_STEP
from bridge.domain.terms import CostRule, ReturnRecord, Terms

type Mappings = Mapping[MappingKey, str]

NOWHERE = "none"  # instead of a site: such goods are not booked in GP at all

# On a sales return GP keeps apart what cannot be sold. An adjustment knows stock on hand alone: there the site does it.
COMES_BACK_AS = {
    Disposition.RESTOCK: QuantityType.ON_HAND,
    Disposition.QUARANTINE: QuantityType.RETURNED,
    Disposition.DEFAULT: QuantityType.RETURNED,
    Disposition.DISPOSE: QuantityType.DAMAGED,
}


@dataclass(frozen=True, slots=True)
class Goods:
    """So much of an item that comes back to a site, of one lot, in `unit`; an empty one is the item's own."""

    item: str
    unit: str
    site: str
    quantity: Decimal
    kind: QuantityType = QuantityType.ON_HAND
    lot: str = ""
    expires_on: dt.date | None = None

    def lots(self, quantity: Decimal) -> tuple[Lot, ...]:
        """The lot of so much of it: an item that GP keeps in lots is mapped with its base unit, which lots count in."""
        return (Lot(self.lot, quantity, self.expires_on),) if self.lot else ()


@dataclass(frozen=True, slots=True)
class Counted:
    """What comes back into GP's stock, and a phrase each for what does not, by the company's own choice."""

    goods: tuple[Goods, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a document in GP is called, which batch it is in and the day it is of; and whether it is there already."""

    number: str
    batch: str
    date: dt.date
    is_booked: bool = False


def keys_of(returned: Return) -> frozenset[MappingKey]:
    """Every mapping that says something of this return."""
    taken = list(_taken(returned))
    skus = [_sku_key(line.sku) for line, _ in taken if line.sku]
    return frozenset([*skus, *(key for _, each in taken for key in _place_keys(returned, each.disposition))])


def counted(returned: Return, mappings: Mappings, record: ReturnRecord) -> Counted | NeedsReview:
    """What of the return comes back to which site; or all that a person must decide.

    One row for each item, site and lot: nothing is lost of a line that was dealt with in several ways, and rows of the
    same are one.
    """
    if reasons := (*_unclear(returned), *_unmapped(returned, mappings)):
        return NeedsReview(tuple(dict.fromkeys(reasons)))
    rows: dict[Goods, Fraction] = {}
    pieces: dict[Goods, Decimal] = {}
    for line, taken, site in _placed(returned, mappings):
        if site != NOWHERE:
            item = MappedItem.parse(mappings[_sku_key(line.sku)])
            kind = COMES_BACK_AS[taken.disposition] if record is ReturnRecord.SALES_RETURN else QuantityType.ON_HAND
            row = _row(line, item, site, kind)
            rows[row] = rows.get(row, Fraction(0)) + Fraction(taken.quantity) * item.factor
            pieces[row] = pieces.get(row, Decimal(0)) + taken.quantity
    return _whole(rows, pieces, _left_out(returned, mappings))


def _row(line: ReturnLine, item: MappedItem, site: str, kind: QuantityType) -> Goods:
    """Where some of a line belongs, without its quantity. Its lot counts only where GP keeps lots of the item."""
    nought = Decimal(0)
    if not (item.has_lots and line.lot_number):
        return Goods(item.item, item.unit, site, nought, kind)
    expires = line.lot_expires_at.date() if line.lot_expires_at else None
    return Goods(item.item, item.unit, site, nought, kind, line.lot_number, expires)


def _whole(
    rows: Mapping[Goods, Fraction], pieces: Mapping[Goods, Decimal], left_out: tuple[str, ...]
) -> Counted | NeedsReview:
    """The rows with their quantities, which GP takes in whole units only."""
    fix = "Map the SKU with a smaller unit of measure, of which a piece is one or more, or enter the return by hand"
    reasons = tuple(
        Reason(f"{pieces[row].normalize():f} pieces of {row.item} are {quantity} of its unit {row.unit}", fix)
        for row, quantity in rows.items()
        if quantity.denominator != 1
    )
    if reasons:
        return NeedsReview(reasons)
    goods = (replace(row, quantity=Decimal(quantity.numerator)) for row, quantity in rows.items())
    return Counted(tuple(goods), left_out)


def adjustment(counted: Counted, heading: Heading, terms: Terms) -> InventoryDocument:
    """The positive adjustment that brings the goods back; unposted, as all that we write."""
    return InventoryDocument(
        type=InventoryDocumentType.ADJUSTMENT,
        number=heading.number,
        batch=heading.batch,
        date=heading.date,
        lines=tuple(
            InventoryLine(
                sequence=Decimal(number * LINE_STEP),
                item=goods.item,
                site=goods.site,
                quantity=goods.quantity,
                unit_of_measure=goods.unit,
                unit_cost=Decimal(0) if terms.returns.cost is CostRule.ZERO else None,
                offset_account=terms.returns.offset_account,
                lots=goods.lots(goods.quantity),
            )
            for number, goods in enumerate(counted.goods, start=1)
        ),
    )


def corrected(posted: InventoryDocument, correction: InventoryDocument) -> InventoryDocument:
    """What a posted adjustment comes to with the one that corrects it, by item, site and lot."""
    net: dict[InventoryLine, Decimal] = {}
    for line in (*posted.lines, *correction.lines):
        lots = tuple(Lot(lot.number, Decimal(0)) for lot in line.lots)
        of = InventoryLine(Decimal(0), line.item, line.site, Decimal(0), line.unit_of_measure, lots=lots)
        net[of] = net.get(of, Decimal(0)) + line.quantity
    return replace(posted, lines=tuple(replace(of, quantity=quantity) for of, quantity in net.items() if quantity))


def count_of(returned: Return) -> Mapping[str, object]:
    """What ShipBob counted and did, in plain types: the same however its rows are cut and ordered."""
    summed: dict[tuple[str, str, str], Decimal] = {}
    for line, taken in _taken(returned):
        key = (line.sku or str(line.inventory_id), line.lot_number, taken.disposition)
        summed[key] = summed.get(key, Decimal(0)) + taken.quantity
    rows = [[*key, f"{quantity.normalize():f}"] for key, quantity in sorted(summed.items())]
    return {"location": returned.location.id if returned.location else None, "rows": rows}


def told(returned: Return) -> str:
    """What ShipBob counted and did, for a clerk."""
    rows = "; ".join(_phrase(line, taken) for line, taken in _taken(returned)) or "nothing"
    return f"{rows} at {returned.location}" if returned.location else rows


def missing(returned: Return) -> str:
    """What was announced and did not come, for the trail; empty where all came."""
    short = ((line, line.expected - sum((each.quantity for each in line.taken), Decimal(0))) for line in returned.lines)
    return "; ".join(f"{quantity.normalize():f} of '{line.sku}'" for line, quantity in short if quantity > 0)


# What was counted, line by line


def _taken(returned: Return) -> Iterator[tuple[ReturnLine, Disposed]]:
    """Every row of what was done; a row of nothing says nothing."""
    return ((line, taken) for line in returned.lines for taken in line.taken if taken.quantity)


def _placed(returned: Return, mappings: Mappings) -> Iterator[tuple[ReturnLine, Disposed, str]]:
    for line, taken in _taken(returned):
        yield line, taken, _place(returned, taken.disposition, mappings)


def _left_out(returned: Return, mappings: Mappings) -> tuple[str, ...]:
    return tuple(_phrase(line, taken) for line, taken, site in _placed(returned, mappings) if site == NOWHERE)


def _phrase(line: ReturnLine, taken: Disposed) -> str:
    return f"{taken.quantity.normalize():f} of '{line.sku or line.inventory_id}' {taken.disposition}"


# Where it comes to


def _sku_key(sku: str) -> MappingKey:
    return MappingKey(MappingKind.SKU, sku)


def _place_keys(returned: Return, disposition: Disposition) -> tuple[MappingKey, ...]:
    """The mappings that name the site, the more specific first."""
    at = returned.location
    if disposition is Disposition.RESTOCK:
        return (MappingKey(MappingKind.LOCATION, str(at.id)),) if at else ()
    everywhere = MappingKey(MappingKind.DISPOSITION, disposition)
    return (MappingKey(MappingKind.DISPOSITION, f"{at.id}/{disposition}"), everywhere) if at else (everywhere,)


def _place(returned: Return, disposition: Disposition, mappings: Mappings) -> str:
    """The site; `NOWHERE`; or empty where no mapping says."""
    named = (mappings.get(key, "").strip() for key in _place_keys(returned, disposition))
    place = next((name for name in named if name), "")
    is_nowhere = disposition is not Disposition.RESTOCK and place.casefold() == NOWHERE
    return NOWHERE if is_nowhere else place


# What a person must decide


def _unclear(returned: Return) -> Iterator[Reason]:
    look = "Look at the return in ShipBob"
    for line, taken in _taken(returned):
        if taken.quantity < 0:
            yield Reason(f"ShipBob counts {taken.quantity.normalize():f} of '{line.sku}', less than none", look)
        if not line.sku:
            text = f"What came back as ShipBob inventory {line.inventory_id} has no SKU"
            yield Reason(text, "Give the product a SKU in ShipBob")
        if taken.disposition is Disposition.UNKNOWN:
            text = f"ShipBob did with {taken.quantity.normalize():f} of '{line.sku}' what the bridge does not know"
            yield Reason(text, f"{look}, and enter it in GP by hand")
        if taken.disposition is Disposition.RESTOCK and returned.location is None:
            yield Reason("ShipBob does not say in which of its buildings the goods are", look)


def _unmapped(returned: Return, mappings: Mappings) -> Iterator[Reason]:
    for line, taken in _taken(returned):
        if line.sku:
            yield from _unmapped_item(line.sku, mappings)
        if taken.disposition is not Disposition.UNKNOWN and not _place(returned, taken.disposition, mappings):
            yield from _unmapped_place(returned, taken.disposition)


def _unmapped_item(sku: str, mappings: Mappings) -> Iterator[Reason]:
    key = _sku_key(sku)
    if not mappings.get(key):
        yield Reason(f"ShipBob SKU '{sku}' has no GP item", f"Map it: gp-shipbob map {key}=ITEM", key)
        return
    try:
        MappedItem.parse(mappings[key])
    except ValueError as wrong:
        yield Reason(f"ShipBob SKU '{sku}' is mapped to {wrong}", f"Map it anew: gp-shipbob map {key}=ITEM", key)


def _unmapped_place(returned: Return, disposition: Disposition) -> Iterator[Reason]:
    keys = _place_keys(returned, disposition)
    if disposition is not Disposition.RESTOCK:
        text = f"Nothing says to which GP site goods come with ShipBob's disposition {disposition}"
        fix = (
            f"Map it: gp-shipbob map {keys[-1]}=SITE for every location, or {keys[0]}=SITE for this one;"
            f" '{NOWHERE}' instead of a site keeps them out of GP"
        )
        yield Reason(text, fix, keys[0], cause=str(keys[-1]), or_for=keys[1:])
    for key in keys if disposition is Disposition.RESTOCK else ():
        yield Reason(f"ShipBob location {returned.location} has no GP site", f"Map it: gp-shipbob map {key}=SITE", key)
