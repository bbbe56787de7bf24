"""The widths GP's columns leave for text, the characters they hold, and how longer text is cut without being lost.

Source: the lengths GP's SQL schema and Microsoft's eConnect reference give, less the blank each char column ends with.
The columns are of Windows code page 1252: a character it lacks is written as the plain one behind it, `ś` as `s`, or
else as `?`. The comment then says so, and the order as ShipBob sent it is in the audit.
"""

from __future__ import annotations

import unicodedata

CODE_PAGE = "cp1252"
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
MORE = " ... more in the audit"


class Cutter:
    """Cuts values to their column and remembers, in order, what was cut, for the document's comment."""

    def __init__(self) -> None:
        self._notes: list[str] = []
        self._unwritable: list[str] = []

    def fit(self, label: str, value: str, width: int) -> str:
        """`value` without outer blanks and control characters, in GP's characters, within `width` of them."""
        text = self._written(label, value)
        if len(text) > width:
            self._notes.append(f"{label}: {text}")
        return text[:width].rstrip()

    def note(self, label: str, value: str) -> None:
        """Text that has no column of its own: the comment alone tells it."""
        if text := self._written(label, value):
            self._notes.append(f"{label}: {text}")

    def comment(self) -> str:
        """The full text of everything that was cut. What GP's comment does not hold is in the audit, and it says so."""
        unwritable = [f"Not in GP's characters: {', '.join(self._unwritable)}"] if self._unwritable else []
        text = "; ".join(self._notes + unwritable)
        return text if len(text) <= COMMENT else text[: COMMENT - len(MORE)].rstrip() + MORE

    def _written(self, label: str, value: str) -> str:
        plain = " ".join("".join(c for c in value if c.isprintable() or c.isspace()).split())
        text = unicodedata.normalize("NFC", plain)
        written = "".join(_in_code_page(character) for character in text)
        if written != text:
            self._unwritable.append(label)
        return " ".join(written.split())


def _in_code_page(character: str) -> str:
    """The character, or the plain ones behind it, or `?`."""
    if _is_held(character):
        return character
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return plain if plain and all(_is_held(c) and c.isprintable() for c in plain) else "?"


def _is_held(character: str) -> bool:
    try:
        character.encode(CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True
