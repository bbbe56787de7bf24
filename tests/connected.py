"""A bridge connected with ShipBob by OAuth, and the hands of its schedule, its workers and its mishaps."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

from bridge.domain.connection import Channel
from bridge.domain.outcome import Failure, Misconfigured, Transient
from bridge.flows.bearing import Bearing
from bridge.flows.keep_connected import KeepConnected, Kept
from bridge.ports import Ports
from bridge.protocols.token import LEASE, TokenRow

from local.memory.points import Calls, Crash
from local.memory.shipbob import MemoryShipBob
from local.memory.subscriptions import MemorySubscriptionRows
from local.memory.world import World
from tests.subscribing import Interruptible

SECOND, MINUTE, HOUR, DAY = (dt.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
SCHEDULE = 5 * MINUTE
RUN_TIME = 120 * SECOND  # of the function, at the most


class Doorkeeping(MemoryShipBob):
    """ShipBob that tells its channels to nobody whose token it takes no more; called as the client calls it."""

    def __init__(self, world: World) -> None:
        super().__init__(world.clock, world.calls)
        self._world = world
        self._bearing = Bearing(world.shipbob_secret, world.token_rows, world.keep_connected, world.clock.now)

    def channels(self) -> Sequence[Channel]:
        held = self._world.shipbob_secret.grant.access_token
        if self._world.authority.refuses(held):
            self._bearing.refused(held)
        return super().channels()


@dataclass
class Connection(World):
    """Connected a moment ago, with nothing amiss. `counted` is what all runs counted together."""

    calls: Calls = field(default_factory=Interruptible)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.subscription_rows = MemorySubscriptionRows(self.calls)
        self.shipbob = self.shipbob_in_background = Doorkeeping(self)
        self.shipbob_secret.put(self.authority.connect().to_json())
        self.counted: Counter[str] = Counter()
        self.kept: list[Kept] = []
        self.failures: list[Failure] = []
        self.process = KeepConnected()
        self._run_numbers = itertools.count(1)

    @property
    def ports(self) -> Ports:
        return cast("Ports", self)

    @property
    def token_row(self) -> TokenRow:
        """The row as stored, without a port call."""
        return self.token_rows.stored

    def run(self, process: KeepConnected | None = None) -> Kept | None:
        """The function runs once, in the process that is warm. None where it failed, or crashed: then a new one is."""
        name = f"run-{next(self._run_numbers)}"
        try:
            kept = (process or self.process)(self.ports, name)
        except Failure as failure:
            self.failures.append(failure)
            return None
        except Crash as crash:
            self.raised.append(crash)
            self.process = KeepConnected()
            return None
        self.counted.update(kept.counted)
        self.kept.append(kept)
        return kept

    def pass_time(self, time: dt.timedelta) -> None:
        """Time goes by, with a run of the schedule every five minutes."""
        end = self.clock.now() + time
        while self.clock.now() + SCHEDULE <= end:
            self.clock.advance(SCHEDULE)
            self.run()
        self.clock.advance_to(end)

    def worker(self) -> Worker:
        return Worker(self)

    def until_due(self) -> None:
        """Until the token is to be refreshed; the schedule has not looked yet."""
        self.clock.advance(46 * MINUTE)

    def until_the_lease_is_over(self) -> None:
        self.clock.advance(LEASE)

    @property
    def is_alive(self) -> bool:
        """Is there a refresh token in the secret that ShipBob would still take?"""
        held = self.shipbob_secret.grant.refresh_token
        return held in self.authority.live_refresh and not self.authority.refreshed[held]

    def refreshes(self) -> int:
        """How often refresh tokens gave tokens, all together."""
        return self.authority.refreshed.total()


class Worker:
    """One process that calls ShipBob's API. `call` does as the client does: a second try with another token."""

    def __init__(self, world: Connection) -> None:
        self._world = world
        secret = world.shipbob_secret.another()
        self.bearing = Bearing(secret, world.token_rows, world.keep_connected, world.clock.now)
        self.sent: list[str] = []

    def call(self) -> str:
        """What became of a call: "done", "waits" or "needs repair"; or as the second try had it."""
        try:
            token = self.bearing.token()
            if not self._send(token):
                token = self.bearing.refused(token)
                return "done" if self._send(token) else "refused twice"
        except Transient:
            return "waits"
        except Misconfigured:
            return "needs repair"
        return "done"

    def _send(self, token: str) -> bool:
        self.sent.append(token)
        return self._world.authority.accepts(token)
