"""Whose order it is in GP: the most exact mapping wins, and nothing is guessed."""

from __future__ import annotations

import dataclasses

import pytest
from bridge.domain.order import Order, OrderType
from bridge.domain.outcome import MappingKey, Reason
from bridge.mapping import customers
from hypothesis import given
from hypothesis import strategies as st

from tests.orders import unshipped

ACME = dataclasses.replace(unshipped().recipient, company="Acme  Ltd")
B2B_OF_ACME = dataclasses.replace(unshipped(), type=OrderType.B2B, programme="AMZ", recipient=ACME)


def customer(order: Order, **mapped: str) -> str | Reason:
    """`mapped` by what stands behind the channel."""
    keys = {customers.canonical(MappingKey.parse(f"channel/101{end}")): value for end, value in mapped.items()}
    return customers.customer(order, keys)


def test_the_channel_alone_gives_the_customer_of_every_order() -> None:
    assert customer(unshipped(), **{"": "SHOP"}) == "SHOP"
    assert customer(B2B_OF_ACME, **{"": "SHOP"}) == "SHOP"


@pytest.mark.parametrize("end", ["+type=B2B", "+programme=AMZ", "+company=Acme Ltd", "+company=acme   LTD"])
def test_a_more_exact_key_wins_over_the_channel_alone(end: str) -> None:
    assert customer(B2B_OF_ACME, **{"": "SHOP", end: "TRADE"}) == "TRADE"


@pytest.mark.parametrize("end", ["+type=DTC", "+programme=WMT", "+company=Acme"])
def test_a_key_of_another_order_does_not_fit(end: str) -> None:
    assert customer(B2B_OF_ACME, **{"": "SHOP", end: "TRADE"}) == "SHOP"


def test_two_qualifiers_win_over_one() -> None:
    mapped = {"+type=B2B": "TRADE", "+company=Acme Ltd": "ACME", "+type=B2B+company=Acme Ltd": "ACMETRADE"}

    assert customer(B2B_OF_ACME, **mapped) == "ACMETRADE"


def test_two_keys_that_fit_equally_are_a_review_that_names_both_and_the_key_that_would_decide() -> None:
    found = customer(B2B_OF_ACME, **{"": "SHOP", "+type=B2B": "TRADE", "+company=Acme Ltd": "ACME"})

    assert isinstance(found, Reason)
    assert "channel/101+type=b2b is TRADE and channel/101+company=acme ltd is ACME" in found.text
    assert found.waits_for == MappingKey.parse("channel/101+type=b2b+company=acme ltd")


def test_two_keys_that_fit_equally_and_agree_are_no_question() -> None:
    assert customer(B2B_OF_ACME, **{"+type=B2B": "TRADE", "+company=Acme Ltd": "TRADE"}) == "TRADE"


def test_without_any_mapping_the_review_asks_for_the_channel() -> None:
    found = customer(B2B_OF_ACME)

    assert isinstance(found, Reason)
    assert (found.text, found.waits_for) == (
        "ShipBob channel 101 'Shop' has no GP customer",
        MappingKey.parse("channel/101"),
    )


def test_an_order_of_no_known_kind_fits_no_kind() -> None:
    order = dataclasses.replace(unshipped(), type=OrderType.UNKNOWN)

    assert [str(key) for key in customers.keys(order)] == ["channel/101"]


@pytest.mark.parametrize("text", ["shop", "101+colour=red", "101+type=A+type=B", "101+type=", "101+company= "])
def test_a_key_that_no_order_could_fit_is_not_taken(text: str) -> None:
    with pytest.raises(ValueError, match=r"channel/101\+type=B2B"):
        customers.canonical(MappingKey.parse(f"channel/{text}"))


def test_qualifiers_may_be_written_in_any_order() -> None:
    written = MappingKey.parse("channel/101+company=Acme+type=B2B")

    assert str(customers.canonical(written)) == "channel/101+type=b2b+company=acme"


@given(st.sampled_from(list(OrderType)), st.text(max_size=8), st.text(max_size=8))
def test_every_key_that_fits_an_order_can_be_mapped_by_hand(kind: OrderType, programme: str, company: str) -> None:
    recipient = dataclasses.replace(unshipped().recipient, company=company.replace("+", ""))
    order = dataclasses.replace(unshipped(), type=kind, programme=programme.replace("+", ""), recipient=recipient)

    for key in customers.keys(order):
        assert customers.canonical(key) == key
