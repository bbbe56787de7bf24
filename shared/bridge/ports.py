"""What the flows need from the world: the neighbours, and what is our own. Every method is one effect, and may raise a
`Failure`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bridge.domain.connection import Secret
from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId
from bridge.domain.gate import Gate
from bridge.domain.message import Message
from bridge.domain.outcome import MappingKey, MappingKind
from bridge.domain.terms import Terms
from bridge.neighbours import Authority, Gp, ShipBob, Webhooks
from bridge.protocols.alerts import AlertRow
from bridge.protocols.batches import Batch
from bridge.protocols.cursor import Cursor
from bridge.protocols.health import Health
from bridge.protocols.ledger import Drafts, LedgerRow, Status
from bridge.protocols.pause import Pause
from bridge.protocols.permit import PermitRow
from bridge.protocols.registration import Registration
from bridge.protocols.standing import Standing
from bridge.protocols.subscription import SubscriptionRow
from bridge.protocols.surge import StockPoll
from bridge.protocols.token import TokenRow
from bridge.protocols.trail import Entry


class Clock(Protocol):
    def now(self) -> dt.datetime: ...


class State(Protocol):
    """The ledger, mappings and cursors. Every save is conditional on the version read, else `RowMoved`."""

    def row(self, document: DocumentId) -> LedgerRow: ...

    def save(self, row: LedgerRow) -> LedgerRow:
        """Store the row and give it back with its new version."""

    def due(self, now: dt.datetime, limit: int) -> Sequence[LedgerRow]:
        """Rows whose time has come, oldest first. Those that stand before a gate are apart."""

    def at_gate(self, gate: Gate, limit: int) -> Sequence[LedgerRow]:
        """Rows that stand before the gate, in order of age."""

    def drafts(self, place: str, limit: int) -> Drafts:
        """Orders that stand in GP as drafts, from a place on, empty for the first; `limit` at most."""

    def in_review(self) -> Iterable[LedgerRow]: ...

    def with_status(self, status: Status) -> Iterable[LedgerRow]:
        """The rows of an unfinished status, the first due first; those that are done are in `ledger` alone."""

    def ledger(self) -> Iterable[LedgerRow]:
        """Every row, in no particular order. Reads all of State: for a person who asks, not for a schedule."""

    def mappings(self, keys: Iterable[MappingKey]) -> Mapping[MappingKey, str]:
        """The values of those keys that are mapped."""

    def map(self, key: MappingKey, value: str, by: str) -> None: ...

    def unmap(self, key: MappingKey, by: str) -> None:
        """Take a mapping away; nothing happens where there is none."""

    def mapped_in(self, kind: MappingKind) -> Mapping[MappingKey, str]:
        """Every key of a kind that is mapped, with its value, in the keys' order."""

    def mapped_to(self, kind: MappingKind, name: str) -> Sequence[MappingKey]:
        """The keys of a kind that are of that name in GP, in their order: which locations are a site, say."""

    def remember_aliases(self, document: DocumentId, aliases: Iterable[str]) -> None:
        """Make the document findable by any number a person might type."""

    def find(self, alias: str) -> Sequence[DocumentId]: ...

    def cursor(self, name: str) -> Cursor | None:
        """How far a poll has come; None where it never began."""

    def save_cursor(self, cursor: Cursor) -> Cursor:
        """Store the cursor and give it back with its new version."""

    def batch(self, family: str) -> Batch:
        """The batch of a family that is being filled; unstored where none has begun."""

    def save_batch(self, batch: Batch) -> Batch:
        """Store the batch and give it back with its new version."""


class Trail(Protocol):
    """One document's audit trail, for one run."""

    def record(self, what: str, facts: Mapping[str, str], payload: bytes = b"") -> Entry: ...


class Audit(Protocol):
    def trail(self, document: DocumentId, by: str) -> Trail: ...

    def entries(self, document: DocumentId) -> Sequence[Entry]: ...

    def payload(self, document: DocumentId, digest: str) -> bytes | None:
        """A payload as it was seen or sent; None once its retention is over, or where the document has none such."""


class Permits(Protocol):
    """Who may log in to GP, as a person sees it and clears it. What logs in holds a `LoginPermit`."""

    def show(self) -> Sequence[PermitRow]:
        """Every Windows account that ever asked, by its name."""

    def clear(self, account: str, by: str, why: str) -> PermitRow:
        """Allow logins again that were refused or in doubt; the row as it stands then."""


class Queue(Protocol):
    def send(self, messages: Iterable[tuple[Message, str]]) -> None:
        """Put messages on the queue, each in its document's group, with a deduplication id; all of them, or raise."""

    def depth(self) -> int:
        """About how many messages wait or are being worked on."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that its reader gave up on; `message` None where it cannot be read. It is removed by its `handle`."""

    id: str
    message: Message | None
    handle: str = field(repr=False)


