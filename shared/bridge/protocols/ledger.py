"""One row for each document: what we call it in GP, what is under way, and when it is due again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from bridge.domain.document import DocumentId
from bridge.domain.message import Message
from bridge.domain.outcome import Reason
from bridge.protocols.intent import Intent

SCHEMA = 1  # a row written by newer code than this waits until that code runs


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
class LedgerRow:
    """`version` 0 means not stored yet. `fingerprint` is of the document last known written in GP."""

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
    waits: int = 0
    waiting_since: dt.datetime | None = None
    due_at: dt.datetime | None = None
    reasons: tuple[Reason, ...] = ()
    opened_at: dt.datetime | None = None

    @property
    def is_finished(self) -> bool:
        return self.status is Status.DONE

    def is_due(self, now: dt.datetime) -> bool:
        return self.due_at is not None and self.due_at <= now


def is_stale(message: Message, row: LedgerRow, now: dt.datetime) -> bool:
    """Was the fact behind `message` seen before the last read began? Then that read has told us already.

    Never stale: a person's wish, a row that a crash left in the air or a bug left broken, or whose time has come.
    """
    if (
        message.is_replay
        or row.read_at is None
        or row.status in IN_THE_AIR
        or row.status is Status.BROKEN
        or row.is_due(now)
    ):
        return False
    return message.seen_at < row.read_at
