"""What becomes of a credit whose settings change, or which ShipBob or a person at GP changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bridge.console import actions
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import Done, NeedsReview, Unchanged, Waiting
from bridge.domain.returns import Return, ReturnStatus
from bridge.domain.sales_document import SalesReturn
from bridge.protocols.ledger import Status

from local.memory.world import TERMS, World
from tests.orders import DAY, HOUR, MINUTE, texts
from tests.returns import (
    NUMBER,
    PLAIN_CREDIT,
    QUARANTINE,
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


ONE, TWO = (a_return(came("WIDGET-RED", taken(RESTOCK, pieces))) for pieces in (1, 2))
CREATE = "gp.create_sales_return"


def a_posted_world(counted: Return) -> World:
    """Its credit is booked and posted."""
    world = a_sold_world()
    world.shipbob.put_return(counted)
    world.attempt(RETURN)
    world.gp.put_return(replace(held(world), state=TransactionState.HISTORY))
    world.clock.advance(MINUTE)
    return world


def held(world: World) -> SalesReturn:
    found = credit(world)
    assert found is not None
    return found


def fix(world: World) -> str:
    outcome = world.attempt(RETURN)
    assert isinstance(outcome, NeedsReview)
    return outcome.reasons[0].fix


def test_more_that_came_back_after_the_credit_was_posted_is_a_further_one_which_ends_the_review() -> None:
    world = a_posted_world(ONE)
    world.shipbob.put_return(TWO)

    assert fix(world) == (
        f"{NUMBER} is posted: enter 1 × RED-100 at CHICAGO for 10.00 as On Hand in GP as sales return {NUMBER}-1;"
        " it is compared again every day"
    )

    world.gp.put_return(replace(held(world), number=f"{NUMBER}-1", state=TransactionState.WORK))
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE
    world.clock.advance(MINUTE)
    assert isinstance(world.attempt(RETURN), Unchanged)
    assert world.calls.count(CREATE) == 1


def test_a_further_credit_that_was_voided_counts_for_nothing_and_its_number_is_not_asked_for_again() -> None:
    world = a_posted_world(ONE)
    world.gp.put_return(replace(held(world), number=f"{NUMBER}-1", is_voided=True))
    world.shipbob.put_return(TWO)

    assert f"in GP as sales return {NUMBER}-2;" in fix(world)

    world.gp.put_return(replace(held(world), number=f"{NUMBER}-2"))
    world.pass_time(2 * DAY)
    assert world.row(RETURN).status is Status.DONE


def test_a_posted_credit_that_was_voided_is_replaced_by_a_further_one() -> None:
    world = a_posted_world(TWO)
    was = held(world)
    world.gp.put_return(replace(was, is_voided=True))
    world.shipbob.put_return(ONE)

    assert f"enter 1 × RED-100 at CHICAGO for 10.00 as On Hand in GP as sales return {NUMBER}-1;" in fix(world)

    (line,) = was.lines
    world.gp.put_return(replace(was, number=f"{NUMBER}-1", lines=(replace(line, quantity=Decimal(1)),)))
    world.pass_time(2 * DAY)
    assert world.row(RETURN).status is Status.DONE


def test_less_that_came_back_after_the_credit_was_posted_is_taken_back_by_a_person_who_closes_the_review() -> None:
    world = a_posted_world(TWO)
    world.shipbob.put_return(ONE)

    assert fix(world) == (
        f"{NUMBER} is posted, and no sales return takes back: charge 1 × RED-100 at CHICAGO for 10.00 as On Hand again"
        " in GP as your books want it, such as by an invoice; then close this review"
    )

    actions.close(world, RETURN, "a clerk", "invoiced again")
    world.clock.advance(HOUR)
    assert isinstance(world.attempt(RETURN), Unchanged)
    assert world.calls.count(CREATE) == 1


def test_a_change_that_shipbob_takes_back_after_the_credit_was_posted_needs_nobody() -> None:
    world = a_posted_world(TWO)
    world.shipbob.put_return(ONE)
    assert fix(world)

    world.shipbob.put_return(TWO)
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE


def test_a_cancelled_return_whose_credit_is_posted_is_charged_again_by_a_person() -> None:
    world = a_posted_world(TWO)
    world.shipbob.put_return(replace(TWO, status=ReturnStatus.CANCELLED))

    assert "charge 2 × RED-100 at CHICAGO for 10.00 as On Hand again in GP" in fix(world)


def test_more_that_came_back_of_a_sale_that_gp_no_longer_shows_is_credited_at_the_price_of_the_first() -> None:
    world = a_posted_world(ONE)
    world.gp.orders.clear()
    world.shipbob.put_return(TWO)

    outcome = world.attempt(RETURN)

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert f"enter 1 × RED-100 at CHICAGO for 10.00 as On Hand in GP as sales return {NUMBER}-1;" in reason.fix


def test_what_came_back_since_in_two_states_is_priced_by_the_first_credit_as_well() -> None:
    world = a_posted_world(ONE)
    world.gp.orders.clear()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 2), taken(QUARANTINE, 1))))

    outcome = world.attempt(RETURN)

    assert isinstance(outcome, NeedsReview)
    (reason,) = outcome.reasons
    assert "enter 1 × RED-100 at CHICAGO for 10.00 as On Hand; 1 × RED-100 at" in reason.fix
    assert f"in GP as sales return {NUMBER}-1;" in reason.fix


def test_more_than_was_sold_names_no_number_that_gp_has() -> None:
    world = a_posted_world(ONE)
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 99))))

    outcome = world.attempt(RETURN)

    assert isinstance(outcome, NeedsReview)
    assert "other returns credit already" in outcome.reasons[1].text
    assert not any(f"nter {NUMBER}," in reason.fix for reason in outcome.reasons)

    (line,) = held(world).lines
    world.gp.put_return(replace(held(world), number=f"{NUMBER}-1", lines=(replace(line, quantity=Decimal(98)),)))
    world.pass_time(2 * DAY)
    assert world.row(RETURN).status is Status.DONE, "a person has decided to credit them all the same"


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
