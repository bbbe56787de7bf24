"""How ShipBob's JSON is read, whatever it is about: tolerantly, but never wrongly.

Unknown fields are passed over, words are matched without case and blanks, null may stand for any object or list, and a
moment without an offset is in UTC. Strict only about what is used: what is missing there is named with its path, and
its value never, for it may be personal. Source: ShipBob's Developer API, and what its users saw of it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from bridge.domain.order import Named
from bridge.domain.outcome import Transient

UNREADABLE = "ShipBob's answer cannot be read"
UNREADABLE_JSON = (ValueError, RecursionError, ArithmeticError)  # the last of an exponent that no Decimal holds
FIRST_YEAR, LAST_YEAR = 1970, 9998  # what .NET writes for no moment and for never is beyond: the years 1 and 9999
WHOLE_MAX = 2**63 - 1  # ShipBob's ids are int32 or int64
AMOUNT_MAX = 10**11  # pieces of money or goods: the product of two and the sum of many are exact as Decimal
DIGITS_MAX = 60  # of a number with a point, as .NET may write a double

_DATE = re.compile(r"\s*\d{4}-")
_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder(parse_float=Decimal)


def _word(value: object) -> object:
    return str(value).replace(" ", "").casefold() if value is not None else ""


def _empty_text(value: object) -> object:
    return "" if value is None else value


def _none_of_them(value: object) -> object:
    return () if value is None else value


def _nought(value: object) -> object:
    return 0 if value is None else value


def _none(value: object) -> object:
    return None if value == "" else value


def _sized(value: object) -> object:
    """Looked at before it is converted, too: a number of an enormous exponent would take its time, and the memory."""
    if isinstance(value, Decimal) and not is_counted(value):
        raise ValueError("a number beyond all that is counted")
    if isinstance(value, int) and abs(value) > WHOLE_MAX:
        raise ValueError("a number beyond all that is counted")
    return value


def is_counted(value: Decimal) -> bool:
    """Whether anybody can have meant it: it is as large as a quantity or an amount may be, and as long."""
    _, digits, exponent = value.as_tuple()
    return isinstance(exponent, int) and max(len(digits), abs(exponent)) <= DIGITS_MAX and abs(value) <= AMOUNT_MAX


def _written(value: object) -> object:
    """A moment is written as a date: of a bare number nobody knows what it counts, and since when."""
    if value is None or (isinstance(value, str) and _DATE.match(value)):
        return value
    raise ValueError("no moment")


def _in_utc(value: dt.datetime | None) -> dt.datetime | None:
    if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
        return None
    return value if value.tzinfo else value.replace(tzinfo=dt.UTC)


def _given(value: dt.datetime | None) -> dt.datetime:
    if value is None:
        raise ValueError("no moment")
    return value


type Text = Annotated[str, BeforeValidator(_empty_text)]
type Word = Annotated[str, BeforeValidator(_word)]
type Many[T] = Annotated[tuple[T, ...], BeforeValidator(_none_of_them)]
type Whole = Annotated[int, BeforeValidator(_sized), AfterValidator(_sized)]
type Count = Annotated[Whole, BeforeValidator(_nought)]
type Amount = Annotated[Decimal, BeforeValidator(_sized), AfterValidator(_sized)]
type Moment = Annotated[dt.datetime, BeforeValidator(_written), AfterValidator(_in_utc), AfterValidator(_given)]
type MaybeMoment = Annotated[
    dt.datetime | None, BeforeValidator(_written), BeforeValidator(_none), AfterValidator(_in_utc)
]


class Model(BaseModel):
    """What ShipBob's objects have in common. A reader is built when it is first used: a cold start pays for its own."""

    model_config = ConfigDict(extra="ignore", frozen=True, coerce_numbers_to_str=True, defer_build=True)


class NamedModel(Model):
    """A channel, a location: a number and a name."""

    id: Whole
    name: Text = ""

    def to_domain(self) -> Named:
        return Named(self.id, self.name)


