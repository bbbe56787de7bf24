"""How a person writes what a bundle is made of."""

from __future__ import annotations

from decimal import Decimal

import pytest
from bridge.domain.bundle import BundlePart, MappedBundle
from bridge.domain.mapped import name_in_gp, pieces_per_unit, validate
from bridge.domain.outcome import MappingKey, MappingKind

SOAP, MUG = BundlePart("SOAP-BAR", 2), BundlePart("MUG-WHITE", 1)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("SOAP-BAR*2 + MUG-WHITE*1", MappedBundle((SOAP, MUG))),
        ("  SOAP-BAR * 2  +  MUG-WHITE*1 ", MappedBundle((SOAP, MUG))),
        ("SOAP-BAR*2", MappedBundle((SOAP,))),
        ("kit GIFT-KIT: SOAP-BAR*2 + MUG-WHITE*1", MappedBundle((SOAP, MUG), "GIFT-KIT")),
        ("KIT GIFT SET :SOAP-BAR*2", MappedBundle((SOAP,), "GIFT SET")),
        ("A+B*1 + 2*4*3", MappedBundle((BundlePart("A+B", 1), BundlePart("2*4", 3)))),
        ("A*2 @7.25 + B*1 @ 12", MappedBundle((BundlePart("A", 2, Decimal("7.25")), BundlePart("B", 1, Decimal(12))))),
    ],
)
def test_a_bundle_is_written_as_its_parts_or_as_a_kit_of_them(text: str, meant: MappedBundle) -> None:
    assert MappedBundle.parse(text) == meant


@pytest.mark.parametrize(
    "text", ["", "SOAP-BAR", "SOAP-BAR*0", "SOAP-BAR*2 + ", "kit : A*1", "A*1 + A*2", "A*1 @2 + B*1", "A*-1", "A*1.5"]
)
def test_what_is_no_bundle_is_answered_with_how_one_is_written(text: str) -> None:
    with pytest.raises(ValueError, match=r"SOAP-BAR\*2|twice|worth"):
        MappedBundle.parse(text)


@pytest.mark.parametrize(("text", "pieces"), [("12", 12), (" 6 ", 6)])
def test_a_unit_of_shipbobs_holds_so_many_pieces(text: str, pieces: int) -> None:
    assert pieces_per_unit(text) == pieces


@pytest.mark.parametrize("text", ["0", "1/2", "-3", "2.5", "twelve", "", "٣"])
def test_a_unit_of_shipbobs_holds_no_part_of_a_piece(text: str) -> None:
    with pytest.raises(ValueError, match="unit/CS:SOAP-BAR=12"):
        pieces_per_unit(text)


@pytest.mark.parametrize(("key", "value"), [("bundle/SET", "SOAP"), ("unit/CS", "dozen"), ("sku/A", "A CASE*0")])
def test_a_value_that_could_not_be_read_is_not_taken(key: str, value: str) -> None:
    with pytest.raises(ValueError, match=r"written like|mapped like|as in"):
        validate(MappingKey.parse(key), value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("bundle/SET", "A*1"), ("unit/CS", "12"), ("sku/A", "A +lots"), ("location/8", "MAIN"), ("shipping/X", "-")],
)
def test_a_value_that_can_be_read_is_taken(key: str, value: str) -> None:
    validate(MappingKey.parse(key), value)


def test_a_kit_is_found_by_its_own_name_and_parts_by_what_was_written() -> None:
    assert name_in_gp(MappingKind.BUNDLE, "kit GIFT-KIT: A*1") == "GIFT-KIT"
    assert name_in_gp(MappingKind.BUNDLE, "A*1") == "A*1"
