"""Text in GP's columns and characters: nothing is lost that the comment or the audit does not hold."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.domain.order import Order, Recipient
from bridge.domain.outcome import MappingKey, NeedsReview
from bridge.domain.recording import Recording
from bridge.domain.sales_document import SalesOrder
from bridge.mapping import columns
from bridge.mapping.recording import sales_order
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import TERMS
from tests.orders import MAPPED, PLAIN_ITEMS, an_order, parcel, texts, unshipped

KNOWN = {MappingKey.parse(key): value for key, value in MAPPED.items()}
TEXT = st.text(max_size=120)


def written(order: Order, **mapped: str) -> SalesOrder:
    known = KNOWN | {MappingKey.parse(key): value for key, value in mapped.items()}
    found = sales_order(order, known, TERMS, "B")
    assert isinstance(found, Recording), found
    return found.order


@pytest.mark.parametrize(
    ("text", "in_gp"),
    [
        ("Zoë Müller", "Zoë Müller"),
        ("Łódź", "?ódz"),
        ("Dvořák", "Dvorák"),
        ("ﬁne № 5", "fine No 5"),
        ("日本 2", "?? 2"),
        ("e\u0301", "é"),
        ("10\u00a0€", "10 €"),
    ],
)
def test_a_character_that_gp_lacks_is_the_plain_one_behind_it_or_a_question_mark(text: str, in_gp: str) -> None:
    assert columns.Cutter().fit("City", text, 35) == in_gp


def test_the_comment_names_the_fields_whose_characters_gp_could_not_hold() -> None:
    who = Recipient("Petr Dvořák", address1="1 Example Ave", city="Łódź")

    found = written(an_order(parcel(301, *PLAIN_ITEMS), recipient=who))

    assert (found.ship_to.contact, found.ship_to.city) == ("Petr Dvorák", "?ódz")
    assert found.comment == "Not in GP's characters: Ship to, Contact, City"


def test_a_gift_message_stands_in_the_comment_behind_what_was_cut() -> None:
    order = dataclasses.replace(unshipped(), number="AMAZON-113-4567890-1234567", gift_message="Many happy\nreturns")

    assert written(order).comment == ("Order number: AMAZON-113-4567890-1234567; Gift message: Many happy returns")


def test_a_comment_that_is_full_says_where_the_rest_is() -> None:
    found = written(dataclasses.replace(unshipped(), gift_message="x" * 300)).comment

    assert len(found) == 200
    assert found.endswith("xxx ... more in the audit")


def test_a_comment_of_just_the_width_is_not_cut() -> None:
    cutter = columns.Cutter()
    cutter.note("Gift", "x" * 194)

    assert cutter.comment() == "Gift: " + "x" * 194


@given(st.builds(Recipient, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, TEXT), TEXT, TEXT)
def test_whatever_shipbob_sends_gp_can_hold(recipient: Recipient, number: str, gift: str) -> None:
    order = an_order(parcel(1, *PLAIN_ITEMS), recipient=recipient, order_number=number)
    found = written(dataclasses.replace(order, gift_message=gift))

    every = [getattr(found.ship_to, name) for name in type(found.ship_to).__slots__]
    for text in [*every, found.customer_po, found.comment]:
        assert text.encode("cp1252").decode("cp1252").isprintable() or not text
    assert len(found.comment) <= columns.COMMENT


# ---- Shipping methods


def test_the_shipping_method_is_the_one_that_is_mapped() -> None:
    order = dataclasses.replace(unshipped(), shipping_method="Two Day")

    assert written(order, **{"shipping/Two Day": "2DAY"}).shipping_method == "2DAY"


def test_a_shipping_method_that_is_left_to_gp_and_an_order_without_one_give_none() -> None:
    order = dataclasses.replace(unshipped(), shipping_method="Standard")

    assert written(order, **{"shipping/Standard": "-"}).shipping_method == ""
    assert written(unshipped()).shipping_method == ""


def test_a_shipping_method_that_nobody_mapped_is_a_review_that_names_it() -> None:
    found = sales_order(dataclasses.replace(unshipped(), shipping_method="Two Day"), KNOWN, TERMS, "B")

    assert isinstance(found, NeedsReview)
    assert texts(found) == ["ShipBob shipping method 'Two Day' has no GP shipping method"]
    assert found.waits_for == {MappingKey.parse("shipping/Two Day")}


# ---- Dates


def test_an_order_is_dated_on_the_day_of_its_purchase_in_gps_zone_or_as_it_was_dated_anew() -> None:
    moved = sales_order(unshipped(), KNOWN, TERMS, "B", dated=dt.date(2026, 12, 1))

    assert written(unshipped()).date == dt.date(2026, 11, 16)
    assert isinstance(moved, Recording)
    assert moved.order.date == dt.date(2026, 12, 1)
