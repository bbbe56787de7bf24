"""Elements of GP's SOAP contract: written in the contract's order, and read with every suspicion.

The service reads with .NET's XmlSerializer: elements come in the contract's order, a nullable scalar that is not
given is still there, as `xsi:nil`, and a char column comes back padded with blanks. A table holds that order for one
type; a name with `*` is one of those scalars. Source: the service description that GP 2010's legacy endpoint publishes.

Whatever is read here and is not what the contract says is a ValueError.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache

from lxml import etree

GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
DYN = "http://schemas.microsoft.com/dynamics/2006/01"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NIL = f"{{{XSI}}}nil"
TYPE = f"{{{XSI}}}type"

# Names of the contract's schemas in every body; unprefixed is GP.
NAMES: dict[str | None, str] = {None: GP, "dyn": DYN, "xsi": XSI}
_PREFIXES = {GP: "", DYN: "dyn:"}

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)  # xs:decimal: no exponent, no NaN
_LONGEST_NUMBER = 40
_NO_DATES = ("1900-01-01", "0001-01-01")  # GP's empty date, and .NET's

# A tuple is a name and what it holds; a list holds those, a mapping holds each name once.
type Named = tuple[str, Content]
type Content = str | Decimal | dt.date | bool | int | Mapping[str, Content] | list[Named] | None
type Table = tuple[tuple[str, bool], ...]


def table(names: str) -> Table:
    """The order of a type's elements, each with whether it is a nullable scalar that must be there."""
    return tuple((name.rstrip("*"), name.endswith("*")) for name in names.split())


def ordered(order: Table, given: Mapping[str, Content]) -> Mapping[str, Content]:
    """What is given, in the contract's order, every required scalar among it; what is empty is left out."""
    content: dict[str, Content] = {}
    for name, is_required in order:
        value = given.get(name)
        if is_required or value not in (None, "", {}, []):
            content[name] = value
    return content


def element(name: str, content: Content) -> etree._Element:
    """An element in GP's namespace; None becomes `xsi:nil`. ValueError for text that XML cannot hold."""
    made = etree.Element(f"{{{GP}}}{name}")
    _fill(made, content)
    return made


def _fill(made: etree._Element, content: Content) -> None:
    if content is None:
        made.set(NIL, "true")
    elif isinstance(content, str):
        made.text = content
    elif isinstance(content, Mapping):
        _append(made, content.items())
    elif isinstance(content, list):
        _append(made, content)
    else:
        made.text = _text(content)


def _append(made: etree._Element, content: Iterable[Named]) -> None:
    for name, value in content:
        _fill(etree.SubElement(made, f"{{{GP}}}{name}"), value)


def _text(value: Decimal | dt.date | bool | int) -> str:  # noqa: FBT001 - a value to write, not a switch
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None).isoformat()
    if isinstance(value, dt.date):
        return f"{value.isoformat()}T00:00:00"  # date-only in GP's columns: midnight, without a zone
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def money(value: Decimal, currency: str = "") -> Content:
    """A MoneyAmount; without a currency it is the company's own."""
    digits = max(2, -_exponent(value))
    amount: dict[str, Content] = {"Value": Decimal(f"{value:.{digits}f}"), "DecimalDigits": digits}
    return {"Currency": currency, **amount} if currency else amount


def quantity(value: Decimal) -> Content:
    """A Quantity, with no more decimals than it has."""
    digits = max(0, -_exponent(value))
    return {"Value": Decimal(f"{value:.{digits}f}"), "DecimalDigits": digits}


def _exponent(value: Decimal) -> int:
    return int(value.normalize().as_tuple().exponent)


def key(value: str) -> Content:
    """A key of nothing but an id; empty where there is none, and then left out."""
    return {"Id": value} if value else {}


def batch_key(batch: str) -> Content:
    """A batch key. The contract requires a creation time, which GP ignores for a batch that it makes or has."""
    return {"Id": batch, "CreatedDateTime": "0001-01-01T00:00:00"}


# Criteria: a restriction that is given says so in each of its scalars (web service reference on criteria).


def equal(value: str) -> Content:
    """A LikeRestrictionOfString."""
    return {"EqualValue": value}


def among(name: str, values: Iterable[str]) -> Content:
    """A ListRestrictionOfNullable… of the enumeration `name`."""
    return {"EqualValue": None, "NotEqualValue": None, "Items": [(name, value) for value in values]}


def between(start: dt.date, end: dt.date) -> Content:
    """A BetweenRestrictionOfNullableOfDateTime, both included."""
    nothing: dict[str, Content] = {"EqualValue": None, "NotEqualValue": None}
    return {**nothing, "From": start, "To": end, "GreaterThan": None, "LessThan": None}


