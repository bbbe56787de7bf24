"""A bundle's parts are asked for once its own mapping tells of them."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from bridge.console import mappings
from bridge.domain.order import ShippedItem, ShippedPart
from bridge.domain.outcome import Done, MappingKey
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.orders import MINUTE, NUMBER, ORDER, a_world, an_order, line, parcel


def a_world_with_a_set() -> World:
    world = a_world()
    parts = (ShippedPart(Decimal(2), 17, "WIDGET-RED"), ShippedPart(Decimal(1), 15, "WIDGET-BLUE"))
    held = dataclasses.replace(parcel(301), items=(ShippedItem("SET", None, parts),))
    world.shipbob.put(an_order(held, lines=(line("SET", 1, "30.00"),), total="30.00"))
    return world


def map_by_hand(world: World, key: str, value: str) -> None:
    pairs = dict([mappings.pair(MappingKey.parse(key), value)])
    mappings.make(world, mappings.changes(world, pairs), "a clerk")


def test_a_bundle_is_written_in_its_parts_once_a_clerk_has_said_what_they_are() -> None:
    world = a_world_with_a_set()
    world.attempt(ORDER)
    assert [str(reason.waits_for) for reason in world.row(ORDER).reasons] == ["bundle/SET"]

    map_by_hand(world, "bundle/SET", "WIDGET-RED*2 + WIDGET-BLUE*1")
    world.sweep()

    assert world.row(ORDER).status is Status.DONE
    assert [f"{each.quantity} {each.item}" for each in world.gp.orders[NUMBER].lines] == ["2 RED-100", "1 BLUE-100"]


def test_a_bundle_that_came_into_state_unread_is_a_review_until_it_is_mapped_again() -> None:
    world = a_world_with_a_set()
    world.state.mapped[MappingKey.parse("bundle/SET")] = "a red one and a blue one"
    world.attempt(ORDER)
    assert world.row(ORDER).status is Status.REVIEW

    map_by_hand(world, "bundle/SET", "WIDGET-RED*2 + WIDGET-BLUE*1")
    world.clock.advance(MINUTE)

    assert isinstance(world.attempt(ORDER), Done)


def test_a_clerk_is_told_how_a_bundle_is_written() -> None:
    with pytest.raises(ValueError, match=r"SOAP-BAR\*2 \+ MUG-WHITE\*1"):
        map_by_hand(a_world(), "bundle/SET", "soap and mug")


def test_a_customer_of_a_channel_and_type_is_kept_under_the_key_it_is_looked_up_by() -> None:
    world = a_world()

    map_by_hand(world, "channel/101+company=Acme Ltd+type=B2B", "ACME")

    assert world.state.mapped[MappingKey.parse("channel/101+type=b2b+company=acme ltd")] == "ACME"