class DeadLetters(Protocol):
    """What a queue's reader gave up on, after all its receives."""

    @property
    def name(self) -> str:
        """Of the queue whose dead letters these are."""

    def depth(self) -> int:
        """About how many there are."""

    def take(self) -> Sequence[DeadLetter]:
        """Some of them, ten at most, which nobody else gets for two minutes; none where there are no more."""

    def remove(self, letter: DeadLetter) -> None:
        """Have done with one that was taken."""


class TokenRows(Protocol):
    """The one row that says how the token stands. A save is conditional on the version read, else `RowMoved`."""

    def row(self) -> TokenRow: ...

    def save(self, row: TokenRow) -> TokenRow: ...


class SubscriptionRows(Protocol):
    """The webhook subscriptions that are ours. A save is conditional on the version read, else `RowMoved`."""

    def registration(self) -> Registration:
        """That webhooks are wanted, and where; unstored where nobody ever asked."""

    def save_registration(self, registration: Registration) -> Registration: ...

    def rows(self) -> Sequence[SubscriptionRow]: ...

    def save(self, row: SubscriptionRow) -> SubscriptionRow: ...


class Expectations(Protocol):
    """Corrections that ShipBob was asked for. A save is conditional on the version read, else `RowMoved`."""

    def open(self, item: str, site: str) -> Sequence[ExpectedCorrection]:
        """Those of an item at a site by their ids, but for what expired unanswered before all that events tell of."""

    def all(self) -> Sequence[ExpectedCorrection]:
        """Every one that is kept, by document and id. Reads all of State: for a person who asks, not for a schedule."""

    def save(self, expected: ExpectedCorrection) -> ExpectedCorrection: ...


class Gates(Protocol):
    """What keeps documents back: how each neighbour does, and what a person has paused.

    A save is conditional on the version read, else `RowMoved`.
    """

    def standing(self) -> Standing:
        """All of them as they stand now, in one read."""

    def save_health(self, row: Health) -> Health: ...
    def save_pause(self, row: Pause) -> Pause: ...


class StockPollRows(Protocol):
    """The one row of the poll of GP's stock. A save is conditional on the version read, else `RowMoved`."""

    def row(self) -> StockPoll: ...

    def save(self, row: StockPoll) -> StockPoll: ...


class StoredSecret(Protocol):
    """A secret that the bridge itself may replace: JSON text, of which nothing is ever printed."""

    def current(self) -> Secret:
        """The present version, at most five minutes old."""

    def afresh(self) -> Secret:
        """The present version, read now."""

    def store(self, text: str) -> Secret:
        """Make it the present version; durable when this returns."""


class AlertRows(Protocol):
    """What people were told of each cause of reviews. Written on condition of the version read, else `RowMoved`."""

    def rows(self) -> Sequence[AlertRow]: ...

    def save(self, row: AlertRow) -> AlertRow:
        """Store the row and give it back with its new version."""

    def forget(self, row: AlertRow) -> None:
        """Remove the row; one that is gone already is as well."""


class Notices(Protocol):
    """Tells people what waits for them. Nothing personal may be told."""

    def tell(self, subject: str, text: str) -> None:
        """Durable when this returns; when it raises, they may have heard of it or not."""


class Bell(Protocol):
    """Wakes another function of the stack."""

    def ring(self) -> None:
        """Have it run soon; it does not say when it has."""


class Ports(Protocol):
    """Everything at once, each made when first asked for."""

    @property
    def clock(self) -> Clock: ...
    @property
    def gp(self) -> Gp: ...
    @property
    def shipbob(self) -> ShipBob: ...
    @property
    def shipbob_in_background(self) -> ShipBob:
        """The same account, whose calls let live traffic go first."""

    @property
    def webhooks(self) -> Webhooks: ...
    @property
    def state(self) -> State: ...
    @property
    def audit(self) -> Audit: ...
    @property
    def permits(self) -> Permits: ...
    @property
    def token_rows(self) -> TokenRows: ...
    @property
    def subscription_rows(self) -> SubscriptionRows: ...
    @property
    def gates(self) -> Gates: ...
    @property
    def expectations(self) -> Expectations: ...
    @property
    def stock_poll(self) -> StockPollRows: ...
    @property
    def shipbob_secret(self) -> StoredSecret: ...
    @property
    def webhook_secret(self) -> StoredSecret: ...
    @property
    def authority(self) -> Authority: ...
    @property
    def keep_connected(self) -> Bell: ...
    @property
    def alerts(self) -> AlertRows: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def to_gp(self) -> Queue: ...
    @property
    def to_shipbob(self) -> Queue: ...
    @property
    def dead_letters(self) -> Sequence[DeadLetters]:
        """Of each queue."""

    @property
    def terms(self) -> Terms: ...
    @property
    def settle_time(self) -> dt.timedelta: ...
