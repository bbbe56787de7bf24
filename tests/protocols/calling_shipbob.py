"""Workers who call ShipBob all day, in simulated time: the protocol as it ships, and a server that counts.

Between a slot and the call's arrival lies about a tenth of a second, and once in two hundred calls a stall. Every
worker's clock is wrong by its own constant. The server grants 150 calls in any sixty seconds and refuses the others,
which cost nothing.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import math
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from bridge.protocols import pace
from bridge.protocols.pace import Lane, Later, PaceRow

MIDNIGHT = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
PER_MINUTE = 150
WINDOW = 60.0  # seconds, as everything here
STALLED = 0.005  # of the calls
SKEW = 0.5


@dataclass(slots=True)
class Server:
    """ShipBob's side: when it granted a call and when it refused one."""

    granted: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    _window: deque[float] = field(default_factory=deque)

    def call(self, at: float) -> float:
        """0 where the call is granted, else the whole seconds to wait."""
        while self._window and self._window[0] <= at - WINDOW:
            self._window.popleft()
        if len(self._window) >= PER_MINUTE:
            self.refused.append(at)
            return max(1, math.ceil(self._window[0] + WINDOW - at))
        self._window.append(at)
        self.granted.append(at)
        return 0

    def used(self, start: float, end: float) -> float:
        """The share of what could have been granted between the two."""
        return sum(start <= at < end for at in self.granted) / ((end - start) * PER_MINUTE / 60)


@dataclass(slots=True)
class Worker:
    """Calls again as soon as it can, or `rest` after the call before; `waited` for each call's slot, in seconds."""

    lane: Lane
    clock: float
    rest: Callable[[], float]
    waited: list[float] = field(default_factory=list)
    calls: int = 0


class Day:
    """Time, which goes from event to event."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a day that can be had again
        self.server = Server()
        self.row = PaceRow()
        self._events: list[tuple[float, int, Callable[[float], object]]] = []
        self._numbers = itertools.count()

    def at(self, moment: float, what: Callable[[float], object]) -> None:
        heapq.heappush(self._events, (moment, next(self._numbers), what))

    def employ(self, count: int, lane: Lane, rest: Callable[[], float] = lambda: 0.0) -> list[Worker]:
        """Workers who begin within the first second."""
        workers = [Worker(lane, self.random.uniform(-SKEW, SKEW), rest) for _ in range(count)]
        for worker in workers:
            self._begin(worker, self.random.random())
        return workers

    def stranger(self, per_minute: float, until: float) -> None:
        """Somebody else calls with the same credentials, and keeps to no pace."""

        def call(now: float) -> None:
            self.server.call(now)
            if now < until:
                self.at(now + self.random.expovariate(per_minute / 60), call)

        self.at(0.0, call)

    def pass_until(self, end: float) -> None:
        while self._events and self._events[0][0] < end:
            moment, _, what = heapq.heappop(self._events)
            what(moment)

    def _begin(self, worker: Worker, moment: float) -> None:
        self.at(moment, lambda now: self._ask(worker, moment, now))

    def _ask(self, worker: Worker, since: float, now: float) -> None:
        own = MIDNIGHT + dt.timedelta(seconds=now + worker.clock)
        answer = pace.ask(self.row, worker.lane, own)
        if isinstance(answer, Later):
            in_one_go = answer.ask_in <= pace.PATIENCE[worker.lane]
            pause = answer.ask_in if in_one_go else answer.away
            self.at(now + pause.total_seconds(), lambda then: self._ask(worker, since, then))
            return
        self.row = answer.row
        leaves = now + max((answer.slot - own).total_seconds(), 0.0)
        worker.waited.append(leaves - since)
        self.at(leaves + self._way(), lambda then: self._arrive(worker, then))

    def _arrive(self, worker: Worker, now: float) -> None:
        retry_after = self.server.call(now)
        worker.calls += 1
        done = now + self.random.uniform(0.1, 0.5)
        if retry_after:
            own = MIDNIGHT + dt.timedelta(seconds=now + worker.clock)
            self.row = pace.push(self.row, retry_after, own)
        self._begin(worker, done + worker.rest())

    def _way(self) -> float:
        stall = self.random.uniform(0.5, 2.5) if self.random.random() < STALLED else 0.0
        return self.random.uniform(0.08, 0.12) + stall
