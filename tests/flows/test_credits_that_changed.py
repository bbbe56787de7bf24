"""What becomes of a credit whose settings change, or which ShipBob or a person at GP changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import Done, NeedsReview, Unchanged, Waiting
from bridge.protocols.ledger import Status

from local.memory.world import TERMS
from tests.orders import DAY, HOUR, MINUTE, texts
from tests.returns import (
    NUMBER,
    PLAIN_CREDIT,
    RESTOCK,
    RETURN,
    a_return,
    a_sold_world,
    came,
    credit,
    taken,
)


def test_a_return_keeps_the_way_it_was_begun_in_whatever_the_setting_becomes() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return())
    world.attempt(RETURN)
    world.terms = TERMS
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))
    world.clock.advance(MINUTE)

    (text,) = texts(world.attempt(RETURN))

    assert f"GP has {NUMBER} with 2 × RED-100 at CHICAGO for 10.00 as On Hand" in text
    assert world.gp.inventory == {}


def test_a_return_in_the_air_keeps_its_number_its_batch_and_its_way_in_whatever_the_settings_become() -> None:
    world = a_sold_world()
    world.clock.advance(50 * MINUTE)  # 08:55 in Chicago; it is sent again in the next hour
    world.gp.fail_next("create_sales_return", "not executed")
    world.shipbob.put_return(a_return())
    assert isinstance(world.attempt(RETURN), Waiting)
    world.terms = replace(TERMS, number_prefix="XY")

    world.pass_time(HOUR)

    assert (credit(world), world.gp.inventory) == (PLAIN_CREDIT, {})


def test_a_return_that_was_never_written_goes_the_way_that_is_set_now() -> None:
    world = a_sold_world()
    world.gp.fail_next("create_sales_return", "refused")
    world.shipbob.put_return(a_return())
    assert isinstance(world.attempt(RETURN), NeedsReview)
    world.terms = TERMS
    world.clock.advance(MINUTE)

    assert isinstance(world.attempt(RETURN), Done)
    assert (len(world.gp.inventory), credit(world)) == (1, None)


def test_a_credit_that_shipbob_contradicts_later_is_compared_with_what_a_person_makes_of_it() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return())
    world.attempt(RETURN)
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))
    world.clock.advance(MINUTE)
    assert isinstance(world.attempt(RETURN), NeedsReview)

    (line,) = PLAIN_CREDIT.lines
    world.gp.put_return(replace(PLAIN_CREDIT, lines=(replace(line, quantity=Decimal(1)),)))
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE
    world.clock.advance(MINUTE)
    assert isinstance(world.attempt(RETURN), Unchanged)


def test_a_credit_that_changed_waits_while_another_return_of_the_order_is_being_written() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return())
    world.attempt(RETURN)
    other = replace(a_return(came("WIDGET-BLUE", taken(RESTOCK, 1))), id=700002)
    world.shipbob.put_return(other)
    world.gp.fail_next("create_sales_return", "not executed")
    world.attempt(DocumentId(DocumentKind.RETURN, other.id))
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))
    world.clock.advance(MINUTE)

    assert world.attempt(RETURN) == Waiting("return/700002 of the same order is being written")

    world.pass_time(2 * HOUR)
    assert credit(world, DocumentId(DocumentKind.RETURN, other.id)) is not None
    assert world.row(RETURN).status is Status.REVIEW, "GP credits two, and ShipBob counted one"


def test_a_posted_credit_is_changed_by_a_document_of_its_own() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return())
    world.attempt(RETURN)
    world.gp.put_return(replace(PLAIN_CREDIT, state=TransactionState.HISTORY))
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))
    world.clock.advance(MINUTE)

    outcome = world.attempt(RETURN)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.startswith(f"{NUMBER} is posted: enter the difference")


def test_a_credit_that_a_person_voided_because_nothing_came_back_after_all_needs_nobody() -> None:
    world = a_sold_world()
    world.shipbob.put_return(a_return())
    world.attempt(RETURN)
    world.shipbob.put_return(a_return(came("WIDGET-RED")))
    world.clock.advance(MINUTE)
    assert isinstance(world.attempt(RETURN), NeedsReview)

    world.gp.put_return(replace(PLAIN_CREDIT, is_voided=True))
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE
