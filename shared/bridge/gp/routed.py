"""One port over two endpoints: each call goes to the one that can do it.

SOAP first: its contract is published, and the stock endpoint can do all of the port, and says so. What one cannot do
goes to SBA.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Protocol

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
from bridge.domain.sales_document import SalesInvoice, SalesOrder, SalesReturn, SalesSummary, SalesUpdate
from bridge.neighbours import Gp

# An update over SOAP gives back the whole document as SOAP read it: what is read elsewhere cannot be updated there.
LEANS_ON = {"update_sales_order": "sales_order", "update_sales_invoice": "sales_invoice"}
SESSION = frozenset({"login", "probe", "server", "certificates"})
WRITES = frozenset(
    """
    create_sales_order create_sales_invoice create_sales_return update_sales_order update_sales_invoice void_sales_order
    create_inventory_adjustment
    """.split()
)


class Endpoint(Gp, Protocol):
    """The port over one connection."""

    def close(self) -> None: ...


class RoutedGp:
    """The port over both endpoints. Which call takes which is settled at the first, without asking the server."""

    def __init__(self, soap: Endpoint, sba: Endpoint) -> None:
        self._soap = soap
        self._sba = sba

    @cached_property
    def _routes(self) -> Mapping[str, Endpoint]:
        """The rule, as one table: SOAP for all that it can do, SBA for the rest."""
        able = {each.call: not each.missing for each in self._soap.server().abilities}
        return {
            call: self._soap if able[call] and able[LEANS_ON.get(call, call)] else self._sba
            for call in able.keys() - SESSION
        }

    def _those_of(self, calls: frozenset[str]) -> Iterator[Endpoint]:
        """The endpoints that carry any of these calls."""
        carriers = [self._routes[call] for call in calls]
        return (endpoint for endpoint in (self._soap, self._sba) if endpoint in carriers)

    # The session

    def login(self) -> None:
        """Log in wherever a write may follow."""
        for endpoint in self._those_of(WRITES):
            endpoint.login()

    def probe(self) -> None:
        """Return when each endpoint that carries anything works and has the company."""
        for endpoint in self._those_of(frozenset(self._routes)):
            endpoint.probe()

    def server(self) -> Server:
        """Each call as the endpoint that takes it tells of it."""
        told = {endpoint: endpoint.server() for endpoint in self._those_of(frozenset(self._routes))}
        abilities: list[Ability] = []
        for endpoint, server in told.items():
            abilities.extend(each for each in server.abilities if self._routes.get(each.call, self._soap) is endpoint)
        now = next((server.now for server in told.values() if server.now is not None), None)
        return Server(now, all(server.keeps_login for server in told.values()), tuple(abilities))

    def certificates(self) -> Sequence[Certificate]:
        return [*self._soap.certificates(), *self._sba.certificates()]

    def close(self) -> None:
        """Close both connections."""
        self._soap.close()
        self._sba.close()

    # Sales

    def sales_order(self, number: str) -> SalesOrder | None:
        return self._routes["sales_order"].sales_order(number)

    def sales_invoice(self, number: str) -> SalesInvoice | None:
        return self._routes["sales_invoice"].sales_invoice(number)

    def sales_return(self, number: str) -> SalesReturn | None:
        return self._routes["sales_return"].sales_return(number)

    def sales_documents(self, customer: str, customer_po: str) -> Sequence[SalesSummary]:
        return self._routes["sales_documents"].sales_documents(customer, customer_po)

    def create_sales_order(self, order: SalesOrder) -> None:
        self._routes["create_sales_order"].create_sales_order(order)

    def create_sales_invoice(self, invoice: SalesInvoice) -> None:
        self._routes["create_sales_invoice"].create_sales_invoice(invoice)

    def create_sales_return(self, sales_return: SalesReturn) -> None:
        self._routes["create_sales_return"].create_sales_return(sales_return)

    def update_sales_order(self, present: SalesOrder, update: SalesUpdate) -> None:
        self._routes["update_sales_order"].update_sales_order(present, update)

    def update_sales_invoice(self, present: SalesInvoice, update: SalesUpdate) -> None:
        self._routes["update_sales_invoice"].update_sales_invoice(present, update)

    def void_sales_order(self, number: str) -> None:
        self._routes["void_sales_order"].void_sales_order(number)

    # Inventory

    def inventory_document(self, kind: InventoryDocumentType, number: str) -> InventoryDocument | None:
        return self._routes["inventory_document"].inventory_document(kind, number)

    def inventory_documents(
        self, kind: InventoryDocumentType, window: Window, state: TransactionState
    ) -> Sequence[InventorySummary]:
        return self._routes["inventory_documents"].inventory_documents(kind, window, state)

    def create_inventory_adjustment(self, adjustment: InventoryDocument) -> None:
        self._routes["create_inventory_adjustment"].create_inventory_adjustment(adjustment)

    def item(self, number: str) -> Item | None:
        return self._routes["item"].item(number)

    def item_numbers(self) -> Sequence[str]:
        return self._routes["item_numbers"].item_numbers()

    def sites_of(self, item: str) -> Sequence[str]:
        return self._routes["sites_of"].sites_of(item)

    # The company

    def companies(self) -> Sequence[Company]:
        return self._routes["companies"].companies()

    def customer(self, key: str) -> Customer | None:
        return self._routes["customer"].customer(key)

    def sites(self) -> Sequence[Site]:
        return self._routes["sites"].sites()

    def shipping_methods(self) -> Sequence[ShippingMethod]:
        return self._routes["shipping_methods"].shipping_methods()

    def hold_setups(self) -> Sequence[HoldSetup]:
        return self._routes["hold_setups"].hold_setups()

    def policy(self, operation: str) -> Policy:
        return self._routes["policy"].policy(operation)
