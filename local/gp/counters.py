"""What the simulator has seen, for tests that count."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local.gp.account import Account

_SHOWN = (
    "connections legs legs_by_kind logins refused bad_passwords locked requests operations bodies "
    "max_concurrent max_handshakes"
).split()


@dataclass(slots=True)
class Counters:
    """Counted since the start; reading needs no lock.

    connections: TCP connections with their TLS handshake done.
    legs: HTTP requests on the wire, each leg of a login included. legs_by_kind: the same as `bare` (no login shown,
    none on its connection), `kept` (none shown, its connection has one), `type 1`, `type 3`, `basic`, and `other` (no
    login that this server takes).
    logins, refused: tries to log in that ended well, and that were judged and refused. bad_passwords, locked: how the
    account stands now.
    requests, operations: those that reached an operation, and by its name. bodies: how many times a request with a body
    came in, on whatever leg, by operation.
    max_concurrent: operations that were being worked on at the same time, at most. max_handshakes: connections between
    a first message and the answer to its challenge, likewise.
    """

    account: Account
    connections: int = 0
    legs: int = 0
    legs_by_kind: dict[str, int] = field(default_factory=dict)
    logins: int = 0
    refused: int = 0
    requests: int = 0
    operations: dict[str, int] = field(default_factory=dict)
    bodies: dict[str, int] = field(default_factory=dict)
    max_concurrent: int = 0
    max_handshakes: int = 0
    _working: int = 0
    _shaking: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @property
    def bad_passwords(self) -> int:
        return self.account.bad_passwords

    @property
    def locked(self) -> bool:
        return self.account.locked

    def connected(self) -> None:
        with self._lock:
            self.connections += 1

    def leg(self, kind: str) -> None:
        with self._lock:
            self.legs += 1
            self.legs_by_kind[kind] = self.legs_by_kind.get(kind, 0) + 1

    def body(self, operation: str) -> None:
        with self._lock:
            self.bodies[operation] = self.bodies.get(operation, 0) + 1

    def shaking_hands(self, *, begins: bool) -> None:
        """A handshake begins or ends."""
        with self._lock:
            self._shaking += 1 if begins else -1
            self.max_handshakes = max(self.max_handshakes, self._shaking)

    def login(self, *, accepted: bool) -> None:
        with self._lock:
            if accepted:
                self.logins += 1
            else:
                self.refused += 1

    def reached(self, operation: str) -> None:
        with self._lock:
            self.requests += 1
            self.operations[operation] = self.operations.get(operation, 0) + 1

    @contextmanager
    def working(self) -> Iterator[None]:
        """Around the work on an operation."""
        with self._lock:
            self._working += 1
            self.max_concurrent = max(self.max_concurrent, self._working)
        try:
            yield
        finally:
            with self._lock:
                self._working -= 1

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            shown = {name: getattr(self, name) for name in _SHOWN}
            return {name: dict(value) if isinstance(value, dict) else value for name, value in shown.items()}
