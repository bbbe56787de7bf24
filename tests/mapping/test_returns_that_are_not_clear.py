"""What of a counted return a person must decide before it is booked, each thing named."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from bridge.domain.outcome import MappingKey, NeedsReview
from bridge.domain.returns import Disposition, Return, ReturnLine
from bridge.domain.terms import ReturnRecord
from bridge.mapping import returning
from bridge.mapping.returning import Counted

from tests.orders import texts
from tests.returns import (
    QUARANTINE,
    RESTOCK,
    a_return,
    came,
    mapped,
    taken,
)

MAPPED = mapped()


def reviewed(returned: Return, mappings: Mapping[MappingKey, str] = MAPPED) -> NeedsReview:
    found = returning.counted(returned, mappings, ReturnRecord.ADJUSTMENT)
    assert isinstance(found, NeedsReview), found
    return found


# ---- What a person must decide


def test_every_missing_mapping_is_named_once_with_what_to_do() -> None:
    split = came("WIDGET-RED", taken(RESTOCK, 1), taken(QUARANTINE, 1))
    blue = came("WIDGET-BLUE", taken(RESTOCK, 1))
    mappings = mapped("location/8", "disposition/Quarantine", "sku/WIDGET-BLUE", "sku/WIDGET-RED")

    review = reviewed(a_return(split, blue, split), mappings)

    assert texts(review) == [
        "ShipBob SKU 'WIDGET-RED' has no GP item",
        "ShipBob location 8 'Cicero (IL)' has no GP site",
        "Nothing says to which GP site goods come with ShipBob's disposition Quarantine",
        "ShipBob SKU 'WIDGET-BLUE' has no GP item",
    ]
    assert sorted(map(str, review.waits_for)) == [
        "disposition/8/Quarantine",
        "location/8",
        "sku/WIDGET-BLUE",
        "sku/WIDGET-RED",
    ]
    assert review.reasons[2].cause == "disposition/Quarantine", "told of together, whatever the location"
    assert "disposition/8/Quarantine=SITE" in review.reasons[2].fix


def test_a_location_that_only_has_quarantined_goods_needs_no_site_of_its_own() -> None:
    returned = a_return(came("WIDGET-RED", taken(QUARANTINE, 1)))

    found = returning.counted(returned, mapped("location/8"), ReturnRecord.ADJUSTMENT)

    assert isinstance(found, Counted)
    assert [goods.site for goods in found.goods] == ["HOLD"]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (came("", taken(RESTOCK, 1), inventory_id=21), "What came back as ShipBob inventory 21 has no SKU"),
        (came("WIDGET-RED", taken(RESTOCK, -1)), "ShipBob counts -1 of 'WIDGET-RED', less than none"),
        (
            came("WIDGET-RED", taken(Disposition.UNKNOWN, 2)),
            "ShipBob did with 2 of 'WIDGET-RED' what the bridge does not know",
        ),
        (
            came("WIDGET-RED", taken(Disposition.DEFAULT, 2)),
            "Nothing says to which GP site goods come with ShipBob's disposition Default",
        ),
    ],
)
def test_what_is_not_clear_is_for_a_person(line: ReturnLine, text: str) -> None:
    assert texts(reviewed(a_return(line))) == [text]


def test_restocked_goods_without_a_building_are_for_a_person() -> None:
    assert "ShipBob does not say in which of its buildings the goods are" in texts(reviewed(a_return(at=None)))


def test_a_sku_that_is_mapped_to_no_part_of_a_unit_is_for_a_person() -> None:
    (text,) = texts(reviewed(a_return(), mapped(**{"sku__WIDGET-RED": "RED-100 CASE*0"})))

    assert text.startswith("ShipBob SKU 'WIDGET-RED' is mapped to 'RED-100 CASE*0'")
