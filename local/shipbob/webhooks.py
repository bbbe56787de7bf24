"""Delivering webhooks: real POSTs from threads of their own, tried again on ShipBob's schedule, never in any order.

Schedule, timeout and what counts as success are ShipBob's webhook page: eight tries, each gap counted from the failure
before it, 15 s a try, any 2xx is success and a redirect is not. For a day in simulated time `deliver_to` puts a plain
callable in the place of HTTP, and `pump` makes what is due, in the thread that calls it.
"""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx

from local.shipbob import signing
from local.shipbob.clock import Clock
from local.shipbob.counters import Counters
from local.shipbob.deliveries import NOTHING_AMISS, Attempt, Delivery, Due
from local.shipbob.payloads import Json, timestamp
from local.shipbob.subscriptions import Subscription, Subscriptions

GAPS = (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 36_000.0)  # seconds
TIMEOUT_SECONDS = 15.0
THREADS = 8
UNANSWERED = (OSError, httpx.HTTPError, httpx.InvalidURL, RuntimeError)  # the last: the client closed while stopping

Receive = Callable[[dict[str, str], bytes], int]
"""Takes headers and body, answers a status. An `OSError` (so a ConnectionError, a TimeoutError) is: no answer came;
whatever else it raises passes through `pump`, and that try is not made again."""


