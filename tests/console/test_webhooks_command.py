"""`gp-shipbob webhooks`: an operator sees what ShipBob delivers, has it delivered, changes the secret, and ends it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

import pytest
from bridge.console import cli, cli_webhooks
from bridge.ports import Ports
from bridge.protocols.subscription import TOPICS

from tests.subscribing import FIRST_SECRET, HOUR, OPERATOR, OTHER_URL, URL, Subscribing, connected


@pytest.fixture
def world() -> Subscribing:
    return Subscribing()


def run(world: Subscribing, *arguments: str) -> int:
    def of_stack(_name: str) -> tuple[Ports, str]:
        return world, OPERATOR

    return cli.main(arguments, of_stack=of_stack)


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def shown(world: Subscribing, capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert run(world, "--json", "webhooks", *arguments) == 0
    return json.loads(printed(capsys))


def states(told: dict[str, Any]) -> dict[str, str]:
    return {family["family"]: family["state"] for family in told["families"]}


# ---- Connect


def test_an_operator_has_shipbob_deliver_and_the_registration_says_who(
    world: Subscribing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "webhooks", "connect", "--url", URL) == 0

    world.assert_one_each()
    assert f"ShipBob is to deliver to {URL}." in printed(capsys)
    told = shown(world, capsys)
    assert (told["url"], told["asked_by"], told["asked_at"]) == (URL, OPERATOR, "2026-11-17T14:05:00+00:00")


def test_the_address_is_the_stacks_own_where_none_is_named(world: Subscribing) -> None:
    asked: list[str] = []

    def webhook_url(stack: str) -> str:
        asked.append(stack)
        return URL

    parser = argparse.ArgumentParser()
    parser.add_argument("--stack", default="gp-shipbob-test")
    parser.add_argument("--json", action="store_true")
    cli_webhooks.add(parser.add_subparsers(), webhook_url, lambda count: bytes(range(count)))
    options = parser.parse_args(["webhooks", "connect"])

    assert options.command(options, world, OPERATOR) == 0
    assert asked == ["gp-shipbob-test"]
    world.assert_one_each(URL)


@pytest.mark.parametrize("url", ["http://bridge.example.com/", "webhooks"])
def test_an_address_that_shipbob_cannot_reach_is_refused(
    world: Subscribing, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert run(world, "webhooks", "connect", "--url", url) == 1

    assert "https" in capsys.readouterr().err
    assert world.shipbob.subscribed == {}


def test_what_could_not_be_made_is_said_and_ends_with_a_failure(
    world: Subscribing, capsys: pytest.CaptureFixture[str]
) -> None:
    world.shipbob.fail_next("subscribe", "down")

    assert run(world, "webhooks", "connect", "--url", URL) == 1

    told = printed(capsys)
    assert "orders: ShipBob cannot be reached" in told
    assert "tried again within a quarter of an hour" in told


def test_topics_that_shipbob_does_not_offer_are_no_failure(
    world: Subscribing, capsys: pytest.CaptureFixture[str]
) -> None:
    world.shipbob.unknown_topics = {*TOPICS["receiving"], "order.delivered"}

    assert run(world, "webhooks", "connect", "--url", URL) == 0

    told = printed(capsys)
    assert "receiving: ShipBob offers none of its topics" in told
    assert "orders: ShipBob offers its oldest topics only" in told
    assert "no such topic: wro.box.arrived" in shown(world, capsys)["families"][3]["not_offered"][0]["why"]


# ---- Show


def test_before_anybody_connects_nothing_is_wanted(world: Subscribing, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "webhooks") == 0

    told = printed(capsys)
    assert told.startswith("No webhooks are wanted.\n")
    assert told.count("not wanted") == len(TOPICS)


def test_each_family_is_shown_with_its_subscription(capsys: pytest.CaptureFixture[str]) -> None:
    world = connected()
    (orders,) = world.listed["orders"]

    family = shown(world, capsys)["families"][0]

    generation = shown(world, capsys)["secret"]
    assert family == {
        "family": "orders",
        "state": "live",
        "id": orders.id,
        "topics": ["order.delivered", "order.shipped"],
        "url": URL,
        "enabled": True,
        "made_at": "2026-11-17T14:05:00+00:00",
        "secret": generation,
        "leaving": [],
        "not_offered": [],
    }


def test_what_is_amiss_is_shown_as_it_is_now_and_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    world = connected()
    dead = world.switch_off("orders")
    (gone,) = world.listed["returns"]
    del world.shipbob.subscribed[gone.id]

    told = shown(world, capsys)

    assert states(told) == {
        "orders": "to be made: ShipBob has switched it off",
        "shipments": "live",
        "returns": "to be made: it is gone at ShipBob",
        "receiving": "live",
    }
    assert [family["enabled"] for family in told["families"]] == [False, True, None, True]
    assert dead.id in world.shipbob.subscribed


def test_while_shipbob_cannot_be_asked_what_is_known_is_shown_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    world = connected()
    world.shipbob.fail_next("subscriptions", "down", times=None)

    assert run(world, "webhooks") == 1

    told = printed(capsys)
    assert "ShipBob cannot be asked how they stand: ShipBob cannot be reached" in told
    assert "orders: not known\n  ep_1, made at" in told


def test_a_secret_is_told_by_its_digest_and_never_shown(capsys: pytest.CaptureFixture[str]) -> None:
    world = connected()
    assert run(world, "webhooks", "rotate") == 0
    assert run(world, "webhooks") == 0
    assert run(world, "--json", "webhooks") == 0

    told = printed(capsys)

    assert FIRST_SECRET not in told
    assert world.stored["current"] not in told


# ---- Rotate


def test_a_rotation_is_shown_until_the_former_secret_is_forgotten(capsys: pytest.CaptureFixture[str]) -> None:
    world = connected()
    former = shown(world, capsys)["secret"]

    assert run(world, "webhooks", "rotate") == 0

    assert "accepted for 48 hours more" in printed(capsys)
    told = shown(world, capsys)
    assert (told["former_secret"], told["former_until"]) == (former, "2026-11-19T14:05:00+00:00")
    assert told["secret"] != former
    world.pass_hours(50)
    assert shown(world, capsys)["former_secret"] is None


def test_every_rotation_makes_a_secret_of_its_own() -> None:
    secrets = set()
    for world in (connected(), connected(), connected()):
        run(world, "webhooks", "rotate")
        secrets.add(world.stored["current"])

    assert len(secrets) == 3


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
def test_a_second_rotation_is_refused_with_a_word_on_when_it_may_be(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    world = connected()
    run(world, "webhooks", "rotate")
    stored = world.stored

    assert run(world, "webhooks", "rotate", *arguments) == 1

    told = capsys.readouterr().err
    assert "the former rotation, begun at 2026-11-17 14:05 UTC, is not finished" in told
    assert "until 2026-11-19 14:05 UTC" in told
    assert world.stored == stored


def test_nothing_is_rotated_before_webhooks_are_connected(
    world: Subscribing, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "webhooks", "rotate") == 1

    assert "gp-shipbob webhooks connect comes first" in capsys.readouterr().err


def test_a_leaked_secret_is_replaced_at_once_and_the_operator_is_warned(capsys: pytest.CaptureFixture[str]) -> None:
    world = connected()
    assert run(world, "webhooks", "rotate") == 0
    former = world.stored
    world.calls.watch = lambda: None  # what was signed with it is turned away on purpose
    capsys.readouterr()

    assert run(world, "webhooks", "rotate", "--at-once", "--dry-run") == 0
    assert "WARNING: Once the new secret is stored" in printed(capsys)
    assert world.stored == former
    assert run(world, "--json", "webhooks", "rotate", "--at-once") == 0

    told = capsys.readouterr()
    assert "WARNING: Once the new secret is stored, what ShipBob signed with a former one is refused" in told.err
    assert json.loads(told.out)["whole"] is True
    assert world.stored["previous"] == ""
    assert world.stored["current"] not in former.values()
    assert shown(world, capsys)["former_secret"] is None


@pytest.mark.parametrize("arguments", [(), ("--dry-run",)])
def test_nothing_is_rotated_at_once_before_webhooks_are_connected(
    world: Subscribing, capsys: pytest.CaptureFixture[str], arguments: Sequence[str]
) -> None:
    assert run(world, "webhooks", "rotate", "--at-once", *arguments) == 1

    assert "gp-shipbob webhooks connect comes first" in capsys.readouterr().err


def test_a_command_that_is_broken_off_says_so_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    def broken_off(_stack: str) -> tuple[Ports, str]:
        raise KeyboardInterrupt

    assert cli.main(["webhooks"], of_stack=broken_off) == 130

    assert capsys.readouterr().err == "gp-shipbob: broken off\n"


# ---- Disconnect


def test_an_operator_ends_the_deliveries_and_what_is_not_ours_stays(capsys: pytest.CaptureFixture[str]) -> None:
    world = connected()
    foreign = world.add_foreign()

    assert run(world, "webhooks", "disconnect") == 0

    assert list(world.shipbob.subscribed.values()) == [foreign]
    assert "deliver nothing any more" in printed(capsys)
    assert set(states(shown(world, capsys)).values()) == {"not wanted"}


# ---- Only saying


def effects(world: Subscribing) -> list[str]:
    reads = {"subscription_rows.registration", "subscription_rows.rows", "shipbob.subscriptions", "secret.afresh"}
    return [name for name in world.calls.made if name not in reads]


def test_connecting_dry_says_what_would_be_made(world: Subscribing, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "webhooks", "connect", "--url", URL, "--dry-run") == 0

    assert printed(capsys).splitlines()[:2] == [
        f"would have ShipBob deliver to {URL}",
        "orders: would make a subscription for order.shipped, order.delivered (there is none yet)",
    ]
    assert effects(world) == []


@pytest.mark.parametrize(
    ("arguments", "made", "removed"),
    [
        (("connect", "--url", URL), 0, 0),
        (("connect", "--url", OTHER_URL), 4, 4),
        (("rotate",), 4, 4),
        (("disconnect",), 0, 4),
    ],
    ids=["connect again", "connect elsewhere", "rotate", "disconnect"],
)
def test_what_a_dry_run_says_is_what_the_command_then_does(
    capsys: pytest.CaptureFixture[str], arguments: Sequence[str], made: int, removed: int
) -> None:
    world = connected()
    world.clock.advance(HOUR)
    before = len(effects(world))

    said = shown(world, capsys, *arguments, "--dry-run")
    assert len(effects(world)) == before
    done = shown(world, capsys, *arguments)

    assert said["dry_run"] is True
    assert sum("would make" in line for line in said["would"]) == done["counted"].get("SubscriptionsMade", 0) == made
    removing = sum("would remove" in line for line in said["would"])
    assert removing == done["counted"].get("SubscriptionsRemoved", 0) == removed
