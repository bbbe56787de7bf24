"""Orders that were open at the cut-over and that a person had keyed in GP by then."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from bridge.console import adopting
from bridge.domain.document import DocumentId
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import Done, NeedsReview, RowMoved
from bridge.domain.sales_document import SalesOrder
from bridge.domain.store_amounts import StoreAmounts
from bridge.domain.terms import AmountSource
from bridge.flows.adopting import ADOPTED

from local.memory.world import TERMS, World
from tests.orders import (
    CUSTOMER,
    HOUR,
    MINUTE,
    NUMBER,
    ORDER,
    ORDER_ID,
    a_world,
    shipped,
    texts,
    unshipped,
)

KEYED = "STDORD2234"
WHY = "keyed on the last day by hand"
LATER = dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC)  # the plain order was bought nine hours before


def at_cut_over() -> World:
    """The plain order was open when the bridge came."""
    world = a_world()
    world.terms = dataclasses.replace(TERMS, cut_over=LATER)
    world.shipbob.put(unshipped())
    return world


def keyed(world: World, **changes: object) -> SalesOrder:
    """What a person would have keyed for the plain order, which has nothing of ours."""
    beside = a_world()
    beside.shipbob.put(unshipped())
    beside.attempt(ORDER)
    by_hand: dict[str, object] = {"number": KEYED, "batch": "MONDAY", "holds": frozenset(), **changes}
    made = dataclasses.replace(beside.gp.orders[NUMBER], **by_hand)  # type: ignore[arg-type]
    world.gp.put(made)
    return made


def looked(world: World) -> int:
    return world.calls.count("gp.sales_documents")


# ---- Seen


def test_an_order_that_was_keyed_by_hand_before_the_cut_over_is_not_created_again() -> None:
    world = at_cut_over()
    keyed(world)

    outcome = world.attempt(ORDER)

    assert texts(outcome) == [
        f"#1042 of {CUSTOMER} looks as if it was keyed by hand before the cut-over: "
        f"Order {KEYED} over 30.00 in batch MONDAY"
    ]
    assert isinstance(outcome, NeedsReview)
    assert f"gp-shipbob adopt order/250000001 {KEYED} --why" in outcome.reasons[0].fix
    assert set(world.gp.orders) == {KEYED}


@pytest.mark.parametrize("changes", [{"customer": "OTHER"}, {"customer_po": "#1043"}])
def test_a_document_of_another_customer_or_another_number_is_another_order(changes: dict[str, object]) -> None:
    world = at_cut_over()
    keyed(world, **changes)

    assert isinstance(world.attempt(ORDER), Done)

    assert set(world.gp.orders) == {KEYED, NUMBER}


def test_an_order_bought_after_the_cut_over_costs_no_such_look() -> None:
    world = a_world()
    keyed(world)
    world.shipbob.put(unshipped())

    assert isinstance(world.attempt(ORDER), Done)

    assert looked(world) == 0


def test_an_order_without_a_number_of_its_own_is_looked_for_by_nothing() -> None:
    world = at_cut_over()
    world.shipbob.put(dataclasses.replace(unshipped(), number="", reference=""))

    assert isinstance(world.attempt(ORDER), Done)

    assert looked(world) == 0


def test_it_is_looked_for_once_and_before_the_first_create_only() -> None:
    world = at_cut_over()
    world.attempt(ORDER)
    world.shipbob.put(shipped())

    world.attempt(ORDER)

    assert (looked(world), world.gp.created[NUMBER]) == (1, 1)


def test_our_own_document_from_a_create_without_an_answer_is_no_stranger() -> None:
    world = at_cut_over()
    world.gp.fail_next("create_sales_order", "lost reply")
    world.attempt(ORDER)

    world.pass_time(30 * MINUTE)

    assert (looked(world), set(world.gp.orders), world.row(ORDER).reasons) == (1, {NUMBER}, ())


def test_a_create_that_never_arrived_is_sent_again_without_another_look_for_strangers() -> None:
    world = at_cut_over()
    world.gp.fail_next("create_sales_order", "not executed")
    world.attempt(ORDER)

    world.pass_time(2 * HOUR)

    assert (looked(world), world.gp.created[NUMBER], set(world.gp.orders)) == (1, 1, {NUMBER})


def test_what_stands_under_our_own_number_was_not_keyed_by_hand() -> None:
    world = at_cut_over()
    keyed(world, number=NUMBER)

    world.attempt(ORDER)

    assert not any("keyed by hand" in reason.text for reason in world.row(ORDER).reasons)


# ---- Adopted


def adopt(world: World, number: str = KEYED) -> None:
    world.clock.advance(MINUTE)
    adopting.adopt(world, ORDER, number, "a clerk", WHY)
    world.deliver()


def test_an_adopted_order_gets_what_ships_from_now_on_and_no_second_one_is_made() -> None:
    world = at_cut_over()
    keyed(world)
    world.attempt(ORDER)
    adopt(world)
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(ORDER), Done)

    held = world.gp.orders[KEYED]
    assert (held.tracking, held.batch, held.shipped_on) == (("1Z999",), "SBR261117-01", dt.date(2026, 11, 18))
    assert (set(world.gp.orders), world.row(ORDER).number) == ({KEYED}, KEYED)
    assert world.state.find(KEYED) == [ORDER]


def test_an_adopted_order_that_a_person_deletes_before_it_is_looked_at_is_told_as_gone() -> None:
    world = at_cut_over()
    keyed(world)
    world.attempt(ORDER)
    adopting.adopt(world, ORDER, KEYED, "a clerk", WHY)
    world.gp.remove(KEYED)
    world.shipbob.put(shipped())

    world.deliver()

    assert [reason.text for reason in world.row(ORDER).reasons] == [
        f"{KEYED} is no longer among GP's sales orders: it was transferred without history, or deleted"
    ]
    assert world.gp.orders == {}


def test_what_an_adopted_order_says_otherwise_than_shipbob_is_a_review() -> None:
    world = at_cut_over()
    made = keyed(world)
    world.attempt(ORDER)
    world.gp.put(dataclasses.replace(made, customer="OTHER", freight=Decimal("9.00")))

    adopt(world)

    told = [reason.text for reason in world.row(ORDER).reasons]
    assert any("customer in GP: OTHER" in text for text in told), told


def test_an_adopted_order_is_compared_with_the_shops_own_amounts_where_these_are_asked_for() -> None:
    world = at_cut_over()
    orders = dataclasses.replace(TERMS.orders, amounts=AmountSource.STORE_ORDER)
    world.terms = dataclasses.replace(world.terms, orders=orders)
    shop = StoreAmounts(tax=Decimal("1.50"), freight=Decimal("6.00"), discount=Decimal("3.00"))
    world.shipbob.put_store_order(ORDER_ID, shop)
    keyed(world, freight=shop.freight, tax=shop.tax, trade_discount=shop.discount)
    world.attempt(ORDER)

    adopt(world)
    world.shipbob.put_store_order(ORDER_ID, None)
    world.clock.advance(MINUTE)
    world.shipbob.put(shipped())

    assert isinstance(world.attempt(ORDER), Done)
    assert (world.gp.orders[KEYED].tax, world.gp.orders[KEYED].tracking) == (Decimal("1.50"), ("1Z999",))


def test_who_adopted_it_and_why_is_in_the_trail() -> None:
    world = at_cut_over()
    keyed(world)
    world.attempt(ORDER)

    adopt(world)

    (entry,) = [each for each in world.audit.entries(ORDER) if each.what == ADOPTED]
    assert (entry.by, entry.facts) == ("a clerk", {"number": KEYED, "why": WHY})


@pytest.mark.parametrize("word", ["none", "NONE"])
def test_on_a_persons_word_that_it_is_none_of_them_the_order_is_created(word: str) -> None:
    world = at_cut_over()
    keyed(world)
    world.attempt(ORDER)

    adopt(world, word)

    assert set(world.gp.orders) == {KEYED, NUMBER}


@pytest.mark.parametrize(
    ("number", "change", "why_not"),
    [
        ("STDORD9", {}, "GP has no sales order STDORD9"),
        (KEYED, {"is_voided": True, "state": TransactionState.HISTORY}, f"{KEYED} is voided in GP"),
    ],
)
def test_what_is_no_living_order_cannot_be_adopted(number: str, change: dict[str, object], why_not: str) -> None:
    world = at_cut_over()
    keyed(world, **change)

    with pytest.raises(ValueError, match=why_not):
        adopt(world, number)

    assert world.row(ORDER).adopted == ""


def test_an_order_that_is_written_already_cannot_be_another() -> None:
    world = at_cut_over()
    world.attempt(ORDER)
    keyed(world)

    with pytest.raises(ValueError, match=f"written in GP already, as {NUMBER}"):
        adopt(world)


def test_an_order_that_is_being_written_cannot_be_another() -> None:
    world = at_cut_over()
    world.gp.fail_next("create_sales_order", "not executed")
    world.attempt(ORDER)
    keyed(world)

    with pytest.raises(ValueError, match="written in GP already"):
        adopt(world)


def test_a_return_was_never_keyed_as_an_order() -> None:
    with pytest.raises(ValueError, match="is no order"):
        adopting.adopt(at_cut_over(), DocumentId.parse("return/1"), KEYED, "a clerk", WHY)


def test_adopting_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        adopting.adopt(at_cut_over(), ORDER, KEYED, "a clerk", "  ")


def test_a_writer_who_was_faster_keeps_its_word() -> None:
    world = at_cut_over()
    keyed(world)
    world.state.fail_next(RowMoved("the writer saved it meanwhile"))

    with pytest.raises(RowMoved):
        adopt(world)

    assert world.row(ORDER).adopted == ""
