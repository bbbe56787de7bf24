"""What a person did to the document in GP is never knowingly overwritten, and never a bug."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

from bridge.domain.outcome import Done
from bridge.domain.sales_document import SalesUpdate
from bridge.domain.terms import OrderTerms
from bridge.protocols.ledger import Status

from local.memory.world import HOLD
from tests.orders import (
    DAY,
    HOUR,
    MINUTE,
    NUMBER,
    ORDER,
    a_world,
    a_world_with,
    an_order,
    cancelled,
    parcel,
    shipped,
    texts,
    unshipped,
)

# ---- A person worked on the document in GP


def test_an_order_that_a_person_transferred_is_a_review_at_shipment() -> None:
    world = a_world_with("draft")
    world.gp.move_to_history(NUMBER)

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} has left Work in GP: it was transferred or posted"]

    assert world.gp.updates == []


def test_an_order_that_a_person_voided_is_a_review_at_shipment() -> None:
    world = a_world_with("draft")
    world.gp.void(NUMBER)

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} was voided in GP"]

    assert world.gp.updates == []


def test_a_line_that_a_person_changed_is_a_review_at_shipment_and_is_not_overwritten() -> None:
    world = a_world_with("draft")
    draft = world.gp.orders[NUMBER]
    red, blue = draft.lines
    world.gp.put(dataclasses.replace(draft, lines=(dataclasses.replace(red, quantity=Decimal(7)), blue)))

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [
        "The lines in GP: 7 × RED-100 at CHICAGO for 10.00; 1 × BLUE-100 at CHICAGO for 5.50;"
        " from ShipBob: 2 × RED-100 at CHICAGO for 10.00; 1 × BLUE-100 at CHICAGO for 5.50"
    ]
    assert world.gp.updates == []


def test_a_hold_that_a_person_set_stays_when_ours_is_lifted() -> None:
    world = a_world_with("draft")
    draft = world.gp.orders[NUMBER]
    world.gp.put(dataclasses.replace(draft, holds=draft.holds | {"CREDIT"}))

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].holds == {"CREDIT"}


def test_tracking_that_a_person_added_stays() -> None:
    world = a_world_with("draft")
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], tracking=("BY-HAND",)))

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].tracking == ("BY-HAND", "1Z999")


def test_shipment_details_that_a_person_entered_already_are_not_written_again() -> None:
    world = a_world_with("draft")
    other = a_world_with("draft")
    other.attempt(ORDER)
    world.gp.put(other.gp.orders[NUMBER])

    assert isinstance(world.attempt(ORDER), Done)

    assert world.gp.updates == []


def test_lines_that_a_person_entered_again_under_other_line_numbers_are_no_bug() -> None:
    world = a_world_with("draft")
    draft = world.gp.orders[NUMBER]
    moved = tuple(dataclasses.replace(line, sequence=line.sequence + 16384) for line in draft.lines)
    world.gp.put(dataclasses.replace(draft, lines=moved))

    world.attempt(ORDER)

    assert world.row(ORDER).status in {Status.DONE, Status.REVIEW}


def test_a_document_voided_while_its_create_was_unknown_is_not_called_done() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.gp.void(NUMBER)

    world.pass_time(MINUTE)

    assert [reason.text for reason in world.row(ORDER).reasons] == [f"{NUMBER} was voided in GP"]


def test_an_address_changed_after_the_draft_reaches_gp() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    order = unshipped()
    moved = dataclasses.replace(order, recipient=dataclasses.replace(order.recipient, address1="9 Other Road"))
    world.shipbob.put(moved)

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].ship_to.line1 == "9 Other Road"
    assert world.gp.updates == [SalesUpdate(ship_to=world.gp.orders[NUMBER].ship_to)]


def test_a_batch_that_a_person_moved_a_draft_to_is_kept_while_a_part_ships() -> None:
    world = a_world()
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 2)), parcel(302, ("WIDGET-BLUE", 1))))
    world.attempt(ORDER)
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], batch="BYHAND"))
    part = dataclasses.replace(shipped().shipments[0], items=parcel(301, ("WIDGET-RED", 2)).items)
    world.shipbob.put(an_order(part, parcel(302, ("WIDGET-BLUE", 1))))

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].batch == "BYHAND"


def test_the_draft_hold_is_lifted_though_its_setting_changed_since() -> None:
    world = a_world_with("draft")
    world.terms = dataclasses.replace(world.terms, orders=OrderTerms("STDORD", draft_hold="NEWHOLD"))

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].holds == frozenset() or world.row(ORDER).status is Status.REVIEW


def test_a_draft_keeps_the_hold_it_was_written_with_though_the_setting_changed_since() -> None:
    """Lifted before its goods have left, an order could be transferred and posted."""
    world = a_world_with("unshipped")
    world.attempt(ORDER)
    world.terms = dataclasses.replace(world.terms, orders=OrderTerms("STDORD", draft_hold="NEWHOLD"))
    world.clock.advance(MINUTE)

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].holds == {HOLD}


def test_a_document_keeps_the_number_it_was_given_though_the_prefix_changed_since() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)
    world.terms = dataclasses.replace(world.terms, number_prefix="XX")

    world.pass_time(DAY)
    world.shipbob.put(shipped())
    world.attempt(ORDER)

    assert set(world.gp.orders) == {NUMBER}
    assert world.gp.orders[NUMBER].batch == "XXR261118-01"


def test_an_order_that_shipbob_calls_unshipped_again_does_not_stay_free_to_be_posted_unseen() -> None:
    world = a_world_with("draft")
    world.attempt(ORDER)
    world.shipbob.put(unshipped())

    world.attempt(ORDER)

    assert world.gp.orders[NUMBER].holds == {HOLD} or world.row(ORDER).status is Status.REVIEW


def test_a_cancelled_order_that_a_person_has_voided_in_gp_leaves_the_reviews() -> None:
    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.shipbob.put(cancelled())
    world.attempt(ORDER)
    world.gp.void(NUMBER)

    world.pass_time(2 * DAY)

    assert world.row(ORDER).status is Status.DONE


def test_an_order_made_ready_keeps_its_ready_batch_though_a_later_change_had_to_wait() -> None:
    world = a_world_with("draft")
    world.attempt(ORDER)
    order = shipped()
    retracked = tuple(dataclasses.replace(parcel, tracking_number="1Z-NEW") for parcel in order.shipments)
    world.shipbob.put(dataclasses.replace(order, shipments=retracked))
    world.gp.fail_all("down")
    world.attempt(ORDER)
    world.pass_time(3 * HOUR)
    world.gp.recover()

    world.pass_time(2 * HOUR)

    assert (world.gp.orders[NUMBER].batch, world.gp.orders[NUMBER].tracking) == ("SBR261117-01", ("1Z-NEW",))
