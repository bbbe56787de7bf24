"""One attempt at one document, and the only place that decides what a failure means.

Every attempt ends in a named place: *Done*, *Unchanged*, *Waiting*, *Review*; or it is a bug, the row is marked broken
and the queue tries again until its dead-letter queue. The outcome is in the audit before the ledger closes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, assert_never

from bridge.domain import topics
from bridge.domain.document import DocumentKind
from bridge.domain.message import Message, Snapshot
from bridge.domain.outcome import (
    Done,
    Misconfigured,
    NeedsReview,
    Outcome,
    Reason,
    Refused,
    RowMoved,
    Transient,
    Unchanged,
    UnknownOutcome,
    Waiting,
    Withheld,
)
from bridge.mapping import refusals
from bridge.ports import Ports, Trail
from bridge.protocols import freshness, reviews, waiting
from bridge.protocols.freshness import Look
from bridge.protocols.intent import lose
from bridge.protocols.ledger import SCHEMA, LedgerRow, Status

REVIEWED_AGAIN_AFTER = dt.timedelta(days=1)  # what a person changed in GP or ShipBob shows without anybody's telling
DRY_AGAIN_AFTER = dt.timedelta(days=1)  # what would be written then may be another
BROKEN_AGAIN_AFTER = dt.timedelta(hours=6)  # after the queue's own five receives are spent


class Work:
    """What a flow holds while it works on a document: the message, the ports, the trail, and the row as last saved.

    `began` is the attempt's own moment. `snapshot` is there if the message brought one that is good enough to go by.
    """

    def __init__(self, message: Message, ports: Ports, row: LedgerRow, snapshot: Snapshot | None = None) -> None:
        self.message = message
        self.ports = ports
        self.row = row
        self.snapshot = snapshot
        self.began = ports.clock.now()
        self.batches: dict[str, str] = {}  # in which this attempt has taken a place, by the letter of their family
        self._trail: Trail | None = None

    def save(self, **changes: Any) -> None:
        """Store the row with these fields changed."""
        self.row = self.ports.state.save(replace(self.row, **changes))

    def record(self, what: str, facts: Mapping[str, str], payload: bytes = b"") -> None:
        """Add an entry to the document's audit trail."""
        if self._trail is None:
            self._trail = self.ports.audit.trail(self.message.document, by=self.message.origin or self.message.reason)
        self._trail.record(what, facts, payload)

    def stop_if_closed(self) -> None:
        """A document whose review a person closed is not written: as it stood then, it is in GP by their hand."""
        if self.row.closed:
            raise Closed


class Closed(Exception):
    """The flow would write a document that a person has closed."""


type Flow = Callable[[Work], Outcome]


def attempt(flows: Mapping[DocumentKind, Flow]) -> Callable[[Message, Ports], Outcome]:
    """The flow of each kind of document, answering messages: stale hints cost nothing, all else is written down."""

    def answer(message: Message, ports: Ports) -> Outcome:
        row = ports.state.row(message.document)
        if row.schema > SCHEMA:
            return Waiting("newer code wrote the row; it waits for that code")
        look = freshness.look(message, row, ports.clock.now())
        work = Work(message, ports, row, message.snapshot if look is Look.SNAPSHOT else None)
        seen = {"reason": message.reason, "seen_at": message.seen_at.isoformat()}
        if look is Look.NOTHING:
            if topics.topic_of(message.reason):  # a row of a poll comes again in the next
                work.record("seen", seen | {"known already": "ShipBob was read after it came"})
            return Unchanged("what it tells was known already")
        work.record("seen", seen)
        if freshness.is_only_audited(message, row):
            return Unchanged("it changes nothing in GP")
        outcome = _unless_closed(flows[message.document.kind], work)
        _close(work, outcome)
        return outcome

    return answer


def _unless_closed(flow: Flow, work: Work) -> Outcome:
    """What a person has closed is not written, and needs no review as long as it stands as it did."""
    try:
        outcome = _decide(flow, work)
    except Closed:
        outcome = NeedsReview((reviews.changed_since(work.message.document),))
    is_settled = isinstance(outcome, NeedsReview) and reviews.is_as_closed(work.row)
    return Unchanged("a person closed its review, and it is as it was then") if is_settled else outcome


