"""What customers send back is in GP once ShipBob has counted it, wherever it goes there."""

from __future__ import annotations

from typing import Any

from local.gp import inventory_view
from local.shipbob import catalogue
from local.shipbob.returns import NewReturn, ReturnLine, Taken
from local.world import World
from tests.stories.watching import comes_to, place, story_of

WIDGET = catalogue.BY_SKU["WIDGET-RED"].inventory_id


def shipped(world: World, number: str) -> int:
    """An order of four red widgets that has left; its shipment."""
    order_id = place(world, number, quantity=4)
    world.run("PollShipBob")
    comes_to(world, order_id, "done")
    return int(world.shipbob.account.ship_order(order_id)["shipments"][0]["id"])


def counted(world: World, shipment: int, *taken: Taken) -> int:
    """The customer sends some of them back, and ShipBob counts them; the return's id."""
    pieces = sum(each.quantity for each in taken)
    coming = NewReturn(shipment_id=shipment, lines=[ReturnLine(WIDGET, pieces)])
    return int(world.shipbob.account.returns.play(coming, taken)["id"])


def booked(world: World, return_id: int) -> list[dict[str, Any]]:
    documents = world.gp.books.inventory.documents.values()
    return [inventory_view.document(each) for each in documents if each.number == f"SBR{return_id}"]


def test_what_is_restocked_comes_to_the_centres_site_and_what_is_broken_where_the_mapping_says(world: World) -> None:
    shipment = shipped(world, "R-1")
    return_id = counted(world, shipment, Taken(WIDGET, "Restock", 2), Taken(WIDGET, "Dispose", 1, "broken"))
    comes_to(world, f"return/{return_id}", "review")
    asked = story_of(world, f"return/{return_id}")["reasons"]
    assert [each["waits_for"] for each in asked] == ["disposition/8/Dispose"]
    assert booked(world, return_id) == []

    world.operator("map", "disposition/Dispose=none")
    comes_to(world, f"return/{return_id}", "done")

    (document,) = booked(world, return_id)
    assert [(line["item"], line["site"], line["quantity"]) for line in document["lines"]] == [
        ("WID-RED-01", "SB-CICERO", "2")
    ]
    assert document["state"] == "Work"


def test_a_disposition_that_changes_afterwards_is_asked_of_a_person_and_never_booked_again(world: World) -> None:
    return_id = counted(world, shipped(world, "R-2"), Taken(WIDGET, "Restock", 1))
    comes_to(world, f"return/{return_id}", "done")

    world.shipbob.account.returns.change_disposition(return_id, [Taken(WIDGET, "Quarantine", 1)])
    world.operator("replay", f"return/{return_id}", "--why", "ShipBob looked again")

    comes_to(world, f"return/{return_id}", "review")
    assert [line["quantity"] for document in booked(world, return_id) for line in document["lines"]] == ["1"]
