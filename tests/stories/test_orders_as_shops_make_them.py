"""Orders of every shape reach GP, and what GP has no name for is asked of a clerk by its name."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from local.shipbob.orders import Line, NewOrder, Recipient
from local.world import World
from tests.stories.watching import comes_to, in_gp, in_time, story_of

STORE, HOUSE = 122233, "SHIPBOB-SHOP"


def placed(world: World, number: str, *lines: tuple[str, int, str], **given: Any) -> int:
    bought = [Line(sku, quantity, Decimal(price)) for sku, quantity, price in lines]
    order = world.shipbob.account.place_order(NewOrder(number, bought, channel=STORE, **given))
    world.run("PollShipBob")
    return int(order["id"])


def written(world: World, number: str) -> dict[str, Any]:
    """The one document that GP has for a customer's order number."""
    (document,) = in_time(world, lambda: in_gp(world, number))
    return document


def lines_of(document: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(line["item"], line["quantity"], line["extended"]) for line in document["lines"]]


def test_a_bundle_and_a_shipping_method_are_asked_for_by_name_and_the_order_goes_on_once_both_are_mapped(
    world: World,
) -> None:
    world.operator("map", "sku/CANDLE-LAVENDER=CANDLE-LAV", "sku/SOAP-BAR=SOAP-BAR")
    order_id = placed(
        world, "S-bundle", ("GIFT-SET", 2, "36.00"), shipping_method="Express", total_price=Decimal("80.00")
    )
    comes_to(world, order_id, "review")
    asked = story_of(world, order_id)["reasons"]
    assert {reason["waits_for"] for reason in asked} == {"bundle/GIFT-SET", "shipping/Express"}

    world.operator("map", "bundle/GIFT-SET=CANDLE-LAVENDER*1 @24.50 + SOAP-BAR*2 @7.25", "shipping/Express=OVERNIGHT")
    comes_to(world, order_id, "done")

    (document,) = in_gp(world, "S-bundle")
    # A set is 36.00, shared as 24.50 to twice 7.25 in whole cents: 22.62 and twice 6.69. The rest, 8.00, is freight.
    assert lines_of(document) == [("CANDLE-LAV", "2", "45.24"), ("SOAP-BAR", "4", "26.76")]
    assert (document["freight"], document["total"]) == ("8.00", "80.00")


def test_an_order_of_another_type_is_another_customers(world: World) -> None:
    world.operator("map", f"channel/{STORE}+type=B2B=SHIPBOB-B2B")

    placed(world, "S-trade", ("WIDGET-RED", 1, "19.95"), type="B2B")
    placed(world, "S-retail", ("WIDGET-RED", 1, "19.95"))

    assert (written(world, "S-trade")["customer"], written(world, "S-retail")["customer"]) == ("SHIPBOB-B2B", HOUSE)


def test_what_the_customer_paid_less_is_a_trade_discount_and_an_unknown_total_is_the_lines_alone(world: World) -> None:
    placed(world, "S-less", ("WIDGET-RED", 3, "19.95"), total_price=Decimal("50.00"))
    placed(world, "S-none", ("WIDGET-RED", 3, "19.95"))

    less, none = written(world, "S-less"), written(world, "S-none")
    assert (less["trade_discount"], less["total"]) == ("9.85", "50.00")
    assert not Decimal(none["trade_discount"]) + Decimal(none["freight"])
    assert none["total"] == "59.85"


def test_an_address_longer_than_gps_columns_is_cut_and_kept_whole_in_the_comment(world: World) -> None:
    street = "Building 7, Loading Dock 12, Behind The Old Cannery, 1400 North Waterfront Boulevard"
    placed(world, "S-long", ("WIDGET-RED", 1, "19.95"), recipient=Recipient(address1=street))

    document = written(world, "S-long")

    assert document["address"]["Line1"] == street[:60].rstrip()
    (kept,) = [each for each in world.gp.books.documents() if each.number == document["number"]]
    assert street in kept.fields["Comment"]


def test_an_order_that_was_keyed_by_hand_before_the_cut_over_is_adopted_and_not_written_twice(world: World) -> None:
    keyed = placed(world, "S-keyed", ("WIDGET-RED", 2, "19.95"))
    by_hand = written(world, "S-keyed")
    before = dt.datetime(2025, 12, 20, 12, tzinfo=dt.UTC)  # the cut-over is the first of January

    order_id = placed(world, "S-keyed", ("WIDGET-RED", 2, "19.95"), purchase_date=before)
    comes_to(world, order_id, "review")
    asked = story_of(world, order_id)["reasons"]
    assert any(by_hand["number"] in reason["text"] for reason in asked), asked

    assert keyed != order_id
    assert len(in_gp(world, "S-keyed")) == 1
    world.operator("adopt", f"order/{order_id}", "none", "--why", "another order of the same number")
    comes_to(world, order_id, "done")
    assert len(in_gp(world, "S-keyed")) == 2
    assert story_of(world, order_id)["chain"] == "whole"
