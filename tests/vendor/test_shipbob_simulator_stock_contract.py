"""Every answer of the ShipBob witness about products, stock and receiving is valid against ShipBob's OpenAPI document.

The document is of 2026-01, corrected by what 2026-07 changed and what users found otherwise.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from local.shipbob import Account, Label, ManualClock, NewOrder, ShipBobSimulator
from local.shipbob.counters import Exchange
from local.shipbob.dock import Found
from local.shipbob.orders import Line
from local.shipbob.stock_history import Pile
from tests.vendor.shipbob_contract import answer_faults, contract, faults

Json = dict[str, Any]

SERUM, WIDGET = 21000013, 21000011
WRO = "Receiving.V2.WarehouseReceivingOrderViewModel"


def pdf_faults(exchange: Exchange) -> list[str]:
    """The document has a base64 string; its guide says that a PDF comes."""
    whole = exchange.response_body.startswith("%PDF-1.") and exchange.response_body.rstrip().endswith("%%EOF")
    return [] if whole else ["it is no PDF"]


# Of 2026-07 alone, or found by users: the corrections know them.
DIFFERENT = {
    ("POST /receiving", 422),
    ("PATCH /receiving/{id}", 200),
    ("PATCH /receiving/{id}", 404),
    ("PATCH /receiving/{id}", 422),
    ("GET /receiving", 400),
    ("GET /receiving/{id}/labels", 200),
    ("POST /receiving:setExternalSync", 200),
    ("POST /inventory/history:query", 400),
    ("GET /inventory-level", 404),
}


def stock_faults(exchange: Exchange) -> list[str]:
    is_label = (exchange.operation, exchange.status) == ("GET /receiving/{id}/labels", 200)
    return pdf_faults(exchange) if is_label else answer_faults(exchange)


def announcement(number: str | None, **details: Any) -> Json:
    serum = {"sku": "SERUM-30ML", "quantity": 40, "lot_number": "LOT-9", "lot_date": "2028-01-31T00:00:00Z"}
    return {
        "fulfillment_center": {"id": 8},
        "package_type": "Package",
        "box_packaging_type": "MultipleSkuPerBox",
        "expected_arrival_date": "2099-01-31T15:00:00Z",
        "purchase_order_number": number,
        "boxes": [
            {"tracking_number": "BOX 1", "box_items": [{"inventory_id": WIDGET, "quantity": 100}, serum]},
            {"tracking_number": "BOX 2", "box_items": [{"sku": "WIDGET-RED", "quantity": 5}]},
        ],
        **details,
    }


@pytest.fixture(scope="module")
def shipbob(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShipBobSimulator]:
    contract()
    with ShipBobSimulator(tmp_path_factory.mktemp("authority")) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def exchanges(shipbob: ShipBobSimulator) -> list[Exchange]:
    """All that was said over a day of every operation, its refusals included."""
    with httpx.Client(
        base_url=f"{shipbob.url}/2026-07",
        headers={"Authorization": f"Bearer {shipbob.token}"},
        verify=ssl.create_default_context(cafile=str(shipbob.ca_bundle)),
        trust_env=False,
    ) as api:
        announce(api)
        play(shipbob)
        read_goods(api)
        read_receiving(api)
        api.get("/inventory", headers={"Authorization": "Bearer nobody"})
        api.get("/receiving", headers={"Authorization": "Bearer nobody"})
    return shipbob.exchanges


def announce(api: httpx.Client) -> None:
    for number in ("PO 1", "PO 2", "PO 3", "PO 4", None, None):
        api.post("/receiving", json=announcement(number)).raise_for_status()
    api.post("/receiving", json=announcement("PO 1"))
    api.post("/receiving", json=announcement("PO 5", boxes=[{"box_items": [{"quantity": 0}]}], package_type="Crate"))
    api.post("/receiving", content=b"nonsense")
    api.patch("/receiving/915006", json={"purchase_order_number": "PO 6"})
    api.patch("/receiving/915006", json={"purchase_order_number": "PO 1"})
    api.patch("/receiving/1", json={})
    for order_id in (915005, 915005, 1):
        api.post(f"/receiving/{order_id}:cancel")
    api.post("/receiving:setExternalSync", json={"ids": [915001, 1], "is_external_sync": True})
    api.post("/receiving:setExternalSync", json={})


def play(shipbob: ShipBobSimulator) -> None:
    """Stock moves in every way there is, and orders come, go and are held up."""
    shipbob.dock.arrive(915001, [1])
    shipbob.dock.stow(915002, [Found(WIDGET, 60), Found(21000015, 2, box=2)])
    shipbob.dock.complete(915002)
    shipbob.dock.split(915003, boxes=[2])
    shipbob.dock.give_up(915003)
    shipbob.dock.unannounced(211, [Found(WIDGET, 3)])
    widgets, serum = Pile(WIDGET, 8), Pile(SERUM, 8, "LOT-2226")
    shipbob.stock.adjust(widgets, increment=3)
    shipbob.stock.adjust(serum, decrement=2)
    shipbob.stock.count(widgets, 4_000)
    shipbob.stock.move(widgets, 10)
    shipbob.stock.relabel(serum, "LOT-9", 4)
    shipbob.stock.unload(shipbob.stock.send(widgets, 156, 7), 5)
    placed = [shipbob.account.place_order(NewOrder(str(each), [Line("SERUM-30ML", 2)])) for each in range(3)]
    shipbob.account.ship_order(placed[0]["id"], Label())
    shipbob.account.fail_shipment(placed[1]["shipments"][0]["id"])
    shipbob.stock.restock(SERUM, 8, 1, None, "700001")


def read_goods(api: httpx.Client) -> None:
    for path in ("/product?PageSize=3", "/product?SKU=any:MUG-WHITE,GIFT-SET", "/product?PageSize=0", "/location"):
        api.get(path)
    for product in (9100003, 9100008, 1, "x"):
        api.get(f"/product/{product}")
        api.get(f"/product/{product}/variants")
    for path in ("/inventory", "/inventory-level", "/inventory-level/locations", "/inventory-level/lots"):
        api.get(path, params={"PageSize": 4})
        api.get(path, params={"PageSize": 501})
    api.get("/inventory-level", params={"SortBy": "-onHand"})
    api.get("/inventory-level", params={"InventoryIds": ",".join(map(str, range(250)))})
    for item in (SERUM, 1, "x"):
        api.get(f"/inventory/{item}")
        for path in ("", "/locations", "/lots"):
            api.get(f"/inventory-level/{item}{path}")
    for facility in (8, 156, 211):
        api.post("/inventory/history:query", json={"facility_id": facility})
    api.post("/inventory/history:query", json={})


def read_receiving(api: httpx.Client) -> None:
    for path in ("/receiving", "/receiving?Statuses=Arrived,Completed&Limit=1", "/receiving?Limit=0", "/receiving/x"):
        api.get(path)
    for order_id in (915001, 915002, 915003, 915007, 1):
        for path in ("", "/boxes", "/labels"):
            api.get(f"/receiving/{order_id}{path}")
    api.get("/fulfillment-center")


def test_every_answer_is_valid(exchanges: list[Exchange]) -> None:
    wrong = {(each.method, each.path, each.status): stock_faults(each) for each in exchanges}

    assert {exchange: found for exchange, found in wrong.items() if found} == {}


def test_every_operation_was_asked_for_success_and_refusal(exchanges: list[Exchange]) -> None:
    said = {(each.operation, each.status) for each in exchanges}

    assert {operation for operation, status in said if status < 300} == {
        "GET /product",
        "GET /product/{productId}",
        "GET /product/{productId}/variants",
        "GET /inventory",
        "GET /inventory/{inventoryId}",
        "POST /inventory/history:query",
        "GET /inventory-level",
        "GET /inventory-level/{inventoryId}",
        "GET /inventory-level/locations",
        "GET /inventory-level/{inventoryId}/locations",
        "GET /inventory-level/lots",
        "GET /inventory-level/{inventoryId}/lots",
        "GET /location",
        "GET /receiving",
        "POST /receiving",
        "POST /receiving:setExternalSync",
        "GET /receiving/{id}",
        "PATCH /receiving/{id}",
        "GET /receiving/{id}/boxes",
        "GET /receiving/{id}/labels",
        "POST /receiving/{id}:cancel",
        "GET /fulfillment-center",
    }
    assert {status for _, status in said} == {200, 201, 400, 401, 404, 422}
    assert said >= DIFFERENT


def test_the_history_told_of_every_category_that_can_be_played(exchanges: list[Exchange]) -> None:
    answers = [json.loads(each.response_body) for each in exchanges if each.path.endswith("history:query")]
    told = {event["event_category"] for answer in answers for event in answer.get("data", ())}

    assert told == {
        "OrderPicked",
        "InventoryAdjusted",
        "InventoryFacilityUpdated",
        "AttributeUpdated",
        "InventoryReceived",
        "InventoryRestocked",
        "ReceivingStow",
    }


def test_every_webhook_body_of_receiving_is_a_bare_receiving_order() -> None:
    contract()
    told: list[tuple[str, str, bytes]] = []
    warehouse = Account(ManualClock(), lambda *message: told.append(message)).warehouse
    order_id = warehouse.receiving.create(announcement("PO 1"))["id"]
    warehouse.dock.stow(order_id)
    warehouse.dock.complete(order_id)

    assert {topic for topic, _, _ in told} == {
        *(f"wro.{name}" for name in ("created", "updated", "completed", "box.arrived", "box.scanned", "box.stowed")),
    }
    assert {document for _, document, _ in told} == {f"receiving/{order_id}"}
    assert [found for _, _, body in told if (found := faults(WRO, json.loads(body)))] == []


@pytest.mark.parametrize(
    ("model", "spoiled"),
    [
        (WRO, {"status": "AwaitingArrival"}),
        (WRO, {"inventory_quantities": [{"inventory_id": "1"}]}),
        (WRO, {"surprise": 1}),
        (WRO, {"expected_arrival_date": "2026-11-25"}),
    ],
)
def test_the_check_itself_sees_a_fault(model: str, spoiled: Json) -> None:
    contract()
    shown = Account(ManualClock(), lambda *_: None).warehouse.receiving.create(announcement("PO 1"))

    assert faults(model, shown) == []
    assert faults(model, {**shown, **spoiled}) != []
