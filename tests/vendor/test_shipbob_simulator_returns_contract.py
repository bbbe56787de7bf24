"""Returns, edited orders and what else the witness answers are valid against ShipBob's own OpenAPI document (2026-01).

2026-07 left these operations unchanged. A webhook about a return is taken to carry the document's Return model.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.shipbob import Account, ManualClock, NewOrder, NewReturn, ReturnLine, ShipBobSimulator, Taken
from local.shipbob.counters import Exchange
from local.shipbob.orders import Line, Recipient
from local.shipbob.store import with_store_order
from tests.vendor.shipbob_contract import answer_faults, contract, faults, request_faults

Json = dict[str, Any]

MUG, SOAP = 21000015, 21000017
OWN = {"shipbob_channel_id": "180001"}
MODELS = {
    "order": "Orders.OrderViewModel",
    "shipment": "Orders.ShipmentViewModel",
    "return": "Returns.PublicReturnDto",
}


def play(account: Account) -> list[int]:
    """A day in which every edit, and a return in every state and of every kind, occurs; the ids of its shipments."""
    lines = [Line("MUG-WHITE", 4, Decimal("12.00")), Line("GIFT-SET", 1, Decimal(36))]
    bare = NewOrder("1", lines, total_price=Decimal("84.00"))
    placed = [account.place_order(replace(bare, order_number=str(number))) for number in range(6)]
    shipments = [order["shipments"][0]["id"] for order in placed]
    edit(account, shipments[0])
    shipments.append(account.edits.split(shipments[1], [("MUG-WHITE", 1)], 156)["id"])
    for order in placed[1:]:
        account.ship_order(order["id"])
    account.edits.carrier_reports(shipments[2], "DeliveryException")
    shipments.append(account.edits.reship(shipments[2])["id"])
    account.edits.void_label(shipments[4])
    bring_back(account, shipments)
    return shipments


def edit(account: Account, shipment: int) -> None:
    edits = account.edits
    edits.pick(shipment)
    edits.pack(shipment)
    edits.move(shipment, 320)
    edits.change_address(shipment, Recipient(email=None, state=None))
    edits.change_shipping_service(shipment, "2-Day")
    edits.edit_lines(shipment, [("MUG-WHITE", 1), ("SOAP-BAR", 2)])
    account.ship_shipment(shipment)
    edits.change_tracking(shipment, "9261")


def bring_back(account: Account, shipments: list[int]) -> None:
    returns = account.returns
    parts = [Taken(MUG, "Restock", 1), Taken(MUG, "Quarantine", 2), Taken(MUG, "Dispose", 1)]
    done = returns.play(NewReturn(shipments[2], reference_id="RMA-1", tracking_number="1Z9"), parts)
    returns.change_disposition(done["id"], parts[:2])
    returns.return_to_sender(shipments[3])
    arrived, processing, cancelled = (
        returns.create(NewReturn(lines=[ReturnLine(SOAP, 2, lot_number="L1", lot_date="2027-12-31T00:00:00Z")]))["id"]
        for _ in range(3)
    )
    returns.arrive(arrived)
    returns.arrive(processing)
    returns.process(processing)
    returns.cancel(cancelled)


@pytest.fixture(scope="module")
def shipbob(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShipBobSimulator]:
    contract()
    with ShipBobSimulator(tmp_path_factory.mktemp("authority")) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def exchanges(shipbob: ShipBobSimulator) -> list[Exchange]:
    """All that was said of a day's returns and edited orders, refusals included."""
    shipments = play(shipbob.account)
    with httpx.Client(
        base_url=f"{shipbob.url}/2026-07",
        headers={"Authorization": f"Bearer {shipbob.token}"},
        verify=ssl.create_default_context(cafile=str(shipbob.ca_bundle)),
        trust_env=False,
    ) as api:
        read_returns(api)
        write_returns(api, shipments[3])
        read_orders(api, shipbob.account, shipments)
    return shipbob.exchanges


def read_returns(api: httpx.Client) -> None:
    filters = {
        "Ids": "700001,700002",
        "ReferenceIds": "RMA-1",
        "Status": "Completed",
        "FulfillmentCenterIds": "8",
        "TrackingNumbers": "1Z9",
        "OriginalShipmentIds": "390000103",
        "InventoryIds": str(MUG),
        "StartDate": "2001-01-01T00:00:00Z",
        "EndDate": "2101-01-01T00:00:00Z",
        "ReturnTypes": "Regular",
        "ReturnActions": "Restock",
        "StoreOrderIds": "2",
        "CompletedStartDate": "2001-01-01T00:00:00Z",
        "CompletedEndDate": "2101-01-01T00:00:00Z",
    }
    assert len(api.get("/return", params={**filters, "Cursor": "1", "SortOrder": "Asc"}).json()["items"]) == 1
    for path in ("/return", "/return?Limit=2", "/return?Limit=2&Cursor=2", "/return?Cursor=9", "/return?Limit=0"):
        api.get(path)
    for path in ("/return/700001", "/return/5", "/return/x"):
        api.get(path)
    api.get("/return", headers={"Authorization": "Bearer nobody"})


