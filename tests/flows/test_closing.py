"""A review that a person closed: nothing is written for the document as it stood, and a change opens it again."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from bridge.console import actions
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import MappingKey, NeedsReview, Reason, Transient, Unchanged
from bridge.domain.terms import TransferTrigger
from bridge.protocols.intent import Effect
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.reviews import is_as_closed

from local.memory.world import START, World
from tests.orders import (
    DAY,
    HOUR,
    MINUTE,
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    a_world,
    a_world_with,
    an_order,
    line,
    parcel,
    shipped,
    texts,
    unshipped,
)
from tests.stock import TRANSFER as GP_TRANSFER
from tests.stock import a_stock_world, document, wros
from tests.stock import line as stock_line

TRANSFER = DocumentId(DocumentKind.TRANSFER, name="TRX 1")
WHY = "entered by hand as ORD123"
CHANGED = ["A person closed the review of this document, and it has changed since"]


def closed_world() -> World:
    """The customer was on hold; a clerk entered the order by hand and closed the review; the hold is gone."""
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused: customer on hold")
    world.attempt(ORDER)
    actions.close(world, ORDER, "a clerk", WHY)
    return world


def test_a_closed_review_is_finished_and_its_trail_says_who_and_why() -> None:
    world = closed_world()
    row = world.row(ORDER)
    last = world.audit.entries(ORDER)[-1]

    assert (row.status, row.due_at, row.reasons, row.opened_at) == (Status.DONE, None, (), None)
    assert (last.what, last.by, last.facts["why"]) == ("closed by a person", "a clerk", WHY)
    assert "customer is on hold" in last.facts["reason 1"]


def test_the_document_as_it_was_is_not_written_however_often_it_is_hinted_at() -> None:
    world = closed_world()

    outcomes = []
    for _ in range(3):
        world.clock.advance(HOUR)
        outcomes.append(world.attempt(ORDER))
    world.pass_time(5 * DAY)

    assert all(isinstance(outcome, Unchanged) for outcome in outcomes)
    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {})


def test_the_same_document_in_a_list_is_not_written_either() -> None:
    world = closed_world()
    world.clock.advance(HOUR)
    world.shipbob.put(dataclasses.replace(unshipped(), image=b"the same, as a list spells it"))

    assert isinstance(world.attempt(ORDER), Unchanged)
    assert world.gp.created == {}


def test_a_change_at_shipbob_opens_the_review_again_and_still_nothing_is_written() -> None:
    world = closed_world()
    world.clock.advance(HOUR)
    world.shipbob.put(shipped())

    outcome = world.attempt(ORDER)

    assert texts(outcome) == CHANGED
    assert (world.row(ORDER).status, world.row(ORDER).opened_at) == (Status.REVIEW, START + HOUR)
    assert world.gp.created == {}


def test_a_change_that_was_brought_into_gp_by_hand_is_closed_again() -> None:
    world = closed_world()
    world.clock.advance(HOUR)
    world.shipbob.put(shipped())
    world.attempt(ORDER)

    actions.close(world, ORDER, "a clerk", "tracking entered by hand")
    world.clock.advance(HOUR)

    assert isinstance(world.attempt(ORDER), Unchanged)
    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {})


def test_a_mapping_of_what_it_waited_for_does_not_write_a_closed_document() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    actions.close(world, ORDER, "a clerk", WHY)

    world.state.map(MappingKey.parse("sku/WIDGET-BLUE"), "BLUE-100", "a person")
    world.clock.advance(HOUR)
    world.sweep()

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {})


def test_a_replay_of_all_there_is_does_not_write_what_a_person_closed() -> None:
    world = closed_world()
    world.clock.advance(MINUTE)

    actions.replay(world, ORDER, "a clerk", "everything of this week")
    world.deliver()

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {})


def test_a_reopened_document_is_the_bridges_again() -> None:
    world = closed_world()
    world.clock.advance(MINUTE)

    actions.reopen(world, ORDER, "a clerk", "removed ORD123")
    told = world.audit.entries(ORDER)[-1]
    world.deliver()

    assert (told.what, told.by, told.facts) == ("reopened by a person", "a clerk", {"why": "removed ORD123"})
    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


def test_a_document_is_reopened_even_if_the_hint_about_it_is_lost() -> None:
    world = closed_world()
    world.clock.advance(MINUTE)
    world.to_gp.fail_next(Transient("SQS cannot be reached"))
    with pytest.raises(Transient):
        actions.reopen(world, ORDER, "a clerk", "removed ORD123")

    world.sweep()

    assert world.gp.created == {NUMBER: 1}


def test_a_change_after_a_reopening_is_the_bridges_again() -> None:
    world = closed_world()
    world.clock.advance(MINUTE)
    actions.reopen(world, ORDER, "a clerk", "removed ORD123")
    world.deliver()
    world.clock.advance(HOUR)
    world.shipbob.put(shipped())

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_what_changed_is_told_with_its_own_reasons_where_it_has_some() -> None:
    world = closed_world()
    world.clock.advance(HOUR)
    world.shipbob.put(an_order(parcel(301, ("NEW-SKU", 1)), lines=(line("NEW-SKU", 1, "30.00"),)))

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert {reason.waits_for for reason in outcome.reasons} >= {MappingKey.parse("sku/NEW-SKU")}


@pytest.mark.parametrize("why", ["", "  "])
def test_a_review_is_not_closed_without_a_reason(why: str) -> None:
    world = a_world("channel/101")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)

    with pytest.raises(ValueError, match="needs a reason"):
        actions.close(world, ORDER, "a clerk", why)

    assert world.row(ORDER).status is Status.REVIEW


def test_what_is_not_in_review_is_not_closed_and_what_was_not_closed_is_not_reopened() -> None:
    world = a_world_with("draft")

    with pytest.raises(ValueError, match="is done, not in review"):
        actions.close(world, ORDER, "a clerk", WHY)
    with pytest.raises(ValueError, match="was not closed by a person"):
        actions.reopen(world, ORDER, "a clerk", WHY)


def test_a_document_is_not_reopened_without_a_reason() -> None:
    world = closed_world()

    with pytest.raises(ValueError, match="needs a reason"):
        actions.reopen(world, ORDER, "a clerk", " ")

    assert world.row(ORDER).closed


def test_a_document_that_never_was_read_is_closed_as_it_is() -> None:
    row = LedgerRow(TRANSFER, status=Status.REVIEW, version=1, reasons=(Reason("Fifty at once", "Look"),))
    world = a_world()
    world.state.rows[TRANSFER] = row

    closed = actions.close(world, TRANSFER, "a clerk", WHY)

    assert is_as_closed(closed)
    assert not is_as_closed(dataclasses.replace(closed, shown="something"))
    assert not is_as_closed(LedgerRow(TRANSFER))


def test_a_document_whose_write_is_in_the_air_is_not_closed() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "not executed")
    world.attempt(ORDER)
    row = world.row(ORDER)
    world.state.save(dataclasses.replace(row, status=Status.REVIEW))
    assert row.intent is not None
    assert row.intent.effect is Effect.CREATE

    with pytest.raises(ValueError, match="may still reach GP"):
        actions.close(world, ORDER, "a clerk", WHY)


def test_the_reviewed_document_with_several_parcels_is_as_it_was_in_another_order() -> None:
    world = a_world("channel/101")
    world.shipbob.put(an_order(parcel(301, PLAIN_ITEMS[0]), parcel(302, PLAIN_ITEMS[1])))
    world.attempt(ORDER)
    actions.close(world, ORDER, "a clerk", WHY)
    world.clock.advance(HOUR)

    assert isinstance(world.attempt(ORDER), Unchanged)


def test_a_closed_order_that_shipbob_no_longer_has_is_a_new_review() -> None:
    world = a_world_with("draft")
    world.gp.fail_next("update_sales_order", "refused: batch")
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    actions.close(world, ORDER, "a clerk", WHY)
    world.clock.advance(HOUR)
    world.shipbob.archive(ORDER.number)

    assert texts(world.attempt(ORDER))[0].startswith("ShipBob no longer has order 250000001")


# ---- GP's own documents


def test_a_closed_transfer_that_is_changed_in_gp_is_a_new_review() -> None:
    world = a_stock_world(document(GP_TRANSFER, stock_line("RED-100", 5, "MAIN", "CHICAGO")))
    world.shipbob.fail_next("create_receiving_order", "refused: quantity")
    world.attempt(GP_TRANSFER)
    actions.close(world, GP_TRANSFER, "a clerk", "entered at ShipBob by hand")
    world.clock.advance(HOUR)
    world.gp.put_inventory(document(GP_TRANSFER, stock_line("RED-100", 6, "MAIN", "CHICAGO")))

    assert texts(world.attempt(GP_TRANSFER)) == CHANGED
    assert wros(world) == {}


def test_a_closed_transfer_is_not_sent_to_shipbob_until_it_is_reopened() -> None:
    world = a_stock_world(document(GP_TRANSFER, stock_line("RED-100", 5, "MAIN", "CHICAGO")))
    world.shipbob.fail_next("create_receiving_order", "refused: quantity")
    world.attempt(GP_TRANSFER)
    actions.close(world, GP_TRANSFER, "a clerk", "entered at ShipBob by hand")
    world.clock.advance(HOUR)

    outcome = world.attempt(GP_TRANSFER)
    closed = wros(world)
    actions.reopen(world, GP_TRANSFER, "a clerk", "it was another")
    world.deliver()

    assert (type(outcome), closed) == (Unchanged, {})
    assert wros(world) == {"T 00000012 CHICAGO 1": (8, {"WIDGET-RED": 5})}


def a_changed_transfer_that_was_closed() -> World:
    """ShipBob was told of it when it was entered; then it was changed, and a clerk changed the WRO."""
    entered = document(GP_TRANSFER, stock_line("RED-100", 5, "MAIN", "CHICAGO"), state=TransactionState.WORK)
    world = a_stock_world(entered, trigger=TransferTrigger.WORK)
    world.attempt(GP_TRANSFER)
    world.gp.put_inventory(dataclasses.replace(entered, lines=(stock_line("RED-100", 6, "MAIN", "CHICAGO"),)))
    world.clock.advance(HOUR)
    world.attempt(GP_TRANSFER)
    actions.close(world, GP_TRANSFER, "a clerk", "changed the WRO")
    world.clock.advance(HOUR)
    return world


def test_a_closed_transfer_that_is_posted_as_it_stood_stays_closed() -> None:
    world = a_changed_transfer_that_was_closed()
    posted = stock_line("RED-100", "6.00", "MAIN", "CHICAGO", unit_cost=Decimal("4.20"))
    world.gp.put_inventory(document(GP_TRANSFER, posted, batch="POSTED"))

    assert isinstance(world.attempt(GP_TRANSFER), Unchanged)


def test_a_closed_transfer_that_is_deleted_is_a_new_review() -> None:
    world = a_changed_transfer_that_was_closed()
    world.gp.inventory.clear()

    assert texts(world.attempt(GP_TRANSFER))[0].startswith("GP no longer has transfer 00000012")


def test_a_review_that_is_closed_before_a_shut_gate_stands_before_none() -> None:
    world = closed_world()
    reopened = dataclasses.replace(
        world.row(ORDER), status=Status.REVIEW, due_at=START, gate=Gate.PAUSE_OF_GP, opened_at=START
    )
    world.state.save(reopened)

    assert actions.close(world, ORDER, "a clerk", WHY).gate is None
