"""The ShipBob witness delivers as badly as ShipBob may, by chance that repeats, and gives up on who always fails."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import httpx
import pytest

from local.shipbob import ManualClock, Mishaps, ShipBobSimulator
from tests.contract.shipbob_day import PATIENCE, Receiver, attempts, order, subscribe
from tests.contract.shipbob_town import URL, Town

HOUR = 3_600


def test_copies_of_a_message_have_its_id() -> None:
    town = Town()
    town.webhooks.mishaps = Mishaps(duplicates=2)
    first, second = town.ship(2)

    assert sorted(town.told()) == [first] * 3 + [second] * 3
    assert len({each.id for each in town.inbox.came}) == 2
    assert [attempt["duplicate"] for attempt in town.webhooks.deliveries()[0]["attempts"]] == [False, True, True]


def test_a_copy_that_fails_does_not_undo_a_delivery() -> None:
    town = Town(204, *[500] * 8)
    town.webhooks.mishaps = Mishaps(duplicates=1)
    town.ship()

    while (due := town.webhooks.next_due()) is not None:
        town.clock.advance((due - town.clock.now()).total_seconds())
        town.webhooks.pump()

    assert len(town.inbox.came) == 9
    assert town.webhooks.deliveries()[0]["state"] == "delivered"


def test_shuffled_messages_come_in_another_order_the_same_for_the_same_seed() -> None:
    orders = []
    for seed in (7, 7, 8):
        town = Town(seed=seed)
        town.webhooks.mishaps = Mishaps(shuffled=True)
        shipped = town.ship(12)
        orders.append(town.told())

    assert orders[0] == orders[1] != orders[2]
    assert sorted(orders[0]) == shipped != orders[0]


def test_the_same_seed_gives_the_same_message_ids() -> None:
    ids = []
    for seed in (7, 7, 8):
        town = Town(seed=seed)
        town.ship(2)
        ids.append([each["id"] for each in town.webhooks.deliveries()])

    assert ids[0] == ids[1]
    assert not set(ids[0]) & set(ids[2])


def test_delayed_messages_come_when_their_time_has_come() -> None:
    town = Town()
    town.webhooks.mishaps = Mishaps(delay_seconds=600, spread_seconds=600)
    shipped = town.ship(20)

    town.clock.advance(599)
    early = town.told()
    town.clock.advance(301)
    half = town.told()
    town.clock.advance(300)

    assert (early, 0 < len(half) < 20) == ([], True)
    assert sorted(town.told()) == shipped != town.told()


def test_the_clock_can_jump_to_each_message_however_odd_its_delay() -> None:
    town = Town()
    town.webhooks.mishaps = Mishaps(spread_seconds=7)
    town.ship(50)
    jumps = 0

    while (due := town.webhooks.next_due()) is not None and jumps < 50:
        town.clock.advance((due - town.clock.now()).total_seconds())
        assert town.webhooks.pump() > 0
        jumps += 1

    assert len(town.inbox.came) == 50


def test_a_share_of_the_messages_is_lost() -> None:
    town = Town()
    town.webhooks.mishaps = Mishaps(lost_share=0.25)
    town.ship(400)

    told = town.told()
    lost = [each for each in town.webhooks.deliveries() if each["state"] == "dropped"]

    assert 250 < len(told) < 350
    assert len(told) + len(lost) == 400


def test_all_messages_of_one_topic_may_be_lost_and_those_of_others_come() -> None:
    town = Town()
    town.subscriptions.create({"topics": ["order.shipment.on_hold"], "url": URL}, town.clock.now())
    town.webhooks.mishaps = Mishaps(lost_share=1.0, topics=frozenset({"order.shipped"}))
    town.ship(3)
    town.account.hold_shipment(town.account.place_order(order("held"))["shipments"][0]["id"])
    town.webhooks.pump()

    assert town.inbox.topics == ["order.shipment.on_hold"]


def test_what_was_given_up_can_be_recovered_under_its_id() -> None:
    town = Town(*[500] * 8)
    town.ship()
    while (due := town.webhooks.next_due()) is not None:
        town.clock.advance((due - town.clock.now()).total_seconds())
        town.webhooks.pump()

    town.ship()
    town.webhooks.pump()

    recovered = town.webhooks.recover()
    town.webhooks.pump()
    tries = Counter(each.id for each in town.inbox.came)

    assert (recovered, sorted(tries.values())) == (1, [1, 9])
    assert town.webhooks.deliveries()[0]["state"] == "delivered"


def test_mishaps_over_http_are_the_same(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client, receiver: Receiver, clock: ManualClock
) -> None:
    subscribe(api, receiver.url)
    door.post("/webhooks/seed", json={"seed": 3}).raise_for_status()
    door.post("/webhooks/mishaps", json={"duplicates": 1, "delay_seconds": 60}).raise_for_status()
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])
    assert attempts(shipbob) == []

    clock.advance(60)
    first, second = receiver.next(), receiver.next()

    assert shipbob.webhooks.wait_until_idle(PATIENCE)
    assert (first.id, first.body) == (second.id, second.body)


@pytest.mark.parametrize("wrong", [{"lost_share": 1.1}, {"duplicates": -1}, {"delay_seconds": -5}, {"luck": 1}])
def test_a_mishap_that_cannot_be_is_refused(door: httpx.Client, wrong: dict[str, float]) -> None:
    assert door.post("/webhooks/mishaps", json=wrong).status_code == 400


# endpoints that fail


@pytest.mark.parametrize(
    ("hours", "enabled"),
    [
        ([0, 12, 132], False),  # five days after failures that lay half a day apart
        ([0, 12, 131], True),
        ([0, 120], True),  # two failures, days apart: the days were never counted
        ([0, 1, 2, 30, 150], True),
        ([0, 11, 22, 142], False),
        ([0, 11, 22, 141], True),
    ],
)
def test_five_days_are_counted_from_failures_half_a_day_apart_within_a_day(hours: list[int], *, enabled: bool) -> None:
    town = Town()
    (kept,) = town.subscriptions.all()

    for hour in hours:
        town.subscriptions.note(kept, town.clock.now() + dt.timedelta(hours=hour), succeeded=False, scale=1.0)

    assert kept.enabled == enabled


@pytest.mark.parametrize(
    "story",
    [
        [(0, False), (12, False), (50, True), (132, False), (145, False), (264, False)],
        [(0, False), (1, True), (13, False), (133, False)],
    ],
)
def test_a_single_success_ends_the_count(story: list[tuple[int, bool]]) -> None:
    town = Town()
    (kept,) = town.subscriptions.all()

    for hour, succeeded in story:
        town.subscriptions.note(kept, town.clock.now() + dt.timedelta(hours=hour), succeeded=succeeded, scale=1.0)

    assert kept.enabled


def test_what_was_switched_off_is_told_nothing_more_and_a_new_subscription_is() -> None:
    town = Town(*[500] * 100)
    town.ship()
    for _ in range(2 * 6):  # half a day at a time
        town.webhooks.pump()
        town.clock.advance(12 * HOUR)
        town.ship()
    town.webhooks.pump()
    tried = len(town.inbox.came)
    (switched_off,) = town.subscriptions.all()

    town.clock.advance(48 * HOUR)
    town.ship()
    town.webhooks.recover()
    town.webhooks.pump()
    silent = len(town.inbox.came) == tried
    town.inbox.statuses.clear()
    town.subscribe()
    (shipped,) = town.ship()

    assert (switched_off.listed()["enabled"], silent) == (False, True)
    assert town.told()[-1] == shipped
    assert len(town.inbox.came) == tried + 1


def test_what_is_on_its_way_to_a_deleted_subscription_is_given_up() -> None:
    town = Town(500)
    town.ship()
    town.webhooks.pump()
    town.subscriptions.delete(town.subscriptions.all()[0].id)

    town.clock.advance(5)
    town.webhooks.pump()

    assert len(town.inbox.came) == 1
    assert town.webhooks.deliveries()[0]["state"] == "failed"
