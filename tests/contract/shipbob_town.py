"""A ShipBob account and its webhooks without any door, for claims in simulated time."""

from __future__ import annotations

import datetime as dt
import itertools

from local.shipbob import Account, ManualClock
from local.shipbob.counters import Counters
from local.shipbob.subscriptions import Subscriptions
from local.shipbob.webhooks import Webhooks
from tests.contract.shipbob_day import SECRET, Inbox, order

URL = "https://bridge.example.com/hooks"


class Town:
    """An account and its webhooks without any door, on a clock that only the test moves."""

    def __init__(self, *statuses: int | Exception, seed: int = 1) -> None:
        self.clock = ManualClock(dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))
        self.subscriptions = Subscriptions()
        self.webhooks = Webhooks(self.subscriptions, self.clock, Counters())
        self.webhooks.seed(seed)
        self.inbox = Inbox(*statuses)
        self.webhooks.deliver_to(self.inbox)
        self.account = Account(self.clock, self.webhooks.publish)
        self._numbers = itertools.count(1)
        self.subscribe()

    def subscribe(self) -> None:
        wanted = {"topics": ["order.shipped"], "url": URL, "secret": SECRET}
        self.subscriptions.create(wanted, self.clock.now())

    def ship(self, count: int = 1) -> list[int]:
        """Orders that are told of as shipped, in this order."""
        ids = []
        for number in itertools.islice(self._numbers, count):
            placed = self.account.place_order(order(str(number)))
            ids.append(int(self.account.ship_order(placed["id"])["id"]))
        return ids

    def told(self) -> list[int]:
        """Pump; the orders that have been told of so far."""
        self.webhooks.pump()
        return [body["id"] for body in self.inbox.bodies]
