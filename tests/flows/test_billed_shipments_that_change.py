"""A shipment that was billed and changes since, at ShipBob or by a person in GP; and a closed period."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import TransactionState
from bridge.domain.order import Order, OrderStatus, ShipmentStatus
from bridge.domain.outcome import Done, Waiting
from bridge.domain.terms import ClosedPeriod, ShipmentRecord

from local.memory.world import World
from tests.drafts import BLUE, RED, drafted, goods, half_shipped, then, two_parcels
from tests.orders import (
    HOUR,
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    PLAIN_LINES,
    SHIPPED_AT,
    an_order,
    cancelled,
    line,
    parcel,
    shipped,
    shipped_parcel,
    texts,
)

DAY = dt.timedelta(days=1)
NEXT_DAY = SHIPPED_AT + DAY


def billing(order: Order | None = None, **orders: Any) -> World:
    """A world that bills shipments, with an order drafted in GP."""
    return drafted(order, shipments=ShipmentRecord.INVOICE, **orders)


def shown(world: World, order: Order) -> World:
    """The world after ShipBob showed that."""
    then(world, order)
    return world


def test_a_tracking_number_that_changes_is_replaced_on_an_invoice_in_work() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    changed = an_order(shipped_parcel(301, RED, tracking="1Z-NEW"), parcel(302, BLUE))

    then(world, changed)

    assert world.gp.invoices["SBI301"].tracking == ("1Z-NEW",)


def test_a_tracking_number_that_changes_after_the_invoice_was_posted_is_a_persons() -> None:
    world = shown(billing(), shipped())
    bill = world.gp.invoices["SBI301"]
    world.gp.put_invoice(dataclasses.replace(bill, state=TransactionState.HISTORY))
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, tracking="1Z-NEW"), status=OrderStatus.FULFILLED))

    assert texts(world.attempt(ORDER)) == ["SBI301 is posted, and its tracking number is now 1Z-NEW"]


def changed_in_the_air() -> World:
    """A bill whose new tracking number GP was sent, and never answered for nor wrote."""
    world = shown(billing(two_parcels()), half_shipped())
    world.gp.fail_next("update_sales_invoice", "not executed")
    world.shipbob.put(an_order(shipped_parcel(301, RED, tracking="1Z-NEW"), parcel(302, BLUE)))
    assert isinstance(world.attempt(ORDER), Waiting)
    return world


def test_a_tracking_number_in_the_air_is_a_persons_once_the_invoice_is_posted() -> None:
    world = changed_in_the_air()
    sent = len(world.gp.updates)
    bill = world.gp.invoices["SBI301"]
    world.gp.put_invoice(dataclasses.replace(bill, state=TransactionState.HISTORY))

    world.pass_time(HOUR)

    told = [reason.text for reason in world.row(ORDER).reasons]
    assert told == ["SBI301 is posted, and its tracking number is now 1Z-NEW"]
    assert (world.row(ORDER).intent, len(world.gp.updates)) == (None, sent)


def test_a_tracking_number_found_unwritten_is_written_though_gp_was_away_as_it_was_to_be_sent_again() -> None:
    world = changed_in_the_air()
    world.gp.fail_next("login", "down")

    world.pass_time(2 * HOUR)

    assert world.gp.invoices["SBI301"].tracking == ("1Z-NEW",)


def test_tracking_that_a_person_put_on_an_invoice_stays() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    bill = world.gp.invoices["SBI301"]
    world.gp.put_invoice(dataclasses.replace(bill, tracking=("1Z-A", "BY-HAND")))

    then(world, an_order(shipped_parcel(301, RED, tracking="1Z-NEW"), parcel(302, BLUE)))

    assert world.gp.invoices["SBI301"].tracking == ("1Z-A", "BY-HAND", "1Z-NEW")


def test_a_shipment_that_was_billed_and_is_not_shipped_after_all_is_a_persons() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    world.shipbob.put(two_parcels())

    assert texts(world.attempt(ORDER)) == ["SBI301 bills shipment 301, and ShipBob no longer shows that as shipped"]


def test_an_invoice_that_a_person_deleted_is_not_written_again() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    world.gp.remove_invoice("SBI301")
    world.shipbob.put(an_order(shipped_parcel(301, RED, tracking="1Z-NEW"), parcel(302, BLUE)))

    assert texts(world.attempt(ORDER)) == ["SBI301 is no longer among GP's sales invoices"]
    assert world.gp.created["SBI301"] == 1


def test_an_invoice_whose_lines_a_person_changed_is_a_review_once_shipbob_tells_something_new() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    bill = world.gp.invoices["SBI301"]
    world.gp.put_invoice(dataclasses.replace(bill, freight=Decimal("9.00")))
    world.shipbob.put(an_order(shipped_parcel(301, RED, tracking="1Z-NEW"), parcel(302, BLUE)))

    assert texts(world.attempt(ORDER)) == ["SBI301: The freight in GP: 9.00; from ShipBob: 4.50"]


def test_the_rest_of_an_order_that_was_cancelled_after_a_part_was_billed_ends_it() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    gone = parcel(302, BLUE, status=ShipmentStatus.CANCELLED)

    then(world, an_order(shipped_parcel(301, RED, tracking="1Z-A"), gone, status=OrderStatus.FULFILLED))

    assert set(world.gp.invoices) == {"SBI301"}
    assert world.gp.orders[NUMBER].is_voided


def test_an_order_that_is_cancelled_in_whole_after_a_part_was_billed_is_a_persons() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    world.shipbob.put(cancelled())

    assert texts(world.attempt(ORDER)) == [f"Cancelled in ShipBob after {NUMBER} was billed in part: SBI301"]


def test_a_billed_order_that_a_person_changed_is_theirs_to_void() -> None:
    world = billing()
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], batch="BYHAND"))
    world.shipbob.put(shipped())

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} is billed by SBI301, and was changed in GP since it was written"]
    assert world.gp.created["SBI301"] == 1


def test_a_billed_order_that_a_person_transferred_would_be_billed_twice_and_is_told() -> None:
    world = billing()
    world.gp.move_to_history(NUMBER)
    world.shipbob.put(shipped())

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} was transferred in GP, and its shipments are billed by SBI301"]


@pytest.mark.parametrize("how", ["voided", "deleted"])
def test_a_billed_order_that_a_person_ended_is_done(how: str) -> None:
    world = billing()
    world.gp.void(NUMBER)
    if how == "deleted":
        world.gp.remove(NUMBER)
    world.shipbob.put(shipped())

    assert world.attempt(ORDER) == Done(f"{NUMBER} is billed by SBI301")


def test_an_order_edited_after_a_part_was_billed_changes_in_what_is_still_to_leave() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    lines = (PLAIN_LINES[0], line("WIDGET-BLUE", 4, "5.50"))

    then(
        world,
        an_order(
            shipped_parcel(301, RED, tracking="1Z-A"), parcel(302, ("WIDGET-BLUE", 4)), lines=lines, total="46.50"
        ),
    )

    assert goods(world.gp.orders[NUMBER]) == ["16384 RED-100 CHICAGO 2-2 (0)", "32768 BLUE-100 CHICAGO 4-0 (0)"]


# ---- A closed period


def test_an_invoice_of_a_closed_period_is_dated_on_the_first_day_of_the_next() -> None:
    world = billing(closed_period=ClosedPeriod.NEXT_OPEN)
    world.clock.advance(20 * DAY)
    world.gp.close_period(dt.date(2026, 11, 30))

    then(world, shipped())

    bill = world.gp.invoices["SBI301"]
    assert (bill.date, bill.shipped_on) == (dt.date(2026, 12, 1), dt.date(2026, 11, 18))
    assert world.row(ORDER).dated == dt.date(2026, 12, 1)
