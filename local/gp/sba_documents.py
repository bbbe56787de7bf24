"""The custom REST service: GP has none of its own for sales documents, so a Dexterity developer writes this one.

Its contract is docs/gp-sba-service.schema.json: each request is held to it, and so is each answer before it goes out.
The documents are those of the SOAP service, under the same rules; the company's own policies choose the options.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]

from local.gp import entry, policies, sba_answers, sba_elements
from local.gp.amounts import value
from local.gp.books import Books, Card
from local.gp.documents import KINDS, Document
from local.gp.faults import NotFound, Problem, ValidationFault
from local.gp.inventory import InventoryDocument
from local.gp.inventory_answers import modified
from local.gp.reading import Struct
from local.gp.sba_json import Json, read_json

SCHEMA: Json = json.loads(
    (Path(__file__).resolve().parents[2] / "docs" / "gp-sba-service.schema.json").read_text(encoding="utf-8")
)
_ANSWER = Draft202012Validator({**SCHEMA, "$ref": "#/$defs/Answer"})
_REQUEST = Draft202012Validator(SCHEMA)


def operation_of(body: bytes) -> str:
    """The operation that a body names, "" when it names none of the schema's."""
    with contextlib.suppress(ValueError):
        return _named(read_json(body))
    return ""


def breach(body: Any) -> str:
    """Where a request breaks the schema and by which rule, without what stands there; "" when it keeps it."""
    name = _named(body)
    if _REQUEST.is_valid(body):
        return ""
    if not name:
        return "$.Payload.operation: is not an operation of this service."
    found = best_match(Draft202012Validator({**SCHEMA, "$ref": _DEFINITIONS[name]}).iter_errors(body["Payload"]))
    return f"$.Payload{found.json_path[1:]}: {found.validator}" if found else "$: Payload alone is expected."


def _named(body: Any) -> str:
    asked = body.get("Payload") if isinstance(body, dict) else None
    name = asked.get("operation") if isinstance(asked, dict) else None
    return name if isinstance(name, str) and name in _DEFINITIONS else ""


def _definitions() -> dict[str, str]:
    """The definition of each operation's request, by the operation's name."""
    requests = [each["$ref"] for each in SCHEMA["$defs"]["Request"]["properties"]["Payload"]["oneOf"]]
    return {SCHEMA["$defs"][name.rpartition("/")[2]]["properties"]["operation"]["const"]: name for name in requests}


_DEFINITIONS = _definitions()
OPERATIONS = tuple(_DEFINITIONS)


def answer(books: Books, installed: set[str], asked: Json) -> Json:
    """The payload of the answer to a valid request: what was asked for, or GP's refusal, and then nothing changed."""
    payload = _done(books, installed, asked)
    broken = best_match(_ANSWER.iter_errors({"Payload": payload}))
    assert broken is None, f"the answer breaks the schema: {broken}"
    return payload


def _done(books: Books, installed: set[str], asked: Json) -> Json:
    operation = asked["operation"]
    if operation not in installed:
        return _refusal("This installation has no such operation.", operation)
    if operation == "about":
        return {"about": {"version": 1, "operations": [name for name in OPERATIONS if name in installed]}}
    sentence = f"GP does not {operation.replace('_', ' ')} as it was asked to."
    try:
        return _OPERATIONS[operation](books, asked)
    except ValidationFault as fault:
        return _refusal(sentence, *(problem.message for problem in fault.problems))
    except NotFound as fault:
        return _refusal(sentence, str(fault))


def _refusal(reason: str, *evidence: str) -> Json:
    return {"refusal": {"reason": reason, "evidence": [text[:500] for text in evidence]}}


def _read(books: Books, asked: Json) -> Json:
    document = books.sales[asked["type"]].get(asked["number"])
    return {"document": None if document is None else sba_answers.sales_document(document)}


