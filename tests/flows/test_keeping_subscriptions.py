"""ShipBob delivers to us, each family of topics once, whatever becomes of its subscriptions."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from bridge.domain.connection import Subscription
from bridge.protocols.subscription import OLDEST_TOPICS, TOPICS

from tests.subscribing import FIRST_SECRET, OTHER_URL, URL, Subscribing, connected

WRO = set(TOPICS["receiving"])


def asked(world: Subscribing, since: int = 0) -> list[str]:
    """What ShipBob was asked for."""
    return [name.removeprefix("shipbob.") for name in world.calls.made[since:] if name.startswith("shipbob.")]


def test_before_anybody_connects_nothing_is_asked_of_shipbob() -> None:
    world = Subscribing()

    world.pass_hours(24)

    assert set(world.calls.made) == {"subscription_rows.registration"}
    assert world.shipbob.subscribed == {}


def test_once_connected_each_family_of_topics_is_delivered_once() -> None:
    world = Subscribing()

    kept = world.connect()

    world.assert_one_each()
    assert kept.counted == {"SubscriptionsMade": 4}
    assert {family: listed[0].topics for family, listed in world.listed.items()} == {
        family: frozenset(topics) for family, topics in TOPICS.items()
    }
    assert {world.secret_of(each) for each in world.shipbob.subscribed.values()} == {FIRST_SECRET}


def test_a_person_at_shipbob_reads_whose_a_subscription_is() -> None:
    world = connected()

    (orders,) = world.listed["orders"]

    assert orders.description.startswith("gp-shipbob orders ")


def test_connecting_again_changes_nothing() -> None:
    world = connected()
    before = dict(world.shipbob.subscribed)

    kept = world.connect()

    assert world.shipbob.subscribed == before
    assert kept.counted == {}


def test_a_run_with_nothing_due_reads_one_row() -> None:
    world = connected()
    before = len(world.calls.made)

    world.keep()

    assert world.calls.made[before:] == ["subscription_rows.registration"]


def test_shipbob_is_asked_once_an_hour_and_each_hour() -> None:
    world = connected()
    before = len(world.calls.made)

    for hour in range(1, 25):
        world.pass_hours(1)
        assert asked(world, before) == ["subscriptions"] * hour


def test_a_subscription_that_is_gone_is_made_again_within_the_hour() -> None:
    world = connected()
    (lost,) = world.listed["shipments"]
    del world.shipbob.subscribed[lost.id]

    kept = world.pass_hours(1)

    world.assert_one_each()
    assert sum(each.counted.get("SubscriptionsMade", 0) for each in kept) == 1


def test_a_subscription_that_shipbob_switched_off_is_counted_and_replaced_the_new_one_first() -> None:
    world = connected()
    dead = world.switch_off("orders")
    before = len(world.calls.made)

    kept = world.pass_hours(1)

    world.assert_one_each()
    assert dead.id not in world.shipbob.subscribed
    assert asked(world, before) == ["subscriptions", "subscribe", "unsubscribe"]
    assert sum(each.counted.get("SubscriptionsDisabled", 0) for each in kept) == 1


def test_another_url_moves_every_subscription() -> None:
    world = connected()

    world.connect(OTHER_URL)

    world.assert_one_each(OTHER_URL)


@pytest.mark.parametrize("url", ["http://example.com/hooks", "https://", "nowhere", "", "ftp://example.com"])
def test_shipbob_is_not_sent_to_a_url_that_it_would_not_take(url: str) -> None:
    world = connected()

    with pytest.raises(ValueError, match="https"):
        world.connect(url)

    world.assert_one_each(URL)


def test_a_laptops_own_door_may_be_plain() -> None:
    world = Subscribing()

    world.connect("http://abc123.execute-api.localhost:4566/webhooks/shipbob")

    assert len(world.shipbob.subscribed) == len(TOPICS)


def changed(world: Subscribing, family: str, **changes: object) -> Subscription:
    (only,) = world.listed[family]
    world.shipbob.subscribed[only.id] = dataclasses.replace(only, **changes)  # type: ignore[arg-type]
    return only


@pytest.mark.parametrize(
    "change", [{"topics": frozenset({"order.shipped"})}, {"url": OTHER_URL}], ids=["topics", "url"]
)
def test_a_subscription_that_somebody_changed_at_shipbob_is_replaced(change: dict[str, object]) -> None:
    world = connected()
    former = changed(world, "orders", **change)

    world.pass_hours(1)

    world.assert_one_each()
    assert former.id not in world.shipbob.subscribed


def made_while_listed(world: Subscribing, hours: int, listing: Callable[[int], dict[str, object]]) -> int:
    """How many subscriptions are made while ShipBob lists that for orders otherwise, each hour anew."""
    made = 0
    for hour in range(hours):
        changed(world, "orders", **listing(hour))
        made += sum(kept.counted.get("SubscriptionsMade", 0) for kept in world.pass_hours(1))
    return made


@pytest.mark.parametrize(
    ("listing", "made"),
    [
        (lambda _hour: {"topics": frozenset({"order.shipped"})}, 1),
        (lambda _hour: {"url": OTHER_URL}, 1),
        (lambda _hour: {"url": f"{URL}/"}, 0),
        (lambda hour: {"url": f"{URL}?{hour}"}, 3),
    ],
    ids=["a topic renamed", "the same url each time", "a slash", "each time another url"],
)
def test_what_is_listed_otherwise_is_made_again_once_a_day_at_most_and_once_where_that_cures_nothing(
    listing: Callable[[int], dict[str, object]], made: int
) -> None:
    world = connected()

    assert made_while_listed(world, 72, listing) == made

    assert len(world.listed["orders"]) == 1


def test_what_is_taken_for_shipbobs_way_of_listing_stays_so_through_a_rotation() -> None:
    world = connected()
    made_while_listed(world, 2, lambda _hour: {"topics": frozenset({"order.shipped"})})
    world.rotate()

    assert made_while_listed(world, 48, lambda _hour: {"topics": frozenset({"order.shipped"})}) == 0


def test_what_somebody_changes_at_shipbob_again_is_replaced_again() -> None:
    world = connected()
    for _ in range(3):
        former = changed(world, "orders", url=OTHER_URL)
        world.pass_hours(1)
        assert former.id not in world.shipbob.subscribed
        world.pass_hours(24)

    world.assert_one_each()


# ---- What ShipBob does not offer


def test_topics_that_shipbob_does_not_know_keep_no_other_family_back() -> None:
    world = Subscribing()
    world.shipbob.unknown_topics = WRO

    kept = world.connect()

    world.assert_one_each(families=("orders", "shipments", "returns"))
    assert kept.counted == {"SubscriptionsMade": 3, "SubscriptionsNotOffered": 1}
    assert kept.is_whole


def test_where_the_newer_topics_are_not_offered_the_oldest_are_taken() -> None:
    world = Subscribing()
    world.shipbob.unknown_topics = {topic for topics in TOPICS.values() for topic in topics} - OLDEST_TOPICS

    world.connect()

    assert {family: set().union(*(each.topics for each in listed)) for family, listed in world.listed.items()} == {
        "orders": {"order.shipped"},
        "shipments": {
            "order.shipment.delivered",
            "order.shipment.exception",
            "order.shipment.on_hold",
            "order.shipment.cancelled",
        },
        "returns": {"return.created", "return.updated", "return.completed"},
        "receiving": set(),
    }


def test_what_is_not_offered_is_asked_for_again_once_a_day() -> None:
    world = Subscribing()
    world.shipbob.unknown_topics = {"order.delivered", *WRO}
    world.connect()

    before = len(world.calls.made)
    world.pass_hours(23)
    assert asked(world, before).count("subscribe") == 0
    world.pass_hours(2)

    assert asked(world, before).count("subscribe") == 2
    world.assert_one_each(families=("orders", "shipments", "returns"))


def test_what_is_offered_at_last_is_taken_in_full() -> None:
    world = Subscribing()
    world.shipbob.unknown_topics = {"order.delivered", *WRO}
    world.connect()
    world.shipbob.unknown_topics = set()

    world.pass_hours(25)

    world.assert_one_each()
    assert world.listed["orders"][0].topics == set(TOPICS["orders"])
    assert not any(row.refusals for row in world.subscription_rows.kept.values())


def test_what_is_offered_no_more_stays_as_it_is_and_so_does_its_secret() -> None:
    world = connected()
    (receiving,) = world.listed["receiving"]
    world.shipbob.unknown_topics = WRO
    world.rotate()
    before = len(world.calls.made)

    world.pass_hours(100)

    assert asked(world, before).count("subscribe") == 4, "once a day"
    assert world.listed["receiving"] == [receiving]
    assert world.secret_of(receiving) == world.stored["previous"]


# ---- What is not ours


@pytest.mark.parametrize("url", [URL, OTHER_URL])
def test_what_somebody_else_subscribed_is_left_alone(url: str) -> None:
    world = Subscribing()
    foreign = world.add_foreign(url, "gp-shipbob orders 0123456789abcdef")
    world.connect()
    world.rotate()
    world.pass_hours(60)
    world.disconnect()
    world.pass_hours(3)

    assert list(world.shipbob.subscribed.values()) == [foreign]


def test_a_copy_of_ours_that_delivers_elsewhere_is_left_alone() -> None:
    world = connected()
    (orders,) = world.listed["orders"]
    copy = world.add_foreign("https://elsewhere.example.com/", orders.description)

    world.pass_hours(2)

    assert world.shipbob.subscribed[copy.id] == copy
    world.assert_one_each()
