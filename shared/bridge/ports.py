"""What the flows need from the world, on one screen. Every method is one effect, and may raise a `Failure`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bridge.domain.document import DocumentId
from bridge.domain.message import Message
from bridge.domain.order import Order
from bridge.domain.outcome import MappingKey
from bridge.domain.sales_order import SalesOrder, ShipmentUpdate
from bridge.mapping.recording import Terms
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.trail import Entry


class Clock(Protocol):
    def now(self) -> dt.datetime: ...


class Gp(Protocol):
    """GP's sales orders. Each call is one request, beyond what logging in costs."""

    def login(self) -> None:
        """Log in before a write, so that a refused login or a lost handshake is never a lost write."""

    def sales_order(self, number: str) -> SalesOrder | None:
        """The order in Work or History; None when GP has no such number."""

    def create_sales_order(self, order: SalesOrder) -> None: ...

    def update_sales_order(self, present: SalesOrder, update: ShipmentUpdate) -> None: ...


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
    def to_gp(self) -> Queue: ...
    @property
    def terms(self) -> Terms: ...
    @property
    def settle_time(self) -> dt.timedelta: ...
