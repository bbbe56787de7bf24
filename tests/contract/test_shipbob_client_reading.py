"""ShipBob's answers are read tolerantly, but never wrongly: what is used must be there, and no cent is lost."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.order import OrderLine, OrderStatus, OrderType, ShipmentStatus, ShippedItem, ShippedPart
from bridge.domain.outcome import Transient
from bridge.shipbob.wire_orders import read_listed, read_order, read_order_of_shipment
from hypothesis import given
from hypothesis import strategies as st

ORDER: dict[str, Any] = {
    "id": 250000001,
    "created_date": "2026-11-17T14:05:00.1234567+00:00",
    "order_number": "#1042",
    "status": "Processing",
    "channel": {"id": 101, "name": "Shop"},
    "recipient": {"name": "Dana Whitfield", "address": {"city": "Dayton"}},
    "products": [{"sku": "WIDGET-RED", "quantity": 2, "unit_price": 10.0}],
    "shipments": [{"id": 301, "order_id": 250000001, "status": "Processing", "products": [{"sku": "WIDGET-RED"}]}],
    "financials": {"total_price": 30.0},
}
OPTIONAL = [
    *("purchase_date", "order_number", "reference_id", "products", "shipments", "financials"),
    *("type", "retailer_program_data", "shipping_method", "gift_message"),
]


def body(**changes: Any) -> bytes:
    return json.dumps({**ORDER, **changes}).encode()


def shipment(**changes: Any) -> bytes:
    return body(shipments=[{**ORDER["shipments"][0], **changes}])


def test_fields_nobody_knows_are_passed_over() -> None:
    strange = {"zone": {"id": 3}, "$type": "Order", "Id": 5}

    assert read_order(body(**strange)) == read_order(body())
    assert read_order(shipment(**strange)) == read_order(body())


@pytest.mark.parametrize("name", OPTIONAL)
def test_null_and_absent_mean_the_same(name: str) -> None:
    absent = json.dumps({key: value for key, value in ORDER.items() if key != name}).encode()

    assert read_order(body(**{name: None})) == read_order(absent)


@pytest.mark.parametrize("name", ["location", "products", "tracking", "actual_fulfillment_date"])
def test_null_may_stand_for_any_part_of_a_shipment(name: str) -> None:
    (found,) = read_order(shipment(**{name: None})).shipments

    assert found.id == 301


@pytest.mark.parametrize("recipient", [{}, {"name": None, "address": None}, {"address": {"city": None}}])
def test_a_recipient_may_be_empty(recipient: dict[str, Any]) -> None:
    assert read_order(body(recipient=recipient)).recipient.city == ""


def test_a_recipient_may_be_null() -> None:
    assert read_order(body(recipient=None)).recipient.name == ""


@pytest.mark.parametrize(
    "word", ["PartiallyFulfilled", "Partially Fulfilled", "partiallyfulfilled", " PARTIALLYFULFILLED "]
)
def test_a_status_is_known_in_whatever_case_and_with_blanks(word: str) -> None:
    assert read_order(body(status=word)).status is OrderStatus.PARTIALLY_FULFILLED


@pytest.mark.parametrize("word", ["LabeledCreated", "Labeled Created", "labeledcreated"])
def test_a_shipments_status_is_known_in_whatever_case_and_with_blanks(word: str) -> None:
    assert read_order(shipment(status=word)).shipments[0].is_shipped


@pytest.mark.parametrize("word", ["Teleported", "", None, 7])
def test_a_word_nobody_knows_is_unknown_and_not_shipped(word: object) -> None:
    assert read_order(body(status=word)).status is OrderStatus.UNKNOWN
    (found,) = read_order(shipment(status=word)).shipments
    assert (found.status, found.is_shipped) == (ShipmentStatus.UNKNOWN, False)


@given(st.decimals(min_value=0, max_value=99_999_999, places=2))
def test_an_amount_is_exact_however_it_is_written(amount: Decimal) -> None:
    for written in (f"{amount}", f"{amount:f}0", json.dumps(float(amount)), f'"{amount}"'):
        text = body().decode().replace('"unit_price": 10.0', f'"unit_price": {written}')
        assert read_order(text.replace('"total_price": 30.0', f'"total_price": {written}').encode()).total == amount
        assert read_order(text.encode()).lines[0].unit_price == amount


@given(st.integers(0, 10**9))
def test_a_whole_amount_may_come_without_a_point(amount: int) -> None:
    order = read_order(body(financials={"total_price": amount}, products=[{"sku": "A", "quantity": amount}]))

    assert (order.total, order.lines[0].quantity, order.lines[0].unit_price) == (Decimal(amount), Decimal(amount), None)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-11-17T14:05:00Z", dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)),
        ("2026-11-17T14:05:00", dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)),
        ("2026-11-17T08:05:00-06:00", dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)),
        ("2026-11-17T14:05:00.2500000+00:00", dt.datetime(2026, 11, 17, 14, 5, 0, 250000, tzinfo=dt.UTC)),
    ],
)
def test_every_moment_has_a_zone(text: str, utc: dt.datetime) -> None:
    order = read_order(body(purchase_date=text))
    (found,) = read_order(shipment(actual_fulfillment_date=text)).shipments

    assert (order.purchased_at, found.shipped_at) == (utc, utc)
    assert order.purchased_at.tzinfo is not None


def test_an_order_without_a_purchase_date_was_bought_when_it_came() -> None:
    assert read_order(body()).purchased_at.replace(microsecond=0) == dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)


def test_a_line_without_a_sku_goes_by_its_reference() -> None:
    order = read_order(body(products=[{"sku": None, "reference_id": "R-1", "quantity": 1}]))

    assert order.lines[0].sku == "R-1"


@pytest.mark.parametrize(
    ("parts", "quantity"),
    [([{"quantity": 3}], 3), ([{"quantity": 3}, {"quantity": 1}], None), ([], None), (None, None)],
)
def test_only_a_product_of_one_part_tells_its_quantity(
    parts: list[dict[str, int]] | None, quantity: int | None
) -> None:
    products = [{"sku": "A", "inventory_items": parts}]

    (found,) = read_order(shipment(products=products)).shipments

    assert [(item.sku, item.quantity) for item in found.items] == [("A", quantity)]


def test_lots_serials_and_expiry_are_read_of_each_part() -> None:
    part = {"id": 9, "quantity": 2, "lot": "L-1", "expiration_date": "2027-12-31T00:00:00", "serial_numbers": ["S1", 2]}
    products = [{"sku": "A", "inventory_items": [part, {"id": 9, "quantity": 1, "lot": None, "serial_numbers": None}]}]

    (found,) = read_order(shipment(products=products)).shipments

    assert found.items == (
        ShippedItem(
            "A",
            Decimal(3),
            (
                ShippedPart(Decimal(2), 9, "", "L-1", dt.date(2027, 12, 31), ("S1", "2")),
                ShippedPart(Decimal(1), 9),
            ),
        ),
    )


def test_what_the_order_says_of_itself_is_read_tolerantly() -> None:
    told = read_order(
        body(
            type="drop ship",
            retailer_program_data={"retailer_program_type": " AMZ "},
            shipping_method=" Two  Day ",
            gift_message="Enjoy",
            financials={"total_price": 1, "currency_code": "cad"},
        )
    )

    assert (told.type, told.programme, told.shipping_method) == (OrderType.DROP_SHIP, "AMZ", "Two Day")
    assert (told.gift_message, told.currency) == ("Enjoy", "CAD")


def test_a_line_tells_its_unit_and_the_shops_own_id() -> None:
    line = {"sku": "A", "quantity": 2, "quantity_unit_of_measure_code": "cs", "external_line_id": 7}

    (found,) = read_order(body(products=[line])).lines

    assert (found, found.id) == (OrderLine("A", Decimal(2), None, "CS"), "7")


PERSONAL = {"name": "Dana Whitfield", "phone_number": "555-0142", "address": {"address1": 7, "city": ["Dayton"]}}


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": None}, "id"),
        ({"id": "Dana Whitfield"}, "id"),
        ({"channel": None}, "channel"),
        ({"created_date": "Dana Whitfield"}, "created_date"),
        ({"products": [{"sku": "A"}]}, "products.0.quantity"),
        ({"products": [{"sku": "A", "quantity": "Dana Whitfield"}]}, "products.0.quantity"),
        ({"shipments": [{"id": 301, "status": "Processing"}]}, "shipments.0.order_id"),
        ({"recipient": PERSONAL}, "recipient.address.city"),
        ({"financials": {"total_price": "Dana Whitfield"}}, "financials.total_price"),
    ],
)
def test_what_is_missing_is_named_by_its_place_and_nobody_by_name(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(Transient) as failure:
        read_order(body(**changes))

    told = f"{failure.value!r} {failure.value.__cause__!r}"
    assert path in told
    for personal in ("Dana", "555-0142", "Dayton"):
        assert personal not in told


def test_an_order_without_an_id_is_not_read() -> None:
    nameless = json.dumps({key: value for key, value in ORDER.items() if key != "id"}).encode()

    with pytest.raises(Transient, match="id: missing"):
        read_order(nameless)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ORDER, "sku", "quantity"]), inner),
    max_leaves=8,
)


@given(st.sampled_from([*ORDER, *OPTIONAL]), JSON)
def test_nothing_but_an_order_or_one_of_our_failures_comes_of_any_json(name: str, value: object) -> None:
    text = body(**{name: value})
    for read in (read_order, read_order_of_shipment, read_listed):
        try:
            read(text)
        except Transient:
            continue


def test_a_deep_nest_is_one_of_our_failures() -> None:
    with pytest.raises(Transient):
        read_order(b"[" * 200_000)


@pytest.mark.parametrize("word", ["NaN", "Infinity", '"NaN"', '"Infinity"'])
def test_an_amount_is_a_number(word: str) -> None:
    with pytest.raises(Transient):
        read_order(body().decode().replace('"total_price": 30.0', f'"total_price": {word}').encode())
