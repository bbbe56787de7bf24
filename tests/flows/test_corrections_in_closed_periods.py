"""ShipBob corrects its stock in a month that GP has closed by then."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bridge.domain.outcome import Done
from bridge.domain.terms import ClosedPeriod
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.correcting import NUMBER, STOCK, a_stock_world, corrected, in_gp, list_shows, moves
from tests.orders import HOUR, texts

IN_NOVEMBER = dt.datetime(2026, 11, 18, 3, 30, tzinfo=dt.UTC)
IN_DECEMBER = dt.datetime(2026, 12, 2, 15, tzinfo=dt.UTC)


def a_world_in_december(closed_period: ClosedPeriod) -> World:
    world = a_stock_world()
    world.terms = replace(world.terms, orders=replace(world.terms.orders, closed_period=closed_period))
    world.clock.advance_to(IN_DECEMBER)
    return world


def test_a_correction_of_a_month_that_gp_has_closed_is_dated_in_the_next_where_the_company_says_so() -> None:
    world = a_world_in_december(ClosedPeriod.NEXT_OPEN)
    world.gp.fail_next("create_inventory_adjustment", "refused: closed period")

    outcome = list_shows(world, corrected(-2, at=IN_NOVEMBER))

    document = in_gp(world)
    assert isinstance(outcome, Done)
    assert document is not None
    assert (document.date, world.row(STOCK).dated) == (dt.date(2026, 12, 1), dt.date(2026, 12, 1))


def test_a_correction_of_a_month_that_gp_has_closed_is_for_a_person_otherwise() -> None:
    world = a_world_in_december(ClosedPeriod.REVIEW)
    world.gp.fail_next("create_inventory_adjustment", "refused: closed period", None)

    outcome = list_shows(world, corrected(-2, at=IN_NOVEMBER))

    (text,) = texts(outcome)
    assert text.startswith("GP has closed the fiscal period of the document's date")
    assert moves(world) == []


def test_a_correction_that_was_dated_anew_keeps_its_day_when_its_reply_is_lost() -> None:
    world = a_world_in_december(ClosedPeriod.NEXT_OPEN)
    world.gp.fail_next("create_inventory_adjustment", "refused: closed period")
    world.gp.fail_next("create_inventory_adjustment", "not executed")

    list_shows(world, corrected(-2, at=IN_NOVEMBER))
    world.pass_time(HOUR)

    document = in_gp(world)
    assert document is not None
    assert (world.row(STOCK).status, document.date) == (Status.DONE, dt.date(2026, 12, 1))
    assert world.gp.created == {NUMBER: 1}
