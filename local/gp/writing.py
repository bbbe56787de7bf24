"""Writes SOAP answers by the same tables as the reader uses, as GP does: char columns come back padded with blanks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from lxml import etree

from local.gp.contract import CONCRETE, DYNAMICS, GP, TYPES, Field, fields_of, namespace_of
from local.gp.reading import SOAP, XSI, Struct

XSI_TYPE = "xsi:type"
"""The key under which a Struct names its concrete type, where the declared one is abstract."""

_NAMESPACES: dict[str, str] = {None: GP, "dyn": DYNAMICS, "xsi": XSI}  # type: ignore[dict-item]
_PREFIXES = {DYNAMICS: "dyn", GP: ""}


def answer(operation: str, result: Any) -> bytes:
    """The envelope of an operation's answer; `result` None leaves the response element empty."""
    name = f"{operation}Response"
    envelope, body = _envelope()
    wrapper = etree.SubElement(body, f"{{{GP}}}{name}", nsmap=_NAMESPACES)
    if result is not None:
        _write(wrapper, {f"{operation}Result": result}, name)
    return _bytes(envelope)


def fault(text: str, *, log_id: str | None = None) -> bytes:
    """A SOAP 1.1 fault; `log_id` makes it a validation fault.

    Source: Microsoft's web service reference on exceptions of the legacy endpoint: a Message element in the detail
    holds the log id, without one the fault is a system exception and its text is the faultstring.
    """
    envelope, body = _envelope()
    made = etree.SubElement(body, f"{{{SOAP}}}Fault")
    etree.SubElement(made, "faultcode").text = "soap:Client"
    etree.SubElement(made, "faultstring").text = text
    detail = etree.SubElement(made, "detail")
    if log_id is not None:
        etree.SubElement(detail, "Message").text = log_id
    return _bytes(envelope)


def _envelope() -> tuple[etree._Element, etree._Element]:
    envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
    return envelope, etree.SubElement(envelope, f"{{{SOAP}}}Body")


def _bytes(envelope: etree._Element) -> bytes:
    return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")


def _write(parent: etree._Element, values: Struct, type_name: str) -> None:
    known = fields_of(type_name)
    unknown = values.keys() - {field.name for field in known} - {XSI_TYPE}
    assert not unknown, f"{type_name} has no {unknown}"
    for field in known:
        value = values.get(field.name)
        if value is not None:
            _write_value(parent, value, field)
        elif field.required:
            assert field.nillable, f"{type_name} needs {field.name}"
            etree.SubElement(parent, field.tag).set(f"{{{XSI}}}nil", "true")


def _write_value(parent: etree._Element, value: Any, field: Field) -> None:
    if field.repeats:
        for each in value:
            _write_value(parent, each, Field(field.name, field.type, "", field.owner))
        return
    element = etree.SubElement(parent, field.tag)
    if isinstance(value, dict):
        concrete = value.get(XSI_TYPE, field.type)
        if field.type in CONCRETE:
            prefix = _PREFIXES[namespace_of(concrete)]
            element.set(f"{{{XSI}}}type", f"{prefix}:{concrete}".lstrip(":"))
        _write(element, value, concrete)
    elif isinstance(value, list):
        assert field.type not in TYPES, f"{field.name} is not an array"
        _write(element, {fields_of(field.type)[0].name: value}, field.type)
    else:
        element.text = _text(value, field)


def _text(value: Any, field: Field) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        return value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
    if isinstance(value, Decimal):
        return f"{value:f}"
    text = str(value)
    return text.ljust(field.lengths[1]) if field.lengths else text
