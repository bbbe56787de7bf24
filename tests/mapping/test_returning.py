"""What of a counted return comes back into GP's stock, and where."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryLine, Lot, QuantityType
from bridge.domain.outcome import MappingKey
from bridge.domain.returns import Disposition, Return, ReturnLine
from bridge.domain.terms import CostRule, ReturnRecord, ReturnTerms
from bridge.mapping import returning
from bridge.mapping.comparing import moves
from bridge.mapping.returning import Counted, Heading
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import TERMS
from tests.orders import RENO, texts
from tests.returns import (
    COUNTED_ON,
    DISPOSE,
    NUMBER,
    PLAIN,
    PLAIN_ADJUSTMENT,
    QUARANTINE,
    RESTOCK,
    a_return,
    came,
    line,
    mapped,
    taken,
)

MAPPED = mapped()
HEADING = Heading(NUMBER, "SBT261117-01", COUNTED_ON)
ADJUSTMENT, SALES_RETURN = ReturnRecord
WITH_LOTS = mapped(**{"sku__WIDGET-RED": "RED-100 +lots"})


def counted(
    returned: Return, mappings: Mapping[MappingKey, str] = MAPPED, record: ReturnRecord = ADJUSTMENT
) -> Counted:
    found = returning.counted(returned, mappings, record)
    assert isinstance(found, Counted), found
    return found


def rows(
    returned: Return, mappings: Mapping[MappingKey, str] = MAPPED, record: ReturnRecord = ADJUSTMENT
) -> list[tuple[str, str, int]]:
    return [(each.item, each.site, int(each.quantity)) for each in counted(returned, mappings, record).goods]


# ---- The adjustment


def test_restocked_goods_are_a_positive_adjustment_at_the_site_of_the_location_that_has_them() -> None:
    assert returning.adjustment(counted(a_return()), HEADING, TERMS) == PLAIN_ADJUSTMENT


def test_an_offset_account_and_a_cost_of_nothing_are_the_companys_choice() -> None:
    terms = replace(TERMS, returns=ReturnTerms(offset_account="000-1300-02", cost=CostRule.ZERO))

    (line,) = returning.adjustment(counted(a_return()), HEADING, terms).lines

    assert (line.offset_account, line.unit_cost) == ("000-1300-02", Decimal(0))


def test_what_was_processed_counts_and_never_what_was_announced() -> None:
    assert rows(a_return(came("WIDGET-RED", taken(RESTOCK, 1), expected=5))) == [("RED-100", "CHICAGO", 1)]


def test_more_than_was_announced_is_booked_as_it_was_counted() -> None:
    assert rows(a_return(came("WIDGET-RED", taken(RESTOCK, 3), expected=0))) == [("RED-100", "CHICAGO", 3)]


def test_what_did_not_come_is_named() -> None:
    lines = (came("WIDGET-RED", taken(RESTOCK, 1), expected=3), came("WIDGET-BLUE", expected=1), PLAIN)

    assert returning.missing(a_return(*lines)) == "2 of 'WIDGET-RED'; 1 of 'WIDGET-BLUE'"


def test_a_line_that_was_dealt_with_in_three_ways_loses_nothing() -> None:
    split = came("WIDGET-RED", taken(RESTOCK, 3), taken(QUARANTINE, 2), taken(DISPOSE, 1), taken(RESTOCK, 1))

    assert rows(a_return(split)) == [("RED-100", "CHICAGO", 4), ("RED-100", "HOLD", 2)]
    assert counted(a_return(split)).left_out == ("1 of 'WIDGET-RED' Dispose",)


def test_two_lines_of_one_item_are_one_row_and_two_lots_of_it_two() -> None:
    one, two = came("WIDGET-RED", taken(RESTOCK, 2)), came("WIDGET-RED", taken(RESTOCK, 1))
    of_lots = [replace(one, lot_number="L1"), replace(two, lot_number="L2"), replace(two, lot_number="L1")]

    assert rows(a_return(one, two)) == [("RED-100", "CHICAGO", 3)]
    assert [(each.lot, int(each.quantity)) for each in counted(a_return(*of_lots), WITH_LOTS).goods] == [
        ("L1", 3),
        ("L2", 1),
    ]


def test_a_lot_goes_with_its_expiry_date() -> None:
    expires = dt.datetime(2027, 6, 30, tzinfo=dt.UTC)
    lotted = replace(PLAIN, lot_number="L1", lot_expires_at=expires)

    (line,) = returning.adjustment(counted(a_return(lotted), WITH_LOTS), HEADING, TERMS).lines

    assert line.lots == (Lot("L1", Decimal(2), dt.date(2027, 6, 30)),)


def test_lots_of_an_item_that_gp_keeps_none_of_are_one_row_without_a_lot() -> None:
    lots = (replace(PLAIN, lot_number="L1"), replace(PLAIN, lot_number="L2"))

    assert [(each.lot, int(each.quantity)) for each in counted(a_return(*lots)).goods] == [("", 4)]


def test_an_item_that_gp_keeps_lots_of_comes_back_without_one_where_shipbob_names_none() -> None:
    assert [each.lot for each in counted(a_return(), WITH_LOTS).goods] == [""]


def test_a_bundle_comes_back_as_its_parts() -> None:
    parts = (
        came("WIDGET-RED", taken(RESTOCK, 2), bundle="STARTER-KIT"),
        came("WIDGET-BLUE", taken(RESTOCK, 1), bundle="STARTER-KIT"),
    )

    assert rows(a_return(*parts)) == [("RED-100", "CHICAGO", 2), ("BLUE-100", "CHICAGO", 1)]


def test_nothing_counted_is_nothing_to_book() -> None:
    assert counted(a_return(came("NOT-MAPPED"), came("WIDGET-RED", taken(RESTOCK, 0)))) == Counted(())


# ---- Where it comes to


@pytest.mark.parametrize(
    ("disposition", "mappings", "site"),
    [
        (QUARANTINE, MAPPED, "RENO-Q"),
        (QUARANTINE, mapped("disposition/9/Quarantine"), "HOLD"),
        (DISPOSE, mapped(disposition__9__Dispose="SCRAP"), "SCRAP"),
        (Disposition.DEFAULT, mapped(disposition__Default="RENO"), "RENO"),
        (RESTOCK, mapped(disposition__Restock="ELSEWHERE"), "RENO"),
    ],
)
def test_a_disposition_comes_to_the_site_that_its_most_specific_mapping_names(
    disposition: Disposition, mappings: Mapping[MappingKey, str], site: str
) -> None:
    assert rows(a_return(came("WIDGET-RED", taken(disposition, 1)), at=RENO), mappings) == [("RED-100", site, 1)]


@pytest.mark.parametrize("word", ["none", "None", " NONE "])
def test_what_is_mapped_to_none_is_not_booked_and_named(word: str) -> None:
    returned = a_return(came("WIDGET-RED", taken(QUARANTINE, 1)))

    assert counted(returned, mapped(disposition__Quarantine=word)) == Counted((), ("1 of 'WIDGET-RED' Quarantine",))


def test_a_location_whose_own_mapping_says_none_keeps_its_goods_out_though_others_have_a_site() -> None:
    returned = a_return(came("WIDGET-RED", taken(QUARANTINE, 1)), at=RENO)

    assert counted(returned, mapped(disposition__9__Quarantine="none")).goods == ()


def test_a_site_called_none_is_a_site_where_goods_are_restocked() -> None:
    assert rows(a_return(), mapped(location__8="NONE")) == [("RED-100", "NONE", 2)]


def test_goods_without_a_building_come_to_the_site_of_their_disposition() -> None:
    assert rows(a_return(came("WIDGET-RED", taken(QUARANTINE, 1)), at=None)) == [("RED-100", "HOLD", 1)]


@pytest.mark.parametrize(
    ("disposition", "kind"),
    [
        (RESTOCK, QuantityType.ON_HAND),
        (QUARANTINE, QuantityType.RETURNED),
        (DISPOSE, QuantityType.DAMAGED),
        (Disposition.DEFAULT, QuantityType.RETURNED),
    ],
)
def test_on_a_sales_return_gp_keeps_apart_what_cannot_be_sold_and_on_an_adjustment_it_cannot(
    disposition: Disposition, kind: QuantityType
) -> None:
    mappings = mapped(disposition__Dispose="SCRAP", disposition__Default="HOLD")
    returned = a_return(came("WIDGET-RED", taken(disposition, 1)))

    assert [each.kind for each in counted(returned, mappings, SALES_RETURN).goods] == [kind]
    assert [each.kind for each in counted(returned, mappings, ADJUSTMENT).goods] == [QuantityType.ON_HAND]


def test_goods_quarantined_and_thrown_away_at_one_site_are_one_row_but_two_kinds_on_a_sales_return() -> None:
    returned = a_return(came("WIDGET-RED", taken(QUARANTINE, 1), taken(DISPOSE, 1)))
    mappings = mapped(disposition__Dispose="HOLD")

    assert rows(returned, mappings) == [("RED-100", "HOLD", 2)]
    assert rows(returned, mappings, SALES_RETURN) == [("RED-100", "HOLD", 1), ("RED-100", "HOLD", 1)]


# ---- Units of measure


def test_pieces_are_counted_in_the_unit_that_the_sku_is_mapped_with() -> None:
    returned = a_return(came("WIDGET-RED", taken(RESTOCK, 24)))

    (goods,) = counted(returned, mapped(**{"sku__WIDGET-RED": "RED-100 CASE*1/12"})).goods

    assert (goods.unit, goods.quantity) == ("CASE", Decimal(2))
    (line,) = returning.adjustment(Counted((goods,)), HEADING, TERMS).lines
    assert (line.unit_of_measure, line.quantity) == ("CASE", Decimal(2))


def test_the_lot_of_a_line_counts_in_the_base_unit_that_the_sku_is_mapped_with() -> None:
    """Three packs of ten: thirty of the base unit on the line, and thirty in the lot."""
    returned = a_return(came("WIDGET-RED", taken(RESTOCK, 3), lot="L1"))

    found = counted(returned, mapped(**{"sku__WIDGET-RED": "RED-100 EACH*10 +lots"}))

    (line,) = returning.adjustment(found, HEADING, TERMS).lines
    assert (line.unit_of_measure, line.quantity, line.lots) == ("EACH", Decimal(30), (Lot("L1", Decimal(30)),))


def test_a_case_that_comes_back_in_two_halves_is_a_case() -> None:
    half = came("WIDGET-RED", taken(RESTOCK, 6))

    assert rows(a_return(half, half), mapped(**{"sku__WIDGET-RED": "RED-100 CASE*1/12"})) == [("RED-100", "CHICAGO", 1)]


def test_a_part_of_a_unit_is_for_a_person() -> None:
    returned = a_return(came("WIDGET-RED", taken(RESTOCK, 7)))

    found = returning.counted(returned, mapped(**{"sku__WIDGET-RED": "RED-100 CASE*1/12"}), ADJUSTMENT)
    (text,) = texts(found)

    assert text == "7 pieces of RED-100 are 7/12 of its unit CASE"


# ---- What corrects it


def test_a_correction_takes_from_what_was_posted_by_item_site_and_lot_and_nothing_is_left_of_what_it_undoes() -> None:
    lot = line(2, "RED-100", "CHICAGO", 3)
    posted = replace(PLAIN_ADJUSTMENT, lines=(*PLAIN_ADJUSTMENT.lines, replace(lot, lots=(Lot("L1", Decimal(3)),))))
    back = replace(line(1, "RED-100", "CHICAGO", -1), lots=(Lot("L1", Decimal(1)),))
    correction = replace(posted, lines=(line(1, "RED-100", "CHICAGO", -2), back, line(3, "BLUE-100", "HOLD", 1)))

    assert moves(returning.corrected(posted, correction)) == "+1 × BLUE-100 at HOLD; +2 × RED-100 at CHICAGO, lot L1"


# ---- What ShipBob said


def test_the_same_count_in_other_rows_is_the_same_count_and_another_disposition_is_not() -> None:
    once = a_return(came("WIDGET-RED", taken(RESTOCK, 3), taken(DISPOSE, 1)), came("WIDGET-BLUE", taken(RESTOCK, 1)))
    cut_up = a_return(
        came("WIDGET-BLUE", taken(RESTOCK, 1)),
        came("WIDGET-RED", taken(DISPOSE, 1), taken(RESTOCK, 1), taken(RESTOCK, "2.0")),
    )
    elsewhere = a_return(*once.lines, at=RENO)
    changed = a_return(came("WIDGET-RED", taken(RESTOCK, 2), taken(DISPOSE, 2)), came("WIDGET-BLUE", taken(RESTOCK, 1)))

    assert returning.count_of(once) == returning.count_of(cut_up)
    assert returning.count_of(once) != returning.count_of(changed)
    assert returning.count_of(once) != returning.count_of(elsewhere)


def test_a_count_is_told_to_a_clerk_in_shipbobs_words() -> None:
    split = came("WIDGET-RED", taken(RESTOCK, 3), taken(DISPOSE, 1))

    assert returning.told(a_return(split)) == "3 of 'WIDGET-RED' Restock; 1 of 'WIDGET-RED' Dispose at 8 'Cicero (IL)'"
    assert returning.told(a_return(came("WIDGET-RED"), at=None)) == "nothing"


# ---- Properties

DISPOSED = st.builds(
    taken, st.sampled_from([RESTOCK, QUARANTINE, DISPOSE, Disposition.DEFAULT]), st.integers(0, 40).map(str)
)
LINES = st.lists(
    st.builds(
        lambda sku, done, lot: came(sku, *done, lot=lot),
        st.sampled_from(["WIDGET-RED", "WIDGET-BLUE", "WIDGET-TWIN"]),
        st.lists(DISPOSED, max_size=4),
        st.sampled_from(["", "L1", "L2"]),
    ),
    min_size=1,
    max_size=6,
)
SITES = mapped(
    disposition__Dispose="SCRAP",
    disposition__Default="HOLD",
    **{"sku__WIDGET-TWIN": "RED-100", "sku__WIDGET-BLUE": "BLUE-100 +lots"},  # two SKUs of one item
)
ITEM_OF = {"WIDGET-RED": "RED-100", "WIDGET-TWIN": "RED-100", "WIDGET-BLUE": "BLUE-100"}


@given(LINES, st.sampled_from(ReturnRecord))
def test_of_each_item_what_is_booked_is_what_was_counted_and_each_place_is_one_line(
    lines: list[ReturnLine], record: ReturnRecord
) -> None:
    expected: dict[str, Decimal] = defaultdict(Decimal)
    for each in lines:
        for done in each.taken:
            expected[ITEM_OF[each.sku]] += done.quantity

    goods = counted(a_return(*lines), SITES, record).goods

    booked: dict[str, Decimal] = defaultdict(Decimal)
    for row in goods:
        booked[row.item] += row.quantity
    assert {item: quantity for item, quantity in expected.items() if quantity} == booked
    places = [(row.item, row.site, row.lot, row.kind) for row in goods]
    assert len(places) == len(set(places))
    assert all(row.quantity > 0 for row in goods)


@given(LINES)
def test_the_adjustments_lines_are_numbered_as_gp_numbers_them(lines: list[ReturnLine]) -> None:
    document = returning.adjustment(counted(a_return(*lines), SITES), HEADING, TERMS)

    assert [line.sequence for line in document.lines] == [
        Decimal(number * 16384) for number in range(1, len(document.lines) + 1)
    ]
    assert all(isinstance(line, InventoryLine) and line.quantity > 0 for line in document.lines)


@given(LINES, st.integers(1, 12))
def test_whatever_the_unit_nothing_is_rounded_away(lines: list[ReturnLine], pieces: int) -> None:
    units = {f"sku__{sku}": f"{item} BOX*1/{pieces}" for sku, item in ITEM_OF.items()}
    mappings = SITES | {MappingKey.parse(key.replace("__", "/")): value for key, value in units.items()}

    found = returning.counted(a_return(*lines), mappings, ADJUSTMENT)

    if isinstance(found, Counted):
        every = sum((each.quantity for line in lines for each in line.taken), Decimal(0))
        left_out = sum((Decimal(text.split(" ")[0]) for text in found.left_out), Decimal(0))
        assert sum((row.quantity * pieces for row in found.goods), left_out) == every
    else:
        assert all("/" in text for text in texts(found))
