"""What a run sees too late or not at all: it is still put right, and nobody waits for it longer than must be."""

from __future__ import annotations

import dataclasses
import json

import pytest
from bridge.domain.outcome import Transient

from tests.subscribing import FIRST_SECRET, HOUR, MINUTE, URL, Subscribing, connected


def test_a_subscription_that_comes_to_be_after_the_disconnect_is_removed_all_the_same() -> None:
    world = connected()
    (late,) = world.listed["orders"]
    world.disconnect()

    world.shipbob.subscribed[late.id] = late  # a run that began before the disconnect was still asking for it
    world.pass_hours(2)

    assert world.shipbob.subscribed == {}


def test_after_a_run_that_could_not_ask_shipbob_nobody_waits_for_its_claim() -> None:
    world = connected()
    world.switch_off("orders")
    world.clock.advance(HOUR)
    world.shipbob.fail_next("subscriptions", "down")
    with pytest.raises(Transient):
        world.keep()

    kept = world.connect()

    assert "another run" not in str(kept)
    world.assert_one_each()


def test_the_secret_is_read_when_it_is_needed_and_not_from_memory() -> None:
    world = connected()
    world.webhook_secret.current()
    world.clock.advance(4 * MINUTE)
    somebody_else = world.webhook_secret.another()
    somebody_else.put(json.dumps({"current": "B" * 32, "previous": FIRST_SECRET}))

    world.connect()

    world.assert_one_each()


def test_a_rotation_goes_by_the_secret_it_stored_and_not_by_a_read_that_is_late() -> None:
    world = connected()
    world.webhook_secret.is_seen_late = True

    world.rotate()

    world.assert_one_each()
    assert world.stored["previous"] == FIRST_SECRET


def test_what_was_asked_for_while_a_run_was_at_it_is_done_by_the_next() -> None:
    world = Subscribing()
    world.connect("https://another.example.com/hooks")
    world.clock.advance(HOUR)
    until = world.clock.now() + 5 * MINUTE
    claimed = dataclasses.replace(world.subscription_rows.registration(), holder="another", held_until=until)
    world.subscription_rows.save_registration(claimed)

    kept = world.connect(URL)
    world.pass_hours(0.2)

    assert "another run" in str(kept)
    world.assert_one_each(URL)
