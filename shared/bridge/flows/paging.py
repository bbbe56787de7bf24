"""One of ShipBob's lists ⇒ hints on the queue: page by page, one run at a time, going on where the last run left off.

A page's place is kept only once its hints are on the queue, so that whatever ends a run, the next one loses nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from bridge.domain.listing import Asked, Feed, Listed, Listing
from bridge.domain.message import Message, Snapshot
from bridge.domain.outcome import Failure, RowMoved, Transient
from bridge.neighbours import ShipBob
from bridge.ports import Ports
from bridge.protocols.cursor import OVERLAP, Cursor, Pass

PAGES_MAX = 20  # of one list in one run: 5,000 orders; the next run goes on

SHALLOW = 250  # messages on the queue; while more wait, nothing but live orders is added

# An order that changes moves to this list's end, if the list is sorted by change; all behind it move up by one place.
SLIDING = frozenset({Feed.ORDERS_UPDATED})
LIVE = (Feed.ORDERS_INSERTED, Feed.ORDERS_UPDATED)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of the poll: its id is the hints' origin. After `ends_at` it begins no further page."""

    id: str
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was read, and when: what it shows was so at some moment between the two."""

    listing: Listing
    started: dt.datetime
    finished: dt.datetime


def take(ports: Ports, cursor: Cursor, run: str, overlap: dt.timedelta = OVERLAP) -> Cursor | None:
    """The cursor under this run's lease; None where another run is at it. A new pass begins `overlap` earlier."""
    now = ports.clock.now()
    if not cursor.is_free_for(run, now):
        return None
    try:
        return ports.state.save_cursor(cursor.taken(run, now, overlap))
    except RowMoved:
        return None


def let_go(ports: Ports, cursor: Cursor) -> None:
    """After a failure: the next run need not wait for the lease's end. If this fails too, it does."""
    try:
        ports.state.save_cursor(cursor.let_go())
    except Failure:
        return


def read(ports: Ports, shipbob: ShipBob, asked: Asked, place: str) -> Page:
    """One page, with the moments of its read."""
    started = ports.clock.now()
    listing = shipbob.listed(asked, place)
    if listing.next and listing.next == place:
        raise Transient(f"ShipBob's list {asked.feed} does not go on after page {place}")
    return Page(listing, started, ports.clock.now())


def hints(page: Page, rows: Iterable[Listed], reason: str, run: str) -> Iterator[tuple[Message, str]]:
    """A hint for each row, with the document as the page shows it."""
    for row in rows:
        snapshot = Snapshot(row.image, page.started, page.finished) if row.image else None
        yield Message(row.document, reason, run, page.finished, snapshot), f"{run}/{row.document}"


@dataclass
class Paging:
    """One run's part of a pass over one list. `cursor` is as last stored, and under this run's lease."""

    ports: Ports
    run: Run
    feed: Feed
    facility: int | None
    cursor: Cursor
    queued: int = field(default=0, init=False)

    def go_on(self) -> int:
        """Queue pages until the list ends, or the run's share of it; how many hints."""
        try:
            turns = count(1)
            while self._turn(next(turns)):
                pass
        except Exception:
            let_go(self.ports, self.cursor)
            raise
        return self.queued

    def _turn(self, number: int) -> bool:
        """One page, the run's `number`th; whether this run goes on with the next."""
        at = self.cursor.under_way
        assert at is not None, "a list is read in passes"
        page = self._read(at, at.place)
        self._queue(page, page.listing.rows)
        if at.behind:
            self._look_back(at)
        following = page.listing.next
        goes_on = bool(following) and number < PAGES_MAX and page.finished < self.run.ends_at and self._has_room()
        last = tuple(row.document.number for row in page.listing.rows) if self.feed in SLIDING else None
        moved = self.cursor.turned(following, last) if following else self.cursor.ended()
        self.cursor = self.ports.state.save_cursor(moved if goes_on else moved.let_go())
        return goes_on

    def _has_room(self) -> bool:
        return self.feed in LIVE or self.ports.to_gp.depth() < SHALLOW

    def _look_back(self, at: Pass) -> None:
        """Find what slid from this page to an earlier one before it could be read.

        Rows only move up, those that stay in their order, so everything that was missed stands behind any row of the
        page before that has not moved to the end: pages are read backwards until there is one, or to the first.
        """
        known = frozenset(at.last)
        for place in reversed(at.behind):
            page = self._read(at, place)
            self._queue(page, [row for row in page.listing.rows if row.document.number not in known])
            if any(row.document.number in known for row in page.listing.rows):
                return

    def _read(self, at: Pass, place: str) -> Page:
        return read(self.ports, self.ports.shipbob, Asked(self.feed, at.since, self.facility), place)

    def _queue(self, page: Page, rows: Sequence[Listed]) -> None:
        if rows:
            self.ports.to_gp.send(hints(page, rows, f"poll {self.feed}", self.run.id))
        self.queued += len(rows)
