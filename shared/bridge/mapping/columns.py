"""The widths GP's columns leave for text, and how longer text is cut without being lost.

Source: the lengths GP's SQL schema and Microsoft's eConnect reference give, less the blank each char column ends with.
"""

from __future__ import annotations

CUSTOMER_PO = 20
NAME = 64
CONTACT = 60
ADDRESS_LINE = 60
CITY = 35
STATE = 29
POSTAL_CODE = 10
COUNTRY = 60
PHONE = 21
COMMENT = 200  # four lines of fifty


class Cutter:
    """Cuts values to their column and remembers, in order, what was cut, for the document's comment."""

    def __init__(self) -> None:
        self._cut: list[str] = []

    def fit(self, label: str, value: str, width: int) -> str:
        """`value` without outer blanks and control characters, within `width` characters."""
        text = " ".join("".join(c for c in value if c.isprintable() or c.isspace()).split())
        if len(text) > width:
            self._cut.append(f"{label}: {text}")
        return text[:width].rstrip()

    def comment(self) -> str:
        """The full text of everything that was cut, as far as GP's comment holds it."""
        return "; ".join(self._cut)[:COMMENT]