def named(model: NamedModel | None) -> Named | None:
    """The same, where ShipBob names none."""
    return model.to_domain() if model else None


def read[M: Model](model: type[M], body: bytes) -> M:
    """One object. `Transient` where it is no JSON or lacks something."""
    return validated(model, parsed(body))


def read_list[M: Model](model: type[M], body: bytes, *names: str) -> list[M]:
    """A bare array, or the one that an envelope holds under one of `names`; null there is an empty one."""
    return [validated(model, row, str(number)) for number, row in enumerate(_array(parsed(body), names))]


def _array(value: object, names: tuple[str, ...]) -> list[object]:
    found = value
    if isinstance(value, dict):
        found = next((value[name] for name in names if name in value), None)
        if found is None and any(name in value for name in names):
            return []
    if not isinstance(found, list):
        raise Transient(f"{UNREADABLE}: it is no list")
    return found


def parsed(body: bytes) -> object:
    """JSON, its numbers exact."""
    try:
        return json.loads(body, parse_float=Decimal)
    except UNREADABLE_JSON:
        raise Transient("ShipBob's answer is not JSON") from None


def is_json(body: bytes) -> bool:
    """Whether it is any JSON at all."""
    try:
        json.loads(body, parse_float=Decimal)
    except UNREADABLE_JSON:
        return False
    return True


def validated[M: Model](model: type[M], fields: object, place: str = "") -> M:
    """The object in a parsed answer. `place` is where it was found."""
    try:
        return model.model_validate(fields)
    except ValidationError as failure:
        # Only where and what kind: the values may be personal.
        errors = failure.errors(include_url=False, include_context=False, include_input=False)[:5]
        places = "; ".join(f"{'.'.join([place] * bool(place) + [*map(str, e['loc'])])}: {e['type']}" for e in errors)
        raise Transient(f"{UNREADABLE}: {places}") from None


def member[E: StrEnum](words: type[E], word: str) -> E:
    """The enum's member for ShipBob's word in whatever case; its `UNKNOWN` for a word it has newly learned."""
    return next((each for each in words if each.casefold() == word), words("Unknown"))


def rows(body: bytes, *names: str) -> list[tuple[object, bytes]]:
    """The elements of such an array, each with its own bytes as they came: nothing of them is lost, and no cent."""
    try:
        return list(_Scan(body.decode(json.detect_encoding(body))).rows(names))
    except UNREADABLE_JSON:
        raise Transient("ShipBob's answer is not JSON, or no list") from None


class _Scan:
    """Walks through JSON text far enough to know where each element of an array begins and ends."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = self._behind_blanks(0)

    def rows(self, names: tuple[str, ...]) -> Iterator[tuple[object, bytes]]:
        if self._text.startswith("{", self._at) and not self._enters(names):
            return
        self._take("[")
        if self._sees("]"):
            return
        while True:
            start = self._at
            value, end = self._value()
            yield value, self._text[start:end].encode()
            if self._sees("]"):
                return
            self._take(",")

    def _enters(self, names: tuple[str, ...]) -> bool:
        """Go to the member of one of these names; False where it is null."""
        self._take("{")
        while True:
            name, _ = self._value()
            self._take(":")
            if name in names:
                return not self._text.startswith("null", self._at)
            self._value()
            self._take(",")

    def _value(self) -> tuple[object, int]:
        value, end = _DECODER.raw_decode(self._text, self._at)
        self._at = self._behind_blanks(end)
        return value, end

    def _sees(self, sign: str) -> bool:
        if not self._text.startswith(sign, self._at):
            return False
        self._at = self._behind_blanks(self._at + 1)
        return True

    def _take(self, sign: str) -> None:
        if not self._sees(sign):
            raise ValueError(f"no {sign}")

    def _behind_blanks(self, at: int) -> int:
        found = _BLANK.match(self._text, at)
        return found.end() if found else at
