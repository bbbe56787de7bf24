"""Where the company leaves prices to GP, GP's price list gives them, and nothing the bridge does takes them away."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from bridge.domain.outcome import Done
from bridge.domain.terms import PriceSource, ShipmentRecord

from local.memory.world import TERMS, World
from tests.orders import MINUTE, NUMBER, ORDER, a_world, cancelled, shipped, unshipped


def leaving_prices_to_gp() -> World:
    world = a_world()
    world.terms = dataclasses.replace(
        TERMS, orders=dataclasses.replace(TERMS.orders, prices=PriceSource.GP_PRICE_LEVEL)
    )
    world.gp.prices = {"RED-100": Decimal("9.95"), "BLUE-100": Decimal("4.00")}
    world.shipbob.put(unshipped())
    return world


def prices(world: World) -> list[Decimal]:
    return [line.unit_price for line in world.gp.orders[NUMBER].lines]


@pytest.mark.parametrize("reply", ["given", "lost reply"])
def test_an_order_has_gps_prices_from_its_draft_until_it_is_ready(reply: str) -> None:
    world = leaving_prices_to_gp()
    if reply != "given":
        world.gp.fail_next("create_sales_order", reply)
    world.attempt(ORDER)
    world.pass_time(30 * MINUTE)
    assert (prices(world), world.row(ORDER).reasons) == ([Decimal("9.95"), Decimal("4.00")], ())
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(ORDER), Done)

    assert prices(world) == [Decimal("9.95"), Decimal("4.00")]
    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_a_shipment_is_billed_at_gps_prices_and_its_order_ended() -> None:
    world = leaving_prices_to_gp()
    world.terms = dataclasses.replace(
        world.terms, orders=dataclasses.replace(world.terms.orders, shipments=ShipmentRecord.INVOICE)
    )
    world.attempt(ORDER)
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(ORDER), Done)

    assert [line.unit_price for line in world.gp.invoices["SBI301"].lines] == [Decimal("9.95"), Decimal("4.00")]
    assert world.gp.orders[NUMBER].is_voided


def test_a_draft_at_gps_prices_that_nobody_touched_is_voided_when_it_is_cancelled() -> None:
    world = leaving_prices_to_gp()
    world.attempt(ORDER)
    world.shipbob.put(cancelled())

    assert isinstance(world.attempt(ORDER), Done)

    assert world.gp.orders[NUMBER].is_voided
