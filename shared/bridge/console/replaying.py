"""Have documents looked at again, free of any front end: named, chosen by what is so of them, or given up on before.

A replay is a hint like any other, and enters by the front of the queue: the document is read as it is now, compared
with what was last written, and the difference written. So it may be asked for as often as anybody likes, and what a
crash leaves undone of it is asked for again. Who asked and why is in each document's trail once it is looked at.

As recorded, the document is not read: the newest image in its trail is gone by, for as long as it is the newest.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import LEFT_ALONE, REPLAY, Message, Snapshot
from bridge.domain.outcome import Reason
from bridge.flows.paging import SHALLOW
from bridge.flows.queues import queue_of, send
from bridge.flows.recalling import READ, NotGoneBy, newest_read, recall
from bridge.ports import DeadLetters, Ports, Queue
from bridge.protocols.ledger import LedgerRow, Status

AT_ONCE = 50  # documents put onto a queue before it is asked again how deep it is
COUNTED_LATE = dt.timedelta(minutes=1)  # by SQS: what was sent meanwhile is taken for still there

type Pause = Callable[[], bool]  # waits a moment for the queue to be worked on; False: no longer


@dataclass(frozen=True, slots=True)
class Choice:
    """Which documents: all that is given must be so of them. From `since` on and before `until` they were last read.

    `reason` is some words of what a review says, `cause` what lies behind it: its mapping, as `sku/WIDGET-RED`, or its
    word.
    """

    statuses: frozenset[Status] = frozenset()
    kinds: frozenset[DocumentKind] = frozenset()
    reason: str = ""
    cause: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def is_empty(self) -> bool:
        return self == Choice()

    def takes(self, row: LedgerRow) -> bool:
        """Is all of it so of the row?"""
        is_of_them = (not self.statuses or row.status in self.statuses) and (
            not self.kinds or row.document.kind in self.kinds
        )
        return is_of_them and self._takes_reasons(row.reasons) and self._takes_time(row.read_at)

    def _takes_reasons(self, reasons: Sequence[Reason]) -> bool:
        has_words = any(self.reason.casefold() in reason.text.casefold() for reason in reasons)
        has_cause = any(self.cause in (reason.cause, str(reason.waits_for or "")) for reason in reasons)
        return (not self.reason or has_words) and (not self.cause or has_cause)

    def _takes_time(self, read_at: dt.datetime | None) -> bool:
        if self.since is None and self.until is None:
            return True
        return (
            read_at is not None
            and (self.since is None or self.since <= read_at)
            and (self.until is None or read_at < self.until)
        )


def choose(ports: Ports, choice: Choice) -> list[LedgerRow]:
    """The rows of the documents that are chosen, those not read for the longest first.

    Unfinished ones are found by their status; where what is done may be among them, the whole ledger is read.
    """
    if choice.is_empty:
        raise ValueError("name documents, or say which: by status, kind, reason, cause or time")
    statuses = choice.statuses or ({Status.REVIEW} if choice.reason or choice.cause else frozenset(Status))
    if Status.DONE in statuses:
        rows: Iterable[LedgerRow] = ports.state.ledger()
    else:
        rows = (row for status in sorted(statuses) for row in ports.state.with_status(status))
    return sorted(filter(choice.takes, rows), key=lambda row: (row.read_at is not None, row.read_at, row.document))


def rows_of(ports: Ports, documents: Sequence[DocumentId]) -> list[LedgerRow]:
    """The rows of documents that a person named, each once, in their order; one may be new."""
    return [ports.state.row(document) for document in dict.fromkeys(documents)]


def replay(
    ports: Ports, documents: Sequence[DocumentId], by: str, why: str, pause: Pause, as_recorded: int | None = None
) -> Iterator[Sequence[DocumentId]]:
    """Put the documents onto their queues while these are shallow, some at a time; gives those just put.

    Live documents are never far behind them. Ends early where `pause` says so; what was not given is not queued.
    """
    for queue in (ports.to_gp, ports.to_shipbob):
        own = [document for document in documents if queue_of(ports, document) is queue]
        for some in _paced(ports, queue, own, pause):
            replay_at_once(ports, some, by, why, as_recorded)
            yield some


def replay_at_once(
    ports: Ports, documents: Sequence[DocumentId], by: str, why: str, as_recorded: int | None = None
) -> None:
    """Put the documents onto their queues, however deep these are: for the few that a person waits for.

    `as_recorded`: by what that entry of the trail shows, 0 for the newest image; a ValueError where that cannot be.
    """
    now, reason = ports.clock.now(), _reason(why)
    hints = [_hint(ports, document, reason, by, now) for document in documents]
    if as_recorded is not None:
        hints = [replace(hint, as_recorded=_entry(ports, hint.document, as_recorded)) for hint in hints]
    send(ports, [(hint, _repeat(hint.document, now)) for hint in hints])


def _entry(ports: Ports, document: DocumentId, entry: int) -> int:
    """The entry whose image is gone by; 0 of a stock event, which always is as it was recorded."""
    if document.kind is DocumentKind.STOCK:
        return 0
    try:
        number = entry or newest_read(ports, document).number
        recall(ports, document, number)
    except NotGoneBy as why_not:
        raise ValueError(f"{document} cannot be gone by as recorded: {why_not}") from None
    return number


def is_recorded(ports: Ports, document: DocumentId) -> bool:
    """Is there an image of it that it can be decided on by?"""
    try:
        _entry(ports, document, 0)
    except ValueError:
        return False
    return True


def _reason(why: str) -> str:
    if not why.strip():
        raise ValueError("to have documents looked at again needs a reason")
    return f"{REPLAY}: {why.strip()}"


def _repeat(document: DocumentId, now: dt.datetime) -> str:
    return f"{REPLAY}/{document}/{now.isoformat()}"


def _hint(ports: Ports, document: DocumentId, reason: str, by: str, now: dt.datetime) -> Message:
    """A stock event is found in no list by its id and never changes: what was recorded of it goes along."""
    snapshot = recorded(ports, document) if document.kind is DocumentKind.STOCK else None
    return Message(document, reason, by, now, snapshot)


def recorded(ports: Ports, document: DocumentId, entry: int = 0) -> Snapshot | None:
    """The document as it was read from ShipBob, in the newest entry of its trail that shows it, or the one numbered.

    None where there is none such, or its payload is no longer kept.
    """
    shown = [
        each
        for each in ports.audit.entries(document)
        if each.what == READ and each.payload_digest and entry in (0, each.number)
    ]
    image = ports.audit.payload(document, shown[-1].payload_digest) if shown else None
    return None if image is None else Snapshot(image, shown[-1].at, shown[-1].at)


@dataclass
class _Room:
    """How many messages a queue takes before it is no longer shallow."""

    ports: Ports
    queue: Queue
    sent: deque[tuple[dt.datetime, int]] = field(default_factory=deque)

    def left(self) -> int:
        """What was sent within the last minute may not be counted yet."""
        long_ago = self.ports.clock.now() - COUNTED_LATE
        while self.sent and self.sent[0][0] <= long_ago:
            self.sent.popleft()
        return SHALLOW - max(self.queue.depth(), sum(count for _, count in self.sent))

    def take(self, count: int) -> None:
        self.sent.append((self.ports.clock.now(), count))


def _paced[T](ports: Ports, queue: Queue, given: Sequence[T], pause: Pause) -> Iterator[Sequence[T]]:
    """Some at a time, and the next only while the queue is shallow."""
    room = _Room(ports, queue)
    rest = list(given)
    while rest:
        count = min(AT_ONCE, room.left(), len(rest))
        if count > 0:
            room.take(count)
            yield rest[:count]
            del rest[:count]
        elif not pause():
            return


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of a dead letter: its document is queued, or, where it is None, nobody can read it and it stays."""

    queue: str
    letter: str
    document: DocumentId | None


