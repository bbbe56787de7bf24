"""A person transferred the order: what can still be written is, and the rest is told with what to do."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from bridge.console import actions
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import Done, NeedsReview
from bridge.domain.sales_document import SalesInvoice, SalesUpdate
from bridge.domain.terms import ClosedPeriod, OrderTerms
from bridge.protocols.ledger import Status

from local.memory.world import HOLD, TERMS, World
from tests.orders import CUSTOMER, NUMBER, ORDER, a_world, a_world_with, shipped, texts, unshipped

BILL = "STDINV0042"


def transferred(world: World, *, keeps_history: bool = True, **changes: object) -> None:
    """A person transfers the whole order to an invoice."""
    draft = world.gp.orders[NUMBER]
    world.gp.put(dataclasses.replace(draft, master_number=7))
    world.gp.move_to_history(NUMBER)
    if not keeps_history:
        world.gp.remove(NUMBER)
    invoice = SalesInvoice(
        number=BILL,
        customer=CUSTOMER,
        customer_po="#1042",
        date=dt.date(2026, 11, 18),
        document_type="STDINV",
        batch="INVOICES",
        lines=draft.lines,
        master_number=7,
        order=NUMBER,
    )
    world.gp.put_invoice(dataclasses.replace(invoice, **changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("keeps_history", [True, False])
def test_tracking_goes_onto_the_invoice_that_the_order_became(keeps_history: bool) -> None:  # noqa: FBT001
    world = a_world_with("draft")
    transferred(world, keeps_history=keeps_history)

    assert world.attempt(ORDER) == Done(f"{NUMBER}, transferred in GP to {BILL}: tracking is on the invoice")

    bill = world.gp.invoices[BILL]
    assert (bill.tracking, bill.shipped_on, bill.batch) == (("1Z999",), dt.date(2026, 11, 18), "INVOICES")
    assert world.gp.updates == [SalesUpdate(shipped_on=dt.date(2026, 11, 18), added_tracking=("1Z999",))]


def test_a_lost_write_onto_the_invoice_is_settled_by_looking_at_it() -> None:
    for how in ("lost reply", "not executed"):
        world = a_world_with("draft")
        transferred(world)
        world.gp.fail_next("update_sales_invoice", how)
        world.attempt(ORDER)

        world.pass_time(world.settle_time * 3)

        assert world.gp.invoices[BILL].tracking == ("1Z999",), how
        assert len(world.gp.updates) == 1
        assert world.row(ORDER).status is Status.DONE


def test_an_invoice_that_has_it_all_is_left_alone() -> None:
    world = a_world_with("draft")
    transferred(world, tracking=("1Z999",), shipped_on=dt.date(2026, 11, 18))

    assert isinstance(world.attempt(ORDER), Done)
    assert world.gp.updates == []


def test_a_posted_invoice_that_lacks_tracking_is_a_review_that_names_both() -> None:
    world = a_world_with("draft")
    transferred(world, state=TransactionState.HISTORY)

    assert texts(world.attempt(ORDER)) == [
        f"{NUMBER}, transferred in GP to {BILL}, which is posted, lacks tracking 1Z999, ship date 2026-11-18"
    ]


def test_an_invoice_that_a_person_voided_is_a_review() -> None:
    world = a_world_with("draft")
    transferred(world, is_voided=True)

    assert texts(world.attempt(ORDER)) == [f"{NUMBER}, transferred in GP to {BILL}, was voided there"]


def test_an_invoice_that_bills_something_else_is_a_review_that_names_both() -> None:
    world = a_world_with("draft")
    red, _ = world.gp.orders[NUMBER].lines
    transferred(world, lines=(dataclasses.replace(red, quantity=Decimal(3)),))

    assert texts(world.attempt(ORDER)) == [
        f"{NUMBER}, transferred in GP to {BILL}: it bills 3 × RED-100, and ShipBob has 1 × BLUE-100, 2 × RED-100"
    ]
    assert world.gp.updates == []


def test_an_order_transferred_to_several_invoices_is_a_review_that_names_them() -> None:
    world = a_world_with("draft")
    transferred(world)
    world.gp.put_invoice(dataclasses.replace(world.gp.invoices[BILL], number="STDINV0043"))

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [f"{NUMBER} was transferred in GP to several invoices: {BILL}, STDINV0043"]
    assert isinstance(outcome, NeedsReview)
    assert "tracking 1Z999, ship date 2026-11-18" in outcome.reasons[0].fix


def test_another_orders_invoice_with_the_same_po_is_not_taken_for_it() -> None:
    world = a_world_with("draft")
    transferred(world, master_number=8)

    assert texts(world.attempt(ORDER)) == [f"{NUMBER} has left Work in GP: it was transferred or posted"]


@pytest.mark.parametrize(("came_of", "told"), [("", "no order that GP names"), ("SBO250000002", "SBO250000002")])
def test_where_gp_keeps_no_history_an_invoice_that_does_not_name_the_order_gets_nothing(
    came_of: str, told: str
) -> None:
    """A person keyed it, or it is another channel's order, with the same PO and even the same goods."""
    world = a_world_with("draft")
    transferred(world, keeps_history=False, order=came_of)

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [
        f"{NUMBER} is no longer among GP's sales orders: it was transferred without history, or deleted. "
        f"Its PO #1042 is on other invoices: {BILL} came of {told}"
    ]
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix == (
        f"Find out what {NUMBER} became, and write onto that: tracking 1Z999, ship date 2026-11-18"
    )
    assert world.gp.updates == []


