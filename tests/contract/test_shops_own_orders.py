"""A shop's own order is read tolerantly for the money, and never wrongly."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.store_amounts import StoreAmounts
from bridge.shipbob.wire_store import read_store_amounts
from hypothesis import given
from hypothesis import strategies as st

SHOPIFY: dict[str, Any] = {
    "currency": "USD",
    "total_tax": "1.68",
    "taxes_included": False,
    "total_discounts": "3.00",
    "total_shipping_price_set": {"shop_money": {"amount": "6.50", "currency_code": "USD"}},
    "shipping_lines": [{"price": "6.50"}],
}
READ = StoreAmounts(Decimal("1.68"), Decimal("6.50"), Decimal("3.00"), "USD")


def read(fields: object) -> StoreAmounts | None:
    return read_store_amounts(json.dumps(fields).encode())


def test_shopifys_order_tells_tax_freight_discount_and_currency() -> None:
    assert read(SHOPIFY) == READ


def test_woocommerces_names_are_read_as_well() -> None:
    assert read({"currency": "USD", "total_tax": "1.68", "shipping_total": "6.50", "discount_total": "3.00"}) == READ


def test_without_a_total_of_the_freight_its_lines_are_summed() -> None:
    lines = [{"price": "4.00"}, {"price": 2.5}]

    assert read(SHOPIFY | {"total_shipping_price_set": None, "shipping_lines": lines}) == READ


def test_an_order_that_was_not_shipped_by_the_shop_has_no_freight() -> None:
    found = read(SHOPIFY | {"total_shipping_price_set": None, "shipping_lines": []})

    assert found is not None
    assert found.freight == Decimal(0)


@pytest.mark.parametrize("name", ["taxes_included", "prices_include_tax"])
def test_a_tax_within_the_prices_is_none_beside_them(name: str) -> None:
    found = read(SHOPIFY | {name: True})

    assert found is not None
    assert found.tax == Decimal(0)


def test_without_discount_or_currency_there_is_none() -> None:
    found = read({key: value for key, value in SHOPIFY.items() if key not in {"total_discounts", "currency"}})

    assert found == StoreAmounts(Decimal("1.68"), Decimal("6.50"), Decimal(0), "")


@pytest.mark.parametrize(
    "changes",
    [
        {"total_tax": None},
        {"total_tax": "NaN"},
        {"total_tax": "much"},
        {"total_tax": True},
        {"total_tax": "-1"},
        {"total_discounts": "-1"},
        {"total_shipping_price_set": None, "shipping_lines": None},
        {"total_shipping_price_set": {"shop_money": 6.5}, "shipping_lines": [{"title": "Standard"}]},
        {"total_shipping_price_set": None, "shipping_lines": ["6.50"]},
    ],
)
def test_what_nobody_could_be_sure_of_is_nothing(changes: dict[str, Any]) -> None:
    assert read(SHOPIFY | changes) is None


@pytest.mark.parametrize("body", [b"", b"no JSON", b"[]", b"null", b'"text"', b"[" * 100_000])
def test_what_is_no_order_tells_nothing(body: bytes) -> None:
    assert read_store_amounts(body) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*SHOPIFY, "price", "amount"]), inner),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*SHOPIFY, "shop_money"]), JSON))
def test_of_any_json_come_amounts_that_are_not_below_nought_or_nothing(fields: dict[str, Any]) -> None:
    found = read(fields)

    assert found is None or min(found.tax, found.freight, found.discount) >= 0
