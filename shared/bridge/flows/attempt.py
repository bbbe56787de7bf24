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
from bridge.domain.gate import BY_CHOICE, NEIGHBOURS, PAUSES, Gate
from bridge.domain.message import DUE, Message, Snapshot
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
from bridge.flows.gates import Keeper, Passage, Shut
from bridge.flows.recalling import RECALLED, NotGoneBy, check, recall
from bridge.mapping import refusals
from bridge.ports import Ports, Trail
from bridge.protocols import freshness, reviews, waiting
from bridge.protocols.freshness import Look
from bridge.protocols.intent import is_in_the_air, lose
from bridge.protocols.ledger import SCHEMA, LedgerRow, Status

REVIEWED_AGAIN_AFTER = dt.timedelta(days=1)  # what a person changed in GP or ShipBob shows without anybody's telling
AT_GATE_AGAIN_AFTER = dt.timedelta(days=1)  # also where nobody opens it; what would be written then may be another
SHUT_UNREAD = frozenset(Gate) - {Gate.DRY_RUN}  # a dry run alone has decided all there is to decide
OPENED_BY = {
    Gate.GP: "GP answers again",
    Gate.SHIPBOB: "ShipBob answers again",
    **dict.fromkeys(PAUSES, "somebody has it go on"),
    Gate.DRY_RUN: "the stack goes live",
}
UNFINISHED_AGAIN_AFTER = dt.timedelta(hours=1)  # the queue brings it back sooner, unless its message is gone
BROKEN_AGAIN_AFTER = dt.timedelta(hours=6)  # after the queue's own five receives are spent


class Work:
    """What a flow holds while it works on a document: the message, the ports, the trail, and the row as last saved.

    `began` is the attempt's own moment. `snapshot` is there if the message brought one that is good enough to go by, or
    asked for what the trail holds.
    """

    def __init__(self, message: Message, ports: Ports, row: LedgerRow, snapshot: Snapshot | None = None) -> None:
        self.message = message
        self.ports = ports
        self.row = row
        self.snapshot = snapshot
        self.recalled = 0  # the entry of the trail that `snapshot` is from
        self.began = ports.clock.now()
        self.batches: dict[str, str] = {}  # in which this attempt has taken a place, by the letter of their family
        self._trail: Trail | None = None

    @property
    def wish(self) -> int:
        """The entry of the trail whose image a person wants to be gone by, in this message or in one before it."""
        return self.message.as_recorded or (self.row.as_recorded if self.message.reason == DUE else 0)

    def save(self, **changes: Any) -> None:
        """Store the row with these fields changed. With a new status it stands before no gate, unless that is said.

        A row that is not finished has a due time from its first save on, whoever ends the run after that.
        """
        moved = {"gate": None} if "status" in changes else {}
        row = replace(self.row, **moved | changes)
        if not row.is_finished and row.due_at is None:
            row = replace(row, due_at=self.began + UNFINISHED_AGAIN_AFTER)
        self.row = self.ports.state.save(row)

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


class Unkept(Transient):
    """What only the message tells could not be written down: the queue is to keep it."""


type Flow = Callable[[Work], Outcome]


def attempt(flows: Mapping[DocumentKind, Flow]) -> Callable[[Message, Ports], Outcome]:
    """The flow of each kind of document, answering messages: stale hints cost nothing, all else is written down.

    What it learns of the gates it keeps from one message to the next.
    """
    keeper = Keeper()

    def answer(message: Message, ports: Ports) -> Outcome:
        row = ports.state.row(message.document)
        if row.schema > SCHEMA:
            return _left_to_newer_code(message)
        look = freshness.look(message, row, ports.clock.now())
        passage = Passage(keeper, ports, message.document)
        work = Work(message, passage.as_ports, row, message.snapshot if look is Look.SNAPSHOT else None)
        if (known := _known(work, look)) is not None:
            return known
        stopped = keeper.stop(message, row, ports)
        if stopped is not None and _stands_there_already(work, stopped):
            return stopped
        _record_seen(work)
        outcome = stopped or _unless_in_the_air(work, _unless_closed(flows[message.document.kind], work))
        _close(work, outcome)
        keeper.note(passage)
        return outcome

    return answer


