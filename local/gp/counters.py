"""What the simulator has seen, for tests that count."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Counters:
    """Counted since the start; reading needs no lock.

    connections: TCP connections with their TLS handshake done. legs: HTTP requests on the wire, each leg of a handshake
    included. logins, refused: handshakes that ended well, and that a domain controller would have counted as a bad
    password. requests, operations: those that reached an operation, and by its name. max_concurrent: SOAP requests that
    were being worked on at the same time, at most.
    """

    connections: int = 0
    legs: int = 0
    logins: int = 0
    refused: int = 0
    requests: int = 0
    max_concurrent: int = 0
    operations: dict[str, int] = field(default_factory=dict)
    _working: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def connected(self) -> None:
        with self._lock:
            self.connections += 1

    def leg(self) -> None:
        with self._lock:
            self.legs += 1

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
        """Around the work on a SOAP request."""
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
            names = ("connections", "legs", "logins", "refused", "requests", "max_concurrent")
            return {**{name: getattr(self, name) for name in names}, "operations": dict(self.operations)}
