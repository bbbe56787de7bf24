"""What is new or has changed at ShipBob since the last run ⇒ hints on the queue.

ShipBob announces no new order by webhook, so this poll is how orders are found; what a webhook missed it heals. Orders
are asked for in every run, the rest more seldom. Beside them a back-fill brings in what was open before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bridge.domain.listing import Feed
from bridge.domain.outcome import Failure
from bridge.flows import backfill, open_orders, paging
from bridge.flows.paging import LIVE, SHALLOW, Paging, Run
from bridge.mapping.adjusting import site_key
from bridge.ports import Ports
from bridge.protocols.cursor import OVERLAP, Cursor

LASTS = dt.timedelta(seconds=200)  # of the five minutes its function has; the last page may take its time
SLACK = dt.timedelta(minutes=1)  # schedules are not to the second
# Webhooks tell of returns and receipts sooner, and nothing waits for a correction of stock.
SELDOM_EVERY = dt.timedelta(hours=1) - SLACK
STOCK_EVERY = dt.timedelta(hours=4) - SLACK
# Nobody knows how late the history shows an event, nor in which zone it stamps it. Repeats are known and cost nothing.
SHOWN_LATE = dt.timedelta(days=1)
HISTORY = dt.timedelta(days=88)  # with that day, and one more to be sure: ShipBob's inventory history goes back 90 days

SELDOM = (
    Feed.RETURNS_CREATED,
    Feed.RETURNS_COMPLETED,
    Feed.RECEIVING_INSERTED,
    Feed.RECEIVING_COMPLETED,
    Feed.RECEIVING_OPEN,
)


class PollFailed(Failure):
    """Some of the lists could not be followed to their end; the others were. The next run goes on with all of them."""


def poll_shipbob(ports: Ports, run: str) -> Mapping[str, int]:
    """Follow every list that is due; how many hints each gave. `PollFailed` at the end, naming what failed."""
    started = ports.clock.now()
    polling = _Polling(ports, Run(run, started + LASTS))
    if ports.state.cursor(Feed.ORDERS_INSERTED) is None:
        # First, so that no crash can leave the live orders followed and the older ones forgotten.
        backfill.begin_with_the_first_poll(ports, run)
    for feed in LIVE:
        polling.attempt(feed, partial(polling.follow_orders, feed, started))
    for feed in SELDOM:
        polling.attempt_in_time(feed, partial(polling.follow_seldom, feed))
    polling.attempt_in_time(Feed.STOCK_EVENTS, polling.follow_stock)
    polling.attempt_in_time(open_orders.NAME, lambda: open_orders.follow(ports, polling.run))
    polling.attempt_in_time(backfill.NAME, lambda: backfill.go_on(ports, polling.run))
    return polling.result()


class _Polling:
    """One run over all lists: what each gave, and what became of it."""

    def __init__(self, ports: Ports, run: Run) -> None:
        self._ports = ports
        self.run = run
        self._queued: dict[str, int] = {}
        self._open: set[str] = set()
        self._failures: dict[str, Exception] = {}

    def attempt(self, name: str, follow: Callable[[], int | None]) -> None:
        """Follow one list. Its failure is kept until all have had their turn."""
        try:
            queued = follow()
        except Exception as failure:  # noqa: BLE001 - whatever it is, the other lists do not wait for it
            self._failures[str(name)] = failure
        else:
            self._queued |= {} if queued is None else {str(name): queued}

    def attempt_in_time(self, name: str, follow: Callable[[], int | None]) -> None:
        """The same, unless the run's time is over: then the next run does it."""
        if self._ports.clock.now() < self.run.ends_at:
            self.attempt(name, follow)
        else:
            self._open.add(name)

    def follow_orders(self, feed: Feed, begins: dt.datetime) -> int | None:
        """What is new in a list of orders. What was open before `begins` is the back-fill's.

        Where the first runs failed, the back-fill has read orders meanwhile: what changed since it began is ours.
        """
        cursor = self._ports.state.cursor(feed)
        if cursor is None:
            filling = self._ports.state.cursor(backfill.NAME)
            asked = filling.backfill.until if filling is not None and filling.backfill is not None else begins
            cursor = Cursor(feed, min(begins, asked))
        return self._follow(feed, cursor, None)

    def follow_seldom(self, feed: Feed) -> int | None:
        """What is new in a list of which little is asked: from the cut-over on, hourly."""
        cursor = self._ports.state.cursor(feed) or Cursor(feed, self._ports.terms.cut_over)
        if not cursor.is_due(self._ports.clock.now() - SELDOM_EVERY):
            return None
        return self._follow(feed, cursor, None)

    def follow_stock(self) -> None:
        """The corrections in every building of ShipBob's; new buildings come without notice."""
        now = self._ports.clock.now()
        cursor = self._ports.state.cursor(Feed.STOCK_EVENTS) or Cursor(Feed.STOCK_EVENTS, self._ports.terms.cut_over)
        if not cursor.is_due(now - STOCK_EVERY) or (taken := paging.take(self._ports, cursor, self.run.id)) is None:
            return
        try:
            facilities = self._facilities()
        except Exception:
            paging.let_go(self._ports, taken)
            raise
        for facility in facilities:
            follow = partial(self._follow_facility, facility, taken)
            self.attempt_in_time(_of_facility(facility), follow)
        left = {_of_facility(facility) for facility in facilities} & {*self._open, *self._failures}
        self._ports.state.save_cursor((taken if left else taken.ended()).let_go())

    def _facilities(self) -> Sequence[int]:
        """The buildings that are open, and those closed that are a site of GP's: their last counts came before."""
        locations = self._ports.shipbob.locations()
        closed = [site_key(location.id) for location in locations if not location.is_active]
        mapped = self._ports.state.mappings(closed) if closed else {}
        return [each.id for each in locations if each.is_active or mapped.get(site_key(each.id))]

    def _follow_facility(self, facility: int, whole: Cursor) -> int | None:
        assert whole.under_way is not None
        earliest = self._ports.clock.now() - HISTORY
        name = _of_facility(facility)
        cursor = (self._ports.state.cursor(name) or Cursor(name, self._ports.terms.cut_over)).following(whole)
        # While another building keeps the pass from ending, this one is asked when its own time has come again.
        if not cursor.is_due(max(whole.under_way.started, self._ports.clock.now() - STOCK_EVERY)):
            return None
        return self._follow(Feed.STOCK_EVENTS, replace(cursor, reached=max(cursor.reached, earliest)), facility)

    def _follow(self, feed: Feed, cursor: Cursor, facility: int | None) -> int | None:
        if feed not in LIVE and self._ports.to_gp.depth() >= SHALLOW:
            self._open.add(cursor.name)  # live orders first: the next run asks
            return None
        overlap = SHOWN_LATE if feed is Feed.STOCK_EVENTS else OVERLAP
        taken = paging.take(self._ports, cursor, self.run.id, overlap)
        if taken is None:
            self._open.add(cursor.name)
            return None
        part = Paging(self._ports, self.run, feed, facility, taken)
        queued = part.go_on()
        if part.cursor.under_way is not None:
            self._open.add(cursor.name)
        return queued

    def result(self) -> Mapping[str, int]:
        """How many hints each list gave, or `PollFailed`."""
        if not self._failures:
            return self._queued
        said = "; ".join(f"{name}: {_why(failure)}" for name, failure in self._failures.items())
        raise PollFailed(said) from ExceptionGroup("what failed", list(self._failures.values()))


def _why(failure: Exception) -> str:
    return str(failure) if isinstance(failure, Failure) else f"a bug ({type(failure).__name__})"


def _of_facility(facility: int) -> str:
    return f"{Feed.STOCK_EVENTS}/{facility}"
