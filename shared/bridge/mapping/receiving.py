"""What ShipBob put on its shelves of a receiving order (WRO) against what was announced, and what GP makes of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.correction import Correction
from bridge.domain.document import DocumentId
from bridge.domain.inventory import InventoryDocument
from bridge.domain.mapped import MappedItem
from bridge.domain.outcome import MappingKey, MappingKind, Reason
from bridge.domain.receiving import ReceivedBoxItem, ReceivingBox, ReceivingLine, WarehouseReceivingOrder
from bridge.mapping.adjusting import Mappings, item_key, spoken
from bridge.mapping.announcing import ORDERS_MAX, purchase_order_number

REASONS_MAX = 20  # of one review; a WRO may hold thousands of SKUs


@dataclass(frozen=True, slots=True)
class Difference:
    """Pieces announced and put on the shelf of one item, or of one lot of it, where they are not the same."""

    sku: str
    announced: int
    stowed: int
    lot: str = ""
    expires_on: dt.date | None = None

    @property
    def pieces(self) -> int:
        """More on the shelf than announced, fewer below nought."""
        return self.stowed - self.announced


def differences(order: WarehouseReceivingOrder, boxes: Iterable[ReceivingBox]) -> tuple[Difference, ...]:
    """Where announced and stowed are not the same; lot by lot where the boxes tell lots and agree with the lines.

    Stowed is what counts. ShipBob's count at the dock (`received`) has been seen to lag behind it.
    """
    packed: dict[int, list[ReceivedBoxItem]] = {}
    for item in (item for box in boxes for item in box.items):
        packed.setdefault(item.inventory_id, []).append(item)
    found = [each for line in order.lines for each in _of_line(line, packed.get(line.inventory_id, []))]
    return tuple(each for each in found if each.pieces)


def _of_line(line: ReceivingLine, packed: Sequence[ReceivedBoxItem]) -> list[Difference]:
    sums = (sum(each.expected for each in packed), sum(each.stowed for each in packed))
    if not any(each.lot_number for each in packed) or sums != (line.expected, line.stowed):
        return [Difference(line.sku, line.expected, line.stowed)]
    return [_of_lot(line.sku, lot, packed) for lot in dict.fromkeys(each.lot_number for each in packed)]


def _of_lot(sku: str, lot: str, packed: Sequence[ReceivedBoxItem]) -> Difference:
    own = [each for each in packed if each.lot_number == lot]
    days = [each.lot_date.date() for each in own if each.lot_date is not None]
    return Difference(
        sku, sum(each.expected for each in own), sum(each.stowed for each in own), lot, min(days, default=None)
    )


def is_on_its_way_to_the_shelf(order: WarehouseReceivingOrder) -> bool:
    """Has the dock counted more of an item than lies on the shelf?"""
    return any(line.received > line.stowed for line in order.lines)


def progress(order: WarehouseReceivingOrder) -> str:
    """How far it has come, for the trail."""
    announced, stowed = sum(line.expected for line in order.lines), sum(line.stowed for line in order.lines)
    return f"{stowed} of {announced} pieces on the shelf"


# In GP's words -------------------------------------------------------------------------------------------------------


def site_keys_of(document: InventoryDocument) -> frozenset[MappingKey]:
    """The via sites of a GP document that may lead to a ShipBob site."""
    return frozenset(MappingKey(MappingKind.TRANSIT, site) for site in _sites(document))


def sites_of(origin: DocumentId, document: InventoryDocument, mappings: Mappings, number: str) -> tuple[str, ...]:
    """The sites that a GP document brings goods to; where a WRO's purchase order `number` is of one, that alone."""
    sites = [mappings.get(MappingKey(MappingKind.TRANSIT, site), site) for site in _sites(document)]
    parts = range(1, ORDERS_MAX + 1)
    named = [site for site in sites if any(purchase_order_number(origin, site, part) == number for part in parts)]
    return tuple(dict.fromkeys(named or sites))