def _list(books: Books, asked: Json) -> Json:
    """As SQL compares: without regard to case."""
    wanted = (asked["customer"].casefold(), asked["customer_po"].casefold())
    every = [document for kind in KINDS for document in books.documents(kind)]
    summaries = [sba_answers.sales_summary(books, document) for document in every]
    found = [row for row in summaries if (row["customer"].casefold(), row["customer_po"].casefold()) == wanted]
    return {"sales_documents": found}


def _create(books: Books, asked: Json) -> Json:
    document = asked["document"]
    kind = KINDS[document["type"]]
    entry.create(books, kind, sba_elements.created(kind, document), _choices(books, f"Create{kind.type}"))
    return {"written": True}


def _update(books: Books, asked: Json) -> Json:
    kind, number, changes = KINDS[asked["type"]], asked["number"], asked["changes"]
    kept = books.document(number, kind.name)
    if kept.state == "Work" and (problems := [*_line_problems(kept, changes)]):
        raise ValidationFault(*problems)
    given = sba_elements.updated(kind, number, changes)
    for line in given["Lines"]:
        _move_rest(kept, line)
    entry.update(books, kind, given, _choices(books, f"Update{kind.type}"))
    return {"written": True}


def _move_rest(kept: Document, line: Struct) -> None:
    """What remains to be invoiced of a line moves with what is ordered and cancelled, unless the line says it."""
    before = kept.lines.get(line["Key"]["LineSequenceNumber"])
    rest = kept.kind.rest
    if before is None or rest in line or not {"Quantity", "QuantityCanceled"} & line.keys():
        return
    after = {**before, **line}
    more = value(after, "Quantity") - value(before, "Quantity")
    more -= value(after, "QuantityCanceled") - value(before, "QuantityCanceled")
    line[rest] = {**before[rest], "Value": max(value(before, rest) + more, Decimal(0))}


def _line_problems(kept: Document, changes: Json) -> Iterator[Problem]:
    for sequence in sba_elements.changed(kept.kind, changes):
        if sequence not in kept.lines:
            yield Problem("NoSuchLine", f"Line {sequence} of {kept.number} does not exist.")
    for line in changes.get("added_lines", []):
        if line["sequence"] in kept.lines:
            yield Problem("LineExists", f"Line {line['sequence']} of {kept.number} exists.")


def _void(books: Books, asked: Json) -> Json:
    entry.void(books, KINDS[asked["type"]], asked["number"])
    return {"written": True}


def _choices(books: Books, operation: str) -> policies.Choices:
    return policies.choices(operation, {"Key": {"Id": policies.POLICIES[operation]}}, books.options)


def _list_inventory(books: Books, asked: Json) -> Json:
    """Of a document date only the day counts."""
    start, end = (dt.datetime.fromisoformat(asked[name]).replace(tzinfo=None) for name in ("start", "end"))

    def wanted(document: InventoryDocument) -> bool:
        if (document.kind.name, document.state) != (asked["type"], asked["state"]):
            return False
        if asked["by"] == "document date":
            return start.date() <= document.date.date() <= end.date()
        return start <= modified(books, document) <= end

    every = books.inventory.documents.values()
    return {"inventory_documents": [sba_answers.inventory_summary(books, each) for each in every if wanted(each)]}


def _cards(name: str, cards: Callable[[Books], dict[str, Card]], show: Callable[[Card], Json]) -> Operation:
    return lambda books, _: {name: [show(card) for _, card in sorted(cards(books).items())]}


Operation = Callable[[Books, Json], Json]

_OPERATIONS: dict[str, Operation] = {
    "read_sales_document": _read,
    "list_sales_documents": _list,
    "create_sales_document": _create,
    "update_sales_document": _update,
    "void_sales_document": _void,
    "list_inventory_documents": _list_inventory,
    "list_shipping_methods": _cards("shipping_methods", lambda books: books.shipping_methods, sba_answers.named),
    "list_hold_setups": _cards("hold_setups", lambda books: books.hold_setups, sba_answers.hold_setup),
}
