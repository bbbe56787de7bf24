"""How far a poll has come with a list, who is at it, and how a back-fill gets on: over a row and a clock.

ShipBob lists an order a while after it took it in, and stamps changes before it shows them, so each pass begins some
time before the last one did. What is hinted at twice is looked at twice at most, and found unchanged.

A pass may take several runs. Its place is kept once the page before it is on the queue, and the cursor reaches, at the
pass's end, the moment the pass began: what changed since belongs to the next.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

SCHEMA = 1  # a cursor written by newer code than this waits until that code runs

OVERLAP = dt.timedelta(minutes=15)
LEASE = dt.timedelta(minutes=5, seconds=30)  # the poll's function ends after five minutes, and its lease soon after


@dataclass(frozen=True, slots=True)
class Lease:
    """One run at a time. `holder` is the run's id, which stays the same when AWS starts it again."""

    holder: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass under way: everything `since` then, from `place` on, as ShipBob names the page (empty: the first).

    `behind` are the places of the pages read, and `last` the documents' numbers on the last of them: where a list's
    rows may slide to an earlier page, that is how far back one has to look.
    """

    since: dt.datetime
    started: dt.datetime
    place: str = ""
    behind: tuple[str, ...] = ()
    last: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Backfill:
    """Orders taken in since `since`, asked for at `until` by `by`. `last` is the date of the last order met.

    `dropped` were finished before the cut-over and need nothing. `stopped_by` is empty unless a person stopped it.
    """

    since: dt.datetime
    until: dt.datetime
    by: str
    pages: int = 0
    queued: int = 0
    dropped: int = 0
    last: dt.datetime | None = None
    finished: dt.datetime | None = None
    stopped_by: str = ""

    @property
    def is_under_way(self) -> bool:
        return self.finished is None and not self.stopped_by


@dataclass(frozen=True, slots=True)
class SetBack:
    """A person had the list gone through again from a moment on, and said why. It stays until the next time."""

    since: dt.datetime
    at: dt.datetime
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Cursor:
    """`reached` is the start of the last pass that ended, or where the first begins. `version` 0: not stored yet."""

    name: str
    reached: dt.datetime
    version: int = 0
    under_way: Pass | None = None
    lease: Lease | None = None
    backfill: Backfill | None = None
    set_back: SetBack | None = None

    def is_free_for(self, run: str, now: dt.datetime) -> bool:
        """May this run go on with the list? Not while another is at it; a crashed run's lease ends by itself."""
        return self.lease is None or self.lease.holder == run or self.lease.until <= now

    def is_due(self, before: dt.datetime) -> bool:
        """Is a pass under way, or did the last one begin before then?"""
        return self.under_way is not None or self.reached < before

    def taken(self, run: str, now: dt.datetime, overlap: dt.timedelta = OVERLAP) -> Cursor:
        """Under this run's lease, with the pass that is under way, or a new one."""
        under_way = self.under_way or Pass(self.reached - overlap, now)
        return replace(self, lease=Lease(run, now + LEASE), under_way=under_way)

    def turned(self, place: str, last: tuple[int, ...] | None = None) -> Cursor:
        """A page is on the queue and the next stands at `place`. `last` are the page's documents, where they matter."""
        assert self.under_way is not None
        at = self.under_way
        if last is not None:
            at = replace(at, behind=(*at.behind, at.place), last=last or at.last)
        return replace(self, under_way=replace(at, place=place))

    def ended(self) -> Cursor:
        """The pass has been through the whole list."""
        assert self.under_way is not None
        return replace(self, reached=max(self.reached, self.under_way.started), under_way=None)

    def let_go(self) -> Cursor:
        """Free for any run."""
        return replace(self, lease=None)

    def back_as(self, said: SetBack) -> Cursor | None:
        """To be gone through again as a person said; None where it stands that far back already.

        A pass under way is given up, for its pages behind are forgotten like all else, and so is its lease.
        """
        if self.backfill is not None:
            return self._filled_anew(self.backfill, said)
        if self.reached <= said.since and self.under_way is None:
            return None
        return replace(self, reached=min(self.reached, said.since), under_way=None, lease=None, set_back=said)

    def _filled_anew(self, filling: Backfill, said: SetBack) -> Cursor | None:
        """The same back-fill from its first page on, if it queued anything since; one that was stopped stays so."""
        has_ended_before = filling.finished is not None and filling.finished <= said.since
        is_at_its_start = self.under_way is not None and not self.under_way.place
        if filling.stopped_by or has_ended_before or is_at_its_start:
            return None
        anew = Backfill(filling.since, filling.until, filling.by)
        again = Pass(filling.since, filling.until)
        return replace(self, reached=filling.since, under_way=again, lease=None, backfill=anew, set_back=said)

    def following(self, whole: Cursor) -> Cursor:
        """A part of a list: it goes back with the whole, once for each time that a person has said so."""
        if whole.set_back is None or whole.set_back == self.set_back:
            return self
        return self.back_as(whole.set_back) or replace(self, set_back=whole.set_back)
