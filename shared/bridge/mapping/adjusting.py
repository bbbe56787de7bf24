"""From corrections of stock to the lines of an inventory adjustment in GP, and to the words a clerk enters one by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from bridge.domain.correction import Correction
from bridge.domain.inventory import InventoryLine, Item, Lot, TrackingOption
from bridge.domain.mapped import MappedItem
from bridge.domain.outcome import MappingKey, MappingKind, NeedsReview, Reason
from bridge.domain.sales_document import LINE_STEP
from bridge.domain.terms import CorrectionTerms, CostRule

type Mappings = Mapping[MappingKey, str]


def site_key(location: int) -> MappingKey:
    """Where the GP site of a ShipBob location is mapped."""
    return MappingKey(MappingKind.LOCATION, str(location))


def item_key(sku: str) -> MappingKey:
    """Where the GP item of a SKU is mapped."""
    return MappingKey(MappingKind.SKU, sku)


def unmapped(locations: Iterable[str], skus: Collection[str], mappings: Mappings) -> tuple[Reason, ...]:
    """A reason for each location and SKU that has no name in GP, or one that cannot be read.

    A location is written `8` or `8 'Cicero (IL)'`.
    """
    needed = {
        site_key(int(location.partition(" ")[0])): (f"ShipBob location {location} has no GP site", "SITE")
        for location in locations
    }
    needed |= {item_key(sku): (f"ShipBob SKU '{sku}' has no GP item", "ITEM") for sku in skus}
    return tuple(
        Reason(text, f"Map it: gp-shipbob map {key}={value}", key)
        for key, (text, value) in sorted(needed.items())
        if not mappings.get(key)
    ) + tuple(_unreadable(sorted(skus), mappings))


def _unreadable(skus: Iterable[str], mappings: Mappings) -> Iterator[Reason]:
    for sku in skus:
        key = item_key(sku)
        try:
            MappedItem.parse(mappings.get(key, ""))
        except ValueError as wrong:
            yield Reason(f"ShipBob SKU '{sku}' is mapped to {wrong}", f"Map it anew: gp-shipbob map {key}=ITEM", key)


def lines(
    number: str, corrections: Sequence[Correction], items: Mapping[str, Item], terms: CorrectionTerms
) -> tuple[InventoryLine, ...] | NeedsReview:
    """A line of adjustment `number` for each correction, in their order; or what of them GP cannot hold.

    `items` are GP's cards by number. Lots that GP does not keep are one: none is left where what one lost another has.
    What is entered by hand has our number, lest ShipBob be told of its own count.
    """
    kept = _as_gp_keeps(corrections, items)
    reasons = tuple(
        Reason(text, f"Enter in GP by hand, as adjustment {number}: {spoken([each])}")
        for each in kept
        if (text := _obstacle(each, items.get(each.item.item)))
    )
    if reasons:
        return NeedsReview(reasons)
    return tuple(_line(place * LINE_STEP, each, items[each.item.item], terms) for place, each in enumerate(kept, 1))


def _as_gp_keeps(corrections: Iterable[Correction], items: Mapping[str, Item]) -> tuple[Correction, ...]:
    """The corrections with the lots of an item together, where GP's card says that it keeps none."""
    kept: dict[object, Correction] = {}
    for place, each in enumerate(corrections):
        card = items.get(each.item.item)
        if not each.lot or card is None or card.tracking is not TrackingOption.NONE:
            kept[place] = each
            continue
        key = (each.sku, each.item, each.site)
        before = kept[key].pieces if key in kept else Decimal(0)
        kept[key] = Correction(*key, before + each.pieces)
    return tuple(each for each in kept.values() if each.pieces)


def _obstacle(correction: Correction, card: Item | None) -> str:
    """Why a line cannot say this; empty where it can."""
    name = correction.item.item
    if card is None:
        return f"GP has no item {name}, which ShipBob SKU '{correction.sku}' is mapped to"
    if card.tracking is TrackingOption.SERIALS:
        return f"GP keeps {name} by serial number, and ShipBob does not say which these are"
    if card.tracking is TrackingOption.LOTS and not correction.lot:
        return f"GP keeps {name} by lot, and ShipBob does not say of which these are"
    if card.tracking is TrackingOption.LOTS and correction.item.unit and not correction.item.is_tracked:
        key = item_key(correction.sku)
        return (
            f"GP counts lots of {name} in its base unit, and {key} is mapped in {correction.item.unit} without +lots: "
            f"map it like '{key}={name} EACH*1 +lots'"
        )
    if _decimal(_amount(correction), card.decimals) is None:
        unit = correction.item.unit or "its unit"
        return (
            f"{correction.pieces:f} of ShipBob SKU '{correction.sku}' are {_amount(correction)} of {unit} of {name}, "
            f"and GP keeps {card.decimals} decimals of it"
        )
    return ""


def _line(sequence: int, correction: Correction, card: Item, terms: CorrectionTerms) -> InventoryLine:
    quantity = _decimal(_amount(correction), card.decimals)
    assert quantity is not None, "what GP cannot hold is for a person"
    is_free = quantity > 0 and terms.cost is CostRule.ZERO  # what goes out has the cost that it came in with
    lot = Lot(correction.lot, abs(quantity), correction.expires_on)
    return InventoryLine(
        sequence=Decimal(sequence),
        item=correction.item.item,
        site=correction.site,
        quantity=quantity,
        unit_of_measure=correction.item.unit,
        unit_cost=Decimal(0) if is_free else None,
        offset_account=terms.offset_account,
        lots=(lot,) if card.tracking is TrackingOption.LOTS else (),
    )


def spoken(corrections: Iterable[Correction]) -> str:
    """Item, site, quantity and lot as a person would enter them, one after the other."""
    return "; ".join(map(_spoken, corrections))


def _spoken(correction: Correction) -> str:
    unit = f" {correction.item.unit}" if correction.item.unit else ""
    lot = f", lot {correction.lot}" if correction.lot else ""
    return f"{_said(_amount(correction))}{unit} of {correction.item.item} at {correction.site}{lot}"


def _amount(correction: Correction) -> Fraction:
    """What it is in the unit of the mapping."""
    return Fraction(correction.pieces) * correction.item.factor


def _decimal(amount: Fraction, decimals: int) -> Decimal | None:
    """The amount with so many decimals; None where it has more."""
    scaled = amount * 10**decimals
    return Decimal(scaled.numerator).scaleb(-decimals) if scaled.denominator == 1 else None


def _said(amount: Fraction) -> str:
    """With its sign; a quantity that no decimals can write stays a fraction, as in `-5/12`."""
    exact = next((each for places in range(6) if (each := _decimal(amount, places)) is not None), None)
    return f"{exact:+f}" if exact is not None else f"{'+' if amount > 0 else ''}{amount}"
