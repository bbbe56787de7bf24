"""The ShipBob witness tells of an order as ShipBob's webhooks do: signed, tried again, lost, twice."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.signing import Forgery
from tests.contract.shipbob_day import (
    PATIENCE,
    SECRET,
    Receiver,
    attempts,
    client,
    order,
    split,
    subscribe,
    until_attempts,
)


def test_the_secret_is_told_once_and_made_up_when_absent(api: httpx.Client) -> None:
    wanted = {"topics": ["order.shipped"], "url": "https://bridge.example.com/hooks", "description": "a bridge"}

    made = api.post("/webhook", json=wanted).json()
    listed = api.get("/webhook").json()["items"]

    assert made["secret"].startswith("whsec_")
    assert len(made["secret"]) == 38
    assert [row["id"] for row in listed] == [made["id"]]
    assert "secret" not in listed[0]
    assert api.delete(f"/webhook/{made['id']}").status_code == 204
    assert api.get("/webhook").json()["items"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("topics", []),
        ("topics", ["order.created"]),
        ("topics", ["wro.completed"]),
        ("topics", ["order.shipped", "return.opened"]),
        ("url", "http://bridge.example.com/hooks"),
        ("url", "nowhere"),
        ("secret", "whsec_short"),
    ],
)
def test_a_subscription_that_shipbob_would_not_take_is_a_422(api: httpx.Client, field: str, value: object) -> None:
    wanted = {"topics": ["order.shipped"], "url": "https://bridge.example.com/hooks", field: value}

    answer = api.post("/webhook", json=wanted)

    assert answer.status_code == 422
    assert list(answer.json()["value"]) == [field.capitalize()]


def test_a_shipped_order_is_told_with_a_signature_that_verifies(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    placed = shipbob.account.place_order(split())

    shipbob.account.ship_order(placed["id"])
    came = receiver.next()

    body = Webhook(SECRET).verify(came.body, came.headers)
    assert (body["id"], body["status"], len(body["shipments"])) == (placed["id"], "Fulfilled", 3)
    assert came.headers["x-webhook-topic"] == "order.shipped"
    assert came.headers["content-type"] == "application/json"


def test_order_shipped_waits_for_the_last_label(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    shipments = [row["id"] for row in shipbob.account.place_order(split())["shipments"]]

    for shipment in shipments:
        shipbob.account.ship_shipment(shipment)
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert receiver.came.qsize() == 1


def test_shipment_topics_carry_the_bare_shipment(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    topics = [f"order.shipment.{name}" for name in ("delivered", "exception", "on_hold", "cancelled")]
    subscribe(api, receiver.url, *topics)
    account = shipbob.account
    delivered, failed, held, cancelled = (
        account.place_order(order(str(number)))["shipments"][0]["id"] for number in range(4)
    )

    account.ship_shipment(delivered)
    account.deliver_shipment(delivered)
    account.fail_shipment(failed)
    account.hold_shipment(held)
    account.cancel_shipment(cancelled)
    came = [receiver.next() for _ in topics]

    assert {each.headers["x-webhook-topic"]: json.loads(each.body)["id"] for each in came} == dict(
        zip(topics, (delivered, failed, held, cancelled), strict=True)
    )


@pytest.mark.parametrize("status", [500, 401, 302])
def test_a_refused_message_comes_again_after_five_seconds_under_its_id(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver, clock: ManualClock, status: int
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [status]
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    first = receiver.next()
    until_attempts(shipbob, 1)
    clock.advance(5)
    second = receiver.next()
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert first.id == second.id
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) in {5, 6}
    assert Webhook(SECRET).verify(second.body, second.headers)
    (delivery,) = shipbob.webhooks.deliveries()
    assert [attempt["status"] for attempt in delivery["attempts"]] == [status, 204]
    assert shipbob.counters.deliveries == {"made": 2, "succeeded": 1, "failed": 1}


def test_after_eight_tries_in_a_day_and_more_a_message_is_given_up(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver, clock: ManualClock
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [500] * 8
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    for tries, gap in enumerate([5, 300, 1800, 7200, 18000, 36000, 36000], 1):
        until_attempts(shipbob, tries)
        clock.advance(gap - 1)
        assert len(attempts(shipbob)) == tries
        clock.advance(1)
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert len({receiver.next().id for _ in range(8)}) == 1
    assert shipbob.webhooks.deliveries()[0]["state"] == "failed"


def test_a_scaled_day_of_retries_passes_in_a_moment(folder: Path, receiver: Receiver) -> None:
    receiver.statuses = [500, 503, 500]
    with ShipBobSimulator(folder, retry_scale=0.0001) as shipbob, client(shipbob) as api:
        subscribe(api, receiver.url)
        shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

        assert shipbob.webhooks.wait_until_idle(PATIENCE)
        assert [attempt["status"] for attempt in attempts(shipbob)] == [500, 503, 500, 204]


def test_an_endpoint_that_fails_for_five_days_is_switched_off(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver, clock: ManualClock
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [500] * 20
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    for tries, hours in enumerate((12, 5 * 24), 1):  # the days count from failures half a day apart
        until_attempts(shipbob, tries)
        clock.advance(hours * 3600)
    until_attempts(shipbob, 3)

    assert [row["enabled"] for row in api.get("/webhook").json()["items"]] == [False]


def test_a_duplicate_has_the_same_id_and_two_subscriptions_have_two(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client, receiver: Receiver
) -> None:
    for _ in range(2):
        subscribe(api, receiver.url)
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])
    first, other = receiver.next(), receiver.next()
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    door.post(f"/deliveries/{first.id}/again").raise_for_status()
    again = receiver.next()
    assert shipbob.webhooks.wait_until_idle(PATIENCE)

    assert (again.id, again.body) == (first.id, first.body)
    assert other.id != first.id
    marks = [attempt["duplicate"] for each in shipbob.webhooks.deliveries() for attempt in each["attempts"]]
    assert sorted(marks) == [False, False, True]


def test_a_forged_webhook_does_not_verify(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    receiver.statuses = [401]

    told = door.post("/forge", json={"document": "order/250000099"}).raise_for_status().json()
    came = receiver.next()

    assert told == {"status": 401}
    assert json.loads(came.body) == {"id": 250000099}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(came.body, came.headers)
    assert shipbob.counters.forged == 1


def test_dropped_webhooks_are_lost_and_later_ones_are_not(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    door.post("/webhooks/drop", json={"count": 1}).raise_for_status()

    lost, told = (shipbob.account.place_order(order(str(number)))["id"] for number in range(2))
    shipbob.account.ship_order(lost)
    shipbob.account.ship_order(told)

    assert json.loads(receiver.next().body)["id"] == told
    assert door.get("/deliveries").json()[0]["state"] == "dropped"


def test_held_webhooks_come_when_released(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client, receiver: Receiver
) -> None:
    subscribe(api, receiver.url)
    door.post("/webhooks/hold").raise_for_status()
    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])
    assert [each["state"] for each in shipbob.webhooks.deliveries()] == ["held"]

    door.post("/webhooks/release", json={"newest_first": True}).raise_for_status()

    assert receiver.next()


def test_a_gateway_under_localhost_is_reached_by_its_own_name(
    shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver
) -> None:
    name = f"abc123.execute-api.localhost:{receiver.port}"
    subscribe(api, f"http://{name}/webhooks/shipbob")

    shipbob.account.ship_order(shipbob.account.place_order(order())["id"])

    assert receiver.next().headers["host"] == name


def test_topics_outside_the_enumeration_can_be_offered_and_known_ones_withheld(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client
) -> None:
    wanted = {"topics": ["wro.completed"], "url": "https://bridge.example.com/hooks"}
    door.post(
        "/webhooks/topics", json={"unknown": ["wro.completed"], "refused": ["order.delivered"]}
    ).raise_for_status()

    offered = api.post("/webhook", json=wanted)
    withheld = [
        api.post("/webhook", json={**wanted, "topics": [topic]}).status_code
        for topic in ("order.delivered", "wro.box.stowed")
    ]

    assert (offered.status_code, offered.json()["topics"]) == (200, ["wro.completed"])
    assert withheld == [422, 422]
    shipbob.webhooks.publish("wro.completed", "receiving/1", b"{}")
    assert [each["topic"] for each in shipbob.webhooks.deliveries()] == ["wro.completed"]


def test_a_message_of_version_one_says_its_topic_in_other_headers_and_is_unsigned(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client, receiver: Receiver
) -> None:
    made = subscribe(api, receiver.url)
    placed = shipbob.account.place_order(order())

    door.post("/forge", json={"document": f"order/{placed['id']}", "kind": "legacy"}).raise_for_status()
    came = receiver.next()

    assert (came.headers["shipbob-topic"], came.headers["shipbob-subscription-id"]) == ("order_shipped", made["id"])
    assert not {"webhook-id", "webhook-signature", "x-webhook-topic"} & came.headers.keys()
    assert json.loads(came.body)["id"] == placed["id"]


@pytest.mark.parametrize("kind", ["unsigned", "stale", "altered", "wrong_secret"])
def test_no_forgery_verifies(shipbob: ShipBobSimulator, api: httpx.Client, receiver: Receiver, kind: Forgery) -> None:
    subscribe(api, receiver.url)

    shipbob.forge("return/700001", "return.completed", kind=kind)
    came = receiver.next()

    assert json.loads(came.body) == {"id": 700001}
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(came.body, came.headers)


def test_a_forgery_that_is_none_is_refused(shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client) -> None:
    subscribe(api, "https://bridge.example.com/hooks")

    assert door.post("/forge", json={"document": "order/1", "kind": "clumsy"}).status_code == 400
