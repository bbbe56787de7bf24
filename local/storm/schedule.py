"""A function that is woken at whole periods."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

from local.storm.kernel import HOUR
from local.storm.place import Place

if TYPE_CHECKING:
    from local.storm.stack import Stack

FAILING_AGAIN_AFTER = 2 * HOUR  # while a neighbour is away


class Schedule:
    """Runs that would find nothing new are left out, for the storm's speed: somebody says when one is wanted."""

    def __init__(self, stack: Stack, function: str, period: float, body: Callable[[Place, str], object]) -> None:
        self._stack = stack
        self._function = function
        self._body = body
        self._wanted: set[float] = set()
        self.period = period
        self.is_needed: Callable[[], bool] = lambda: True
        self.after: Callable[[], None] = lambda: None

    def want(self, second: float) -> None:
        """Have it run at the first whole period from then on."""
        kernel = self._stack.world.kernel
        tick = math.ceil(max(second, kernel.now) / self.period) * self.period
        if tick not in self._wanted:
            self._wanted.add(tick)
            kernel.at(tick, lambda: self._woken(tick))

    def _woken(self, tick: float) -> None:
        self._wanted.discard(tick)
        if not self.is_needed():
            self.after()
            return
        number = self._stack.number(self._function)
        name = f"{self._function} {number}"
        self._stack.invoke(self._function, self._function, name, lambda place: self._body(place, name), self._ended)

    def _ended(self, failure: BaseException | None) -> None:
        if failure is not None:
            world = self._stack.world
            world.tell(f"{self._function} ended: {type(failure).__name__}: {failure}")
            # While a neighbour is away, more of the same failures tell nothing: it says when it is back.
            self.want(world.kernel.now + (FAILING_AGAIN_AFTER if world.away else 1))
        self.after()
