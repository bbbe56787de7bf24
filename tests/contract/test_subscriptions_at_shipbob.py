"""The webhook subscriptions at the ShipBob witness, over its REST API, with real signatures at the door."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.outcome import NotAuthentic
from bridge.flows.receive_delivery import receive_delivery
from bridge.neighbours import Delivery
from bridge.protocols.subscription import OLDEST_TOPICS, TOPICS
from bridge.shipbob.client import ShipBobClient
from bridge.shipbob.webhook import ShipBobWebhooks, StoredLiveSecrets

from local.certificates import authority
from local.memory.world import START
from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.subscriptions import Subscription
from tests.contract.at_shipbob import SharedClock, Spacing, Token
from tests.contract.shipbob_day import order
from tests.subscribing import SCHEDULE, URL, Subscribing

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
WRO_TOPICS = set(TOPICS["receiving"])


class Bench:
    """ShipBob, the bridge that looks after its subscriptions, and the door, which is a process of its own."""

    def __init__(self, folder: Path) -> None:
        self.time = ManualClock(START)
        self.shipbob = ShipBobSimulator(folder, clock=self.time)
        self.world = Subscribing(clock=SharedClock(self.time))
        self.world.calls.watch = lambda: None
        self.client = ShipBobClient(
            self.shipbob.url,
            Token(self.shipbob.token),
            Spacing(self.world.clock),
            seconds=lambda: self.time.now().timestamp(),
        )
        self.world.shipbob = self.client  # type: ignore[assignment] # the port itself, not its fake
        live = StoredLiveSecrets(self.world.webhook_secret.another())
        self.world.webhooks = ShipBobWebhooks(live)  # type: ignore[assignment] # likewise
        self.shipbob.webhooks.deliver_to(self._door)
        self.is_open = True
        self.statuses: list[int] = []
        self._orders = 0

    def close(self) -> None:
        self.client.close()
        self.shipbob.stop()

    def _door(self, headers: Mapping[str, str], body: bytes) -> int:
        status = 503
        if self.is_open:
            try:
                receive_delivery(Delivery({name.lower(): text for name, text in headers.items()}, body), self.world)
                status = 202
            except NotAuthentic:
                status = 401
        self.statuses.append(status)
        return status

    def deliver_one(self) -> None:
        """An order is shipped, and ShipBob tells of it; nobody looks on meanwhile."""
        watch, self.world.calls.watch = self.world.calls.watch, lambda: None
        self._orders += 1
        placed = self.shipbob.account.place_order(order(f"{1000 + self._orders}"))
        self.shipbob.account.ship_order(placed["id"])
        self.shipbob.webhooks.pump()
        self.world.calls.watch = watch

    def pass_time(self, time: dt.timedelta, deliver_every: dt.timedelta = HOUR) -> None:
        """Time goes by: the function is woken every five minutes, and ShipBob delivers."""
        end, next_delivery = self.time.now() + time, self.time.now()
        while self.time.now() < end:
            self.time.advance(SCHEDULE.total_seconds())
            self.world.keep()
            self.shipbob.webhooks.pump()
            if self.time.now() >= next_delivery:
                self.deliver_one()
                next_delivery += deliver_every

    @property
    def subscribed(self) -> list[Subscription]:
        return self.shipbob.subscriptions.all()

    @property
    def topics(self) -> set[frozenset[str]]:
        return {frozenset(each.topics) for each in self.subscribed}

    def assert_one_each(self, *families: str) -> None:
        """Exactly one live subscription of each family, with the present secret."""
        assert len(self.subscribed) == len(families)
        assert self.topics == {frozenset(TOPICS[family]) for family in families}
        told = {(each.url, each.enabled, each.secret) for each in self.subscribed}
        assert told == {(URL, True, f"whsec_{self.world.stored['current']}")}


@pytest.fixture
def bench(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority(folder).bundle))
    made = Bench(folder)
    yield made
    made.close()


def test_what_shipbob_offers_is_subscribed_and_delivered(bench: Bench) -> None:
    kept = bench.world.connect()
    bench.deliver_one()

    bench.assert_one_each("orders", "shipments", "returns")
    assert kept.counted == {"SubscriptionsMade": 3, "SubscriptionsNotOffered": 1}
    assert set(bench.statuses) == {202}


def test_shipbobs_own_words_say_what_it_does_not_offer(bench: Bench) -> None:
    bench.world.connect()

    (refusal,) = bench.world.subscription_rows.kept["receiving"].refusals

    assert "wro.created" in refusal.why


def test_topics_that_guides_alone_tell_of_are_taken_where_shipbob_takes_them(bench: Bench) -> None:
    bench.world.connect()
    bench.shipbob.subscriptions.unknown_topics = WRO_TOPICS

    bench.pass_time(DAY + HOUR)

    bench.assert_one_each(*TOPICS)
    assert set(bench.statuses) == {202}


def test_of_an_older_version_the_oldest_topics_are_taken(bench: Bench) -> None:
    every = {topic for topics in TOPICS.values() for topic in topics}
    bench.shipbob.subscriptions.refused_topics = every - OLDEST_TOPICS

    bench.world.connect()

    assert {topic for topics in bench.topics for topic in topics} == OLDEST_TOPICS
    assert len(bench.subscribed) == 3


def test_after_a_week_in_which_the_door_failed_shipbob_delivers_again_within_the_hour(bench: Bench) -> None:
    bench.world.connect()
    bench.is_open = False
    for _ in range(7 * 24):
        bench.time.advance(HOUR.total_seconds())
        bench.deliver_one()
    dead = [each.id for each in bench.subscribed if not each.enabled]
    assert dead, "ShipBob switched it off"

    bench.is_open = True
    bench.pass_time(HOUR)
    bench.statuses.clear()
    bench.deliver_one()

    bench.assert_one_each("orders", "shipments", "returns")
    assert not {each.id for each in bench.subscribed} & set(dead)
    assert set(bench.statuses) == {202}


def test_a_subscription_whose_making_was_not_answered_is_found_by_its_description(bench: Bench) -> None:
    bench.shipbob.faults.add("POST /webhook", "hang_up_after")

    assert not bench.world.connect().is_whole
    made = len(bench.subscribed)
    bench.pass_time(HOUR)

    assert made == 3, "the first was made, though nobody heard"
    bench.assert_one_each("orders", "shipments", "returns")
    assert posted(bench) == 3 + 1, "and once more, what is not offered"


def posted(bench: Bench) -> int:
    """How many subscriptions ShipBob was asked for."""
    return sum((each.method, each.path) == ("POST", "/2026-07/webhook") for each in bench.shipbob.exchanges)


def test_while_the_secret_is_rotated_no_delivery_is_turned_away(bench: Bench) -> None:
    """An order ships at every step of the rotation, and then every quarter of an hour until it is finished."""
    bench.world.connect()
    first = bench.world.stored["current"]
    bench.deliver_one()
    bench.world.calls.watch = bench.deliver_one

    bench.world.rotate()

    bench.world.calls.watch = lambda: None
    during = len(bench.statuses)
    assert bench.world.stored["previous"] == first
    bench.pass_time(50 * HOUR, deliver_every=15 * MINUTE)
    assert bench.world.stored["previous"] == ""
    bench.assert_one_each("orders", "shipments", "returns")
    assert during > 20
    assert set(bench.statuses) == {202}


def test_a_delivery_of_the_former_subscription_that_failed_is_taken_a_day_later_or_given_up(bench: Bench) -> None:
    bench.world.connect()
    bench.is_open = False
    bench.deliver_one()
    bench.world.rotate()
    bench.is_open = True
    bench.statuses.clear()

    bench.pass_time(30 * HOUR)

    assert set(bench.statuses) == {202}


def test_what_somebody_else_subscribed_is_left_alone(bench: Bench) -> None:
    foreign: dict[str, Any] = {"url": "https://elsewhere.example.com/", "topics": ["order.shipped"]}
    kept = bench.shipbob.subscriptions.create(foreign, bench.time.now())

    bench.world.connect()
    bench.world.rotate()
    bench.pass_time(3 * HOUR)
    bench.world.disconnect()

    assert bench.subscribed == [kept]


def test_more_subscriptions_than_a_page_hide_none_of_ours(bench: Bench) -> None:
    foreign: dict[str, Any] = {"url": "https://elsewhere.example.com/", "topics": ["order.shipped"]}
    for _ in range(260):
        bench.shipbob.subscriptions.create(foreign, bench.time.now())
    bench.world.connect()

    bench.pass_time(2 * HOUR)

    assert len(bench.subscribed) == 260 + 3
    assert posted(bench) == 3 + 1
