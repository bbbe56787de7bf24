"""Orders that were open before the poll began ⇒ hints on the queue, slowly enough that live orders never wait.

A back-fill has a cursor of its own and goes on in every run of the poll: pages are read behind live traffic, and only
while the queue is shallow. An order that was finished before the cut-over is dropped where it is read.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import count

from bridge.domain.listing import Asked, Feed, Listed
from bridge.domain.order import Order
from bridge.domain.outcome import RowMoved, Transient
from bridge.flows import paging
from bridge.flows.paging import PAGES_MAX, Page, Run
from bridge.ports import Ports
from bridge.protocols.cursor import Backfill, Cursor, Pass

NAME = "backfill"
OPEN_FOR = dt.timedelta(days=90)  # how old an order may be that is still open at the cut-over


def begin_with_the_first_poll(ports: Ports, run: str) -> None:
    """Ask for what was open at the cut-over, unless somebody has asked already."""
    if ports.state.cursor(NAME) is not None:
        return
    since = min(ports.terms.cut_over, ports.clock.now()) - OPEN_FOR
    try:
        _ask(ports, None, since, f"the first poll, {run}")
    except RowMoved:
        return  # by another run of the same moment


def begin(ports: Ports, since: dt.datetime, by: str) -> Backfill:
    """Ask for the orders that ShipBob took in from `since` until now; `ValueError` while others are being filled in."""
    present = ports.state.cursor(NAME)
    if present is not None and present.backfill is not None and present.backfill.is_under_way:
        raise ValueError("a back-fill is under way: stop it first, or let it end")
    return _ask(ports, present, since, by)


def _ask(ports: Ports, present: Cursor | None, since: dt.datetime, by: str) -> Backfill:
    now = ports.clock.now()
    asked = Backfill(since, now, by)
    begun = replace(present or Cursor(NAME, since), backfill=asked, under_way=Pass(since, now), lease=None)
    ports.state.save_cursor(begun)
    return asked


def stop(ports: Ports, by: str) -> Backfill:
    """End the back-fill that is under way where it stands; `ValueError` where none is."""
    present = ports.state.cursor(NAME)
    if present is None or present.backfill is None or not present.backfill.is_under_way:
        raise ValueError("no back-fill is under way")
    stopped = replace(present.backfill, stopped_by=by)
    ports.state.save_cursor(replace(present, backfill=stopped, under_way=None, lease=None))
    return stopped


def go_on(ports: Ports, run: Run) -> int | None:
    """Fill in what the queue has room for; how many hints, or None where there was nothing to do."""
    cursor = ports.state.cursor(NAME)
    if cursor is None or cursor.backfill is None or not cursor.backfill.is_under_way:
        return None
    if ports.to_gp.depth() >= paging.SHALLOW or (taken := paging.take(ports, cursor, run.id)) is None:
        return None
    filling = _Filling(ports, run, taken)
    try:
        return filling.go_on()
    except RowMoved:
        return filling.queued  # a person has stopped it meanwhile, or begun another
    except Exception:
        paging.let_go(ports, filling.cursor)
        raise


class _Filling:
    """One run's part of a back-fill. `cursor` is as last stored, and under this run's lease."""

    def __init__(self, ports: Ports, run: Run, cursor: Cursor) -> None:
        self._ports = ports
        self._run = run
        self.cursor = cursor
        self.queued = 0

    def go_on(self) -> int:
        turns = count(1)
        while self._turn(next(turns)):
            pass
        return self.queued

    def _turn(self, number: int) -> bool:
        """One page, the run's `number`th; whether this run goes on with the next."""
        present, at = self.cursor.backfill, self.cursor.under_way
        assert present is not None
        assert at is not None
        asked = Asked(Feed.ORDERS_INSERTED, at.since)
        page = paging.read(self._ports, self._ports.shipbob_in_background, asked, at.place)
        progress = self._queue(page, present)
        moved = self.cursor.turned(page.listing.next) if progress.is_under_way else self.cursor.ended()
        goes_on = progress.is_under_way and number < PAGES_MAX and self._has_room(page)
        moved = replace(moved, backfill=progress)
        self.cursor = self._ports.state.save_cursor(moved if goes_on else moved.let_go())
        return goes_on

    def _has_room(self, page: Page) -> bool:
        return page.finished < self._run.ends_at and self._ports.to_gp.depth() < paging.SHALLOW

    def _queue(self, page: Page, present: Backfill) -> Backfill:
        """Queue what a page holds, but for what needs nothing; how the back-fill stands then."""
        rows = page.listing.rows
        orders = [self._order_in(row) for row in rows]
        cut_over = self._ports.terms.cut_over
        wanted = [row for row, order in zip(rows, orders, strict=True) if not _is_finished(order, cut_over)]
        if wanted:
            self._ports.to_gp.send(paging.hints(page, wanted, "back-fill", self._run.id))
        self.queued += len(wanted)
        bought = [order.purchased_at for order in orders if order is not None]
        # Taken in after it was bought: a page of later orders only is the live poll's, and so is all that follows.
        is_past = bool(rows) and len(bought) == len(rows) and min(bought) > present.until
        return replace(
            present,
            pages=present.pages + 1,
            queued=present.queued + len(wanted),
            dropped=present.dropped + len(rows) - len(wanted),
            last=bought[-1] if bought else present.last,
            finished=page.finished if is_past or not page.listing.next else None,
        )

    def _order_in(self, row: Listed) -> Order | None:
        """The order as the page shows it; None where it shows too little."""
        try:
            return self._ports.shipbob_in_background.order_in(row.image) if row.image else None
        except Transient:
            return None


def _is_finished(order: Order | None, cut_over: dt.datetime) -> bool:
    return order is not None and order.was_finished_before(cut_over)
