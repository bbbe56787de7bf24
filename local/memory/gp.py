"""GP in memory: sales and inventory documents in Work and History, and what a person at GP does to them."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

from bridge.domain.company import (
    Ability,
    Behavior,
    Certificate,
    Company,
    Customer,
    HoldSetup,
    Policy,
    Server,
    ShippingMethod,
    Site,
)
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventorySummary,
    Item,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Misconfigured, RefusalKind, Refused
from bridge.domain.sales_document import (
    SalesDocument,
    SalesInvoice,
    SalesOrder,
    SalesReturn,
    SalesSummary,
    SalesUpdate,
)
from bridge.neighbours import Gp

from local.memory.neighbours import Neighbour
from local.memory.points import Calls, point
from local.memory.stores import MemoryClock
from local.memory.updates import amounts_after, lines_after, refuse_strange_lines, summary, tracking_after

CALLS = tuple(sorted(name for name in dir(Gp) if not name.startswith("_")))
COMPANY = Company(2, "Wingtip Distribution, Inc.")


class MemoryGp(Neighbour):
    """Sales numbers are unique, updates change what they name, holds are lifted; an inventory create on a number that
    exists appends its lines, which is the worst that GP is known to do."""

    NAME, WRITES = "GP", frozenset(call for call in CALLS if call.startswith(("create_", "update_", "void_")))

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        super().__init__()
        self.calls = calls or Calls()
        self._clock = clock
        self._orders: dict[str, SalesOrder] = {}
        self._invoices: dict[str, SalesInvoice] = {}
        self._returns: dict[str, SalesReturn] = {}
        self._inventory: dict[tuple[InventoryDocumentType, str], InventoryDocument] = {}
        self._closed_until = dt.date.min
        self._pending: list[tuple[dt.datetime, Callable[[], object]]] = []
        self.items: dict[str, Item] = {}
        self.prices: dict[str, Decimal] = {}
        self.customers: dict[str, Customer] = {}
        self.shown = [Certificate("https://gp.example.com", clock.now() + dt.timedelta(days=300))]
        self.holds = [HoldSetup("SHIPBOB", "Not shipped by ShipBob yet", stops_transfer=True, stops_posting=True)]
        self.behaviors: tuple[Behavior, ...] = ()
        self.obstacle = ""
        self.missing: dict[str, str] = {}
        self.on_update: Callable[[SalesOrder], SalesOrder] = lambda order: order
        self.ahead = dt.timedelta()
        self.keeps_login = self.keeps_history = True
        self.on_create: Callable[[SalesOrder], SalesOrder] = lambda order: order
        self.created: Counter[str] = Counter()
        self.updates: list[SalesUpdate] = []

    @property
    def orders(self) -> dict[str, SalesOrder]:
        """All sales orders that GP holds now."""
        self._arrive()
        return self._orders

    @property
    def invoices(self) -> dict[str, SalesInvoice]:
        """All sales invoices that GP holds now."""
        self._arrive()
        return self._invoices

    @property
    def inventory(self) -> dict[tuple[InventoryDocumentType, str], InventoryDocument]:
        """All inventory documents that GP holds now."""
        self._arrive()
        return self._inventory

    def _arrive(self) -> None:
        """What was sent late is done by now."""
        ready = [effect for at, effect in self._pending if at <= self._clock.now()]
        self._pending = [(at, effect) for at, effect in self._pending if at > self._clock.now()]
        for effect in ready:
            effect()

    # What a person at GP does ----------------------------------------------------------------------------------------

    def put(self, order: SalesOrder) -> None:
        """Write a document."""
        self.orders[order.number] = order

    def remove(self, number: str) -> None:
        """Delete a document."""
        del self.orders[number]

    def move_to_history(self, number: str) -> None:
        """Transfer or post a document."""
        self.put(replace(self.orders[number], state=TransactionState.HISTORY))

    def void(self, number: str) -> None:
        """Void a document."""
        self.put(replace(self.orders[number], is_voided=True, state=TransactionState.HISTORY))

    def put_return(self, sales_return: SalesReturn) -> None:
        """Write a sales return."""
        self._returns[sales_return.number] = sales_return

    def put_invoice(self, invoice: SalesInvoice) -> None:
        """Write an invoice, or over one."""
        self.invoices[invoice.number] = invoice

    def remove_invoice(self, number: str) -> None:
        """Delete an invoice."""
        del self.invoices[number]

    def close_period(self, until: dt.date) -> None:
        """Close the fiscal periods up to that day."""
        self._closed_until = until

    def put_inventory(self, document: InventoryDocument) -> None:
        """Enter an inventory document."""
        self.inventory[document.type, document.number] = replace(document, modified_at=self._clock.now())

    def fail_all(self, how: str) -> None:
        """Every call fails, until `recover`."""
        for call in CALLS:
            self.fail_next(call, how, None)

    # The session -----------------------------------------------------------------------------------------------------

    @point("gp.login")
    def login(self) -> None:
        self._run("login", lambda: None)

    @point("gp.probe")
    def probe(self) -> None:
        self._run("probe", lambda: None)

    @point("gp.server")
    def server(self) -> Server:
        abilities = tuple(Ability(call, "memory", self.missing.get(call, "")) for call in CALLS)
        now = self._clock.now() + self.ahead
        return self._run("server", lambda: Server(now, keeps_login=self.keeps_login, abilities=abilities))

    @point("gp.certificates")
    def certificates(self) -> Sequence[Certificate]:
        return self._run("certificates", lambda: self.shown)

    # Sales -----------------------------------------------------------------------------------------------------------

    @point("gp.sales_order")
    def sales_order(self, number: str) -> SalesOrder | None:
        return self._run("sales_order", lambda: self.orders.get(number))

    @point("gp.sales_invoice")
    def sales_invoice(self, number: str) -> SalesInvoice | None:
        return self._run("sales_invoice", lambda: self._invoices.get(number))

    @point("gp.sales_return")
    def sales_return(self, number: str) -> SalesReturn | None:
        return self._run("sales_return", lambda: self._returns.get(number))

    @point("gp.sales_documents")
    def sales_documents(self, customer: str, customer_po: str) -> Sequence[SalesSummary]:
        def found() -> Sequence[SalesSummary]:
            every: list[SalesDocument] = [*self.orders.values(), *self._invoices.values(), *self._returns.values()]
            return [summary(held) for held in every if (held.customer, held.customer_po) == (customer, customer_po)]

        return self._run("sales_documents", found)

    @point("gp.create_sales_order")
    def create_sales_order(self, order: SalesOrder) -> None:
        self._run("create_sales_order", functools.partial(self._create, self._orders, self.on_create(order)))

    @point("gp.create_sales_invoice")
    def create_sales_invoice(self, invoice: SalesInvoice) -> None:
        self._run("create_sales_invoice", functools.partial(self._create, self._invoices, invoice))

    @point("gp.create_sales_return")
    def create_sales_return(self, sales_return: SalesReturn) -> None:
        self._run("create_sales_return", functools.partial(self._create, self._returns, sales_return))

    @point("gp.update_sales_order")
    def update_sales_order(self, present: SalesOrder, update: SalesUpdate) -> None:
        changed = self.on_update(present)
        self._run("update_sales_order", functools.partial(self._update, self._orders, changed, update))

    @point("gp.update_sales_invoice")
    def update_sales_invoice(self, present: SalesInvoice, update: SalesUpdate) -> None:
        self._run("update_sales_invoice", functools.partial(self._update, self._invoices, present, update))

    @point("gp.void_sales_order")
    def void_sales_order(self, number: str) -> None:
        self._run("void_sales_order", functools.partial(self._void, number))

    def _create[D: SalesDocument](self, kept: dict[str, D], document: D) -> None:
        if document.number in kept:
            raise Refused("Duplicate document number", (f"{document.number} exists",), RefusalKind.NUMBER_TAKEN)
        if document.date <= self._closed_until:
            raise Refused("The fiscal period is closed", (f"{document.date}",), RefusalKind.CLOSED_PERIOD)
        self.created[document.number] += 1
        lines = document.lines
        if document.is_priced_by_gp:
            lines = tuple(replace(line, unit_price=self.prices.get(line.item, line.unit_price)) for line in lines)
        kept[document.number] = replace(document, lines=lines, is_priced_by_gp=False, image=b"as GP sent it")

    def _update[D: SalesDocument](self, kept: dict[str, D], present: D, update: SalesUpdate) -> None:
        held = kept.get(present.number)
        if held is None or held.state is not TransactionState.WORK or held.is_voided:
            raise Refused("The document cannot be changed", kind=RefusalKind.NOT_IN_WORK)
        refuse_strange_lines(held, update)
        self.updates.append(update)
        kept[held.number] = replace(
            held,
            batch=update.batch if update.batch is not None else present.batch,
            shipped_on=update.shipped_on if update.shipped_on is not None else present.shipped_on,
            shipping_method=update.shipping_method or present.shipping_method,
            ship_to=update.ship_to or present.ship_to,
            comment=update.comment if update.comment is not None else present.comment,
            tracking=tracking_after(present, update),
            holds=(present.holds - update.lifted_holds) | update.added_holds,
            lines=lines_after(present, update),
            **amounts_after(update),
        )

    def _void(self, number: str) -> None:
        held = self.orders.get(number)
        if held is None or held.state is not TransactionState.WORK:
            raise Refused("The document is not in Work", kind=RefusalKind.NOT_IN_WORK)
        self.void(number)
        if not self.keeps_history:
            self.remove(number)

    # Inventory -------------------------------------------------------------------------------------------------------

    @point("gp.inventory_document")
    def inventory_document(self, kind: InventoryDocumentType, number: str) -> InventoryDocument | None:
        return self._run("inventory_document", lambda: self.inventory.get((kind, number)))

    @point("gp.inventory_documents")
    def inventory_documents(
        self, kind: InventoryDocumentType, window: Window, state: TransactionState
    ) -> Sequence[InventorySummary]:
        def found() -> Sequence[InventorySummary]:
            held = [
                document for document in self.inventory.values() if (document.type, document.state) == (kind, state)
            ]
            return [
                InventorySummary(kind, each.number, each.batch, each.date, each.state, each.modified_at)
                for each in held
                if window.start <= _moment_of(each, window) <= window.end and self._listed(each)
            ]

        return self._run("inventory_documents", found)

    def _listed(self, _document: InventoryDocument) -> bool:
        """Is it in the lists yet?"""
        return True

    @point("gp.create_inventory_adjustment")
    def create_inventory_adjustment(self, adjustment: InventoryDocument) -> None:
        self._run("create_inventory_adjustment", functools.partial(self._adjust, adjustment))

    def _adjust(self, adjustment: InventoryDocument) -> None:
        self.created[adjustment.number] += 1
        held = self._inventory.get((adjustment.type, adjustment.number))
        if held is not None and held.state is not TransactionState.WORK:
            raise Refused("The document is in History", kind=RefusalKind.NUMBER_TAKEN)
        lines = adjustment.lines if held is None else (*held.lines, *adjustment.lines)
        self._inventory[adjustment.type, adjustment.number] = replace(
            adjustment, lines=lines, modified_at=self._clock.now()
        )

    @point("gp.item")
    def item(self, number: str) -> Item | None:
        return self._run("item", lambda: self.items.get(number))

    @point("gp.item_numbers")
    def item_numbers(self) -> Sequence[str]:
        return self._run(
            "item_numbers", lambda: sorted(n for n, item in self.items.items() if not item.is_discontinued)
        )

    @point("gp.sites_of")
    def sites_of(self, item: str) -> Sequence[str]:
        return self._run("sites_of", lambda: [stock.site for stock in self.items[item].stock])

    # Set-up ----------------------------------------------------------------------------------------------------------

    @point("gp.companies")
    def companies(self) -> Sequence[Company]:
        return self._run("companies", lambda: [COMPANY])

    @point("gp.customer")
    def customer(self, key: str) -> Customer | None:
        return self._run("customer", lambda: self.customers.get(key))

    @point("gp.sites")
    def sites(self) -> Sequence[Site]:
        found = sorted({stock.site for item in self.items.values() for stock in item.stock})
        return self._run("sites", lambda: [Site(site, site) for site in found])

    @point("gp.shipping_methods")
    def shipping_methods(self) -> Sequence[ShippingMethod]:
        return self._run("shipping_methods", lambda: [ShippingMethod("GROUND", "GROUND")])

    @point("gp.hold_setups")
    def hold_setups(self) -> Sequence[HoldSetup]:
        return self._run("hold_setups", lambda: self.holds)

    @point("gp.policy")
    def policy(self, operation: str) -> Policy:
        if not operation.startswith(("Create", "Update", "Void")):
            raise Misconfigured(f"GP has no policy for {operation}")
        return self._run("policy", lambda: Policy(operation, self.behaviors, self.obstacle))

    def _later(self, effect: Callable[[], object], delay: dt.timedelta) -> None:
        self._pending.append((self._clock.now() + delay, effect))


def _moment_of(document: InventoryDocument, window: Window) -> dt.datetime:
    if window.of is WindowOf.MODIFIED and document.modified_at is not None:
        return document.modified_at
    return dt.datetime.combine(document.date, dt.time(), dt.UTC)
