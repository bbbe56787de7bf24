"""What a person writes as the GP side of a bundle: its parts, or a kit of GP's made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_KIT = re.compile(r"kit\s(?P<item>[^:]*):(?P<parts>.+)", re.IGNORECASE)
_PART = re.compile(r"(?P<sku>\S(?:.*\S)?)\s*\*\s*(?P<count>\d{1,6})(?:\s*@\s*(?P<worth>\d{1,9}(?:\.\d{1,5})?))?")
EXAMPLE = "SOAP-BAR*2 + MUG-WHITE*1, or kit GIFT-KIT: SOAP-BAR*2 + MUG-WHITE*1"


@dataclass(frozen=True, slots=True)
class BundlePart:
    """So many pieces of a SKU go into one bundle.

    `worth` is what a piece counts for when the price is shared out; None: as much as any other."""

    sku: str
    count: int
    worth: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MappedBundle:
    """What a ShipBob bundle is in GP: a line for each part, or one line of GP's own `kit`.

    Written `SOAP-BAR*2 + MUG-WHITE*1`, the worth of a piece behind it where pieces are not worth the same, as in
    `SOAP-BAR*2 @7.25 + MUG-WHITE*1 @12.00`; or `kit GIFT-KIT: SOAP-BAR*2 + MUG-WHITE*1`.
    """

    parts: tuple[BundlePart, ...]
    kit: str = ""

    @classmethod
    def parse(cls, text: str) -> MappedBundle:
        """Read what a person wrote; a ValueError says how it is written."""
        written = _KIT.fullmatch(text.strip())
        kit, parts = (written["item"].strip(), written["parts"]) if written else ("", text.strip())
        if written and not kit:
            raise ValueError(f"{text!r} names no kit; one is written like {EXAMPLE}")
        read = [_part(part, text) for part in re.split(r"\s+\+\s+", parts)]
        if len({part.sku for part in read}) < len(read):
            raise ValueError(f"{text!r} names a SKU twice; a bundle is written like {EXAMPLE}")
        if len({part.worth is None for part in read}) > 1:
            raise ValueError(f"{text!r}: either every part has its worth behind an @, or none has")
        return cls(tuple(read), kit)


def _part(text: str, whole: str) -> BundlePart:
    written = _PART.fullmatch(text.strip())
    if written is None or not int(written["count"]):
        raise ValueError(f"{whole!r} is no bundle; one is written like {EXAMPLE}")
    return BundlePart(written["sku"], int(written["count"]), Decimal(written["worth"]) if written["worth"] else None)
