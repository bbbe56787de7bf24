"""From pieces that come to ShipBob to the receiving orders that announce them: numbers, boxes, parts."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import batched

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.movement import Pieces
from bridge.domain.outcome import Reason
from bridge.domain.receiving import (
    BoxPackaging,
    NewBox,
    NewBoxItem,
    NewReceivingOrder,
    PackageType,
    ReceivingStatus,
    WarehouseReceivingOrder,
)
from bridge.domain.terms import SendingTerms

BOXES_MAX = 50  # of a receiving order of packages; a pallet or a container is one box (ShipBob's receiving guide)
SKUS_MAX = 10_000  # of a receiving order: WRO_UNIQUE_SKU_LIMIT_EXCEEDED
ORDERS_MAX = 20  # of one document and site: more are a box size that was never meant
UNSAFE = re.compile(r"[^A-Za-z0-9]+")  # a back end of ShipBob's has broken on other characters

# Frozen: a number once given to ShipBob must be computed the same way forever.
LETTERS = {DocumentKind.ADJUSTMENT: "A", DocumentKind.VARIANCE: "V", DocumentKind.TRANSFER: "T"}

type Box = tuple[NewBoxItem, ...]


def purchase_order_number(document: DocumentId, site: str, part: int) -> str:
    """What a receiving order is called, such as `T 00000012 CICERO 1`: letters, digits and blanks, and unique.

    Where a GP number or a site is of more than letters and digits a digest follows: what is replaced may be all that
    two numbers differ in, and a blank may be of the one word or between two.
    """
    words = [LETTERS[document.kind], _safe(document.name), _safe(site), str(part)]
    if UNSAFE.search(document.name) or UNSAFE.search(site):
        words.append(hashlib.sha256(f"{document}/{site}".encode()).hexdigest()[:8])
    return " ".join(word for word in words if word)


def is_number_of(document: DocumentId, number: str) -> bool:
    """Is that the purchase order number of a receiving order of the document's, and not GP's own number of it?"""
    letter = LETTERS.get(document.kind)
    return letter is not None and number.upper().startswith(f"{letter} {_safe(document.name)} ".upper())


def _safe(text: str) -> str:
    return UNSAFE.sub(" ", text).strip()


def receiving_orders(
    document: DocumentId, site: str, center: int, coming: Sequence[Pieces], terms: SendingTerms, now: dt.datetime
) -> tuple[NewReceivingOrder, ...]:
    """The receiving orders that announce what comes to a site, as many as ShipBob's limits ask for."""
    arrival = (now + dt.timedelta(days=terms.lead_days)).replace(microsecond=0)
    return tuple(
        _order(purchase_order_number(document, site, part), center, boxes, terms, arrival)
        for part, boxes in enumerate(_parts(_boxes(coming, terms), terms.package_type), start=1)
    )


def _order(
    number: str, center: int, boxes: Sequence[Box], terms: SendingTerms, arrival: dt.datetime
) -> NewReceivingOrder:
    return NewReceivingOrder(
        center=center,
        purchase_order_number=number,
        expected_arrival=arrival,
        package_type=terms.package_type,
        packaging=_packaging(boxes, terms.packaging),
        boxes=tuple(NewBox(f"{number} {place}", box) for place, box in enumerate(boxes, start=1)),
    )


def _packaging(boxes: Sequence[Box], chosen: BoxPackaging) -> BoxPackaging:
    """As chosen, unless it took more boxes than one to hold everything."""
    if chosen is not BoxPackaging.EVERYTHING_IN_ONE_BOX or len(boxes) == 1:
        return chosen
    is_mixed = any(len({item.inventory_id for item in box}) > 1 for box in boxes)
    return BoxPackaging.MULTIPLE_SKU_PER_BOX if is_mixed else BoxPackaging.ONE_SKU_PER_BOX


def _boxes(coming: Iterable[Pieces], terms: SendingTerms) -> Iterator[Box]:
    """Boxes of `units_per_box` pieces, filled in the order of the SKUs, the same every time."""
    items = [_item(each) for each in sorted(coming, key=lambda each: (each.inventory_id, each.lot))]
    if terms.packaging is BoxPackaging.ONE_SKU_PER_BOX:
        for key in dict.fromkeys(item.inventory_id for item in items):
            yield from _filled([item for item in items if item.inventory_id == key], terms.units_per_box)
    else:
        yield from _filled(items, terms.units_per_box)


