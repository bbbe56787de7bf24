"""What GP's books of one company hold: items and their stock, batches, sales documents, the exception log."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from local.gp.amounts import CURRENCY
from local.gp.cards import Batch, Card, DocumentType, Item
from local.gp.documents import KINDS, Document, Kind
from local.gp.faults import NotFound, Problem
from local.gp.inventory import Inventory, InventoryDocument

Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Logged:
    """One row of GP's exception log; `problems` is empty for a system exception."""

    id: str
    when: dt.datetime
    operation: str
    text: str
    request: bytes
    problems: tuple[Problem, ...]


@dataclass(slots=True)
class SetUp:
    """Switches of GP's set-up windows.

    keeps_history: a voided or transferred document stays, in History. permits_override: a quantity shortage may be
    overridden. checks_batches: a batch that somebody has open refuses documents (GP's windows do, what lies under the
    web services does not). periods_bind_orders: a closed fiscal period refuses orders too. return_type: the quantity
    type of returned goods when the line does not say it.
    """

    keeps_history: bool = True
    permits_override: bool = True
    checks_batches: bool = False
    periods_bind_orders: bool = False
    return_type: str = "On Hand"


class Ledger:
    """Everything that changes a document sets its UTC stamps by `clock`; `lock` is held for a whole operation."""

    currency = CURRENCY
    stamps_have_time = True
    """False makes ModifiedDate and its sisters midnights, as GP's own date columns are."""
    zone: dt.tzinfo = dt.UTC
    """Where the server stands: the day of a date without a time is the day there."""
    inventory_create_on_existing = "appends"
    """What an inventory create on a number in Work does: it "appends" its lines to that document, or it "refuses"."""
    inventory_shortage = "refuses"
    """An inventory document that takes more than there is "refuses", or "overrides" and leaves less than none."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or (lambda: dt.datetime.now(dt.UTC).replace(tzinfo=None))
        self.lock = threading.RLock()
        self.set_up = SetUp()
        self.closed_periods: list[tuple[dt.date, dt.date]] = []
        self.options: dict[str, int] = {}
        self.hold_setups: dict[str, Card] = {}
        self.document_types: dict[str, DocumentType] = {}
        self.batches: dict[str, Batch] = {}
        self.items: dict[str, Item] = {}
        self.sales: dict[str, dict[str, Document]] = {name: {} for name in KINDS}
        self.inventory = Inventory(self)
        self.log: dict[str, Logged] = {}
        self._next_numbers = dict.fromkeys(KINDS, 2001)
        self._next_master = 1

    # Stock -----------------------------------------------------------------------------------------------------------

    def move_stock(self, item: str, site: str, by: Decimal, quantity_type: str = "On Hand") -> None:
        """Put `by` more of an item at a site, or take it away when negative; nothing below nought is refused."""
        with self.lock:
            kept = self.items[item]
            stock = kept.on_hand if quantity_type == "On Hand" else kept.beside.setdefault(quantity_type, {})
            stock[site] = stock.get(site, Decimal(0)) + by

    def allocated(self, item: str, site: str, *, but: Document | None = None) -> Decimal:
        """What orders, invoices and inventory documents in Work take of an item at a site, all `but` one.

        In the item's base unit.
        """
        with self.lock:
            kept = self.items[item]
            taken = (
                kept.in_base(document.allocated(line), line["UofM"])
                for document in self.in_work()
                if but is None or (document.kind, document.number) != (but.kind, but.number)
                for line in document.lines.values()
                if line["WarehouseKey"]["Id"] == site and (line.get("ItemKey") or {}).get("Id") == item
            )
            return sum(taken, self.inventory.allocated(item, site))

    # Documents -------------------------------------------------------------------------------------------------------

    def document(self, number: str, kind: str = "Order") -> Document:
        """The document of that number, in Work or History; NotFound when there is none."""
        with self.lock:
            if number not in self.sales[kind]:
                raise NotFound
            return self.sales[kind][number]

    def documents(self, kind: str = "Order") -> list[Document]:
        """All of a kind in the order of their numbers."""
        with self.lock:
            return [document for _, document in sorted(self.sales[kind].items())]

    def in_work(self, batch: str | None = None) -> Iterator[Document]:
        """Documents of every kind that are neither posted, transferred nor voided; those of one batch when given."""
        every = (document for kind in self.sales.values() for document in kind.values() if document.state == "Work")
        return (document for document in every if batch is None or document.batch == batch)

    def next_number(self, kind: Kind) -> str:
        """The next number in set-up; it is used up even when the document is refused."""
        with self.lock:
            number = self._next_numbers[kind.name]
            while f"{kind.prefix}{number}" in self.sales[kind.name]:
                number += 1
            self._next_numbers[kind.name] = number + 1
            return f"{kind.prefix}{number}"

    def save(self, document: Document) -> None:
        """Put the document into the books, stamped now; its batch is opened when there is none of that name."""
        with self.lock:
            document.modified = self.now()
            document.modified_count += 1
            if not document.master:
                document.master, self._next_master = self._next_master, self._next_master + 1
            self.add_batch(document.batch)
            self.sales[document.kind.name][document.number] = document

    def leave_work(self, document: Document) -> None:
        """Into History, or out of the books where GP is set to keep none."""
        with self.lock:
            document.state = "History"
            self.save(document)
            if not self.set_up.keeps_history:
                del self.sales[document.kind.name][document.number]

    def add_batch(self, key: str) -> Batch:
        """The batch, opened now if there is none: GP's policy behaviour Create Batch."""
        with self.lock:
            return self.batches.setdefault(key, Batch(key, key, self.now()))

    def is_closed(self, day: dt.date) -> bool:
        """Whether the day lies in a closed fiscal period."""
        return any(first <= day <= last for first, last in self.closed_periods)

    def now(self) -> dt.datetime:
        """The time in UTC as SQL Server keeps it, without a zone and to the millisecond."""
        now = self.clock()
        return now.replace(tzinfo=None, microsecond=now.microsecond // 1000 * 1000)

    def day(self, moment: dt.datetime) -> dt.datetime:
        """Midnight, without a zone, of the server's local day at a moment in UTC."""
        local = moment.replace(tzinfo=dt.UTC).astimezone(self.zone)
        return local.replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)

    def restamp(self, numbers: Iterable[str] | None = None) -> None:
        """Every document, or those of these numbers, counts as modified now: a restore or a utility touched its row."""
        with self.lock:
            wanted = None if numbers is None else frozenset(numbers)
            every: list[Document | InventoryDocument] = [*self.inventory.documents.values()]
            every += [document for kind in self.sales.values() for document in kind.values()]
            for document in every:
                if wanted is None or document.number in wanted:
                    document.modified = self.now()

    def write_log(self, operation: str, text: str, request: bytes, problems: tuple[Problem, ...]) -> str:
        """Log an exception; its id."""
        with self.lock:
            entry = Logged(str(uuid.uuid4()), self.now(), operation, text, request, problems)
            self.log[entry.id] = entry
            return entry.id
