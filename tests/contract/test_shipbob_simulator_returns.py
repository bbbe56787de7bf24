"""The ShipBob witness takes goods back as ShipBob's pages say: announced, counted, put away or thrown away, told of."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from local.shipbob import ManualClock, NewReturn, NotPossibleError, ReturnLine, ShipBobSimulator, Taken
from local.shipbob.orders import Line
from tests.contract.shipbob_day import Inbox, order, subscribe

MUG, CANDLE, SOAP, SERUM = 21000015, 21000014, 21000017, 21000013
OWN = {"shipbob_channel_id": "180001"}


@pytest.fixture
def inbox(shipbob: ShipBobSimulator, api: httpx.Client) -> Inbox:
    """What a subscription to returns is told, once the test pumps."""
    subscribe(api, "https://bridge.example.com/hooks", "return.created", "return.updated", "return.completed")
    made = Inbox()
    shipbob.webhooks.deliver_to(made)
    return made


def shipped(shipbob: ShipBobSimulator, *lines: Line, number: str = "1001", **details: Any) -> int:
    """The shipment of an order that has left."""
    placed = shipbob.account.place_order(order(number, lines=list(lines) or [Line("MUG-WHITE", 3)], **details))
    return int(shipbob.account.ship_order(placed["id"])["shipments"][0]["id"])


def test_a_return_is_told_at_each_step_with_the_document_as_it_is_read(
    shipbob: ShipBobSimulator, api: httpx.Client, inbox: Inbox
) -> None:
    returns = shipbob.account.returns
    made = returns.create(NewReturn(shipped(shipbob), reference_id="RMA-7"))
    read = [api.get(f"/return/{made['id']}").json()]

    for step in (returns.arrive, returns.process, returns.complete):
        step(made["id"])
        read.append(api.get(f"/return/{made['id']}").json())
    shipbob.webhooks.pump()

    assert [each["status"] for each in read] == ["AwaitingArrival", "Arrived", "Processing", "Completed"]
    assert inbox.topics == ["return.created", "return.updated", "return.updated", "return.completed"]
    assert inbox.bodies == read
    assert (read[0]["id"], read[0]["reference_id"], read[0]["return_type"]) == (700001, "RMA-7", "Regular")


def test_dates_and_history_say_when_each_step_was(shipbob: ShipBobSimulator, clock: ManualClock) -> None:
    returns = shipbob.account.returns
    made = returns.create(NewReturn(shipped(shipbob)))
    for step in (returns.arrive, returns.process, returns.complete):
        clock.advance(86_400)
        step(made["id"])

    kept = returns.read(made["id"])
    dates = [kept[f"{name}_date"] for name in ("insert", "awaiting_arrival", "arrived", "processing", "completed")]

    assert dates[0] == dates[1] < dates[2] < dates[3] < dates[4]
    assert [row["timestamp"] for row in kept["status_history"]] == dates[1:]
    assert kept["cancelled_date"] is None


def test_what_was_done_is_counted_row_by_row_even_of_one_item(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    returns = shipbob.account.returns
    made = returns.create(NewReturn(shipped(shipbob, Line("MUG-WHITE", 6))))
    returns.arrive(made["id"])

    returns.process(made["id"], [Taken(MUG, "Restock", 2), Taken(MUG, "Dispose", 1, "Broken")])
    returns.process(made["id"], [Taken(MUG, "Restock", 1), Taken(MUG, "Quarantine", 1)])
    counted = api.get(f"/return/{made['id']}").json()
    (row,) = counted["inventory"]

    assert [each["status"] for each in counted["status_history"]] == ["AwaitingArrival", "Arrived", "Processing"]
    assert [(each["action"], each["quantity_processed"]) for each in row["action_taken"]] == [
        ("Restock", 2),
        ("Dispose", 1),
        ("Restock", 1),
        ("Quarantine", 1),
    ]
    assert (row["quantity"], row["action_taken"][1]["action_reason"]) == (6, "Broken")


def test_an_item_may_stand_in_two_rows(shipbob: ShipBobSimulator) -> None:
    lines = [ReturnLine(SERUM, 2, lot_number="LOT-A"), ReturnLine(SERUM, 1, "Dispose", lot_number="LOT-B")]
    made = shipbob.account.returns.play(NewReturn(lines=lines, location=156))

    rows = [(row["lot_information"]["number"], row["action_taken"]) for row in made["inventory"]]

    assert [(lot, taken[0]["action"], taken[0]["quantity_processed"]) for lot, taken in rows] == [
        ("LOT-A", "Restock", 2),
        ("LOT-B", "Dispose", 1),
    ]
    assert (made["original_shipment_id"], made["fulfillment_center"]["id"]) == (None, 156)


def test_a_bundle_comes_back_as_its_components(shipbob: ShipBobSimulator) -> None:
    made = shipbob.account.returns.create(NewReturn(shipped(shipbob, Line("GIFT-SET", 2))))

    assert [(row["id"], row["quantity"], row["bundle_parent_sku"]) for row in made["inventory"]] == [
        (CANDLE, 2, "GIFT-SET"),
        (SOAP, 4, "GIFT-SET"),
    ]


def test_a_parcel_returned_to_its_sender_has_no_reference_of_the_merchants(shipbob: ShipBobSimulator) -> None:
    shipment = shipped(shipbob, channel=122233, location=211, reference_id="GP-1")

    made = shipbob.account.returns.return_to_sender(shipment)

    assert (made["return_type"], made["reference_id"]) == ("ReturnToSender", "RTS-700001")
    assert (made["original_shipment_id"], made["store_order_id"]) == (shipment, "1001")
    assert (made["fulfillment_center"]["id"], made["channel"]["id"]) == (211, 122233)
    assert made["shipment_tracking_number"] == shipbob.account.shipment(shipment)["tracking"]["tracking_number"]


def test_a_disposition_can_change_after_completion(shipbob: ShipBobSimulator, inbox: Inbox) -> None:
    returns = shipbob.account.returns
    made = returns.play(NewReturn(shipped(shipbob)), [Taken(MUG, "Quarantine", 3)])

    after = returns.change_disposition(made["id"], [Taken(MUG, "Restock", 2), Taken(MUG, "Dispose", 1)])
    shipbob.webhooks.pump()

    assert after["status"] == "Completed"
    assert [row["action"] for row in after["inventory"][0]["action_taken"]] == ["Restock", "Dispose"]
    assert inbox.topics[-2:] == ["return.completed", "return.updated"]


def test_only_restocked_goods_lie_on_the_shelf_again(shipbob: ShipBobSimulator) -> None:
    returns, stock = shipbob.account.returns, shipbob.account.warehouse.stock
    shipment = shipped(shipbob, Line("MUG-WHITE", 5))
    gone = stock.on_hand(MUG, 8)

    made = returns.play(NewReturn(shipment), [Taken(MUG, "Restock", 2), Taken(MUG, "Dispose", 3)])["id"]
    restocked = stock.on_hand(MUG, 8)
    returns.change_disposition(made, [Taken(MUG, "Restock", 1), Taken(MUG, "Quarantine", 4)])

    assert (restocked - gone, stock.on_hand(MUG, 8) - gone) == (2, 1)


def test_a_return_may_be_completed_with_nothing_in_the_parcel(shipbob: ShipBobSimulator) -> None:
    returns = shipbob.account.returns
    made = returns.create(NewReturn(shipped(shipbob)))
    returns.arrive(made["id"])

    assert returns.complete(made["id"])["inventory"][0]["action_taken"] == []


def test_steps_out_of_turn_are_refused(shipbob: ShipBobSimulator) -> None:
    returns = shipbob.account.returns
    unshipped = shipbob.account.place_order(order("2"))["shipments"][0]["id"]
    cancelled = returns.create(NewReturn(shipped(shipbob)))["id"]
    returns.cancel(cancelled)

    for impossible in (returns.arrive, returns.process, returns.complete, returns.cancel, returns.return_to_sender):
        with pytest.raises(NotPossibleError):
            impossible(cancelled if impossible != returns.return_to_sender else unshipped)
    with pytest.raises(NotPossibleError, match="no row"):
        returns.play(NewReturn(lines=[ReturnLine(MUG, 1)]), [Taken(SOAP, "Restock", 1)])


# the list


def test_the_newest_return_comes_first_and_pages_are_numbered(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    made = [shipbob.account.returns.create(NewReturn(lines=[ReturnLine(MUG, 1)]))["id"] for _ in range(5)]

    first = api.get("/return", params={"Limit": 2})
    middle = api.get(first.json()["next"]).json()
    last = api.get(first.json()["last"]).json()
    oldest = api.get("/return", params={"SortOrder": "Asc"}).json()["items"]
    in_small_letters = api.get("/return", params={"limit": 2, "cursor": 2}).json()

    assert [row["id"] for page in (first.json(), middle, last) for row in page["items"]] == made[::-1]
    assert (first.json()["prev"], last["next"], middle["prev"]) == (None, None, middle["first"])
    assert (first.headers["page-number"], first.headers["total-pages"], first.headers["total-count"]) == ("1", "3", "5")
    assert [row["id"] for row in oldest] == made
    assert (in_small_letters["items"], in_small_letters["next"].lower().count("cursor")) == (middle["items"], 1)


def test_filters_are_anded(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    returns, shipment = shipbob.account.returns, shipped(shipbob)
    regular = returns.create(NewReturn(shipment, reference_id="RMA-1", tracking_number="1Z9"))["id"]
    sender = returns.return_to_sender(shipment)["id"]
    gone = returns.play(NewReturn(lines=[ReturnLine(SOAP, 1)], location=320), [Taken(SOAP, "Dispose", 1)])["id"]

    def listed(headers: dict[str, str] | None = None, **parameters: str) -> list[int]:
        rows = api.get("/return", params={"SortOrder": "Asc", **parameters}, headers=headers).json()["items"]
        return [row["id"] for row in rows]

    assert listed(Ids=f"{regular},{gone},5") == [regular, gone]
    assert listed(ReferenceIds="RMA-1") == listed(TrackingNumbers="1Z9") == [regular]
    assert listed(Status="Completed") == [gone]
    assert listed(Status="Awaiting Arrival,Arrived") == [regular, sender]
    assert listed(OriginalShipmentIds=str(shipment)) == listed(StoreOrderIds="1001") == [regular, sender]
    assert listed(OriginalShipmentIds=str(shipment), ReturnTypes="ReturnToSender") == [sender]
    assert listed(FulfillmentCenterIds="320") == listed(InventoryIds=str(SOAP)) == [gone]
    assert (listed(ReturnActions="Dispose"), listed(ReturnActions="Restock")) == ([gone], [regular, sender])
    assert listed(headers={"shipbob_channel_id": "122233"}) == []


def test_dates_of_insertion_and_completion_include_their_ends(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    returns = shipbob.account.returns
    early = returns.create(NewReturn(lines=[ReturnLine(MUG, 1)]))
    clock.advance(60)
    late = returns.create(NewReturn(lines=[ReturnLine(MUG, 1)]))
    clock.advance(60)
    for step in (returns.arrive, returns.process, returns.complete):
        step(early["id"])
    completed = returns.read(early["id"])["completed_date"]

    def listed(**parameters: str) -> list[int]:
        return [row["id"] for row in api.get("/return", params=parameters).json()["items"]]

    assert listed(StartDate=late["insert_date"]) == [late["id"]]
    assert listed(EndDate=early["insert_date"]) == [early["id"]]
    assert listed(CompletedStartDate=completed, CompletedEndDate=completed) == [early["id"]]
    assert listed(CompletedEndDate=late["insert_date"]) == []


@pytest.mark.parametrize("query", ["Cursor=0", "Limit=251", "SortOrder=Newest", "Ids=a", "StartDate=soon"])
def test_a_parameter_that_cannot_be_read_is_a_problem(api: httpx.Client, query: str) -> None:
    answer = api.get(f"/return?{query}")

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert query.partition("=")[0] in answer.json()["detail"]


# what a merchant sends


def wanted(**details: Any) -> dict[str, Any]:
    item = {"id": MUG, "quantity": 2, "requested_action": "Default"}
    return {"fulfillment_center": {"id": 8}, "reference_id": "GP-RMA-1", "inventory": [item], **details}


def test_a_return_can_be_announced_changed_and_cancelled(
    shipbob: ShipBobSimulator, api: httpx.Client, inbox: Inbox
) -> None:
    shipment = shipped(shipbob)
    made = api.post("/return", json=wanted(original_shipment_id=shipment), headers=OWN)
    identity = made.json()["id"]
    item = {"id": SOAP, "quantity": 1, "requested_action": "Dispose"}

    changed = api.put(f"/return/{identity}", json=wanted(inventory=[item]))
    ended = api.post(f"/return/{identity}:cancel")
    shipbob.webhooks.pump()

    assert (made.status_code, made.json()["original_shipment_id"], "status_history" in made.json()) == (
        201,
        shipment,
        False,
    )
    assert changed.json()["inventory"][0]["action_requested"]["action"] == "Dispose"
    assert (changed.json()["id"], changed.json()["channel"]["id"]) == (identity, 180001)
    assert (ended.status_code, ended.content) == (200, b"")
    assert inbox.topics == ["return.created", "return.updated", "return.updated"]
    assert api.post(f"/return/{identity}:cancel").status_code == 400
    assert api.put(f"/return/{identity}", json=wanted(reference_id="GP-RMA-2")).status_code == 422
    assert api.put("/return/5", json=wanted()).status_code == 404


@pytest.mark.parametrize(
    "fault",
    [
        {"reference_id": ""},
        {"reference_id": "R" * 51},
        {"inventory": []},
        {"inventory": [{"id": MUG, "quantity": 0, "requested_action": "Default"}]},
        {"inventory": [{"id": MUG, "quantity": 1, "requested_action": "Sell"}]},
        {"inventory": [{"id": MUG, "quantity": 1, "requested_action": "Default"}] * 2},
        {"inventory": [{"id": 5, "quantity": 1, "requested_action": "Default"}]},
        {"fulfillment_center": {"id": 9}},
        {"fulfillment_center": None},
        {"original_shipment_id": 5},
        {"tracking_number": "1" * 501},
        {"tracking_number": 5},
        {"inventory": [{"id": MUG, "quantity": 1, "requested_action": "Default", "lot_date": "soon"}]},
    ],
)
def test_what_a_return_cannot_be_is_a_422_that_says_why(api: httpx.Client, fault: dict[str, Any]) -> None:
    answer = api.post("/return", json=wanted(**fault), headers=OWN)

    assert (answer.status_code, len(answer.json()["errors"])) == (422, 1)


def test_a_reference_is_spent_once(api: httpx.Client) -> None:
    assert api.post("/return", json=wanted(), headers=OWN).status_code == 201

    again = api.post("/return", json=wanted(), headers=OWN)

    assert (again.status_code, "GP-RMA-1" in again.json()["errors"][0]) == (422, True)


@pytest.mark.parametrize("headers", [{}, {"shipbob_channel_id": "122233"}, {"shipbob_channel_id": "own"}])
def test_a_return_is_announced_only_on_a_channel_of_ones_own(api: httpx.Client, headers: dict[str, str]) -> None:
    answer = api.post("/return", json=wanted(), headers=headers)

    assert (answer.status_code, answer.json()["title"]) == (400, "Bad Request")


def test_a_return_can_be_played_over_the_control_door(shipbob: ShipBobSimulator, door: httpx.Client) -> None:
    shipment = shipped(shipbob)
    made = door.post("/returns", json={"shipment_id": shipment, "return_type": "ReturnToSender"}).json()
    steps: list[tuple[str, dict[str, Any]]] = [
        ("arrive", {}),
        ("process", {"taken": [{"inventory_id": MUG, "action": "Dispose", "quantity": 1}]}),
        ("complete", {}),
        ("disposition", {"taken": [{"inventory_id": MUG, "action": "Restock", "quantity": 3}]}),
    ]

    for name, body in steps:
        door.post(f"/returns/{made['id']}/{name}", json=body).raise_for_status()
    lines = [{"inventory_id": SOAP, "quantity": 1}]
    played = door.post("/returns/play", json={"return": {"lines": lines, "location": 8}}).json()

    listed = door.get("/returns").json()
    assert [row["status"] for row in listed] == ["Completed", "Completed"]
    assert listed[0]["inventory"][0]["action_taken"][0]["quantity_processed"] == 3
    assert listed[1] == played
    assert door.post(f"/returns/{made['id']}/cancel").status_code == 400
    assert door.post("/returns/5/arrive").status_code == 404