def _left_to_newer_code(message: Message) -> Waiting:
    """The row, which newer code wrote, stays as it is."""
    why = "newer code wrote the row; it waits for that code"
    if message.reason == DUE:  # the row tells the sweep as much again
        return Waiting(why)
    raise Unkept(why)


def _known(work: Work, look: Look) -> Unchanged | None:
    """Why the message leads to nothing: the row stays as it is."""
    message = work.message
    if look is Look.NOTHING:
        if topics.topic_of(message.reason):  # a row of a poll comes again in the next
            _record_seen(work, {"known already": "ShipBob was read after it came"})
        return Unchanged("what it tells was known already")
    if freshness.is_only_audited(message, work.row):
        _record_seen(work)
        return Unchanged("it changes nothing in GP")
    why_not = _recall(work)
    if not why_not or not message.as_recorded:
        return None
    _record_seen(work)
    work.record(RECALLED, {"entry": str(message.as_recorded), "not gone by": why_not})
    return Unchanged(f"{RECALLED}: not gone by, {why_not}")


def _recall(work: Work) -> str:
    """Have the flow go by what the trail shows, if a person has asked for that: why not, where that is not possible.

    The wish stands until the document is done or before a person: what it waits for may last, or its process end.
    """
    entry = work.wish
    if not entry:
        return ""
    try:
        snapshot = recall(work.ports, work.message.document, entry)
        check(work.ports, work.message.document, snapshot.image)
    except NotGoneBy as why_not:
        return str(why_not)
    work.snapshot, work.recalled = snapshot, entry
    work.row = replace(work.row, as_recorded=entry)
    return ""


def _record_seen(work: Work, facts: Mapping[str, str] | None = None) -> None:
    message = work.message
    seen = {"reason": message.reason, "seen_at": message.seen_at.isoformat()}
    wish = {RECALLED: f"entry {work.wish}"} if work.wish else {}
    work.record("seen", seen | wish | dict(facts or {}))


def _unless_closed(flow: Flow, work: Work) -> Outcome:
    """What a person has closed is not written, and needs no review as long as it stands as it did."""
    try:
        outcome = _decide(flow, work)
    except Closed:
        outcome = NeedsReview((reviews.changed_since(work.message.document),))
    is_settled = isinstance(outcome, NeedsReview) and reviews.is_as_closed(work.row)
    return Unchanged("a person closed its review, and it is as it was then") if is_settled else outcome


def _unless_in_the_air(work: Work, outcome: Outcome) -> Outcome:
    """Nothing ends with a write of which nobody knows what became, whoever says that nothing is to be done."""
    if isinstance(outcome, Done | Unchanged) and is_in_the_air(work.row.intent):
        return Waiting(f"a write may still arrive: {outcome.note}")
    return outcome


def _stands_there_already(work: Work, stopped: Waiting) -> bool:
    """Is it nothing but a look whether the gate is open, which it is not? That leaves no trace."""
    row = work.row
    return work.message.reason == DUE and row.gate is stopped.gate and not row.is_due(work.began)


def _decide(flow: Flow, work: Work) -> Outcome:
    try:
        return flow(work)
    except (Unkept, RowMoved, Closed):
        raise
    except (Shut, Withheld) as kept_back:
        return kept_back.waiting if isinstance(kept_back, Shut) else _withheld(work, kept_back)
    except Transient as failure:
        return Waiting(str(failure), after=failure.after)
    except UnknownOutcome as failure:
        return Waiting(str(failure))
    except Misconfigured as failure:
        return Waiting(str(failure), needs_repair=True)
    except Refused as failure:
        return _refused(work, failure)
    except Exception as bug:
        _mark_broken(work, bug)
        raise


