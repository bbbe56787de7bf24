"""The ShipBob witness makes of announced goods what a dock makes of them: in parts, short, split, or unannounced."""

from __future__ import annotations

import json

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.catalogue import OPENING_STOCK
from local.shipbob.dock import Found
from tests.contract.receiving_day import LOT, announced, box, of, quantities
from tests.contract.shipbob_day import PATIENCE, Receiver, subscribe
from tests.contract.stock_day import HERE, MUG, WIDGET, Json, at, history, sides


def test_goods_are_stowed_in_parts_until_the_order_is_complete(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = announced(api, clock, box("1"), box("2"))
    path = f"/receiving/{made['id']}"
    shipbob.dock.arrive(made["id"], [1])
    partly = api.get(path).json()
    shipbob.dock.stow(made["id"], [Found(WIDGET, 4)])
    processing, boxes, half = api.get(path).json(), api.get(f"{path}/boxes").json(), at(api, WIDGET)
    shipbob.dock.stow(made["id"])
    shipbob.dock.complete(made["id"])
    done, whole = api.get(path).json(), at(api, WIDGET)

    assert partly["status"] == "PartiallyArrived"
    assert (processing["status"], quantities(processing)[WIDGET]) == ("Processing", (20, 4, 4))
    assert [row["box_status"] for row in boxes] == ["Stowing", "Awaiting"]
    assert (half["on_hand_quantity"], half["awaiting_quantity"]) == (OPENING_STOCK + 4, 16)
    assert (done["status"], quantities(done)[WIDGET]) == ("Completed", (20, 20, 20))
    assert (whole["on_hand_quantity"], whole["awaiting_quantity"]) == (OPENING_STOCK + 20, 0)


def test_a_stow_is_told_as_received_and_as_a_move_from_the_dock(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = announced(api, clock, box("1", {"sku": "SERUM-30ML", "quantity": 40, **LOT}))
    shipbob.dock.stow(made["id"])

    received, stowed = history(api)

    assert (received["event_category"], sides(received)) == ("InventoryReceived", (40, None))
    assert (stowed["event_category"], sides(stowed)) == ("ReceivingStow", (40, -40))
    assert stowed["additional_reference"] == [{"key": "WroAndBox", "value": f"{made['id']} 1"}]
    assert (stowed["increment"]["lot_number"], stowed["increment"]["expiration_date"]) == ("LOT-9", LOT["lot_date"])


@pytest.mark.parametrize(("found", "stowed"), [(7, 7), (13, 13)])
def test_an_order_can_end_short_or_with_more(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock, found: int, stowed: int
) -> None:
    made = announced(api, clock)
    shipbob.dock.stow(made["id"], [Found(WIDGET, found)])
    shipbob.dock.complete(made["id"])

    assert quantities(api.get(f"/receiving/{made['id']}").json()) == {WIDGET: (10, stowed, stowed)}
    assert (at(api, WIDGET)["on_hand_quantity"], at(api, WIDGET)["awaiting_quantity"]) == (OPENING_STOCK + stowed, 0)


def test_what_nobody_announced_is_a_row_with_nothing_expected(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = announced(api, clock)
    shipbob.dock.stow(made["id"], [Found(MUG, 2)])

    assert quantities(api.get(f"/receiving/{made['id']}").json()) == {WIDGET: (10, 0, 0), MUG: (0, 2, 2)}
    assert [row["box_status"] for row in api.get(f"/receiving/{made['id']}/boxes").json()] == ["Stowing"]


def test_an_order_whose_goods_never_came_is_incomplete_and_awaits_nothing(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = announced(api, clock, box("1"), box("2"))
    shipbob.dock.stow(made["id"], [Found(WIDGET, 10)])
    shipbob.dock.give_up(made["id"])

    assert api.get(f"/receiving/{made['id']}").json()["status"] == "Incomplete"
    assert at(api, WIDGET)["awaiting_quantity"] == 0


def test_counting_can_lag_behind_stowing(shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock) -> None:
    shipbob.warehouse.switches.set(received_lags=True)
    made = announced(api, clock)
    shipbob.dock.stow(made["id"])
    lagging = quantities(api.get(f"/receiving/{made['id']}").json())
    shipbob.dock.complete(made["id"])

    assert (lagging[WIDGET], quantities(api.get(f"/receiving/{made['id']}").json())[WIDGET]) == (
        (10, 0, 10),
        (10, 10, 10),
    )


def test_a_split_order_leaves_a_second_that_nothing_links_to_it(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = announced(api, clock, box("1"), box("2"))
    second = shipbob.dock.split(made["id"], boxes=[2])
    third = shipbob.dock.split(made["id"], items=[Found(WIDGET, 4)])

    first = api.get(f"/receiving/{made['id']}").json()
    expected = [quantities(order)[WIDGET][0] for order in (first, second, third)]
    assert (expected, at(api, WIDGET)["awaiting_quantity"]) == ([6, 10, 4], 20)
    assert [order["purchase_order_number"] for order in (first, second, third)] == ["GPIV 0004711", None, None]
    assert str(made["id"]) not in str(second)
    assert of(api, PurchaseOrderNumbers="GPIV 0004711") == [made["id"]]


def test_goods_without_an_order_are_stowed_and_no_order_shows_them(
    shipbob: ShipBobSimulator, api: httpx.Client
) -> None:
    shipbob.dock.unannounced(HERE, [Found(MUG, 12)])

    assert at(api, MUG)["on_hand_quantity"] == OPENING_STOCK + 12
    assert of(api) == []
    assert history(api, event_category="ReceivingStow")[0]["additional_reference"][0]["key"] == "UroId"


def test_a_hubs_region_is_re_pointed_to_the_hub(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    assert 510 not in {place["id"] for place in api.get("/location").json()}
    shipbob.warehouse.switches.set(hubs={HERE: 510})
    made = announced(api, clock)

    shipbob.dock.arrive(made["id"])
    at_hub = api.get(f"/receiving/{made['id']}").json()
    awaited = at(api, WIDGET, 510)["awaiting_quantity"]
    shipbob.dock.stow(made["id"])
    stowed = api.get(f"/receiving/{made['id']}").json()

    assert made["fulfillment_center"]["id"] == 510
    assert (at_hub["status"], awaited) == ("ArrivedAtHub", 10)
    assert [row["status"] for row in stowed["status_history"]] == [
        "Awaiting",
        "ArrivedAtHub",
        "ProcessingAtHub",
        "InternalTransfer",
        "Processing",
    ]
    assert at(api, WIDGET)["on_hand_quantity"] == OPENING_STOCK + 10
    assert 510 in {place["id"] for place in api.get("/location").json()}
    assert 510 in {place["id"] for place in api.get("/fulfillment-center").json()}


# what is told


def test_the_guides_topics_are_told_with_the_order_as_body(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock, receiver: Receiver
) -> None:
    topics = [f"wro.{name}" for name in ("created", "completed", "box.arrived", "box.scanned", "box.stowed")]
    shipbob.subscriptions.unknown_topics = set(topics)
    subscribe(api, receiver.url, *topics)
    made = announced(api, clock)
    shipbob.dock.stow(made["id"])
    shipbob.dock.complete(made["id"])

    assert shipbob.webhooks.wait_until_idle(PATIENCE)
    told = {delivery["topic"]: delivery for delivery in shipbob.webhooks.deliveries()}
    assert list(told) == ["wro.created", "wro.box.arrived", "wro.box.scanned", "wro.box.stowed", "wro.completed"]
    assert {delivery["document"] for delivery in told.values()} == {f"receiving/{made['id']}"}
    assert {delivery["state"] for delivery in told.values()} == {"delivered"}
    bodies = [json.loads(receiver.next().body) for _ in told]
    assert {body["status"] for body in bodies} == {"Awaiting", "Arrived", "Processing", "Completed"}
    assert shipbob.forge(f"receiving/{made['id']}", "wro.completed") == 204
    assert json.loads(receiver.next().body) == api.get(f"/receiving/{made['id']}").json()


# whoever plays the day


def test_the_dock_can_be_played_over_the_control_door(
    api: httpx.Client, clock: ManualClock, door: httpx.Client
) -> None:
    made = announced(api, clock, box("1"), box("2"))
    path = f"/receiving/{made['id']}"
    door.post(f"{path}/arrive", json={"boxes": [1]}).raise_for_status()
    door.post(f"{path}/scan", json={"items": [{"sku": "WIDGET-RED", "quantity": 9}]}).raise_for_status()
    second = door.post(f"{path}/split", json={"boxes": [2]}).raise_for_status().json()
    door.post(f"{path}/stow", json={"items": [{"inventory_id": WIDGET, "quantity": 9, "box": 1}]}).raise_for_status()
    done = door.post(f"{path}/complete").raise_for_status().json()
    door.post(f"/receiving/{second['id']}/give-up").raise_for_status()
    door.post("/unannounced", json={"location_id": 211, "items": [{"sku": "MUG-WHITE", "quantity": 1}]})

    assert quantities(done)[WIDGET] == (10, 9, 9)
    assert {row["id"]: row["status"] for row in door.get("/receiving").json()} == {
        made["id"]: "Completed",
        second["id"]: "Incomplete",
    }
    assert at(api, MUG, 211)["on_hand_quantity"] == OPENING_STOCK + 1
    assert door.post(f"{path}/stow").status_code == 400
    assert door.post("/receiving/1/stow").status_code == 404
    assert door.post(f"{path}/forward").status_code == 400


@pytest.mark.parametrize("item", [{"sku": "WIDGET-RED", "quantity": 0}, {"sku": "WIDGET-RED", "quantity": 1, "box": 9}])
def test_what_is_in_no_box_cannot_be_stowed(
    api: httpx.Client, clock: ManualClock, door: httpx.Client, item: Json
) -> None:
    made = announced(api, clock)

    assert door.post(f"/receiving/{made['id']}/stow", json={"items": [item]}).status_code == 400
    assert quantities(api.get(f"/receiving/{made['id']}").json()) == {WIDGET: (10, 0, 0)}
