"""The port to GP over the legacy SOAP endpoint, for one company."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence

from lxml import etree

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
    TransactionState,
    Window,
)
from bridge.domain.outcome import Failure, Misconfigured
from bridge.domain.sales_document import (
    SalesDocument,
    SalesInvoice,
    SalesOrder,
    SalesReturn,
    SalesSummary,
    SalesUpdate,
)
from bridge.gp import company as cards
from bridge.gp import sales, stock, wire
from bridge.gp.envelope import Carrier, Endpoint, writable
from bridge.gp.sales_tables import SHAPES
from bridge.gp.sales_update import updated
from bridge.gp.wire import Content
from bridge.neighbours import Gp

type Options = Mapping[str, Mapping[str, str]]

CALLS = tuple(sorted(name for name in dir(Gp) if not name.startswith("_")))


class SoapGp:
    """Every call of the port is one operation of the endpoint.

    `options` chooses, by operation and behaviour, what its policy shall do; an operation it does not name does what is
    set up in GP. Such a policy is read once, before the first write that it governs. `shown` looks at the endpoint's
    certificate, without a login.
    """

    def __init__(
        self,
        carrier: Carrier,
        company: int,
        options: Options | None = None,
        shown: Callable[[], Sequence[Certificate]] = tuple,
    ) -> None:
        self._carrier = carrier
        self._shown = shown
        self._endpoint = Endpoint(carrier, company)
        self._options = options or {}
        self._policies: dict[str, etree._Element] = {}

    # The session

    def login(self) -> None:
        """Log in before a write, so that a refused login or a lost handshake is never a lost write."""
        self._endpoint.login()

    def probe(self) -> None:
        """Ask GP for its companies; Misconfigured when ours is not among them."""
        wrong = self._endpoint.wrong_company()
        if wrong is not None:
            raise wrong

    def server(self) -> Server:
        """What the last answer told of the server. Over SOAP the stock product can do all of the port."""
        abilities = tuple(Ability(call, "SOAP") for call in CALLS)
        return Server(self._carrier.server_time, self._carrier.keeps_login, abilities)

    def certificates(self) -> Sequence[Certificate]:
        return self._shown()

    def close(self) -> None:
        """Close the connection: the login on it ends."""
        self._carrier.close()

    # Sales

    def sales_order(self, number: str) -> SalesOrder | None:
        return self._by_key("GetSalesOrderByKey", number, lambda found: sales.read(SalesOrder, found))

    def sales_invoice(self, number: str) -> SalesInvoice | None:
        return self._by_key("GetSalesInvoiceByKey", number, sales.read_invoice)

    def sales_return(self, number: str) -> SalesReturn | None:
        return self._by_key("GetSalesReturnByKey", number, lambda found: sales.read(SalesReturn, found))

    def sales_documents(self, customer: str, customer_po: str) -> Sequence[SalesSummary]:
        """Orders, invoices and returns in one call. No PO is nothing to look for: every document without one has it."""
        if not customer_po:
            return ()
        return self._list("GetSalesDocumentList", sales.criteria(customer, customer_po), sales.read_summaries)

    def create_sales_order(self, order: SalesOrder) -> None:
        """Create under the order's own number. GP's answer is empty: its coming is the confirmation."""
        self._create("CreateSalesOrder", order)

    def create_sales_invoice(self, invoice: SalesInvoice) -> None:
        self._create("CreateSalesInvoice", invoice)

    def create_sales_return(self, sales_return: SalesReturn) -> None:
        self._create("CreateSalesReturn", sales_return)

    def update_sales_order(self, present: SalesOrder, update: SalesUpdate) -> None:
        self._update("UpdateSalesOrder", present, update)

    def update_sales_invoice(self, present: SalesInvoice, update: SalesUpdate) -> None:
        self._update("UpdateSalesInvoice", present, update)

    def void_sales_order(self, number: str) -> None:
        self._write("VoidSalesOrder", lambda: wire.element("key", wire.key(number)))

    # Inventory

    def inventory_document(self, kind: InventoryDocumentType, number: str) -> InventoryDocument | None:
        return self._by_key(f"GetInventory{kind}ByKey", number, lambda found: stock.read_document(found, kind))

    def inventory_documents(
        self, kind: InventoryDocumentType, window: Window, state: TransactionState
    ) -> Sequence[InventorySummary]:
        criteria = stock.criteria(window, state)
        return self._list(f"GetInventory{kind}List", criteria, lambda found: stock.read_summaries(found, kind))

    def create_inventory_adjustment(self, adjustment: InventoryDocument) -> None:
        """Create under the document's own number. GP may append to a number that it has: look first."""
        self._write(
            "CreateInventoryAdjustment", lambda: wire.element("inventoryAdjustment", stock.adjustment(adjustment))
        )

    def item(self, number: str) -> Item | None:
        return self._by_key("GetItemByKey", number, stock.read_item)

    def item_numbers(self) -> Sequence[str]:
        return self._list("GetItemList", stock.not_discontinued(), stock.read_item_numbers)

    def sites_of(self, item: str) -> Sequence[str]:
        return self._list("GetItemWarehouseList", {"ItemId": wire.equal(item)}, stock.read_sites_of)

    # The company

    def companies(self) -> Sequence[Company]:
        return self._endpoint.companies()

    def customer(self, key: str) -> Customer | None:
        return self._by_key("GetCustomerByKey", key, cards.read_customer)

    def sites(self) -> Sequence[Site]:
        return self._list("GetWarehouseList", {}, cards.read_sites)

    def shipping_methods(self) -> Sequence[ShippingMethod]:
        return self._list("GetShippingMethodList", {}, cards.read_shipping_methods)

    def hold_setups(self) -> Sequence[HoldSetup]:
        return self._list("GetSalesProcessHoldSetupList", {}, cards.read_hold_setups)

    def policy(self, operation: str) -> Policy:
        """As GP has it, and what keeps it from what the stack's parameters choose."""
        options = self._options.get(operation, {})
        return self._policy(operation, lambda found: cards.read_policy(found, operation, options))

    # How each kind of call goes

    def _by_key[T](self, operation: str, number: str, reader: Callable[[etree._Element], T]) -> T | None:
        return self._endpoint.read(operation, {"key": {"Id": number}}, reader)

    def _list[T](
        self, operation: str, criteria: Content, reader: Callable[[etree._Element], tuple[T, ...]]
    ) -> tuple[T, ...]:
        return self._endpoint.read(operation, {"criteria": criteria}, reader) or ()

    def _create(self, operation: str, document: SalesDocument) -> None:
        argument = SHAPES[document.type].argument
        self._write(operation, lambda: wire.element(argument, sales.content(document)))

    def _update(self, operation: str, present: SalesDocument, update: SalesUpdate) -> None:
        """Write onto the document as it was read. GP has no version check: the last writer wins."""
        self._write(operation, lambda: updated(present, update))

    def _write(self, operation: str, argument: Callable[[], etree._Element]) -> None:
        with writable():
            written = argument()
        policy = self._policy_of(operation)
        try:
            self._endpoint.write(operation, written, policy)
        except Failure:
            self._policies.pop(operation, None)  # an administrator may have changed what was read
            raise

    def _policy_of(self, operation: str) -> etree._Element:
        options = self._options.get(operation, {})
        if not options and operation in cards.POLICIES:
            return cards.key_only(operation)
        if operation not in self._policies:
            self._policies[operation] = self._policy(operation, lambda found: cards.chosen(found, operation, options))
        return copy.deepcopy(self._policies[operation])

    def _policy[T](self, operation: str, reader: Callable[[etree._Element], T]) -> T:
        found = self._endpoint.read("GetPolicyByOperation", {"operation": operation}, reader)
        if found is None:
            raise Misconfigured(f"GP has no policy for {operation}: look at {cards.POLICY_WINDOW}")
        return found
