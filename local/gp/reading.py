"""Reads a SOAP request strictly by the contract: whatever the tables do not allow is refused with its place and reason.

.NET's XmlSerializer, which the service uses, skips unknown elements and drops those out of order without a word. A
witness must be stricter, or such a mistake would be found in a customer's books.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lxml import etree

from local.gp.contract import (
    CONCRETE,
    DATE_ONLY,
    ENUMERATIONS,
    GP,
    OPERATIONS,
    SIMPLE,
    TYPES,
    Field,
    fields_of,
    namespace_of,
)
from local.gp.faults import ContractBreak

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

Struct = dict[str, Any]
"""A complex element: values by element name. Left out = no key, nil = None, array = list; moments are UTC, naive."""

_NIL, _TYPE = f"{{{XSI}}}nil", f"{{{XSI}}}type"
_MONEY_OR_QUANTITY = re.compile(r"[+-]?(\d{1,14}(\.\d{0,5})?|\.\d{1,5})")  # numeric(19,5) in every GP table
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)?")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True, slots=True)
class Request:
    """A request that keeps the contract."""

    operation: str
    parameters: Struct


def read_request(body: bytes, soap_action: str | None) -> Request:
    """The request in a SOAP 1.1 envelope; ContractBreak when anything is not as the contract has it."""
    wrapper = _wrapper(_envelope(body))
    name = etree.QName(wrapper).localname
    if wrapper.tag != f"{{{GP}}}{name}" or name not in OPERATIONS:
        raise ContractBreak("Body", f"{wrapper.tag} is not an operation of this service")
    if soap_action != f'"{GP}/{name}"':
        raise ContractBreak("SOAPAction", f"{soap_action} does not name {name} (quoted, with its namespace)")
    return Request(name, _struct(wrapper, name, name))


def operation_named(soap_action: str | None) -> str:
    """The operation a SOAPAction header speaks of, or nothing."""
    return (soap_action or "").strip('"').rpartition("/")[2]


def _envelope(body: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as problem:
        raise ContractBreak("request", f"not well-formed XML: {problem}") from None
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]
        raise ContractBreak("request", "a document type declaration is not allowed")
    if root.tag != f"{{{SOAP}}}Envelope":
        raise ContractBreak("request", "not a SOAP 1.1 envelope")
    return root


def _wrapper(envelope: etree._Element) -> etree._Element:
    children = list(envelope)
    if children and children[0].tag == f"{{{SOAP}}}Header":
        children = children[1:]
    if len(children) != 1 or children[0].tag != f"{{{SOAP}}}Body" or len(children[0]) != 1:
        raise ContractBreak("Envelope", "expected one Body with one element in it")
    return children[0][0]


def _struct(element: etree._Element, type_name: str, where: str) -> Struct:
    """Walks the type's elements and the given ones together: both must be in the same order."""
    _only_attributes(element, where)
    _no_text(element, where)
    given = list(element)
    values: Struct = {}
    chosen = 0
    for field in fields_of(type_name):
        at_field = _while_named(given, field)
        del given[: len(at_field)]
        chosen += field.mark == "|" and bool(at_field)
        _check_count(field, len(at_field), where)
        if field.repeats:
            values[field.name] = [_value(each, field, f"{where}/{field.name}[{n}]") for n, each in enumerate(at_field)]
        elif at_field:
            values[field.name] = _value(at_field[0], field, f"{where}/{field.name}")
    if given:
        raise ContractBreak(where, _misplaced(given[0], type_name))
    if chosen > 1:
        raise ContractBreak(where, "only one of its elements may be given")
    return values


def _while_named(given: list[etree._Element], field: Field) -> list[etree._Element]:
    count = 0
    while count < len(given) and given[count].tag == field.tag:
        count += 1
    return given[:count]


def _check_count(field: Field, count: int, where: str) -> None:
    if field.required and count == 0:
        raise ContractBreak(where, f"{field.name} is missing or out of order")
    if count > 1 and not field.repeats:
        raise ContractBreak(where, f"{field.name} is given {count} times")


def _misplaced(element: etree._Element, type_name: str) -> str:
    name = etree.QName(element)
    known = {field.name: field for field in fields_of(type_name)}.get(name.localname)
    if known is None:
        return f"{name.localname} is not an element of {type_name}"
    if element.tag != known.tag:
        return f"{name.localname} is in namespace {name.namespace or 'none'}, not {etree.QName(known.tag).namespace}"
    return f"{name.localname} is out of order or given twice"


