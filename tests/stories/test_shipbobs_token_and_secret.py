"""ShipBob's token ends, and the webhooks' secret is changed, while the deployed stack is at work."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.world import World
from tests.contract.shipbob_application import REDIRECT, Application
from tests.stories.watching import comes_to, eventually, in_gp, place

SCOPES = (
    "openid offline_access channels_read orders_read products_read inventory_read receiving_read receiving_write "
    "returns_read webhooks_read webhooks_write locations_read"
)


@pytest.fixture
def application(world: World) -> Iterator[Application]:
    """The bridge as an application with a consent; afterwards it has its personal token again."""
    with Application(world.shipbob) as made:
        yield made
    world.shipbob.oauth.rules.access_seconds = 3600
    world.operator("connect", "shipbob", "--pat", "--stdin", given=world.shipbob.token)


def store(world: World, application: Application, tokens: dict[str, Any]) -> None:
    """The consent's tokens into the stack's secret, as good for half an hour more: only ShipBob knows better."""
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 - what the deployed functions compare with
    grant = {
        "kind": "oauth",
        "client_id": application.registered.id,
        "client_secret": application.registered.secret,
        "redirect_uri": REDIRECT,
        "access_token": tokens["access_token"],
        "refresh_token": tokens["refresh_token"],
        "expires_at": (now + dt.timedelta(minutes=30)).isoformat(),
        "refreshed_at": (now - dt.timedelta(minutes=30)).isoformat(),
        "scopes": SCOPES.split(),
    }
    world.cloud.client("secretsmanager").put_secret_value(
        SecretId=world.outputs["ShipBobSecretArn"], SecretString=json.dumps(grant)
    )


def test_a_token_that_shipbob_ended_is_refreshed_once_and_nothing_is_lost(
    world: World, application: Application
) -> None:
    rules = world.shipbob.oauth.rules
    rules.access_seconds = 1
    tokens = application.connected(scope=SCOPES)
    assert eventually(lambda: application.calls(tokens["access_token"], "/order").status_code == 401)
    rules.access_seconds = 3600
    store(world, application, tokens)
    world.cloud.breakpoints.kill_functions("PollShipBob")  # what it remembers is the former token
    before = len(world.shipbob.oauth.refreshes.granted)
    order_id = place(world, "T-ended")

    with pytest.raises(RuntimeError, match="token is being refreshed"):
        world.run("PollShipBob")
    assert eventually(lambda: len(world.shipbob.oauth.refreshes.granted) > before)
    assert eventually(lambda: stored(world)["access_token"] != tokens["access_token"])
    world.run("PollShipBob")
    comes_to(world, order_id, "done")

    assert len(in_gp(world, "T-ended")) == 1
    assert len(world.shipbob.oauth.refreshes.granted) == before + 1
    assert world.operator("connect", "shipbob", "--status")["state"] == "good"


def stored(world: World) -> dict[str, Any]:
    secret = world.cloud.client("secretsmanager").get_secret_value(SecretId=world.outputs["ShipBobSecretArn"])
    found: dict[str, Any] = json.loads(secret["SecretString"])
    return found


def test_a_rotated_webhook_secret_costs_no_delivery(world: World) -> None:
    old = [each.id for each in world.shipbob.subscriptions.all()]
    first = place(world, "T-before")
    world.run("PollShipBob")
    world.shipbob.account.ship_order(first)
    assert world.shipbob.webhooks.wait_until_idle(120)

    world.operator("webhooks", "rotate")
    second = place(world, "T-after")
    world.run("PollShipBob")
    world.shipbob.account.ship_order(second)
    assert world.shipbob.webhooks.wait_until_idle(120)

    assert not {*old} & {each.id for each in world.shipbob.subscriptions.all()}
    orders = {f"order/{first}", f"order/{second}"}
    told = [each for each in world.shipbob.webhooks.deliveries() if each["document"] in orders]
    assert orders <= {each["document"] for each in told}
    assert {attempt["status"] for each in told for attempt in each["attempts"]} == {202}


def test_webhooks_are_wanted_at_the_stacks_own_door_unless_another_is_named(world: World) -> None:
    told = world.operator("webhooks", "connect", "--dry-run")["would"]

    assert told[0] == f"would have ShipBob deliver to {world.outputs['WebhookUrl']}"
    assert world.operator("webhooks")["url"] == world.webhook_url
