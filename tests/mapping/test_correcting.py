"""What an event of ShipBob's inventory history corrects, in ShipBob's words and in GP's."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from bridge.domain.correction import Correction
from bridge.domain.mapped import MappedItem
from bridge.domain.outcome import MappingKey
from bridge.domain.stock import StockChange, StockEvent
from bridge.mapping.correcting import Change, changes_of, corrections, event_in, facts_of, keys_of
from hypothesis import given
from hypothesis import strategies as st

AT = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
MAPPED = {
    MappingKey.parse(key): value
    for key, value in {
        "location/8": "CHICAGO",
        "location/9": "RENO",
        "location/10": "CHICAGO",
        "sku/WIDGET-RED": "RED-100",
        "sku/WIDGET-RED-OLD": "RED-100",
        "sku/WIDGET-BLUE": "BLUE-100 CASE*1/12",
    }.items()
}


def red(quantity: int, *, at: int | None = 8, lot: str = "", sku: str = "WIDGET-RED") -> StockChange:
    return StockChange(at, sku, quantity, lot)


def an_event(increment: StockChange | None = None, decrement: StockChange | None = None) -> StockEvent:
    return StockEvent(7, 70, "InventoryAdjusted", AT, 8, increment, decrement)


def test_a_gain_and_a_loss_are_what_they_say() -> None:
    assert changes_of(an_event(increment=red(3))) == (Change(8, "WIDGET-RED", "", 3),)
    assert changes_of(an_event(decrement=red(-2))) == (Change(8, "WIDGET-RED", "", -2),)


def test_a_loss_that_comes_without_its_sign_is_a_loss() -> None:
    assert changes_of(an_event(decrement=red(2))) == (Change(8, "WIDGET-RED", "", -2),)


@pytest.mark.parametrize("loss", [2, -2])
def test_a_move_from_shelf_to_shelf_leaves_nothing(loss: int) -> None:
    assert changes_of(an_event(red(2), red(loss))) == ()


def test_what_a_move_lost_on_its_way_is_left() -> None:
    assert changes_of(an_event(red(5), red(-7))) == (Change(8, "WIDGET-RED", "", -2),)


def test_a_move_from_lot_to_lot_changes_both() -> None:
    event = an_event(red(5, lot="L2"), red(-5, lot="L1"))

    assert changes_of(event) == (Change(8, "WIDGET-RED", "L1", -5), Change(8, "WIDGET-RED", "L2", 5))


def test_a_move_from_building_to_building_changes_both() -> None:
    event = an_event(red(5, at=9), red(-5, at=8))

    assert changes_of(event) == (Change(8, "WIDGET-RED", "", -5), Change(9, "WIDGET-RED", "", 5))


def test_a_side_that_leaves_out_building_or_sku_has_those_of_the_event() -> None:
    assert changes_of(an_event(red(5, at=None), red(-6, sku=""))) == (Change(8, "WIDGET-RED", "", -1),)
    assert changes_of(an_event(decrement=red(-6, sku=""))) == (Change(8, "", "", -6),)


def test_an_event_without_sides_changes_nothing() -> None:
    assert changes_of(an_event()) == ()


def test_what_must_be_mapped_is_each_building_and_sku() -> None:
    changes = changes_of(an_event(red(5, at=9), red(-5, at=8)))

    assert set(map(str, keys_of(changes))) == {"location/8", "location/9", "sku/WIDGET-RED"}


def test_a_correction_is_told_with_gps_item_site_and_unit() -> None:
    changes = (Change(9, "WIDGET-BLUE", "L1", -24),)

    assert corrections(changes, MAPPED) == (
        Correction("WIDGET-BLUE", MappedItem("BLUE-100", "CASE", Fraction(1, 12)), "RENO", Decimal(-24), "L1"),
    )


def test_a_move_between_buildings_of_one_site_leaves_nothing_in_gp() -> None:
    changes = changes_of(an_event(red(5, at=10), red(-5, at=8)))

    assert corrections(changes, MAPPED) == ()


def test_a_move_between_skus_of_one_item_leaves_nothing_in_gp() -> None:
    changes = changes_of(an_event(red(5), red(-5, sku="WIDGET-RED-OLD")))

    assert corrections(changes, MAPPED) == ()


def test_what_a_move_between_sites_left_is_told_of_both() -> None:
    changes = changes_of(an_event(red(5, at=9), red(-6, at=8)))

    assert [(each.site, each.pieces) for each in corrections(changes, MAPPED)] == [
        ("CHICAGO", Decimal(-6)),
        ("RENO", Decimal(5)),
    ]


TEXT = st.text(max_size=12)
SIDES = st.none() | st.builds(
    StockChange, st.none() | st.integers(1, 999), TEXT, st.integers(-(10**6), 10**6), lot_number=TEXT
)


KINDS = st.sampled_from([("InventoryAdjusted", True), ("OrderPicked", False), ("", False)])


@given(SIDES, SIDES, KINDS)
def test_an_event_is_read_from_its_trail_as_it_was(
    increment: StockChange | None, decrement: StockChange | None, kind: tuple[str, bool]
) -> None:
    event = replace(an_event(increment, decrement), category=kind[0], is_correction=kind[1])

    assert event_in(7, facts_of(event)) == event


def test_what_a_trail_tells_of_something_else_is_no_event() -> None:
    assert event_in(7, {"unread": "event_datetime: missing"}) is None
