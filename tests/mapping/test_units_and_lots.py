"""Units of measure, lots, serials and prices of GP's lines."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest
from bridge.domain.inventory import Lot
from bridge.domain.order import Order, OrderLine, ShippedItem, ShippedPart
from bridge.domain.outcome import MappingKey, NeedsReview
from bridge.domain.recording import Recording
from bridge.domain.terms import PriceSource
from bridge.mapping.recording import sales_order

from local.memory.world import TERMS
from tests.lines import outcome, told, written
from tests.orders import MAPPED, an_order, line, parcel, shipped_parcel, texts

# ---- Units of measure


def test_a_piece_that_is_a_twelfth_of_a_case_is_written_in_cases_at_the_cases_price() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 24)), lines=(line("WIDGET-RED", 24, "1.50"),), total="36.00")

    assert told(written(order, **{"sku/WIDGET-RED": "RED-100 CASE*1/12"})) == ["2 CASE× RED-100 at CHICAGO for 18"]


def test_a_piece_that_is_ten_of_gps_units_is_written_at_a_tenth_of_the_price() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 3)), lines=(line("WIDGET-RED", 3, "1.05"),), total="3.15")

    assert told(written(order, **{"sku/WIDGET-RED": "RED-100 EACH*10"})) == ["30 EACH× RED-100 at CHICAGO for 0.105"]


def test_a_price_that_no_five_decimals_hold_is_the_one_that_makes_the_amount() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 1)), lines=(line("WIDGET-RED", 1, "10.00"),), total="10.00")

    # Three of GP's units for 10.00: 3.33 make 9.99, 3.333 make 10.00.
    (found,) = written(order, **{"sku/WIDGET-RED": "RED-100 EACH*3"})
    assert told((found,)) == ["3 EACH× RED-100 at CHICAGO for 3.333"]
    assert found.amount == Decimal("10.00")


def test_an_amount_that_no_price_makes_is_a_review() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 1)), lines=(line("WIDGET-RED", 1, "0.01"),), total="0.01")

    # 7,000 units: at 0.00000 they are nothing, at 0.00001 they are 0.07.
    assert texts(outcome(order, **{"sku/WIDGET-RED": "RED-100 EACH*7000"})) == [
        "No unit price that GP can hold makes the amount of WIDGET-RED to the cent"
    ]


def test_pieces_that_make_no_quantity_of_gps_unit_are_a_review() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 7)), lines=(line("WIDGET-RED", 7, "1.50"),))

    assert texts(outcome(order, **{"sku/WIDGET-RED": "RED-100 CASE*1/12"})) == [
        "7 of WIDGET-RED are no quantity of RED-100 that GP can hold in its unit CASE"
    ]


def test_shipbobs_cases_are_as_many_pieces_as_the_mapping_says() -> None:
    bought = (OrderLine("WIDGET-RED", Decimal(2), Decimal("18.00"), "CS"),)
    order = an_order(parcel(1, ("WIDGET-RED", 24)), lines=bought, total="36.00")

    assert told(written(order, **{"unit/CS": "12"})) == ["24 × RED-100 at CHICAGO for 1.5"]


def test_a_skus_own_case_goes_before_the_case_in_general() -> None:
    bought = (OrderLine("WIDGET-RED", Decimal(2), Decimal("18.00"), "CS"),)
    order = an_order(parcel(1, ("WIDGET-RED", 12)), lines=bought, total="36.00")

    assert told(written(order, **{"unit/CS": "12", "unit/CS:WIDGET-RED": "6"})) == ["12 × RED-100 at CHICAGO for 3"]


def test_shipbobs_cases_into_gps_cases_of_another_size() -> None:
    bought = (OrderLine("WIDGET-RED", Decimal(3), Decimal("10.00"), "CS"),)
    order = an_order(parcel(1, ("WIDGET-RED", 24)), lines=bought, total="30.00")

    # 3 cases of 8 are 24 pieces, 2 cases of 12, at 15.00.
    found = written(order, **{"unit/CS": "8", "sku/WIDGET-RED": "RED-100 CASE*1/12"})
    assert told(found) == ["2 CASE× RED-100 at CHICAGO for 15"]


def test_a_unit_that_nobody_mapped_is_a_review_that_names_it() -> None:
    bought = (OrderLine("WIDGET-RED", Decimal(2), Decimal("18.00"), "PL"),)

    found = outcome(an_order(parcel(1, ("WIDGET-RED", 2)), lines=bought))

    assert isinstance(found, NeedsReview)
    assert [str(key) for key in found.waits_for] == ["unit/PL:WIDGET-RED"]


@pytest.mark.parametrize("unit", ["", "EA"])
def test_a_line_in_pieces_needs_no_unit(unit: str) -> None:
    bought = (OrderLine("WIDGET-RED", Decimal(2), Decimal("18.00"), unit),)

    assert told(written(an_order(parcel(1, ("WIDGET-RED", 2)), lines=bought))) == ["2 × RED-100 at CHICAGO for 18.00"]


# ---- Lots and serials


PICKED = (
    ShippedPart(Decimal(2), 9, "", "L-1", dt.date(2027, 12, 31), ("S1", "S2")),
    ShippedPart(Decimal(1), 9, "", "L-2", None, ("S3",)),
)


def picked() -> Order:
    """Three of one SKU, two of one lot and one of another, for two lines."""
    held = dataclasses.replace(shipped_parcel(1), items=(ShippedItem("WIDGET-RED", Decimal(3), PICKED),))
    return an_order(held, lines=(line("WIDGET-RED", 1, "1.00"), line("WIDGET-RED", 2, "1.00")), total="3.00")


def test_the_lots_that_were_picked_stand_on_the_lines_of_an_item_that_gp_keeps_in_lots() -> None:
    found = outcome(picked(), **{"sku/WIDGET-RED": "RED-100 +lots"})

    assert isinstance(found, Recording)
    expires = dt.date(2027, 12, 31)
    first, second = (Lot("L-1", Decimal(1), expires),), (Lot("L-1", Decimal(1), expires), Lot("L-2", Decimal(1)))
    assert [each.lots for each in found.order.lines] == [first, second]
    assert [each.lots for each in found.parcels[0].lines] == [first, second]


def test_the_serials_that_were_picked_stand_on_the_lines_each_once() -> None:
    found = written(picked(), **{"sku/WIDGET-RED": "RED-100 +serials"})

    assert [each.serials for each in found] == [("S1",), ("S2", "S3")]


def test_an_item_that_gp_does_not_track_gets_neither() -> None:
    assert {(each.lots, each.serials) for each in written(picked())} == {((), ())}


def three_picked() -> Order:
    held = dataclasses.replace(shipped_parcel(1), items=(ShippedItem("WIDGET-RED", Decimal(3), PICKED),))
    return an_order(held, lines=(line("WIDGET-RED", 3, "1.00"),), total="3.00")


def test_the_lots_of_a_line_count_in_the_base_unit_that_the_sku_is_mapped_with() -> None:
    (found,) = written(three_picked(), **{"sku/WIDGET-RED": "RED-100 HALF*2 +lots"})

    assert (found.unit_of_measure, found.quantity) == ("HALF", Decimal(6))
    assert [f"{lot.quantity} {lot.number}" for lot in found.lots] == ["4 L-1", "2 L-2"]


@pytest.mark.parametrize(
    ("mapped", "by"),
    [
        ("RED-100 TRIO*1/3 +lots", "lots"),
        ("RED-100 TRIO*1/3 +serials", "serials"),
        ("RED-100 HALF*2 +serials", "serials"),
    ],
)
def test_lots_and_serials_in_another_unit_than_the_base_unit_are_never_written(mapped: str, by: str) -> None:
    """Three pieces are one TRIO, and GP can hold that: but whether its lot is one or three nobody says."""
    found = outcome(three_picked(), **{"sku/WIDGET-RED": mapped})

    assert texts(found) == [
        f"ShipBob SKU 'WIDGET-RED' is mapped to '{mapped}': GP counts {by} in the item's base unit; name that,"
        f" as in RED-100 EACH*1 +{by}"
    ]
    assert isinstance(found, NeedsReview)
    assert [str(key) for key in found.waits_for] == ["sku/WIDGET-RED"]


# ---- Prices


def test_a_gift_costs_nothing_and_is_a_line_all_the_same() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 1)), lines=(line("WIDGET-RED", 1, "0"),), total="0")

    assert told(written(order)) == ["1 × RED-100 at CHICAGO for 0"]


def test_a_price_below_nought_is_a_review() -> None:
    order = an_order(parcel(1, ("WIDGET-RED", 1)), lines=(line("WIDGET-RED", 1, "-5.00"),))

    assert texts(outcome(order)) == ["ShipBob gives WIDGET-RED a unit price below nought: -5.00"]


def test_where_prices_are_gps_own_none_is_asked_of_shipbob_and_no_amount_is_made_of_its_total() -> None:
    terms = dataclasses.replace(TERMS, orders=dataclasses.replace(TERMS.orders, prices=PriceSource.GP_PRICE_LEVEL))
    order = an_order(parcel(1, ("WIDGET-RED", 2)), lines=(line("WIDGET-RED", 2, None),), total="30.00")
    known = {MappingKey.parse(key): value for key, value in MAPPED.items()}

    found = sales_order(order, known, terms, "B")

    assert isinstance(found, Recording)
    assert found.order.is_priced_by_gp
    assert (found.order.freight, found.order.lines[0].quantity) == (Decimal(0), Decimal(2))
