"""The bridge in memory, the real client and the ShipBob witness on one simulated clock: weeks pass in seconds."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from bridge.domain.outcome import MappingKey, NotAuthentic
from bridge.domain.sales_document import SalesOrder
from bridge.flows.poll_shipbob import poll_shipbob
from bridge.flows.receive_delivery import receive_delivery
from bridge.neighbours import Delivery
from bridge.shipbob.client import ShipBobClient
from bridge.shipbob.webhook import ShipBobWebhooks

from local.memory.stores import MemoryClock
from local.memory.world import START, World
from local.shipbob import ManualClock, ShipBobSimulator

MINUTE = dt.timedelta(minutes=1)
INSTANT = dt.timedelta(milliseconds=1)  # ShipBob's witness reckons its retries in floating seconds
SPACING = dt.timedelta(minutes=1) / 146

MAPPED = {
    "channel/180001": "AARONFIT0001",
    "shipping/Standard": "GROUND",
    "location/8": "CHICAGO",
    "location/156": "RENO",
    "sku/WIDGET-RED": "RED-100",
    "sku/WIDGET-BLUE": "BLUE-100",
    "sku/MUG-WHITE": "MUG-100",
}
TOPICS = (
    "order.shipped",
    "order.delivered",
    "order.shipment.delivered",
    "order.shipment.exception",
    "order.shipment.on_hold",
    "order.shipment.cancelled",
    "order.shipment.tracking.updated",
)
SECRET = "whsec_" + "QUJDREVGR0hJSktMTU5PUFFSU1RVVldY"


class SharedClock(MemoryClock):
    """The simulator's clock, as the ports read it: one time for both sides."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock.now())
        self._clock = clock

    def now(self) -> dt.datetime:
        return self._clock.now()

    def advance(self, time: dt.timedelta) -> None:
        assert time >= dt.timedelta(), "time does not go back"
        self._clock.advance(time.total_seconds())


@dataclass
class Token:
    """A personal access token that is always right."""

    text: str = field(repr=False)

    def token(self) -> str:
        return self.text

    def refused(self, token: str) -> str:
        raise AssertionError("ShipBob refuses the token it gave")


@dataclass
class Spacing:
    """Turns at ShipBob's limit: waiting is time that passes."""

    clock: MemoryClock

    def take(self) -> None:
        self.clock.advance(SPACING)

    def push(self, seconds: float) -> None:
        raise AssertionError(f"over ShipBob's limit: {seconds} s")


@dataclass
class LiveSecrets:
    """The door's secret, which never changes here."""

    secret: str = field(repr=False)

    def live(self) -> tuple[str, ...]:
        return (self.secret,)

    def afresh(self) -> tuple[str, ...]:
        return (self.secret,)


class AtShipBob:
    """The bridge and ShipBob, subscribed to each other; `world.gp` is in memory."""

    def __init__(self, folder: Path, poll_every: dt.timedelta) -> None:
        self.time = ManualClock(START)
        self.shipbob = ShipBobSimulator(folder, clock=self.time)
        self.world = World(clock=SharedClock(self.time))
        self._client = ShipBobClient(
            self.shipbob.url,
            Token(self.shipbob.token),
            Spacing(self.world.clock),
            seconds=lambda: self.time.now().timestamp(),
        )
        # In place of what remembers.
        self.world.shipbob = self.world.shipbob_in_background = self._client  # type: ignore[assignment]
        self.world.webhooks = ShipBobWebhooks(LiveSecrets(SECRET))  # type: ignore[assignment]
        for key, value in MAPPED.items():
            self.world.state.map(MappingKey.parse(key), value, "a test")
        subscribed = {"url": "https://bridge.example.com", "topics": list(TOPICS), "secret": SECRET}
        self.shipbob.subscriptions.create(subscribed, self.time.now())
        self.shipbob.webhooks.deliver_to(self._door)
        self._runs = itertools.count(1)
        self._next_poll, self._poll_every = START, poll_every
        self.refused = 0

    def close(self) -> None:
        self._client.close()
        self.shipbob.stop()

    def _door(self, headers: Mapping[str, str], body: bytes) -> int:
        delivery = Delivery({name.lower(): text for name, text in headers.items()}, body)
        try:
            receive_delivery(delivery, self.world)
        except NotAuthentic:
            self.refused += 1
            return 401
        return 202

    def until(self, moment: dt.datetime) -> None:
        """Time passes: deliveries come when they are due, polls on their schedule, the sweep when something is due."""
        while (event := min([self._next_poll, *self._delivery()])) <= moment:
            self.world.pass_time(max(event - self.time.now(), dt.timedelta()) + INSTANT)
            self.shipbob.webhooks.pump()
            if event == self._next_poll:
                poll_shipbob(self.world, f"run-{next(self._runs)}")
                self._next_poll += self._poll_every
            self.world.deliver()
        self.world.pass_time(max(moment - self.time.now(), dt.timedelta()))

    def _delivery(self) -> list[dt.datetime]:
        due = self.shipbob.webhooks.next_due()
        return [due] if due is not None else []

    def in_gp(self) -> dict[str, SalesOrder]:
        """What GP holds, but for the hour in a batch's name and the images."""
        return {
            number: replace(order, batch=order.batch[:3], image=b"") for number, order in self.world.gp.orders.items()
        }


@contextmanager
def at_shipbob(folder: Path, poll_every: dt.timedelta) -> Iterator[AtShipBob]:
    made = AtShipBob(folder, poll_every)
    try:
        yield made
    finally:
        made.close()