def _item(each: Pieces) -> NewBoxItem:
    day = each.expires_on
    # A lot's day is its midnight in UTC, as ShipBob gives it.
    return NewBoxItem(
        each.inventory_id, each.quantity, each.lot, dt.datetime.combine(day, dt.time(), dt.UTC) if day else None
    )


def _filled(items: Iterable[NewBoxItem], room: int) -> Iterator[Box]:
    """The items in boxes of that much room (0: any), and of as many SKUs as a receiving order may have."""
    box: list[NewBoxItem] = []
    for item in _cut(items, room):
        held = sum(each.quantity for each in box)
        if box and ((room and held + item.quantity > room) or len(box) == SKUS_MAX):
            yield tuple(box)
            box = []
        box.append(item)
    if box:
        yield tuple(box)


def _cut(items: Iterable[NewBoxItem], room: int) -> Iterator[NewBoxItem]:
    """Each item in quantities that fit, so that a box is filled to its end."""
    left = room
    for item in items:
        rest = item.quantity
        while rest:
            taken = min(rest, left) if room else rest
            yield NewBoxItem(item.inventory_id, taken, item.lot_number, item.lot_date)
            rest -= taken
            left = (left - taken) or room


def _parts(boxes: Iterable[Box], package_type: PackageType) -> Iterator[Sequence[Box]]:
    """The boxes of each receiving order, within ShipBob's limits."""
    most = BOXES_MAX if package_type is PackageType.PACKAGE else 1
    for group in batched(boxes, most):
        part: list[Box] = []
        for box in group:
            if part and _skus([*part, box]) > SKUS_MAX:
                yield part
                part = []
            part.append(box)
        yield part


def _skus(boxes: Iterable[Box]) -> int:
    return len({item.inventory_id for box in boxes for item in box})


def too_many(site: str, orders: Sequence[NewReceivingOrder], terms: SendingTerms) -> Reason | None:
    """Why so many are not sent, if they are too many."""
    if len(orders) <= ORDERS_MAX:
        return None
    boxes = sum(len(order.boxes) for order in orders)
    text = f"{boxes} boxes for '{site}' would be {len(orders)} receiving orders, with {terms.units_per_box} units a box"
    return Reason(text, "Raise WroUnitsPerBox, or announce the goods in ShipBob by hand")


def contents(wanted: NewReceivingOrder) -> dict[int, int]:
    """How many pieces of each item a receiving order announces."""
    sums: Counter[int] = Counter()
    for item in (item for box in wanted.boxes for item in box.items):
        sums[item.inventory_id] += item.quantity
    return dict(sorted(sums.items()))


def contents_of(present: WarehouseReceivingOrder) -> dict[int, int]:
    """The same of one that ShipBob has; what only came in was not announced."""
    sums: Counter[int] = Counter()
    for line in present.lines:
        sums[line.inventory_id] += line.expected
    return {key: count for key, count in sorted(sums.items()) if count}


def contradictions(
    present: WarehouseReceivingOrder, wanted: NewReceivingOrder, *, is_ours: bool = False
) -> tuple[str, ...]:
    """Where a receiving order of our number is not the one we mean, a sentence each.

    `is_ours`: it was sent once. Then another centre is a hub that ShipBob re-pointed the goods to.
    """
    pairs = [("lines", _told(contents_of(present)), _told(contents(wanted)))]
    if not is_ours:
        pairs.append(("centre", str(present.center.id if present.center else "none"), str(wanted.center)))
        if present.status is ReceivingStatus.CANCELLED:
            pairs.append(("status", present.status, ReceivingStatus.AWAITING))
    return tuple(
        f"The {label} of WRO {present.id}, '{present.purchase_order_number}', at ShipBob: {a}; from GP: {b}"
        for label, a, b in pairs
        if a != b
    )


def _told(lines: dict[int, int]) -> str:
    return "; ".join(f"{count} × inventory id {key}" for key, count in sorted(lines.items()))
