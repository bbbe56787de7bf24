"""The lines of the GP document, and what of each travels in which parcel.

One line for each order line, part of a bundle and site. In GP's unit of measure, at a price that makes the amount the
customer paid for it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bridge.domain.bundle import BundlePart, MappedBundle
from bridge.domain.inventory import Lot
from bridge.domain.mapped import MappedItem
from bridge.domain.order import Order, OrderLine
from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.recording import ParcelLine
from bridge.domain.sales_document import LINE_STEP, SalesLine
from bridge.mapping import amounts, kits, needs
from bridge.mapping.allocation import Allocation, allocate
from bridge.mapping.kits import Place

QUANTITY_DECIMALS = 5  # as finely as GP keeps a quantity
CENT_DECIMALS = 2
AGREE = "Map the SKU so that its pieces make whole units, or enter the order in GP by hand"

type Sites = Mapping[int, str]  # by shipment


@dataclass(frozen=True, slots=True)
class Portion:
    """What of a GP line travels in one shipment: in GP's unit, and with what ShipBob picked where GP tracks it."""

    shipment: int
    is_shipped: bool
    quantity: Decimal
    lots: tuple[Lot, ...] = ()
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line of the document with its portions, by shipment."""

    line: SalesLine
    portions: tuple[Portion, ...]

    def in_parcel(self, shipment: int) -> ParcelLine | None:
        """What of it is in that shipment; None for nothing."""
        found = next((each for each in self.portions if each.shipment == shipment), None)
        return ParcelLine(self.line.sequence, found.quantity, found.lots, found.serials) if found else None


@dataclass(frozen=True, slots=True)
class _Draft:
    """A line before it has its number and its price. `pieces` are those of the order line's part."""

    place: Place
    item: MappedItem
    pieces: Decimal
    quantity: Decimal
    portions: tuple[Portion, ...]


def placed(
    order: Order, mappings: needs.Mappings, sites: Sites, *, is_priced: bool
) -> tuple[PlacedLine, ...] | NeedsReview:
    """The lines, or why a person must decide. An order with everything mapped, and with shipments that agree with it.

    By order line and part, then by the first shipment that carries some of it, the same every time whatever has
    shipped: GP's line numbers depend on it. `is_priced` False leaves the prices to GP.
    """
    made_of = needs.bundles(order, mappings)
    packed = kits.packed(order, allocate(needs.needs(order, mappings), order.shipments, made_of), made_of)
    by_place: dict[Place, list[Allocation]] = {}
    for each in (each for found in packed.values() if not isinstance(found, Reason) for each in found):
        place = Place(each.need.line, each.need.part, sites[each.shipment.id])
        by_place.setdefault(place, []).append(each)
    made = [_draft(place, held, order, mappings, made_of) for place, held in by_place.items()]
    if reasons := [each for each in (*packed.values(), *made) if isinstance(each, Reason)]:
        return NeedsReview(tuple(dict.fromkeys(reasons)))
    drafts = [each for each in made if not isinstance(each, Reason)]
    return _priced(order, mappings, made_of, drafts) if is_priced else _numbered(drafts, {})


def _draft(
    place: Place,
    held: Sequence[Allocation],
    order: Order,
    mappings: needs.Mappings,
    made_of: Mapping[str, MappedBundle],
) -> _Draft | Reason:
    bundle = made_of.get(order.lines[place.line].sku)
    sku = held[0].need.sku
    item = MappedItem(bundle.kit) if bundle is not None and bundle.kit else needs.item_of(sku, mappings)
    by_shipment: dict[int, list[Allocation]] = {}
    for each in held:
        by_shipment.setdefault(each.shipment.id, []).append(each)
    portions: list[Portion] = []
    for pieces in by_shipment.values():
        portion = _portion(pieces, item)
        if portion is None:
            text = f"{_sum(pieces):f} of {sku} are no quantity of {item.item} that GP can hold in its unit {item.unit}"
            return Reason(text, AGREE)
        portions.append(portion)
    quantity = sum((each.quantity for each in portions), Decimal(0))
    return _Draft(place, item, _sum(held), quantity, tuple(portions))


def _sum(held: Sequence[Allocation]) -> Decimal:
    return sum((each.quantity for each in held), Decimal(0))


def _portion(held: Sequence[Allocation], item: MappedItem) -> Portion | None:
    """What of a line is in one shipment; None where it is no quantity that GP can hold."""
    quantity = _in_unit(_sum(held), item)
    if quantity is None:
        return None
    lots: dict[str, Lot] = {}
    for each in (each for each in held if item.has_lots and each.lot):
        before = lots[each.lot].quantity if each.lot in lots else Decimal(0)
        # In the line's unit, which is the base unit of an item in lots: a piece is a whole number of it.
        lots[each.lot] = Lot(each.lot, before + each.quantity * item.factor.numerator, each.expires_on)
    serials = tuple(serial for each in held if item.has_serials for serial in each.serials)
    return Portion(held[0].shipment.id, held[0].shipment.is_shipped, quantity, tuple(lots.values()), serials)


