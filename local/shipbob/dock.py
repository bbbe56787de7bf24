"""A day at the dock: what ShipBob's people make of the goods that receiving orders (WROs) announce.

Orders end as they will: in full, short, with more than was announced, split in two that nothing links, or goods come
that no order announces. All of it is in ShipBob's receiving guide, its support pages or its users' notes.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from local.shipbob.book import Book, NotPossibleError
from local.shipbob.payloads import Json
from local.shipbob.receiving import Receiving
from local.shipbob.receiving_orders import Box, BoxItem, NewBox, NewItem, ReceivingOrder
from local.shipbob.stock import Stock
from local.shipbob.stock_history import Pile, Reference

FIRST_UNANNOUNCED = 71_001


@dataclass(frozen=True, slots=True)
class Found:
    """Units of an item in the box of that number. `lot_date` is for a lot that nobody named before."""

    inventory_id: int
    quantity: int
    box: int = 1
    lot: str = ""
    lot_date: str | None = None


class Dock:
    """Plays what happens to WROs. Each method answers the order's wire shape after it."""

    def __init__(self, book: Book, receiving: Receiving, stock: Stock) -> None:
        self._clock, self._receiving, self._stock = book.clock, receiving, stock
        self._unannounced_ids = itertools.count(FIRST_UNANNOUNCED)

    def arrive(self, order_id: int, boxes: Sequence[int] = ()) -> Json:
        """Boxes come to the dock: all of them unless told."""
        with self._receiving.lock:
            kept = self._receiving.open_order(order_id)
            for box in _chosen(kept, boxes):
                self._arrive(kept, box)
            return self._receiving.shown(kept)

    def scan(self, order_id: int, found: Sequence[Found] = ()) -> Json:
        """Boxes are opened and counted: what was announced, unless told what was found."""
        with self._receiving.lock:
            kept = self._receiving.open_order(order_id)
            rows = found or _left(kept, lambda item: item.expected - item.received)
            self._refuse_nonsense(kept, rows)
            for box, its_rows in _by_box(kept, rows):
                self._scan(kept, box, its_rows)
            return self._receiving.shown(kept)

    def stow(self, order_id: int, found: Sequence[Found] = ()) -> Json:
        """Goods are put onto shelves: all that was announced, unless told. Their boxes come and are counted by it.

        More than was announced, or what nobody announced, is stowed all the same.
        """
        with self._receiving.lock:
            kept = self._receiving.open_order(order_id)
            rows = found or _left(kept, lambda item: item.expected - item.stowed)
            self._refuse_nonsense(kept, rows)
            if kept.is_at_hub:
                self.forward(order_id)
            for box, its_rows in _by_box(kept, rows):
                self._stow(kept, box, its_rows)
            return self._receiving.shown(kept)

    def forward(self, order_id: int) -> Json:
        """The hub has sorted the goods and sends them on to the centre that was asked for."""
        with self._receiving.lock:
            kept = self._receiving.open_order(order_id)
            if not kept.is_at_hub:
                raise NotPossibleError(f"receiving order {order_id} does not lie at a hub")
            for box in kept.boxes:
                self._arrive(kept, box)
                box.status = "InternalTransfer"
            self._receiving.turn(kept, "ProcessingAtHub")
            return self._receiving.turn(kept, "InternalTransfer")

    def complete(self, order_id: int) -> Json:
        """Nothing more is looked for: what is not stowed by now is short."""
        return self._close(order_id, "Completed")

    def give_up(self, order_id: int) -> Json:
        """It ends Incomplete: part of it never came."""
        return self._close(order_id, "Incomplete")

    def split(self, order_id: int, boxes: Sequence[int] = (), items: Sequence[Found] = ()) -> Json:
        """Make a second order of some boxes, or of units out of boxes. The answer is the new one.

        Nothing in either tells of the other, and the new one has no PO number.
        """
        with self._receiving.lock:
            kept = self._receiving.open_order(order_id)
            self._refuse_nonsense(kept, items)
            moved = _chosen(kept, boxes) if boxes else []
            if not (moved or items) or len(moved) == len(kept.boxes):
                raise NotPossibleError("a split moves some of the boxes, or of what is in them, and leaves some")
            taken = tuple(_taken(kept, each) for each in items)
            kept.boxes = [box for box in kept.boxes if box not in moved]
            if taken:
                moved.append(self._receiving.box(1, NewBox(f"{kept.boxes[0].tracking_number}-2", taken)))
            self._receiving.touch(kept)
            return self._receiving.add(self._second(kept, moved))

    def unannounced(self, location_id: int, items: Sequence[Found]) -> int:
        """Goods come without a WRO and are stowed; the id that ShipBob gives them, as an unidentified order."""
        with self._receiving.lock:
            made = next(self._unannounced_ids)
            for each in items:
                pile, told = Pile(each.inventory_id, location_id, each.lot), Reference("UroId", str(made))
                self._name_lot(each)
                self._stock.receive(pile, each.quantity, told)
                self._stock.stow(pile, each.quantity, told)
            return made

    # how it is done; the lock is held throughout

    def _arrive(self, kept: ReceivingOrder, box: Box) -> None:
        if not box.is_untouched:
            return
        box.status, box.arrived = "Arrived", self._clock.now()
        self._receiving.tell("wro.box.arrived", kept)
        if kept.status in {"Awaiting", "PartiallyArrived", "PartiallyArrivedAtHub"}:
            part = "Partially" if any(each.is_untouched for each in kept.boxes) else ""
            self._receiving.turn(kept, f"{part}Arrived{'AtHub' if kept.is_at_hub else ''}")

    def _scan(self, kept: ReceivingOrder, box: Box, rows: Iterable[Found]) -> None:
        self._arrive(kept, box)
        now = self._clock.now()
        box.counting_started = box.counting_started or now
        box.status, box.received = "Counting", now
        location_id = kept.location_id if kept.is_at_hub else kept.destination_id
        for each in rows:
            item = box.item((each.inventory_id, each.lot), each.lot_date)
            item.received += each.quantity
            self._name_lot(each)
            self._stock.receive(Pile(each.inventory_id, location_id, each.lot), each.quantity, _of(kept, box))
        self._receiving.tell("wro.box.scanned", kept)
        self._receiving.turn(kept, "ProcessingAtHub" if kept.is_at_hub else "Processing")

    def _stow(self, kept: ReceivingOrder, box: Box, rows: Sequence[Found]) -> None:
        uncounted = [_uncounted(box, each) for each in rows]
        if box.received is None or any(each.quantity for each in uncounted):
            self._scan(kept, box, [each for each in uncounted if each.quantity])
        self._receiving.turn(kept, "Processing")
        for each in rows:
            item = box.item((each.inventory_id, each.lot), each.lot_date)
            item.stowed += each.quantity
            self._stock.stow(Pile(each.inventory_id, kept.destination_id, each.lot), each.quantity, _of(kept, box))
        box.status = "Completed" if all(item.stowed >= item.expected for item in box.items) else "Stowing"
        self._receiving.touch(kept, "wro.box.stowed")

    def _close(self, order_id: int, status: str) -> Json:
        with self._receiving.lock:
            kept = self._receiving.open_order(order_id)
            for box in kept.boxes:
                box.status = box.status if status == "Incomplete" else "Completed"
            return self._receiving.turn(kept, status)

    def _second(self, kept: ReceivingOrder, boxes: list[Box]) -> ReceivingOrder:
        now = self._clock.now()
        for number, box in enumerate(boxes, 1):
            box.number = number
        return ReceivingOrder(
            id=self._receiving.next_id(),
            location_id=kept.location_id,
            destination_id=kept.destination_id,
            package_type=kept.package_type,
            box_packaging_type=kept.box_packaging_type,
            expected_arrival=kept.expected_arrival,
            inserted=now,
            updated=now,
            boxes=boxes,
            status=kept.status,
            statuses=[(kept.status, now)],
        )

    def _name_lot(self, found: Found) -> None:
        if found.lot and found.lot_date is not None:
            self._stock.name_lot(found.inventory_id, found.lot, found.lot_date)

    def _refuse_nonsense(self, kept: ReceivingOrder, rows: Iterable[Found]) -> None:
        numbers = {box.number for box in kept.boxes}
        for each in rows:
            self._stock.refuse_unknown(Pile(each.inventory_id, kept.destination_id))
            if each.quantity < 1 or each.box not in numbers:
                raise NotPossibleError(f"{each} is of no box {sorted(numbers)}, or of no units")


