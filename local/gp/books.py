"""GP's books of one company: cards and set-up, sales orders in Work and History, and what a person does to them.

A made-up distributor is in them from the start. Everything is in memory; `lock` is held for a whole operation, as SQL
Server's transaction would be.
"""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from local.gp.faults import NotFound, Problem
from local.gp.reading import Struct

CURRENCY = "USD"
LINE_STEP = 16384
"""GP numbers the lines of a document in steps of this (LNITMSEQ in GP's SQL schema)."""

Clock = Callable[[], dt.datetime]


@dataclass(slots=True)
class Card:
    """A customer, site, process hold or anything else that has an id and a description."""

    id: str
    description: str
    created: dt.datetime
    active: bool = True
    on_hold: bool = False


@dataclass(slots=True)
class Item:
    """An inventory item: price by unit of measure (the first is what it is sold in), quantity on hand by site."""

    number: str
    description: str
    prices: dict[str, Decimal]
    on_hand: dict[str, Decimal]
    decimals: int
    created: dt.datetime

    @property
    def unit(self) -> str:
        return next(iter(self.prices))


@dataclass(slots=True)
class Order:
    """A sales order: `fields` and `lines` hold elements as they are on the wire, what GP computes is not among them."""

    number: str
    created: dt.datetime
    modified: dt.datetime
    fields: Struct = field(default_factory=dict)
    lines: dict[int, Struct] = field(default_factory=dict)
    tracking: list[str] = field(default_factory=list)
    holds: dict[str, dt.datetime] = field(default_factory=dict)
    state: str = "Work"
    voided: bool = False
    modified_count: int = 0


@dataclass(frozen=True, slots=True)
class Logged:
    """One row of GP's exception log; `problems` is empty for a system exception."""

    id: str
    when: dt.datetime
    operation: str
    text: str
    request: bytes
    problems: tuple[Problem, ...]


