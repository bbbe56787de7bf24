"""ShipBob's port in both forms, and what happens at ShipBob's own end: the bench of the suite that runs over both."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from typing import Any, Protocol

from bridge.domain.connection import Channel
from bridge.domain.listing import Asked, Feed, Listed
from bridge.domain.order import (
    Named,
    Order,
    OrderLine,
    OrderStatus,
    Recipient,
    Shipment,
    ShipmentStatus,
    ShippedItem,
)
from bridge.domain.receiving import (
    ReceivingStatus,
)
from bridge.domain.returns import Disposed, Disposition, Return, ReturnLine, ReturnStatus, ReturnType
from bridge.domain.stock import InventoryLevel, LevelAtLocation, Location, StockChange, StockEvent, Variant
from bridge.domain.store_amounts import StoreAmounts
from bridge.neighbours import ShipBob
from bridge.shipbob.client import ShipBobClient

from local.memory.shipbob import MemoryShipBob
from local.memory.stores import MemoryClock
from local.shipbob import ManualClock, NewOrder, ShipBobSimulator
from local.shipbob.orders import Line
from local.shipbob.returns import NewReturn, Taken
from local.shipbob.returns import ReturnLine as Announced
from local.shipbob.stock_history import Pile
from tests.contract.shipbob_calls import BLUE, CICERO, MORENO, READS, RED, SERUM, START, STORE, WRITES
from tests.contract.shipbob_strangers import FreeTurn, OneToken

FORMS = ("memory", "REST")
STORE_ORDER = {"currency": "USD", "total_tax": "1.20", "shipping_total": "5.00"}


class Bench(Protocol):
    """The port, and the hands that move what lies behind it. `page` is how many rows a page has."""

    port: ShipBob
    page: int
    history_page: int

    def now(self) -> dt.datetime: ...
    def advance(self, seconds: float) -> None: ...

    def place(self, number: str, *, with_quantities: bool = True) -> int:
        """A store sends two of WIDGET-RED at 19.95; the order's id. The store's own order is kept of `#1042`."""

    def ship(self, order_id: int) -> None: ...
    def archive(self, order_id: int) -> None: ...

    def send_back(self, order_id: int) -> int:
        """All of a shipped order is announced to come back; the return's id."""

    def count_return(self, return_id: int) -> None:
        """One is put back onto the shelf, one thrown away, and the return completed."""

    def take_in(self, receiving_id: int) -> None:
        """Its boxes arrive."""

    def stow(self, receiving_id: int) -> None:
        """All is stowed, and the order completed."""

    def correct(self, inventory_id: int, location: int, units: int) -> int:
        """Somebody finds (or misses) so many units; the event's id."""

    def go_away(self) -> None: ...
    def lose_replies(self) -> None: ...


def benches(form: str, simulator: ShipBobSimulator, clock: ManualClock) -> Any:
    """The bench of one form, as a context."""
    return _in_memory() if form == "memory" else _over_rest(simulator, clock)


@contextmanager
def _in_memory() -> Iterator[Bench]:
    yield _InMemory()


@contextmanager
def _over_rest(simulator: ShipBobSimulator, clock: ManualClock) -> Iterator[Bench]:
    made = client(simulator.url, simulator.token, clock)
    try:
        yield _OverRest(simulator, clock, made)
    finally:
        made.close()


def client(url: str, token: str, clock: ManualClock, channel: int | None = None) -> ShipBobClient:
    """The product's client with nobody to share with."""
    return ShipBobClient(url, OneToken(token), FreeTurn(), seconds=lambda: clock.now().timestamp(), channel=channel)


def every_row(port: ShipBob, asked: Asked) -> tuple[list[Listed], list[int]]:
    """A whole list: its rows, and how many each page had."""
    rows: list[Listed] = []
    sizes: list[int] = []
    place = ""
    while not sizes or place:
        page = port.listed(asked, place)
        rows += page.rows
        sizes.append(len(page.rows))
        place = page.next
        assert len(sizes) < 50, "a list ends"
    return rows, sizes


def numbers(port: ShipBob, feed: Feed, since: dt.datetime, facility: int | None = None) -> list[int]:
    return [row.document.number for row in every_row(port, Asked(feed, since, facility))[0]]


