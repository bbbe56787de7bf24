"""ShipBob in memory: orders, returns, receiving orders, stock and the account, listed as ShipBob lists them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bridge.domain.connection import Channel, NewSubscription, Subscription
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Asked, Feed, Listed, Listing
from bridge.domain.order import Named, Order
from bridge.domain.outcome import RefusalKind, Refused, Transient
from bridge.domain.receiving import (
    NewBoxItem,
    NewReceivingOrder,
    ReceivedBoxItem,
    ReceivingBox,
    ReceivingLine,
    ReceivingStatus,
    WarehouseReceivingOrder,
)
from bridge.domain.returns import Return
from bridge.domain.stock import InventoryLevel, Location, StockEvent, Variant
from bridge.neighbours import ShipBob

from local.memory.neighbours import Neighbour
from local.memory.points import Calls, point
from local.memory.store import StoreOrders
from local.memory.stores import MemoryClock

CALLS = tuple(sorted(name for name in dir(ShipBob) if not name.startswith("_")))
ORDERS_MAX = 250  # of one page, and of one call that names them
LEVELS_MAX = 150
CLOSED = frozenset(
    {
        ReceivingStatus.AWAITING,
        ReceivingStatus.COMPLETED,
        ReceivingStatus.INCOMPLETE,
        ReceivingStatus.CANCELLED,
        ReceivingStatus.UNKNOWN,
    }
)

type Dated = tuple[dt.datetime, Listed]


class MemoryShipBob(StoreOrders, Neighbour):
    """Orders by id, listed by when they were inserted and updated, and so on with the rest; `page` rows a page.

    `asked` keeps every list that was asked for, with its place. A call fails by its name, a list also by its feed's.
    """

    NAME = "ShipBob"
    WRITES = frozenset({"create_receiving_order"})

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        super().__init__()
        self.calls = calls or Calls()
        self._clock = clock
        self.kept: dict[int, Order] = {}
        self.inserted: dict[int, dt.datetime] = {}
        self.updated: dict[int, dt.datetime] = {}
        self.returns: dict[int, Return] = {}
        self.receiving: dict[int, WarehouseReceivingOrder] = {}
        self.completed: dict[int, dt.datetime] = {}
        self.boxed: dict[int, tuple[ReceivingBox, ...]] = {}
        self.announced: list[NewReceivingOrder] = []
        self.lagging = 0  # how many more times its list of receiving orders shows none
        self.hubs: dict[int, Named] = {}  # by the centre whose goods come there first
        self.catalogue: list[Variant] = []
        self.levels: dict[int, InventoryLevel] = {}
        self.buildings: list[Location] = []
        self.centers: list[Named] = []
        self.events: list[StockEvent] = []
        self.installations: list[Channel] = []
        self.subscribed: dict[str, Subscription] = {}
        self.secrets: dict[str, str] = {}
        self.unknown_topics: set[str] = set()
        self.asked: list[tuple[Asked, str]] = []
        self.listing_takes = dt.timedelta()
        self.page = 3
        self._images: dict[bytes, Order | Return | StockEvent | WarehouseReceivingOrder] = {}

    # What happens at ShipBob ------------------------------------------------------------------------------------------

    def put(self, order: Order, image: bytes = b"") -> Order:
        """Insert or change an order, now. `image` is how it is spelt, where that matters."""
        changes = sum(image.startswith(f"order {order.id} ".encode()) for image in self._images)
        text = f"order {order.id} as ShipBob sent it" + (f" after change {changes}" if changes else "")
        order = replace(order, image=image or text.encode())
        self.kept[order.id] = self._images[order.image] = order
        self.inserted.setdefault(order.id, self._clock.now())
        self.updated[order.id] = self._clock.now()
        return order

    def archive(self, order_id: int) -> None:
        """Have the order be gone."""
        del self.kept[order_id]

    def put_return(self, returned: Return) -> Return:
        """Announce or change a return."""
        changes = sum(image.startswith(f"return {returned.id}, ".encode()) for image in self._images)
        text = f"return {returned.id}, {returned.status}, as ShipBob sent it" + (f" ({changes})" if changes else "")
        returned = replace(returned, image=text.encode())
        self.returns[returned.id] = self._images[returned.image] = returned
        return returned

    def put_receiving(self, order: WarehouseReceivingOrder, boxes: Iterable[ReceivingBox] = ()) -> None:
        """Make or change a receiving order; its boxes stay as they were where none are given."""
        counted = ", ".join(f"{line.sku} {line.expected}/{line.received}/{line.stowed}" for line in order.lines)
        image = f"receiving order {order.id}, {order.status}, {counted}, as ShipBob sent it".encode()
        self.receiving[order.id] = self._images[image] = replace(order, image=image)
        self.boxed[order.id] = tuple(boxes) or self.boxed.get(order.id, ())
        if order.status is ReceivingStatus.COMPLETED:
            self.completed.setdefault(order.id, self._clock.now())

    def put_event(self, event: StockEvent) -> StockEvent:
        """Write an event into the inventory history."""
        event = replace(event, image=f"event {event.id} as ShipBob sent it".encode())
        self.events.append(event)
        self._images[event.image] = event
        return event

    # Lists ------------------------------------------------------------------------------------------------------------

    @point("shipbob.listed")
    def listed(self, asked: Asked, place: str = "") -> Listing:
        self.asked.append((asked, place))
        self._clock.advance(self.listing_takes)
        return self._run("listed", lambda: self._run(asked.feed, lambda: self._page(asked, place)))

    def _page(self, asked: Asked, place: str) -> Listing:
        """Pages are numbered from 1, those of the history begin after an event: text either way, as with ShipBob."""
        if asked.feed is Feed.STOCK_EVENTS:
            return self._history(asked, int(place or 0))
        rows = sorted(self._rows(asked), key=lambda row: (row[0], row[1].document))
        end = int(place or 1) * self.page
        shown = rows[end - self.page : end]
        return Listing(tuple(row for _, row in shown), str(int(place or 1) + 1) if len(rows) > end else "")

    def _rows(self, asked: Asked) -> list[Dated]:
        feed = asked.feed
        if feed is Feed.RECEIVING_OPEN:
            return [(wro.created_at, _row(wro)) for wro in self.receiving.values() if wro.status not in CLOSED]
        dated: dict[Feed, Callable[[], Iterable[tuple[dt.datetime | None, Listed]]]] = {
            Feed.ORDERS_INSERTED: lambda: ((self.inserted[each.id], _order_row(each)) for each in self.kept.values()),
            Feed.ORDERS_UPDATED: lambda: ((self.updated[each.id], _order_row(each)) for each in self.kept.values()),
            Feed.RETURNS_CREATED: lambda: ((each.created_at, _row(each)) for each in self.returns.values()),
            Feed.RETURNS_COMPLETED: lambda: ((each.completed_at, _row(each)) for each in self.returns.values()),
            Feed.RECEIVING_INSERTED: lambda: ((each.created_at, _row(each)) for each in self.receiving.values()),
            Feed.RECEIVING_COMPLETED: lambda: (
                (self.completed.get(each.id), _row(each)) for each in self.receiving.values()
            ),
        }
        return [(moment, row) for moment, row in dated[feed]() if moment is not None and moment >= asked.since]

    def _history(self, asked: Asked, after: int) -> Listing:
        assert asked.facility is not None, "a history is of one building"
        found = [
            event
            for event in sorted(self.events, key=lambda event: event.id)
            if (event.facility, event.category) == (asked.facility, "InventoryAdjusted")
            and event.id > after
            and event.at >= asked.since
        ]
        shown = found[: self.page]
        rows = tuple(Listed(DocumentId(DocumentKind.STOCK, event.id), event.image) for event in shown)
        return Listing(rows, str(shown[-1].id) if len(found) > len(shown) else "")

    # Orders and returns -----------------------------------------------------------------------------------------------

    @point("shipbob.order")
    def order(self, order_id: int) -> Order | None:
        return self._run("order", lambda: self.kept.get(order_id))

    def order_in(self, image: bytes) -> Order:
        found = self._images.get(image)
        if not isinstance(found, Order):
            raise Transient("ShipBob's answer cannot be read")
        return found

    @point("shipbob.order_of_shipment")
    def order_of_shipment(self, shipment_id: int) -> int | None:
        return self._run(
            "order_of_shipment",
            lambda: next((o.id for o in self.kept.values() for s in o.shipments if s.id == shipment_id), None),
        )

    @point("shipbob.orders")
    def orders(self, order_ids: Sequence[int]) -> Sequence[Listed]:
        assert len(order_ids) <= ORDERS_MAX, "ShipBob gives 250 orders a page"
        return self._run("orders", lambda: [_order_row(self.kept[key]) for key in order_ids if key in self.kept])

    @point("shipbob.store_order")
    def store_order(self, order_id: int) -> bytes | None:
        return self._run("store_order", lambda: self.store_orders.get(order_id))

    @point("shipbob.customer_return")
    def customer_return(self, return_id: int) -> Return | None:
        return self._run("customer_return", lambda: self.returns.get(return_id))

    def return_in(self, image: bytes) -> Return:
        found = self._images.get(image)
        if not isinstance(found, Return):
            raise Transient("ShipBob's answer cannot be read")
        return found

    # Receiving --------------------------------------------------------------------------------------------------------

    @point("shipbob.receiving_order")
    def receiving_order(self, receiving_id: int) -> WarehouseReceivingOrder | None:
        return self._run("receiving_order", lambda: self.receiving.get(receiving_id))

    def receiving_order_in(self, image: bytes) -> WarehouseReceivingOrder:
        found = self._images.get(image)
        if not isinstance(found, WarehouseReceivingOrder):
            raise Transient("ShipBob's answer cannot be read")
        return found

    @point("shipbob.receiving_orders_of")
    def receiving_orders_of(self, purchase_order_number: str) -> Sequence[WarehouseReceivingOrder]:
        self.lagging -= 1
        shown = self.receiving.values() if self.lagging < 0 else ()
        return self._run(
            "receiving_orders_of",
            lambda: [each for each in shown if each.purchase_order_number == purchase_order_number],
        )

    @point("shipbob.boxes")
    def boxes(self, receiving_id: int) -> Sequence[ReceivingBox]:
        return self._run("boxes", lambda: self.boxed.get(receiving_id, ()))

    @point("shipbob.create_receiving_order")
    def create_receiving_order(self, wanted: NewReceivingOrder) -> WarehouseReceivingOrder:
        return self._run("create_receiving_order", lambda: self._expect(wanted))

    def _expect(self, wanted: NewReceivingOrder) -> WarehouseReceivingOrder:
        number = wanted.purchase_order_number
        if any(each.purchase_order_number == number for each in self.receiving.values()):
            raise Refused(
                "ShipBob refuses the receiving order", ("PO reference already exists",), RefusalKind.NUMBER_TAKEN
            )
        self.announced.append(wanted)
        center = next((each for each in self.centers if each.id == wanted.center), Named(wanted.center, ""))
        made = WarehouseReceivingOrder(
            id=max(self.receiving, default=480000) + 1,
            purchase_order_number=number,
            status=ReceivingStatus.AWAITING,
            center=self.hubs.get(wanted.center, center),
            created_at=self._clock.now(),
            updated_at=self._clock.now(),
            lines=self._lines(wanted),
        )
        self.put_receiving(made, _awaited(wanted))
        return self.receiving[made.id]

    def _lines(self, wanted: NewReceivingOrder) -> tuple[ReceivingLine, ...]:
        skus = {variant.inventory_id: variant.sku for variant in self.catalogue}
        expected: dict[int, int] = {}
        for item in (item for box in wanted.boxes for item in box.items):
            expected[item.inventory_id] = expected.get(item.inventory_id, 0) + item.quantity
        return tuple(ReceivingLine(key, skus.get(key, ""), quantity, 0, 0) for key, quantity in expected.items())

    # Stock ------------------------------------------------------------------------------------------------------------

    @point("shipbob.variants")
    def variants(self, skus: Sequence[str]) -> Sequence[Variant]:
        return self._run("variants", lambda: [each for each in self.catalogue if each.sku in skus])

    @point("shipbob.inventory_levels")
    def inventory_levels(self, inventory_ids: Sequence[int]) -> Sequence[InventoryLevel]:
        assert len(inventory_ids) <= LEVELS_MAX, "ShipBob advises 150 ids a call"
        return self._run("inventory_levels", lambda: [self.levels[key] for key in inventory_ids if key in self.levels])

    @point("shipbob.locations")
    def locations(self) -> Sequence[Location]:
        return self._run("locations", lambda: list(self.buildings))

    @point("shipbob.fulfillment_centers")
    def fulfillment_centers(self) -> Sequence[Named]:
        return self._run("fulfillment_centers", lambda: list(self.centers))

    def stock_event_in(self, image: bytes) -> StockEvent:
        found = self._images.get(image)
        if not isinstance(found, StockEvent):
            raise Transient("ShipBob's answer cannot be read")
        return found

    # The account ------------------------------------------------------------------------------------------------------

    @point("shipbob.channels")
    def channels(self) -> Sequence[Channel]:
        return self._run("channels", lambda: list(self.installations))

    @point("shipbob.subscriptions")
    def subscriptions(self) -> Sequence[Subscription]:
        return self._run("subscriptions", lambda: list(self.subscribed.values()))

    @point("shipbob.subscribe")
    def subscribe(self, wanted: NewSubscription) -> str:
        return self._run("subscribe", lambda: self._subscribe(wanted))

    def _subscribe(self, wanted: NewSubscription) -> str:
        if unknown := self.unknown_topics & set(wanted.topics):
            raise Refused("ShipBob refuses the subscription", (f"no such topic: {', '.join(sorted(unknown))}",))
        made = Subscription(
            id=f"ep_{len(self.secrets) + 1}",
            url=wanted.url,
            topics=frozenset(wanted.topics),
            description=wanted.description,
            is_enabled=True,
            created_at=self._clock.now(),
        )
        self.subscribed[made.id] = made
        self.secrets[made.id] = wanted.secret
        return made.id

    @point("shipbob.unsubscribe")
    def unsubscribe(self, subscription_id: str) -> None:
        self._run("unsubscribe", lambda: self.subscribed.pop(subscription_id, None))


def _order_row(order: Order) -> Listed:
    """An order whose shipments leave out quantities is to be read again."""
    is_whole = all(item.quantity is not None for shipment in order.live_shipments for item in shipment.items)
    return Listed(DocumentId(DocumentKind.ORDER, order.id), order.image if is_whole else b"")


def _row(listed: Return | WarehouseReceivingOrder) -> Listed:
    kind = DocumentKind.RETURN if isinstance(listed, Return) else DocumentKind.RECEIVING
    return Listed(DocumentId(kind, listed.id), listed.image)


def _awaited(wanted: NewReceivingOrder) -> list[ReceivingBox]:
    return [
        ReceivingBox(number, box.tracking_number, "Awaiting", tuple(map(_awaited_item, box.items)))
        for number, box in enumerate(wanted.boxes, 1)
    ]


def _awaited_item(item: NewBoxItem) -> ReceivedBoxItem:
    return ReceivedBoxItem(item.inventory_id, item.quantity, 0, 0, item.lot_number, item.lot_date)
