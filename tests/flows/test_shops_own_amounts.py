"""The shop's own order is read for its tax, freight and discount, where the company wants that, and only then."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from bridge.domain.outcome import Done, Waiting
from bridge.domain.store_amounts import StoreAmounts
from bridge.domain.terms import AmountSource

from local.memory.world import TERMS, World
from tests.orders import MINUTE, NUMBER, ORDER, ORDER_ID, a_world, shipped, unshipped

SHOP = StoreAmounts(tax=Decimal("1.50"), freight=Decimal("6.00"), discount=Decimal("3.00"), currency="USD")
ASKED = dataclasses.replace(TERMS, orders=dataclasses.replace(TERMS.orders, amounts=AmountSource.STORE_ORDER))


def asking() -> World:
    world = a_world()
    world.terms = ASKED
    world.shipbob.put(unshipped())
    world.shipbob.put_store_order(ORDER_ID, SHOP)
    return world


def beside_the_lines(world: World) -> tuple[Decimal, Decimal, Decimal]:
    found = world.gp.orders[NUMBER]
    return found.freight, found.tax, found.trade_discount


def test_an_order_is_written_with_the_shops_own_amounts() -> None:
    world = asking()

    assert isinstance(world.attempt(ORDER), Done)

    assert beside_the_lines(world) == (Decimal("6.00"), Decimal("1.50"), Decimal("3.00"))


def test_where_nobody_asks_for_them_the_shops_order_is_not_read() -> None:
    world = asking()
    world.terms = TERMS

    world.attempt(ORDER)

    assert world.calls.count("shipbob.store_order") == 0
    assert beside_the_lines(world) == (Decimal("4.50"), Decimal(0), Decimal(0))


def test_what_the_shop_said_when_it_was_written_stays_though_it_says_otherwise_later() -> None:
    world = asking()
    world.attempt(ORDER)
    world.shipbob.put_store_order(ORDER_ID, None)
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(ORDER), Done)

    assert (world.gp.orders[NUMBER].tracking, world.calls.count("shipbob.store_order")) == (("1Z999",), 1)
    assert beside_the_lines(world) == (Decimal("6.00"), Decimal("1.50"), Decimal("3.00"))


def test_after_a_lost_answer_the_amounts_are_those_that_were_announced() -> None:
    world = asking()
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.shipbob.put_store_order(ORDER_ID, None)

    world.pass_time(30 * MINUTE)

    assert (world.row(ORDER).reasons, world.gp.created[NUMBER]) == ((), 1)
    assert beside_the_lines(world) == (Decimal("6.00"), Decimal("1.50"), Decimal("3.00"))


def test_an_order_of_which_shipbob_has_no_shops_order_goes_by_the_difference() -> None:
    world = asking()
    world.shipbob.store_orders.clear()

    world.attempt(ORDER)

    assert beside_the_lines(world) == (Decimal("4.50"), Decimal(0), Decimal(0))


def test_while_the_shops_order_cannot_be_had_the_order_waits() -> None:
    world = asking()
    world.shipbob.fail_next("store_order", "down")

    assert isinstance(world.attempt(ORDER), Waiting)

    assert world.gp.orders == {}


def test_the_shops_order_is_in_the_audit_as_a_payload() -> None:
    world = asking()

    world.attempt(ORDER)

    assert "read the shop's order from ShipBob" in world.trail(ORDER)
    assert world.shipbob.store_orders[ORDER_ID] in world.audit.payloads.values()