class _OverRest:
    page, history_page = 250, 100

    def __init__(self, simulator: ShipBobSimulator, clock: ManualClock, port: ShipBobClient) -> None:
        self.port: ShipBob = port
        self._simulator, self._clock = simulator, clock
        simulator.limit.per_minute = 10_000  # the suite is no day's work

    def now(self) -> dt.datetime:
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)

    def place(self, number: str, *, with_quantities: bool = True) -> int:
        self._simulator.account.defects.quantities_missing = "quantity"
        new = NewOrder(
            number,
            [Line("WIDGET-RED", 2, Decimal("19.95"))],
            channel=STORE.id,
            type="DTC" if with_quantities else "B2B",
            total_price=Decimal("39.90"),
            reference_id=f"shop-{number}",
            store_order=STORE_ORDER if number == "#1042" else None,
        )
        return int(self._simulator.account.place_order(new)["id"])

    def ship(self, order_id: int) -> None:
        self._simulator.account.ship_order(order_id)

    def archive(self, order_id: int) -> None:
        self._simulator.account.edits.archive_order(order_id)

    def send_back(self, order_id: int) -> int:
        shipment = self._simulator.account.order(order_id)["shipments"][0]["id"]
        announced = NewReturn(shipment, [Announced(RED, 2)], f"RMA {order_id}", tracking_number="1Z9")
        return int(self._simulator.account.returns.create(announced)["id"])

    def count_return(self, return_id: int) -> None:
        returns = self._simulator.account.returns
        returns.arrive(return_id)
        returns.process(return_id, [Taken(RED, "Restock", 1, "Fine"), Taken(RED, "Dispose", 1, "Broken")])
        returns.complete(return_id)

    def take_in(self, receiving_id: int) -> None:
        self._simulator.dock.arrive(receiving_id)

    def stow(self, receiving_id: int) -> None:
        self._simulator.dock.stow(receiving_id)
        self._simulator.dock.complete(receiving_id)

    def correct(self, inventory_id: int, location: int, units: int) -> int:
        pile = Pile(inventory_id, location)
        made = {"increment": units} if units > 0 else {"decrement": -units}
        return self._simulator.stock.adjust(pile, **made).id

    def go_away(self) -> None:
        self._simulator.offline()

    def lose_replies(self) -> None:
        self._simulator.faults.add("*", "hang_up_after", count=0)


