"""From GP items to what ShipBob keeps of them: SKU, inventory id, and whole pieces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from bridge.domain.inventory import Item
from bridge.domain.mapped import MappedItem
from bridge.domain.movement import Move, Pieces, Way
from bridge.domain.outcome import GpName, MappingKey, MappingKind, Reason
from bridge.domain.stock import Variant


@dataclass(frozen=True, slots=True)
class Good:
    """What an item is at ShipBob. One piece there is `mapped.factor` of `mapped.unit`."""

    sku: str
    inventory_id: int
    mapped: MappedItem
    is_lot: bool = False


def good(item: str, mapped: Mapping[MappingKey, str], variants: Sequence[Variant]) -> Good | Reason:
    """The one thing at ShipBob that an item is, or why there is none. `mapped`: every SKU that is this item."""
    if not mapped:
        fix = f"Map it: gp-shipbob map sku/SKU={item}"
        return Reason(f"GP item '{item}' has no ShipBob SKU", fix, of_gp=GpName(MappingKind.SKU, item))
    if len(mapped) > 1:
        skus = ", ".join(key.key for key in sorted(mapped))
        fix = "Leave one of them mapped, or announce the goods in ShipBob by hand"
        return Reason(f"GP item '{item}' is several ShipBob SKUs: {skus}", fix)
    ((key, value),) = mapped.items()
    found = [variant for variant in variants if variant.sku == key.key]
    active = [variant for variant in found if variant.is_active]
    if len(active) == 1 and active[0].inventory_id is not None and not active[0].is_digital:
        (one,) = active
        assert one.inventory_id is not None
        try:
            return Good(one.sku, one.inventory_id, MappedItem.parse(value), one.is_lot)
        except ValueError as wrong:
            return Reason(
                f"ShipBob SKU '{key.key}' is mapped to {wrong}", f"Map it anew: gp-shipbob map {key}=ITEM", key
            )
    text, fix = _no_stock(key.key, found, active)
    return Reason(f"{text}; it is mapped to GP item '{item}'", fix)


def _no_stock(sku: str, found: Sequence[Variant], active: Sequence[Variant]) -> tuple[str, str]:
    if not found:
        return f"ShipBob has no SKU '{sku}'", "Make the product in ShipBob, or map the item to another SKU"
    if not active:
        return f"SKU '{sku}' is inactive at ShipBob", "Set it active in ShipBob"
    if len(active) > 1:
        return f"ShipBob has SKU '{sku}' {len(active)} times", "Leave one of them active in ShipBob"
    if active[0].is_digital:
        return f"SKU '{sku}' is digital at ShipBob, and keeps no stock", "Map the item to the SKU that is shipped"
    return f"SKU '{sku}' is a bundle at ShipBob, whose stock is that of its parts", "Map the items of its parts"


def pieces(
    moves: Iterable[Move], goods: Mapping[str, Good], cards: Mapping[str, Item]
) -> tuple[tuple[Pieces, ...], tuple[Reason, ...]]:
    """The moves as ShipBob counts them, and what stands in the way. Lots count where ShipBob keeps the item in lots.

    `cards` are GP's, of items whose lines name a unit.
    """
    sums: dict[Pieces, Fraction] = {}
    reasons: list[Reason] = []
    for move in moves:
        one = goods[move.item]
        if reason := _of_unit(move, one, cards.get(move.item)) or _of_lot(move, one):
            reasons.append(reason)
            continue
        lot, expires_on = (move.lot, move.expires_on) if one.is_lot else ("", None)
        # Two lots that cross between two sites meet where ShipBob keeps none.
        is_back = move.way is Way.BETWEEN and move.to_site < move.site
        site, to_site = (move.to_site, move.site) if is_back else (move.site, move.to_site)
        key = Pieces(move.way, site, move.item, one.sku, one.inventory_id, 0, lot, expires_on, to_site)
        sums[key] = sums.get(key, Fraction(0)) + (-1 if is_back else 1) * Fraction(move.quantity) / one.mapped.factor
    for key, count in sums.items():
        if count.denominator != 1:
            reasons.append(_not_whole(key, count, goods[key.item].mapped))
    whole = tuple(_counted(key, count) for key, count in sums.items() if count and count.denominator == 1)
    return whole, tuple(dict.fromkeys(reasons))


def _counted(key: Pieces, count: Fraction) -> Pieces:
    """With its number; between two sites above nought, from the one that loses."""
    site, to_site = (key.to_site, key.site) if key.way is Way.BETWEEN and count < 0 else (key.site, key.to_site)
    quantity = abs(int(count)) if key.way is Way.BETWEEN else int(count)
    return Pieces(key.way, site, key.item, key.sku, key.inventory_id, quantity, key.lot, key.expires_on, to_site)


def _of_unit(move: Move, one: Good, card: Item | None) -> Reason | None:
    """A mapping without a unit speaks of the item's own. What GP counts in another cannot be told in pieces.

    No unit on the line is the base unit: that of the mapping, where it says that GP keeps lots or serials.
    """
    own = card.unit_of_measure if card is not None else ""
    mapped = one.mapped.unit
    is_base = not move.unit and one.mapped.is_tracked
    if move.unit == mapped or is_base or (not mapped and own and move.unit == own):
        return None
    counted = f"in {move.unit}" if move.unit else "in its base unit"
    amount = f"{move.quantity.normalize():f} × '{move.item}' {counted}"
    if not mapped and not own:
        text = f"GP counts {amount}, and neither its card nor the mapping of SKU '{one.sku}' says what a piece is"
        return Reason(text, f"Map it with a unit: gp-shipbob map 'sku/{one.sku}={move.item} {move.unit}*1'")
    meant = f"in {mapped}" if mapped else f"in {own}, the item's own"
    text = f"GP counts {amount}, and SKU '{one.sku}' is mapped {meant}"
    return Reason(text, "Enter the document in the unit of the mapping, or announce the goods in ShipBob by hand")


def _of_lot(move: Move, one: Good) -> Reason | None:
    """ShipBob takes goods that it keeps in lots with the lot's number and its date, both or not at all."""
    if not one.is_lot or (move.lot and (move.expires_on is not None or not _comes_in(move))):
        return None
    lacking = f"are of lot '{move.lot}', which has no expiration date" if move.lot else "are of no lot"
    amount = f"{abs(move.quantity).normalize():f} × '{move.item}'"
    text = f"ShipBob keeps SKU '{one.sku}' in lots, and {amount} of the document in GP {lacking}"
    return Reason(text, "Give the lot its number and date in GP, or announce the goods in ShipBob by hand")


def _comes_in(move: Move) -> bool:
    return move.way is not Way.BETWEEN and move.quantity > 0


def _not_whole(key: Pieces, count: Fraction, mapped: MappedItem) -> Reason:
    text = f"'{key.item}' at {key.site} would be {count} pieces of SKU '{key.sku}'"
    return Reason(text, f"Correct the quantity in GP, or the factor of the mapping (now {mapped.factor})")


def follows(after: Fraction | None, change: int, at_shipbob: int) -> bool:
    """Did a change of GP's figure only follow ShipBob's own? `after` is GP's present one in pieces, None if unknown.

    An increase does that brought it closer. GP usually has the more, by what has left and is not posted yet, so that
    nearly every decrease leads closer: one does only that ends at ShipBob's figure to the piece.
    """
    if after is None:
        return False
    if change < 0:
        return after == at_shipbob
    return abs(after - at_shipbob) < abs(after - change - at_shipbob)
