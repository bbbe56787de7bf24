"""The audit in memory: a fake that keeps the port's promises."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from bridge.domain.document import DocumentId
from bridge.domain.outcome import RowMoved, Transient
from bridge.protocols.trail import Entry, link

from local.memory.points import Calls, point

if TYPE_CHECKING:
    from local.memory.stores import MemoryClock


class MemoryAudit:
    """Audit: chained entries, one a number, and payloads apart."""

    def __init__(self, clock: MemoryClock, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.clock = clock
        self.stored: dict[str, list[Entry]] = {}
        self.payloads: dict[str, bytes] = {}
        self.refuses = ""  # what is not taken into a trail at present

    def trail(self, document: DocumentId, by: str) -> MemoryTrail:
        return MemoryTrail(self, str(document), by)

    def entries(self, document: DocumentId) -> Sequence[Entry]:
        return list(self.stored.get(str(document), ()))

    def payload(self, document: DocumentId, digest: str) -> bytes | None:
        is_its_own = any(entry.payload_digest == digest for entry in self.entries(document))
        return self.payloads.get(digest) if is_its_own else None

    def last(self, document: str) -> Entry | None:
        trail = self.stored.get(document)
        return trail[-1] if trail else None


class MemoryTrail:
    """One document's trail for one run."""

    def __init__(self, audit: MemoryAudit, document: str, by: str) -> None:
        self.calls = audit.calls
        self._audit = audit
        self._document = document
        self._by = by
        self._last: Entry | None = None
        self._is_read = False

    @point("audit.record")
    def record(self, what: str, facts: Mapping[str, str], payload: bytes = b"") -> Entry:
        if what == self._audit.refuses:
            raise Transient("DynamoDB cannot be reached")
        if not self._is_read:
            self._last = self._audit.last(self._document)
            self._is_read = True
        name = hashlib.sha256(payload).hexdigest() if payload else ""
        now = self._audit.clock.now()
        entry = link(
            self._last, document=self._document, at=now, what=what, facts=facts, by=self._by, payload_digest=name
        )
        trail = self._audit.stored.setdefault(entry.document, [])
        if entry.number <= len(trail):
            raise RowMoved("somebody else has added to the trail")
        if payload:
            self._audit.payloads[name] = payload
        trail.append(entry)
        self._last = entry
        return entry