class _InMemory:
    page, history_page = 3, 3

    def __init__(self) -> None:
        self._clock = MemoryClock(START)
        self._shipbob = MemoryShipBob(self._clock)
        self.port: ShipBob = self._shipbob
        self._shipbob.centers = [CICERO, MORENO]
        self._shipbob.buildings = [
            Location(CICERO.id, CICERO.name, is_active=True, is_receiving=True, timezone="Central Standard Time"),
            Location(77, "Las Vegas (NV)", is_active=False, is_receiving=True, timezone="Pacific Standard Time"),
        ]
        self._shipbob.catalogue = [
            Variant(49100001, "WIDGET-RED", "Widget, red", RED),
            Variant(49100002, "WIDGET-BLUE", "Widget, blue", BLUE),
            Variant(49100003, "SERUM-30ML", "Serum 30 ml", SERUM, is_lot=True),
            Variant(49100008, "GIFT-SET", "Gift set", None),
        ]
        self._shipbob.levels = {
            RED: InventoryLevel(RED, "WIDGET-RED", tuple(_opened(place) for place in (CICERO, MORENO))),
            BLUE: InventoryLevel(BLUE, "WIDGET-BLUE", tuple(_opened(place) for place in (CICERO, MORENO))),
        }
        self._shipbob.installations = [
            Channel(180001, "GP Integration", "SMA", frozenset({"orders_read", "receiving_write"})),
            Channel(STORE.id, STORE.name, "Shopify", frozenset({"orders_read", "products_read"})),
        ]
        self._shipbob.unknown_topics = {"order.created"}

    def now(self) -> dt.datetime:
        return self._clock.now()

    def advance(self, seconds: float) -> None:
        self._clock.advance(dt.timedelta(seconds=seconds))

    def place(self, number: str, *, with_quantities: bool = True) -> int:
        order_id = 250000001 + len(self._shipbob.kept)
        item = ShippedItem("WIDGET-RED", Decimal(2) if with_quantities else None)
        order = Order(
            id=order_id,
            number=number,
            reference=f"shop-{number}",
            status=OrderStatus.PROCESSING,
            channel=STORE,
            purchased_at=self.now(),
            recipient=Recipient("Dana Whitfield"),
            lines=(OrderLine("WIDGET-RED", Decimal(2), Decimal("19.95")),),
            shipments=(Shipment(order_id + 140000100, ShipmentStatus.PROCESSING, CICERO, (item,)),),
            total=Decimal("39.90"),
        )
        self._shipbob.put(order)
        if number == "#1042":
            amounts = StoreAmounts(Decimal("1.20"), Decimal("5.00"), Decimal(0), "USD")
            self._shipbob.put_store_order(order_id, amounts, json.dumps(STORE_ORDER).encode())
        return order_id

    def ship(self, order_id: int) -> None:
        order = self._shipbob.kept[order_id]
        shipped = tuple(
            replace(each, status=ShipmentStatus.COMPLETED, shipped_at=self.now()) for each in order.shipments
        )
        self._shipbob.put(replace(order, status=OrderStatus.FULFILLED, shipments=shipped))

    def archive(self, order_id: int) -> None:
        self._shipbob.archive(order_id)

    def send_back(self, order_id: int) -> int:
        order = self._shipbob.kept[order_id]
        made = Return(
            id=700001 + len(self._shipbob.returns),
            reference=f"RMA {order_id}",
            type=ReturnType.REGULAR,
            status=ReturnStatus.AWAITING_ARRIVAL,
            location=CICERO,
            channel=STORE,
            shipment=order.shipments[0].id,
            store_order=order.number,
            created_at=self.now(),
            completed_at=None,
            lines=(ReturnLine(RED, "WIDGET-RED", Decimal(2)),),
            tracking_number="1Z9",
        )
        return self._shipbob.put_return(made).id

    def count_return(self, return_id: int) -> None:
        kept = self._shipbob.returns[return_id]
        taken = (Disposed(Disposition.RESTOCK, Decimal(1), "Fine"), Disposed(Disposition.DISPOSE, Decimal(1), "Broken"))
        lines = tuple(replace(line, taken=taken) for line in kept.lines)
        self._shipbob.put_return(replace(kept, status=ReturnStatus.COMPLETED, completed_at=self.now(), lines=lines))

    def take_in(self, receiving_id: int) -> None:
        self._shipbob.put_receiving(replace(self._shipbob.receiving[receiving_id], status=ReceivingStatus.ARRIVED))

    def stow(self, receiving_id: int) -> None:
        kept = self._shipbob.receiving[receiving_id]
        lines = tuple(replace(line, received=line.expected, stowed=line.expected) for line in kept.lines)
        boxes = [
            replace(
                box,
                status="Completed",
                items=tuple(replace(i, received=i.expected, stowed=i.expected) for i in box.items),
            )
            for box in self._shipbob.boxed[receiving_id]
        ]
        self._shipbob.put_receiving(replace(kept, status=ReceivingStatus.COMPLETED, lines=lines), boxes)

    def correct(self, inventory_id: int, location: int, units: int) -> int:
        side = StockChange(location, {RED: "WIDGET-RED", BLUE: "WIDGET-BLUE"}[inventory_id], units)
        event = StockEvent(
            id=880001 + len(self._shipbob.events),
            inventory_id=inventory_id,
            category="InventoryAdjusted",
            at=self.now(),
            facility=location,
            increment=side if units > 0 else None,
            decrement=side if units < 0 else None,
        )
        return self._shipbob.put_event(event).id

    def go_away(self) -> None:
        self._fail("down")

    def lose_replies(self) -> None:
        self._fail("lost reply")

    def _fail(self, how: str) -> None:
        for call in WRITES:
            self._shipbob.fail_next(call, how, times=None)
        for call in READS:
            self._shipbob.fail_next(call, "down", times=None)


def _opened(place: Named) -> LevelAtLocation:
    return LevelAtLocation(place.id, place.name, 5000, 0, 5000, 0, 0)
