"""What a sales return credits: the price, the customer and the PO of the sale in GP, and never more than was sold."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import Lot, QuantityType
from bridge.domain.outcome import NeedsReview
from bridge.domain.returns import Return
from bridge.domain.sales_document import SalesLine, SalesOrder, SalesReturn
from bridge.domain.terms import ReturnRecord
from bridge.mapping import crediting, returning
from bridge.mapping.crediting import Sale
from bridge.mapping.returning import Counted, Goods, Heading
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import TERMS
from tests.orders import CUSTOMER, texts
from tests.returns import COUNTED_ON, DISPOSE, NUMBER, QUARANTINE, RESTOCK, a_return, came, mapped, taken

HEADING = Heading(NUMBER, "SBT261117-01", COUNTED_ON)
ON_HAND, RETURNED, DAMAGED = QuantityType.ON_HAND, QuantityType.RETURNED, QuantityType.DAMAGED


def sold(number: int, item: str, quantity: str | int, price: str, unit: str = "") -> SalesLine:
    return SalesLine(number * 16384, item, "CHICAGO", Decimal(quantity), Decimal(price), unit_of_measure=unit)


def an_order(*lines: SalesLine) -> SalesOrder:
    return SalesOrder(
        number="SBO250000001",
        customer=CUSTOMER,
        customer_po="#1042",
        date=COUNTED_ON,
        document_type="STDORD",
        batch="SBR261117-08",
        lines=lines,
        currency="USD",
        freight=Decimal("4.50"),
        tax=Decimal("1.10"),
        trade_discount=Decimal("2.00"),
    )


PLAIN_SALE = Sale(an_order(sold(1, "RED-100", 2, "10.00"), sold(2, "BLUE-100", 1, "5.50")))


def credited(returned: Return, sale: Sale = PLAIN_SALE, **more: str) -> SalesReturn | NeedsReview:
    counted = returning.counted(returned, mapped(**more), ReturnRecord.SALES_RETURN)
    assert isinstance(counted, Counted), counted
    return crediting.sales_return(returned, counted, sale, HEADING, TERMS)


def lines_of(found: SalesReturn | NeedsReview) -> list[tuple[str, str, int, str, QuantityType]]:
    assert isinstance(found, SalesReturn), found
    return [
        (line.item, line.site, int(line.quantity), f"{line.unit_price}", line.quantity_type) for line in found.lines
    ]


def test_a_sales_return_credits_the_customer_at_the_price_of_the_sale_and_nothing_of_its_header() -> None:
    assert credited(a_return()) == SalesReturn(
        number=NUMBER,
        customer=CUSTOMER,
        customer_po="#1042",
        date=COUNTED_ON,
        document_type="STDRTN",
        batch="SBT261117-01",
        lines=(SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("10.00")),),
        currency="USD",
        comment="ShipBob return 700001, RMA RMA-77, of SBO250000001",
    )


def test_a_return_without_a_reference_of_the_merchants_is_commented_without_one() -> None:
    found = credited(a_return(reference=""))

    assert isinstance(found, SalesReturn)
    assert found.comment == "ShipBob return 700001, of SBO250000001"


def test_a_currency_that_gp_does_not_tell_is_the_companys() -> None:
    found = credited(a_return(), Sale(replace(PLAIN_SALE.document, currency="")))

    assert isinstance(found, SalesReturn)
    assert found.currency == "USD"


def test_what_cannot_be_sold_again_is_credited_too_and_kept_apart() -> None:
    split = came("WIDGET-RED", taken(QUARANTINE, 1), taken(DISPOSE, 1))

    assert lines_of(credited(a_return(split), disposition__Dispose="SCRAP")) == [
        ("RED-100", "HOLD", 1, "10.00", RETURNED),
        ("RED-100", "SCRAP", 1, "10.00", DAMAGED),
    ]


def test_an_item_sold_at_several_prices_is_credited_line_by_line_from_the_first() -> None:
    sale = Sale(an_order(sold(2, "RED-100", 3, "8.00"), sold(1, "RED-100", 2, "10.00")))

    assert lines_of(credited(a_return(came("WIDGET-RED", taken(RESTOCK, 4))), sale)) == [
        ("RED-100", "CHICAGO", 2, "10.00", ON_HAND),
        ("RED-100", "CHICAGO", 2, "8.00", ON_HAND),
    ]


def test_what_earlier_returns_credit_is_not_credited_again() -> None:
    earlier = (sold(1, "RED-100", 2, "10.00"),)
    sale = Sale(an_order(sold(1, "RED-100", 2, "10.00"), sold(2, "RED-100", 2, "8.00")), earlier)

    assert lines_of(credited(a_return(), sale)) == [("RED-100", "CHICAGO", 2, "8.00", ON_HAND)]


def test_what_was_cancelled_on_the_sale_was_not_sold() -> None:
    sale = Sale(an_order(replace(sold(1, "RED-100", 2, "10.00"), canceled=Decimal(2)), sold(2, "RED-100", 2, "9.00")))

    assert lines_of(credited(a_return(), sale)) == [("RED-100", "CHICAGO", 2, "9.00", ON_HAND)]


def test_a_lot_is_shared_out_over_the_prices() -> None:
    sale = Sale(an_order(sold(1, "RED-100", 10, "1.20", "EACH"), sold(2, "RED-100", 10, "1.10", "EACH")))
    goods = Goods("RED-100", "EACH", "CHICAGO", Decimal(20), lot="L1")

    found = crediting.sales_return(a_return(), Counted((goods,)), sale, HEADING, TERMS)

    assert isinstance(found, SalesReturn)
    assert [(line.unit_of_measure, line.lots) for line in found.lines] == [("EACH", (Lot("L1", Decimal(10)),))] * 2


@pytest.mark.parametrize(
    ("line", "missing"),
    [(sold(1, "BLUE-100", 2, "5.50"), 2), (sold(1, "RED-100", 1, "10.00"), 1)],
    ids=["another item", "fewer"],
)
def test_more_than_was_sold_is_for_a_person_by_item_and_sale(line: SalesLine, missing: int) -> None:
    goods = Goods("RED-100", "", "CHICAGO", Decimal(2))

    found = crediting.sales_return(a_return(), Counted((goods,)), Sale(an_order(line)), HEADING, TERMS)

    (text,) = texts(found)
    assert text == (
        f"{missing} of RED-100 came back that SBO250000001 does not have, or that other returns credit already"
    )


# ---- Units of measure


def of_units(unit: str, own: str, *lines: SalesLine) -> SalesReturn | NeedsReview:
    """Two of RED-100 come back, mapped with `unit`; `own` is the one on its card."""
    sale = Sale(an_order(*lines), own_units={"RED-100": own} if own else {})
    goods = Goods("RED-100", unit, "CHICAGO", Decimal(2))
    return crediting.sales_return(a_return(), Counted((goods,)), sale, HEADING, TERMS)


@pytest.mark.parametrize(
    ("unit", "own", "text"),
    [
        ("EACH", "", "2 of RED-100 came back in EACH, and SBO250000001 sells it in CASE"),
        ("", "EACH", "2 of RED-100 came back in EACH, and SBO250000001 sells it in CASE"),
        (
            "",
            "",
            "2 of RED-100 came back in a unit that neither its mapping nor its card in GP names,"
            " and SBO250000001 sells it in CASE",
        ),
    ],
    ids=["mapped in another", "mapped without one", "no card says"],
)
def test_a_piece_is_never_credited_at_the_price_of_a_case(unit: str, own: str, text: str) -> None:
    assert texts(of_units(unit, own, sold(1, "RED-100", 2, "120.00", "CASE"))) == [text]


def test_an_item_that_is_mapped_without_a_unit_is_credited_in_its_own() -> None:
    found = of_units("", "EACH", sold(1, "RED-100", 2, "120.00", "CASE"), sold(2, "RED-100", 2, "10.00", "EACH"))

    assert isinstance(found, SalesReturn)
    assert [(line.quantity, line.unit_of_measure, line.unit_price) for line in found.lines] == [
        (Decimal(2), "EACH", Decimal("10.00"))
    ]


def test_a_case_that_an_earlier_return_credits_leaves_the_pieces_of_the_same_price_to_be_credited() -> None:
    lines = sold(1, "RED-100", 2, "10.00", "EACH"), sold(2, "RED-100", 2, "10.00", "CASE")
    sale = Sale(an_order(*lines), (sold(1, "RED-100", 2, "10.00", "CASE"),), {"RED-100": "EACH"})

    found = crediting.sales_return(
        a_return(), Counted((Goods("RED-100", "", "CHICAGO", Decimal(2)),)), sale, HEADING, TERMS
    )

    assert isinstance(found, SalesReturn)
    assert [line.quantity for line in found.lines] == [Decimal(2)]


def test_a_voided_sale_is_not_credited() -> None:
    found = credited(a_return(), Sale(replace(PLAIN_SALE.document, is_voided=True)))

    assert texts(found) == ["SBO250000001 is voided in GP: there is no sale to credit"]


WANTED = SalesReturn(
    number=NUMBER,
    customer=CUSTOMER,
    customer_po="#1042",
    date=COUNTED_ON,
    document_type="STDRTN",
    batch="SBT261117-01",
    lines=(sold(1, "RED-100", 2, "10.00"), sold(2, "BLUE-100", 1, "5.125")),
)


def test_a_sales_return_is_itself_in_whatever_order_its_lines_come() -> None:
    assert crediting.return_contradictions(replace(WANTED, lines=WANTED.lines[::-1], batch="OTHER"), WANTED) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"customer": "OTHER"},
        {"date": COUNTED_ON.replace(day=17)},
        {"is_voided": True},
        {"lines": WANTED.lines[:1]},
        {"lines": WANTED.lines * 2},
        {"lines": (WANTED.lines[0], replace(WANTED.lines[1], unit_price=Decimal("5.13")))},
        {"lines": (replace(WANTED.lines[0], quantity_type=DAMAGED), WANTED.lines[1])},
        {"lines": (replace(WANTED.lines[0], lots=(Lot("L1", Decimal(2)),)), WANTED.lines[1])},
        {"lines": (replace(WANTED.lines[0], site="RENO"), WANTED.lines[1])},
    ],
    ids=str,
)
def test_another_sales_return_is_told_apart_by_one_sentence_with_both_values(changed: dict[str, Any]) -> None:
    (sentence,) = crediting.return_contradictions(replace(WANTED, **changed), WANTED)

    assert f"of {NUMBER} in GP: " in sentence
    assert "from ShipBob: " in sentence


def test_the_lines_are_told_with_cents_and_with_what_is_beyond_them() -> None:
    assert crediting.told(WANTED.lines) == (
        "1 × BLUE-100 at CHICAGO for 5.125 as On Hand; 2 × RED-100 at CHICAGO for 10.00 as On Hand"
    )


PRICED = st.lists(st.tuples(st.integers(1, 5), st.sampled_from(["10.00", "8.00", "0.00"])), min_size=1, max_size=5)


@given(PRICED, st.integers(1, 12), st.integers(0, 8))
def test_the_credit_is_of_as_many_as_came_back_and_with_earlier_ones_never_of_more_than_was_sold(
    priced: list[tuple[int, str]], back: int, before: int
) -> None:
    lines = [sold(number, "RED-100", quantity, price) for number, (quantity, price) in enumerate(priced, start=1)]
    order = an_order(*lines)
    goods = Counted((Goods("RED-100", "", "CHICAGO", Decimal(back)),))
    total = sum(quantity for quantity, _ in priced)
    first = Counted((Goods("RED-100", "", "CHICAGO", Decimal(before)),)) if before else Counted(())
    earlier = crediting.sales_return(a_return(), first, Sale(order), HEADING, TERMS)

    if not isinstance(earlier, SalesReturn):
        assert before > total
        return
    found = crediting.sales_return(a_return(), goods, Sale(order, earlier.lines), HEADING, TERMS)

    if not isinstance(found, SalesReturn):
        assert before + back > total
        return
    assert sum(line.quantity for line in found.lines) == back
    paid = sum((line.amount for line in order.lines), Decimal(0))
    assert found.total + earlier.total <= paid
    if before + back == total:
        assert found.total + earlier.total == paid
