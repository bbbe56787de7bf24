"""Money to the cent: what the customer paid beyond the lines, prices that make an amount, and amounts shared out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import assert_never

from bridge.domain.outcome import Reason
from bridge.domain.sales_document import CENT, SalesDocument
from bridge.domain.store_amounts import StoreAmounts
from bridge.domain.terms import AmountSource, DifferenceTo, OrderTerms

NOUGHT = Decimal(0)
PRICE_DECIMALS = 5  # as finely as GP keeps a unit price


@dataclass(frozen=True, slots=True)
class Amounts:
    """What a sales document has besides its lines; none of them below nought."""

    freight: Decimal = NOUGHT
    miscellaneous: Decimal = NOUGHT
    tax: Decimal = NOUGHT
    trade_discount: Decimal = NOUGHT

    @property
    def sum(self) -> Decimal:
        return self.freight + self.miscellaneous + self.tax - self.trade_discount


def beyond(lines: Decimal, total: Decimal | None, terms: OrderTerms, store: StoreAmounts | None) -> Amounts | Reason:
    """What makes `total` of the lines' sum. Without a total the lines alone count.

    The shop's own tax, freight and discount where they are asked for and add up, else the difference: one below nought
    is a trade discount, one above goes where the company wants it.
    """
    if total is None:
        return Amounts()
    paid = total.quantize(CENT, ROUND_HALF_UP)
    if paid < 0:
        return Reason(f"ShipBob's total is below nought: {paid}", "Look at the order in the shop; enter it by hand")
    if terms.amounts is AmountSource.STORE_ORDER and store is not None:
        told = Amounts(store.freight, NOUGHT, store.tax, store.discount)
        if lines + told.sum == paid:
            return told
    return _difference(lines, paid, terms.difference)


def _difference(lines: Decimal, paid: Decimal, to: DifferenceTo) -> Amounts | Reason:
    difference = paid - lines
    if difference <= 0:
        return Amounts(trade_discount=-difference)
    match to:
        case DifferenceTo.FREIGHT:
            return Amounts(freight=difference)
        case DifferenceTo.MISCELLANEOUS:
            return Amounts(miscellaneous=difference)
        case DifferenceTo.TAX:
            return Amounts(tax=difference)
        case DifferenceTo.REVIEW:
            text = f"The customer paid {paid:.2f}, the lines come to {lines:.2f}, and {difference:.2f} is not explained"
            return Reason(text, "Enter the order in GP by hand, or set DifferenceTo to what such a difference is")
        case _:
            assert_never(to)


def put_to(last: SalesDocument, store: StoreAmounts | None) -> DifferenceTo | None:
    """Where the difference went when the order was last written; None where there was none, or the shop explained it.

    `store` is what the shop said of the order then.
    """
    told = (store.freight, NOUGHT, store.tax, store.discount) if store is not None else None
    if told == (last.freight, last.miscellaneous, last.tax, last.trade_discount):
        return None
    columns = {
        DifferenceTo.FREIGHT: last.freight,
        DifferenceTo.MISCELLANEOUS: last.miscellaneous,
        DifferenceTo.TAX: last.tax,
    }
    return next((to for to, amount in columns.items() if amount), None)


def in_cents(exact: Fraction) -> Decimal:
    """To the cent, half a cent up, as GP rounds."""
    return math.floor(exact * 100 + Fraction(1, 2)) * CENT


def shared(amount: Decimal, weights: Sequence[Fraction]) -> tuple[Decimal, ...]:
    """The amount, whole cents and not below nought, shared out by weight, to the cent and without a cent too many.

    By largest remainder; of equal ones the first gets it. Where nothing weighs anything all weigh the same.
    """
    whole = sum(weights) or len(weights)
    scale = weights if sum(weights) else [Fraction(1)] * len(weights)
    cents = int(amount / CENT)
    exact = [cents * weight / whole for weight in scale]
    given = [int(each) for each in exact]
    by_remainder = sorted(range(len(exact)), key=lambda at: (given[at] - exact[at], at))
    for at in by_remainder[: cents - sum(given)]:
        given[at] += 1
    return tuple(each * CENT for each in given)


def cent_prices(price: Fraction, counts: Sequence[int], worth: Sequence[Fraction]) -> tuple[Decimal, ...] | None:
    """Prices in whole cents for a bundle's pieces, by their worth, that make just its `price`; None: none found.

    `counts` are the pieces of each part in one bundle. GP refuses a finer price where the item's currency has two
    decimals, as most have.
    """
    whole = sum(count * weight for count, weight in zip(counts, worth, strict=True))
    if (price * 100).denominator != 1 or not whole:
        return None
    exact = [100 * price * weight / whole for weight in worth]
    given = [int(each) for each in exact]
    left = int(100 * price) - sum(cents * count for cents, count in zip(given, counts, strict=True))
    by_remainder = sorted(range(len(exact)), key=lambda at: (given[at] - exact[at], at))
    for at in by_remainder:
        if counts[at] <= left:
            given[at] += 1
            left -= counts[at]
    for at in by_remainder:
        more, left = divmod(left, counts[at])
        given[at] += more
    return None if left else tuple(each * CENT for each in given)


def price_making(amount: Decimal, quantity: Decimal) -> Decimal | None:
    """The unit price, with as few decimals as do, at which GP's own rounding makes the amount; None if none does."""
    for decimals in range(2, PRICE_DECIMALS + 1):
        price = (amount / quantity).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        if (price * quantity).quantize(CENT, ROUND_HALF_UP) == amount:
            return price
    return None


def exact_decimal(value: Fraction, decimals: int) -> Decimal | None:
    """The same number as a decimal of no more places than that; None where there is none."""
    if value.denominator == 1:
        return Decimal(value.numerator)
    scaled = value * 10**decimals
    return Decimal(scaled.numerator).scaleb(-decimals).normalize() if scaled.denominator == 1 else None
