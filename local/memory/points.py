"""Every call of a port is a numbered point, at which a run can be ended as the end of a process does."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Concatenate, Protocol


class Crash(BaseException):
    """The process ended here."""


class Cut(StrEnum):
    """Where at a point the process ends."""

    BEFORE = "before"
    AFTER = "after"


class Calls:
    """Counts the calls of every port and ends the process at one of them, if told so."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self._crash: tuple[int, Cut] | None = None

    def count(self, name: str) -> int:
        return self.made.count(name)

    def of(self, port: str) -> list[str]:
        """The names of the calls of one port, in their order."""
        return [name.partition(".")[2] for name in self.made if name.startswith(f"{port}.")]

    def crash_at(self, number: int, cut: Cut) -> None:
        """End the process at call `number` (from 1, counted from now on)."""
        self._crash = (len(self.made) + number, cut)

    def spare(self) -> None:
        """No crash is ahead any more."""
        self._crash = None

    def run[R](self, name: str, effect: Callable[[], R]) -> R:
        """One call of a port: what it does, and whatever befalls it before and after."""
        self.made.append(name)
        number = len(self.made)
        self._end(number, Cut.BEFORE)
        result = effect()
        self._end(number, Cut.AFTER)
        return result

    def _end(self, number: int, cut: Cut) -> None:
        if self._crash == (number, cut):
            self._crash = None
            raise Crash(f"{cut} call {number}, {self.made[number - 1]}")


class _Counted(Protocol):
    @property
    def calls(self) -> Calls: ...


def point[S: _Counted, **P, R](
    name: str,
) -> Callable[[Callable[Concatenate[S, P], R]], Callable[Concatenate[S, P], R]]:
    """Make a method a numbered point of the run."""

    def decorate(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], R]:
        def call(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
            return self.calls.run(name, lambda: method(self, *args, **kwargs))

        return call

    return decorate
