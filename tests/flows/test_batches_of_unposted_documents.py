"""Returns, receipts and corrections take their places in batches that roll as those of orders do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import Done
from bridge.domain.terms import CorrectionTerms

from local.memory.world import World
from tests.correcting import a_stock_world, corrected, in_gp, moves
from tests.correcting import list_shows as stock_list_shows
from tests.orders import HOUR, MINUTE
from tests.receiving import a_receiving_world, a_wro, receives, red
from tests.returns import RETURN, a_return, a_sold_world, a_world, credit, held


def a_return_comes(world: World, number: int = RETURN.number) -> None:
    world.shipbob.put_return(replace(a_return(), id=number))
    world.attempt(DocumentId(DocumentKind.RETURN, number))


def a_loss_shows(world: World, number: int = 7) -> None:
    stock_list_shows(world, corrected(-2, number=number))


def a_shortage_shows(world: World) -> None:
    receives(world, a_wro(red(100, 98)))


ARRIVALS: dict[str, tuple[Callable[[], World], Callable[[World], None]]] = {
    "SBT": (a_world, a_return_comes),
    "SBT, as a credit": (a_sold_world, a_return_comes),
    "SBC": (a_stock_world, a_loss_shows),
    "SBW": (a_receiving_world, a_shortage_shows),
}


@pytest.mark.parametrize("family", ARRIVALS)
def test_a_document_takes_one_place_in_its_family_however_often_it_is_looked_at(family: str) -> None:
    a_world_for, comes = ARRIVALS[family]
    world = a_world_for()

    comes(world)
    world.clock.advance(MINUTE)
    comes(world)

    assert world.state.batch(family[:3]).documents == 1


@pytest.mark.parametrize("family", ARRIVALS)
def test_a_document_that_waits_for_gp_takes_no_place(family: str) -> None:
    a_world_for, comes = ARRIVALS[family]
    world = a_world_for()
    world.gp.fail_next("login", "down")

    comes(world)
    assert world.state.batch(family[:3]).documents == 0

    world.pass_time(HOUR)
    assert world.state.batch(family[:3]).documents == 1


def test_returns_fill_one_batch_and_then_the_next() -> None:
    world = a_world()
    world.terms = replace(world.terms, orders=replace(world.terms.orders, batch_documents=2))

    for number in (1, 2, 3):
        a_return_comes(world, number)

    batches = {document.number: document.batch for document in world.gp.inventory.values()}
    assert batches == {"SBR1": "SBT261117-01", "SBR2": "SBT261117-01", "SBR3": "SBT261117-02"}


def test_a_correction_after_the_hours_of_a_batch_is_in_the_next() -> None:
    world = a_stock_world()
    a_loss_shows(world)
    world.clock.advance(world.terms.orders.batch_hours * HOUR)

    a_loss_shows(world, 8)

    document = in_gp(world, "SBC8")
    assert document is not None
    assert document.batch == "SBC261117-02"


def test_a_return_that_a_clerk_entered_is_in_the_clerks_batch_and_takes_no_place() -> None:
    world = a_world()
    a_return_comes(world)
    world.gp.put_inventory(replace(held(world), batch="CLERK"))
    world.state.rows.clear()
    places = world.state.batch("SBT").documents
    world.clock.advance(MINUTE)

    outcome = world.attempt(RETURN)

    assert outcome == Done("SBR700001, which GP had already: +2 × RED-100 at CHICAGO")
    assert (held(world).batch, world.state.batch("SBT").documents) == ("CLERK", places)


def test_what_is_left_to_a_person_takes_no_place() -> None:
    world = a_stock_world(CorrectionTerms())

    a_loss_shows(world)

    assert (moves(world), world.state.batch("SBC").documents) == ([], 0)


def test_a_credit_that_is_sent_again_stays_in_the_batch_that_was_announced() -> None:
    world = a_sold_world()
    world.gp.fail_next("create_sales_return", "not executed")
    a_return_comes(world)

    world.pass_time(2 * world.terms.orders.batch_hours * HOUR)

    found = credit(world)
    assert found is not None
    assert (found.batch, world.state.batch("SBT").documents) == ("SBT261117-01", 1)
