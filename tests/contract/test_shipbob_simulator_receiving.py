"""The ShipBob witness takes announcements of goods as ShipBob does: what it refuses, lists, changes and cancels."""

from __future__ import annotations

import datetime as dt

import httpx
import pytest

from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.catalogue import OPENING_STOCK
from tests.contract.receiving_day import LOT, announced, box, of, quantities, wanted
from tests.contract.stock_day import HERE, SERUM, WIDGET, Json, at, level

# announcing


def test_an_order_is_awaited_where_it_goes(api: httpx.Client, clock: ManualClock) -> None:
    serum = {"sku": "SERUM-30ML", "quantity": 40, **LOT}
    made = announced(api, clock, box("CARTON 1", {"inventory_id": WIDGET, "quantity": 100}, serum), box("CARTON 2"))

    assert (made["status"], made["purchase_order_number"]) == ("Awaiting", "GPIV 0004711")
    assert made["fulfillment_center"]["id"] == HERE
    assert quantities(made) == {WIDGET: (110, 0, 0), SERUM: (40, 0, 0)}
    assert api.get(f"/receiving/{made['id']}").json() == made
    boxes = api.get(f"/receiving/{made['id']}/boxes").json()
    assert [(row["box_number"], row["tracking_number"], row["box_status"]) for row in boxes] == [
        (1, "CARTON 1", "Awaiting"),
        (2, "CARTON 2", "Awaiting"),
    ]
    assert boxes[0]["box_items"][1]["lot_number"] == "LOT-9"
    assert (at(api, WIDGET)["awaiting_quantity"], level(api, SERUM)["total_awaiting_quantity"]) == (110, 40)
    assert at(api, WIDGET)["on_hand_quantity"] == OPENING_STOCK


def test_a_purchase_order_number_is_taken_once_and_none_always(api: httpx.Client, clock: ManualClock) -> None:
    first = announced(api, clock)
    api.post(f"/receiving/{first['id']}:cancel").raise_for_status()
    second = api.post("/receiving", json=wanted(clock))
    announced(api, clock, purchase_order_number=None)
    announced(api, clock, purchase_order_number=None)

    assert second.status_code == 422
    assert "PO reference already exists" in second.json()["errors"]["PurchaseOrderNumber"][0]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"fulfillment_center": {"id": 999}}, "FulfillmentCenter.Id"),
        ({"fulfillment_center": {"id": 77}}, "FulfillmentCenter.Id"),
        ({"fulfillment_center": None}, "FulfillmentCenter.Id"),
        ({"package_type": "Crate"}, "PackageType"),
        ({"box_packaging_type": None}, "BoxPackagingType"),
        ({"expected_arrival_date": "2099-01-31"}, "ExpectedArrivalDate"),
        ({"expected_arrival_date": "2099-01-31T15:00:00"}, "ExpectedArrivalDate"),
        ({"expected_arrival_date": "2020-01-31T15:00:00Z"}, "ExpectedArrivalDate"),
        ({"purchase_order_number": " "}, "PurchaseOrderNumber"),
        ({"boxes": []}, "Boxes"),
        ({"boxes": [box("SAME"), box("SAME")]}, "Boxes"),
        ({"boxes": [box(str(number)) for number in range(51)]}, "Boxes"),
        ({"boxes": [box("1"), box("2")], "package_type": "FloorLoadedContainer"}, "Boxes"),
        ({"boxes": [{"box_items": [{"inventory_id": WIDGET, "quantity": 1}]}]}, "Boxes[0].TrackingNumber"),
        ({"boxes": [{"tracking_number": "1", "box_items": []}]}, "Boxes[0].BoxItems"),
        ({"boxes": [box("1", {"inventory_id": WIDGET, "quantity": 0})]}, "Boxes[0].BoxItems[0].Quantity"),
        ({"boxes": [box("1", {"inventory_id": WIDGET, "quantity": 1.5})]}, "Boxes[0].BoxItems[0].Quantity"),
        ({"boxes": [box("1", {"quantity": 1})]}, "Boxes[0].BoxItems[0].InventoryId"),
        ({"boxes": [box("1", {"inventory_id": 1, "quantity": 1})]}, "Boxes[0].BoxItems[0].InventoryId"),
        ({"boxes": [box("1", {"sku": "NEVER-SEEN", "quantity": 1})]}, "Boxes[0].BoxItems[0].Sku"),
        ({"boxes": [box("1", {"sku": "GIFT-SET", "quantity": 1})]}, "Boxes[0].BoxItems[0].Sku"),
        (
            {"boxes": [box("1", {"sku": "MUG-WHITE", "inventory_id": WIDGET, "quantity": 1})]},
            "Boxes[0].BoxItems[0].Sku",
        ),
        (
            {"boxes": [box("1", {"sku": "SERUM-30ML", "quantity": 1, "lot_date": LOT["lot_date"]})]},
            "Boxes[0].BoxItems[0].LotNumber",
        ),
        (
            {"boxes": [box("1", {"sku": "SERUM-30ML", "quantity": 1, "lot_number": "LOT-9"})]},
            "Boxes[0].BoxItems[0].LotDate",
        ),
        (
            {"boxes": [box("1", {"sku": "MUG-WHITE", "quantity": 1, "lot_date": "2028-01-31T00:00:00Z"})]},
            "Boxes[0].BoxItems[0].LotNumber",
        ),
    ],
)
def test_what_breaks_a_rule_is_refused_with_its_name(
    api: httpx.Client, clock: ManualClock, details: Json, field: str
) -> None:
    answer = api.post("/receiving", json=wanted(clock, **details))

    assert (answer.status_code, answer.json()["status"]) == (422, 422)
    assert list(answer.json()["errors"]) == [field]
    assert of(api) == []