def redrive(ports: Ports, by: str, why: str, pause: Pause) -> Iterator[Redriven]:
    """Put back what the queues' readers gave up on, each as a replay, with all it carried.

    A letter is removed once its replay is queued, so that a crash between the two makes two replays, and loses none.
    """
    reason = _reason(why)
    for letters in ports.dead_letters:
        yield from _redrive(ports, letters, by, reason, pause)


def _redrive(ports: Ports, letters: DeadLetters, by: str, reason: str, pause: Pause) -> Iterator[Redriven]:
    unread: set[str] = set()
    while taken := [letter for letter in letters.take() if letter.id not in unread]:
        for letter in taken:
            if letter.message is None:
                unread.add(letter.id)
                yield Redriven(letters.name, letter.id, None)
                continue
            queue = queue_of(ports, letter.message.document)
            if not _is_shallow(queue, pause):
                return
            again = replace(letter.message, reason=_with(reason, letter.message), origin=by, seen_at=ports.clock.now())
            queue.send([(again, f"{REPLAY}/{letter.id}")])
            letters.remove(letter)
            yield Redriven(letters.name, letter.id, again.document)


def _with(reason: str, message: Message) -> str:
    """Why it goes back. A person's word that a document is not to be sent stands: this takes nobody's word back."""
    return f"{message.reason}; {reason}" if message.reason.startswith(LEFT_ALONE) else reason


def _is_shallow(queue: Queue, pause: Pause) -> bool:
    """Dead letters go one by one, which is slow enough for SQS to count them."""
    while queue.depth() >= SHALLOW:
        if not pause():
            return False
    return True
