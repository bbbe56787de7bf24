"""The ShipBob witness counts calls as the real one does: any sixty seconds, per user and application."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract.shipbob_application import Application


@pytest.fixture
def application(shipbob: ShipBobSimulator) -> Iterator[Application]:
    with Application(shipbob) as made:
        yield made


def test_all_personal_tokens_share_one_budget_and_an_application_has_its_own(
    shipbob: ShipBobSimulator, application: Application
) -> None:
    shipbob.limit.per_minute = 2
    first, second = shipbob.token, shipbob.tokens.personal()
    connected = application.connected()["access_token"]

    personal = [application.calls(token).status_code for token in (first, second, second)]

    assert personal == [200, 200, 429]
    assert application.calls(connected).status_code == 200
    assert (shipbob.limit.peak("SMA"), shipbob.limit.peak("GP Bridge"), shipbob.limit.refused) == (3, 1, 1)


def test_a_renewed_token_brings_no_new_budget(shipbob: ShipBobSimulator, application: Application) -> None:
    shipbob.limit.per_minute = 1
    tokens = application.connected()
    assert application.calls(tokens["access_token"]).status_code == 200

    renewed = application.refresh(tokens["refresh_token"]).json()

    assert application.calls(renewed["access_token"]).status_code == 429


def test_every_operation_costs_a_call_and_a_stranger_none(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    api.get("/order", headers={"Authorization": "Bearer stranger"})
    narrow = {"Authorization": f"Bearer {shipbob.tokens.personal(['orders_read'])}"}
    remaining = [
        api.get(path, headers=headers).headers["x-remaining-calls"]
        for path, headers in [("/order", {}), ("/order/1", {}), ("/nothing", {}), ("/webhook", narrow)]
    ]

    assert remaining == ["149", "148", "147", "146"]


def test_the_window_slides_and_says_when_the_oldest_call_leaves_it(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    shipbob.limit.per_minute = 2
    api.get("/channel")
    clock.advance(30)
    api.get("/channel")

    waits = []
    for seconds in (0.5, 29, 0.49):
        clock.advance(seconds)
        waits.append(api.get("/channel").headers["x-retry-after"])
    clock.advance(0.01)

    assert waits == ["30", "1", "1"]
    assert [api.get("/channel").status_code for _ in range(2)] == [200, 429]  # the second call is still inside


def test_the_headers_can_have_the_names_of_the_faq(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client
) -> None:
    door.post("/limit", json={"faq_names": True, "per_minute": 1}).raise_for_status()

    granted, refused = api.get("/channel"), api.get("/channel")

    assert (granted.headers["x-ratelimit-remaining"], refused.headers["retry-after"]) == ("0", "60")
    assert not {"x-remaining-calls", "x-retry-after"} & (granted.headers.keys() | refused.headers.keys())


def test_the_peak_is_that_of_any_sixty_seconds(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client, clock: ManualClock
) -> None:
    for seconds in (0, 40, 19, 1, 100):  # three of these five fall into one minute, on neither side of a full one
        clock.advance(seconds)
        api.get("/channel")

    assert shipbob.limit.peak() == 3
    assert door.get("/limit").json() == {"SMA": {"refused": 0, "peak": 3}}
