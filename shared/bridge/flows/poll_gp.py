"""Stock that moved in GP since the last run ⇒ hints on the queue to ShipBob.

GP tells of no change by itself, and its lists have no pages: a window of modified dates bounds them. That date is set
before its row can be seen, is not moved by every change, and may be of whole days, so every window reaches back, and
once a night the documents of five weeks are listed by their own date. What is known already costs nothing further.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bridge.domain.document import DocumentId
from bridge.domain.inventory import (
    InventoryDocumentType,
    InventorySummary,
    TransactionState,
    Window,
    WindowOf,
    are_whole_days,
    stamp,
)
from bridge.domain.message import LEFT_ALONE, Message, Snapshot
from bridge.domain.terms import TransferTrigger
from bridge.flows import gates, paging
from bridge.mapping import telling
from bridge.ports import Ports
from bridge.protocols import freshness, surge
from bridge.protocols.cursor import OVERLAP, Cursor
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.surge import Decision, StockPoll

NAME = "gp-stock"
NIGHTLY = "gp-stock-nightly"
DAYS_OVERLAP = dt.timedelta(hours=48)  # where GP keeps days only, and in its own zone
LISTED_AGAIN = dt.timedelta(days=35)
AHEAD = dt.timedelta(days=1)  # a server's clock may be ahead of ours, and so may a document's date

type Listed = tuple[InventoryDocumentType, TransactionState]

POSTED: tuple[Listed, ...] = tuple((kind, TransactionState.HISTORY) for kind in InventoryDocumentType)
ENTERED: Listed = (InventoryDocumentType.TRANSFER, TransactionState.WORK)


@dataclass(frozen=True, slots=True)
class Polled:
    """How many documents were queued, and how many are held back until a person has spoken."""

    queued: int = 0
    held: int = 0

    @property
    def counted(self) -> Mapping[str, int]:
        return {"StockDocumentsQueued": self.queued, "StockDocumentsHeld": self.held}


def poll_gp(ports: Ports, run: str) -> Polled:
    """Queue what moved stock since the last run, one run at a time. What fails begins again where it began.

    While GP is down or left alone it is not asked: the next run reaches back to where the last one ended.
    """
    if ports.clock.now() < ports.terms.cut_over or not gates.may_poll_gp(ports):
        return Polled()
    cursor = ports.state.cursor(NAME) or Cursor(NAME, ports.terms.cut_over)
    taken = paging.take(ports, cursor, run, dt.timedelta())  # each list reaches back as far as it has to
    if taken is None:
        return Polled()
    try:
        polled = _Poll(ports, run, taken).go()
    except Exception:
        paging.let_go(ports, taken)
        raise
    gates.gp_answered(ports)
    return polled


@dataclass(frozen=True, slots=True)
class Found:
    """A document as a list shows it, and when that list was asked for."""

    summary: InventorySummary
    asked: dt.datetime


@dataclass
class _Poll:
    """One run. `cursor` is under its lease."""

    ports: Ports
    run: str
    cursor: Cursor
    _found: dict[DocumentId, Found] = field(default_factory=dict, init=False)

    def go(self) -> Polled:
        started = self.ports.clock.now()
        before = self.ports.stock_poll.row()
        row = replace(before, timed=tuple(sorted({*before.timed, *self._list_changed(before)})))
        nightly = self._list_nightly(started)
        rows = {document: self.ports.state.row(document) for document in self._found}
        new = {document: found for document, found in self._found.items() if _is_new(rows[document], found.summary)}
        unknown = {str(each): found.summary.date for each, found in new.items() if not rows[each].version}
        days, terms = list(unknown.values()), self.ports.terms.sending
        why = surge.why_held(days, started.astimezone(self.ports.terms.zone).date(), terms)
        decision = surge.decision_on(row, days, terms) if why else None
        if why and decision is None:
            self._save(before, surge.held(row, unknown, why, started))
            paging.let_go(self.ports, self.cursor)  # it stays where it is: the next run finds the same, and more
            return Polled(held=len(days))
        if new:
            self.ports.to_shipbob.send(self._hints(new, {each for each in new if not rows[each].version}, decision))
        self._save(before, surge.released(row))
        self._finish(nightly)
        return Polled(queued=len(new))

    def _save(self, before: StockPoll, row: StockPoll) -> None:
        if row != before:
            self.ports.stock_poll.save(row)

    def _list_changed(self, row: StockPoll) -> Iterator[str]:
        """List what changed since the last run; which of the lists have shown to tell the time of day."""
        assert self.cursor.under_way is not None
        since = self.cursor.under_way.since
        for listed in self._lists():
            start = since - OVERLAP if _name(listed) in row.timed else _midnight(since - DAYS_OVERLAP)
            found = self._list(listed, Window(WindowOf.MODIFIED, start, self.ports.clock.now() + AHEAD))
            stamps = [each.modified_at for each in found if each.modified_at is not None]
            if stamps and not are_whole_days(stamps):
                yield _name(listed)

    def _list_nightly(self, now: dt.datetime) -> Cursor | None:
        """Once a day of GP's, list by document date what no modified date may have told of; its cursor if it was."""
        zone, terms = self.ports.terms.zone, self.ports.terms
        last = self.ports.state.cursor(NIGHTLY)
        today = now.astimezone(zone).date()
        if last is not None and last.reached.astimezone(zone).date() >= today:
            return None
        first = max(today - LISTED_AGAIN, terms.cut_over.astimezone(zone).date())
        window = Window(WindowOf.DOCUMENT, _day(first), _day(today) + LISTED_AGAIN)
        for listed in self._lists():
            self._list(listed, window)
        return replace(last or Cursor(NIGHTLY, now), reached=now)

    def _lists(self) -> Sequence[Listed]:
        """The entered ones first: what is posted meanwhile is then among the posted."""
        is_early = self.ports.terms.sending.trigger is TransferTrigger.WORK
        return (ENTERED, *POSTED) if is_early else POSTED

    def _list(self, listed: Listed, window: Window) -> Sequence[InventorySummary]:
        """One list, kept as found, with the moment before it was asked for."""
        asked = self.ports.clock.now()
        found = self.ports.gp.inventory_documents(listed[0], window, listed[1])
        for each in found:
            if not telling.not_told(each, self.ports.terms):
                self._found[telling.document_id(each)] = Found(each, asked)
        return found

    def _hints(
        self, new: Mapping[DocumentId, Found], unknown: Collection[DocumentId], decision: Decision | None
    ) -> Iterator[tuple[Message, str]]:
        """What a person decided is of the `unknown` ones: no other was held back."""
        finished = self.ports.clock.now()
        for document, found in new.items():
            reason, origin = _said(decision if document in unknown else None, document, self.run)
            snapshot = Snapshot(stamp(found.summary), found.asked, finished)
            yield Message(document, reason, origin, finished, snapshot), f"{self.run}/{document}"

    def _finish(self, nightly: Cursor | None) -> None:
        """The cursors move on, but never past the clock that GP stamps with."""
        if nightly is not None:
            self.ports.state.save_cursor(nightly)
        assert self.cursor.under_way is not None
        now, in_gp = self.ports.clock.now(), self.ports.gp.server().now
        behind = max(now - in_gp, dt.timedelta()) if in_gp else dt.timedelta()
        under_way = replace(self.cursor.under_way, started=self.cursor.under_way.started - behind)
        self.ports.state.save_cursor(replace(self.cursor, under_way=under_way).ended().let_go())


def _is_new(row: LedgerRow, summary: InventorySummary) -> bool:
    """Does the list show what was not read yet?"""
    return row.image_digest != freshness.digest(stamp(summary))


def _said(decision: Decision | None, document: DocumentId, run: str) -> tuple[str, str]:
    """The reason and the origin of a hint: the poll's own, or a person's."""
    if decision is None:
        return f"poll {document.kind}", run
    told = "allowed" if decision.is_to_be_sent else LEFT_ALONE
    return f"{told}: {decision.why}", decision.by


def _name(listed: Listed) -> str:
    return f"{listed[0]} {listed[1]}"


def _midnight(moment: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(moment.astimezone(dt.UTC).date(), dt.time(), dt.UTC)


def _day(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)
