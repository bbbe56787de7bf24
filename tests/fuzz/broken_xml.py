"""XML as a neighbour might send it on its worst day: documents broken at any element, and bombs."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from tests.fuzz.bounds import PERSON

GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TEXTS = [
    *("", " ", "0", "-1", "1e400", "NaN", "INF", "9" * 39, "9" * 41, "9" * 5000, "1.5", "+.5", "٣", "true", "maybe"),
    *("0001-01-01T00:00:00", "1900-01-01", "9999-12-31T23:59:59", "2026-02-30", "2026-11-17T25:00:00", "2026-W01-1"),
    *("9999-12-31T23:59:59-14:00", "0002-01-01T00:00:00+14:00", "2026-11-17T10:00:00+99:00", PERSON, "Posted"),
    *("x" * 100_000, " " * 100_000, "!" * 30_000, "exceed " * 10_000, "'" * 20_000, "é", "Business object not found."),
    *("11111111-2222-4333-8444-555555555555", "1 2 3", "is locked", f"{PERSON} is locked"),
]
texts = st.sampled_from(TEXTS)
BODY_MAX = 4_000_000  # bytes: more than a reader is ever given, and what Hypothesis still shows
ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "lol" * 10}">' for n in range(12))
HEADS = [
    f"<!DOCTYPE x [{ENTITIES}]>",
    '<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
    "<!DOCTYPE x>",
    '<?xml version="1.0" encoding="utf-16"?>',
    '<?xml version="1.0" encoding="no-such"?>',
    '<?xml version="1.1"?>',
    "<?php ?>",
    "<!-- " + "-" * 5_000,
    "<a>" * 50_000,
    "<a " + " ".join(f'b{n}="{n}"' for n in range(20_000)) + "/>",
    "\x00",
    "\ufeff",
]


def _texted(made: etree._Element, draw: Callable[[Any], Any]) -> None:
    for child in list(made):
        made.remove(child)
    made.text = draw(texts)


def _gone(made: etree._Element, _draw: Callable[[Any], Any]) -> None:
    parent = made.getparent()
    if parent is not None:
        parent.remove(made)


def _repeated(made: etree._Element, draw: Callable[[Any], Any]) -> None:
    parent = made.getparent()
    for _ in range(draw(st.sampled_from([1, 3, 500]))):
        if parent is not None:
            parent.insert(0, copy.deepcopy(made))


def _nested(made: etree._Element, draw: Callable[[Any], Any]) -> None:
    held = made
    for _ in range(draw(st.sampled_from([1, 3, 250, 2_000]))):
        held = etree.SubElement(held, made.tag)


def _renamed(made: etree._Element, draw: Callable[[Any], Any]) -> None:
    made.tag = draw(st.sampled_from(["Id", "{urn:other}Id", f"{{{GP}}}Value", f"{{{GP}}}Key", f"{{{GP}}}Lines"]))


def _marked(made: etree._Element, draw: Callable[[Any], Any]) -> None:
    name = draw(st.sampled_from(["nil", "type"]))
    made.set(f"{{{XSI}}}{name}", draw(st.sampled_from(["true", "1", "no", "q:Strange", ":", "", PERSON])))


def _behind(made: etree._Element, draw: Callable[[Any], Any]) -> None:
    made.tail = draw(texts)


ENCODINGS = ["utf-16", "utf-32", "utf-8-sig", "cp1252"]
BREAKS = [_texted, _texted, _texted, _gone, _repeated, _nested, _renamed, _marked, _behind]


@st.composite
def documents(draw: Callable[[Any], Any], valid: Sequence[bytes]) -> bytes:
    """One of these, broken at up to three elements, perhaps behind a head that nobody should send."""
    root = etree.fromstring(draw(st.sampled_from(valid)))
    for _ in range(draw(st.integers(0, 3))):
        found = list(root.iter())
        draw(st.sampled_from(BREAKS))(found[draw(st.integers(0, len(found) - 1))], draw)
    return etree.tostring(root)


@st.composite
def bodies(draw: Callable[[Any], Any], valid: Sequence[bytes]) -> bytes:
    """The same, perhaps in another encoding, cut off, with a reference to an entity, or with strange bytes in it."""
    body: bytes = draw(documents(valid))
    head: str = draw(st.sampled_from(HEADS))
    how = draw(st.sampled_from(["", "", "", "", "headed", "cut", "filled", "bombed", "recoded"]))
    where = draw(st.integers(0, len(body)))
    match how:
        case "headed":
            body = head.encode() + body
        case "bombed":
            bomb = body.replace(b">0<", b">&e11;<").replace(b"xmlns:", b'z="&e11;" xmlns:', 1)
            body = HEADS[where % 3].encode() + bomb
        case "cut":
            body = body[:where]
        case "filled":
            body = body[:where] + bytes([where % 256]) + body[where:]
        case "recoded":
            body = body.decode().encode(ENCODINGS[where % len(ENCODINGS)], errors="replace")
    return body[:BODY_MAX]
