"""Delivering webhooks: real POSTs from threads of their own, tried again on ShipBob's schedule, never in any order.

Schedule, timeout and what counts as success are ShipBob's webhook page: eight tries, each gap counted from the failure
before it, 15 s a try, any 2xx is success and a redirect is not.
"""

from __future__ import annotations

import heapq
import itertools
import secrets
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Literal
from urllib.parse import urlsplit

import httpx

from local.shipbob import signing
from local.shipbob.clock import Clock
from local.shipbob.counters import Counters
from local.shipbob.payloads import Json, timestamp
from local.shipbob.subscriptions import Subscription, Subscriptions, new_secret

GAPS = (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 36_000.0)  # seconds
TIMEOUT_SECONDS = 15.0
THREADS = 8

State = Literal["pending", "held", "dropped", "delivered", "failed"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST. `status` is None where no HTTP answer came, and `error` then says what did."""

    at: str
    status: int | None
    error: str | None
    duplicate: bool

    @property
    def succeeded(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


@dataclass(slots=True)
class Delivery:
    """One message to one subscription; its id stays the same over retries and duplicates."""

    id: str
    topic: str
    document: str
    subscription: Subscription
    body: bytes
    state: State = "pending"
    attempts: list[Attempt] = field(default_factory=list)

    def shown(self) -> Json:
        """For a person, or a test, that asks."""
        return {
            "id": self.id,
            "topic": self.topic,
            "document": self.document,
            "subscription": self.subscription.id,
            "url": self.subscription.url,
            "state": self.state,
            "attempts": [asdict(attempt) for attempt in self.attempts],
        }


@dataclass(frozen=True, slots=True, order=True)
class _Due:
    """A try that is to be made; `failures` before it in this series."""

    at: float
    number: int
    delivery: Delivery = field(compare=False)
    failures: int = field(compare=False)
    duplicate: bool = field(compare=False)


class Webhooks:
    """Messages on their way. `retry_scale` shortens the gaps between tries: 0.001 passes a day in 86 s."""

    def __init__(self, subscriptions: Subscriptions, clock: Clock, counters: Counters, retry_scale: float) -> None:
        self.retry_scale = retry_scale
        self._subscriptions, self._clock, self._counters = subscriptions, clock, counters
        self._changed = threading.Condition()
        self._deliveries: dict[str, Delivery] = {}
        self._due: list[_Due] = []
        self._numbers = itertools.count()
        self._trying = 0
        self._to_drop = 0
        self._holding = False
        self._stopped = False
        self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    # what a test or an operator does

    def publish(self, topic: str, document: str, body: bytes) -> None:
        """Send a message to everyone told of the topic; a message id is new for each of them."""
        for subscription in self._subscriptions.told_of(topic):
            made = Delivery(f"msg_{secrets.token_hex(14)}", topic, document, subscription, body)
            with self._changed:
                self._deliveries[made.id] = made
                self._admit(made)

    def again(self, message_id: str) -> None:
        """Send a message once more under the same id, as the portal's resend does and a lost answer causes."""
        with self._changed:
            delivery = self._deliveries[message_id]
            delivery.state = "pending"
            self._schedule(delivery, 0.0, failures=0, duplicate=bool(delivery.attempts))

    def drop(self, count: int) -> None:
        """Lose the next messages without a try."""
        with self._changed:
            self._to_drop = count

    def hold(self) -> None:
        """Keep new messages back until `release`."""
        with self._changed:
            self._holding = True

    def release(self, *, newest_first: bool = False) -> None:
        """Let held messages go; newest first makes a late order of them."""
        with self._changed:
            self._holding = False
            held = [each for each in self._deliveries.values() if each.state == "held"]
            for each in reversed(held) if newest_first else held:
                each.state = "pending"
                self._schedule(each, 0.0, failures=0, duplicate=False)

    def forge(self, topic: str, body: bytes, subscription: Subscription) -> int:
        """POST a body signed with a secret that is not the subscription's; the status its receiver gave.

        Raises `httpx.TransportError` where no answer came.
        """
        sent = signing.headers(new_secret(), f"msg_{secrets.token_hex(14)}", self._unix(), topic, body)
        self._counters.forged += 1
        return self._post(subscription.url, body, sent)

    def deliveries(self) -> list[Json]:
        """Every message so far, oldest first."""
        with self._changed:
            return [delivery.shown() for delivery in self._deliveries.values()]

    def wait_until_idle(self, seconds: float) -> bool:
        """Wait, in real time, until no try is under way and none is to come; whether that was reached."""
        return self.wait_for(lambda: not (self._trying or self._due), seconds)

    def wait_for(self, reached: Callable[[], bool], seconds: float) -> bool:
        """Wait, in real time, until a state is reached that only tries can bring about; whether it was."""
        with self._changed:
            return self._changed.wait_for(reached, seconds)

    def stop(self) -> None:
        """No further try; one under way is not waited for longer than a second."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        for thread in self._threads:
            thread.join(timeout=1.0)
        self._client.close()

    # how it is done; `_changed` is held in the methods that touch state

    def _admit(self, delivery: Delivery) -> None:
        if self._to_drop:
            self._to_drop -= 1
            delivery.state = "dropped"
            self._counters.dropped += 1
        elif self._holding:
            delivery.state = "held"
        else:
            self._schedule(delivery, 0.0, failures=0, duplicate=False)

    def _schedule(self, delivery: Delivery, seconds: float, *, failures: int, duplicate: bool) -> None:
        at = self._clock.now().timestamp() + seconds
        heapq.heappush(self._due, _Due(at, next(self._numbers), delivery, failures, duplicate))
        self._changed.notify_all()

    def _work(self) -> None:
        while (due := self._next()) is not None:
            attempt = self._try(due)
            with self._changed:
                self._settle(due, attempt)
                self._trying -= 1
                self._changed.notify_all()

    def _next(self) -> _Due | None:
        """The next try whose time has come; None when stopped."""
        with self._changed:
            while not self._stopped:
                seconds = self._due[0].at - self._clock.now().timestamp() if self._due else None
                if seconds is not None and seconds <= 0:
                    self._trying += 1
                    return heapq.heappop(self._due)
                self._clock.wait(self._changed, seconds)
            return None

    def _try(self, due: _Due) -> Attempt:
        delivery, at = due.delivery, timestamp(self._clock.now()) or ""
        secret = delivery.subscription.secret
        sent = signing.headers(secret, delivery.id, self._unix(), delivery.topic, delivery.body)
        try:
            return Attempt(at, self._post(delivery.subscription.url, delivery.body, sent), None, due.duplicate)
        except (
            httpx.HTTPError,
            httpx.InvalidURL,
            RuntimeError,
        ) as error:  # RuntimeError: the client was closed while stopping
            return Attempt(at, None, f"{type(error).__name__}: {error}", due.duplicate)

    def _settle(self, due: _Due, attempt: Attempt) -> None:
        delivery, scale = due.delivery, self.retry_scale
        delivery.attempts.append(attempt)
        self._counters.attempted(succeeded=attempt.succeeded)
        self._subscriptions.note(delivery.subscription, self._clock.now(), succeeded=attempt.succeeded, scale=scale)
        if attempt.succeeded:
            delivery.state = "delivered"
        elif due.failures < len(GAPS) and self._subscriptions.exists(delivery.subscription.id):
            self._schedule(delivery, GAPS[due.failures] * scale, failures=due.failures + 1, duplicate=due.duplicate)
        else:
            delivery.state = "failed"

    def _post(self, url: str, body: bytes, sent: dict[str, str]) -> int:
        """POST to a url; `*.localhost` is this machine whether or not a resolver knows it (RFC 6761)."""
        parts = urlsplit(url)
        extensions = {}
        if (parts.hostname or "").endswith(".localhost"):
            sent = {**sent, "host": parts.netloc}
            extensions = {"sni_hostname": parts.hostname}
            url = parts._replace(netloc="127.0.0.1" + (f":{parts.port}" if parts.port else "")).geturl()
        return self._client.post(url, content=body, headers=sent, extensions=extensions).status_code

    def _unix(self) -> int:
        return int(self._clock.now().timestamp())
