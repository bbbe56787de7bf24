"""What stands in front of ShipBob can be made to go wrong, in each of the ways that users of the API report."""

from __future__ import annotations

import threading

import httpx
import pytest

from local.shipbob import ShipBobSimulator
from tests.contract.shipbob_day import PATIENCE, order, subscribe

HOOK = "https://bridge.example.com/hooks"


@pytest.mark.parametrize(
    ("deed", "status", "kind"),
    [
        (200, 200, "text/html; charset=utf-8"),
        (500, 500, "text/html; charset=utf-8"),
        (502, 502, "text/html; charset=utf-8"),
        (503, 503, "text/html; charset=utf-8"),
        (524, 524, "text/plain; charset=utf-8"),
        ("login", 302, None),
    ],
)
def test_an_answer_may_be_somebody_elses(
    shipbob: ShipBobSimulator, api: httpx.Client, deed: str | int, status: int, kind: str | None
) -> None:
    shipbob.faults.add("POST /webhook", deed)

    answer = api.post("/webhook", json={"topics": ["order.shipped"], "url": HOOK})

    assert (answer.status_code, answer.headers.get("content-type")) == (status, kind)
    assert "x-remaining-calls" not in answer.headers
    assert shipbob.subscriptions.all() == []
    subscribe(api, HOOK)
    assert len(shipbob.subscriptions.all()) == 1


@pytest.mark.parametrize(("deed", "made"), [("hang_up", 0), ("hang_up_after", 1), ("half", 1)])
def test_a_line_may_be_cut_before_or_after_the_work_was_done(
    shipbob: ShipBobSimulator, api: httpx.Client, deed: str, made: int
) -> None:
    shipbob.faults.add("POST /webhook", deed)

    with pytest.raises(httpx.RemoteProtocolError):
        subscribe(api, HOOK)

    assert len(shipbob.subscriptions.all()) == made
    assert shipbob.exchanges[-1].operation == "POST /webhook"


@pytest.mark.parametrize("deed", ["truncated", "not_json"])
def test_an_answer_may_be_no_json(shipbob: ShipBobSimulator, api: httpx.Client, deed: str) -> None:
    shipbob.account.place_order(order())
    shipbob.faults.add("GET /order", deed)

    answer = api.get("/order")

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json; charset=utf-8")
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()


def test_an_answer_may_have_another_label(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.faults.add("GET /order", "wrong_type")

    answer = api.get("/order")

    assert (answer.headers["content-type"], answer.json()) == ("text/html; charset=utf-8", [])


def test_a_slow_answer_comes_after_the_work_was_done(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client
) -> None:
    door.post("/faults", json={"operation": "POST /webhook", "do": "slow", "seconds": 3600}).raise_for_status()

    with pytest.raises(httpx.ReadTimeout):
        api.post("/webhook", json={"topics": ["order.shipped"], "url": HOOK}, timeout=0.2)

    assert len(shipbob.subscriptions.all()) == 1


def test_clearing_the_faults_lets_a_slow_answer_go(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.faults.add("GET /channel", "slow", seconds=3600)
    shipbob.faults.add("GET /order", 500, count=0)

    def clear() -> None:
        shipbob.faults.wait_struck(1, PATIENCE)
        shipbob.faults.clear()

    clearing = threading.Thread(target=clear)
    clearing.start()

    assert api.get("/channel", timeout=PATIENCE).status_code == 200
    clearing.join(PATIENCE)
    assert api.get("/order").status_code == 200


def test_a_fault_strikes_its_operation_as_often_as_told(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client
) -> None:
    door.post("/faults", json={"operation": "GET /order", "do": 502, "count": 2}).raise_for_status()

    statuses = [api.get(path).status_code for path in ("/channel", "/order", "/order/1", "/order", "/order")]

    assert statuses == [200, 502, 404, 502, 200]
    assert door.get("/faults").json() == []


def test_a_fault_of_every_operation_strikes_strangers_too_and_stays(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client
) -> None:
    shipbob.faults.add("*", 503, seconds=30, count=0)

    answers = [api.get(path, headers={"Authorization": ""}) for path in ("/channel", "/order", "/nothing")]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert answers[0].headers["retry-after"] == "30"
    door.delete("/faults").raise_for_status()
    assert api.get("/channel").status_code == 200


def test_a_fault_that_is_none_is_not_taken(shipbob: ShipBobSimulator) -> None:
    for deed in ("explode", 204, 600, -500):
        with pytest.raises(ValueError, match="there is no"):
            shipbob.faults.add("*", deed)
