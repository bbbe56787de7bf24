"""One virtual clock, and the runs of functions that share it: each a greenlet, of which one goes on at a time.

Nothing here knows the bridge. A run waits, and meanwhile whatever is due before it happens: other runs, the world.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
import zlib
from collections.abc import Callable

from greenlet import greenlet

from local.memory.points import Crash

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0  # in seconds
START = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)  # 08:05 in Chicago, a Tuesday


def second_of(moment: dt.datetime) -> float:
    return (moment - START).total_seconds()


class Run:
    """One run of a function: `flow` is what it does there, `name` tells it from every other run of the schedule.

    `ends_by` is when its platform ends it. A run that crashed is over: its ports answer nobody any more.
    """

    __slots__ = ("_fate", "_fated", "calls", "ends_by", "flow", "is_over", "name", "place", "random")

    def __init__(self, name: str, flow: str, place: object, ends_by: float, seed: int) -> None:
        self.name = name
        self.flow = flow
        self.place = place
        self.ends_by = ends_by
        self.calls = 0
        self.is_over = False
        self.random = random.Random(seed ^ zlib.crc32(name.encode()))  # noqa: S311 - the same each time, by design
        self._fate: random.Random | None = None
        self._fated = ~seed

    @property
    def fate(self) -> random.Random:
        """Apart, so that a fault which is named instead of drawn leaves all the rest as it was."""
        if self._fate is None:  # seeding costs more than a call of a port
            self._fate = random.Random(self._fated ^ zlib.crc32(self.name.encode()))  # noqa: S311 - likewise
        return self._fate


class Kernel:
    """Seconds since the start, and what is to happen when."""

    def __init__(self) -> None:
        self.now = 0.0
        self.current: Run | None = None
        self.alive = 0
        self._agenda: list[tuple[float, int, Callable[[], object]]] = []
        self._number = itertools.count()
        self._hub = greenlet.getcurrent()

    @property
    def moment(self) -> dt.datetime:
        return START + dt.timedelta(seconds=self.now)

    def at(self, second: float, what: Callable[[], object]) -> None:
        """Have something happen then, or at once where that has gone by."""
        heapq.heappush(self._agenda, (max(second, self.now), next(self._number), what))

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        self.at(self.now + seconds, what)

    def start(self, run: Run, body: Callable[[], None], end: Callable[[BaseException | None], None]) -> None:
        """Begin a run now; `end` is told how it ended. To be called from the agenda, never from within a run."""
        assert self.current is None, "a run begins when its time comes"

        def whole() -> None:
            failure: BaseException | None = None
            try:
                body()
            except (Exception, Crash) as raised:  # noqa: BLE001 - however it ended, its platform goes on
                failure = raised
            run.is_over = True
            self.alive -= 1
            self.current = None
            end(failure)

        self.alive += 1
        self._go(greenlet(whole, self._hub), run)

    def _go(self, thread: greenlet, run: Run) -> None:
        self.current = run
        thread.switch()
        self.current = None

    def wait(self, seconds: float) -> None:
        """Let time go by for the current run. `Crash` where its platform ends it meanwhile."""
        run = self.current
        assert run is not None
        wakes = self.now + seconds
        is_ended = wakes > run.ends_by
        wakes = min(wakes, run.ends_by)
        if self._agenda and self._agenda[0][0] <= wakes:
            thread = greenlet.getcurrent()
            self.at(wakes, lambda: self._go(thread, run))
            self._hub.switch()
        else:
            self.now = wakes
        if run.is_over:
            raise Crash("its ports are revoked")
        if is_ended:
            raise Crash("timed out")

    def aside[R](self, what: Callable[[], R]) -> R:
        """Something that the world does while a run stands still."""
        run, self.current = self.current, None
        try:
            return what()
        finally:
            self.current = run

    def go_on(self, until: float) -> None:
        """Let everything happen that is due before then."""
        while self._agenda and self._agenda[0][0] <= until:
            second, _, what = heapq.heappop(self._agenda)
            self.now = max(self.now, second)
            what()
        self.now = max(self.now, until)
