"""A write whose reply was lost is looked for, one that was refused is a review: GP has the document once."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from bridge.domain.outcome import Done, RefusalKind, Waiting
from bridge.domain.sales_document import SalesOrder
from bridge.mapping.refusals import REMEDIES
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.orders import (
    DAY,
    HOUR,
    MINUTE,
    NUMBER,
    ORDER,
    SECOND,
    a_world,
    a_world_with,
    cancelled,
    shipped,
    texts,
    unshipped,
)

# ---- A lost reply to a create


def test_a_create_whose_reply_was_lost_is_found_and_adopted() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    assert isinstance(world.attempt(ORDER), Waiting)
    in_the_air = world.row(ORDER).status

    world.pass_time(MINUTE)

    assert (in_the_air, world.row(ORDER).status) == (Status.UNKNOWN, Status.DONE)
    assert world.gp.created == {NUMBER: 1}


def test_a_create_that_was_lost_is_sent_again_once_after_two_looks_past_the_settle_time() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "not executed")
    world.attempt(ORDER)

    world.pass_time(10 * MINUTE)
    before_settled = world.calls.count("gp.create_sales_order")
    world.pass_time(2 * MINUTE)

    assert (before_settled, world.calls.count("gp.create_sales_order")) == (1, 2)
    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


def test_a_create_that_gp_finishes_only_after_minutes_is_adopted_and_not_sent_again() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "late", late=9 * MINUTE)
    world.attempt(ORDER)

    world.pass_time(HOUR)

    assert (world.calls.count("gp.create_sales_order"), world.gp.created) == (1, {NUMBER: 1})
    assert world.row(ORDER).status is Status.DONE


def test_a_create_that_gp_finishes_later_than_believed_collides_with_itself_and_is_adopted() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "late", late=10 * MINUTE + 30 * SECOND)
    world.attempt(ORDER)

    world.pass_time(HOUR)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


def test_many_hints_before_the_settle_time_do_not_hurry_a_lost_create() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "not executed")
    world.attempt(ORDER)

    for _ in range(20):
        world.clock.advance(29 * SECOND)  # 9 minutes and 40 seconds in all
        assert isinstance(world.attempt(ORDER), Waiting)

    assert world.calls.count("gp.create_sales_order") == 1


def test_two_looks_a_second_apart_are_not_two_absences() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "not executed")
    world.attempt(ORDER)
    world.clock.advance(10 * MINUTE)
    world.attempt(ORDER)
    world.clock.advance(SECOND)

    world.attempt(ORDER)

    assert world.calls.count("gp.create_sales_order") == 1


def test_a_write_sent_again_is_announced_as_the_second_attempt() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "not executed", times=2)
    world.attempt(ORDER)

    world.pass_time(12 * MINUTE)

    intent = world.row(ORDER).intent
    assert intent is not None
    assert intent.attempt == 2


def test_an_order_that_shipped_while_its_create_was_unknown_ends_ready() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.shipbob.put(shipped())

    world.pass_time(MINUTE)

    assert (world.gp.orders[NUMBER].batch, world.gp.created) == ("SBR261117-01", {NUMBER: 1})


def test_an_order_cancelled_while_its_create_was_lost_is_settled_and_voided() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.shipbob.put(cancelled())

    world.pass_time(DAY)

    assert world.row(ORDER).status is Status.DONE
    assert world.gp.orders[NUMBER].is_voided


def test_an_order_that_was_voided_already_when_its_lost_create_is_settled_needs_nobody_if_it_is_cancelled() -> None:
    """As after State was restored to a moment before the cancellation."""
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.shipbob.put(cancelled())
    world.gp.void(NUMBER)

    world.pass_time(MINUTE)

    assert world.row(ORDER).status is Status.DONE
    assert (world.gp.created, world.calls.count("gp.void_sales_order")) == ({NUMBER: 1}, 0)


def test_an_order_cancelled_while_its_create_had_not_been_executed_is_not_written() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "not executed")
    world.attempt(ORDER)
    world.shipbob.put(cancelled())

    world.pass_time(DAY)

    assert (world.row(ORDER).status, world.gp.orders) == (Status.DONE, {})


def test_an_order_that_vanished_from_shipbob_while_its_create_was_lost_is_settled() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.shipbob.archive(ORDER.number)

    world.pass_time(DAY)

    assert world.row(ORDER).status is Status.REVIEW


# ---- A document that was in GP and is gone


def seen_and_removed() -> World:
    """The create's reply was lost, the document was seen with somebody's change, then a person deleted it."""
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], customer="SOMEBODY"))
    world.pass_time(MINUTE)
    world.gp.remove(NUMBER)
    return world


def test_a_document_gone_after_it_was_seen_is_a_review_and_is_never_sent_again() -> None:
    world = seen_and_removed()

    world.pass_time(3 * DAY)

    assert world.calls.count("gp.create_sales_order") == 1
    assert [reason.text for reason in world.row(ORDER).reasons] == [f"{NUMBER} was in GP and is gone"]


def test_a_draft_that_a_person_deleted_is_a_review_at_shipment_and_is_not_written_again() -> None:
    world = a_world_with("draft")
    world.gp.remove(NUMBER)

    outcome = world.attempt(ORDER)

    assert "no longer among GP's sales orders" in texts(outcome)[0]
    assert world.calls.count("gp.create_sales_order") == 1


# ---- The number is taken, or GP refuses


def a_foreign_document(world: World) -> SalesOrder:
    """Another document under our number."""
    other = a_world()
    other.shipbob.put(unshipped())
    other.attempt(ORDER)
    foreign = dataclasses.replace(other.gp.orders[NUMBER], customer="SOMEBODY", freight=Decimal(9))
    world.gp.put(foreign)
    return foreign


def test_a_taken_number_with_other_content_is_a_review_that_names_what_differs() -> None:
    world = a_world_with("unshipped")
    foreign = a_foreign_document(world)

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [
        "The customer in GP: SOMEBODY; from ShipBob: AARONFIT0001",
        "The freight in GP: 9.00; from ShipBob: 4.50",
    ]
    assert world.gp.orders[NUMBER] == foreign


def test_a_taken_number_with_our_own_content_is_adopted() -> None:
    world = a_world_with("unshipped")
    world.gp.put(dataclasses.replace(a_foreign_document(world), customer="AARONFIT0001", freight=Decimal("4.50")))

    assert isinstance(world.attempt(ORDER), Done)

    assert world.gp.created == {}


def test_a_foreign_document_under_our_number_can_be_deleted_as_the_review_says() -> None:
    world = a_world_with("unshipped")
    a_foreign_document(world)
    world.attempt(ORDER)
    world.pass_time(DAY + MINUTE)
    world.gp.remove(NUMBER)

    world.pass_time(3 * DAY)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


def test_a_create_that_gp_refuses_is_a_review_with_gps_own_words() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused")

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [f"{REMEDIES[RefusalKind.OTHER].says}: GP refuses the document; Its period is closed"]
    assert (world.row(ORDER).intent, world.gp.orders) == (None, {})


def test_a_refused_document_is_tried_again_after_a_day() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused")
    world.attempt(ORDER)

    world.pass_time(DAY + MINUTE)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


def test_an_update_that_gp_refuses_is_a_review_with_gps_own_words() -> None:
    world = a_world_with("draft")
    world.gp.fail_next("update_sales_order", "refused")

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [f"{REMEDIES[RefusalKind.OTHER].says}: GP refuses the document; Its period is closed"]
    assert world.row(ORDER).intent is None


def test_a_refusal_whose_cause_could_not_be_looked_up_stays_unknown_until_it_is_settled() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused")
    world.gp.fail_next("sales_order", "down")
    world.attempt(ORDER)
    in_the_air = world.row(ORDER).status

    world.pass_time(HOUR)

    assert (in_the_air, world.row(ORDER).status, world.gp.created) == (Status.UNKNOWN, Status.DONE, {NUMBER: 1})


# ---- A lost reply to an update


def test_an_update_whose_reply_was_lost_is_found_and_not_written_again() -> None:
    world = a_world_with("draft")
    world.gp.fail_next("update_sales_order", "lost reply")
    world.attempt(ORDER)

    world.pass_time(HOUR)

    assert (world.row(ORDER).status, len(world.gp.updates)) == (Status.DONE, 1)
    assert world.gp.orders[NUMBER].tracking == ("1Z999",)


def test_an_update_that_was_lost_is_written_again_once_after_the_settle_time() -> None:
    world = a_world_with("draft")
    world.gp.fail_next("update_sales_order", "not executed")
    world.attempt(ORDER)

    world.pass_time(10 * MINUTE)
    before_settled = world.calls.count("gp.update_sales_order")
    world.pass_time(2 * MINUTE)

    assert (before_settled, world.calls.count("gp.update_sales_order"), len(world.gp.updates)) == (1, 2, 1)
    assert (world.gp.orders[NUMBER].holds, world.row(ORDER).status) == (frozenset(), Status.DONE)


def test_a_document_transferred_while_its_update_was_lost_is_a_review() -> None:
    world = a_world_with("draft")
    world.gp.fail_next("update_sales_order", "not executed")
    world.attempt(ORDER)
    world.gp.move_to_history(NUMBER)

    world.pass_time(HOUR)

    assert world.row(ORDER).status is Status.REVIEW