def _in_unit(pieces: Decimal, item: MappedItem) -> Decimal | None:
    if item.factor == 1:
        return pieces
    return amounts.exact_decimal(Fraction(pieces) * item.factor, QUANTITY_DECIMALS)


def _priced(
    order: Order, mappings: needs.Mappings, made_of: Mapping[str, MappedBundle], drafts: Sequence[_Draft]
) -> tuple[PlacedLine, ...] | NeedsReview:
    prices: dict[Place, Decimal] = {}
    for number, line in enumerate(order.lines):
        own = [draft for draft in drafts if draft.place.line == number]
        for place, price in _prices(line, needs.pieces_in(line, mappings), made_of.get(line.sku), own).items():
            if price is None:
                text = f"No unit price that GP can hold makes the amount of {line.sku} to the cent"
                return NeedsReview((Reason(text, AGREE),))
            prices[place] = price
    return _numbered(drafts, prices)


def _numbered(drafts: Sequence[_Draft], prices: Mapping[Place, Decimal]) -> tuple[PlacedLine, ...]:
    return tuple(_line(draft, at, prices.get(draft.place, Decimal(0))) for at, draft in enumerate(drafts, start=1))


def _prices(
    line: OrderLine, pieces_per_unit: int, bundle: MappedBundle | None, drafts: Sequence[_Draft]
) -> Mapping[Place, Decimal | None]:
    """The unit price of each of an order line's lines in GP: ShipBob's own, where GP can hold that in its unit.

    Of a bundle in parts, whole cents a piece that make its price. Where neither is to be had, each line gets its share
    of the amount, and the price that makes it.
    """
    assert line.unit_price is not None, "a line without a price is a review"
    if bundle is None or bundle.kit:
        own = {draft.place: _own_price(line.unit_price, pieces_per_unit, draft.item.factor) for draft in drafts}
        if None not in own.values():
            return own
    elif in_cents := _part_prices(Fraction(line.unit_price) / pieces_per_unit, bundle, drafts):
        return in_cents
    amount = amounts.in_cents(Fraction(line.quantity) * Fraction(line.unit_price))
    shares = amounts.shared(amount, [_weight(draft, bundle) for draft in drafts])
    return {each.place: amounts.price_making(share, each.quantity) for each, share in zip(drafts, shares, strict=True)}


def _part_prices(price: Fraction, bundle: MappedBundle, drafts: Sequence[_Draft]) -> Mapping[Place, Decimal]:
    """The prices of a bundle's parts in whole cents, in GP's units; empty where they cannot be."""
    made = amounts.cent_prices(price, [part.count for part in bundle.parts], [_worth(part) for part in bundle.parts])
    if made is None:
        return {}
    found = {each.place: _in_gps_unit(made[each.place.part], each.item.factor) for each in drafts}
    return {place: each for place, each in found.items() if each is not None} if None not in found.values() else {}


def _in_gps_unit(price: Decimal, factor: Fraction) -> Decimal | None:
    return price if factor == 1 else amounts.exact_decimal(Fraction(price) / factor, CENT_DECIMALS)


def _own_price(price: Decimal, pieces_per_unit: int, factor: Fraction) -> Decimal | None:
    exact = Fraction(price) / pieces_per_unit / factor
    held = amounts.exact_decimal(exact, amounts.PRICE_DECIMALS)
    return price if held == price else held


def _weight(draft: _Draft, bundle: MappedBundle | None) -> Fraction:
    return Fraction(draft.pieces) * (_worth(bundle.parts[draft.place.part]) if bundle is not None else 1)


def _worth(part: BundlePart) -> Fraction:
    return Fraction(part.worth if part.worth is not None else 1)


def _line(draft: _Draft, at: int, price: Decimal) -> PlacedLine:
    shipped = [each for each in draft.portions if each.is_shipped]
    line = SalesLine(
        sequence=at * LINE_STEP,
        item=draft.item.item,
        site=draft.place.site,
        quantity=draft.quantity,
        unit_price=price,
        fulfilled=sum((each.quantity for each in shipped), Decimal(0)),
        unit_of_measure=draft.item.unit,
        lots=_merged(shipped),
        serials=tuple(serial for each in shipped for serial in each.serials),
    )
    return PlacedLine(line, draft.portions)


def _merged(portions: Sequence[Portion]) -> tuple[Lot, ...]:
    """The lots of all portions, each once."""
    merged: dict[str, Lot] = {}
    for lot in (lot for each in portions for lot in each.lots):
        before = merged[lot.number].quantity if lot.number in merged else Decimal(0)
        merged[lot.number] = Lot(lot.number, before + lot.quantity, lot.expires_on)
    return tuple(merged.values())
