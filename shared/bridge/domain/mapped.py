"""What a person writes as the GP side of a mapping, where that is more than a name."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from bridge.domain.bundle import MappedBundle
from bridge.domain.outcome import MappingKey, MappingKind

TRACKED = re.compile(r"(?P<rest>.*\S)\s+\+(?P<by>lots|serials)", re.IGNORECASE)
WRITTEN = re.compile(r"(?P<item>.*\S)\s+(?P<unit>[^\s*]{1,8})\*(?P<pieces>\d{1,9})(?:/(?P<of>\d{1,9}))?")


@dataclass(frozen=True, slots=True)
class MappedItem:
    """The item in GP that a SKU is. One piece at ShipBob is `factor` of `unit`; an empty unit is the item's own.

    Written `WID-RED-01`, or with its unit `WID-RED-01 CASE*1/12`: a piece is a twelfth of a case. `+lots` or `+serials`
    behind it says that GP tracks the item so, and is to be given what ShipBob picked. GP counts lots and serials in the
    item's base unit of measure, whatever the line counts in: the unit of such an item is that one.
    """

    item: str
    unit: str = ""
    factor: Fraction = Fraction(1)
    has_lots: bool = False
    has_serials: bool = False

    @property
    def is_tracked(self) -> bool:
        """Does GP keep lots or serials of it? Then `unit` is its base unit, and a piece a whole number of that."""
        return self.has_lots or self.has_serials

    @classmethod
    def parse(cls, text: str) -> MappedItem:
        """Read what a person wrote; a ValueError, with an example, for what says nothing that GP could be told."""
        if tracked := TRACKED.fullmatch(text.strip()):
            has_lots = tracked["by"].casefold() == "lots"
            found = replace(cls.parse(tracked["rest"]), has_lots=has_lots, has_serials=not has_lots)
            return _in_base_unit(found, text)
        written = WRITTEN.fullmatch(text.strip())
        if written is None:
            return cls(text.strip())
        pieces, of = int(written["pieces"]), int(written["of"] or 1)
        if not pieces or not of:
            raise ValueError(f"{text!r}: a piece is some part of the unit, as in WID-RED-01 CASE*1/12")
        return cls(written["item"], written["unit"], Fraction(pieces, of))


def _in_base_unit(mapped: MappedItem, text: str) -> MappedItem:
    """The item, if its unit can be the base unit. A ValueError where a piece is a part of it, or several serials."""
    by = "serials" if mapped.has_serials else "lots"
    if mapped.factor.denominator != 1 or (mapped.has_serials and mapped.factor != 1):
        example = f"{mapped.item} EACH*1 +{by}"
        raise ValueError(f"{text!r}: GP counts {by} in the item's base unit; name that, as in {example}")
    return mapped


def pieces_per_unit(text: str) -> int:
    """How many pieces a unit of measure of ShipBob's holds; a ValueError where that is no whole number above nought."""
    if not re.fullmatch(r"\d{1,6}", text.strip(), re.ASCII) or not int(text):
        raise ValueError(f"{text!r} is no number of pieces; a unit of ShipBob's is mapped like unit/CS:SOAP-BAR=12")
    return int(text)


def name_in_gp(kind: MappingKind, value: str) -> str:
    """What a mapping's value is called in GP, by which the mapping is found from GP's side, be it of any use or not."""
    match kind:
        case MappingKind.SKU:
            untracked = TRACKED.fullmatch(value.strip())
            plain = untracked["rest"] if untracked else value.strip()
            written = WRITTEN.fullmatch(plain)
            return written["item"] if written else plain
        case MappingKind.BUNDLE if is_of_use(MappingKey(kind, ""), value):
            return MappedBundle.parse(value).kit or value
    return value


_READERS: dict[MappingKind, Callable[[str], object]] = {
    MappingKind.SKU: MappedItem.parse,
    MappingKind.BUNDLE: MappedBundle.parse,
    MappingKind.UNIT: pieces_per_unit,
}


def validate(key: MappingKey, value: str) -> None:
    """A ValueError, with an example, for what could not be read as the value of such a key, or is no such key."""
    if key.kind is MappingKind.LOCATION and not key.key.isdigit():
        raise ValueError(f"{key}: a location of ShipBob's is a number, as in location/156")
    if key.kind in _READERS:
        _READERS[key.kind](value)


def is_of_use(key: MappingKey, value: str) -> bool:
    """Does the value say anything that can be read?"""
    try:
        validate(key, value)
    except ValueError:
        return False
    return bool(value.strip())