class Books:
    """The ledger of company 2. Everything that changes a document sets its UTC stamps by `clock`."""

    company_id = 2
    company_name = "Wingtip Distribution, Inc."
    default_site = "MAIN"
    stamps_have_time = True
    """False makes ModifiedDate and its sisters midnights, as GP's own date columns are."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or (lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))
        self.lock = threading.RLock()
        self.customers: dict[str, Card] = {}
        self.sites: dict[str, Card] = {}
        self.hold_setups: dict[str, Card] = {}
        self.document_types: dict[str, Card] = {}
        self.shipping_methods: dict[str, Card] = {}
        self.batches: dict[str, Card] = {}
        self.items: dict[str, Item] = {}
        self.orders: dict[str, Order] = {}
        self.log: dict[str, Logged] = {}
        self._next_order = 2001
        _seed(self)

    # Master data -----------------------------------------------------------------------------------------------------

    def add_customer(self, key: str, name: str = "", *, active: bool = True, on_hold: bool = False) -> Card:
        card = self._add(self.customers, key, name)
        card.active, card.on_hold = active, on_hold
        return card

    def add_site(self, key: str, description: str = "") -> Card:
        return self._add(self.sites, key, description)

    def add_hold(self, key: str, description: str = "") -> Card:
        """A process hold in set-up; it holds transfer and posting."""
        return self._add(self.hold_setups, key, description)

    def add_document_type(self, key: str, description: str = "") -> Card:
        return self._add(self.document_types, key, description)

    def add_shipping_method(self, key: str, description: str = "") -> Card:
        return self._add(self.shipping_methods, key, description)

    def add_batch(self, key: str) -> Card:
        """The batch, opened now if there is none: GP's policy behaviour Create Batch."""
        with self.lock:
            return self.batches.get(key) or self._add(self.batches, key, "")

    def add_item(
        self,
        number: str,
        description: str = "",
        *,
        price: str = "10.00",
        units: Iterable[str] = ("EACH",),
        on_hand: Mapping[str, int] | None = None,
        decimals: int = 0,
    ) -> Item:
        """An item sold in `units` at `price` each, with `on_hand` by site; it may be sold from every site."""
        with self.lock:
            stock = {site: Decimal(quantity) for site, quantity in (on_hand or {}).items()}
            prices = dict.fromkeys(units, Decimal(price))
            item = Item(number, description or number, prices, stock, decimals, self.now())
            self.items[number] = item
            return item

    def set_on_hand(self, item: str, site: str, quantity: int) -> None:
        with self.lock:
            self.items[item].on_hand[site] = Decimal(quantity)

    def allocated(self, item: str, site: str) -> Decimal:
        """What orders in Work take of an item at a site."""
        with self.lock:
            lines = [line for order in self.orders.values() if order.state == "Work" for line in order.lines.values()]
            return sum(
                (
                    line["QuantityToInvoice"]["Value"]
                    for line in lines
                    if line["WarehouseKey"]["Id"] == site and (line.get("ItemKey") or {}).get("Id") == item
                ),
                Decimal(0),
            )

    # Documents -------------------------------------------------------------------------------------------------------

    def document(self, number: str) -> Order:
        """The order of that number, in Work or History; NotFound when there is none."""
        with self.lock:
            if number not in self.orders:
                raise NotFound
            return self.orders[number]

    def documents(self) -> list[Order]:
        """All orders in the order of their numbers."""
        with self.lock:
            return [self.orders[number] for number in sorted(self.orders)]

    def next_number(self) -> str:
        """The next order number in set-up; it is used up even when the document is refused."""
        with self.lock:
            while f"ORDST{self._next_order}" in self.orders:
                self._next_order += 1
            self._next_order += 1
            return f"ORDST{self._next_order - 1}"

    def save(self, order: Order) -> None:
        """Put the order into the books, stamped now."""
        with self.lock:
            order.modified = self.now()
            order.modified_count += 1
            self.add_batch(order.fields["BatchKey"]["Id"])
            self.orders[order.number] = order

    def now(self) -> dt.datetime:
        """The time in UTC as SQL Server keeps it, without a zone and to the millisecond."""
        now = self.clock()
        return now.replace(tzinfo=None, microsecond=now.microsecond // 1000 * 1000)

    def write_log(self, operation: str, text: str, request: bytes, problems: tuple[Problem, ...]) -> str:
        """Log an exception; its id."""
        with self.lock:
            entry = Logged(str(uuid.uuid4()), self.now(), operation, text, request, problems)
            self.log[entry.id] = entry
            return entry.id

    # What a person does in GP's windows ------------------------------------------------------------------------------

    def transfer(self, number: str) -> None:
        """Transfer the whole order to an invoice: it leaves Work for History. ValueError while a hold is on it."""
        with self.lock:
            order = self._in_work(number)
            if order.holds:
                raise ValueError(f"{number} has the process hold {', '.join(order.holds)}")
            order.state = "History"
            self.save(order)

    def void(self, number: str) -> None:
        """Void the order: GP keeps it in History, marked."""
        with self.lock:
            order = self._in_work(number)
            order.state, order.voided = "History", True
            self.save(order)

    def delete(self, number: str) -> None:
        """Delete the order from Work: nothing is left of it."""
        with self.lock:
            del self.orders[self._in_work(number).number]

    def edit_quantity(self, number: str, sequence: int, quantity: int) -> None:
        """Type another quantity into a line; all of it is to be invoiced."""
        with self.lock:
            order = self._in_work(number)
            line = order.lines[sequence]
            for name in ("Quantity", "QuantityToInvoice"):
                line[name] = {**line[name], "Value": Decimal(quantity)}
            for name in ("QuantityCanceled", "QuantityToBackorder"):
                line.pop(name, None)
            self.save(order)

    def remove_hold(self, number: str, hold: str) -> None:
        with self.lock:
            order = self._in_work(number)
            del order.holds[hold]
            self.save(order)

    def _in_work(self, number: str) -> Order:
        order = self.document(number)
        if order.state != "Work":
            raise ValueError(f"{number} is in History")
        return order

    def _add(self, cards: dict[str, Card], key: str, description: str) -> Card:
        with self.lock:
            cards[key] = Card(key, description or key, self.now())
            return cards[key]


def _seed(books: Books) -> None:
    for channel in ("DTC", "B2B", "SHOP"):
        books.add_customer(f"SHIPBOB-{channel}", f"ShipBob {channel}")
    for site, description in {
        "MAIN": "Main warehouse",
        "SB-CICERO": "ShipBob Cicero (IL)",
        "SB-MORENO": "ShipBob Moreno Valley (CA)",
        "SB-BETHLE": "ShipBob Bethlehem (PA)",
    }.items():
        books.add_site(site, description)
    books.add_hold("SHIPBOB", "Not shipped by ShipBob yet")
    books.add_document_type("STDORD", "Standard order")
    for method in ("GROUND", "2DAY", "OVERNIGHT"):
        books.add_shipping_method(method)
    for number, description, price in _SEED_ITEMS:
        stock = {"MAIN": 1000, "SB-CICERO": 400, "SB-MORENO": 300, "SB-BETHLE": 200}
        books.add_item(number, description, price=price, on_hand=stock)


_SEED_ITEMS = (
    ("WID-RED-01", "Widget, red", "9.95"),
    ("WID-BLU-01", "Widget, blue", "9.95"),
    ("SERUM-30", "Face serum 30 ml", "34.00"),
    ("CANDLE-LAV", "Candle, lavender", "18.50"),
    ("MUG-WHT", "Mug, white", "12.00"),
    ("TOTE-NAT", "Tote bag, natural", "15.00"),
    ("SOAP-BAR", "Soap bar", "6.25"),
    ("GIFT-SET", "Gift set", "59.00"),
)