def _sites(document: InventoryDocument) -> list[str]:
    return list(dict.fromkeys(line.to_site or line.site for line in document.lines))


def corrections(found: Sequence[Difference], site: str, mappings: Mappings) -> tuple[Correction, ...]:
    """The differences as corrections of GP's stock at a site. SKUs may be one item: it is told of each."""
    return tuple(
        Correction(
            each.sku,
            MappedItem.parse(mappings[item_key(each.sku)]),
            site,
            Decimal(each.pieces),
            each.lot,
            each.expires_on,
        )
        for each in found
    )


# For a clerk ---------------------------------------------------------------------------------------------------------


def told(
    order: WarehouseReceivingOrder,
    origin: DocumentId,
    number: str,
    differing: Iterable[tuple[Difference, Correction]],
    elsewhere: str,
) -> tuple[Reason, ...]:
    """A reason for each difference: both numbers, and what to enter in adjustment `number`."""
    return capped(
        [
            Reason(
                f"{name_of(order)}: {each.announced} of {_named(each)} announced for {origin}, {each.stowed} on the "
                f"shelf at {correction.site}",
                f"Enter in GP, as adjustment {number}: {spoken([correction])}; or, where {origin} is not posted yet, "
                f"change it to what came. Then close this review{elsewhere}",
            )
            for each, correction in differing
        ]
    )


def told_changed(order: WarehouseReceivingOrder, origin: DocumentId, number: str) -> Reason:
    """That somebody changed at ShipBob what is announced: its own figures then say nothing of what GP moved."""
    expected = "; ".join(f"{line.expected} of {_name(line)}" for line in order.lines if line.expected) or "nothing"
    return Reason(
        f"{name_of(order)} was changed in ShipBob since it was made for {origin}: it announces {expected} now",
        f"Compare it with {origin} in GP. What neither this nor another WRO brings enter in GP, as adjustment "
        f"{number}; then close this review",
    )


def told_unannounced(order: WarehouseReceivingOrder, site: str, mappings: Mappings, number: str) -> tuple[Reason, ...]:
    """A reason for each item of a WRO that no GP document announced: GP may know of the goods by other means."""
    place = site or (f"{order.center}" if order.center else "a centre that ShipBob does not name")
    return capped(
        [
            Reason(
                f"{name_of(order)} was not made by the bridge: {line.stowed} of {_name(line)} came in at {place}",
                "If a purchase receipt or a transfer in GP brings them there, close this review; "
                f"else enter in GP, as adjustment {number}: {_entered(line, place, mappings)}, then close it",
            )
            for line in order.lines
            if line.stowed
        ]
    )


def capped(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    """The first of them, and how many more there are."""
    if len(reasons) <= REASONS_MAX:
        return tuple(reasons)
    more = len(reasons) - REASONS_MAX
    rest = Reason(f"and {more} more items of the same", "See the receiving order in ShipBob for all of them")
    return (*reasons[:REASONS_MAX], rest)


def name_of(order: WarehouseReceivingOrder) -> str:
    """The WRO as a clerk finds it in ShipBob."""
    return f"WRO {order.id}" + (f" '{order.purchase_order_number}'" if order.purchase_order_number else "")


def _named(each: Difference) -> str:
    return each.sku + (f", lot {each.lot}," if each.lot else "")


def _name(line: ReceivingLine) -> str:
    return f"ShipBob SKU '{line.sku}'" if line.sku else f"ShipBob's inventory {line.inventory_id}"


def _entered(line: ReceivingLine, place: str, mappings: Mappings) -> str:
    """What came in as a clerk enters it; by ShipBob's own name where that has none in GP."""
    written = mappings.get(item_key(line.sku))
    if not written:
        return f"+{line.stowed} of {_name(line)} at {place}"
    return spoken([Correction(line.sku, MappedItem.parse(written), place, Decimal(line.stowed))])