def test_one_answer_names_every_fault(api: httpx.Client, clock: ManualClock) -> None:
    answer = api.post("/receiving", json=wanted(clock, package_type="Crate", expected_arrival_date="soon"))

    assert set(answer.json()["errors"]) == {"PackageType", "ExpectedArrivalDate"}


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'"text"'])
def test_a_body_that_is_no_order_is_refused(api: httpx.Client, body: bytes) -> None:
    assert api.post("/receiving", content=body).status_code == 422


def test_fifty_packages_or_many_pallets_can_come_at_once(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    boxes = [box(str(number)) for number in range(51)]
    announced(api, clock, *boxes[:50], purchase_order_number="1")
    announced(api, clock, *boxes, purchase_order_number="2", package_type="Pallet")

    shipbob.warehouse.switches.set(most_boxes={"Package": 50, "Pallet": 1})

    assert api.post("/receiving", json=wanted(clock, *boxes[:2], package_type="Pallet")).status_code == 422


def test_an_order_of_more_than_ten_thousand_skus_is_refused_by_name(api: httpx.Client, clock: ManualClock) -> None:
    def items(count: int) -> list[Json]:
        return [{"sku": f"SKU-{number}", "quantity": 1} for number in range(count)]

    too_many = api.post("/receiving", json=wanted(clock, box("1", *items(10_001)))).json()
    just_enough = api.post("/receiving", json=wanted(clock, box("1", *items(10_000)))).json()

    assert too_many["title"] == "WRO_UNIQUE_SKU_LIMIT_EXCEEDED"
    assert "WRO_UNIQUE_SKU_LIMIT_EXCEEDED" not in just_enough["errors"]


# what the merchant can still do


def test_an_order_can_be_cancelled_until_something_of_it_came(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = announced(api, clock, box("1"), box("2"))
    other = announced(api, clock, purchase_order_number="2")
    shipbob.dock.arrive(made["id"], [2])

    late = api.post(f"/receiving/{made['id']}:cancel")
    in_time = api.post(f"/receiving/{other['id']}:cancel")

    assert (late.status_code, in_time.json()["status"]) == (422, "Cancelled")
    assert api.post(f"/receiving/{other['id']}:cancel").status_code == 422
    assert api.post("/receiving/1:cancel").status_code == 404
    assert at(api, WIDGET)["awaiting_quantity"] == 20


def test_an_order_can_be_changed_until_something_of_it_came_and_renamed_until_its_end(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = announced(api, clock)
    path = f"/receiving/{made['id']}"
    moved = api.patch(path, json={"fulfillment_center": {"id": 156}, "boxes": [box("NEW")]}).json()
    shipbob.dock.arrive(made["id"])
    late = api.patch(path, json={"boxes": [box("LATE")]})
    renamed = api.patch(path, json={"purchase_order_number": "OTHER"}).json()
    shipbob.dock.complete(made["id"])

    assert moved["fulfillment_center"]["id"] == 156
    assert api.get(f"{path}/boxes").json()[0]["tracking_number"] == "NEW"
    assert (late.status_code, renamed["purchase_order_number"]) == (422, "OTHER")
    assert api.patch(path, json={"purchase_order_number": "AGAIN"}).status_code == 422


def test_the_merchant_notes_what_it_has_booked(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made, other = announced(api, clock), announced(api, clock, purchase_order_number="2")
    for each in (made, other):
        shipbob.dock.complete(each["id"])
    answer = api.post("/receiving:setExternalSync", json={"ids": [made["id"], 1], "is_external_sync": True})

    assert [(row["id"], row["action"], row["is_success"]) for row in answer.json()["results"]] == [
        (made["id"], "ExternalSync", True),
        (1, "ExternalSync", False),
    ]
    assert of(api, Statuses="Completed", ExternalSync="false") == [other["id"]]
    assert of(api, ExternalSync="true") == [made["id"]]
    api.post("/receiving:setExternalSync", json={"ids": [made["id"]], "is_external_sync": False})
    assert of(api, ExternalSync="true") == []


def test_orders_are_found_by_number_centre_state_and_date(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    first = announced(api, clock, purchase_order_number="1")["id"]
    clock.advance(86_400)
    second = announced(api, clock, purchase_order_number="2", fulfillment_center={"id": 156})["id"]
    shipbob.dock.complete(first)
    day_ago, now = (clock.now() - dt.timedelta(hours=1)).isoformat(), clock.now().isoformat()

    assert of(api) == [second, first]
    assert of(api, IDs=f"{first},99") == [first]
    assert of(api, PurchaseOrderNumbers="2,3") == [second]
    assert of(api, FulfillmentCenterIds="156") == [second]
    assert of(api, Statuses="Awaiting,Arrived") == [second]
    assert of(api, InsertStartDate=day_ago) == [second]
    assert of(api, InsertEndDate=day_ago) == [first]
    assert of(api, CompletedStartDate=now) == [first]
    assert of(api, CompletedEndDate=day_ago) == []
    assert api.get("/receiving", params={"Statuses": "AwaitingArrival"}).status_code == 400


def test_a_list_of_orders_says_in_its_headers_where_it_goes_on(
    shipbob: ShipBobSimulator, api: httpx.Client, clock: ManualClock
) -> None:
    made = [announced(api, clock, purchase_order_number=str(number))["id"] for number in range(3)]

    first = api.get("/receiving", params={"Limit": 2})
    second = api.get(first.headers["next-page"])
    shipbob.warehouse.switches.set(receiving_headers=False)

    assert [row["id"] for row in first.json() + second.json()] == made[::-1]
    assert (first.headers["total-count"], first.headers["total-pages"]) == ("3", "2")
    assert "next-page" not in second.headers
    assert "total-count" not in api.get("/receiving").headers


def test_labels_are_a_pdf_with_a_page_for_each_box(api: httpx.Client, clock: ManualClock) -> None:
    made = announced(api, clock, box("CARTON (1)"), box("CARTON 2"))

    answer = api.get(made["box_labels_uri"].removeprefix("/2026-07"))

    assert answer.headers["content-type"] == "application/pdf"
    assert (answer.content[:5], answer.content.count(b"/Type /Page ")) == (b"%PDF-", 2)
    table = int(answer.content.split(b"startxref\n")[1].split(b"\n")[0])
    assert answer.content[table : table + 4] == b"xref"


def test_locations_are_narrowed_as_asked(api: httpx.Client) -> None:
    def shown(**asked: str) -> set[int]:
        return {place["id"] for place in api.get("/location", params=asked).raise_for_status().json()}

    assert shown() == {8, 156, 211, 320}
    assert shown(IncludeInactive="true") == {8, 156, 211, 320, 77}
    assert shown(IncludeInactive="true", ReceivingEnabled="false") == {77}
    assert shown(AccessGranted="true") == {8, 156, 211, 320}
