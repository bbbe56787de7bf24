"""What happens at ShipBob, and in GP, after an order was first written."""

from __future__ import annotations

from typing import Any

from local.shipbob.orders import Recipient
from local.world import World
from tests.stories.watching import comes_to, in_gp, in_time, place, story_of


def drafted(world: World, number: str) -> tuple[int, int, dict[str, Any]]:
    """An order as a draft in GP: its id, its shipment's id, and the document."""
    order_id = place(world, number)
    world.run("PollShipBob")
    (document,) = in_time(world, lambda: in_gp(world, number))
    comes_to(world, order_id, "done")
    return order_id, world.shipbob.account.order(order_id)["shipments"][0]["id"], document


def seen(world: World, order_id: int) -> None:
    """Have the order looked at again, as a webhook or the night would."""
    world.operator("replay", f"order/{order_id}", "--why", "the story goes on")


def test_a_quantity_and_an_address_changed_at_shipbob_reach_the_draft(world: World) -> None:
    order_id, shipment, _ = drafted(world, "C-edit")
    edits = world.shipbob.account.edits

    edits.edit_lines(shipment, [("WIDGET-RED", 5)])
    edits.change_address(shipment, Recipient(address1="77 Harbour Way", city="Toledo"), order_too=True)
    seen(world, order_id)

    def is_changed() -> bool:
        (document,) = in_gp(world, "C-edit")
        return (document["lines"][0]["quantity"], document["address"].get("Line1")) == ("5", "77 Harbour Way")

    assert in_time(world, is_changed), story_of(world, order_id)
    assert in_gp(world, "C-edit")[0]["total"] == "99.75"


def test_a_cancelled_order_whose_draft_nobody_touched_is_voided(world: World) -> None:
    order_id, _, _ = drafted(world, "C-cancel")

    world.shipbob.account.cancel_order(order_id)
    seen(world, order_id)

    assert in_time(world, lambda: in_gp(world, "C-cancel")[0]["voided"]), story_of(world, order_id)


def test_a_cancelled_order_that_a_person_worked_on_is_left_to_that_person(world: World) -> None:
    order_id, _, document = drafted(world, "C-person")
    world.gp.books.edit_quantity(document["number"], document["lines"][0]["sequence"], 3)

    world.shipbob.account.cancel_order(order_id)
    seen(world, order_id)

    comes_to(world, order_id, "review")
    assert not in_gp(world, "C-person")[0]["voided"]
    assert document["number"] in story_of(world, order_id)["reasons"][0]["text"]


def test_tracking_goes_onto_the_invoice_that_a_person_made_of_the_order(world: World) -> None:
    order_id, _, document = drafted(world, "C-moved")
    world.gp.books.remove_hold(document["number"], "SHIPBOB")
    invoice = world.gp.books.transfer(document["number"])

    world.shipbob.account.ship_order(order_id)
    tracking = world.shipbob.account.order(order_id)["shipments"][0]["tracking"]["tracking_number"]
    seen(world, order_id)

    assert in_time(world, lambda: world.gp.books.document(invoice, "Invoice").tracking == [tracking]), story_of(
        world, order_id
    )
