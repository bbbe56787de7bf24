"""One row for each document: what we call it in GP, what is under way, and when it is due again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.outcome import Reason
from bridge.domain.store_amounts import StoreAmounts
from bridge.protocols.intent import Intent

SCHEMA = 2  # a row written by newer code than this waits until that code runs

NONE_IN_GP = "none"  # a person's word that nothing in GP is this document


class Status(StrEnum):
    """Where a document stands. All but `DONE` are unfinished and carry a due time; a draft that is done carries one
    too, because it will ship one day."""

    NEW = "new"
    SENDING = "sending"
    UNKNOWN = "unknown"
    WAITING = "waiting"
    REVIEW = "review"
    BROKEN = "broken"
    DONE = "done"


IN_THE_AIR = frozenset({Status.SENDING, Status.UNKNOWN})


@dataclass(frozen=True, slots=True)
class Part:
    """One of several documents that one became: an invoice of an order, a receiving order of a transfer.

    `key` says of what it is (a shipment's id, a site), `number` what it is called there, `fingerprint` what was
    written.
    """

    key: str
    number: str
    fingerprint: str = ""


def with_part(parts: tuple[Part, ...], part: Part) -> tuple[Part, ...]:
    """The parts with this one, in the place of what was known of it before."""
    known = {each.key: each for each in parts}
    return tuple((known | {part.key: part}).values())


@dataclass(frozen=True, slots=True)
class Drafts:
    """Some of the orders that stand in GP as drafts. `next` is where the rest is to be asked for; empty after the last.

    There may be none among those that were looked at, and a rest all the same.
    """

    rows: tuple[LedgerRow, ...]
    next: str = ""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """`version` 0 means not stored yet. `fingerprint` is of the document last known written in GP.

    `read_at` and `read_until` are the start and the end of the last read of the document at ShipBob, by a call or in a
    list; `image_digest` is of what that read, or the list that led to it, showed, `shown` of what it meant, however it
    was spelt. `closed`: what the document was when a person closed its review. `mode` is how the document is recorded,
    as it began; `dated` the day it was moved to, out of a closed period. `written` is what the document said when it
    was last written, `planned` what it will say after the write that is in the air. `store_amounts` is what the shop's
    own order said of the money when it was written; `adopted` what a person said stands for it in GP, or `NONE_IN_GP`.
    `as_recorded` is the entry of the trail whose image a person wants to be gone by, until that has come to an end.
    """

    document: DocumentId
    version: int = 0
    schema: int = SCHEMA
    status: Status = Status.NEW
    number: str = ""
    fingerprint: str = ""
    intent: Intent | None = None
    was_seen_in_gp: bool = False
    draft_batch: str = ""
    draft_hold: str = ""
    ready_batch: str = ""
    read_at: dt.datetime | None = None
    read_until: dt.datetime | None = None
    image_digest: str = ""
    waits: int = 0
    waiting_since: dt.datetime | None = None
    due_at: dt.datetime | None = None
    reasons: tuple[Reason, ...] = ()
    opened_at: dt.datetime | None = None
    mode: str = ""
    dated: dt.date | None = None
    parts: tuple[Part, ...] = ()
    written: str = ""
    planned: str = ""
    store_amounts: StoreAmounts | None = None
    adopted: str = ""
    shown: str = ""
    closed: str = ""
    gate: Gate | None = None
    as_recorded: int = 0

    @property
    def is_finished(self) -> bool:
        return self.status is Status.DONE

    @property
    def is_draft(self) -> bool:
        """Is it in GP as it should be, and will it ship one day?"""
        return self.is_finished and self.due_at is not None and self.document.kind is DocumentKind.ORDER

    def is_due(self, now: dt.datetime) -> bool:
        return self.due_at is not None and self.due_at <= now
