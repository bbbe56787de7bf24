"""What the customer paid beyond the lines: the shop's word where it adds up, else the difference, to the cent."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from fractions import Fraction

import pytest
from bridge.domain.order import Order
from bridge.domain.outcome import MappingKey
from bridge.domain.recording import Recording
from bridge.domain.sales_document import SalesOrder
from bridge.domain.store_amounts import StoreAmounts
from bridge.domain.terms import AmountSource, DifferenceTo
from bridge.mapping import amounts
from bridge.mapping.recording import sales_order

from local.memory.world import TERMS
from tests.orders import MAPPED, PLAIN_ITEMS, an_order, line, parcel, texts

KNOWN = {MappingKey.parse(key): value for key, value in MAPPED.items()}
SHOP = StoreAmounts(tax=Decimal("1.50"), freight=Decimal("6.00"), discount=Decimal("3.00"), currency="USD")


def outcome(
    order: Order,
    *,
    source: AmountSource = AmountSource.DIFFERENCE,
    to: DifferenceTo = DifferenceTo.FREIGHT,
    store: StoreAmounts | None = None,
) -> object:
    terms = dataclasses.replace(TERMS, orders=dataclasses.replace(TERMS.orders, amounts=source, difference=to))
    return sales_order(order, KNOWN, terms, "B", store=store)


def written(order: Order, **how: object) -> SalesOrder:
    found = outcome(order, **how)  # type: ignore[arg-type]
    assert isinstance(found, Recording), found
    return found.order


def beside_the_lines(found: SalesOrder) -> tuple[str, str, str, str]:
    """Freight, miscellaneous, tax and trade discount."""
    return f"{found.freight}", f"{found.miscellaneous}", f"{found.tax}", f"{found.trade_discount}"


def plain(total: str | None) -> Order:
    """Lines of 25.50."""
    return an_order(parcel(301, *PLAIN_ITEMS), total=total)


@pytest.mark.parametrize(
    ("to", "amounts_beside"),
    [
        (DifferenceTo.FREIGHT, ("4.50", "0", "0", "0")),
        (DifferenceTo.MISCELLANEOUS, ("0", "4.50", "0", "0")),
        (DifferenceTo.TAX, ("0", "0", "4.50", "0")),
    ],
)
def test_what_was_paid_beyond_the_lines_goes_where_the_company_wants_it(
    to: DifferenceTo, amounts_beside: tuple[str, str, str, str]
) -> None:
    found = written(plain("30.00"), to=to)

    assert (beside_the_lines(found), found.total) == (amounts_beside, Decimal("30.00"))


@pytest.mark.parametrize("to", DifferenceTo)
def test_what_was_paid_less_is_a_trade_discount_wherever_more_would_go(to: DifferenceTo) -> None:
    found = written(plain("20.00"), to=to)

    assert (beside_the_lines(found), found.total) == (("0", "0", "0", "5.50"), Decimal("20.00"))


def test_a_difference_that_a_person_must_see_is_a_review_with_all_three_amounts() -> None:
    assert texts(outcome(plain("30.00"), to=DifferenceTo.REVIEW)) == [
        "The customer paid 30.00, the lines come to 25.50, and 4.50 is not explained"
    ]


def test_without_a_difference_there_is_nothing_to_see() -> None:
    assert written(plain("25.50"), to=DifferenceTo.REVIEW).total == Decimal("25.50")


def test_without_a_total_the_lines_alone_count_whatever_the_shop_says() -> None:
    found = written(plain(None), source=AmountSource.STORE_ORDER, store=SHOP)

    assert (beside_the_lines(found), found.total) == (("0", "0", "0", "0"), Decimal("25.50"))


def test_the_shops_own_tax_freight_and_discount_are_written_where_they_add_up() -> None:
    # 25.50 + 6.00 + 1.50 - 3.00
    found = written(plain("30.00"), source=AmountSource.STORE_ORDER, store=SHOP)

    assert (beside_the_lines(found), found.total) == (("6.00", "0", "1.50", "3.00"), Decimal("30.00"))


@pytest.mark.parametrize("total", ["30.01", "29.99"])
def test_where_the_shops_amounts_do_not_add_up_the_difference_counts(total: str) -> None:
    found = written(plain(total), source=AmountSource.STORE_ORDER, store=SHOP)

    assert (found.tax, found.total) == (Decimal(0), Decimal(total))
    assert found.freight == Decimal(total) - Decimal("25.50")


def test_where_the_shop_tells_nothing_the_difference_counts() -> None:
    assert written(plain("30.00"), source=AmountSource.STORE_ORDER).freight == Decimal("4.50")


def test_the_shops_amounts_are_not_written_where_nobody_asked_for_them() -> None:
    assert written(plain("30.00"), store=SHOP).tax == Decimal(0)


def test_a_total_below_nought_is_a_review() -> None:
    assert texts(outcome(plain("-0.01"))) == ["ShipBob's total is below nought: -0.01"]


def test_an_order_in_another_currency_is_a_review_whoever_says_so() -> None:
    said = "The order is in CAD, and the GP company keeps its books in USD"
    by_shop = dataclasses.replace(SHOP, currency="CAD")

    assert texts(outcome(dataclasses.replace(plain("30.00"), currency="CAD"))) == [said]
    assert texts(outcome(plain("30.00"), source=AmountSource.STORE_ORDER, store=by_shop)) == [said]


# ---- Half a cent


@pytest.mark.parametrize(
    ("price", "quantity", "amount"),
    [("0.125", 1, "0.13"), ("0.005", 1, "0.01"), ("0.0049", 1, "0.00"), ("1.005", 3, "3.02"), ("2.675", 1, "2.68")],
)
def test_half_a_cent_of_a_line_is_rounded_up(price: str, quantity: int, amount: str) -> None:
    order = an_order(parcel(1, ("WIDGET-RED", quantity)), lines=(line("WIDGET-RED", quantity, price),), total=None)

    (found,) = written(order).lines
    assert (found.unit_price, found.amount) == (Decimal(price), Decimal(amount))


@pytest.mark.parametrize(("total", "cents"), [("30.005", "30.01"), ("30.0049999", "30.00"), ("29.995", "30.00")])
def test_half_a_cent_of_the_total_is_rounded_up(total: str, cents: str) -> None:
    assert written(plain(total)).total == Decimal(cents)


@pytest.mark.parametrize(
    ("exact", "cents"),
    [(Fraction(1, 200), "0.01"), (Fraction(49, 10_000), "0.00"), (Fraction(2, 3), "0.67"), (Fraction(5, 2), "2.50")],
)
def test_a_fraction_is_rounded_to_the_cent_half_a_cent_up(exact: Fraction, cents: str) -> None:
    assert amounts.in_cents(exact) == Decimal(cents)


def test_of_equal_remainders_the_first_gets_the_cent() -> None:
    shares = amounts.shared(Decimal("1.00"), [Fraction(1), Fraction(1), Fraction(1)])

    assert shares == (Decimal("0.34"), Decimal("0.33"), Decimal("0.33"))


def test_the_largest_remainder_gets_the_cent_wherever_it_stands() -> None:
    # 333.3 cents and 666.7 cents, then the other way round.
    assert amounts.shared(Decimal("10.00"), [Fraction(1), Fraction(2)]) == (Decimal("3.33"), Decimal("6.67"))
    assert amounts.shared(Decimal("10.00"), [Fraction(2), Fraction(1)]) == (Decimal("6.67"), Decimal("3.33"))


def test_where_nothing_weighs_anything_all_get_the_same() -> None:
    assert amounts.shared(Decimal("1.00"), [Fraction(0), Fraction(0)]) == (Decimal("0.50"), Decimal("0.50"))


def test_a_price_may_need_all_five_decimals_that_gp_has_and_no_more() -> None:
    # 900 at 0.1111 are 99.99, at 0.11111 they are 100.00; 100,000 at 0.00001 are 1.00 already.
    assert amounts.price_making(Decimal("100.00"), Decimal(900)) == Decimal("0.11111")
    assert amounts.price_making(Decimal("0.50"), Decimal(100_000)) is None


def test_an_order_that_cost_nothing_is_written_at_nothing() -> None:
    free = an_order(parcel(1, ("WIDGET-RED", 1)), lines=(line("WIDGET-RED", 1, "0"),), total="0")

    assert written(free).total == Decimal(0)


@pytest.mark.parametrize(
    ("value", "decimals", "found"),
    [(Fraction(1, 8), 5, "0.125"), (Fraction(1, 3), 5, None), (Fraction(1, 8), 2, None), (Fraction(10), 0, "10")],
)
def test_a_number_is_a_decimal_exactly_or_not_at_all(value: Fraction, decimals: int, found: str | None) -> None:
    assert amounts.exact_decimal(value, decimals) == (Decimal(found) if found else None)


@pytest.mark.parametrize(("quantity", "amount"), [(3, "20.00"), (30000, None)])
def test_a_price_of_more_decimals_than_gp_holds_is_written_as_one_that_makes_the_amount(
    quantity: int, amount: str | None
) -> None:
    lines = (line("WIDGET-RED", quantity, "6.666667"),)
    found = outcome(an_order(parcel(301, ("WIDGET-RED", quantity)), lines=lines, total=None))

    if amount is None:  # 200000.01, where 6.66667 would make 200000.10
        assert texts(found) == ["No unit price that GP can hold makes the amount of WIDGET-RED to the cent"]
    else:
        assert isinstance(found, Recording)
        assert [(x.unit_price, f"{x.amount}") for x in found.order.lines] == [(Decimal("6.667"), amount)]
