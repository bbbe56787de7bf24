"""ShipBob counts a return in a month that GP has closed by the time it is booked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bridge.domain.inventory import InventoryDocument
from bridge.domain.outcome import Done
from bridge.domain.sales_document import SalesReturn
from bridge.domain.terms import ClosedPeriod
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.orders import HOUR, texts
from tests.returns import NUMBER, RETURN, a_return, a_sold_world, a_world, credit, held

IN_DECEMBER = dt.datetime(2026, 12, 2, 15, tzinfo=dt.UTC)
FIRST_OF_DECEMBER = dt.date(2026, 12, 1)
WRITES = {"create_inventory_adjustment": a_world, "create_sales_return": a_sold_world}


def in_december(write: str, closed_period: ClosedPeriod) -> World:
    world = WRITES[write]()
    world.terms = replace(world.terms, orders=replace(world.terms.orders, closed_period=closed_period))
    world.shipbob.put_return(a_return())
    world.clock.advance_to(IN_DECEMBER)
    return world


def booked(world: World) -> InventoryDocument | SalesReturn | None:
    return credit(world) or (held(world) if world.gp.inventory else None)


@pytest.mark.parametrize("write", WRITES)
def test_a_return_of_a_month_that_gp_has_closed_is_dated_in_the_next_where_the_company_says_so(write: str) -> None:
    world = in_december(write, ClosedPeriod.NEXT_OPEN)
    world.gp.fail_next(write, "refused: closed period")

    outcome = world.attempt(RETURN)

    document = booked(world)
    assert isinstance(outcome, Done)
    assert document is not None
    assert (document.date, world.row(RETURN).dated) == (FIRST_OF_DECEMBER, FIRST_OF_DECEMBER)
    assert document.batch == "SBT261202-01"
    assert world.state.batch("SBT").documents == 1, "the second try is in the batch of the first"


@pytest.mark.parametrize("write", WRITES)
def test_a_return_of_a_month_that_gp_has_closed_is_for_a_person_otherwise(write: str) -> None:
    world = in_december(write, ClosedPeriod.REVIEW)
    world.gp.fail_next(write, "refused: closed period")

    (text,) = texts(world.attempt(RETURN))

    assert text.startswith("GP has closed the fiscal period of the document's date")
    assert booked(world) is None


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("reply", ["lost reply", "not executed"])
def test_a_return_that_was_dated_anew_keeps_its_day_when_its_reply_is_lost(write: str, reply: str) -> None:
    world = in_december(write, ClosedPeriod.NEXT_OPEN)
    world.gp.fail_next(write, "refused: closed period")
    world.gp.fail_next(write, reply)

    world.attempt(RETURN)
    world.pass_time(HOUR)

    document = booked(world)
    assert document is not None
    assert (world.row(RETURN).status, document.date) == (Status.DONE, FIRST_OF_DECEMBER)
    assert world.gp.created[NUMBER] == 1
