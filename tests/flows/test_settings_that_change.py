"""The company changes its mind between two looks at an order: what was begun one way is ended that way."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.outcome import Done, MappingKey, Unchanged
from bridge.domain.sales_document import SalesOrder
from bridge.domain.store_amounts import StoreAmounts
from bridge.domain.terms import AmountSource, DifferenceTo, PartialShipment, PriceSource, ShipmentRecord

from local.memory.world import World
from tests.drafts import a_world_of, both_shipped, drafted, half_shipped, then, two_parcels
from tests.orders import NUMBER, ORDER, ORDER_ID, shipped, texts, unshipped

SHOP = StoreAmounts(tax=Decimal("1.50"), freight=Decimal("6.00"), discount=Decimal("3.00"), currency="USD")


def choosing(world: World, **orders: Any) -> None:
    """From now on the company has it so."""
    world.terms = dataclasses.replace(world.terms, orders=dataclasses.replace(world.terms.orders, **orders))


def prices(world: World) -> list[Decimal]:
    return [line.unit_price for line in world.gp.orders[NUMBER].lines]


def test_an_order_written_at_shipbobs_prices_keeps_them_when_new_ones_get_gps() -> None:
    world = drafted()
    choosing(world, prices=PriceSource.GP_PRICE_LEVEL)

    after = then(world, shipped())

    assert (prices(world), after.total) == ([Decimal("10.00"), Decimal("5.50")], Decimal("30.00"))


def test_an_order_written_at_gps_prices_keeps_them_when_new_ones_get_shipbobs() -> None:
    world = drafted(prices=PriceSource.GP_PRICE_LEVEL)
    lines = tuple(dataclasses.replace(x, unit_price=Decimal("9.95")) for x in world.gp.orders[NUMBER].lines)
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], lines=lines))
    choosing(world, prices=PriceSource.SHIPBOB)

    after = then(world, shipped())

    assert (prices(world), after.freight) == ([Decimal("9.95"), Decimal("9.95")], Decimal(0))
    assert after.tracking == ("1Z999",)


BESIDE = ("freight", "miscellaneous", "tax", "trade_discount")


def beside_the_lines(order: SalesOrder) -> dict[str, Decimal]:
    return {name: amount for name in BESIDE if (amount := getattr(order, name))}


@pytest.mark.parametrize(
    ("began", "column"),
    [(DifferenceTo.FREIGHT, "freight"), (DifferenceTo.MISCELLANEOUS, "miscellaneous"), (DifferenceTo.TAX, "tax")],
)
@pytest.mark.parametrize("now", DifferenceTo)
def test_a_drafts_difference_stays_where_it_was_put_when_that_of_new_ones_goes_elsewhere(
    began: DifferenceTo, column: str, now: DifferenceTo
) -> None:
    world = drafted(difference=began)
    choosing(world, difference=now)

    after = then(world, shipped())

    assert beside_the_lines(after) == {column: Decimal("4.50")}
    assert after.tracking == ("1Z999",)


def test_a_total_that_changes_in_shipbob_changes_the_amount_where_it_was_put() -> None:
    world = drafted(difference=DifferenceTo.MISCELLANEOUS)
    choosing(world, difference=DifferenceTo.REVIEW)

    after = then(world, dataclasses.replace(shipped(), total=Decimal("31.00")))

    assert beside_the_lines(after) == {"miscellaneous": Decimal("5.50")}


def test_an_order_that_had_no_difference_puts_its_first_where_new_ones_go() -> None:
    world = drafted(dataclasses.replace(unshipped(), total=Decimal("25.50")), difference=DifferenceTo.FREIGHT)
    choosing(world, difference=DifferenceTo.TAX)

    after = then(world, shipped())

    assert beside_the_lines(after) == {"tax": Decimal("4.50")}


@pytest.mark.parametrize(
    ("began", "now", "amounts"),
    [
        (
            AmountSource.STORE_ORDER,
            AmountSource.DIFFERENCE,
            {"freight": "6.00", "tax": "1.50", "trade_discount": "3.00"},
        ),
        (AmountSource.DIFFERENCE, AmountSource.STORE_ORDER, {"freight": "4.50"}),
    ],
)
def test_a_drafts_amounts_stay_the_shops_or_the_difference_whatever_those_of_new_ones_are(
    began: AmountSource, now: AmountSource, amounts: dict[str, str]
) -> None:
    world = a_world_of(amounts=began)
    world.shipbob.put(unshipped())
    world.shipbob.put_store_order(ORDER_ID, SHOP)
    world.attempt(ORDER)
    choosing(world, amounts=now, difference=DifferenceTo.TAX)

    after = then(world, shipped())

    assert beside_the_lines(after) == {name: Decimal(amount) for name, amount in amounts.items()}


def test_what_the_shop_explained_once_and_no_longer_explains_goes_where_new_differences_go() -> None:
    world = a_world_of(amounts=AmountSource.STORE_ORDER, difference=DifferenceTo.FREIGHT)
    world.shipbob.put(unshipped())
    world.shipbob.put_store_order(ORDER_ID, SHOP)
    world.attempt(ORDER)
    choosing(world, difference=DifferenceTo.MISCELLANEOUS)

    after = then(world, dataclasses.replace(shipped(), total=Decimal("31.00")))

    assert beside_the_lines(after) == {"miscellaneous": Decimal("5.50")}


def test_an_order_released_in_part_stays_released_when_new_ones_are_held() -> None:
    world = drafted(two_parcels(), partial=PartialShipment.RELEASE)
    ready = then(world, half_shipped()).batch
    choosing(world, partial=PartialShipment.HOLD)

    world.attempt(ORDER, "replay")
    between = world.gp.orders[NUMBER]
    after = then(world, both_shipped())

    assert ready == "SBR261117-01"
    assert [(each.batch, each.holds) for each in (between, after)] == [(ready, frozenset())] * 2


@pytest.mark.parametrize("reads", [False, True], ids=["the mapping stays changed", "a person changes the order in GP"])
def test_a_shipment_is_not_billed_to_another_customer_than_its_order_has(*, reads: bool) -> None:
    world = drafted(shipments=ShipmentRecord.INVOICE)
    world.state.mapped[MappingKey.parse("channel/101")] = "BAKERSEM0001"
    world.shipbob.put(shipped())

    assert texts(world.attempt(ORDER)) == ["The customer in GP: AARONFIT0001; from ShipBob: BAKERSEM0001"]
    assert world.gp.invoices == {}

    if reads:
        world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], customer="BAKERSEM0001"))
        world.attempt(ORDER, "replay")
        assert world.gp.invoices["SBI301"].customer == "BAKERSEM0001"


def test_looks_at_an_order_in_a_batch_of_a_persons_take_no_places_in_ours() -> None:
    world = drafted()
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], batch="BYHAND"))
    then(world, shipped())
    taken = world.state.batch("SBR").documents

    assert isinstance(world.attempt(ORDER, "replay"), Done | Unchanged)

    assert (world.gp.orders[NUMBER].batch, world.state.batch("SBR").documents) == ("BYHAND", taken)
