"""An edit is in the air, or a create, while ShipBob shows something else again."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from bridge.domain.order import Order
from bridge.protocols.ledger import Status

from tests.drafts import RED, drafted, goods, then
from tests.orders import (
    NUMBER,
    ORDER,
    PLAIN_LINES,
    a_world,
    an_order,
    parcel,
    unshipped,
)


def moved(order: Order, **changes: str) -> Order:
    return dataclasses.replace(order, recipient=dataclasses.replace(order.recipient, **changes))


def test_an_order_edited_while_its_create_was_lost_is_adopted_as_it_was_and_then_edited() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)

    after = then(world, an_order(parcel(301, RED), lines=PLAIN_LINES[:1], total="24.50"))

    assert goods(after) == ["16384 RED-100 CHICAGO 2-0 (0)"]
    assert world.gp.created == {NUMBER: 1}


def test_an_edit_that_was_lost_is_settled_by_what_it_was_to_be_though_shipbob_has_moved_on() -> None:
    world = drafted()
    world.gp.fail_next("update_sales_order", "lost reply")
    world.shipbob.put(an_order(parcel(301, RED), lines=PLAIN_LINES[:1], total="24.50"))
    world.attempt(ORDER)

    after = then(world, an_order(parcel(301, RED), lines=PLAIN_LINES[:1], total="26.00"))

    assert (goods(after), after.freight) == (["16384 RED-100 CHICAGO 2-0 (0)"], Decimal("6.00"))
    assert len(world.gp.updates) == 2
    assert world.row(ORDER).status is Status.DONE


def test_an_edit_that_was_never_executed_is_not_taken_for_written() -> None:
    world = drafted()
    world.gp.fail_next("update_sales_order", "not executed")
    world.shipbob.put(moved(unshipped(), address1="9 Other Road"))
    world.attempt(ORDER)
    world.shipbob.put(unshipped())

    world.pass_time(world.settle_time * 3)
    after = then(world, moved(unshipped(), address1="11 Third Street"))

    assert after.ship_to.line1 == "11 Third Street"


def test_an_edit_found_undone_is_not_taken_for_done_because_gp_was_away_as_it_was_to_be_sent_again() -> None:
    world = drafted()
    world.gp.fail_next("update_sales_order", "not executed")
    world.shipbob.put(moved(unshipped(), address1="9 Other Road"))
    world.attempt(ORDER)
    world.gp.fail_next("login", "down")

    world.pass_time(world.settle_time * 10)

    assert world.gp.orders[NUMBER].ship_to.line1 == "9 Other Road"
