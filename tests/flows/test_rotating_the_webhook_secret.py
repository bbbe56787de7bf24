"""A new webhook secret: no delivery is turned away, none is lost, and the former secret is forgotten in the end.

The world looks on at every port call: whatever signs now, or is tried again for a day, the door takes.
"""

from __future__ import annotations

import json

import pytest
from bridge.domain.outcome import Transient
from bridge.flows.rotate_webhook_secret import rotate_webhook_secret
from bridge.protocols.subscription import TOPICS

from local.memory.points import Cut
from tests.subscribing import FIRST_SECRET, HOUR, MINUTE, Subscribing, connected


def deeds(world: Subscribing, since: int) -> list[str]:
    """What changed the secret or ShipBob, in its order."""
    named = {"secret.store", "shipbob.subscribe", "shipbob.unsubscribe"}
    return [name.partition(".")[2] for name in world.calls.made[since:] if name in named]


def test_a_rotation_gives_every_subscription_the_new_secret_and_keeps_the_former_one() -> None:
    world = connected()

    kept = world.rotate()

    world.assert_one_each()
    assert world.stored["previous"] == FIRST_SECRET
    assert world.stored["current"] != FIRST_SECRET
    assert kept.counted == {"SubscriptionsMade": 4, "SubscriptionsRemoved": 4}


def test_the_new_secret_is_stored_first_and_each_former_subscription_goes_last() -> None:
    world = connected()
    before = len(world.calls.made)

    world.rotate()

    assert deeds(world, before) == ["store", *["subscribe", "unsubscribe"] * 4]


def test_the_former_secret_is_forgotten_two_days_after_its_last_subscription_went() -> None:
    world = connected()
    world.rotate()

    world.pass_hours(47.9)
    assert world.stored["previous"] == FIRST_SECRET
    world.pass_hours(1.1)

    assert world.stored["previous"] == ""
    world.assert_one_each()


def test_a_family_that_could_not_follow_keeps_the_former_secret_alive() -> None:
    world = connected()
    world.shipbob.fail_next("subscribe", "down", times=300)
    world.rotate()

    world.pass_hours(10)
    assert world.stored["previous"] == FIRST_SECRET
    assert len(world.shipbob.subscribed) == len(TOPICS)
    world.shipbob.recover()
    world.pass_hours(47)
    assert world.stored["previous"] == FIRST_SECRET
    world.pass_hours(3)

    assert world.stored["previous"] == ""
    world.assert_one_each()


def test_no_second_rotation_before_the_first_is_finished() -> None:
    world = connected()
    world.rotate()
    stored = world.stored

    for hours in (0, 1, 46):
        world.pass_hours(hours)
        with pytest.raises(ValueError, match=r"not finished.*until 2026-11-19 14:05 UTC"):
            world.rotate()
        assert world.stored == stored
    world.pass_hours(2)
    world.rotate()

    assert world.stored["previous"] == stored["current"]
    world.assert_one_each()


def test_what_is_replaced_after_a_rotation_puts_its_end_off_no_further() -> None:
    world = connected()
    world.rotate()

    for _ in range(49):
        (orders,) = world.listed["orders"]
        del world.shipbob.subscribed[orders.id]
        world.pass_hours(1)

    assert world.stored["previous"] == ""
    world.assert_one_each()


def test_a_leaked_secret_is_replaced_at_once_though_a_rotation_is_not_finished() -> None:
    world = connected()
    world.rotate()
    leaked = set(world.stored.values())
    world.calls.watch = lambda: None  # what was signed with it is turned away on purpose

    kept = world.rotate(at_once=True)

    assert world.stored["previous"] == ""
    assert world.stored["current"] not in leaked
    assert kept.counted == {"SubscriptionsMade": 4, "SubscriptionsRemoved": 4}
    world.assert_one_each()


def test_rotated_at_once_a_family_that_could_not_follow_does_so_soon() -> None:
    world = connected()
    world.calls.watch = lambda: None
    world.shipbob.fail_next("subscribe", "down")

    kept = world.rotate(at_once=True)

    assert not kept.is_whole
    world.pass_hours(0.25)
    world.assert_one_each()
    assert world.stored["previous"] == ""


