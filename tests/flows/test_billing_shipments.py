"""Shipments recorded by invoices: each is billed once, together they come to the order's total, the order follows."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from bridge.domain.order import Order
from bridge.domain.outcome import Done, Unchanged, Waiting
from bridge.domain.sales_document import SalesInvoice, SalesLine
from bridge.domain.terms import ShipmentRecord
from bridge.protocols.ledger import Status

from local.memory.world import HOLD, TERMS, World
from tests.drafts import BLUE, RED, a_world_of, both_shipped, drafted, goods, half_shipped, then, two_parcels
from tests.orders import (
    CUSTOMER,
    NUMBER,
    ORDER,
    PLAIN_ITEMS,
    SHIPPED_AT,
    a_world,
    an_order,
    line,
    parcel,
    shipped,
    shipped_parcel,
    unshipped,
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


def test_a_shipment_becomes_one_unposted_invoice_that_bills_our_order() -> None:
    world = shown(billing(), shipped())

    bill = world.gp.invoices["SBI301"]
    assert dataclasses.replace(bill, ship_to=world.gp.orders[NUMBER].ship_to) == SalesInvoice(
        number="SBI301",
        customer=CUSTOMER,
        customer_po="#1042",
        date=dt.date(2026, 11, 18),
        document_type="STDINV",
        batch="SBR261117-01",
        currency="USD",
        lines=(
            SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("10.00"), fulfilled=Decimal(2)),
            SalesLine(32768, "BLUE-100", "CHICAGO", Decimal(1), Decimal("5.50"), fulfilled=Decimal(1)),
        ),
        ship_to=world.gp.orders[NUMBER].ship_to,
        freight=Decimal("4.50"),
        tracking=("1Z999",),
        shipped_on=dt.date(2026, 11, 18),
        order=NUMBER,
    )
    assert bill.ship_to.line1 == "214 Example Ave"
    assert bill.total == Decimal("30.00")


def test_an_order_that_is_billed_in_whole_is_voided_and_rests() -> None:
    world = shown(billing(), shipped())

    assert world.gp.orders[NUMBER].is_voided
    assert (world.row(ORDER).status, world.row(ORDER).due_at) == (Status.DONE, None)


def test_the_order_itself_stays_a_held_draft_without_tracking_while_a_part_is_billed() -> None:
    world = shown(billing(two_parcels()), half_shipped())

    held = world.gp.orders[NUMBER]
    assert (held.holds, held.batch, held.tracking, held.shipped_on) == (
        frozenset({HOLD}),
        "SBD261117-01",
        (),
        None,
    )
    assert goods(held) == ["16384 RED-100 CHICAGO 2-2 (0)", "32768 BLUE-100 CHICAGO 1-0 (0)"]
    assert held.total == Decimal("5.50"), "the blue one; the freight went with the first invoice"


def test_two_shipments_become_two_invoices_with_the_header_amounts_on_the_first() -> None:
    world = shown(shown(billing(two_parcels()), half_shipped()), both_shipped(NEXT_DAY))

    first, second = (world.gp.invoices[number] for number in ("SBI301", "SBI302"))
    assert (first.freight, first.total, first.tracking) == (Decimal("4.50"), Decimal("24.50"), ("1Z-A",))
    assert (second.freight, second.total, second.tracking) == (Decimal(0), Decimal("5.50"), ("1Z-B",))
    assert (first.date, second.date) == (dt.date(2026, 11, 18), dt.date(2026, 11, 19))
    assert world.gp.orders[NUMBER].is_voided


def test_a_shipment_that_leaves_before_the_one_with_the_lower_number_keeps_the_header_amounts() -> None:
    later_first = an_order(parcel(301, RED), shipped_parcel(302, BLUE))
    world = shown(shown(billing(two_parcels()), later_first), both_shipped(NEXT_DAY))

    assert [world.gp.invoices[number].freight for number in ("SBI301", "SBI302")] == [Decimal(0), Decimal("4.50")]


def test_a_discount_that_is_more_than_the_first_invoice_comes_to_goes_on_to_the_next() -> None:
    first = an_order(parcel(301, RED), shipped_parcel(302, BLUE), total="15.50")
    world = shown(billing(dataclasses.replace(two_parcels(), total=Decimal("15.50"))), first)

    then(world, dataclasses.replace(both_shipped(NEXT_DAY), total=Decimal("15.50")))

    bills = [world.gp.invoices[number] for number in ("SBI302", "SBI301")]
    assert [bill.trade_discount for bill in bills] == [Decimal("5.50"), Decimal("4.50")]
    assert sum(bill.total for bill in bills) == Decimal("15.50")


def test_a_cent_of_rounding_is_on_the_invoice_where_it_arises() -> None:
    """Three at 0.335 are 0.34, 0.67 and 1.01 in all; billed one by one GP would make 0.34 of each, which is 1.02."""
    lines = (line("WIDGET-RED", 3, "0.335"),)
    one = ("WIDGET-RED", 1)
    world = billing(an_order(*(parcel(number, one) for number in (301, 302, 303)), lines=lines, total="1.01"))

    then(world, an_order(*(shipped_parcel(number, one) for number in (301, 302, 303)), lines=lines, total="1.01"))

    bills = [world.gp.invoices[f"SBI{number}"] for number in (301, 302, 303)]
    assert [bill.total for bill in bills] == [Decimal("0.34"), Decimal("0.33"), Decimal("0.34")]
    assert [bill.trade_discount for bill in bills] == [0, Decimal("0.01"), 0]


def test_an_order_first_seen_after_it_shipped_is_drafted_and_billed_at_once() -> None:
    world = billing(both_shipped(NEXT_DAY))

    assert set(world.gp.invoices) == {"SBI301", "SBI302"}
    assert world.gp.orders[NUMBER].is_voided


def test_what_is_billed_already_costs_gp_no_call() -> None:
    world = shown(billing(), shipped())
    before = len(world.calls.of("gp"))

    assert isinstance(world.attempt(ORDER, "replay"), Done | Unchanged)

    assert len(world.calls.of("gp")) == before


def test_a_plain_order_that_is_billed_costs_a_create_an_invoice_a_get_and_a_void() -> None:
    world = shown(billing(), shipped())

    requests = [call for call in world.calls.of("gp") if call != "login"]
    assert requests == ["create_sales_order", "create_sales_invoice", "sales_order", "void_sales_order"]


def test_an_order_ends_in_the_mode_it_began_in() -> None:
    world = billing()
    world.terms = TERMS

    then(world, shipped())

    assert set(world.gp.invoices) == {"SBI301"}

    world = a_world()
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.terms = a_world_of(shipments=ShipmentRecord.INVOICE).terms

    then(world, shipped())

    assert (world.gp.invoices, world.gp.orders[NUMBER].tracking) == ({}, ("1Z999",))


def test_an_invoice_keeps_the_number_it_was_given_though_the_prefix_changed_since() -> None:
    world = billing()
    world.gp.fail_next("create_sales_invoice", "lost reply")
    world.shipbob.put(shipped())
    world.attempt(ORDER)
    world.terms = dataclasses.replace(world.terms, number_prefix="XX")

    world.pass_time(DAY)

    assert set(world.gp.invoices) == {"SBI301"}
    assert world.row(ORDER).status is Status.DONE


def test_an_invoice_goes_to_the_batch_of_the_day_it_is_written_in() -> None:
    world = shown(billing(two_parcels()), half_shipped())
    world.clock.advance(DAY)

    then(world, both_shipped(NEXT_DAY))

    assert [world.gp.invoices[number].batch for number in ("SBI301", "SBI302")] == ["SBR261117-01", "SBR261118-01"]


def test_a_shipment_whose_day_is_not_told_waits_for_it() -> None:
    world = billing()
    world.shipbob.put(an_order(shipped_parcel(301, *PLAIN_ITEMS, shipped_at=None)))

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, Waiting)
    assert outcome.why == "ShipBob does not tell yet on which day shipment 301 left"
    assert world.gp.invoices == {}
