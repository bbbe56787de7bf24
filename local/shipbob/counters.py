"""What happened, counted: for claims about how many calls a flow costs."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from local.shipbob.payloads import Json

KEPT_EXCHANGES = 2_000  # enough for a day's story; a long run keeps its last ones


@dataclass(frozen=True, slots=True)
class Exchange:
    """One REST request and its answer. `operation` is the path template, `GET /order/{orderId}`, or empty.

    A status of 0 is a connection that was closed instead. `headers` are the request's, their names in lower case; of
    its authorization only the scheme.
    """

    operation: str
    method: str
    path: str
    request_body: str
    status: int
    response_body: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Counters:
    """Requests by operation, answers by status, webhook attempts, and the last exchanges."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: Counter[str] = Counter()
        self.answers: Counter[int] = Counter()
        self.deliveries: Counter[str] = Counter(made=0, succeeded=0, failed=0)
        self.dropped = 0
        self.forged = 0
        self._exchanges: deque[Exchange] = deque(maxlen=KEPT_EXCHANGES)

    def answered(self, exchange: Exchange) -> None:
        """Count a REST request with its answer."""
        with self._lock:
            self.requests[exchange.operation or f"{exchange.method} (unknown)"] += 1
            self.answers[exchange.status] += 1
            self._exchanges.append(exchange)

    def attempted(self, *, succeeded: bool) -> None:
        """Count one POST of a webhook."""
        with self._lock:
            self.deliveries["made"] += 1
            self.deliveries["succeeded" if succeeded else "failed"] += 1

    def exchanges(self) -> list[Exchange]:
        """The last exchanges, oldest first."""
        with self._lock:
            return list(self._exchanges)

    def shown(self) -> Json:
        """All of it but the exchanges."""
        with self._lock:
            return {
                "requests": dict(self.requests),
                "answers": {str(status): count for status, count in self.answers.items()},
                "deliveries": dict(self.deliveries),
                "dropped": self.dropped,
                "forged": self.forged,
            }
