"""The ShipBob witness lets an order live as ShipBob's own pages say: packed, labelled, held, cancelled."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal

import httpx
import pytest

from local.shipbob import Label, ManualClock, NotPossibleError, ShipBobSimulator
from local.shipbob.orders import Line
from local.shipbob.store import with_store_order
from tests.contract.shipbob_day import order, split


def test_ids_count_up_from_fixed_numbers(shipbob: ShipBobSimulator) -> None:
    first, second = (shipbob.account.place_order(split()) for _ in range(2))

    assert [first["id"], second["id"]] == [250000001, 250000002]
    assert [row["id"] for row in first["shipments"]] == [390000101, 390000102, 390000103]


def test_an_order_goes_from_processing_over_part_to_fulfilled(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(split())
    shipments = [row["id"] for row in placed["shipments"]]

    def status() -> str:
        return str(api.get(f"/order/{placed['id']}").json()["status"])

    seen = [status()]
    for shipment in shipments:
        shipbob.account.ship_shipment(shipment, Label(completed=False))
        seen.append(status())

    assert seen == ["Processing", "PartiallyFulfilled", "PartiallyFulfilled", "Fulfilled"]
    assert {row["status"] for row in api.get(f"/order/{placed['id']}/shipment").json()} == {"LabeledCreated"}


def test_the_same_sku_on_two_lines_stays_two_rows_in_two_packages(shipbob: ShipBobSimulator) -> None:
    placed = shipbob.account.place_order(split())

    assert [(row["sku"], row["quantity"]) for row in placed["products"]][:2] == [("WIDGET-RED", 2), ("WIDGET-RED", 1)]
    assert [row["location"]["id"] for row in placed["shipments"]] == [8, 8, 156]


def test_tracking_and_lot_are_unknown_until_the_label(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("SERUM-30ML", 1)]))
    path = f"/shipment/{placed['shipments'][0]['id']}"
    fulfilled = dt.datetime(2026, 11, 18, 16, 41, 58, 250000, dt.UTC)

    before, items_before = api.get(path).json(), api.get(f"{path}:getLineItems").json()
    shipbob.account.ship_order(placed["id"], Label("1Z999", "UPS", "Ground", fulfilled))
    after, items_after = api.get(path).json(), api.get(f"{path}:getLineItems").json()

    assert (before["tracking"], before["products"][0]["inventory_items"][0]["lot"]) == (None, None)
    assert (after["tracking"]["tracking_number"], after["status"]) == ("1Z999", "Completed")
    assert after["actual_fulfillment_date"] == "2026-11-18T16:41:58.2500000+00:00"
    assert "lot" not in items_before[0]
    assert items_after[0]["lot"]["lot_number"] == "LOT-2226"


def test_a_bundle_is_packed_as_its_components(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("GIFT-SET", 2)]))

    items = api.get(f"/shipment/{placed['shipments'][0]['id']}:getLineItems").json()

    assert [(row["product_variant"]["sku"], row["quantity"]) for row in items] == [
        ("CANDLE-LAVENDER", 2),
        ("SOAP-BAR", 4),
    ]


def test_hold_exception_and_unknown_sku_show_and_can_be_released(shipbob: ShipBobSimulator) -> None:
    account = shipbob.account
    held, failed = (account.place_order(order(str(number)))["shipments"][0] for number in range(2))
    unknown = account.place_order(order(lines=[Line("NEVER-SEEN", 1)]))

    assert account.hold_shipment(held["id"])["status_details"][0]["id"] == 401
    assert account.fail_shipment(failed["id"])["status_details"][0]["inventory_id"] == 21000015
    assert account.order(failed["order_id"])["status"] == "Exception"
    assert (unknown["status"], unknown["products"][0]["id"]) == ("ImportReview", None)
    assert account.release_shipment(held["id"])["status"] == "Processing"


def test_what_has_shipped_is_neither_cancelled_nor_shipped_again(shipbob: ShipBobSimulator) -> None:
    account = shipbob.account
    placed = account.place_order(split())
    shipped, *rest = (row["id"] for row in placed["shipments"])
    account.ship_shipment(shipped)

    assert account.cancel_order(placed["id"])["status"] == "Fulfilled"
    assert [account.shipment(each)["status"] for each in rest] == ["Cancelled", "Cancelled"]
    for refused in (account.cancel_shipment, account.ship_shipment, account.hold_shipment):
        with pytest.raises(NotPossibleError):
            refused(shipped)


def test_a_silent_shipment_moves_no_update_date(shipbob: ShipBobSimulator, clock: ManualClock) -> None:
    placed = shipbob.account.place_order(order())
    clock.advance(60)

    shipped = shipbob.account.ship_order(placed["id"], Label(silently=True))

    assert shipped["status"] == "Fulfilled"
    assert shipped["shipments"][0]["last_update_at"] == placed["shipments"][0]["last_update_at"]


def test_packages_that_do_not_hold_what_was_ordered_are_refused(shipbob: ShipBobSimulator) -> None:
    with pytest.raises(NotPossibleError, match="packages hold"):
        shipbob.account.place_order(order(shipments=[(8, [("MUG-WHITE", 2)])]))


def test_the_stores_own_order_tells_tax_freight_and_discount(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    bare = shipbob.account.place_order(order("1"))
    wanted = order("2", lines=[Line("MUG-WHITE", 2, Decimal("12.00"))])
    rich = shipbob.account.place_order(
        with_store_order(wanted, shipping=Decimal("6.50"), tax=Decimal("1.68"), discount=Decimal("3.00"))
    )

    text = api.get(f"/order/{rich['id']}/store-order-json").json()
    kept = json.loads(text)

    assert (kept["total_tax"], kept["total_discounts"], kept["shipping_lines"][0]["price"]) == ("1.68", "3.00", "6.50")
    assert (kept["total_price"], rich["financials"]["total_price"]) == ("29.18", 29.18)
    assert (api.get(f"/order/{bare['id']}/store-order-json").status_code) == 204
    assert api.get("/order/1/store-order-json").status_code == 404


def test_tracking_is_marked_as_uploaded_shipment_by_shipment(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    shipment = shipbob.account.place_order(order())["shipments"][0]["id"]
    wanted = {"shipment_ids": [shipment, 5], "is_tracking_uploaded": True}

    answer = api.post("/shipment:batchUpdateTrackingUpload", json=wanted).json()

    assert answer["summary"] == {"total": 2, "successful": 1, "failed": 1}
    assert [(row["shipmentId"], row["isSuccess"]) for row in answer["results"]] == [(shipment, True), (5, False)]
    assert api.get(f"/shipment/{shipment}").json()["is_tracking_uploaded"] is True
    assert api.post("/shipment:batchUpdateTrackingUpload", json={}).status_code == 400
