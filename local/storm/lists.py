"""What the neighbours' lists show that no poll has brought, and when a poll would bring it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bridge.domain.document import DocumentKind
from bridge.domain.listing import Feed
from bridge.flows.paging import LIVE
from bridge.flows.poll_gp import NAME as GP_LIST
from bridge.flows.poll_shipbob import SELDOM, SELDOM_EVERY, STOCK_EVERY
from bridge.protocols.ledger import Status

from local.storm.kernel import HOUR, MINUTE, second_of
from local.storm.schedule import Schedule
from local.storm.world import World

AT_ONCE = dt.timedelta()
LISTS: Mapping[dt.timedelta, tuple[str, ...]] = {
    AT_ONCE: LIVE,
    SELDOM_EVERY: SELDOM,
    STOCK_EVERY: (Feed.STOCK_EVENTS,),
}  # by how long after the last pass they are asked for again


class Lists:
    """Says when a poll is wanted; a poll that would find nothing new is left out, for the storm's speed."""

    def __init__(self, world: World, poll_shipbob: Schedule, poll_gp: Schedule, skew: float) -> None:
        self._world = world
        self._poll_shipbob = poll_shipbob
        self._poll_gp = poll_gp
        self._skew = skew
        self._gp_shown = 0.0
        self._shown: dict[str, float] = {}  # second from which on a list shows what changed last in it
        poll_shipbob.is_needed = self._shows_anything
        poll_shipbob.after = poll_gp.after = self._go_on

    def shipbob_changed(self, every: dt.timedelta = AT_ONCE) -> None:
        """Something changed in the lists that are asked for so often."""
        shown = self._world.kernel.now + self._world.shipbob.lag.total_seconds() + 2
        self._shown |= dict.fromkeys(LISTS[every], shown)
        self.want_shipbob(every)

    def want_shipbob(self, every: dt.timedelta) -> None:
        """The poll is wanted when the lists are asked for again at the latest, and show what changed."""
        kernel = self._world.kernel
        shown = max(kernel.now, *(self._shown.get(name, 0.0) for name in LISTS[every]))
        second = shown + every.total_seconds() + (2 * MINUTE if every else 0.0)
        kernel.at(second, lambda: self._poll_shipbob.want(0))

    def gp_changed(self) -> None:
        self._gp_shown = self._world.kernel.now + self._world.gp.lag.total_seconds() + 2
        self._poll_gp.want(self._gp_shown)

    def _shows_anything(self) -> bool:
        """Is a pass under way, or had the last one of a list begun before it showed what changed?"""
        if self._waits_for_a_list:
            return True
        cursors = {cursor.name: cursor for cursor in self._world.state.cursors_quietly()}
        if any(cursor.under_way is not None for cursor in cursors.values()):
            return True
        for name, shown in self._shown.items():
            cursor = cursors.get(name)
            if cursor is None or second_of(cursor.reached) < shown + 2 * self._skew:
                return True
        backfill = cursors.get("backfill")
        return backfill is None or backfill.backfill is None or backfill.backfill.finished is None

    @property
    def _waits_for_a_list(self) -> bool:
        """A correction whose contents are forgotten: no call but the list has them."""
        rows = self._world.state.rows.values()
        return any(row.document.kind is DocumentKind.STOCK and row.status is Status.WAITING for row in rows)

    def _go_on(self) -> None:
        """Where a list is left in the middle, by a run that has died or may not ask; and where a list is waited for."""
        kernel = self._world.kernel
        if self._waits_for_a_list:
            self._poll_shipbob.want(kernel.now + STOCK_EVERY.total_seconds())
        soon = kernel.now + (2 * HOUR if self._world.away else 1)
        cursors = {cursor.name: cursor for cursor in self._world.state.cursors_quietly()}
        in_gp = cursors.get(GP_LIST)
        if self._gp_shown and (in_gp is None or second_of(in_gp.reached) < self._gp_shown):
            self._poll_gp.want(soon)
        for name, cursor in cursors.items():
            if cursor.under_way is not None:
                (self._poll_gp if name == GP_LIST else self._poll_shipbob).want(soon)
