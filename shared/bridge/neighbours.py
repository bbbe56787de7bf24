"""The neighbours as the flows know them: GP, and ShipBob with its door and its authorization server.

Every method is one effect, and may raise a `Failure`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.domain.company import Certificate, Company, Customer, HoldSetup, Policy, Server, ShippingMethod, Site
from bridge.domain.connection import Application, Channel, NewSubscription, Subscription, Tokens
from bridge.domain.document import DocumentId
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventorySummary,
    Item,
    TransactionState,
    Window,
)
from bridge.domain.listing import Asked, Listed, Listing
from bridge.domain.order import Named, Order
from bridge.domain.receiving import NewReceivingOrder, ReceivingBox, WarehouseReceivingOrder
from bridge.domain.returns import Return
from bridge.domain.sales_document import SalesInvoice, SalesOrder, SalesReturn, SalesSummary, SalesUpdate
from bridge.domain.stock import InventoryLevel, Location, StockEvent, Variant
from bridge.domain.store_amounts import StoreAmounts
from bridge.protocols.consent import Consent


class GpSession(Protocol):
    """The way to GP. A call is one request, beyond what logging in costs."""

    def login(self) -> None:
        """Log in before a write, so that a refused login or a lost handshake is never a lost write."""

    def probe(self) -> None:
        """A harmless read that returns when GP works and has the company; else it raises what is wrong."""

    def server(self) -> Server:
        """What this GP can do, and its clock. Reads nothing of the company's."""

    def certificates(self) -> Sequence[Certificate]:
        """What each configured address shows before a login. Nobody logs in for it."""


class GpSales(Protocol):
    """Sales documents. Reads look in Work and in History, and give None for a number that GP does not have."""

    def sales_order(self, number: str) -> SalesOrder | None: ...
    def sales_invoice(self, number: str) -> SalesInvoice | None: ...
    def sales_return(self, number: str) -> SalesReturn | None: ...

    def sales_documents(self, customer: str, customer_po: str) -> Sequence[SalesSummary]:
        """Orders, invoices and returns of a customer that carry the PO, in no particular order."""

    def create_sales_order(self, order: SalesOrder) -> None: ...
    def create_sales_invoice(self, invoice: SalesInvoice) -> None: ...
    def create_sales_return(self, sales_return: SalesReturn) -> None: ...

    def update_sales_order(self, present: SalesOrder, update: SalesUpdate) -> None: ...
    def update_sales_invoice(self, present: SalesInvoice, update: SalesUpdate) -> None: ...

    def void_sales_order(self, number: str) -> None: ...


class GpInventory(Protocol):
    """Stock and the documents that move it."""

    def inventory_document(self, kind: InventoryDocumentType, number: str) -> InventoryDocument | None: ...

    def inventory_documents(
        self, kind: InventoryDocumentType, window: Window, state: TransactionState
    ) -> Sequence[InventorySummary]:
        """Those of the window, in no particular order. GP has no paging: the window bounds the answer."""

    def create_inventory_adjustment(self, adjustment: InventoryDocument) -> None:
        """Create under the document's own number. GP may append to a number that it has: look first."""

    def item(self, number: str) -> Item | None: ...

    def item_numbers(self) -> Sequence[str]:
        """Every item that is not discontinued, in the order of the numbers."""

    def sites_of(self, item: str) -> Sequence[str]:
        """The sites that the item is assigned to."""


class GpCompany(Protocol):
    """Set-up that documents lean on."""

    def companies(self) -> Sequence[Company]:
        """The companies that the Windows account may reach."""

    def customer(self, key: str) -> Customer | None: ...
    def sites(self) -> Sequence[Site]: ...
    def shipping_methods(self) -> Sequence[ShippingMethod]: ...
    def hold_setups(self) -> Sequence[HoldSetup]: ...

    def policy(self, operation: str) -> Policy:
        """How GP treats an operation of its interface, such as `CreateSalesOrder`."""


class Gp(GpSession, GpSales, GpInventory, GpCompany, Protocol):
    """One GP company."""


