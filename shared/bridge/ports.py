"""What the flows need from the world, on one screen. Every method is one effect, and may raise a `Failure`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.domain.company import Certificate, Company, Customer, HoldSetup, Policy, Server, ShippingMethod, Site
from bridge.domain.document import DocumentId
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventorySummary,
    Item,
    TransactionState,
    Window,
)
from bridge.domain.message import Message
from bridge.domain.order import Order
from bridge.domain.outcome import MappingKey
from bridge.domain.sales_document import SalesInvoice, SalesOrder, SalesReturn, SalesSummary, SalesUpdate
from bridge.mapping.recording import Terms
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.permit import PermitRow
from bridge.protocols.trail import Entry


class Clock(Protocol):
    def now(self) -> dt.datetime: ...


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


class ShipBob(Protocol):
    def order(self, order_id: int) -> Order | None: ...

    def order_of_shipment(self, shipment_id: int) -> int | None: ...

    def order_ids(
        self, *, inserted_since: dt.datetime | None, updated_since: dt.datetime | None, page: int
    ) -> Sequence[int]:
        """One page of orders by insert or update date, oldest first; empty after the last page."""


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


class Webhooks(Protocol):
    def open(self, delivery: Delivery, now: dt.datetime) -> Hint:
        """Verify the signature and read the hint, or raise `NotAuthentic`."""


class State(Protocol):
    """The ledger, mappings and cursors. Every save is conditional on the version read, else `RowMoved`."""

    def row(self, document: DocumentId) -> LedgerRow: ...

    def save(self, row: LedgerRow) -> LedgerRow:
        """Store the row and give it back with its new version."""

    def due(self, now: dt.datetime, limit: int) -> Sequence[LedgerRow]:
        """Rows whose time has come, oldest first."""

    def in_review(self) -> Iterable[LedgerRow]: ...

    def mappings(self, keys: Iterable[MappingKey]) -> Mapping[MappingKey, str]:
        """The values of those keys that are mapped."""

    def map(self, key: MappingKey, value: str, by: str) -> None: ...

    def remember_aliases(self, document: DocumentId, aliases: Iterable[str]) -> None:
        """Make the document findable by any number a person might type."""

    def find(self, alias: str) -> Sequence[DocumentId]: ...

    def cursor(self, name: str, start: dt.datetime) -> Cursor: ...

    def move_cursor(self, cursor: Cursor, reached: dt.datetime) -> Cursor: ...


class Trail(Protocol):
    """One document's audit trail, for one run."""

    def record(self, what: str, facts: Mapping[str, str], payload: bytes = b"") -> Entry: ...


class Audit(Protocol):
    def trail(self, document: DocumentId, by: str) -> Trail: ...

    def entries(self, document: DocumentId) -> Sequence[Entry]: ...


class Permits(Protocol):
    """Who may log in to GP, as a person sees it and clears it. What logs in holds a `LoginPermit`."""

    def show(self) -> Sequence[PermitRow]:
        """Every Windows account that ever asked, by its name."""

    def clear(self, account: str, by: str, why: str) -> PermitRow:
        """Allow logins again that were refused or in doubt; the row as it stands then."""


class Queue(Protocol):
    def send(self, messages: Iterable[tuple[Message, str]]) -> None:
        """Put messages on the queue, each in its document's group, with a deduplication id; all of them, or raise."""


class Ports(Protocol):
    """Everything at once, each made when first asked for."""

    @property
    def clock(self) -> Clock: ...
    @property
    def gp(self) -> Gp: ...
    @property
    def shipbob(self) -> ShipBob: ...
    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def state(self) -> State: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def permits(self) -> Permits: ...
    @property
    def to_gp(self) -> Queue: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def settle_time(self) -> dt.timedelta: ...
