"""Lots and serial numbers that left with a line, by what was written, what stands in GP and what ShipBob picked."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import Lot
from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.sales_document import SalesInvoice, SalesLine, SalesUpdate
from bridge.mapping.changing import Change, is_applied, order_change
from bridge.mapping.picked import Picked, lacking, onto
from bridge.mapping.written import Written
from hypothesis import given
from hypothesis import strategies as st

from tests.mapping.test_changing import BLUE, HOLD, ORDER, RED, change

EXPIRES = dt.date(2027, 12, 31)


def of(**lots: int) -> SalesLine:
    """The red line with so many of each lot."""
    return replace(RED, lots=tuple(Lot(name, Decimal(quantity)) for name, quantity in lots.items()))


def told(found: Picked | Reason) -> dict[str, int]:
    assert isinstance(found, Picked), found
    return {lot.number: int(lot.quantity) for lot in found.lots}


@pytest.mark.parametrize(
    ("was", "held", "meant", "entered"),
    [
        ({}, {}, {"L1": 2}, {"L1": 2}),
        ({}, {"L1": 2}, {"L1": 2}, {}),
        ({}, {"L1": 1}, {"L1": 1, "L2": 1}, {"L2": 1}),
        ({"L1": 1}, {"L1": 1}, {"L1": 2}, {"L1": 2}),
        ({"L1": 1}, {"L1": 2}, {"L1": 2, "L2": 1}, {"L2": 1}),
        ({"L1": 2}, {}, {"L1": 2, "L2": 1}, {"L2": 1}),
        ({"L1": 2}, {}, {"L1": 3}, {"L1": 1}),
        ({"L1": 2}, {"L9": 2}, {"L1": 2}, {}),
        ({"L1": 2}, {"L1": 2}, {}, {}),
    ],
    ids=[
        "nothing there",
        "a person entered the same",
        "a person entered a part of it",
        "more of a lot that is there",
        "a person entered ahead",
        "what went on with a transferred part",
        "more of a lot that went on",
        "a person changed it, and ShipBob nothing",
        "the item is mapped without lots by now",
    ],
)
def test_what_is_entered_is_what_left_since_and_is_not_there(
    was: dict[str, int], held: dict[str, int], meant: dict[str, int], entered: dict[str, int]
) -> None:
    assert told(lacking(of(**held), of(**meant), of(**was))) == entered


@pytest.mark.parametrize(
    ("was", "held", "sentence"),
    [
        ({}, {"L9": 2}, "The lots of RED-100 in GP: 2 of L9; from ShipBob: 1 of L1, 1 of L2"),
        ({"L1": 1}, {"L1": 2}, "The lots of RED-100 in GP: 2 of L1; from ShipBob: 1 of L1, 1 of L2"),
        ({"L3": 1}, {"L3": 1}, "The lots of RED-100 in GP: 1 of L3; from ShipBob: 1 of L1, 1 of L2"),
    ],
    ids=["entered by hand", "more entered by hand", "ShipBob picked otherwise after all"],
)
def test_other_lots_in_gp_are_never_overwritten(was: dict[str, int], held: dict[str, int], sentence: str) -> None:
    found = lacking(of(**held), of(L1=1, L2=1), of(**was))

    assert isinstance(found, Reason)
    assert found.text == sentence


def test_a_lot_is_entered_with_its_day_and_a_serial_number_by_itself() -> None:
    lots = (Lot("L1", Decimal(2), EXPIRES),)

    assert lacking(RED, replace(RED, lots=lots), None) == Picked(lots)
    assert lacking(RED, replace(RED, serials=("S1", "S2")), replace(RED, serials=("S1",))) == Picked((), ("S2",))


def test_other_serial_numbers_in_gp_are_told_as_such() -> None:
    found = lacking(replace(RED, serials=("S9",)), replace(RED, serials=("S1",)), None)

    assert isinstance(found, Reason)
    assert found.text == "The serial numbers of RED-100 in GP: 1 of S9; from ShipBob: 1 of S1"


# ---- On an order


def test_lots_go_with_the_quantity_that_left_and_are_known_afterwards() -> None:
    wanted = replace(ORDER, lines=(replace(of(L1=2), fulfilled=Decimal(2)), BLUE))

    found = change(ORDER, wanted)

    assert found.update == SalesUpdate(fulfilled=((16384, Decimal(2)),), lots=((16384, Lot("L1", Decimal(2))),))
    assert Written.parse(found.after.to_text()) == found.after
    assert found.after.entered == ((16384, "L1", Decimal(2)),)
    assert change(wanted, wanted, found.after).update == SalesUpdate()


def test_a_line_in_other_lots_is_a_review_and_nothing_of_the_order_is_written() -> None:
    wanted = replace(ORDER, freight=Decimal(3), lines=(of(L1=2), BLUE))

    found = order_change(replace(ORDER, lines=(of(L9=2), BLUE)), wanted, Written.of(ORDER), HOLD)

    assert isinstance(found, NeedsReview)
    assert [reason.text for reason in found.reasons] == [
        "The lots of RED-100 in GP: 2 of L9; from ShipBob: 2 of L1",
    ]


@pytest.mark.parametrize(
    ("held", "is_done"), [({}, False), ({"L1": 1}, False), ({"L1": 2}, True), ({"L1": 3}, True), ({"L9": 2}, False)]
)
def test_more_of_a_lot_is_known_to_be_written_by_its_quantity(held: dict[str, int], *, is_done: bool) -> None:
    last = Written.of(replace(ORDER, lines=(of(L1=1), BLUE)))
    after = change(replace(ORDER, lines=(of(L1=1), BLUE)), replace(ORDER, lines=(of(L1=2), BLUE)), last).after

    assert is_applied(replace(ORDER, lines=(of(**held), BLUE)), last, after) is is_done
    assert not is_applied(replace(ORDER, lines=(BLUE,)), last, after), "nor where the line is gone"


LOTS = st.dictionaries(st.sampled_from(["L1", "L2"]), st.integers(1, 3))


@given(LOTS, LOTS, LOTS)
def test_what_is_entered_leaves_nothing_to_enter_and_takes_nothing_away(
    was: dict[str, int], held: dict[str, int], meant: dict[str, int]
) -> None:
    last = Written.of(replace(ORDER, lines=(of(**was), BLUE)))
    present, wanted = (replace(ORDER, lines=(of(**lots), BLUE)) for lots in (held, meant))

    found = order_change(present, wanted, last, HOLD)

    if isinstance(found, Change):
        entered = {lot.number: int(lot.quantity) for _, lot in found.update.lots}
        once = {**held, **entered}
        assert all(once[name] >= quantity for name, quantity in held.items())
        assert all(quantity <= meant[name] for name, quantity in entered.items())
        written = replace(ORDER, lines=(of(**once), BLUE))
        assert is_applied(written, last, found.after)
        assert change(written, wanted, found.after).update == SalesUpdate()


# ---- On the invoice that an order became


def an_invoice(**changes: Any) -> SalesInvoice:
    names = ("customer", "customer_po", "date", "document_type", "batch", "lines")
    return SalesInvoice("STDINV1", **{name: getattr(ORDER, name) for name in names} | changes)


def test_an_invoice_lacks_what_was_picked_by_its_own_line_numbers() -> None:
    lines = (replace(RED, sequence=1), replace(BLUE, sequence=2))
    wanted = replace(ORDER, lines=(of(L1=2), replace(BLUE, serials=("S1",))))

    assert onto(an_invoice(lines=lines), wanted) == SalesUpdate(
        lots=((1, Lot("L1", Decimal(2))),), serials=((2, "S1"),)
    )
    assert onto(an_invoice(lines=(RED,)), ORDER) == SalesUpdate(), "of what is not tracked nothing is lacking"


def test_an_invoice_in_other_lots_or_without_the_line_is_a_review() -> None:
    wanted = replace(ORDER, lines=(of(L1=2), replace(BLUE, serials=("S1",))))

    found = onto(an_invoice(lines=(of(L9=2), RED)), wanted)

    assert isinstance(found, NeedsReview)
    assert [reason.text for reason in found.reasons] == [
        "The lots of RED-100 in GP: 2 of L9; from ShipBob: 2 of L1",
        "STDINV1 has no line of BLUE-100 at CHICAGO for 1 of S1",
    ]
