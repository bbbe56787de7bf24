"""Permits in memory: what the State table keeps, for threads that share it, without a network that fails."""

from __future__ import annotations

import dataclasses
import datetime as dt
import threading
from collections.abc import Callable, Sequence

from bridge.domain.outcome import Failure
from bridge.protocols import permit
from bridge.protocols.permit import Denied, LoginResult, PermitRow

from local.memory.points import Calls, point


class MemoryPermits:
    """Permits: one row for each account, one change at a time."""

    def __init__(self, now: Callable[[], dt.datetime], calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.rows: dict[str, PermitRow] = {}
        self.failure: Failure | None = None  # while it stands, every call fails so and stores nothing
        self._now = now
        self._lock = threading.Lock()

    def login(self, username: str, version: str, holder: str) -> MemoryLoginPermit:
        return MemoryLoginPermit(self, permit.account_of(username), version, holder)

    def show(self) -> Sequence[PermitRow]:
        self._reach()
        return [self.rows[account] for account in sorted(self.rows)]

    def clear(self, account: str, by: str, why: str) -> PermitRow:
        return self.change(permit.account_of(account), lambda row, now: permit.clear(row, by, why, now))

    @point("permits.change")
    def change[D](self, account: str, step: Callable[[PermitRow, dt.datetime], PermitRow | D]) -> PermitRow | D:
        self._reach()
        with self._lock:
            row = self.rows.get(account) or PermitRow(account)
            answer = step(row, self._now())
            if not isinstance(answer, PermitRow) or answer == row:
                return answer
            self.rows[account] = dataclasses.replace(answer, version=row.version + 1)
            return self.rows[account]

    def _reach(self) -> None:
        if self.failure is not None:
            raise self.failure


class MemoryLoginPermit:
    """One connection's permit."""

    def __init__(self, permits: MemoryPermits, account: str, version: str, holder: str) -> None:
        self._permits = permits
        self._account = account
        self._version = version
        self._holder = holder
        self._taken = 0
        self._untold: tuple[str, LoginResult] | None = None

    def take(self) -> Denied | None:
        self._tell()
        self._taken += 1
        login = f"{self._holder}#{self._taken}"
        answer = self._permits.change(self._account, lambda row, now: permit.ask(row, self._version, login, now))
        return answer if isinstance(answer, Denied) else None

    def give_back(self, result: LoginResult) -> None:
        self._untold = (f"{self._holder}#{self._taken}", result)
        try:
            self._tell()
        except Failure:
            return  # told before the next login

    def _tell(self) -> None:
        if self._untold is None:
            return
        login, result = self._untold
        self._permits.change(self._account, lambda row, now: permit.give_back(row, self._version, login, result, now))
        self._untold = None
