"""The ShipBob witness tells what happened to stock as ShipBob's inventory history does."""

from __future__ import annotations

from collections import Counter

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.catalogue import OPENING_STOCK
from local.shipbob.orders import Line
from local.shipbob.returns import NewReturn, Taken
from local.shipbob.stock_history import Pile
from tests.contract.shipbob_day import order
from tests.contract.stock_day import HERE, MUG, SERUM, Json, at, history, sides


def test_adjustments_gain_lose_or_do_both(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    mugs = Pile(MUG, HERE)
    shipbob.stock.adjust(mugs, increment=3)
    shipbob.stock.adjust(mugs, decrement=2)
    shipbob.stock.adjust(mugs, increment=1, decrement=5)
    shipbob.stock.count(mugs, 100)

    events = history(api, event_category="InventoryAdjusted", inventory_ids=[MUG])

    found = OPENING_STOCK + 3 - 2 + 1 - 5
    assert [sides(event) for event in events] == [(3, None), (None, -2), (1, -5), (100, -found)]
    assert at(api, MUG)["on_hand_quantity"] == 100


def test_a_move_between_shelves_cancels_itself(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.move(Pile(MUG, HERE), 10)

    (event,) = history(api)

    assert sides(event) == (10, -10)
    assert event["increment"]["location_id"] != event["decrement"]["location_id"]
    assert at(api, MUG)["on_hand_quantity"] == OPENING_STOCK


def test_a_pick_names_its_order_and_frees_what_it_held(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 3)]))
    before = history(api)
    shipbob.account.ship_order(placed["id"])
    shipbob.account.deliver_order(placed["id"])

    (event,) = history(api, event_category="OrderPicked")

    assert before == []
    assert event["shipbob_order_id"] == placed["id"]
    assert event["additional_reference"] == [{"key": "OrderId", "value": str(placed["id"])}]
    assert (event["decrement"]["quantity_change"], event["decrement"]["committed_quantity_change"]) == (-3, -3)


def test_goods_are_put_back_when_a_picked_shipment_does_not_go(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = [shipbob.account.place_order(order(str(number))) for number in (1, 2)]
    cancelled, voided = (each["shipments"][0]["id"] for each in placed)
    shipbob.account.edits.pick(cancelled)
    shipbob.account.ship_shipment(voided)
    shipbob.account.cancel_shipment(cancelled)
    shipbob.account.edits.void_label(voided)

    told = Counter(event["event_category"] for event in history(api))

    assert told == {"OrderPicked": 2, "InventoryRestocked": 2}
    assert (at(api, MUG)["on_hand_quantity"], at(api, MUG)["committed_quantity"]) == (OPENING_STOCK, 1)


def test_a_restocked_return_is_on_hand_again(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.restock(SERUM, HERE, 2, None, "700001")

    (event,) = history(api, event_category="InventoryRestocked")

    assert event["increment"]["lot_number"] == "LOT-2226"
    assert event["increment"]["expiration_date"] == "2027-12-31T00:00:00+00:00"
    assert at(api, SERUM)["on_hand_quantity"] == OPENING_STOCK + 2


def test_the_history_follows_what_became_of_a_return(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 3)]))
    shipbob.account.ship_order(placed["id"])
    taken = [Taken(MUG, "Restock", 2), Taken(MUG, "Dispose", 1)]
    returned = shipbob.account.returns.play(NewReturn(placed["shipments"][0]["id"]), taken)["id"]
    restocked = at(api, MUG)["on_hand_quantity"]
    shipbob.account.returns.change_disposition(returned, [Taken(MUG, "Restock", 1), Taken(MUG, "Quarantine", 2)])

    back, off = history(api, event_category="InventoryRestocked")

    assert (restocked, at(api, MUG)["on_hand_quantity"]) == (OPENING_STOCK - 1, OPENING_STOCK - 2)
    assert back["additional_reference"] == [{"key": "ReturnId", "value": str(returned)}]
    assert (sides(back), sides(off)) == ((2, -2), (1, -1))
    assert back["increment"]["location_id"] == off["decrement"]["location_id"]


def test_a_transfer_is_in_the_history_of_both_facilities(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.stock.unload(shipbob.stock.send(Pile(MUG, HERE), 156, 40), 30)

    arrived = history(api, facility_id=156)

    assert [sides(event) for event in arrived] == [(30, -30)]
    assert [row["facility_id"] for row in (arrived[0]["increment"], arrived[0]["decrement"])] == [156, HERE]
    assert [sides(event) for event in history(api)] == [(40, -40), (30, -30)]


def test_the_history_goes_page_by_page_from_the_last_event_seen(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.warehouse.switches.set(history_page=2)
    for units in range(1, 6):
        shipbob.stock.adjust(Pile(MUG, HERE), increment=units)

    first = api.post("/inventory/history:query", json={"facility_id": HERE}).json()
    cursor = first["data"][-1]["inventory_audit_event_id"]
    second = history(api, cursor=cursor)
    by_link = api.post(first["next"], json={"facility_id": HERE}).json()
    last = api.post(by_link["next"], json={"facility_id": HERE}).json()

    assert [sides(event)[0] for event in first["data"] + second + last["data"]] == [1, 2, 3, 4, 5]
    assert by_link["data"] == second
    assert last["next"] is None


def test_an_event_time_has_no_offset_and_is_utc(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    shipbob.stock.adjust(Pile(MUG, HERE), increment=1)

    assert history(api)[0]["event_datetime"] == f"{clock.now():%Y-%m-%dT%H:%M:%S.%f}0"


def test_the_history_reaches_back_ninety_days_and_no_span_is_longer(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    began = clock.now().isoformat()
    shipbob.stock.adjust(Pile(MUG, HERE), increment=1)
    clock.advance(91 * 86_400)
    shipbob.stock.adjust(Pile(MUG, HERE), increment=2)

    too_long = api.post("/inventory/history:query", json={"facility_id": HERE, "start_date": began})

    assert [sides(event)[0] for event in history(api)] == [2]
    assert [sides(event)[0] for event in history(api, end_date=began)] == [1]
    assert too_long.status_code == 400


@pytest.mark.parametrize(
    "asked",
    [
        {"facility_id": None},
        {"facility_id": "8"},
        {"event_category": "Lost"},
        {"inventory_ids": "21000015"},
        {"start_date": "yesterday"},
        {"cursor": -1},
    ],
)
def test_what_cannot_be_asked_of_the_history_is_refused(api: httpx.Client, asked: Json) -> None:
    answer = api.post("/inventory/history:query", json={"facility_id": HERE, **asked})

    assert (answer.status_code, answer.json()["status"]) == (400, 400)


def test_events_can_come_late(shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock) -> None:
    shipbob.warehouse.switches.set(history_lag_seconds=600)
    shipbob.stock.adjust(Pile(MUG, HERE), increment=1)
    clock.advance(599)
    early = history(api)
    clock.advance(1)

    assert (early, len(history(api))) == ([], 1)
    assert at(api, MUG)["on_hand_quantity"] == OPENING_STOCK + 1


def test_a_reference_can_take_the_guides_form(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipbob.warehouse.switches.set(primary_reference=True)
    placed = shipbob.account.place_order(order())
    shipbob.account.ship_order(placed["id"])

    (event,) = history(api)

    assert event["primary_reference"] == {"type": "OrderId", "value": str(placed["id"])}
    assert "additional_reference" not in event
