"""Lots and serial numbers reach the order in GP with the goods that left, though the draft was written long before."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import Lot, TransactionState
from bridge.domain.order import ShippedItem, ShippedPart
from bridge.domain.outcome import Done, NeedsReview
from bridge.domain.sales_document import SalesInvoice
from bridge.domain.terms import ShipmentRecord

from local.memory.world import World
from tests.drafts import a_world_of, then
from tests.lives import ALL_PICKED, ONE_PICKED, UNPICKED, in_lots_and_serials
from tests.orders import CUSTOMER, NUMBER, ORDER, parcel, shipped_parcel, texts

HAND = Lot("L-9", Decimal(2))


def drafted() -> World:
    world = in_lots_and_serials()
    then(world, UNPICKED)
    return world


def lots(document: Any) -> list[str]:
    return [f"{lot.quantity.normalize():f} of {lot.number}" for line in document.lines for lot in line.lots]


def serials(document: Any) -> list[str]:
    return [serial for line in document.lines for serial in line.serials]


def entered_by_hand(world: World, *held: Lot) -> None:
    """A person, or GP by itself, enters these on the red line."""
    red, blue = world.gp.orders[NUMBER].lines
    world.gp.put(dataclasses.replace(world.gp.orders[NUMBER], lines=(dataclasses.replace(red, lots=held), blue)))


def test_what_was_picked_comes_with_the_shipment() -> None:
    after = then(drafted(), ALL_PICKED)

    assert (lots(after), serials(after)) == (["2 of L-1"], ["S-1"])
    assert [line.fulfilled for line in after.lines] == [2, 1]


def test_each_shipment_brings_its_own() -> None:
    world = drafted()

    first = then(world, ONE_PICKED)
    both = then(world, ALL_PICKED)

    assert (lots(first), serials(first)) == (["1 of L-1"], [])
    assert (lots(both), serials(both)) == (["2 of L-1"], ["S-1"])
    assert len(world.gp.updates) == 2


def test_what_is_picked_and_still_here_waits_for_its_shipment() -> None:
    """The centre may pick again."""
    here = dataclasses.replace(parcel(302), items=ALL_PICKED.shipments[1].items)
    world = drafted()

    after = then(world, dataclasses.replace(UNPICKED, shipments=(UNPICKED.shipments[0], here)))

    assert (lots(after), serials(after), world.gp.updates) == ([], [], [])


def test_an_order_first_seen_with_picked_goods_still_here_is_drafted_without_lots() -> None:
    held = tuple(dataclasses.replace(parcel(each.id), items=each.items) for each in ALL_PICKED.shipments)
    after = then(in_lots_and_serials(), dataclasses.replace(UNPICKED, shipments=held))

    assert (lots(after), serials(after)) == ([], [])


def test_an_order_first_seen_after_it_shipped_has_them_too() -> None:
    world = in_lots_and_serials()

    after = then(world, ALL_PICKED)

    assert (lots(after), serials(after)) == (["2 of L-1"], ["S-1"])
    assert [len(update.lots) for update in world.gp.updates] == [1], "not before the quantity that left"


def test_lots_that_shipbob_names_after_the_shipment_are_entered_when_it_does() -> None:
    nameless = tuple(
        dataclasses.replace(each, items=tuple(dataclasses.replace(item, parts=()) for item in each.items))
        for each in ALL_PICKED.shipments
    )
    world = drafted()
    then(world, dataclasses.replace(ALL_PICKED, shipments=nameless))

    after = then(world, ALL_PICKED)

    assert (lots(after), serials(after)) == (["2 of L-1"], ["S-1"])
    assert world.gp.updates[-1].fulfilled == ()


def test_other_lots_in_gp_stay_and_are_a_review_that_names_both() -> None:
    world = drafted()
    entered_by_hand(world, HAND)
    world.shipbob.put(ALL_PICKED)

    outcome = world.attempt(ORDER)

    assert texts(outcome) == ["The lots of RED-100 in GP: 2 of L-9; from ShipBob: 2 of L-1"]
    assert isinstance(outcome, NeedsReview)
    assert "Enter on that line in GP what ShipBob picked" in outcome.reasons[0].fix
    assert (lots(world.gp.orders[NUMBER]), world.gp.updates) == (["2 of L-9"], [])


def test_a_person_who_entered_the_same_is_agreed_with() -> None:
    world = drafted()
    entered_by_hand(world, Lot("L-1", Decimal(2), dt.date(2027, 1, 31)))

    then(world, ALL_PICKED)

    assert [update.lots for update in world.gp.updates] == [()]


def test_lots_that_a_person_changed_after_the_shipment_stay() -> None:
    world = drafted()
    then(world, ALL_PICKED)
    entered_by_hand(world, HAND)

    after = then(world, dataclasses.replace(ALL_PICKED, total=Decimal(31)))

    assert (lots(after), after.total) == (["2 of L-9"], Decimal(31))


@pytest.mark.parametrize("how", ["lost reply", "not executed"])
def test_lots_whose_write_was_lost_are_settled_by_looking(how: str) -> None:
    world = drafted()
    then(world, ONE_PICKED)
    world.gp.fail_next("update_sales_order", how)
    world.shipbob.put(ALL_PICKED)
    world.attempt(ORDER)

    world.pass_time(world.settle_time * 3)

    after = world.gp.orders[NUMBER]
    assert (lots(after), serials(after)) == (["2 of L-1"], ["S-1"])
    assert len(world.gp.updates) == 2, "the write that was lost is not made twice"


def test_what_a_person_transferred_with_its_lots_does_not_get_them_again() -> None:
    world = drafted()
    then(world, ONE_PICKED)
    entered_by_hand(world)
    other = ShippedItem("WIDGET-RED", Decimal(1), (ShippedPart(Decimal(1), 9, "", "L-2"),))
    rest = dataclasses.replace(shipped_parcel(302), items=(other, ALL_PICKED.shipments[1].items[1]))

    after = then(world, dataclasses.replace(ALL_PICKED, shipments=(ALL_PICKED.shipments[0], rest)))

    assert (lots(after), serials(after)) == (["1 of L-2"], ["S-1"])


def test_with_invoices_the_lots_are_on_those_and_not_on_the_order() -> None:
    world = a_world_of(shipments=ShipmentRecord.INVOICE)
    world.state.mapped = in_lots_and_serials().state.mapped
    then(world, UNPICKED)

    order = then(world, ALL_PICKED)

    bills = world.gp.invoices.values()
    assert (lots(order), [lots(bill) for bill in bills]) == ([], [["1 of L-1"], ["1 of L-1"]])


# ---- A person moved the order on


def transferred(*, picked: bool = False, **changes: Any) -> World:
    """A person transferred the draft; `picked`: with other lots entered."""
    world = drafted()
    if picked:
        entered_by_hand(world, HAND)
    draft = world.gp.orders[NUMBER]
    world.gp.remove(NUMBER)
    bill = SalesInvoice("STDINV1", CUSTOMER, "#1042", draft.date, "STDINV", "INVOICES", draft.lines, order=NUMBER)
    world.gp.put_invoice(dataclasses.replace(bill, **changes))
    world.shipbob.put(ALL_PICKED)
    return world


def test_lots_go_onto_the_invoice_that_the_order_became() -> None:
    world = transferred(tracking=("1Z999",), shipped_on=dt.date(2026, 11, 18))

    outcome = world.attempt(ORDER)

    assert outcome == Done(f"{NUMBER}, transferred in GP to STDINV1: what was picked is on the invoice")
    bill = world.gp.invoices["STDINV1"]
    assert (lots(bill), serials(bill)) == (["2 of L-1"], ["S-1"])


def test_lots_whose_write_onto_the_invoice_was_lost_are_written_once() -> None:
    for how in ("lost reply", "not executed"):
        world = transferred(tracking=("1Z999",), shipped_on=dt.date(2026, 11, 18))
        world.gp.fail_next("update_sales_invoice", how)
        world.attempt(ORDER)

        world.pass_time(world.settle_time * 3)

        bill = world.gp.invoices["STDINV1"]
        assert (lots(bill), serials(bill), len(world.gp.updates)) == (["2 of L-1"], ["S-1"], 1), how


@pytest.mark.parametrize(
    ("state", "fix"),
    [
        (TransactionState.WORK, "Enter on that line in GP what ShipBob picked"),
        (TransactionState.HISTORY, "move the difference between the lots by an inventory adjustment"),
    ],
)
def test_an_invoice_in_other_lots_is_a_review(state: TransactionState, fix: str) -> None:
    outcome = transferred(picked=True, state=state).attempt(ORDER)

    assert texts(outcome) == ["The lots of RED-100 in GP: 2 of L-9; from ShipBob: 2 of L-1"]
    assert isinstance(outcome, NeedsReview)
    assert fix in outcome.reasons[0].fix


def test_what_a_posted_invoice_lacks_is_named() -> None:
    world = transferred(state=TransactionState.HISTORY, tracking=("1Z999",), shipped_on=dt.date(2026, 11, 18))

    assert texts(world.attempt(ORDER)) == [
        f"{NUMBER}, transferred in GP to STDINV1, which is posted, lacks ship date 2026-11-18, 2 of L-1, 1 of S-1"
    ]


def test_what_several_invoices_should_have_is_named() -> None:
    world = transferred()
    world.gp.put_invoice(dataclasses.replace(world.gp.invoices["STDINV1"], number="STDINV2"))

    outcome = world.attempt(ORDER)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.endswith(": tracking 1Z999, ship date 2026-11-18, 2 of L-1, 1 of S-1")
