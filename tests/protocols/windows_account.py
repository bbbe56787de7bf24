"""One Windows account's permit, asked and told by hand. Time moves only when a test says so."""

from __future__ import annotations

import datetime as dt

from bridge.protocols import permit
from bridge.protocols.permit import Denied, LoginResult, PermitRow, Proof

NOW = dt.datetime(2026, 11, 17, 2, 14, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
LEASE = 75 * SECOND
PROVEN, REFUSED, DOUBT, UNUSED = LoginResult.PROVEN, LoginResult.REFUSED, LoginResult.DOUBT, LoginResult.UNUSED
SILENCE = LoginResult.SILENCE


class Account:
    """One account's row, and the hands that ask and tell."""

    def __init__(self) -> None:
        self.row = PermitRow("wingtip\\svc-bridge")
        self.now = NOW

    def asks(self, holder: str, version: str = "v1") -> Denied | None:
        answer = permit.ask(self.row, version, holder, self.now)
        if isinstance(answer, Denied):
            return answer
        self.row = answer
        return None

    def tells(self, holder: str, result: LoginResult, version: str = "v1") -> None:
        self.row = permit.give_back(self.row, version, holder, result, self.now)

    def logs_in(self, result: LoginResult, version: str = "v1", holder: str = "") -> None:
        """A whole login, one second long, that must be granted."""
        name = holder or f"login at {self.now}"
        assert self.asks(name, version) is None
        self.now += SECOND
        self.tells(name, result, version)

    def clears(self) -> None:
        self.row = permit.clear(self.row, "a person", "password set again", self.now)

    def proof(self, version: str = "v1") -> Proof:
        return next(stands.proof for stands in self.row.versions if stands.id == version)