def write_returns(api: httpx.Client, shipment: int) -> None:
    item = {"id": MUG, "quantity": 1, "requested_action": "Dispose"}
    wanted: Json = {"fulfillment_center": {"id": 8}, "reference_id": "RMA-9", "inventory": [item]}
    for fault in ({}, {"reference_id": ""}, {"original_shipment_id": shipment, "reference_id": "RMA-10"}):
        api.post("/return", json={**wanted, **fault}, headers=OWN)
    api.post("/return", json=wanted)
    made = api.get("/return").json()["items"][0]["id"]
    for identity in (made, 700001, 5):
        api.put(f"/return/{identity}", json=wanted | {"reference_id": "RMA-11"})
        api.post(f"/return/{identity}:cancel")


def read_orders(api: httpx.Client, account: Account, shipments: list[int]) -> None:
    wanted = NewOrder("S", [Line("MUG-WHITE", 1, Decimal(12))], reference_id="S-1")
    rich = account.place_order(with_store_order(wanted, tax=Decimal("0.84")))
    api.get("/order")
    for order in (rich["id"], rich["id"] - 1, 5):
        api.get(f"/order/{order}/store-order-json")
    for shipment in shipments:
        api.get(f"/shipment/{shipment}")
        api.get(f"/shipment/{shipment}:getLineItems")
    api.post(
        "/shipment:batchUpdateTrackingUpload", json={"shipment_ids": [shipments[0], 5], "is_tracking_uploaded": True}
    )
    api.post("/shipment:batchUpdateTrackingUpload", json={"shipment_ids": []})


def test_every_answer_is_valid(exchanges: list[Exchange]) -> None:
    wrong = {(each.method, each.path, each.status): answer_faults(each) for each in exchanges}

    assert {exchange: found for exchange, found in wrong.items() if found} == {}


def test_every_operation_was_asked_for_success_and_each_of_its_refusals(exchanges: list[Exchange]) -> None:
    said = {(each.operation, each.status) for each in exchanges}

    assert said >= {
        ("GET /return", 200),
        ("GET /return", 400),
        ("GET /return", 401),
        ("GET /return/{id}", 200),
        ("GET /return/{id}", 400),
        ("GET /return/{id}", 404),
        ("POST /return", 201),
        ("POST /return", 400),
        ("POST /return", 422),
        ("PUT /return/{id}", 200),
        ("PUT /return/{id}", 404),
        ("PUT /return/{id}", 422),
        ("POST /return/{id}:cancel", 200),
        ("POST /return/{id}:cancel", 400),
        ("GET /order/{orderId}/store-order-json", 200),
        ("GET /order/{orderId}/store-order-json", 204),
        ("GET /order/{orderId}/store-order-json", 404),
        ("POST /shipment:batchUpdateTrackingUpload", 200),
        ("POST /shipment:batchUpdateTrackingUpload", 400),
    }


def test_every_request_that_was_taken_is_one_of_the_documents(exchanges: list[Exchange]) -> None:
    taken = [each for each in exchanges if each.status < 300]

    assert [fault for each in taken for fault in request_faults(each)] == []


def test_every_webhook_body_is_a_bare_order_shipment_or_return() -> None:
    contract()
    told: list[tuple[str, str, bytes]] = []
    play(Account(ManualClock(), lambda *message: told.append(message)))

    wrong = {topic: faults(MODELS[document.partition("/")[0]], json.loads(body)) for topic, document, body in told}

    assert {topic for topic, found in wrong.items() if found} == set()
    assert {topic for topic, _, _ in told} == {
        "order.shipped",
        "return.created",
        "return.updated",
        "return.completed",
        *(f"order.shipment.{name}.updated" for name in ("tracking", "address", "shipping_service", "line_item")),
        *(f"order.shipment.line_item.{name}" for name in ("added", "removed")),
    }


def test_departures_that_the_reference_allows_are_valid_too() -> None:
    contract()
    account = Account(ManualClock(), lambda *_: None)
    play(account)
    account.defects.set(product_ids_differ=True, quantities_missing="items", awaiting_arrival_spaced=True)

    assert [fault for order in account.orders() for fault in faults(MODELS["order"], order)] == []
    assert [fault for each in account.returns.all() for fault in faults(MODELS["return"], each)] == []


def test_lists_that_hold_nothing_may_be_null_by_the_document_and_objects_may_not() -> None:
    contract()
    account = Account(ManualClock(), lambda *_: None)
    play(account)
    account.defects.nulls_for_nothing = True

    wrong = [fault for order in account.orders() for fault in faults(MODELS["order"], order)]
    wrong += [fault for each in account.returns.all() for fault in faults(MODELS["return"], each)]

    assert {fault.partition(":")[0].rpartition(".")[2] for fault in wrong} == {"invoice", "lot_information"}


def test_the_check_itself_sees_a_fault_of_a_return() -> None:
    account = Account(ManualClock(), lambda *_: None)
    made = account.returns.create(NewReturn(lines=[ReturnLine(MUG, 1)]))

    assert faults(MODELS["return"], made) == []
    for spoiled in ({"id": "700001"}, {"invoice": None}, {"inventory": [{"id": "1"}]}, {"surprise": 1}):
        assert faults(MODELS["return"], {**made, **spoiled}) != []
