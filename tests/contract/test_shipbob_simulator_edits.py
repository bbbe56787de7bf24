"""The ShipBob witness lets people change an order after it was placed, and tells of it where ShipBob has a topic."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.shipbob import Label, ManualClock, NotPossibleError, ShipBobSimulator
from local.shipbob.orders import Line, Recipient
from tests.contract.shipbob_day import Inbox, order, subscribe

EDITS = [f"order.shipment.{name}" for name in ("address.updated", "shipping_service.updated", "tracking.updated")]
EDITS += [f"order.shipment.line_item.{name}" for name in ("added", "removed", "updated")]


@pytest.fixture
def inbox(shipbob: ShipBobSimulator, api: httpx.Client) -> Inbox:
    """What a subscription to every edit is told, once the test pumps."""
    subscribe(api, "https://bridge.example.com/hooks", "order.shipped", *EDITS)
    made = Inbox()
    shipbob.webhooks.deliver_to(made)
    return made


def test_picking_and_packing_show_in_the_details_and_are_told_to_nobody(
    shipbob: ShipBobSimulator, inbox: Inbox
) -> None:
    shipment = shipbob.account.place_order(order())["shipments"][0]["id"]

    details = [
        act(shipment)["status_details"][0]["id"] for act in (shipbob.account.edits.pick, shipbob.account.edits.pack)
    ]

    assert details == [100, 101]
    assert shipbob.account.shipment(shipment)["status"] == "Processing"
    assert shipbob.webhooks.pump() == 0


def test_edited_lines_change_shipment_and_order_and_are_told_by_what_happened(
    shipbob: ShipBobSimulator, api: httpx.Client, inbox: Inbox
) -> None:
    lines = [Line("MUG-WHITE", 3, Decimal("12.00")), Line("SOAP-BAR", 1, Decimal("7.25"))]
    placed = shipbob.account.place_order(order(lines=lines, total_price=Decimal("43.25")))
    shipment = placed["shipments"][0]["id"]

    shipbob.account.edits.edit_lines(shipment, [("MUG-WHITE", 2), ("TOTE-NATURAL", 1)], Decimal("42.75"))
    shipbob.webhooks.pump()
    after = api.get(f"/order/{placed['id']}").json()

    assert [(row["sku"], row["quantity"], row["external_line_id"]) for row in after["products"]] == [
        ("MUG-WHITE", 2, 1),
        ("TOTE-NATURAL", 1, 3),
    ]
    assert after["financials"]["total_price"] == 42.75
    assert {row["sku"] for row in after["shipments"][0]["products"]} == {"MUG-WHITE", "TOTE-NATURAL"}
    assert inbox.topics == [f"order.shipment.line_item.{name}" for name in ("added", "removed", "updated")]
    assert {body["id"] for body in inbox.bodies} == {shipment}


def test_the_last_of_two_lines_with_a_sku_gives_first(shipbob: ShipBobSimulator) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("SOAP-BAR", 3), Line("SOAP-BAR", 2)]))
    shipment, edit_lines = placed["shipments"][0]["id"], shipbob.account.edits.edit_lines

    def quantities() -> list[int]:
        return [row["quantity"] for row in shipbob.account.order(placed["id"])["products"]]

    edit_lines(shipment, [("SOAP-BAR", 4)])
    once = quantities()
    edit_lines(shipment, [("SOAP-BAR", 2)])

    assert (once, quantities()) == ([3, 1], [2])


def test_another_address_or_service_is_the_shipments_and_moves_the_update_date(
    shipbob: ShipBobSimulator, api: httpx.Client, inbox: Inbox, clock: ManualClock
) -> None:
    placed = shipbob.account.place_order(order())
    shipment = placed["shipments"][0]["id"]
    clock.advance(60)

    shipbob.account.edits.change_address(shipment, Recipient(name="Avery Holt", city="Toledo"))
    shipbob.account.edits.change_shipping_service(shipment, "2-Day")
    shipbob.webhooks.pump()
    after = api.get(f"/order/{placed['id']}").json()

    assert after["shipments"][0]["recipient"]["address"]["city"] == "Toledo"
    assert (after["shipments"][0]["ship_option"], after["shipping_method"]) == ("2-Day", "Standard")
    assert after["recipient"]["address"]["city"] == "Dayton"
    assert after["shipments"][0]["last_update_at"] > placed["shipments"][0]["last_update_at"]
    assert inbox.topics == EDITS[:2]


def test_a_shipment_split_in_two_holds_the_same_pieces(shipbob: ShipBobSimulator, inbox: Inbox) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 5), Line("SOAP-BAR", 1)]))
    first = placed["shipments"][0]["id"]

    shipbob.account.edits.change_shipping_service(first, "2-Day")
    second = shipbob.account.edits.split(first, [("MUG-WHITE", 2), ("SOAP-BAR", 1)], location=156)
    shipbob.webhooks.pump()
    left, taken = shipbob.account.line_items(first), shipbob.account.line_items(second["id"])

    assert [(row["product_variant"]["sku"], row["quantity"]) for row in left] == [("MUG-WHITE", 3)]
    assert [(row["product_variant"]["sku"], row["quantity"]) for row in taken] == [("MUG-WHITE", 2), ("SOAP-BAR", 1)]
    assert [row["location"]["id"] for row in shipbob.account.order(placed["id"])["shipments"]] == [8, 156]
    assert [row["quantity"] for row in shipbob.account.order(placed["id"])["products"]] == [5, 1]
    assert (second["ship_option"], {body["id"] for body in inbox.bodies}) == ("2-Day", {first})
    with pytest.raises(NotPossibleError, match="cannot be taken"):
        shipbob.account.edits.split(first, [("MUG-WHITE", 3)])


def test_moved_to_another_centre_a_shipment_says_so_only_when_read(
    shipbob: ShipBobSimulator, inbox: Inbox, clock: ManualClock
) -> None:
    placed = shipbob.account.place_order(order())["shipments"][0]
    clock.advance(60)

    moved = shipbob.account.edits.move(placed["id"], 320)

    assert (moved["location"]["id"], shipbob.webhooks.pump()) == (320, 0)
    assert moved["last_update_at"] > placed["last_update_at"]


def test_tracking_changes_on_the_road_and_the_carrier_reports(
    shipbob: ShipBobSimulator, api: httpx.Client, inbox: Inbox, clock: ManualClock
) -> None:
    placed = shipbob.account.place_order(order())
    shipment = shipbob.account.ship_order(placed["id"], Label("1Z1", "UPS"))["shipments"][0]["id"]

    since = {"LastTrackingUpdateStartDate": shipbob.account.shipment(shipment)["last_tracking_update_at"]}
    before = api.get("/order", params=since).json()
    clock.advance(60)
    relabelled = shipbob.account.edits.change_tracking(shipment, "9261", "USPS")
    after = api.get("/order", params=since).json()
    failed = shipbob.account.edits.carrier_reports(shipment, "DeliveryException")
    shipbob.webhooks.pump()

    assert (before, [row["id"] for row in after]) == ([], [placed["id"]])
    assert (relabelled["tracking"]["tracking_number"], relabelled["tracking"]["carrier"]) == ("9261", "USPS")
    assert (failed["status"], failed["status_details"][0]["id"]) == ("Completed", 204)
    assert inbox.topics == ["order.shipped"] + ["order.shipment.tracking.updated"] * 3


def test_a_reshipment_is_one_more_shipment_of_the_same_order(shipbob: ShipBobSimulator, inbox: Inbox) -> None:
    placed = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 2)]))
    lost = shipbob.account.ship_order(placed["id"])["shipments"][0]["id"]

    again = shipbob.account.edits.reship(lost, [("MUG-WHITE", 1)])
    between = shipbob.account.order(placed["id"])
    shipbob.account.ship_shipment(again["id"])
    shipbob.webhooks.pump()

    assert (between["status"], len(between["shipments"])) == ("PartiallyFulfilled", 2)
    assert [row["quantity"] for row in between["products"]] == [2]
    assert inbox.topics.count("order.shipped") == 2


def test_a_voided_label_takes_the_order_back_to_processing(shipbob: ShipBobSimulator) -> None:
    placed = shipbob.account.place_order(order())
    shipment = shipbob.account.ship_order(placed["id"], Label(completed=False))["shipments"][0]["id"]

    voided = shipbob.account.edits.void_label(shipment)

    assert (voided["status"], voided["tracking"], voided["actual_fulfillment_date"]) == ("Processing", None, None)
    assert shipbob.account.order(placed["id"])["status"] == "Processing"


def test_an_archived_shipment_is_in_its_order_and_nowhere_else(shipbob: ShipBobSimulator, api: httpx.Client) -> None:
    placed, gone = (shipbob.account.place_order(order(str(number))) for number in range(2))
    shipment = placed["shipments"][0]["id"]

    shipbob.account.edits.archive(shipment)
    shipbob.account.edits.archive_order(gone["id"])

    assert [api.get(path).status_code for path in (f"/shipment/{shipment}", f"/shipment/{shipment}:getLineItems")] == [
        404,
        404,
    ]
    assert [row["id"] for row in api.get(f"/order/{placed['id']}/shipment").json()] == [shipment]
    assert [
        api.get(path).status_code for path in (f"/order/{gone['id']}", f"/shipment/{gone['shipments'][0]['id']}")
    ] == [
        404,
        404,
    ]
    assert [row["id"] for row in api.get("/order").json()] == [placed["id"]]


def test_edits_that_cannot_be_are_refused(shipbob: ShipBobSimulator) -> None:
    account, edits = shipbob.account, shipbob.account.edits
    waiting, held, delivered = (account.place_order(order(str(n)))["shipments"][0]["id"] for n in range(3))
    account.hold_shipment(held)
    account.ship_shipment(delivered)
    account.deliver_shipment(delivered)
    impossible: list[Callable[[], object]] = [
        lambda: edits.pick(held),
        lambda: edits.move(waiting, 9),
        lambda: edits.edit_lines(waiting, [("NEVER-SEEN", 1)]),
        lambda: edits.edit_lines(waiting, [("MUG-WHITE", 0)]),
        lambda: edits.edit_lines(delivered, [("MUG-WHITE", 2)]),
        lambda: edits.void_label(delivered),
        lambda: edits.reship(waiting),
        lambda: edits.change_tracking(waiting, "9261"),
        lambda: edits.carrier_reports(delivered, "Teleported"),
    ]

    for act in impossible:
        with pytest.raises(NotPossibleError):
            act()


def test_edits_can_be_played_over_the_control_door(shipbob: ShipBobSimulator, door: httpx.Client) -> None:
    shipment = shipbob.account.place_order(order(lines=[Line("MUG-WHITE", 3)]))["shipments"][0]["id"]
    acts: list[tuple[str, dict[str, Any]]] = [
        ("pick", {}),
        ("pack", {}),
        ("move", {"location": 156}),
        ("address", {"recipient": {"name": "Avery Holt"}}),
        ("service", {"ship_option": "2-Day"}),
        ("lines", {"lines": [["MUG-WHITE", 4]]}),
        ("split", {"lines": [["MUG-WHITE", 1]]}),
        ("ship", {}),
        ("tracking", {"tracking_number": "9261"}),
        ("carrier", {"event": "OutForDelivery"}),
        ("reship", {}),
        ("void-label", {}),
        ("archive", {}),
    ]

    statuses = {name: door.post(f"/shipments/{shipment}/{name}", json=body).status_code for name, body in acts}

    assert statuses == dict.fromkeys(statuses, 200)
    assert len(shipbob.account.orders()[0]["shipments"]) == 3


def test_the_shelves_follow_what_is_picked_edited_and_shipped_without_a_word(shipbob: ShipBobSimulator) -> None:
    account, stock, mug = shipbob.account, shipbob.account.warehouse.stock, 21000015
    first, second = (
        account.place_order(order(str(number), lines=[Line("MUG-WHITE", 5)]))["shipments"][0]["id"]
        for number in range(2)
    )
    full = stock.on_hand(mug, 8)

    def missing() -> int:
        return full - stock.on_hand(mug, 8)

    account.edits.pick(first)
    picked = missing()
    account.edits.edit_lines(first, [("MUG-WHITE", 3)])
    edited = missing()
    account.ship_shipment(second, Label(silently=True))

    assert (picked, edited, missing()) == (5, 3, 8)
