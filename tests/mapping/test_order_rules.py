"""Every state of an order and of a shipment has one stated rule: the one in the docs, and the one the code goes by."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest
from bridge.domain.order import SHIPPED, OrderStatus, ShipmentStatus
from bridge.domain.outcome import MappingKey, NeedsReview, Waiting
from bridge.domain.recording import Recording
from bridge.mapping.recording import sales_order
from bridge.mapping.rules import ORDER_RULES, SHIPMENT_RULES, OrderRule, ShipmentRule

from local.memory.world import TERMS, World
from tests.orders import MAPPED, NUMBER, ORDER, SHIPPED_AT, a_world, an_order, parcel, texts, unshipped

PAGE = (Path(__file__).parents[2] / "docs" / "order-rules.md").read_text()
KNOWN = {MappingKey.parse(key): value for key, value in MAPPED.items()}


def in_the_docs(heading: str) -> dict[str, str]:
    """State and rule of each row of the table with that heading; a state twice is no dictionary."""
    table = PAGE.split(f"| {heading} |")[1].split("\n\n")[0]
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", table, re.MULTILINE)
    assert len(dict(rows)) == len(rows), "each state once"
    return dict(rows)


@pytest.mark.parametrize(
    ("heading", "states", "rules"),
    [
        ("State of the order", OrderStatus, ORDER_RULES),
        ("State of a shipment", ShipmentStatus, SHIPMENT_RULES),
    ],
)
def test_the_docs_state_the_rule_of_each_state_once(
    heading: str, states: type[StrEnum], rules: dict[StrEnum, StrEnum]
) -> None:
    assert in_the_docs(heading) == {str(state): str(rules[state]) for state in states}


@pytest.mark.parametrize("status", OrderStatus)
def test_the_rule_of_an_orders_state_is_what_happens(status: OrderStatus) -> None:
    found = sales_order(dataclasses.replace(unshipped(), status=status), KNOWN, TERMS, "B")

    match ORDER_RULES[status]:
        case OrderRule.WAITS:
            assert isinstance(found, Waiting)
        case OrderRule.REVIEW:
            assert texts(found) == ["ShipBob gives the order a status the bridge does not know"]
        case OrderRule.CANCELLED:
            assert cancelled_in(a_world()).gp.orders == {}
        case OrderRule.BY_SHIPMENTS:
            assert isinstance(found, Recording)


def cancelled_in(world: World) -> World:
    world.shipbob.put(dataclasses.replace(unshipped(), status=OrderStatus.CANCELLED))
    world.attempt(ORDER)
    return world


def test_an_order_that_is_cancelled_while_gp_has_a_draft_of_it_is_voided() -> None:
    assert cancelled_in(drafted()).gp.orders[NUMBER].is_voided


def test_an_order_that_is_cancelled_after_a_person_changed_it_in_gp_is_a_review() -> None:
    world = drafted()
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], freight=Decimal("9.00")))

    cancelled_in(world)

    assert not world.gp.orders[NUMBER].is_voided
    assert len(world.row(ORDER).reasons) == 1


def drafted() -> World:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    return world


@pytest.mark.parametrize("status", ShipmentStatus)
def test_the_rule_of_a_shipments_state_is_what_happens(status: ShipmentStatus) -> None:
    """Beside a shipment that has not left, the other holds the blue one, or it was put into a third in its stead."""
    rule = SHIPMENT_RULES[status]
    left_out = [parcel(303, ("WIDGET-BLUE", 1))] if rule is ShipmentRule.LEFT_OUT else []
    other = parcel(302, ("WIDGET-BLUE", 1), status=status, tracking="1Z", shipped_at=SHIPPED_AT)
    found = sales_order(an_order(parcel(301, ("WIDGET-RED", 2)), other, *left_out), KNOWN, TERMS, "B")

    if rule is ShipmentRule.REVIEW:
        assert isinstance(found, NeedsReview)
        assert texts(found) == ["ShipBob gives shipment 302 a status the bridge does not know"]
        return
    assert isinstance(found, Recording)
    fulfilled = {line.item: int(line.fulfilled) for line in found.order.lines}
    is_shipped = rule is ShipmentRule.SHIPPED
    assert (fulfilled, found.order.tracking) == ({"RED-100": 0, "BLUE-100": int(is_shipped)}, ("1Z",) * is_shipped)
    assert (302 in {each.shipment for each in found.parcels}) == (rule is not ShipmentRule.LEFT_OUT)


def test_what_has_left_means_the_same_everywhere() -> None:
    assert {state for state, rule in SHIPMENT_RULES.items() if rule is ShipmentRule.SHIPPED} == SHIPPED