def _chosen(kept: ReceivingOrder, numbers: Sequence[int]) -> list[Box]:
    if unknown := set(numbers) - {box.number for box in kept.boxes}:
        raise NotPossibleError(f"receiving order {kept.id} has no box {sorted(unknown)}")
    return [box for box in kept.boxes if not numbers or box.number in numbers]


def _left(kept: ReceivingOrder, units: Callable[[BoxItem], int]) -> list[Found]:
    """What is left to do in every box."""
    rows = ((box, item, units(item)) for box in kept.boxes for item in box.items)
    return [
        Found(item.inventory_id, quantity, box.number, item.lot, item.lot_date)
        for box, item, quantity in rows
        if quantity > 0
    ]


def _by_box(kept: ReceivingOrder, rows: Sequence[Found]) -> Iterator[tuple[Box, list[Found]]]:
    for box in kept.boxes:
        if its := [_with_lot(box, each) for each in rows if each.box == box.number]:
            yield box, its


def _with_lot(box: Box, found: Found) -> Found:
    """Of the lot that the box announces, where nobody says which."""
    if found.lot:
        return found
    item = next((each for each in box.items if each.inventory_id == found.inventory_id), None)
    return found if item is None else replace(found, lot=item.lot, lot_date=item.lot_date)


def _uncounted(box: Box, found: Found) -> Found:
    """The part of it that must be counted before it can be stowed."""
    item = box.item((found.inventory_id, found.lot), found.lot_date)
    return replace(found, quantity=max(item.stowed + found.quantity - item.received, 0))


def _taken(kept: ReceivingOrder, found: Found) -> NewItem:
    """Units out of a box that nobody has counted yet."""
    box = next(each for each in kept.boxes if each.number == found.box)
    its = _with_lot(box, found)
    item = box.item((its.inventory_id, its.lot), its.lot_date)
    if its.quantity > item.expected - max(item.received, item.stowed):
        raise NotPossibleError(f"box {box.number} has no {its.quantity} of {its.inventory_id} to take out")
    item.expected -= its.quantity
    return NewItem(its.inventory_id, its.quantity, its.lot, its.lot_date)


def _of(kept: ReceivingOrder, box: Box) -> Reference:
    return Reference("WroAndBox", f"{kept.id} {box.number}")