def put(parent: etree._Element, order: Table, name: str, content: Content) -> None:
    """Replace the child of that name, or insert it where the contract has it."""
    child = element(name, content)
    present = parent.find(child.tag)
    if present is not None:
        parent.replace(present, child)
        return
    names = [each for each, _ in order]
    earlier = frozenset(f"{{{GP}}}{each}" for each in names[: names.index(name)])
    # A newer GP's own elements are passed over; they stay where they are.
    places = [place for place, sibling in enumerate(parent, start=1) if sibling.tag in earlier]
    parent.insert(max(places, default=0), child)


def parse(xml: bytes) -> etree._Element:
    """Parse an answer: no document type, no entity, nothing fetched. ValueError for what is not such XML."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as failure:
        raise ValueError("not XML") from failure
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("a SOAP message has no document type")
    return root


def given_back(image: bytes, name: str) -> etree._Element:
    """A document as GP sent it, ready to be sent again as `name`.

    Blanks that pad a char column would be too long for the same field on the way back. `xsi:type` names its type with
    a prefix of GP's answer, which our body does not declare.
    """
    document = parse(image)
    for child in document.iter():
        child.text = child.text.rstrip() if child.text is not None else None
        if (named := child.get(TYPE)) is not None:
            prefix, _, local = named.rpartition(":")
            child.set(TYPE, _PREFIXES.get(child.nsmap.get(prefix or None, ""), "") + local)
    document.tag = f"{{{GP}}}{name}"
    document.attrib.clear()
    return document


def rows(parent: etree._Element, steps: str) -> list[etree._Element]:
    """The elements at `steps` that are not nil."""
    return [found for found in parent.iterfind(path(steps)) if not is_nil(found)]


def is_nil(found: etree._Element) -> bool:
    return found.get(NIL) in ("true", "1")


@cache
def path(steps: str) -> str:
    """`Key/Id` as lxml wants it; a step in the other namespace is written `dyn:Id`."""
    names = (step.rpartition(":") for step in steps.split("/"))
    return "/".join(f"{{{DYN if prefix else GP}}}{name}" for prefix, _, name in names)


def read_text(parent: etree._Element, steps: str) -> str:
    """The text at `steps`, without the blanks of its column; empty where it is absent or nil."""
    found = parent.find(path(steps))
    return (found.text or "").rstrip() if found is not None else ""


def read_number(parent: etree._Element, steps: str) -> Decimal:
    """A decimal; nought where it is absent or nil."""
    text = read_text(parent, steps).strip()
    if not text:
        return Decimal(0)
    if len(text) > _LONGEST_NUMBER or _DECIMAL.fullmatch(text) is None:
        raise ValueError(f"{steps} is no number")
    return Decimal(text)


def read_whole(parent: etree._Element, steps: str) -> int:
    """A whole number, which must be there."""
    text = read_text(parent, steps).strip()
    if not text or len(text) > _LONGEST_NUMBER or not re.fullmatch(r"[+-]?\d+", text, re.ASCII):
        raise ValueError(f"{steps} is no whole number")
    return int(text)


def read_flag(parent: etree._Element, steps: str, *, otherwise: bool = False) -> bool:
    """A boolean; `otherwise` where it is absent or nil."""
    text = read_text(parent, steps).strip()
    if text not in ("true", "false", "1", "0", ""):
        raise ValueError(f"{steps} is neither true nor false")
    return text in ("true", "1") if text else otherwise


def read_date(parent: etree._Element, steps: str) -> dt.date | None:
    """A date; None where it is absent or empty."""
    text = read_text(parent, steps).strip()[:10]
    return None if text in ("", *_NO_DATES) else dt.date.fromisoformat(text)


def read_day(parent: etree._Element, steps: str) -> dt.date:
    """A date that must be there."""
    found = read_date(parent, steps)
    if found is None:
        raise ValueError(f"there is no {steps}")
    return found


def read_moment(parent: etree._Element, steps: str) -> dt.datetime | None:
    """A moment in UTC, which is what GP means where it names no zone (web service reference on ModifiedDate)."""
    text = read_text(parent, steps).strip()
    if not text or text[:10] in _NO_DATES:
        return None
    moment = dt.datetime.fromisoformat(text)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def says(parent: etree._Element) -> list[tuple[str, str]]:
    """Names and texts in their order, for comparing two elements."""
    return [(str(child.tag), (child.text or "").strip()) for child in parent.iter()]
