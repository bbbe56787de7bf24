"""A worker's turn to log in: the permit is taken before a handshake, and given back once, with what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bridge.domain.outcome import Failure
from bridge.gp.ending import Ending, Reply
from bridge.protocols.permit import LEASE, LoginPermit, LoginResult

TURN_SECONDS_MAX = 10.0  # how long a call waits while others log in
FIRST_PAUSE_SECONDS = 0.05
PAUSE_SECONDS_MAX = 0.2
MARGIN_SECONDS = 5.0  # between our last word of a login and the end of the permit's lease


def unbounded() -> float:
    """The seconds that are left of a run that nobody ends."""
    return float("inf")


@dataclass(frozen=True, slots=True)
class Pace:
    """A clock in seconds, a way to let some of them pass, and how many are left of this run."""

    seconds: Callable[[], float]
    pause: Callable[[float], None]
    left: Callable[[], float] = unbounded


class NoTurn(Exception):
    """No handshake may begin; `reply` says why."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.why)
        self.reply = reply


class Turn:
    """The permit as one call after another uses it.

    A refusal is remembered by the permit itself, also while its table is out of reach, so that a person can clear it.
    """

    def __init__(self, permit: LoginPermit, pace: Pace) -> None:
        self._permit = permit
        self._pace = pace
        self._ends_at: float | None = None

    def take(self, deadline: float) -> None:
        """Take the permit unless this call holds it already; waits for others, but never beyond `deadline`.

        `NoTurn`: a person has to act, others took too long, or nobody can tell (then no login begins).
        """
        if self._ends_at is not None:
            return
        give_up_at = min(deadline, self._pace.seconds() + TURN_SECONDS_MAX)
        pause = FIRST_PAUSE_SECONDS
        while reply := self._denial():
            if reply.ending is not Ending.BUSY or self._pace.seconds() + pause >= give_up_at:
                raise NoTurn(reply)
            self._pace.pause(pause)
            pause = min(2 * pause, PAUSE_SECONDS_MAX)
        self._ends_at = self._pace.seconds() + LEASE.total_seconds() - MARGIN_SECONDS

    def check(self) -> None:
        """Raise `NoTurn` when the permit has run out: another may be logging in by now."""
        if self._ends_at is None or self._pace.seconds() >= self._ends_at:
            raise NoTurn(Reply(Ending.NOT_EXECUTED, why="the login took longer than its permit lasts"))

    def give_back(self, result: LoginResult) -> None:
        """The call is over; nothing to do where the permit was not taken."""
        if self._ends_at is None:
            return
        self._ends_at = None
        self._permit.give_back(result)

    def _denial(self) -> Reply | None:
        try:
            denied = self._permit.take()
        except Failure as failure:
            return Reply(Ending.NOT_SENT, why=f"no login without the permit's table: {failure}")
        if denied is None:
            return None
        return Reply(Ending.REJECTED_LOGIN if denied.needs_repair else Ending.BUSY, why=denied.why)
