"""Clock, state, audit and queue in memory: fakes that keep the ports' promises."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bridge.domain.document import DocumentId
from bridge.domain.gate import Gate
from bridge.domain.mapped import name_in_gp
from bridge.domain.message import Message
from bridge.domain.outcome import (
    Failure,
    MappingKey,
    MappingKind,
    RowMoved,
)
from bridge.ports import DeadLetter
from bridge.protocols.batches import Batch
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import SCHEMA, Drafts, LedgerRow, Status

from local.memory.points import Calls, Crash, point

REPEATS_REMEMBERED = dt.timedelta(minutes=5)  # SQS's own deduplication interval
VISIBILITY = dt.timedelta(seconds=1080)
RECEIVES_MAX = 5
LETTERS_AT_ONCE = 10
HIDDEN = dt.timedelta(minutes=2)


class MemoryClock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: dt.datetime) -> None:
        self._now = now

    def now(self) -> dt.datetime:
        return self._now

    def advance(self, time: dt.timedelta) -> None:
        assert time >= dt.timedelta(), "time does not go back"
        self._now += time

    def advance_to(self, moment: dt.datetime) -> None:
        self.advance(max(moment - self.now(), dt.timedelta()))


class MemoryState:
    """State: rows are values, every save is on condition of the version read."""

    def __init__(self, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.rows: dict[DocumentId, LedgerRow] = {}
        self.mapped: dict[MappingKey, str] = {}
        self._aliases: dict[str, set[DocumentId]] = defaultdict(set)
        self._cursors: dict[str, Cursor] = {}
        self._batches: dict[str, Batch] = {}
        self._batch_failures: deque[Failure] = deque()
        self._failures: deque[Failure] = deque()

    def fail_next(self, failure: Failure) -> None:
        """The next save fails so, and stores nothing."""
        self._failures.append(failure)

    @point("state.row")
    def row(self, document: DocumentId) -> LedgerRow:
        return self.rows.get(document) or LedgerRow(document)

    @point("state.save")
    def save(self, row: LedgerRow) -> LedgerRow:
        if self._failures:
            raise self._failures.popleft()
        stored = self.rows.get(row.document)
        if row.version != (stored.version if stored else 0):
            raise RowMoved("somebody else has written since the read")
        self.rows[row.document] = dataclasses.replace(row, version=row.version + 1, schema=SCHEMA)
        return self.rows[row.document]

    @point("state.due")
    def due(self, now: dt.datetime, limit: int) -> Sequence[LedgerRow]:
        due = [(row.due_at, row) for row in self.rows.values() if row.due_at is not None and row.due_at <= now]
        due = [(due_at, row) for due_at, row in due if row.gate is None]
        return [row for _, row in sorted(due, key=lambda pair: pair[0])][:limit]

    @point("state.at_gate")
    def at_gate(self, gate: Gate, limit: int) -> Sequence[LedgerRow]:
        there = [(row.due_at, row) for row in self.rows.values() if row.due_at is not None and row.gate is gate]
        return [row for _, row in sorted(there, key=lambda pair: pair[0])][:limit]

    @point("state.drafts")
    def drafts(self, place: str, limit: int) -> Drafts:
        there = [(f"{row.due_at.isoformat()} {row.document}", row) for row in self.rows.values() if row.due_at]
        looked_at = sorted(
            ((key, row) for key, row in there if row.gate is None and key > place), key=lambda pair: pair[0]
        )[: limit + 1]
        rows = tuple(row for _, row in looked_at[:limit] if row.is_draft)
        return Drafts(rows, looked_at[limit - 1][0] if len(looked_at) > limit else "")

    @point("state.in_review")
    def in_review(self) -> Iterable[LedgerRow]:
        return [row for row in self.rows.values() if row.status is Status.REVIEW]

    @point("state.with_status")
    def with_status(self, status: Status) -> Iterable[LedgerRow]:
        open_rows = [row for row in self.rows.values() if row.status is status and not row.is_finished]
        return sorted(open_rows, key=lambda row: (row.due_at is None, row.due_at))

    @point("state.ledger")
    def ledger(self) -> Iterable[LedgerRow]:
        return list(self.rows.values())

    @point("state.mappings")
    def mappings(self, keys: Iterable[MappingKey]) -> Mapping[MappingKey, str]:
        return {key: self.mapped[key] for key in keys if key in self.mapped}

    @point("state.map")
    def map(self, key: MappingKey, value: str, by: str) -> None:
        assert by, "a mapping says who made it"
        self.mapped[key] = value

    @point("state.unmap")
    def unmap(self, key: MappingKey, by: str) -> None:
        assert by, "whoever takes a mapping away says so"
        self.mapped.pop(key, None)

    @point("state.mapped_in")
    def mapped_in(self, kind: MappingKind) -> Mapping[MappingKey, str]:
        return {key: value for key, value in sorted(self.mapped.items()) if key.kind is kind}

    @point("state.mapped_to")
    def mapped_to(self, kind: MappingKind, name: str) -> Sequence[MappingKey]:
        return sorted(key for key, value in self.mapped.items() if key.kind is kind and name_in_gp(kind, value) == name)

    @point("state.remember_aliases")
    def remember_aliases(self, document: DocumentId, aliases: Iterable[str]) -> None:
        for text in aliases:
            if text.strip():
                self._aliases[_alias(text)].add(document)

    @point("state.find")
    def find(self, alias: str) -> Sequence[DocumentId]:
        return self.find_quietly(alias)

    def find_quietly(self, alias: str) -> Sequence[DocumentId]:
        """The same, without a port call."""
        return sorted(self._aliases.get(_alias(alias), ()))

    @point("state.cursor")
    def cursor(self, name: str) -> Cursor | None:
        return self._cursors.get(name)

    def cursors_quietly(self) -> Sequence[Cursor]:
        """All of them, without a port call."""
        return list(self._cursors.values())

    @point("state.save_cursor")
    def save_cursor(self, cursor: Cursor) -> Cursor:
        stored = self._cursors.get(cursor.name)
        if cursor.version != (stored.version if stored else 0):
            raise RowMoved("another run has moved the cursor")
        self._cursors[cursor.name] = dataclasses.replace(cursor, version=cursor.version + 1)
        return self._cursors[cursor.name]

    @point("state.batch")
    def batch(self, family: str) -> Batch:
        return self._batches.get(family) or Batch(family)

    def fail_next_batch(self, failure: Failure) -> None:
        """The next save of a batch fails so, and stores nothing."""
        self._batch_failures.append(failure)

    @point("state.save_batch")
    def save_batch(self, batch: Batch) -> Batch:
        if self._batch_failures:
            raise self._batch_failures.popleft()
        if batch.version != self._batches.get(batch.family, Batch(batch.family)).version:
            raise RowMoved("another writer has taken a place")
        self._batches[batch.family] = dataclasses.replace(batch, version=batch.version + 1)
        return self._batches[batch.family]


def _alias(text: str) -> str:
    return " ".join(text.split()).casefold().lstrip("#")


@dataclass(slots=True)
class Queued:
    """A message in its group. `visible_at` is when it may be received (again)."""

    message: Message
    repeat: str
    visible_at: dt.datetime
    receives: int = 0


class MemoryQueue:
    """SQS FIFO: repeats within five minutes dropped by group, one message of a group under way at a time."""

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self._clock = clock
        self._groups: dict[str, deque[Queued]] = {}
        self._accepted: dict[tuple[str, str], dt.datetime] = {}
        self._failures: deque[Failure] = deque()
        self.dead_letters: list[Message] = []
        self.unreadable: list[str] = []  # dead letters that nobody can read
        self.sent: list[Message] = []

    def fail_next(self, failure: Failure) -> None:
        """The next send fails so, and queues nothing."""
        self._failures.append(failure)

    @point("queue.send")
    def send(self, messages: Iterable[tuple[Message, str]]) -> None:
        if self._failures:
            raise self._failures.popleft()
        for message, repeat in messages:
            self._accept(message, repeat)

    def _accept(self, message: Message, repeat: str) -> None:
        now = self._clock.now()
        group = str(message.document)
        accepted = self._accepted.get((group, repeat))
        if accepted is not None and now - accepted < REPEATS_REMEMBERED:
            return
        self._accepted[group, repeat] = now
        carried = Message.from_json(message.to_json(), received_at=now)
        self.sent.append(carried)
        self._groups.setdefault(group, deque()).append(Queued(carried, repeat, now))

    @point("queue.depth")
    def depth(self) -> int:
        return sum(map(len, self._groups.values()))

    def waiting(self) -> list[Message]:
        """What lies on the queue, group by group."""
        return [queued.message for group in self._groups.values() for queued in group]

    def forget(self) -> None:
        """All that lies on the queue is lost, which SQS promises never to do."""
        self._groups.clear()

    def next_visible(self) -> dt.datetime | None:
        return min((group[0].visible_at for group in self._groups.values() if group), default=None)

    def deliver(self, handler: Callable[[Message], object]) -> list[BaseException]:
        """Hand over all that is visible, each group in its order; what was raised. What raises comes back later."""
        raised: list[BaseException] = []
        while (queued := self._receive()) is not None:
            group = self._groups[str(queued.message.document)]
            try:
                handler(queued.message)
            except (Exception, Crash) as failure:  # noqa: BLE001 - the queue brings back whatever raised
                raised.append(failure)
                self._come_back(group)
            else:
                group.popleft()
        return raised

    def receive(self) -> Queued | None:
        """Take the head of a group for as long as the visibility timeout; one received too often is a dead letter."""
        while (head := self._receive()) is not None:
            if head.receives < RECEIVES_MAX:
                head.receives += 1
                head.visible_at = self._clock.now() + VISIBILITY
                return head
            self.dead_letters.append(self._groups[str(head.message.document)].popleft().message)
        return None

    def delete(self, queued: Queued) -> None:
        """Have done with one that was received."""
        group = self._groups[str(queued.message.document)]
        if group and group[0] is queued:
            group.popleft()

    def _receive(self) -> Queued | None:
        now = self._clock.now()
        heads = (group[0] for group in self._groups.values() if group)
        return next((head for head in heads if head.visible_at <= now), None)

    def _come_back(self, group: deque[Queued]) -> None:
        head = group[0]
        head.receives += 1
        head.visible_at = self._clock.now() + VISIBILITY
        if head.receives >= RECEIVES_MAX:
            self.dead_letters.append(group.popleft().message)


class MemoryDeadLetters:
    """What the queue's reader gave up on. What was taken is hidden for two minutes."""

    def __init__(self, name: str, queue: MemoryQueue, clock: MemoryClock, calls: Calls | None = None) -> None:
        self.name = name
        self.calls = calls or Calls()
        self._queue = queue
        self._clock = clock
        self._hidden: dict[str, dt.datetime] = {}

    def _letters(self) -> list[DeadLetter]:
        letters = [DeadLetter(f"letter-{id(each)}", each, f"handle-{id(each)}") for each in self._queue.dead_letters]
        return [*letters, *(DeadLetter(f"letter-{body}", None, f"handle-{body}") for body in self._queue.unreadable)]

    @point("dead_letters.depth")
    def depth(self) -> int:
        return len(self._letters())

    @point("dead_letters.take")
    def take(self) -> Sequence[DeadLetter]:
        now = self._clock.now()
        seen = [letter for letter in self._letters() if self._hidden.get(letter.id, now) <= now]
        self._hidden |= {letter.id: now + HIDDEN for letter in seen[:LETTERS_AT_ONCE]}
        return seen[:LETTERS_AT_ONCE]

    @point("dead_letters.remove")
    def remove(self, letter: DeadLetter) -> None:
        letters = self._queue.dead_letters
        letters[:] = [each for each in letters if f"handle-{id(each)}" != letter.handle]
        self._queue.unreadable[:] = [body for body in self._queue.unreadable if f"handle-{body}" != letter.handle]