def _decide(flow: Flow, work: Work) -> Outcome:
    try:
        return flow(work)
    except Withheld as withheld:
        return _withheld(work, withheld)
    except Transient as failure:
        return Waiting(str(failure), after=failure.after)
    except UnknownOutcome as failure:
        return Waiting(str(failure))
    except Misconfigured as failure:
        return Waiting(str(failure), needs_repair=True)
    except Refused as failure:
        return _refused(work, failure)
    except (RowMoved, Closed):
        raise
    except Exception as bug:
        _mark_broken(work, bug)
        raise


def _withheld(work: Work, withheld: Withheld) -> Waiting:
    """Keep what would have been sent. The document waits, so that going live skips none."""
    sent = withheld.request
    facts = {"call": withheld.call, "number": work.row.number, "digest": hashlib.sha256(sent).hexdigest()}
    work.record("would write", facts, sent)
    return Waiting("a dry run: nothing is written", work.ports.clock.now() + DRY_AGAIN_AFTER)


def _refused(work: Work, refusal: Refused) -> NeedsReview:
    """What is repaired on a card is tried again the next night: whoever repairs it does not think of us."""
    remedy = refusals.REMEDIES[refusal.kind]
    night = reviews.next_night(work.ports.clock.now(), work.ports.terms.zone)
    return NeedsReview((refusals.reason(refusal),), look_at=night if remedy.is_master_data else None)


def _mark_broken(work: Work, bug: Exception) -> None:
    """Give the row a due time before the queue takes over, so that a bug can be late but never forgotten."""
    work.record("broken", {"error": type(bug).__name__})
    work.save(status=Status.BROKEN, due_at=work.ports.clock.now() + BROKEN_AGAIN_AFTER)


def _close(work: Work, outcome: Outcome) -> None:
    """The outcome into the audit, then into the row."""
    now = work.ports.clock.now()
    match outcome:
        case Done(note, look_at) | Unchanged(note, look_at):
            work.record(_word(outcome), {"note": note})
            work.save(
                status=Status.DONE,
                due_at=look_at,
                intent=None,
                waits=0,
                waiting_since=None,
                reasons=(),
                opened_at=None,
            )
        case Waiting():
            _wait(work, outcome, now)
        case NeedsReview(reasons, look_at):
            _open_review(work, reasons, look_at or now + REVIEWED_AGAIN_AFTER)
        case _:
            assert_never(outcome)


def _word(outcome: Outcome) -> str:
    return type(outcome).__name__.lower()


def _wait(work: Work, outcome: Waiting, now: dt.datetime) -> None:
    since = work.row.waiting_since or now
    if outcome.until is None and waiting.is_exhausted(since, now):
        days = waiting.PATIENCE.days
        reason = Reason(
            f"Waited {days} days: {outcome.why}", "Repair what it waits for; it is looked at again every day"
        )
        _open_review(work, (reason,), now + REVIEWED_AGAIN_AFTER, waiting_since=since)
        return
    due_at, waits = _next_try(work, outcome, now)
    work.record("waiting", {"why": outcome.why, "until": due_at.isoformat()})
    # A write still in the air stays unknown: nothing is written to the document before it is settled.
    lost = lose(work.row.intent) if work.row.intent else None
    status = Status.UNKNOWN if lost else Status.WAITING
    work.save(status=status, intent=lost, waits=waits, waiting_since=since, due_at=due_at, reasons=())


def _next_try(work: Work, outcome: Waiting, now: dt.datetime) -> tuple[dt.datetime, int]:
    """When to try again, and the tries so far. A hint that came before the time does not put the next try off."""
    row = work.row
    if outcome.until is not None:
        return outcome.until, row.waits + 1
    if row.status is Status.WAITING and row.due_at is not None and row.due_at > now:
        return row.due_at, row.waits
    return max(waiting.next_try(row.waits, now), now + outcome.after), row.waits + 1


def _open_review(
    work: Work, reasons: tuple[Reason, ...], look_at: dt.datetime, waiting_since: dt.datetime | None = None
) -> None:
    """Open the document's review, or say anew what it is about; the same as before is no news to its trail."""
    if reviews.is_news(work.row, reasons):
        work.record("review", {f"reason {number}": reason.text for number, reason in enumerate(reasons, start=1)})
    work.save(
        status=Status.REVIEW,
        reasons=reasons,
        opened_at=work.row.opened_at or work.ports.clock.now(),
        waits=0,
        waiting_since=waiting_since,
        due_at=look_at,
    )