class Webhooks:
    """Messages on their way. `retry_scale` shortens the gaps between tries: 0.001 passes a day in 86 s."""

    def __init__(
        self, subscriptions: Subscriptions, clock: Clock, counters: Counters, retry_scale: float = 1.0
    ) -> None:
        self.retry_scale = retry_scale
        self.mishaps = NOTHING_AMISS
        self._subscriptions, self._clock, self._counters = subscriptions, clock, counters
        self._chance = random.Random()  # noqa: S311  (chance, not secrecy)
        self._changed = threading.Condition()
        self._deliveries: dict[str, Delivery] = {}
        self._due: list[Due] = []
        self._numbers = itertools.count()
        self._trying = 0
        self._to_drop = 0
        self._holding = False
        self._stopped = False
        self._receive: Receive | None = None
        self._client: httpx.Client | None = None
        self._threads: list[threading.Thread] = []

    # what a test or an operator does

    def seed(self, seed: int) -> None:
        """From now on chance, which `mishaps` ask, and the messages' ids are the same in every run."""
        with self._changed:
            self._chance.seed(seed)

    def publish(self, topic: str, document: str, body: bytes) -> None:
        """Send a message to everyone told of the topic; a message id is new for each of them."""
        for subscription in self._subscriptions.told_of(topic):
            with self._changed:
                identity = self._new_id()
                made = self._deliveries[identity] = Delivery(identity, topic, document, subscription, body)
                self._admit(made)

    def again(self, message_id: str) -> None:
        """Send a message once more under the same id, as the portal's resend does and a lost answer causes."""
        with self._changed:
            delivery = self._deliveries[message_id]
            delivery.state = "pending"
            self._schedule(delivery, 0.0, duplicate=bool(delivery.attempts))

    def recover(self) -> int:
        """Send everything that was given up once more, as the portal's recovery does; how many that are."""
        with self._changed:
            failed = [each.id for each in self._deliveries.values() if each.state == "failed"]
            for message_id in failed:
                self.again(message_id)
            return len(failed)

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
                self._schedule(each, 0.0)

    def forge(self, topic: str, body: bytes, subscription: Subscription, kind: signing.Forgery = "wrong_secret") -> int:
        """POST a body that ShipBob never signed so, `signing.forged` says how; the status its receiver gave.

        Raises `httpx.TransportError` where no answer came, or the callable's `OSError`.
        """
        self._counters.forged += 1
        sent = signing.forged(kind, subscription, self._new_id(), self._unix(), topic, body)
        if self._receive is not None:
            return self._receive(sent, body)
        return self._post(subscription.url, body, sent)

    def deliver_to(self, receive: Receive | None) -> None:
        """From now on hand every try to a callable, and only when `pump` is called; None goes back to HTTP."""
        with self._changed:
            self._receive = receive
            self._changed.notify_all()

    def pump(self) -> int:
        """Make every try that is due by the clock, also those that come to be due meanwhile; how many were made."""
        made = 0
        while (due := self._due_now()) is not None:
            self._make(due)
            made += 1
        return made

    def next_due(self) -> dt.datetime | None:
        """When the next try is due; None when none is to come. So far a simulated clock may jump."""
        with self._changed:
            return dt.datetime.fromtimestamp(self._due[0].at, dt.UTC) if self._due else None

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
        if self._client is not None:
            self._client.close()

    # how it is done; `_changed` is held in the methods that touch state

    def _admit(self, delivery: Delivery) -> None:
        mishaps = self.mishaps if self.mishaps.befall(delivery.topic) else NOTHING_AMISS
        if self._to_drop or mishaps.loses(self._chance):
            self._to_drop = max(0, self._to_drop - 1)
            delivery.state = "dropped"
            self._counters.dropped += 1
        elif self._holding:
            delivery.state = "held"
        else:
            for copy in range(1 + mishaps.duplicates):
                self._schedule(delivery, mishaps.delay(self._chance), duplicate=copy > 0)

    def _schedule(self, delivery: Delivery, seconds: float, *, failures: int = 0, duplicate: bool = False) -> None:
        # through a datetime, whose microseconds `next_due` can tell and a clock can reach
        at = (self._clock.now() + dt.timedelta(seconds=seconds)).timestamp()
        turn = self._chance.random() if self.mishaps.shuffled else 0.0
        heapq.heappush(self._due, Due(at, turn, next(self._numbers), delivery, failures, duplicate))
        if self._receive is None and not self._threads and not self._stopped:
            self._start()
        self._changed.notify_all()

    def _start(self) -> None:
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def _work(self) -> None:
        while (due := self._next()) is not None:
            self._make(due)

    def _next(self) -> Due | None:
        """The next try whose time has come; None when stopped."""
        with self._changed:
            while not self._stopped:
                waited_for = self._due if self._receive is None else []  # a callable's tries are `pump`'s
                seconds = waited_for[0].at - self._clock.now().timestamp() if waited_for else None
                if seconds is not None and seconds <= 0:
                    return self._popped()
                self._clock.wait(self._changed, seconds)
            return None

    def _due_now(self) -> Due | None:
        with self._changed:
            is_due = self._due and self._due[0].at <= self._clock.now().timestamp()
            return self._popped() if is_due else None

    def _popped(self) -> Due:
        self._trying += 1
        return heapq.heappop(self._due)

    def _make(self, due: Due) -> None:
        is_live = self._subscriptions.is_live(due.delivery.subscription.id)
        attempt = self._try(due) if is_live else None  # nothing more is sent to what was deleted or switched off
        with self._changed:
            if attempt is not None:
                self._settle(due, attempt)
            elif due.delivery.state != "delivered":
                due.delivery.state = "failed"
            self._trying -= 1
            self._changed.notify_all()

    def _try(self, due: Due) -> Attempt:
        delivery, at = due.delivery, timestamp(self._clock.now()) or ""
        secret = delivery.subscription.secret
        sent = signing.headers(secret, delivery.id, self._unix(), delivery.topic, delivery.body)
        unanswered = (OSError,) if self._receive else UNANSWERED
        try:
            return Attempt(at, self._sent(delivery, sent), None, due.duplicate)
        except unanswered as error:
            return Attempt(at, None, f"{type(error).__name__}: {error}", due.duplicate)

    def _sent(self, delivery: Delivery, sent: dict[str, str]) -> int:
        if self._receive is None:
            return self._post(delivery.subscription.url, delivery.body, sent)
        began = self._clock.now()
        status = self._receive(sent, delivery.body)
        if (self._clock.now() - began).total_seconds() > TIMEOUT_SECONDS:
            raise TimeoutError(f"no answer within {TIMEOUT_SECONDS:g} s")
        return status

    def _settle(self, due: Due, attempt: Attempt) -> None:
        delivery, scale = due.delivery, self.retry_scale
        delivery.attempts.append(attempt)
        self._counters.attempted(succeeded=attempt.succeeded)
        self._subscriptions.note(delivery.subscription, self._clock.now(), succeeded=attempt.succeeded, scale=scale)
        if attempt.succeeded:
            delivery.state = "delivered"
        elif due.failures < len(GAPS) and self._subscriptions.is_live(delivery.subscription.id):
            self._schedule(delivery, GAPS[due.failures] * scale, failures=due.failures + 1, duplicate=due.duplicate)
        elif delivery.state != "delivered":  # by another copy
            delivery.state = "failed"

    def _post(self, url: str, body: bytes, sent: dict[str, str]) -> int:
        """POST to a url; `*.localhost` is this machine whether or not a resolver knows it (RFC 6761)."""
        parts = urlsplit(url)
        extensions = {}
        if (parts.hostname or "").endswith(".localhost"):
            sent = {**sent, "host": parts.netloc}
            extensions = {"sni_hostname": parts.hostname}
            url = parts._replace(netloc="127.0.0.1" + (f":{parts.port}" if parts.port else "")).geturl()
        return self._http().post(url, content=body, headers=sent, extensions=extensions).status_code

    def _http(self) -> httpx.Client:
        with self._changed:
            if self._client is None:  # late, because a simulated day has no use for it
                self._client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)
            return self._client

    def _new_id(self) -> str:
        return f"msg_{self._chance.getrandbits(112):028x}"

    def _unix(self) -> int:
        return int(self._clock.now().timestamp())
