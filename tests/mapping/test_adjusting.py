"""Corrections as lines of a GP adjustment, and as a clerk reads them. Worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from bridge.domain.correction import Correction
from bridge.domain.inventory import InventoryLine, Item, ItemType, Lot, TrackingOption
from bridge.domain.mapped import MappedItem
from bridge.domain.outcome import MappingKey, NeedsReview
from bridge.domain.terms import CorrectionTerms, CostRule
from bridge.mapping.adjusting import lines, spoken, unmapped

TERMS = CorrectionTerms(offset_account="000-5100-00")
EXPIRES = dt.date(2027, 7, 1)


def a_correction(pieces: int, written: str = "RED-100", lot: str = "", expires_on: dt.date | None = None) -> Correction:
    return Correction("WIDGET-RED", MappedItem.parse(written), "CHICAGO", Decimal(pieces), lot, expires_on)


def cards(tracking: TrackingOption = TrackingOption.NONE, decimals: int = 0) -> dict[str, Item]:
    return {"RED-100": Item("RED-100", "", ItemType.SALES, decimals=decimals, tracking=tracking)}


def reasons(correction: Correction, held: dict[str, Item]) -> list[str]:
    found = lines("SBC7", [correction], held, TERMS)
    assert isinstance(found, NeedsReview), found
    return [f"{reason.text} | {reason.fix}" for reason in found.reasons]


def test_a_loss_takes_stock_out_at_the_cost_it_came_in_with() -> None:
    assert lines("SBC7", [a_correction(-2)], cards(), TERMS) == (
        InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(-2), offset_account="000-5100-00"),
    )


@pytest.mark.parametrize(("rule", "pieces", "cost"), [
    (CostRule.ZERO, 2, Decimal(0)),
    (CostRule.ZERO, -2, None),
    (CostRule.GP, 2, None),
])  # fmt: skip
def test_a_gain_is_worth_nothing_where_the_company_says_so(rule: CostRule, pieces: int, cost: Decimal | None) -> None:
    found = lines("SBC7", [a_correction(pieces)], cards(), CorrectionTerms(cost=rule))

    assert not isinstance(found, NeedsReview)
    assert [(line.unit_cost, line.offset_account) for line in found] == [(cost, "")]


def test_each_correction_is_a_line_and_lines_are_numbered_as_gp_numbers_them() -> None:
    found = lines("SBC7", [a_correction(-2), a_correction(3)], cards(), TERMS)

    assert not isinstance(found, NeedsReview)
    assert [(line.sequence, line.quantity) for line in found] == [
        (Decimal(16384), Decimal(-2)),
        (Decimal(32768), Decimal(3)),
    ]


def test_a_lot_is_named_with_its_day_and_counted_without_a_sign() -> None:
    found = lines("SBC7", [a_correction(-2, lot="L1", expires_on=EXPIRES)], cards(TrackingOption.LOTS), TERMS)

    assert not isinstance(found, NeedsReview)
    assert found[0].lots == (Lot("L1", Decimal(2), EXPIRES),)


def test_a_lot_of_an_item_that_gp_keeps_without_lots_is_left_out() -> None:
    found = lines("SBC7", [a_correction(-2, lot="L1")], cards(), TERMS)

    assert not isinstance(found, NeedsReview)
    assert found[0].lots == ()


def test_pieces_are_counted_in_the_unit_of_the_mapping() -> None:
    found = lines("SBC7", [a_correction(-30, "RED-100 CASE*1/12")], cards(decimals=1), TERMS)

    assert not isinstance(found, NeedsReview)
    assert (found[0].quantity, found[0].unit_of_measure) == (Decimal("-2.5"), "CASE")


def test_a_lot_counts_in_the_base_unit_that_the_sku_is_mapped_with() -> None:
    """Two packs of ten less: twenty of the base unit on the line, and twenty of the lot."""
    correction = a_correction(-2, "RED-100 EACH*10 +lots", lot="L1", expires_on=EXPIRES)
    found = lines("SBC7", [correction], cards(TrackingOption.LOTS), TERMS)

    assert not isinstance(found, NeedsReview)
    assert (found[0].quantity, found[0].unit_of_measure) == (Decimal(-20), "EACH")
    assert found[0].lots == (Lot("L1", Decimal(20), EXPIRES),)


def test_lots_of_an_item_that_is_mapped_in_another_unit_are_for_a_person_who_maps_the_base_unit() -> None:
    """24 pieces are 2 CASE: but whether GP takes 2 or 24 of the lot nobody says."""
    assert reasons(a_correction(-24, "RED-100 CASE*1/12", lot="L1"), cards(TrackingOption.LOTS)) == [
        "GP counts lots of RED-100 in its base unit, and sku/WIDGET-RED is mapped in CASE without +lots: "
        "map it like 'sku/WIDGET-RED=RED-100 EACH*1 +lots' | "
        "Enter in GP by hand, as adjustment SBC7: -2 CASE of RED-100 at CHICAGO, lot L1"
    ]


def test_a_part_of_a_unit_that_gp_does_not_keep_is_for_a_person() -> None:
    half = reasons(a_correction(-30, "RED-100 CASE*1/12"), cards())
    twelfth = reasons(a_correction(5, "RED-100 CASE*1/12"), cards(decimals=5))

    assert half == [
        "-30 of ShipBob SKU 'WIDGET-RED' are -5/2 of CASE of RED-100, and GP keeps 0 decimals of it | "
        "Enter in GP by hand, as adjustment SBC7: -2.5 CASE of RED-100 at CHICAGO"
    ]
    assert twelfth == [
        "5 of ShipBob SKU 'WIDGET-RED' are 5/12 of CASE of RED-100, and GP keeps 5 decimals of it | "
        "Enter in GP by hand, as adjustment SBC7: +5/12 CASE of RED-100 at CHICAGO"
    ]


def test_a_part_of_an_items_own_unit_is_told_so() -> None:
    (text,) = reasons(a_correction(1, "RED-100 EA*1/3"), cards())

    assert "1/3 of EA of RED-100" in text


@pytest.mark.parametrize(
    ("held", "text"),
    [
        ({}, "GP has no item RED-100, which ShipBob SKU 'WIDGET-RED' is mapped to"),
        (cards(TrackingOption.SERIALS), "GP keeps RED-100 by serial number, and ShipBob does not say which these are"),
        (cards(TrackingOption.LOTS), "GP keeps RED-100 by lot, and ShipBob does not say of which these are"),
    ],
)
def test_what_gp_cannot_hold_is_for_a_person_with_the_adjustment_to_enter(held: dict[str, Item], text: str) -> None:
    assert reasons(a_correction(-2), held) == [
        f"{text} | Enter in GP by hand, as adjustment SBC7: -2 of RED-100 at CHICAGO"
    ]


def test_all_that_gp_cannot_hold_is_told_at_once() -> None:
    found = lines("SBC7", [a_correction(-2), a_correction(3)], {}, TERMS)

    assert isinstance(found, NeedsReview)
    assert len(found.reasons) == 2


def test_a_correction_is_said_with_sign_unit_site_and_lot() -> None:
    said = spoken([a_correction(24, "RED-100 CASE*1/12", lot="L1"), a_correction(-3)])

    assert said == "+2 CASE of RED-100 at CHICAGO, lot L1; -3 of RED-100 at CHICAGO"


def test_what_is_not_mapped_is_named_with_the_command_that_maps_it() -> None:
    mapped = {MappingKey.parse("sku/WIDGET-BLUE"): "BLUE-100"}
    found = unmapped(["8 'Cicero (IL)'", "9"], ["WIDGET-RED", "WIDGET-BLUE"], mapped)

    assert [(reason.text, reason.fix, str(reason.waits_for)) for reason in found] == [
        ("ShipBob location 8 'Cicero (IL)' has no GP site", "Map it: gp-shipbob map location/8=SITE", "location/8"),
        ("ShipBob location 9 has no GP site", "Map it: gp-shipbob map location/9=SITE", "location/9"),
        ("ShipBob SKU 'WIDGET-RED' has no GP item", "Map it: gp-shipbob map sku/WIDGET-RED=ITEM", "sku/WIDGET-RED"),
    ]


def test_lots_that_gp_does_not_keep_are_one_line_and_what_undoes_itself_is_none() -> None:
    one_less = [a_correction(-3, lot="L1", expires_on=EXPIRES), a_correction(2, lot="L2")]

    found = lines("SBC7", one_less, cards(), TERMS)
    assert not isinstance(found, NeedsReview)
    assert [(line.quantity, line.lots) for line in found] == [(Decimal(-1), ())]

    assert lines("SBC7", [a_correction(-2, lot="L1"), a_correction(2, lot="L2")], cards(), TERMS) == ()


def test_lots_that_gp_keeps_are_lines_of_their_own() -> None:
    found = lines("SBC7", [a_correction(-2, lot="L1"), a_correction(2, lot="L2")], cards(TrackingOption.LOTS), TERMS)

    assert not isinstance(found, NeedsReview)
    assert [line.quantity for line in found] == [Decimal(-2), Decimal(2)]
