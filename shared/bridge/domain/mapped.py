"""What a person writes as the GP side of a mapping, where that is more than a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from bridge.domain.outcome import MappingKind

WRITTEN = re.compile(r"(?P<item>.*\S)\s+(?P<unit>[^\s*]{1,8})\*(?P<pieces>\d{1,9})(?:/(?P<of>\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class MappedItem:
    """The item in GP that a SKU is. One piece at ShipBob is `factor` of `unit`; an empty unit is the item's own.

    Written `WID-RED-01`, or with its unit `WID-RED-01 CASE*1/12`: a piece is a twelfth of a case.
    """

    item: str
    unit: str = ""
    factor: Fraction = Fraction(1)

    @classmethod
    def parse(cls, text: str) -> MappedItem:
        """Read what a person wrote; a factor of nought is a ValueError."""
        written = WRITTEN.fullmatch(text.strip())
        if written is None:
            return cls(text.strip())
        pieces, of = int(written["pieces"]), int(written["of"] or 1)
        if not pieces or not of:
            raise ValueError(f"{text!r}: a piece is some part of the unit, as in WID-RED-01 CASE*1/12")
        return cls(written["item"], written["unit"], Fraction(pieces, of))


def name_in_gp(kind: MappingKind, value: str) -> str:
    """What a mapping's value is called in GP, by which the mapping is found from GP's side."""
    return MappedItem.parse(value).item if kind is MappingKind.SKU else value