def test_a_secret_that_cannot_be_read_is_replaced_at_once() -> None:
    world = connected()
    world.calls.watch = lambda: None
    world.webhook_secret.put("no JSON")

    world.rotate(at_once=True)

    world.assert_one_each()


def test_at_once_is_not_while_another_run_looks_after_the_subscriptions() -> None:
    world = connected()
    world.clock.advance(HOUR)
    told: list[BaseException | None] = []
    world.calls.interrupt_at(3, Cut.AFTER, lambda: told.append(world.survive(lambda: world.rotate(at_once=True))))

    world.keep()

    assert "another run" in str(told[0])
    assert world.stored["current"] == FIRST_SECRET


def test_there_is_nothing_to_rotate_before_webhooks_are_connected() -> None:
    world = Subscribing()

    with pytest.raises(ValueError, match="webhooks connect"):
        world.rotate()

    assert world.stored["current"] == FIRST_SECRET
    world.connect()
    world.assert_one_each()


def test_a_rotation_waits_for_a_run_that_is_looking_after_the_subscriptions() -> None:
    world = connected()
    world.clock.advance(HOUR)
    told: list[BaseException | None] = []
    world.calls.interrupt_at(3, Cut.AFTER, lambda: told.append(world.survive(world.rotate)))

    world.keep()

    assert "another run" in str(told[0])
    assert world.stored["current"] == FIRST_SECRET


def test_a_secret_that_could_not_be_stored_is_no_secret() -> None:
    world = connected()
    world.webhook_secret.fail_next(Transient("Secrets Manager cannot be reached"))

    assert isinstance(world.survive(world.rotate), Transient)

    world.pass_hours(1)
    world.assert_one_each()
    assert world.stored == {"current": FIRST_SECRET, "previous": ""}
    world.rotate()
    world.assert_one_each()


def test_a_secret_stored_although_nobody_heard_so_is_followed_by_the_subscriptions() -> None:
    world = connected()
    store = world.webhook_secret.store

    def lose(text: str) -> object:
        store(text)
        raise Transient("Secrets Manager cannot be reached")

    world.webhook_secret.store = lose  # type: ignore[method-assign, assignment]
    assert isinstance(world.survive(world.rotate), Transient)
    world.webhook_secret.store = store  # type: ignore[method-assign]
    world.pass_hours(0.5)

    world.assert_one_each()
    assert world.stored["previous"] == FIRST_SECRET


def test_right_after_a_rotation_a_read_that_still_shows_the_former_secret_misleads_nobody() -> None:
    world = connected()
    world.rotate()
    subscribed, stored = dict(world.shipbob.subscribed), world.stored
    world.webhook_secret.is_seen_late = True

    refused = world.survive(world.rotate)
    world.connect()
    for _ in range(9):
        world.clock.advance(MINUTE)
        world.keep()

    assert isinstance(refused, ValueError)
    assert (world.shipbob.subscribed, world.stored) == (subscribed, stored)


def test_a_secret_that_a_person_replaced_is_followed_within_the_hour() -> None:
    world = connected()
    world.webhook_secret.put(json.dumps({"current": "B" * 32, "previous": FIRST_SECRET}))

    world.pass_hours(1)

    world.assert_one_each()
    world.pass_hours(50)
    assert world.stored == {"current": "B" * 32, "previous": ""}


def test_a_person_may_forget_a_former_secret_at_once() -> None:
    world = connected()
    world.rotate()
    world.calls.watch = lambda: None
    world.webhook_secret.put(json.dumps(world.stored | {"previous": ""}))

    world.clock.advance(11 * MINUTE)
    world.rotate()

    world.assert_one_each()


@pytest.mark.parametrize("length", [0, 23, 25, 32])
def test_a_secret_is_made_of_24_bytes(length: int) -> None:
    world = connected()

    with pytest.raises(ValueError, match="24 bytes"):
        rotate_webhook_secret(world, "run", "somebody", bytes(length))

    assert world.stored == {"current": FIRST_SECRET, "previous": ""}


def test_nothing_that_is_kept_or_told_holds_a_secret() -> None:
    world = connected()
    told = [world.rotate(), *world.pass_hours(50)]
    secrets = {FIRST_SECRET, world.stored["current"]}

    shown = repr([told, world.subscription_rows.registered, world.subscription_rows.kept])

    assert not any(secret in shown for secret in secrets)
