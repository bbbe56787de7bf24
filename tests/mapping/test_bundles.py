"""Bundles in parts and kits: what GP's lines say of them, and what a person must count."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from bridge.domain.order import Shipment
from bridge.domain.outcome import MappingKey, NeedsReview
from bridge.domain.recording import Recording
from bridge.mapping import amounts
from bridge.mapping.recording import keys_of
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.lines import a_set, outcome, told, written
from tests.orders import CHICAGO, RENO, an_order, line, parcel, texts

SET = "SOAP*2 + MUG*1"

# ---- Bundles in parts


def test_a_bundle_is_written_as_a_line_for_each_part() -> None:
    order = an_order(a_set(1, ("SOAP", 4), ("MUG", 2)), lines=(line("SET", 2, "30.00"),), total="60.00")

    # 60.00 over four soaps and two mugs, each piece as much as any other: 40.00 and 20.00.
    assert told(written(order, **{"bundle/SET": SET})) == [
        "4 × SOAP-1 at CHICAGO for 10.00",
        "2 × MUG-1 at CHICAGO for 10.00",
    ]


def test_a_bundles_price_is_shared_by_the_worth_of_the_pieces() -> None:
    order = an_order(a_set(1, ("SOAP", 2), ("MUG", 1)), lines=(line("SET", 1, "20.00"),), total="20.00")

    # Two worth 4 each and one worth 12, which is 8 to 12.
    assert told(written(order, **{"bundle/SET": "SOAP*2 @4 + MUG*1 @12"})) == [
        "2 × SOAP-1 at CHICAGO for 4.00",
        "1 × MUG-1 at CHICAGO for 12.00",
    ]


def test_the_cent_that_does_not_divide_goes_to_a_piece_that_can_have_it_alone() -> None:
    order = an_order(a_set(1, ("SOAP", 2), ("MUG", 1)), lines=(line("SET", 1, "10.00"),), total="10.00")

    # 3.333… a piece: two soaps cannot share the odd cent, the mug can have it.
    assert told(written(order, **{"bundle/SET": SET})) == [
        "2 × SOAP-1 at CHICAGO for 3.33",
        "1 × MUG-1 at CHICAGO for 3.34",
    ]


def test_where_no_whole_cents_make_the_price_a_finer_price_makes_the_amount() -> None:
    order = an_order(a_set(1, ("SOAP", 2), ("MUG", 2)), lines=(line("SET", 1, "10.01"),), total="10.01")

    # Twice one price and twice another is an even number of cents: 5.01 and 5.00, at 2.505 and 2.50.
    lines = written(order, **{"bundle/SET": "SOAP*2 + MUG*2"})
    assert [(each.unit_price, each.amount) for each in lines] == [
        (Decimal("2.505"), Decimal("5.01")),
        (Decimal("2.50"), Decimal("5.00")),
    ]


def test_a_part_in_another_unit_of_gps_keeps_prices_in_whole_cents() -> None:
    order = an_order(a_set(1, ("SOAP", 24), ("MUG", 1)), lines=(line("SET", 1, "60.00"),), total="60.00")

    # 2.40 a piece; a case is twelve of them.
    mapped = {"bundle/SET": "SOAP*24 + MUG*1", "sku/SOAP": "SOAP-1 CASE*1/12"}
    assert told(written(order, **mapped)) == ["2 CASE× SOAP-1 at CHICAGO for 28.8", "1 × MUG-1 at CHICAGO for 2.40"]


@given(
    st.integers(1, 10**6),
    st.lists(st.tuples(st.integers(1, 12), st.integers(0, 500)), min_size=1, max_size=6),
)
def test_whole_cents_of_the_pieces_make_the_bundles_price_or_none_are_given(
    cents: int, parts: list[tuple[int, int]]
) -> None:
    counts = [count for count, _ in parts]
    made = amounts.cent_prices(Fraction(cents, 100), counts, [Fraction(worth) for _, worth in parts])

    if made is None:
        assert 1 not in counts or not any(worth for _, worth in parts)
    else:
        assert sum(price * count for price, count in zip(made, counts, strict=True)) == Decimal(cents) / 100
        assert min(made) >= 0


def test_parts_that_travel_apart_are_lines_of_their_own_site_and_keep_the_amount() -> None:
    here, there = parcel(1, ("SOAP", 2), at=CHICAGO), parcel(2, ("SOAP", 1), ("MUG", 1), at=RENO)
    order = an_order(here, there, lines=(line("SET", 1, "10.00"),), total="10.00")

    lines = written(order, **{"bundle/SET": "SOAP*3 + MUG*1"})

    assert [(each.item, each.site, each.amount) for each in lines] == [
        ("SOAP-1", "CHICAGO", Decimal("5.00")),
        ("SOAP-1", "RENO", Decimal("2.50")),
        ("MUG-1", "RENO", Decimal("2.50")),
    ]


def test_a_part_that_is_also_sold_by_itself_fills_the_lines_in_their_own_sequence() -> None:
    lines = (line("SET", 1, "12.00"), line("SOAP", 1, "5.00"))
    order = an_order(parcel(1, ("SOAP", 2)), parcel(2, ("SOAP", 1), ("MUG", 1)), lines=lines, total="17.00")

    found = outcome(order, **{"bundle/SET": SET})

    assert isinstance(found, Recording)
    parcels = [[(x.sequence // 16384, int(x.quantity)) for x in each.lines] for each in found.parcels]
    assert parcels == [[(1, 2)], [(2, 1), (3, 1)]]


def test_pieces_that_shipbob_names_by_their_bundle_go_to_no_other_line() -> None:
    lines = (line("SOAP", 2, "5.00"), line("SET", 1, "12.00"))
    order = an_order(a_set(1, ("SOAP", 2), ("MUG", 1)), parcel(2, ("SOAP", 2)), lines=lines, total="22.00")

    found = outcome(order, **{"bundle/SET": SET})

    assert isinstance(found, Recording)
    parcels = [[(x.sequence // 16384, int(x.quantity)) for x in each.lines] for each in found.parcels]
    assert parcels == [[(2, 2), (3, 1)], [(1, 2)]]


def test_a_bundle_of_one_part_is_counted_in_that_part() -> None:
    order = an_order(parcel(1, ("SOAP-3", 6)), lines=(line("SOAP-3", 2, "9.00"),), total="18.00")

    assert told(written(order, **{"bundle/SOAP-3": "SOAP*3"})) == ["6 × SOAP-1 at CHICAGO for 3.00"]


def test_a_bundle_that_nobody_mapped_is_a_review_that_asks_for_its_parts_and_not_for_an_item() -> None:
    order = an_order(a_set(1, ("SOAP", 2), ("MUG", 1)), lines=(line("SET", 1, "10.00"),))

    found = outcome(order)

    assert isinstance(found, NeedsReview)
    assert [str(key) for key in found.waits_for] == ["bundle/SET"]
    assert texts(found) == ["ShipBob ships 'SET' as a bundle of several items, and GP does not know its parts"]


def test_the_parts_of_a_bundle_are_mapped_like_any_sku() -> None:
    order = an_order(a_set(1, ("SOAP", 2), ("CANDLE", 1)), lines=(line("SET", 1, "10.00"),))

    found = outcome(order, **{"bundle/SET": "SOAP*2 + CANDLE*1"})

    assert texts(found) == ["ShipBob SKU 'CANDLE' has no GP item"]


def test_a_sku_that_nobody_mapped_is_named_once_however_many_lines_have_it() -> None:
    held = a_set(1, ("SOAP", 2), ("CANDLE", 1)), parcel(2, ("CANDLE", 2))
    lines = line("SET", 1, "20.00"), line("CANDLE", 1, "5.00"), line("CANDLE", 1, "4.00")

    found = outcome(an_order(*held, lines=lines, total="29.00"), **{"bundle/SET": "SOAP*2 + CANDLE*1"})

    assert texts(found) == ["ShipBob SKU 'CANDLE' has no GP item"]
    assert isinstance(found, NeedsReview)
    assert found.reasons[0].or_for == (), "as a bundle it would answer for the lines, and not for the part"


def test_the_parts_keys_are_asked_for_once_the_bundle_is_known() -> None:
    order = an_order(a_set(1, ("SOAP", 2)), lines=(line("SET", 1, "10.00"),))
    known = {MappingKey.parse("bundle/SET"): "SOAP*2"}

    assert MappingKey.parse("sku/SOAP") not in keys_of(order)
    assert MappingKey.parse("sku/SOAP") in keys_of(order, known)


def test_a_bundle_that_holds_something_else_than_was_mapped_is_a_review() -> None:
    order = an_order(a_set(1, ("SOAP", 2), ("CANDLE", 1)), lines=(line("SET", 1, "10.00"),))

    assert texts(outcome(order, **{"bundle/SET": SET})) == [
        "The order has 1 of MUG, its shipments have 0",
        "The order has 0 of CANDLE, its shipments have 1",
    ]


def test_parts_that_shipbob_does_not_name_are_a_review() -> None:
    order = an_order(a_set(1, ("", 2), ("", 1)), lines=(line("SET", 1, "10.00"),))

    assert texts(outcome(order, **{"bundle/SET": SET})) == [
        "ShipBob does not say which parts of SET are in the shipments"
    ]


def test_parts_under_the_name_of_another_bundle_are_a_review() -> None:
    lines = (line("SET", 1, "10.00"), line("BATH", 1, "4.00"))
    order = an_order(a_set(1, ("SOAP", 3), ("MUG", 1)), lines=lines)

    found = texts(outcome(order, **{"bundle/SET": SET, "bundle/BATH": "SOAP*1"}))

    assert found == ["The shipments hold SOAP for another bundle than was ordered"]


def test_a_bundle_mapped_to_what_is_none_is_a_review_that_shows_how_it_is_written() -> None:
    order = an_order(a_set(1, ("SOAP", 2)), lines=(line("SET", 1, "10.00"),))

    (text,) = texts(outcome(order, **{"bundle/SET": "SOAP"}))

    assert "'SOAP' is no bundle" in text


# ---- Kits


KIT = {"bundle/SET": f"kit GIFT-KIT: {SET}"}


def test_a_kit_is_one_line_counted_in_whole_kits() -> None:
    order = an_order(
        a_set(1, ("SOAP", 4), ("MUG", 2), shipped=True),
        a_set(2, ("SOAP", 2), ("MUG", 1)),
        lines=(line("SET", 3, "10.00"),),
        total="30.00",
    )

    (kits,) = written(order, **KIT)

    assert told((kits,)) == ["3 × GIFT-KIT at CHICAGO for 10.00"]
    assert kits.fulfilled == 2


def test_the_items_of_a_kits_parts_need_not_be_mapped() -> None:
    order = an_order(a_set(1, ("X", 1)), lines=(line("SET", 1, "10.00"),))

    assert told(written(order, **{"bundle/SET": "kit GIFT-KIT: X*1"})) == ["1 × GIFT-KIT at CHICAGO for 10.00"]


def test_a_kit_whose_parts_travel_apart_is_a_review() -> None:
    order = an_order(
        a_set(1, ("SOAP", 4), ("MUG", 1)), a_set(2, ("MUG", 1)), lines=(line("SET", 2, "10.00"),), total="20.00"
    )

    assert texts(outcome(order, **KIT)) == ["Shipment 1 holds 1 whole GIFT-KIT, and 2 of SOAP of another"]


def test_parts_that_two_lines_may_claim_in_several_parcels_are_a_review() -> None:
    lines = (line("SET", 1, "10.00"), line("SOAP", 2, "4.00"))
    order = an_order(parcel(1, ("SOAP", 2), ("MUG", 1)), parcel(2, ("SOAP", 2)), lines=lines)

    assert texts(outcome(order, **KIT)) == [
        "SOAP is part of GIFT-KIT and of another line, and ShipBob does not say which parcel holds whose"
    ]


@pytest.mark.parametrize(
    "parcels",
    [
        (parcel(1, ("SOAP", 4), ("MUG", 1)),),
        (a_set(1, ("SOAP", 2), ("MUG", 1)), parcel(2, ("SOAP", 2))),
    ],
    ids=["one parcel holds it all", "ShipBob names the kit's own"],
)
def test_parts_that_two_lines_may_claim_are_no_question_where_it_makes_no_difference(
    parcels: tuple[Shipment, ...],
) -> None:
    lines = (line("SET", 1, "10.00"), line("SOAP", 2, "4.00"))

    found = written(an_order(*parcels, lines=lines, total="18.00"), **KIT)

    assert told(found) == ["1 × GIFT-KIT at CHICAGO for 10.00", "2 × SOAP-1 at CHICAGO for 4.00"]


def test_a_kit_that_shipbob_names_itself_may_stand_beside_its_parts_in_several_parcels() -> None:
    lines = (line("SET", 1, "10.00"), line("SOAP", 2, "4.00"), line("MUG", 1, "1.00"), line("MUG", 1, "2.00"))
    named = a_set(1, ("SOAP", 2), ("MUG", 1))
    loose = parcel(2, ("SOAP", 1), ("MUG", 1)), parcel(3, ("SOAP", 1), ("MUG", 1))

    found = written(an_order(named, *loose, lines=lines, total="21.00"), **KIT)

    assert told(found)[0] == "1 × GIFT-KIT at CHICAGO for 10.00"


def test_the_same_kit_on_two_lines_is_no_question_either() -> None:
    lines = (line("SET", 1, "10.00"), line("SET", 1, "0"))
    order = an_order(parcel(1, ("SOAP", 2), ("MUG", 1)), parcel(2, ("SOAP", 2), ("MUG", 1)), lines=lines, total="10.00")

    assert told(written(order, **KIT)) == ["1 × GIFT-KIT at CHICAGO for 10.00", "1 × GIFT-KIT at CHICAGO for 0"]


# ---- Properties


CENTS = st.decimals(0, 5000, places=2)


@given(CENTS, st.lists(st.fractions(0, 50), min_size=1, max_size=8))
def test_what_is_shared_out_adds_up_and_nobody_is_off_by_a_cent(amount: Decimal, weights: list[Fraction]) -> None:
    shares = amounts.shared(amount, weights)
    whole = sum(weights)

    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        exact = Fraction(amount) * (weight / whole if whole else Fraction(1, len(weights)))
        assert abs(Fraction(share) - exact) < Fraction(1, 100)


@given(CENTS, st.integers(1, 999))
def test_up_to_999_pieces_there_is_always_a_price_that_makes_the_amount(amount: Decimal, count: int) -> None:
    price = amounts.price_making(amount, Decimal(count))

    assert price is not None
    assert (price * count).quantize(Decimal("0.01"), ROUND_HALF_UP) == amount


@given(CENTS, st.integers(1, 40), st.integers(1, 6), st.integers(1, 6), st.data())
def test_a_bundle_in_parts_keeps_what_was_paid_however_it_is_split(
    price: Decimal, count: int, soaps: int, mugs: int, data: st.DataObject
) -> None:
    assume(count * soaps < 1000)
    first = data.draw(st.integers(0, count * soaps))
    here = parcel(1, *([("SOAP", first)] if first else []), ("MUG", count * mugs), at=CHICAGO)
    rest = count * soaps - first
    there = [parcel(2, ("SOAP", rest), at=RENO)] if rest else []
    order = an_order(here, *there, lines=(line("SET", count, str(price)),), total=str(price * count))

    found = outcome(order, **{"bundle/SET": f"SOAP*{soaps} + MUG*{mugs}"})

    assert isinstance(found, Recording)
    assert sum(each.amount for each in found.order.lines) == price * count
    assert (found.order.freight, found.order.trade_discount) == (Decimal(0), Decimal(0))
