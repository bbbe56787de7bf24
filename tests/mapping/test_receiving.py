"""What ShipBob put on its shelves against what was announced. Worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from bridge.domain.correction import Correction
from bridge.domain.mapped import MappedItem
from bridge.domain.outcome import MappingKey, Reason
from bridge.domain.receiving import ReceivedBoxItem, ReceivingBox
from bridge.mapping.announcing import purchase_order_number
from bridge.mapping.receiving import (
    Difference,
    capped,
    corrections,
    differences,
    is_on_its_way_to_the_shelf,
    name_of,
    progress,
    site_keys_of,
    sites_of,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.receiving import BLUE, RED, TRX, a_box, a_transfer, a_wro, blue, red

JULY = dt.date(2027, 7, 1)


def test_what_came_in_as_announced_differs_by_nothing() -> None:
    assert differences(a_wro(red(100, 100), blue(5, 5)), []) == ()


def test_short_and_surplus_are_told_of_each_item() -> None:
    found = differences(a_wro(red(100, 98), blue(0, 3)), [])

    assert found == (Difference("WIDGET-RED", 100, 98), Difference("WIDGET-BLUE", 0, 3))
    assert [each.pieces for each in found] == [-2, 3]


def test_lots_are_told_apart_with_their_first_day() -> None:
    boxes = [a_box(("L1", 60, 58)), a_box(("L1", 10, 10), ("L2", 30, 30))]

    assert differences(a_wro(red(100, 98)), boxes) == (Difference("WIDGET-RED", 70, 68, "L1", JULY),)


def test_lots_that_were_mixed_up_differ_though_the_item_does_not() -> None:
    found = differences(a_wro(red(100, 100)), [a_box(("L1", 60, 58), ("L2", 40, 42))])

    assert [(each.lot, each.pieces) for each in found] == [("L1", -2), ("L2", 2)]


def test_boxes_without_lots_tell_no_more_than_the_line() -> None:
    assert differences(a_wro(red(100, 98)), [a_box(("", 100, 98))]) == (Difference("WIDGET-RED", 100, 98),)


@pytest.mark.parametrize("box", [a_box(("L1", 100, 97)), a_box(("L1", 90, 98))], ids=["stowed", "announced"])
def test_boxes_that_disagree_with_the_line_are_not_gone_by(box: ReceivingBox) -> None:
    assert differences(a_wro(red(100, 98)), [box]) == (Difference("WIDGET-RED", 100, 98),)


def test_a_lot_without_a_day_has_none() -> None:
    item = ReceivedBoxItem(RED, 100, 98, 98, "L1")

    assert differences(a_wro(red(100, 98)), [ReceivingBox(1, "BOX-1", "Completed", (item,))]) == (
        Difference("WIDGET-RED", 100, 98, "L1"),
    )


def test_the_boxes_of_another_item_say_nothing_of_it() -> None:
    assert differences(a_wro(red(100, 98)), [a_box(("L1", 100, 98), inventory=BLUE)]) == (
        Difference("WIDGET-RED", 100, 98),
    )


COUNTS = st.lists(st.tuples(st.sampled_from(["", "L1", "L2"]), st.integers(0, 50), st.integers(0, 50)), max_size=6)


@given(COUNTS)
def test_the_lots_together_differ_by_what_the_item_differs_by(lots: list[tuple[str, int, int]]) -> None:
    announced, stowed = sum(each[1] for each in lots), sum(each[2] for each in lots)

    found = differences(a_wro(red(announced, stowed)), [a_box(*lots)])

    assert sum(each.pieces for each in found) == stowed - announced


def test_goods_are_on_their_way_to_the_shelf_where_the_dock_has_counted_more() -> None:
    assert is_on_its_way_to_the_shelf(a_wro(blue(5, 5), red(100, 90, received=91)))
    assert not is_on_its_way_to_the_shelf(a_wro(red(100, 90, received=0), blue(5, 5)))


def test_progress_counts_all_items() -> None:
    assert progress(a_wro(red(100, 90), blue(5, 5))) == "95 of 105 pieces on the shelf"
    assert progress(a_wro()) == "0 of 0 pieces on the shelf"


def test_a_receiving_order_is_named_with_its_purchase_order_number_where_it_has_one() -> None:
    assert name_of(a_wro(purchase_order="PO 1")) == "WRO 7 'PO 1'"
    assert name_of(a_wro(purchase_order="")) == "WRO 7"


# ---- The site


def test_a_transfer_brings_goods_to_the_sites_of_its_lines() -> None:
    transfer = a_transfer("CHICAGO", "RENO", "CHICAGO")

    assert {str(key) for key in site_keys_of(transfer)} == {"transit/CHICAGO", "transit/RENO"}
    assert sites_of(TRX, transfer, {}, "PO 1") == ("CHICAGO", "RENO")


def test_a_via_site_brings_them_to_where_it_leads() -> None:
    mapped = {MappingKey.parse("transit/VIA"): "CHICAGO"}

    assert sites_of(TRX, a_transfer("VIA"), mapped, "PO 1") == ("CHICAGO",)


def test_a_number_that_names_one_of_several_sites_tells_them_apart() -> None:
    transfer = a_transfer("SITE", "SITE 1", "RENO")

    assert sites_of(TRX, transfer, {}, purchase_order_number(TRX, "SITE 1", 2)) == ("SITE 1",)
    assert sites_of(TRX, transfer, {}, purchase_order_number(TRX, "SITE", 2)) == ("SITE",)


# ---- In GP's words


def test_differences_are_corrections_in_the_unit_of_the_mapping() -> None:
    found = [Difference("WIDGET-RED", 100, 88, "L1", JULY)]
    mapped = {MappingKey.parse("sku/WIDGET-RED"): "RED-100 CASE*1/12"}

    assert corrections(found, "CHICAGO", mapped) == (
        Correction("WIDGET-RED", MappedItem("RED-100", "CASE", Fraction(1, 12)), "CHICAGO", Decimal(-12), "L1", JULY),
    )


def test_no_more_reasons_are_told_than_a_person_reads() -> None:
    reasons = [Reason(f"{number}", "do") for number in range(21)]

    assert capped(reasons[:20]) == tuple(reasons[:20])
    assert [each.text for each in capped(reasons)[-2:]] == ["19", "and 1 more items of the same"]
