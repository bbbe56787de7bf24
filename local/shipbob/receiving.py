"""Receiving orders (WROs) of one account: what merchants do with them through the API.

Every change is told of in a `wro.*` message whose body is the WRO: the topics are those of ShipBob's receiving guide,
their body is not published.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from local.shipbob import receiving_payloads as payloads
from local.shipbob.book import Book, NotPossibleError, NotThereError
from local.shipbob.paths import VERSION
from local.shipbob.payloads import Json
from local.shipbob.receiving_orders import CLOSED, Box, BoxItem, NewBox, NewReceiving, ReceivingOrder
from local.shipbob.receiving_rules import PO_TAKEN, InvalidReceivingError, Reading
from local.shipbob.stock import Stock
from local.shipbob.stock_history import Pile

FIRST_ORDER = 915_001
FIRST_BOX = 1_600_001

Test = Callable[[ReceivingOrder], bool]


class Receiving:
    """The WROs of one account by id.

    What cannot be raises `NotThereError`, `NotPossibleError` or, where a merchant's body breaks a rule,
    `InvalidReceivingError`.
    """

    def __init__(self, book: Book, stock: Stock) -> None:
        self.lock = book.lock
        self._book, self._switches = book, stock.switches
        self._orders: dict[int, ReceivingOrder] = {}
        self._box_ids = itertools.count(FIRST_BOX)
        stock.awaited = self.awaited

    # what is there

    def one(self, order_id: int) -> Json:
        """The WRO's present wire shape."""
        with self.lock:
            return self.shown(self.order(order_id))

    def boxes(self, order_id: int) -> list[Json]:
        """Its boxes' present wire shapes."""
        with self.lock:
            return [payloads.box(each) for each in self.order(order_id).boxes]

    def labels(self, order_id: int) -> bytes:
        """A PDF of its box labels."""
        with self.lock:
            return payloads.labels(self.order(order_id))

    def listed(self, tests: Sequence[Test] = ()) -> list[Json]:
        """Every WRO that passes all tests, newest first."""
        with self.lock:
            passing = [each for each in self._orders.values() if all(test(each) for test in tests)]
            return [self.shown(each) for each in reversed(passing)]

    def awaited(self) -> Counter[Pile]:
        """What open WROs still bring, at the centre that each names."""
        found: Counter[Pile] = Counter()
        for order in self._orders.values():
            for (inventory_id, lot), units in order.still_awaited().items():
                found[Pile(inventory_id, order.location_id, lot)] += units
        return found

    # what the merchant does

    def create(self, body: Any) -> Json:
        """Announce goods. In a hub's region the order is re-pointed to the hub."""
        with self.lock:
            new = self._reading().receiving(body)
            self._refuse_taken(new.purchase_order_number)
            now = self._book.clock.now()
            made = ReceivingOrder(
                id=FIRST_ORDER + len(self._orders),
                location_id=self._switches.hubs.get(new.location_id, new.location_id),
                destination_id=new.destination_id,
                package_type=new.package_type,
                box_packaging_type=new.box_packaging_type,
                expected_arrival=new.expected_arrival,
                inserted=now,
                updated=now,
                boxes=[self.box(number, each) for number, each in enumerate(new.boxes, 1)],
                purchase_order_number=new.purchase_order_number,
                statuses=[("Awaiting", now)],
            )
            return self.add(made)

    def change(self, order_id: int, body: Any) -> Json:
        """Centre, date and boxes while nothing has come, the boxes all at once; the PO number until the end."""
        with self.lock:
            kept = self.open_order(order_id)
            wanted = self._reading().change(body, kept)
            if wanted.purchase_order_number != kept.purchase_order_number:
                self._refuse_taken(wanted.purchase_order_number)
            self._replace(kept, wanted)
            return self.touch(kept)

    def cancel(self, order_id: int) -> Json:
        """Take it back, as long as nothing of it has come."""
        with self.lock:
            kept = self.order(order_id)
            if not kept.is_untouched:
                raise NotPossibleError(f"Receiving order {order_id} is {kept.status} and cannot be cancelled.")
            for box in kept.boxes:
                box.status = "Cancelled"
            return self.turn(kept, "Cancelled")

    def sync(self, order_ids: Iterable[int], *, is_synced: bool) -> list[Json]:
        """Note that the merchant's own system has these orders, or no longer: a row for each, as users report it."""
        with self.lock:
            return [self._synced(order_id, is_synced=is_synced) for order_id in order_ids]

    # for the dock; whoever calls holds the lock

    def order(self, order_id: int) -> ReceivingOrder:
        """The order; `NotThereError` where there is none."""
        if order_id not in self._orders:
            raise NotThereError(f"no receiving order {order_id}")
        return self._orders[order_id]

    def open_order(self, order_id: int) -> ReceivingOrder:
        """An order that is still worked on; `NotPossibleError` where it has ended."""
        kept = self.order(order_id)
        if kept.status in CLOSED:
            raise NotPossibleError(f"receiving order {order_id} is {kept.status}")
        return kept

    def next_id(self) -> int:
        """The id of the next order."""
        return FIRST_ORDER + len(self._orders)

    def add(self, made: ReceivingOrder) -> Json:
        """Keep a new order, and tell of it."""
        self._orders[made.id] = made
        self.tell("wro.created", made)
        return self.shown(made)

    def box(self, number: int, new: NewBox) -> Box:
        """A box as it was announced."""
        items = [BoxItem(each.inventory_id, each.quantity, each.lot, each.lot_date) for each in new.items]
        return Box(next(self._box_ids), number, new.tracking_number, items)

    def turn(self, kept: ReceivingOrder, status: str) -> Json:
        """Give an order another status, if it is another, and tell of it."""
        if status == kept.status:
            return self.shown(kept)
        kept.status = status
        kept.statuses.append((status, self._book.clock.now()))
        return self.touch(kept, "wro.completed" if status == "Completed" else "wro.updated")

    def touch(self, kept: ReceivingOrder, topic: str = "wro.updated") -> Json:
        """The order has changed now."""
        kept.updated = self._book.clock.now()
        self.tell(topic, kept)
        return self.shown(kept)

    def tell(self, topic: str, kept: ReceivingOrder) -> None:
        """Publish the order as it is now."""
        self._book.tell(topic, f"receiving/{kept.id}", self.shown(kept))

    def shown(self, kept: ReceivingOrder) -> Json:
        """The order's wire shape."""
        return payloads.receiving_order(kept, VERSION, received_lags=self._switches.received_lags)

    # how it is done

    def _reading(self) -> Reading:
        return Reading(self._book.clock.now(), self._switches.most_boxes)

    def _refuse_taken(self, number: str | None) -> None:
        if number is not None and any(each.purchase_order_number == number for each in self._orders.values()):
            raise InvalidReceivingError({"PurchaseOrderNumber": [PO_TAKEN]})

    def _replace(self, kept: ReceivingOrder, wanted: NewReceiving) -> None:
        if wanted.location_id != kept.destination_id:
            kept.destination_id = wanted.location_id
            kept.location_id = self._switches.hubs.get(wanted.location_id, wanted.location_id)
        if wanted.boxes != kept.announced():
            kept.boxes = [self.box(number, each) for number, each in enumerate(wanted.boxes, 1)]
        kept.expected_arrival = wanted.expected_arrival
        kept.purchase_order_number = wanted.purchase_order_number

    def _synced(self, order_id: int, *, is_synced: bool) -> Json:
        kept = self._orders.get(order_id)
        if kept is not None:
            kept.synced = self._book.clock.now() if is_synced else None
        reason = "" if kept is not None else f"Receiving order {order_id} does not exist."
        return {"id": order_id, "action": "ExternalSync", "is_success": kept is not None, "reason": reason}