class ShipBobOrders(Protocol):
    """Orders with their shipments. None: ShipBob has no such thing, or archived it."""

    def order(self, order_id: int) -> Order | None:
        """As it is now. Where a shipment leaves out its quantities, they are asked for as well."""

    def order_in(self, image: bytes) -> Order:
        """The order in an image that a listing gave; no call. `Transient` where it cannot be read."""

    def order_of_shipment(self, shipment_id: int) -> int | None: ...

    def orders(self, order_ids: Sequence[int]) -> Sequence[Listed]:
        """Those of the orders that ShipBob has, 250 at most."""

    def store_order(self, order_id: int) -> bytes | None:
        """The shop's own order, as JSON, where ShipBob keeps it."""

    def store_amounts_in(self, image: bytes) -> StoreAmounts | None:
        """What such an order says of tax, freight and discount; no call. None where it tells none of them."""


class ShipBobReturns(Protocol):
    def customer_return(self, return_id: int) -> Return | None: ...

    def return_in(self, image: bytes) -> Return:
        """The return in an image that a listing gave; no call. `Transient` where it cannot be read."""


class ShipBobReceiving(Protocol):
    """Warehouse receiving orders: the only way in for stock."""

    def receiving_order(self, receiving_id: int) -> WarehouseReceivingOrder | None: ...

    def receiving_order_in(self, image: bytes) -> WarehouseReceivingOrder:
        """The receiving order in an image that a listing gave; no call. `Transient` where it cannot be read."""

    def receiving_orders_of(self, purchase_order_number: str) -> Sequence[WarehouseReceivingOrder]: ...

    def boxes(self, receiving_id: int) -> Sequence[ReceivingBox]: ...

    def create_receiving_order(self, wanted: NewReceivingOrder) -> WarehouseReceivingOrder:
        """`Refused` with ShipBob's own words, also where the purchase order number is taken."""


class ShipBobStock(Protocol):
    def variants(self, skus: Sequence[str]) -> Sequence[Variant]:
        """Those of the SKUs that ShipBob has; one SKU may have several variants."""

    def inventory_levels(self, inventory_ids: Sequence[int]) -> Sequence[InventoryLevel]:
        """On hand and the rest at each location, 150 ids at most; those that ShipBob has."""

    def locations(self) -> Sequence[Location]: ...

    def fulfillment_centers(self) -> Sequence[Named]:
        """Where a WRO may be sent to."""

    def stock_event_in(self, image: bytes) -> StockEvent:
        """The event in an image that a listing gave; no call, and the only way: ShipBob shows none by its id."""


class ShipBobAccount(Protocol):
    """What the application itself is to ShipBob."""

    def channels(self) -> Sequence[Channel]: ...

    def subscriptions(self) -> Sequence[Subscription]: ...

    def subscribe(self, wanted: NewSubscription) -> str:
        """The new subscription's id. `Refused` where ShipBob does not offer one of the topics (422)."""

    def unsubscribe(self, subscription_id: str) -> None:
        """Gone afterwards, also where it was gone before."""


class ShipBob(ShipBobOrders, ShipBobReturns, ShipBobReceiving, ShipBobStock, ShipBobAccount, Protocol):
    """One ShipBob account. A call waits for its turn among everybody's calls, `Transient` where that is far off."""

    def listed(self, asked: Asked, place: str = "") -> Listing:
        """One page of a list, from its beginning or from the `next` of the page before."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """An HTTP request at the webhook door: header names in lower case, the body as it arrived."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Hint:
    """What an authentic delivery points at; `document` None where the topic changes nothing in GP."""

    delivery_id: str
    topic: str
    document: DocumentId | None
    is_topic_known: bool = True


class Webhooks(Protocol):
    def open(self, delivery: Delivery, now: dt.datetime) -> Hint:
        """Verify the signature and read the hint, or raise `NotAuthentic`."""


class Authority(Protocol):
    """ShipBob's authorization server. A refresh token works once: what a call answers is stored before it is used."""

    def consent_page(self, consent: Consent) -> str:
        """The address where a person in a browser agrees, or not; no call."""

    def exchange(self, application: Application, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """The tokens for a code that a person's consent gave; `verifier` is of PKCE."""

    def refresh(self, application: Application, refresh_token: str) -> Tokens:
        """The next tokens. `Refused`: the grant is gone, and only a person can give another. `Misconfigured`: the
        application itself is not known. `UnknownOutcome`: sent and not answered; the old token may be used up."""
