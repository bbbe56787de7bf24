"""The ShipBob witness can depart from its reference as users report of the real one; each departure is a switch."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.shipbob import Defects, Label, ManualClock, NewReturn, ShipBobSimulator
from local.shipbob.orders import Line
from tests.contract.shipbob_day import Inbox, order, split, subscribe

TOLD = ["order.shipped", "order.delivered", "return.created", "return.completed"]
TOLD += [f"order.shipment.{name}" for name in ("delivered", "cancelled", "tracking.updated")]


@pytest.fixture
def defects(shipbob: ShipBobSimulator) -> Defects:
    return shipbob.account.defects


@pytest.fixture
def inbox(shipbob: ShipBobSimulator, api: httpx.Client) -> Inbox:
    """What is told of orders and returns, once the test pumps."""
    subscribe(api, "https://bridge.example.com/hooks", *TOLD)
    made = Inbox()
    shipbob.webhooks.deliver_to(made)
    return made


# what is told, and when


def test_an_update_that_moves_no_date_is_in_no_update_window(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock, defects: Defects
) -> None:
    placed = [shipbob.account.place_order(order(str(number))) for number in range(2)]
    clock.advance(60)

    defects.update_dates_stand_still = True
    shipbob.account.ship_order(placed[0]["id"])
    defects.update_dates_stand_still = False
    shipbob.account.ship_order(placed[1]["id"])
    window = {"LastUpdateStartDate": placed[1]["created_date"]}

    assert [row["id"] for row in api.get("/order", params=window).json()] == [placed[1]["id"]]
    assert api.get(f"/order/{placed[0]['id']}").json()["status"] == "Fulfilled"


def test_deliveries_and_returns_may_never_be_told(shipbob: ShipBobSimulator, inbox: Inbox, defects: Defects) -> None:
    defects.delivered_never_told = defects.returns_never_told = True
    placed = shipbob.account.place_order(order())

    shipbob.account.ship_order(placed["id"])
    delivered = shipbob.account.deliver_order(placed["id"])
    shipbob.account.returns.play(NewReturn(placed["shipments"][0]["id"]))
    shipbob.webhooks.pump()

    assert delivered["shipments"][0]["status_details"][0]["name"] == "Delivered"
    assert inbox.topics == ["order.shipped", "order.shipment.tracking.updated"]


def test_order_shipped_may_come_without_tracking_that_reading_shows(
    shipbob: ShipBobSimulator, api: httpx.Client, inbox: Inbox, defects: Defects
) -> None:
    defects.shipped_told_without_tracking = True
    placed = shipbob.account.place_order(order())

    shipbob.account.ship_order(placed["id"], Label("1Z1"))
    shipbob.webhooks.pump()
    (told,), (read,) = inbox.bodies[0]["shipments"], api.get(f"/order/{placed['id']}/shipment").json()

    assert (told["tracking"], told["invoice_amount"]) == (None, None)
    assert (read["tracking"]["tracking_number"], read["invoice_amount"] > 0) == ("1Z1", True)


def test_order_shipped_may_come_at_each_label(shipbob: ShipBobSimulator, inbox: Inbox, defects: Defects) -> None:
    defects.shipped_told_per_shipment = True

    shipbob.account.ship_order(shipbob.account.place_order(split())["id"], Label(completed=False))
    shipbob.webhooks.pump()

    assert [body["status"] for body in inbox.bodies] == ["PartiallyFulfilled", "PartiallyFulfilled", "Fulfilled"]


def test_a_cancelled_part_of_a_split_order_may_be_told_to_nobody(
    shipbob: ShipBobSimulator, inbox: Inbox, defects: Defects
) -> None:
    defects.split_cancellations_untold = True
    parted, whole = shipbob.account.place_order(split()), shipbob.account.place_order(order("2"))

    shipbob.account.cancel_shipment(parted["shipments"][0]["id"])
    shipbob.account.cancel_order(whole["id"])
    shipbob.webhooks.pump()

    assert [body["order_id"] for body in inbox.bodies] == [whole["id"]]


def test_a_webhook_may_be_wrapped_or_carry_the_tracking_api_object(
    shipbob: ShipBobSimulator, inbox: Inbox, defects: Defects
) -> None:
    defects.set(tracking_told_as_tracking=True, told_in_an_envelope=True)
    placed = shipbob.account.place_order(order())

    shipbob.account.ship_order(placed["id"], Label("1Z1"))
    shipbob.webhooks.pump()
    shipped, tracked = inbox.bodies

    assert (shipped["topic"], shipped["data"]["id"]) == ("order.shipped", placed["id"])
    assert tracked["topic"] == "order.shipment.tracking.updated"
    assert (tracked["data"]["shipment_id"], tracked["data"]["tracking_number"]) == (390000101, "1Z1")
    assert "order_id" not in tracked["data"]


# how a list behaves


def test_a_new_order_may_be_listed_later_than_it_can_be_read(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock, defects: Defects
) -> None:
    defects.listing_lag_seconds = 90
    placed = shipbob.account.place_order(order())

    clock.advance(89)
    early = api.get("/order").json()
    clock.advance(1)

    assert api.get(f"/order/{placed['id']}").status_code == 200
    assert (early, [row["id"] for row in api.get("/order").json()]) == ([], [placed["id"]])


@pytest.mark.parametrize("query", ["HasTracking=true", "IsTrackingUploaded=false"])
def test_the_tracking_filters_may_fail_at_shipbob(api: httpx.Client, defects: Defects, query: str) -> None:
    sound = api.get(f"/order?{query}").status_code
    defects.tracking_filters_fail = True

    assert (sound, api.get(f"/order?{query}").status_code, api.get("/order").status_code) == (200, 500, 200)


@pytest.mark.parametrize(("by_update", "read"), [(False, [0, 1, 2, 3]), (True, [0, 1, 3, 0])])
def test_pages_sorted_by_update_let_an_order_slip_past_a_reader(
    shipbob: ShipBobSimulator,
    api: httpx.Client,
    clock: ManualClock,
    defects: Defects,
    read: list[int],
    *,
    by_update: bool,
) -> None:
    defects.sorted_by_update = by_update
    placed = []
    for number in range(4):
        placed.append(shipbob.account.place_order(order(str(number))))
        clock.advance(60)
    window = {"LastUpdateStartDate": "2001-01-01T00:00:00Z", "SortOrder": "Oldest", "Limit": "2"}

    first = api.get("/order", params=window).json()
    shipbob.account.edits.pick(placed[0]["shipments"][0]["id"])  # changes while it is being listed
    second = api.get("/order", params={**window, "Page": "2"}).json()

    assert [row["id"] for row in first + second] == [placed[place]["id"] for place in read]


def test_only_an_update_window_is_sorted_by_update(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock, defects: Defects
) -> None:
    defects.sorted_by_update = True
    first, second = (shipbob.account.place_order(order(str(number)))["id"] for number in range(2))
    clock.advance(60)
    shipbob.account.ship_order(first)

    def listed(**parameters: str) -> list[int]:
        return [row["id"] for row in api.get("/order", params={"SortOrder": "Oldest", **parameters}).json()]

    assert listed() == [first, second]
    assert listed(LastUpdateStartDate="2001-01-01T00:00:00Z") == [second, first]


def test_an_empty_page_may_be_404(shipbob: ShipBobSimulator, api: httpx.Client, defects: Defects) -> None:
    defects.empty_page_is_404 = True
    shipbob.account.place_order(order())

    assert [api.get("/order", params={"Page": page}).status_code for page in (1, 2)] == [200, 404]


# how a document looks


@pytest.mark.parametrize(("missing", "items"), [("quantity", 1), ("items", 0)])
def test_wholesale_shipments_may_hide_quantities_that_their_line_items_tell(
    shipbob: ShipBobSimulator, api: httpx.Client, defects: Defects, missing: str, items: int
) -> None:
    defects.set(quantities_missing=missing)
    retail, wholesale = (
        shipbob.account.place_order(order(kind, lines=[Line("SOAP-BAR", 9)], type=kind)) for kind in ("DTC", "B2B")
    )
    shipment = api.get(f"/order/{wholesale['id']}").json()["shipments"][0]

    assert retail["shipments"][0]["products"][0]["inventory_items"][0]["quantity"] == 9
    assert len(shipment["products"][0]["inventory_items"]) == items
    assert all("quantity" not in row for row in shipment["products"][0]["inventory_items"])
    assert api.get(f"/shipment/{shipment['id']}:getLineItems").json()[0]["quantity"] == 9


def test_product_ids_may_differ_between_order_and_shipment(shipbob: ShipBobSimulator, defects: Defects) -> None:
    defects.product_ids_differ = True

    placed = shipbob.account.place_order(order())
    ordered, packed = placed["products"][0], placed["shipments"][0]["products"][0]

    assert (ordered["id"] == packed["id"], ordered["sku"] == packed["sku"]) == (False, True)


@pytest.mark.parametrize(
    ("spelling", "of_order", "of_shipment", "of_return"),
    [
        ("lower", "partiallyfulfilled", "labeledcreated", "awaitingarrival"),
        ("spaced", "Partially Fulfilled", "Labeled Created", "Awaiting Arrival"),
        ("shouted", "PARTIALLYFULFILLED", "LABELEDCREATED", "AWAITINGARRIVAL"),
    ],
)
def test_statuses_may_be_spelt_otherwise(
    shipbob: ShipBobSimulator, defects: Defects, spelling: str, of_order: str, of_shipment: str, of_return: str
) -> None:
    placed = shipbob.account.place_order(split())
    shipment = placed["shipments"][0]["id"]
    shipbob.account.ship_shipment(shipment, Label(completed=False))
    made = shipbob.account.returns.return_to_sender(shipment)["id"]

    defects.set(status_spelling=spelling)

    assert shipbob.account.order(placed["id"])["status"] == of_order
    assert shipbob.account.shipment(shipment)["status"] == of_shipment
    assert shipbob.account.returns.read(made)["status"] == of_return


def test_a_return_may_await_its_arrival_in_two_words(
    shipbob: ShipBobSimulator, api: httpx.Client, door: httpx.Client
) -> None:
    placed = shipbob.account.ship_order(shipbob.account.place_order(order())["id"])
    shipbob.account.returns.return_to_sender(placed["shipments"][0]["id"])

    door.post("/defects", json={"awaiting_arrival_spaced": True}).raise_for_status()
    (row,) = api.get("/return", params={"Status": "AwaitingArrival"}).json()["items"]

    assert (row["status"], row["status_history"][0]["status"]) == ("Awaiting Arrival", "Awaiting Arrival")
    assert api.get(f"/order/{placed['id']}").json()["status"] == "Fulfilled"


def objects(value: Any) -> list[dict[str, Any]]:
    """Every object of a document."""
    if isinstance(value, list):
        return [found for each in value for found in objects(each)]
    return [value, *objects(list(value.values()))] if isinstance(value, dict) else []


def test_every_object_may_carry_a_field_that_no_model_has(shipbob: ShipBobSimulator, defects: Defects) -> None:
    plain = shipbob.account.place_order(split())
    defects.unknown_fields = True

    strange = shipbob.account.order(plain["id"])

    assert len(objects(plain)) > 30
    marked = [each for each in objects(strange) if "unannounced" in each]
    assert len(marked) == len(objects(plain))


def test_what_holds_nothing_may_be_null(shipbob: ShipBobSimulator, api: httpx.Client, defects: Defects) -> None:
    defects.nulls_for_nothing = True
    placed = shipbob.account.place_order(order(total_price=None))
    priced = shipbob.account.place_order(order("2", total_price=Decimal("12.00")))
    shipment = placed["shipments"][0]

    assert (placed["tags"], placed["financials"], shipment["status_details"]) == (None, None, None)
    assert shipment["products"][0]["inventory_items"][0]["serial_numbers"] is None
    assert priced["financials"] == {"total_price": 12.0}
    assert api.get("/order", params={"Page": 2}).json() == []


# the switches themselves


def test_without_a_switch_nothing_departs(shipbob: ShipBobSimulator, door: httpx.Client) -> None:
    assert not any(asdict(shipbob.account.defects).values())
    assert door.get("/defects").json() == asdict(Defects())


@pytest.mark.parametrize(
    "wrong",
    [
        {"no_such_defect": True},
        {"unknown_fields": "yes"},
        {"unknown_fields": 1},
        {"listing_lag_seconds": True},
        {"listing_lag_seconds": -1},
        {"quantities_missing": "spaced"},
        {"status_spelling": "quantity"},
    ],
)
def test_a_switch_that_cannot_be_is_refused_and_nothing_is_set(
    shipbob: ShipBobSimulator, door: httpx.Client, wrong: dict[str, object]
) -> None:
    answer = door.post("/defects", json={"sorted_by_update": True, **wrong})

    assert (answer.status_code, next(iter(wrong)) in answer.json()["error"]) == (400, True)
    assert door.get("/defects").json() == asdict(Defects())
