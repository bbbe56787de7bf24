"""Every answer and webhook body of the ShipBob witness is valid against ShipBob's own OpenAPI document (2026-01).

2026-07 left these operations unchanged. Where the document is known to be wrong, `corrected` says how and why.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.shipbob import Account, Label, ManualClock, NewOrder, ShipBobSimulator
from local.shipbob.counters import Exchange
from local.shipbob.orders import Line
from tests.vendor.shipbob_contract import answer_faults, contract, faults

Json = dict[str, Any]


def play(account: Account) -> list[int]:
    """A day in which every kind of order and shipment occurs; the ids of its orders."""
    lines = [Line("WIDGET-RED", 2, Decimal("19.95")), Line("WIDGET-RED", 1), Line("SERUM-30ML", 1, Decimal(34))]
    packages = [(8, [("WIDGET-RED", 3)]), (8, [("SERUM-30ML", 1)])]
    kinds = [
        NewOrder("1", lines, shipments=packages, total_price=Decimal("73.90")),
        NewOrder("2", [Line("GIFT-SET", 1)], channel=122233, location=320),
        *(NewOrder(str(number), lines, shipments=packages, type="B2B") for number in range(3, 9)),
        NewOrder("9", [Line("NEVER-SEEN", 1)]),
    ]
    placed = [account.place_order(kind) for kind in kinds]
    ids = [order["id"] for order in placed]
    first_shipments = [order["shipments"][0]["id"] for order in placed]
    account.ship_order(ids[1])
    account.ship_order(ids[2])
    account.deliver_order(ids[2])
    account.ship_shipment(first_shipments[3], Label(completed=False))
    account.hold_shipment(first_shipments[4])
    account.fail_shipment(first_shipments[5])
    account.cancel_shipment(first_shipments[6])
    account.cancel_order(ids[7])
    return ids


@pytest.fixture(scope="module")
def shipbob(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShipBobSimulator]:
    contract()
    with ShipBobSimulator(tmp_path_factory.mktemp("authority")) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def exchanges(shipbob: ShipBobSimulator) -> list[Exchange]:
    """All that was said over a day of every operation, its refusals included."""
    ids = play(shipbob.account)
    with httpx.Client(
        base_url=f"{shipbob.url}/2026-07",
        headers={"Authorization": f"Bearer {shipbob.token}"},
        verify=ssl.create_default_context(cafile=str(shipbob.ca_bundle)),
        trust_env=False,
    ) as api:
        read_orders(api, shipbob, ids)
        subscribe_and_end(api)
        api.get("/order", headers={"Authorization": "Bearer nobody"})
        shipbob.limit.per_minute = 0
        api.get("/channel")
    return shipbob.exchanges


def read_orders(api: httpx.Client, shipbob: ShipBobSimulator, ids: list[int]) -> None:
    for path in ("/order", "/order?Limit=2&Page=2", "/order?Limit=0", "/order/x", "/order/1", "/location", "/channel"):
        api.get(path)
    for order_id in ids:
        api.get(f"/order/{order_id}")
        for shipment in api.get(f"/order/{order_id}/shipment").json():
            api.get(f"/shipment/{shipment['id']}")
            api.get(f"/shipment/{shipment['id']}:getLineItems")
    for path in ("/shipment/1", "/shipment/1:getLineItems", "/shipment/x", "/channel?RecordsPerPage=0"):
        api.get(path)


def subscribe_and_end(api: httpx.Client) -> None:
    wanted = {"topics": ["order.shipped"], "url": "https://bridge.example.com/hooks"}
    made = api.post("/webhook", json=wanted).json()
    api.get("/webhook")
    api.post("/webhook", json={**wanted, "topics": ["order.created"], "secret": "short"})
    api.delete(f"/webhook/{made['id']}")
    api.delete(f"/webhook/{made['id']}")


def test_every_answer_is_valid(exchanges: list[Exchange]) -> None:
    wrong = {(each.method, each.path, each.status): answer_faults(each) for each in exchanges}

    assert {exchange: found for exchange, found in wrong.items() if found} == {}


def test_every_operation_was_asked_for_success_and_refusal(exchanges: list[Exchange]) -> None:
    said = {(each.operation, each.status) for each in exchanges}

    assert {operation for operation, status in said if status < 300} == {
        "GET /order",
        "GET /order/{orderId}",
        "GET /order/{orderId}/shipment",
        "GET /shipment/{shipmentId}",
        "GET /shipment/{shipmentId}:getLineItems",
        "GET /location",
        "GET /channel",
        "GET /webhook",
        "POST /webhook",
        "DELETE /webhook/{id}",
    }
    assert {status for _, status in said} == {200, 204, 400, 401, 404, 422, 429}
    assert said >= {("GET /channel", 429), ("DELETE /webhook/{id}", 404)}


def test_every_webhook_body_is_a_bare_order_or_a_bare_shipment() -> None:
    contract()
    told: list[tuple[str, str, bytes]] = []
    play(Account(ManualClock(), lambda *message: told.append(message)))

    models = {"order": "Orders.OrderViewModel", "shipment": "Orders.ShipmentViewModel"}
    wrong = [faults(models[document.partition("/")[0]], json.loads(body)) for _, document, body in told]

    assert {topic for topic, _, _ in told} == {
        "order.shipped",
        "order.delivered",
        *(f"order.shipment.{name}" for name in ("delivered", "exception", "on_hold", "cancelled", "tracking.updated")),
    }
    assert [found for found in wrong if found] == []


def test_the_check_itself_sees_a_fault() -> None:
    order = Account(ManualClock(), lambda *_: None).place_order(NewOrder("1", [Line("MUG-WHITE", 1)]))

    assert faults("Orders.OrderViewModel", order) == []
    for spoiled in ({"id": "1"}, {"channel": None}, {"status": "Shipped"}, {"surprise": 1}, {"created_date": "today"}):
        assert faults("Orders.OrderViewModel", {**order, **spoiled}) != []
