"""GP over its service based architecture: REST, the stock services and one that a Dexterity developer adds.

Stock services have no sales documents, no list by modified date, no shipping methods and no process holds: those go to
the bridge's own service (`docs/gp-sba.md`). A call that neither can do is `Misconfigured` and names what to install.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bridge.domain.company import (
    Ability,
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
    ItemType,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Misconfigured
from bridge.domain.sales_document import (
    SalesDocument,
    SalesInvoice,
    SalesOrder,
    SalesReturn,
    SalesSummary,
    SalesUpdate,
)
from bridge.gp import sba_stock, sba_stock_wire, sba_wire
from bridge.gp.ending import answered
from bridge.gp.sba_call import LOGIN_SECONDS, Connection, address, agreed, login_page, writing
from bridge.gp.sba_documents import Documents
from bridge.gp.sba_json import Row
from bridge.gp.sba_stock import Stock

__all__ = ["SbaGp", "login_page"]

BY_STOCK = "SBA stock"
BY_SERVICE = "SBA service"
LIST_INVENTORY = "list_inventory_documents"

STOCK_CALLS: dict[str, tuple[str, ...]] = {
    "login": (),
    "probe": (),
    "server": (),
    "certificates": (),
    "companies": (),
    "inventory_document": (sba_stock.TRANSACTIONS,),
    "create_inventory_adjustment": (sba_stock.TRANSACTIONS,),
    "item": (sba_stock.ITEMS, sba_stock.ITEM_SITES),
    "item_numbers": (sba_stock.ITEMS,),
    "sites_of": (sba_stock.ITEM_SITES,),
    "customer": (sba_stock.CUSTOMERS,),
    "sites": (sba_stock.SITES,),
}
SERVICE_CALLS = {
    "sales_order": "read_sales_document",
    "sales_invoice": "read_sales_document",
    "sales_return": "read_sales_document",
    "sales_documents": "list_sales_documents",
    "create_sales_order": "create_sales_document",
    "create_sales_invoice": "create_sales_document",
    "create_sales_return": "create_sales_document",
    "update_sales_order": "update_sales_document",
    "update_sales_invoice": "update_sales_document",
    "void_sales_order": "void_sales_document",
    "inventory_documents": LIST_INVENTORY,
    "shipping_methods": "list_shipping_methods",
    "hold_setups": "list_hold_setups",
}
NO_POLICIES = "the SOAP endpoint of GP's web services: SBA knows no policies"


class SbaGp:
    """The port to GP over SBA, for the company of that display name. An empty `service_path`: stock services only.

    Only an item with its stock costs two requests; it is read from two resources. `shown` looks at the endpoint's
    certificate, without a login.
    """

    def __init__(
        self,
        connection: Connection,
        company: str,
        service_path: str,
        shown: Callable[[], Sequence[Certificate]] = tuple,
    ) -> None:
        self._connection = connection
        self._shown = shown
        self._stock = Stock(connection, company)
        self._documents = Documents(connection, address(sba_stock.COMPANIES, company), service_path)

    def login(self) -> None:
        """Log in before a write, so that a refused login or a lost handshake is never a lost write."""
        answered(self._connection.login(LOGIN_SECONDS), is_write=False)

    def probe(self) -> None:
        """Return when GP works and the Windows account may reach the company."""
        self._stock.prove_company()

    def server(self) -> Server:
        """What the server's help page and the bridge's own service say that they can do."""
        self._stock.look()
        self._documents.look()
        connection = self._connection
        return Server(connection.server_time, connection.keeps_login, tuple(self._abilities()))

    def certificates(self) -> Sequence[Certificate]:
        return self._shown()

    def close(self) -> None:
        """Close the connection: the login on it ends."""
        self._connection.close()

    def _abilities(self) -> list[Ability]:
        stock = [Ability(call, BY_STOCK, self._stock.missing(*needed)) for call, needed in STOCK_CALLS.items()]
        own = [Ability(call, BY_SERVICE, self._documents.missing(needed)) for call, needed in SERVICE_CALLS.items()]
        return [*stock, *own, Ability("policy", "", NO_POLICIES)]

    def sales_order(self, number: str) -> SalesOrder | None:
        return self._sales_document(SalesOrder, number)

    def sales_invoice(self, number: str) -> SalesInvoice | None:
        return self._sales_document(SalesInvoice, number)

    def sales_return(self, number: str) -> SalesReturn | None:
        return self._sales_document(SalesReturn, number)

    def _sales_document[Document: SalesDocument](self, kind: type[Document], number: str) -> Document | None:
        operation = "read_sales_document"
        answer = self._documents.read(operation, type=kind.type.value, number=number)
        with agreed(operation):
            if "document" not in answer.payload.members:
                raise ValueError("document is missing")
            if (found := answer.payload.members["document"]) is None:
                return None
            document = sba_wire.read_sales_document(Row.of(found), kind, answer.body)
            return _the(document, document.number, number)

    def sales_documents(self, customer: str, customer_po: str) -> Sequence[SalesSummary]:
        """Orders, invoices and returns. No PO is nothing to look for: every document without one has it."""
        if not customer_po:
            return ()
        operation = "list_sales_documents"
        answer = self._documents.read(operation, customer=customer, customer_po=customer_po)
        with agreed(operation):
            return [sba_wire.read_sales_summary(row) for row in answer.payload.rows("sales_documents")]

    def create_sales_order(self, order: SalesOrder) -> None:
        self._create(order)

    def create_sales_invoice(self, invoice: SalesInvoice) -> None:
        self._create(invoice)

    def create_sales_return(self, sales_return: SalesReturn) -> None:
        self._create(sales_return)

    def _create(self, document: SalesDocument) -> None:
        with writing():
            written = sba_wire.write_sales_document(document)
        self._documents.write("create_sales_document", document=written)

    def update_sales_order(self, present: SalesOrder, update: SalesUpdate) -> None:
        """Nothing but the changes go out, so a person's edits since the order was read are kept."""
        self._update(present, update)

    def update_sales_invoice(self, present: SalesInvoice, update: SalesUpdate) -> None:
        """Nothing but the changes go out, so a person's edits since the invoice was read are kept."""
        self._update(present, update)

    def _update(self, present: SalesDocument, update: SalesUpdate) -> None:
        with writing():
            changes = sba_wire.write_changes(update)
        kind = present.type.value
        self._documents.write("update_sales_document", type=kind, number=present.number, changes=changes)

    def void_sales_order(self, number: str) -> None:
        self._documents.write("void_sales_document", type=SalesOrder.type.value, number=number)

    def inventory_document(self, kind: InventoryDocumentType, number: str) -> InventoryDocument | None:
        found = self._stock.one(sba_stock.TRANSACTIONS, str(sba_stock_wire.inventory_number(kind)), number)
        if found is None:
            return None
        with agreed(sba_stock.TRANSACTIONS):
            document = sba_stock_wire.read_inventory_document(found)
            return _the(document, document.number, number)

    def inventory_documents(
        self, kind: InventoryDocumentType, window: Window, state: TransactionState
    ) -> Sequence[InventorySummary]:
        """By modified date from the bridge's own service alone; by document date, without it, from all there are."""
        if window.of is WindowOf.DOCUMENT and not self._documents.has(LIST_INVENTORY):
            return self._chosen(kind, window, state)
        asked = {"type": kind.value, "state": state.value, **sba_wire.write_window(window)}
        answer = self._documents.read(LIST_INVENTORY, **asked)
        with agreed(LIST_INVENTORY):
            return [sba_wire.read_inventory_summary(row) for row in answer.payload.rows("inventory_documents")]

    def _chosen(
        self, kind: InventoryDocumentType, window: Window, state: TransactionState
    ) -> Sequence[InventorySummary]:
        headers = self._stock.all_of(sba_stock.HEADERS)
        with agreed(sba_stock.HEADERS):
            found = [sba_stock_wire.read_inventory_header(row) for row in headers]
        first, last = window.start.date(), window.end.date()
        return [each for each in found if each.type is kind and each.state is state and first <= each.date <= last]

    def create_inventory_adjustment(self, adjustment: InventoryDocument) -> None:
        with writing():
            written = sba_stock_wire.write_inventory_document(adjustment)
        self._stock.create(sba_stock.TRANSACTIONS, written)

    def item(self, number: str) -> Item | None:
        """Only a sales item has quantities: what any other kind has at its sites is not asked for."""
        found = self._stock.one(sba_stock.ITEMS, number)
        if found is None:
            return None
        with agreed(sba_stock.ITEMS):
            item = sba_stock_wire.read_item(found)
        if item.type is not ItemType.SALES:
            return item
        rows = self._stock.sites_of(number)
        with agreed(sba_stock.ITEM_SITES):
            return sba_stock_wire.with_stock(item, rows)

    def item_numbers(self) -> Sequence[str]:
        rows = self._stock.all_of(sba_stock.ITEMS)
        with agreed(sba_stock.ITEMS):
            return sorted(row.text("ItemNumber") for row in rows if not sba_stock_wire.is_discontinued(row))

    def sites_of(self, item: str) -> Sequence[str]:
        rows = self._stock.sites_of(item)
        with agreed(sba_stock.ITEM_SITES):
            return [row.text("SiteID") for row in rows]

    def companies(self) -> Sequence[Company]:
        return self._stock.companies()

    def customer(self, key: str) -> Customer | None:
        found = self._stock.one(sba_stock.CUSTOMERS, key)
        with agreed(sba_stock.CUSTOMERS):
            return None if found is None else sba_stock_wire.read_customer(found)

    def sites(self) -> Sequence[Site]:
        rows = self._stock.all_of(sba_stock.SITES)
        with agreed(sba_stock.SITES):
            return [sba_stock_wire.read_site(row) for row in rows]

    def shipping_methods(self) -> Sequence[ShippingMethod]:
        answer = self._documents.read("list_shipping_methods")
        with agreed("list_shipping_methods"):
            return [sba_wire.read_shipping_method(row) for row in answer.payload.rows("shipping_methods")]

    def hold_setups(self) -> Sequence[HoldSetup]:
        answer = self._documents.read("list_hold_setups")
        with agreed("list_hold_setups"):
            return [sba_wire.read_hold_setup(row) for row in answer.payload.rows("hold_setups")]

    def policy(self, operation: str) -> Policy:
        """SBA has no policies: always `Misconfigured`."""
        raise Misconfigured(f"The policy of {operation} cannot be read without {NO_POLICIES}")


def _the[Document](document: Document, number: str, wanted: str) -> Document:
    """The document, if it is the one that was asked for. GP compares without regard to case and to blanks behind."""
    if number.casefold() != wanted.rstrip().casefold():
        raise ValueError("the number is another document's")
    return document
