"""GP refuses an order for a reason on a card: the review says which, and the order goes on once the card is mended."""

from __future__ import annotations

from local.world import World
from tests.stories.watching import comes_to, eventually, in_gp, place, story_of


def test_a_customer_on_hold_is_named_with_what_to_do_and_the_order_goes_on_once_the_hold_is_gone(world: World) -> None:
    customer = world.gp.books.customers["SHIPBOB-SHOP"]
    customer.on_hold = True
    try:
        order_id = place(world, "H-1")
        world.run("PollShipBob")
        comes_to(world, order_id, "review")
        (reason,) = story_of(world, order_id)["reasons"]
        assert reason["text"].startswith("The customer is on hold in GP")
        assert "Clear Hold" in reason["fix"]
        assert in_gp(world, "H-1") == []
    finally:
        customer.on_hold = False

    world.operator("replay", f"order/{order_id}", "--why", "hold cleared")
    comes_to(world, order_id, "done")

    assert len(in_gp(world, "H-1")) == 1
    assert [entry["what"] for entry in story_of(world, order_id)["entries"]].count("review") == 1


def test_what_a_person_entered_by_hand_is_closed_and_left_alone_until_it_changes(world: World) -> None:
    world.gp.books.customers["SHIPBOB-SHOP"].on_hold = True
    try:
        order_id = place(world, "H-2")
        world.run("PollShipBob")
        comes_to(world, order_id, "review")
    finally:
        world.gp.books.customers["SHIPBOB-SHOP"].on_hold = False

    world.operator("close", f"order/{order_id}", "--why", "entered by hand as ORD123")
    world.operator("replay", f"order/{order_id}", "--why", "a replay of many")
    assert eventually(lambda: "a replay of many" in str(story_of(world, order_id)["entries"]))
    comes_to(world, order_id, "done")
    assert in_gp(world, "H-2") == []

    world.shipbob.account.ship_order(order_id)
    comes_to(world, order_id, "review")
    assert in_gp(world, "H-2") == []
