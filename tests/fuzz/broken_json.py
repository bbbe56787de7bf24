"""JSON as a neighbour might send it on its worst day: documents broken at any place, and what never was one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.bounds import PERSON, SECRET

type Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """What goes into the text as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Twice:
    """A member that stands twice, with another value the second time."""

    first: Any
    second: Any


NUMBERS = [
    *("0", "-0", "-1", "1e400", "-1e400", "1e6", "1e18", "1e19", "1e100000", "9e999999", "1e-999999", "0e999999"),
    *("1e99999999999999999999", "1e-99999999999999999999", "NaN", "Infinity", "-Infinity", "0.1", "1.5e0"),
    *("9223372036854775808", "9" * 41, "9" * 4000, "9" * 5000, f"1.{'0' * 5000}1", "1700000000", "253402300800"),
]
TEXTS = [
    *("", " ", "\u0000", "\ufeff", "\ud800", "\ud83d", "\u2028", "é", "😀", "x" * 300, "x" * 100_000),
    *(" " * 50_000, "(" * 20_000, "!" * 30_000, "exceed " * 10_000, "a@" * 10_000, "&#" + "9" * 5000 + ";"),
    *("1e400", "1e999999", "9" * 4000, "NaN", "sNaN", "Infinity", "1_000", "٣", "1700000000", "true", "null", "{}"),
    *("0001-01-01T00:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59.9999999Z", "2026-02-30T00:00:00Z"),
    *("9999-12-31T23:59:59-14:00", "2026-11-17", "2026-11-17T25:00:00Z", "2026-11-17T10:00:00+99:00", "20261117"),
    *("whsec_" + SECRET, f"{PERSON} <zebulon.quux@example.org>", PERSON, "-", "../..", "a,b;c", "?Cursor=9"),
]
ODD = [
    *map(Raw, NUMBERS),
    *map(Raw, ("null", "true", "false", "[]", "{}", "[null]", "[[]]", '{"id": null}', '{"": ""}', "", ",", "]")),
    *(Raw("[" * depth + "]" * depth) for depth in (900, 5_000, 100_000)),
    *(Raw('{"errors":' * depth + "1" + "}" * depth) for depth in (400, 3_000, 50_000)),
    *TEXTS,
]
odd = st.sampled_from(ODD) | st.text(max_size=8) | st.integers() | st.floats()


def written(value: object) -> str:
    """As text, whatever is in it."""
    match value:
        case Raw():
            return value.text
        case Twice():
            return f"{written(value.first)}, {written(value.second)}"
        case Mapping():
            return "{" + ", ".join(_member(name, held) for name, held in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
        case _:
            return json.dumps(value)


def _member(name: str, held: object) -> str:
    if isinstance(held, Twice):
        return f"{_member(name, held.first)}, {_member(name, held.second)}"
    return f"{json.dumps(name)}: {written(held)}"


def places(value: object, at: Path = ()) -> Iterator[Path]:
    """Every place in a document, itself first."""
    yield at
    inner = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    for name, held in inner:
        yield from places(held, (*at, name))


def at(value: Any, path: Path) -> Any:
    for step in path:
        value = value[step]
    return value


def changed(value: Any, path: Path, change: Callable[[Any], Any]) -> Any:
    """The document with the value at that place changed; where nothing comes of it, the place is gone."""
    if not path:
        return change(value)
    step, rest = path[0], path[1:]
    pairs = dict(value) if isinstance(value, Mapping) else dict(enumerate(value))
    made = changed(pairs[step], rest, change)
    pairs[step] = made
    if made is GONE:
        del pairs[step]
    return pairs if isinstance(value, Mapping) else list(pairs.values())


GONE = object()
type Draw = Callable[[st.SearchStrategy[Any]], Any]


def _retyped(draw: Draw, _document: Any) -> Callable[[Any], Any]:
    strange = draw(odd)
    return lambda _: strange


def _twice(draw: Draw, _document: Any) -> Callable[[Any], Any]:
    strange = draw(odd)
    return lambda held: Twice(held, strange)


def _nested(draw: Draw, _document: Any) -> Callable[[Any], Any]:
    wrap: Callable[[Any], Any] = draw(
        st.sampled_from([lambda held: [held], lambda held: {"data": held}, lambda held: {"items": [held]}])
    )
    return wrap


def _many(draw: Draw, _document: Any) -> Callable[[Any], Any]:
    count = draw(st.sampled_from([2, 30, 1_000]))
    return lambda held: [held] * count


def _another(draw: Draw, document: Any) -> Callable[[Any], Any]:
    taken = at(document, draw(st.sampled_from(list(places(document)))))
    return lambda _: taken


def _gone(_draw: Draw, _document: Any) -> Callable[[Any], Any]:
    return lambda _: GONE


def _as_text(_draw: Draw, _document: Any) -> Callable[[Any], Any]:
    return lambda held: held if isinstance(held, str | Raw) else written(held)


BREAKS = [_retyped, _retyped, _retyped, _twice, _nested, _many, _another, _gone, _as_text]


@st.composite
def documents(draw: Draw, valid: Sequence[Any]) -> str:
    """The text of one of these, broken in up to three places."""
    document = draw(st.sampled_from(valid))
    for _ in range(draw(st.integers(0, 3))):
        if isinstance(document, Raw | Twice) or any(isinstance(at(document, p), Raw | Twice) for p in places(document)):
            break
        path = draw(st.sampled_from(list(places(document))))
        made = changed(document, path, draw(st.sampled_from(BREAKS))(draw, document))
        document = Raw("") if made is GONE else made.second if isinstance(made, Twice) else made
    return written(document)


ENCODINGS = ["utf-8", "utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"]


@st.composite
def damaged(draw: Draw, text: str) -> bytes:
    """The text in one of the encodings of this world, perhaps cut off, perhaps with strange bytes in it."""
    body = text.encode(draw(st.sampled_from(ENCODINGS)), errors="replace")
    where = draw(st.integers(0, len(body)))
    cut = draw(st.sampled_from(["", "", "", "", "", "cut", "filled"]))
    if cut == "cut":
        return body[:where]
    return body[:where] + draw(st.binary(min_size=1, max_size=4)) + body[where:] if cut else body


def bodies(*valid: Any) -> st.SearchStrategy[bytes]:
    """Bodies of an answer that should be one of these."""
    plain = st.one_of(st.sampled_from(ODD).map(written), documents(valid), documents(valid), documents(valid))
    return plain.flatmap(damaged) | st.binary(max_size=50)
