"""What a person writes as the GP side of a mapping."""

from __future__ import annotations

from fractions import Fraction

import pytest
from bridge.domain.mapped import MappedItem, name_in_gp
from bridge.domain.outcome import MappingKind
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
        assert "a piece" in str(refused)  # noqa: PT017 - either end is right


def test_an_item_is_called_the_same_with_and_without_its_unit() -> None:
    assert name_in_gp(MappingKind.SKU, "WID-RED-01 CASE*1/12") == "WID-RED-01"
    assert name_in_gp(MappingKind.LOCATION, "WEST CASE*1/12") == "WEST CASE*1/12"
