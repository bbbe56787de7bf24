"""Closing and reopening a return and a receiving order whose write was settled, and a row that was restored."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from bridge.console import actions
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import Done, NeedsReview, Unchanged, Waiting
from bridge.domain.terms import ReturnRecord, ReturnTerms
from bridge.protocols.ledger import Status

from tests import returns, stock
from tests.orders import HOUR, MINUTE, ORDER, a_world_with

WHY = "entered by hand as ORD123"
CREATE = "gp.create_sales_order"


@pytest.mark.parametrize("record", ReturnRecord)
def test_a_return_that_a_person_put_back_is_found_and_gets_no_line_twice(record: ReturnRecord) -> None:
    """GP would append a second create of an adjustment to the first; the company books otherwise by now."""
    world = returns.a_world()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    world.shipbob.put_return(returns.a_return())
    world.attempt(returns.RETURN)
    ((key, booked),) = world.gp.inventory.items()
    nine = dataclasses.replace(booked.lines[0], quantity=Decimal(9))
    world.gp.inventory[key] = dataclasses.replace(booked, lines=(nine, *booked.lines[1:]))
    world.pass_time(MINUTE)
    world.gp.inventory.clear()
    world.pass_time(15 * MINUTE)
    actions.close(world, returns.RETURN, "a clerk", WHY)
    world.gp.put_inventory(dataclasses.replace(booked, state=TransactionState.HISTORY))
    world.terms = dataclasses.replace(world.terms, returns=ReturnTerms(record))

    actions.reopen(world, returns.RETURN, "a clerk", "put back what was deleted")
    world.deliver()

    assert world.row(returns.RETURN).status is Status.DONE
    assert (world.gp.inventory[key].lines, world.gp.created) == (booked.lines, {returns.NUMBER: 1})


def test_a_receiving_order_that_shipbob_holds_otherwise_is_closed_after_the_deadline_and_not_made_again() -> None:
    moved = stock.document(stock.TRANSFER, stock.line("RED-100", 5, "MAIN", "CHICAGO"))
    world = stock.a_stock_world(moved)
    world.shipbob.fail_next("create_receiving_order", "lost reply")
    world.attempt(stock.TRANSFER)
    ((key, made),) = world.shipbob.receiving.items()
    six = dataclasses.replace(made.lines[0], expected=6)
    world.shipbob.receiving[key] = dataclasses.replace(made, lines=(six,))
    assert isinstance(world.attempt(stock.TRANSFER), NeedsReview)

    with pytest.raises(ValueError, match="may still reach ShipBob"):
        actions.close(world, stock.TRANSFER, "a clerk", "six it is")
    world.pass_time(12 * MINUTE)
    actions.close(world, stock.TRANSFER, "a clerk", "six it is")
    world.clock.advance(HOUR)

    assert isinstance(world.attempt(stock.TRANSFER), Unchanged)
    assert world.calls.count("shipbob.create_receiving_order") == 1


@pytest.mark.parametrize("how", ["lost reply", "not executed"])
def test_a_closed_document_with_a_write_in_the_air_is_settled_before_it_is_left_alone(how: str) -> None:
    """No close leaves one; a State table that was restored may hold one all the same."""
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", how)
    assert isinstance(world.attempt(ORDER), Waiting)
    row = world.row(ORDER)
    world.state.save(dataclasses.replace(row, closed=row.shown, status=Status.DONE, due_at=None))

    outcomes = []
    for _ in range(4):
        world.clock.advance(MINUTE)
        outcomes.append(world.attempt(ORDER))
        assert world.row(ORDER).intent is None or not world.row(ORDER).is_finished
    world.pass_time(HOUR)

    assert isinstance(outcomes[-1], Done | Waiting | Unchanged)
    assert world.calls.count(CREATE) == 1
    assert world.row(ORDER).intent is None