def _value(element: etree._Element, field: Field, where: str) -> Any:
    if (element.get(_NIL) or "false") in {"true", "1"}:
        if not field.nillable:
            raise ContractBreak(where, "may not be nil")
        if len(element) or (element.text or "").strip():
            raise ContractBreak(where, "is nil and has content")
        return None
    type_name = _named_type(element, field.type, where)
    if type_name in TYPES or type_name.startswith("ArrayOf") or "RestrictionOf" in type_name:
        values = _struct(element, type_name, where)
        return next(iter(values.values())) if type_name.startswith("ArrayOf") else values
    if type_name not in SIMPLE and type_name not in ENUMERATIONS:
        raise ContractBreak(where, f"{type_name} is not supported by this simulator")
    _only_attributes(element, where)
    if len(element):
        raise ContractBreak(where, "has elements in it, but is a simple value")
    return _simple(element.text or "", field, type_name, where)


def _named_type(element: etree._Element, declared: str, where: str) -> str:
    """The declared type, or for an abstract one the type that xsi:type must name."""
    named = element.get(_TYPE)
    if named is None:
        if declared in CONCRETE:
            raise ContractBreak(where, f"{declared} is abstract: xsi:type is missing")
        return declared
    prefix, _, name = named.strip().rpartition(":")
    if element.nsmap.get(prefix or None) != namespace_of(name):
        raise ContractBreak(where, f"xsi:type {named} is not in the namespace of that type")
    if name not in CONCRETE.get(declared, {declared}):
        raise ContractBreak(where, f"xsi:type {named} is not a {declared} this service knows")
    return name


def _only_attributes(element: etree._Element, where: str) -> None:
    for name in element.attrib:
        if name not in {_NIL, _TYPE, "ExtensionId"}:
            raise ContractBreak(where, f"attribute {name!r} is not part of the contract")


def _no_text(element: etree._Element, where: str) -> None:
    if any((text or "").strip() for text in [element.text, *(child.tail for child in element)]):
        raise ContractBreak(where, "text between elements")


def _simple(text: str, field: Field, type_name: str, where: str) -> Any:
    if type_name == "string":
        return _string(text, field, where)
    text = text.strip()
    match type_name:
        case "dateTime":
            value: Any = _date_time(text, field, where)
        case "decimal":
            value = Decimal(_matching(_MONEY_OR_QUANTITY.fullmatch(text), text, "decimal of numeric(19,5)", where))
        case "boolean":
            value = _matching(text in {"true", "false", "1", "0"}, text, "boolean", where) in {"true", "1"}
        case "guid":
            value = _matching(_GUID.fullmatch(text), text, "guid", where).lower()
        case "int" | "short":
            value = _integer(text, type_name, where)
        case _:
            value = _matching(text in ENUMERATIONS[type_name], text, type_name, where)
    return value


def _matching(matches: object, text: str, type_name: str, where: str) -> str:
    if not matches:
        raise ContractBreak(where, f"{text!r} is not a {type_name}")
    return text


def _string(text: str, field: Field, where: str) -> str:
    """Trailing blanks do not count: a char column pads with them anyway."""
    text = text.rstrip(" ")
    if field.lengths and len(text) > field.lengths[0]:
        raise ContractBreak(where, f"{len(text)} characters, at most {field.lengths[0]} fit")
    return text


def _integer(text: str, type_name: str, where: str) -> int:
    bits = 31 if type_name == "int" else 15
    number = int(_matching(re.fullmatch(r"[+-]?\d{1,10}", text), text, type_name, where))
    _matching(-(2**bits) <= number < 2**bits, text, type_name, where)
    return number


def _date_time(text: str, field: Field, where: str) -> dt.datetime:
    match = _DATE_TIME.fullmatch(text)
    _matching(match, text, "dateTime", where)
    if field.name in DATE_ONLY and field.owner in TYPES and not text.endswith("T00:00:00"):
        raise ContractBreak(where, f"{text!r} is not a date at midnight without a zone, which GP's column must hold")
    try:
        moment = dt.datetime.fromisoformat(text)
        return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except (ValueError, OverflowError):
        raise ContractBreak(where, f"{text!r} is not a dateTime") from None
