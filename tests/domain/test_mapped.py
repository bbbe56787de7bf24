"""What a person writes as the GP side of a mapping."""

from __future__ import annotations

from fractions import Fraction

import pytest
from bridge.domain.mapped import MappedItem, is_of_use, name_in_gp
from bridge.domain.outcome import MappingKey, MappingKind
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("WID-RED-01", MappedItem("WID-RED-01")),
        ("WID-RED-01 CASE*1/12", MappedItem("WID-RED-01", "CASE", Fraction(1, 12))),
        ("PEN EACH*10", MappedItem("PEN", "EACH", Fraction(10))),
        ("RED WIDGET BOX*2/24", MappedItem("RED WIDGET", "BOX", Fraction(1, 12))),
        ("2*4 LUMBER", MappedItem("2*4 LUMBER")),
        ("SERUM-30 +lots", MappedItem("SERUM-30", has_lots=True)),
        ("SERUM-30 EACH*10 +LOTS", MappedItem("SERUM-30", "EACH", Fraction(10), has_lots=True)),
        ("SCANNER EACH*1 +serials", MappedItem("SCANNER", "EACH", has_serials=True)),
        ("  WID-RED-01  ", MappedItem("WID-RED-01")),
    ],
)
def test_an_item_is_written_with_or_without_its_unit(text: str, meant: MappedItem) -> None:
    assert MappedItem.parse(text) == meant


@pytest.mark.parametrize("text", ["WID CASE*0", "WID CASE*0/12", "WID CASE*1/0"])
def test_a_piece_is_some_part_of_a_unit(text: str) -> None:
    with pytest.raises(ValueError, match="a piece is some part of the unit"):
        MappedItem.parse(text)


@given(st.text())
def test_reading_an_item_raises_nothing_but_value_error(text: str) -> None:
    try:
        assert MappedItem.parse(text).item in text
    except ValueError as refused:
        assert "as in" in str(refused)  # noqa: PT017 - either end is right


@pytest.mark.parametrize(
    "text", ["WID CASE*1/12 +lots", "WID BOX*3/2 +lots", "WID CASE*1/12 +serials", "WID BOX*2 +serials"]
)
def test_what_gp_tracks_is_mapped_with_its_base_unit_alone(text: str) -> None:
    """Of a base unit a piece is a whole number, and each has a serial number of its own."""
    with pytest.raises(ValueError, match="base unit; name that, as in WID EACH"):
        MappedItem.parse(text)


def test_an_item_is_called_the_same_with_and_without_its_unit() -> None:
    assert name_in_gp(MappingKind.SKU, "WID-RED-01 CASE*1/12") == "WID-RED-01"
    assert name_in_gp(MappingKind.SKU, "WID-RED-01 CASE*12 +lots") == "WID-RED-01"
    assert name_in_gp(MappingKind.LOCATION, "WEST CASE*1/12") == "WEST CASE*1/12"


@pytest.mark.parametrize("text", ["WID CASE*0", "WID CASE*1/12 +lots"])
def test_a_mapping_of_no_use_is_found_by_what_it_is_in_gp_all_the_same(text: str) -> None:
    assert name_in_gp(MappingKind.SKU, text) == "WID"
    assert not is_of_use(MappingKey(MappingKind.SKU, "A"), text)


@given(st.text())
def test_whatever_was_written_has_a_name_in_gp_and_where_it_can_be_read_that_of_the_item(text: str) -> None:
    found = name_in_gp(MappingKind.SKU, text)

    if is_of_use(MappingKey(MappingKind.SKU, "A"), text):
        assert found == MappedItem.parse(text).item


@pytest.mark.parametrize(
    ("key", "value", "is_one"),
    [
        ("bundle/SET", "kit GIFT-KIT: SOAP*1", True),
        ("bundle/SET", "kit :", False),
        ("unit/CS", "12", True),
        ("unit/CS", "a dozen", False),
        ("channel/101", "SHOP", True),
        ("channel/101", " ", False),
        ("location/156", "WEST", True),
        ("location/Cicero", "WEST", False),
    ],
)
def test_a_value_is_of_use_where_it_can_be_read(key: str, value: str, *, is_one: bool) -> None:
    assert is_of_use(MappingKey.parse(key), value) is is_one


def test_a_bundle_is_called_after_its_kit_and_one_that_cannot_be_read_after_what_was_written() -> None:
    assert name_in_gp(MappingKind.BUNDLE, "kit GIFT-KIT: SOAP*1") == "GIFT-KIT"
    assert name_in_gp(MappingKind.BUNDLE, "kit :") == "kit :"
