"""What goes wrong with subscriptions is tried again, told, and never makes them more; what is not wanted ends."""

from __future__ import annotations

import dataclasses

import pytest
from bridge.domain.connection import Subscription
from bridge.domain.outcome import Misconfigured, Transient
from bridge.flows.keep_subscriptions import Kept
from bridge.protocols.registration import Registration
from bridge.protocols.subscription import TOPICS

from local.memory.points import Cut
from tests.subscribing import FIRST_SECRET, HOUR, URL, Subscribing, connected

WRO = set(TOPICS["receiving"])


def asked(world: Subscribing, since: int = 0) -> list[str]:
    """What ShipBob was asked for."""
    return [name.removeprefix("shipbob.") for name in world.calls.made[since:] if name.startswith("shipbob.")]


def test_a_family_that_cannot_be_subscribed_keeps_no_other_back_and_is_tried_again_soon() -> None:
    world = Subscribing()
    world.shipbob.fail_next("subscribe", "down")

    kept = world.connect()

    assert kept.counted == {"SubscriptionsMade": 3, "SubscriptionsFailed": 1}
    assert not kept.is_whole
    world.pass_hours(0.25)
    world.assert_one_each()


def test_a_subscription_whose_making_was_not_answered_is_found_and_not_made_again() -> None:
    world = Subscribing()
    world.shipbob.fail_next("subscribe", "lost reply")
    world.connect()
    before = len(world.calls.made)

    world.pass_hours(2)

    world.assert_one_each()
    assert "subscribe" not in asked(world, before)


def test_a_wish_that_others_are_always_faster_with_is_not_taken_for_stored() -> None:
    world = Subscribing()
    world.calls.watch = lambda: None
    read = world.subscription_rows.registration

    def others_write_at_once() -> Registration:
        """What is read is old by the time it is judged."""
        found = read()
        world.subscription_rows.save_registration(found)
        return found

    world.subscription_rows.registration = others_write_at_once  # type: ignore[method-assign]

    with pytest.raises(Transient, match="by too many at once"):
        world.connect()

    assert (read().url, asked(world)) == ("", [])


def test_a_family_that_a_person_must_repair_says_so_and_is_counted() -> None:
    world = Subscribing()
    world.shipbob.fail_next("subscribe", "login rejected", times=2)

    kept = world.connect()

    assert kept.counted == {"SubscriptionsMade": 2, "SubscriptionsFailed": 2, "NeedsRepair": 1}
    assert kept.notes[0].startswith("orders: needs repair: ")


@pytest.mark.parametrize("how", ["down", "lost reply", "login rejected"])
def test_a_subscription_that_could_not_be_removed_is_removed_later(how: str) -> None:
    world = connected()
    world.switch_off("returns")
    world.shipbob.fail_next("unsubscribe", how)

    world.pass_hours(2)

    world.assert_one_each()


def test_while_shipbob_is_away_the_run_says_so_and_the_next_comes_soon() -> None:
    world = connected()
    world.switch_off("orders")
    world.clock.advance(HOUR)
    world.shipbob.fail_next("subscriptions", "down")

    with pytest.raises(Transient):
        world.keep()
    world.pass_hours(0.25)

    world.assert_one_each()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"current": "short"}', '{"current": "' + "!" * 32 + '"}'])
def test_a_secret_that_shipbob_would_not_take_is_said_to_be_wrong_and_not_taken_for_a_refusal(text: str) -> None:
    world = Subscribing()
    world.calls.watch = lambda: None
    world.webhook_secret.put(text)

    with pytest.raises(Misconfigured, match="webhook secret"):
        world.connect()

    assert asked(world) == []
    world.webhook_secret.put(f'{{"current": "{FIRST_SECRET}"}}')
    world.pass_hours(0.25)
    assert len(world.shipbob.subscribed) == len(TOPICS)


def test_a_list_that_leaves_a_subscription_out_does_not_make_them_more_and_more() -> None:
    world = connected()
    show_all = world.shipbob.subscriptions

    def hide_orders() -> list[Subscription]:
        return [each for each in show_all() if each.topics != set(TOPICS["orders"])]

    world.shipbob.subscriptions = hide_orders  # type: ignore[method-assign]
    world.pass_hours(10)

    assert len(world.listed["orders"]) == 1


def test_what_a_later_version_subscribed_and_this_one_does_not_know_is_removed() -> None:
    world = connected()
    row = world.subscription_rows.kept["orders"]
    stranger = world.add_foreign(URL)
    assert row.present is not None
    world.subscription_rows.kept["billing"] = dataclasses.replace(
        row, family="billing", marks=(), present=dataclasses.replace(row.present, id=stranger.id)
    )

    world.pass_hours(1)

    assert stranger.id not in world.shipbob.subscribed
    world.assert_one_each()


# ---- No more


def test_once_disconnected_nothing_of_ours_is_left_and_soon_nothing_is_asked() -> None:
    world = connected()

    kept = world.disconnect()

    assert world.shipbob.subscribed == {}
    assert kept.counted == {"SubscriptionsRemoved": 4}
    world.pass_hours(3)
    before = len(world.calls.made)
    world.pass_hours(48)
    assert set(world.calls.made[before:]) == {"subscription_rows.registration"}


def test_a_broken_secret_does_not_keep_anybody_from_disconnecting() -> None:
    world = connected()
    world.calls.watch = lambda: None
    world.webhook_secret.put("no JSON")

    world.disconnect()

    assert world.shipbob.subscribed == {}


def test_connected_again_after_a_disconnect_everything_is_delivered_again() -> None:
    world = connected()
    world.disconnect()

    world.connect()

    world.assert_one_each()


def test_what_a_run_is_doing_another_leaves_to_it() -> None:
    world = connected()
    world.clock.advance(HOUR)
    heard: list[Kept] = []
    world.calls.interrupt_at(3, Cut.AFTER, lambda: heard.append(world.keep()))

    world.keep()

    assert "another run is looking after the subscriptions" in str(heard[0])
    assert asked(world).count("subscriptions") == 2