def _withheld(work: Work, withheld: Withheld) -> Waiting:
    """Keep what would have been sent. The document waits, so that going live skips none."""
    sent = withheld.request
    facts = {"call": withheld.call, "number": work.row.number, "digest": hashlib.sha256(sent).hexdigest()}
    work.record("would write", facts, sent)
    again = work.ports.clock.now() + AT_GATE_AGAIN_AFTER
    return Waiting("a dry run: nothing is written", again, gate=Gate.DRY_RUN)


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
                as_recorded=0,
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
    since = _waiting_since(work.row, outcome.gate, now)
    if since is not None and outcome.until is None and waiting.is_exhausted(since, now):
        days = waiting.PATIENCE.days
        reason = Reason(
            f"Waited {days} days: {outcome.why}", "Repair what it waits for; it is looked at again every day"
        )
        _open_review(work, (reason,), now + REVIEWED_AGAIN_AFTER, waiting_since=since)
        return
    due_at, waits = _next_try(work, outcome, since or now)
    until = OPENED_BY[outcome.gate] if outcome.gate in OPENED_BY else due_at.isoformat()
    work.record("waiting", {"why": outcome.why, "until": until})
    changes: dict[str, Any] = {"waits": waits, "waiting_since": since, "due_at": due_at, "gate": outcome.gate}
    if outcome.gate in SHUT_UNREAD and work.row.status in (Status.REVIEW, Status.BROKEN):
        work.save(**changes)  # nobody has looked: what a person has to decide or to repair is as it was
        return
    # A write still in the air stays unknown: nothing is written to the document before it is settled.
    lost = lose(work.row.intent) if work.row.intent else None
    status = Status.UNKNOWN if lost else Status.WAITING
    work.save(status=status, intent=lost, reasons=(), **changes)


def _waiting_since(row: LedgerRow, gate: Gate | None, now: dt.datetime) -> dt.datetime | None:
    """Since when an outage lasts. What the company chose is none; a night's quiet neither begins nor ends one."""
    if gate in BY_CHOICE:
        return None
    return row.waiting_since if gate is Gate.QUIET_HOURS else row.waiting_since or now


def _next_try(work: Work, outcome: Waiting, since: dt.datetime) -> tuple[dt.datetime, int]:
    """When to try again, and the tries so far. A hint that came before the time does not put the next try off.

    Before a gate it stands in order of age, and goes on when that is opened; the time is for when nobody does.
    """
    row, now = work.row, work.ports.clock.now()
    if outcome.until is not None:
        return outcome.until, row.waits + (outcome.gate is None)
    if outcome.gate in NEIGHBOURS:
        return since + waiting.PATIENCE, row.waits
    is_waiting = row.status is Status.WAITING or row.gate is not None
    if is_waiting and row.gate is outcome.gate and row.due_at is not None and row.due_at > now:
        return row.due_at, row.waits
    if outcome.gate is not None:
        return now + AT_GATE_AGAIN_AFTER, row.waits
    return max(waiting.next_try(row.waits, now), now + outcome.after), row.waits + 1


def _open_review(
    work: Work, reasons: tuple[Reason, ...], look_at: dt.datetime, waiting_since: dt.datetime | None = None
) -> None:
    """Open the document's review, or say anew what it is about; the same as before is no news to its trail."""
    now = work.ports.clock.now()
    if reviews.is_news(work.row, reasons):
        work.record("review", {f"reason {number}": reason.text for number, reason in enumerate(reasons, start=1)})
    work.save(
        status=Status.REVIEW,
        reasons=reasons,
        opened_at=work.row.opened_at or now,
        waits=0,
        waiting_since=waiting_since,
        due_at=reviews.next_look(work.row.intent, look_at, now),
        as_recorded=0,
    )
