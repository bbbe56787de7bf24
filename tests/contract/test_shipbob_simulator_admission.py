"""The ShipBob witness lets each token do what it may, and no more; and answers as oddly as the real one was seen to."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.scopes import needed
from tests.contract.shipbob_application import Application
from tests.contract.shipbob_day import subscribe

YEAR = 365 * 24 * 3600


@pytest.fixture
def application(shipbob: ShipBobSimulator) -> Iterator[Application]:
    with Application(shipbob) as made:
        yield made


def test_personal_tokens_never_expire_and_end_one_by_one(
    shipbob: ShipBobSimulator, application: Application, door: httpx.Client, clock: ManualClock
) -> None:
    other = door.post("/tokens", json={}).json()["token"]
    clock.advance(10 * YEAR)
    before = [application.calls(token).status_code for token in (shipbob.token, other)]

    door.post("/tokens/revoke", json={"token": other}).raise_for_status()

    assert before == [200, 200]
    assert [application.calls(token).status_code for token in (shipbob.token, other)] == [200, 401]
    assert door.post("/tokens/revoke", json={"token": other}).status_code == 404
    assert door.post("/tokens", json={"scopes": ["everything"]}).status_code == 400


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/order", "orders_read"),
        ("/order/1", "orders_read"),
        ("/shipment/1:getLineItems", "orders_read"),
        ("/location", "locations_read"),
        ("/channel", "channels_read"),
        ("/webhook", "webhooks_read"),
    ],
)
def test_a_token_without_the_operations_scope_is_forbidden_it(
    shipbob: ShipBobSimulator, application: Application, path: str, scope: str
) -> None:
    scopes = {"orders_read", "locations_read", "channels_read", "webhooks_read", "webhooks_write"}

    lacking = application.calls(shipbob.tokens.personal(scopes - {scope}), path)

    assert (lacking.status_code, lacking.content) == (403, b"")
    assert application.calls(shipbob.tokens.personal({scope}), path).status_code in {200, 404}


def test_a_question_that_needs_a_body_is_no_write() -> None:
    assert needed("POST /inventory/history:query", b"{}") == {"inventory_read"}
    assert needed("POST /receiving", b"{}") == {"receiving_write"}


@pytest.mark.parametrize("path", ["/inventory", "/inventory-level", "/inventory-level/lots"])
def test_the_inventory_operations_say_in_a_body_why_they_refuse(
    shipbob: ShipBobSimulator, application: Application, path: str
) -> None:
    for token, status in [("stranger", 401), (shipbob.tokens.personal(["orders_read"]), 403)]:
        answer = application.calls(token, path)
        assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_token_that_is_not_shown_as_a_bearers_is_none(shipbob: ShipBobSimulator, application: Application) -> None:
    statuses = [
        application.api.get("/channel", headers={"Authorization": shown + shipbob.token}).status_code
        for shown in ("Basic ", "Token ", "", "bearer ")
    ]

    assert statuses == [401, 401, 401, 200]


def test_who_may_read_webhooks_may_not_therefore_make_them(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    made = subscribe(api, "https://bridge.example.com/hooks")
    api.headers["Authorization"] = f"Bearer {shipbob.tokens.personal(['webhooks_read', 'orders_read'])}"

    assert api.get("/webhook").status_code == 200
    assert api.post("/webhook", json={"topics": ["order.shipped"], "url": made["url"]}).status_code == 403
    assert api.delete(f"/webhook/{made['id']}").status_code == 403
    assert [each.id for each in shipbob.subscriptions.all()] == [made["id"]]


@pytest.mark.parametrize(
    ("topics", "status"),
    [(["order.shipped"], 200), (["return.created"], 403), (["order.shipped", "return.created"], 403)],
)
def test_a_subscription_takes_the_read_scope_of_every_topic(
    shipbob: ShipBobSimulator, api: httpx.Client, topics: list[str], status: int
) -> None:
    api.headers["Authorization"] = f"Bearer {shipbob.tokens.personal(['webhooks_write', 'orders_read'])}"

    assert api.post("/webhook", json={"topics": topics, "url": "https://b.example.com/"}).status_code == status


def test_an_old_token_may_be_refused_as_if_it_were_none(
    shipbob: ShipBobSimulator, application: Application, door: httpx.Client
) -> None:
    old = shipbob.tokens.personal(["orders_read"])
    door.post("/admission", json={"missing_scope": 401}).raise_for_status()

    assert application.calls(old, "/location").status_code == 401
    assert application.calls(old, "/order").status_code == 200


def test_the_authentication_layer_may_answer_with_its_login_page(
    shipbob: ShipBobSimulator, application: Application, door: httpx.Client
) -> None:
    door.post("/admission", json={"refuse_with": "login"}).raise_for_status()

    refused = application.calls("stranger", "/order")
    followed = application.api.get("/order", follow_redirects=True)

    assert (refused.status_code, refused.headers["location"]) == (302, f"{shipbob.auth_url}/Account/Login")
    assert (followed.status_code, followed.headers["content-type"]) == (200, "text/html; charset=utf-8")


def test_the_authentication_layer_may_answer_in_words(application: Application, door: httpx.Client) -> None:
    door.post("/admission", json={"refuse_with": "text"}).raise_for_status()

    refused = application.calls("stranger", "/order")

    assert (refused.status_code, refused.headers["content-type"]) == (401, "text/plain; charset=utf-8")
    assert refused.text
    assert door.post("/admission", json={"refuse_with": "song"}).status_code == 400


def test_an_application_finds_its_own_channel_by_the_scopes_of_its_token(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    before = [row["id"] for row in application.calls(shipbob.token).json()["items"]]
    tokens = application.connected(scope="channels_read orders_write", integration_name="Wingtip GP")

    rows = application.calls(tokens["access_token"]).json()["items"]
    again = application.calls(application.connected()["access_token"]).json()["items"]

    (own,) = [row for row in rows if row["id"] not in before]
    assert (own["name"], own["application_name"]) == ("Wingtip GP", "GP Bridge")
    assert set(own["scopes"]) == {"channels_read", "orders_write"}
    assert [row["id"] for row in rows if row is not own] == before
    assert [row["id"] for row in again] == [row["id"] for row in rows]  # a second consent installs nothing new


def test_a_personal_token_shows_its_own_scopes_on_the_channel_of_all_personal_tokens(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    narrow = shipbob.tokens.personal(["channels_read"])

    rows = application.calls(narrow).json()["items"]

    assert [row["scopes"] for row in rows if row["application_name"] == "SMA"] == [["channels_read"]]
