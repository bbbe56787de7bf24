"""Stock that moves in GP reaches ShipBob; what ShipBob makes of it comes back."""

from __future__ import annotations

from typing import Any

from local.gp import inventory_entry, inventory_view
from local.shipbob import catalogue
from local.shipbob.dock import Found
from local.world import World
from tests.stories.watching import comes_to, in_time, story_of

MUG = catalogue.BY_SKU["MUG-WHITE"].inventory_id


def announced(world: World, quantity: int) -> dict[str, Any]:
    """So many mugs go by truck from the own warehouse to Cicero; the receiving order that ShipBob has of it."""
    world.operator("map", "sku/MUG-WHITE=MUG-WHT")
    books, before = world.gp.books, {each["id"] for each in world.shipbob.receiving.listed()}
    truck = inventory_entry.transfer(
        books, item="MUG-WHT", quantity=quantity, source="MAIN", target="SB-CICERO", batch="TRUCK"
    )
    books.inventory.post(truck)
    polled = world.run("PollGp")

    def made() -> list[dict[str, Any]]:
        return [each for each in world.shipbob.receiving.listed() if each["id"] not in before]

    orders = in_time(world, made)
    assert len(orders) == 1, f"{polled}, {story_of(world, f'transfer/{truck}')}"
    (order,) = orders
    assert truck in order["purchase_order_number"]
    return order


def looked_at(world: World, document: str, status: str) -> dict[str, Any]:
    """The document's story once it has that status. What the hourly list will bring is looked at now."""
    world.operator("replay", document, "--why", "the list comes once an hour")
    comes_to(world, document, status)
    return story_of(world, document)


def test_a_transfer_is_announced_once_and_its_shortage_is_told_with_both_numbers(world: World) -> None:
    order = announced(world, 24)
    world.run("PollGp")  # the window overlaps the one before

    world.shipbob.dock.stow(order["id"], [Found(MUG, 21)])
    world.shipbob.dock.complete(order["id"])
    told = looked_at(world, f"receiving/{order['id']}", "review")

    assert told["status"] == "review", told
    assert len([each for each in world.shipbob.receiving.listed() if each["id"] >= order["id"]]) == 1
    assert "24" in told["reasons"][0]["text"]
    assert "21" in told["reasons"][0]["text"]
    written = [inventory_view.document(each) for each in world.gp.books.inventory.documents.values()]
    assert [each["number"] for each in written if each["number"].startswith("SBW")] == []


def test_goods_that_nobody_announced_are_a_persons_to_explain(world: World) -> None:
    order = announced(world, 10)
    foreign = world.shipbob.dock.split(order["id"], items=[Found(MUG, 4)])
    world.shipbob.dock.stow(foreign["id"])
    world.shipbob.dock.complete(foreign["id"])

    told = looked_at(world, f"receiving/{foreign['id']}", "review")

    assert "MUG-WHITE" in told["reasons"][0]["text"]


def test_a_decrease_in_gp_becomes_a_finished_request_to_shipbobs_support(world: World) -> None:
    world.operator("map", "sku/MUG-WHITE=MUG-WHT")
    books = world.gp.books
    broken = inventory_entry.change(books, item="MUG-WHT", quantity=-2, site="SB-CICERO", batch="BROKEN")
    books.inventory.post(broken)

    world.run("PollGp")

    adjustment = f"adjustment/{broken}"
    comes_to(world, adjustment, "review")
    (reason,) = story_of(world, adjustment)["reasons"]
    assert "MUG-WHITE" in reason["text"]
    assert "support" in reason["fix"].lower()
