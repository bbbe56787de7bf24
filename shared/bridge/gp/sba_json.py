"""JSON without binary floats: what is read is checked member by member, what is written is exact."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

type Json = bool | int | str | Decimal | Sequence[Json] | Mapping[str, Json] | None

DIGITS_MAX = 14  # before the point, and five after it: GP's columns are numeric(19,5)
NUMBER = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,5}0*)?")
HALVES = "\ud800-\udfff"  # of a character, which JSON can carry and no encoding can
UNWRITABLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f{HALVES}\ufffe\uffff]")
UNREADABLE = re.compile(f"[{HALVES}]")


def parse(body: bytes) -> Json:
    """Read JSON; numbers with a point become Decimal. Whatever is wrong with it is a ValueError."""
    try:
        found: Json = json.loads(body, parse_float=Decimal, parse_constant=_not_a_number)
    except (RecursionError, ArithmeticError) as failure:
        raise ValueError("not JSON that anybody would send") from failure
    return found


def _not_a_number(name: str) -> Json:
    raise ValueError(f"{name} is no JSON")


def dump(value: Json) -> str:
    """Write JSON, a Decimal as a number digit by digit; a ValueError for a text that GP cannot hold."""
    match value:
        case Decimal():
            return plain(value)
        case str():
            if UNWRITABLE.search(value):
                raise ValueError("characters that no text of GP can hold")
            return json.dumps(value)
        case Mapping():
            return "{" + ", ".join(f"{dump(name)}: {dump(member)}" for name, member in value.items()) + "}"
        case Sequence():
            return "[" + ", ".join(dump(member) for member in value) + "]"
        case _:
            return json.dumps(value)


def plain(value: Decimal) -> str:
    """A decimal as GP's columns hold it: no exponent, no more than five decimals, else a ValueError."""
    text = f"{value:f}" if value.is_finite() and abs(value.adjusted()) <= DIGITS_MAX else ""
    if not NUMBER.fullmatch(text):
        raise ValueError("a quantity or an amount that GP has no room for")
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Row:
    """A JSON object that is read member by member. A member that is not as expected is a ValueError that names it.

    `default` stands for a member that is left out or null; without one the member must be there.
    """

    members: Mapping[str, Json]

    @classmethod
    def of(cls, found: Json) -> Row:
        if not isinstance(found, Mapping):
            raise ValueError("not an object")  # noqa: TRY004 - whatever is wrong with an answer is a ValueError
        return cls(found)

    def text(self, name: str, default: str | None = None) -> str:
        """A text, without the blanks that pad a char column."""
        found = self._member(name, default)
        if not isinstance(found, str) or UNREADABLE.search(found):
            raise _unexpected(name, "a text")
        return found.rstrip()

    def flag(self, name: str, *, default: bool | None = None) -> bool:
        found = self._member(name, default)
        if not isinstance(found, bool):
            raise _unexpected(name, "true or false")
        return found

    def integer(self, name: str) -> int:
        found = self._member(name, None)
        if not isinstance(found, int) or isinstance(found, bool):
            raise _unexpected(name, "a whole number")
        return found

    def maybe_integer(self, name: str) -> int | None:
        return None if self.members.get(name) is None else self.integer(name)

    def number(self, name: str, default: Decimal | None = None) -> Decimal:
        """A JSON number."""
        found = self._member(name, default)
        if not isinstance(found, int | Decimal) or isinstance(found, bool):
            raise _unexpected(name, "a number")
        try:
            return Decimal(plain(Decimal(found)))
        except ValueError:
            raise _unexpected(name, "a quantity or an amount") from None

    def amount(self, name: str, default: Decimal | None = None) -> Decimal:
        """A decimal written as a text."""
        if default is not None and self.members.get(name) is None:
            return default
        text = self.text(name)
        if not NUMBER.fullmatch(text):
            raise _unexpected(name, "a quantity or an amount")
        return Decimal(text)

    def date(self, name: str) -> dt.date:
        """A day, with a time of midnight after it or none."""
        try:
            return dt.date.fromisoformat(self.text(name).removesuffix("T00:00:00"))
        except ValueError:
            raise _unexpected(name, "a date") from None

    def maybe_date(self, name: str) -> dt.date | None:
        """A day; None for GP's empty date, which is in 1900."""
        found = None if self.members.get(name) is None else self.date(name)
        return None if found == dt.date(1900, 1, 1) else found

    def maybe_moment(self, name: str) -> dt.datetime | None:
        """A point in time in UTC."""
        if self.members.get(name) is None:
            return None
        try:
            if not (text := self.text(name)).endswith("Z"):
                raise _unexpected(name, "a point in time")
            return dt.datetime.fromisoformat(text)
        except ValueError:
            raise _unexpected(name, "a point in time in UTC") from None

    def one_of[Kind: StrEnum](self, name: str, kind: type[Kind], default: Kind | None = None) -> Kind:
        try:
            return kind(self.text(name, default))
        except ValueError:
            raise _unexpected(name, f"one of {', '.join(kind)}") from None

    def rows(self, name: str, *, default: Sequence[Json] | None = None) -> list[Row]:
        return [Row.of(each) for each in self._list(name, default)]

    def row(self, name: str) -> Row:
        """An object; one without members where it is left out."""
        found = self.members.get(name)
        return Row({}) if found is None else Row.of(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where it is left out."""
        return tuple(Row({name: each}).text(name) for each in self._list(name, ()))

    def _list(self, name: str, default: Sequence[Json] | None) -> Sequence[Json]:
        found = self._member(name, default)
        if isinstance(found, str) or not isinstance(found, Sequence):
            raise _unexpected(name, "a list")
        return found

    def _member(self, name: str, default: Json) -> Json:
        found = self.members.get(name)
        if found is not None:
            return found
        if default is None:
            raise ValueError(f"{name} is missing")
        return default


def _unexpected(name: str, wanted: str) -> ValueError:
    return ValueError(f"{name} is not {wanted}")