def test_beside_another_invoice_of_the_same_po_the_one_that_names_the_order_is_followed() -> None:
    world = a_world_with("draft")
    transferred(world, keeps_history=False)
    world.gp.put_invoice(dataclasses.replace(world.gp.invoices[BILL], number="STDINV0041", order=""))

    assert isinstance(world.attempt(ORDER), Done)

    assert (world.gp.invoices[BILL].tracking, world.gp.invoices["STDINV0041"].tracking) == (("1Z999",), ())


def test_a_transferred_order_without_a_master_number_is_followed_where_the_invoice_names_it() -> None:
    for came_of, tracking in ((NUMBER, ("1Z999",)), ("", ())):
        world = a_world_with("draft")
        transferred(world, order=came_of)
        world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], master_number=None))

        world.attempt(ORDER)

        assert world.gp.invoices[BILL].tracking == tracking, came_of


def test_every_invoice_that_a_person_is_told_of_leads_to_the_order() -> None:
    world = a_world_with("draft")
    transferred(world)
    world.gp.put_invoice(dataclasses.replace(world.gp.invoices[BILL], number="STDINV0043"))

    world.attempt(ORDER)

    assert [list(actions.find(world, number)) for number in (BILL, "STDINV0043")] == [[ORDER], [ORDER]]


# ---- A closed period


def closed(orders: OrderTerms, *, until: dt.date, today: dt.datetime | None = None) -> World:
    world = a_world()
    world.terms = dataclasses.replace(TERMS, orders=orders)
    if today:
        world.clock.advance_to(today)
    world.gp.close_period(until)
    world.shipbob.put(unshipped())
    return world


NEXT_OPEN = OrderTerms("STDORD", draft_hold=HOLD, closed_period=ClosedPeriod.NEXT_OPEN)


def test_an_order_of_a_closed_period_is_dated_on_the_first_day_of_the_next_open_one_and_stays_there() -> None:
    january = dt.datetime(2027, 1, 20, 15, tzinfo=dt.UTC)
    world = closed(NEXT_OPEN, until=dt.date(2026, 12, 31), today=january)

    assert isinstance(world.attempt(ORDER), Done)
    world.shipbob.put(shipped())
    assert isinstance(world.attempt(ORDER), Done)

    assert (world.gp.orders[NUMBER].date, world.gp.created) == (dt.date(2027, 1, 1), {NUMBER: 1})
    assert world.trail(ORDER).count("dated anew") == 2


def test_an_order_is_never_dated_after_today() -> None:
    world = closed(NEXT_OPEN, until=dt.date(2026, 11, 30))

    assert isinstance(world.attempt(ORDER), NeedsReview)
    assert world.gp.orders == {}


def test_a_closed_period_is_a_review_where_the_company_wants_that() -> None:
    january = dt.datetime(2027, 1, 20, 15, tzinfo=dt.UTC)
    world = closed(OrderTerms("STDORD", draft_hold=HOLD), until=dt.date(2026, 12, 31), today=january)

    assert isinstance(world.attempt(ORDER), NeedsReview)
    assert (world.gp.orders, world.row(ORDER).dated) == ({}, None)


def test_a_shortage_that_gp_refuses_is_a_review_and_nothing_is_written() -> None:
    world = a_world()
    world.gp.fail_next("create_sales_order", "refused: shortage")
    world.shipbob.put(unshipped())

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert "shortage" in outcome.reasons[0].text
    assert "QuantityShortage" in outcome.reasons[0].fix or "quantity" in outcome.reasons[0].fix.lower()
    assert (world.gp.orders, world.row(ORDER).intent) == ({}, None)
