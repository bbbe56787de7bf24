"""Documents with everything in them that the real schema allows, made from the schema itself."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from lxml import etree

from tests.vendor.gp_contract import SCHEMAS

XS = "{http://www.w3.org/2001/XMLSchema}"
GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMES = {"q1": GP, "q2": "http://schemas.microsoft.com/dynamics/2006/01", "x": XSI}  # prefixes are the server's own
DEPTH_MAX = 6
PADDED = "as it was   "
VALUES = {
    "string": PADDED,
    "dateTime": "2026-11-16T00:00:00",
    "decimal": "2.00000",
    "int": "2",
    "short": "2",
    "boolean": "false",
    "guid": "4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce",
}


def full(type_name: str, name: str) -> bytes:
    """An element of that type and name with each of its elements once, down to a depth."""
    made = etree.Element(f"{{{GP}}}{name}", nsmap=NAMES)
    _fill(made, type_name, DEPTH_MAX)
    return etree.tostring(made)


def elements(type_name: str) -> list[tuple[str, bool]]:
    """The elements of a type in their order, each with whether it must be there and may be nil."""
    found = (each for each, _ in _declared(type_name))
    return [(each.get("name") or "", each.get("minOccurs") == "1" and each.get("nillable") == "true") for each in found]


def _fill(made: etree._Element, type_name: str, depth: int) -> None:
    kind, _ = _types().get(type_name, (None, ""))
    if kind is None:
        made.text = VALUES[type_name]
    elif kind.tag == f"{XS}simpleType":
        first = kind.find(f".//{XS}enumeration")
        made.text = first.get("value") if first is not None else VALUES["guid"]
    else:
        _fill_complex(made, _concrete(made, type_name), depth)


def _concrete(made: etree._Element, type_name: str) -> str:
    """The type itself, or one that stands for an abstract one and is named."""
    kind, _ = _types()[type_name]
    if kind.get("abstract") != "true":
        return type_name
    name = next((each for each in _types() if _base(each) == type_name), None)
    if name is None:
        made.set(f"{{{XSI}}}nil", "true")
        return ""
    concrete = _concrete(made, name)
    if concrete:
        made.set(f"{{{XSI}}}type", f"q1:{concrete}")
    return concrete


def _fill_complex(made: etree._Element, type_name: str, depth: int) -> None:
    for declared, namespace in _declared(type_name):
        type_of = (declared.get("type") or "").rpartition(":")[2]
        if depth == 0 and declared.get("minOccurs") == "0":
            continue
        child = etree.SubElement(made, f"{{{namespace}}}{declared.get('name')}")
        _fill(child, type_of, depth - 1)
        if child.get(f"{{{XSI}}}nil") and declared.get("nillable") != "true":
            made.remove(child)


def _declared(type_name: str) -> Iterator[tuple[etree._Element, str]]:
    """The elements of a type, inherited ones first; of a choice the first one."""
    if not type_name:
        return
    yield from _declared(_base(type_name))
    kind, namespace = _types()[type_name]
    chosen: set[etree._Element] = set()
    for declared in kind.iter(f"{XS}element"):
        parent = declared.getparent()
        if parent is None or declared.get("type") is None or parent in chosen:
            continue
        if parent.tag == f"{XS}choice":
            chosen.add(parent)
        yield declared, namespace


def _base(type_name: str) -> str:
    extension = _types()[type_name][0].find(f"{XS}complexContent/{XS}extension")
    return (extension.get("base") or "").rpartition(":")[2] if extension is not None else ""


@functools.cache
def _types() -> dict[str, tuple[etree._Element, str]]:
    found: dict[str, tuple[etree._Element, str]] = {}
    for path in sorted(SCHEMAS.glob("*.xsd")):
        root = etree.parse(path).getroot()
        for kind in root:
            if kind.tag in (f"{XS}complexType", f"{XS}simpleType"):
                found[kind.get("name") or ""] = kind, root.get("targetNamespace") or ""
    return found
