"""Inventory documents of the stock REST services, from and to the elements that GP's own rules take."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from jsonschema.exceptions import best_match  # type: ignore[import-untyped]

from local.gp import inventory_rules, policies
from local.gp.amounts import value
from local.gp.books import Books
from local.gp.documents import QUANTITY_TYPES
from local.gp.faults import Problem, ValidationFault
from local.gp.inventory import ADJUSTMENT, TRANSFER, VARIANCE, InventoryDocument, InventoryKind
from local.gp.reading import Struct
from local.gp.sba_elements import amount, midnight
from local.gp.sba_json import Json

TYPES: dict[int, InventoryKind] = {1: ADJUSTMENT, 2: VARIANCE, 3: TRANSFER}
_NUMBERS = {kind.name: number for number, kind in TYPES.items()}
_QUANTITY_TYPES = dict(enumerate(QUANTITY_TYPES, start=1))
_QUANTITY_NUMBERS = {name: number for number, name in _QUANTITY_TYPES.items()}
_OF_TRANSFERS: Json = {"ToSiteID": "", "FromQuantityType": 1, "ToQuantityType": 1}


def _text(longest: int, shortest: int = 0) -> Json:
    return {"type": "string", "minLength": shortest, "maxLength": longest}


def _object(required: str, **properties: Json) -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": required.split(),
        "properties": properties,
    }


_DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_NUMBER = {"type": "number"}
_LINE = _object(
    "ItemNumber SiteID Quantity",
    LineSequence={"type": "number", "minimum": 0},
    ItemNumber=_text(30, 1),
    SiteID=_text(10, 1),
    ToSiteID=_text(10),
    UofM=_text(8),
    Quantity=_NUMBER,
    UnitCost=_NUMBER,
    OffsetAccount=_text(128),
    Lots={
        "type": "array",
        "items": _object("LotNumber Quantity", LotNumber=_text(20, 1), Quantity=_NUMBER, ExpirationDate=_DATE),
    },
    Serials={"type": "array", "items": _object("SerialNumber", SerialNumber=_text(20, 1))},
    FromQuantityType={"enum": [*_QUANTITY_TYPES]},
    ToQuantityType={"enum": [*_QUANTITY_TYPES]},
)
_TRANSACTION = Draft202012Validator(
    _object(
        "DocumentType DocumentNumber BatchNumber DocumentDate Lines",
        DocumentType={"enum": [*TYPES]},
        DocumentNumber=_text(17, 1),
        BatchNumber=_text(15, 1),
        DocumentDate=_DATE,
        Lines={"type": "array", "minItems": 1, "items": _LINE},
    )
)
"""A new document. The lengths are those of GP's SQL columns."""


def breach(given: Any) -> str:
    """Where a new document is not what GP's service takes, and by which rule; "" when it is."""
    found = best_match(_TRANSACTION.iter_errors(given))
    return f"$.Payload{found.json_path[1:]}: {found.validator}" if found else ""


def create(books: Books, given: Json) -> Json:
    """A new document, unposted. ValidationFault when it breaks a rule."""
    kind = TYPES[given["DocumentType"]]
    problems = [problem for line in given["Lines"] for problem in _out_of_place(kind, line)]
    if problems:
        raise ValidationFault(*problems)
    elements = {
        "Key": {"Id": given["DocumentNumber"]},
        "BatchKey": {"Id": given["BatchNumber"]},
        "Date": midnight(given["DocumentDate"]),
        "Lines": [_line(kind, line) for line in given["Lines"]],
    }
    operation = f"Create{kind.type_name}"
    chosen = policies.choices(operation, {"Key": {"Id": policies.POLICIES[operation]}}, books.options)
    inventory_rules.create(books, kind, elements, posts_to_ledger=bool(chosen[policies.POST_TO_LEDGER]))
    return transaction(books.inventory.document(given["DocumentNumber"], kind.name))


def _out_of_place(kind: InventoryKind, line: Json) -> list[Problem]:
    """What the elements of a line of this kind have no place for."""
    of_others = {"UofM": "", "OffsetAccount": ""} if kind is TRANSFER else _OF_TRANSFERS
    wrong = [name for name, nothing in of_others.items() if line.get(name, nothing) != nothing]
    return [Problem("NotOnThisType", f"{name} is not of an inventory {kind.name.lower()}.") for name in wrong]


def _line(kind: InventoryKind, given: Json) -> Struct:
    moved = {
        "Key": {"SequenceNumber": Decimal(given.get("LineSequence", 0))},
        "ItemKey": {"Id": given["ItemNumber"]},
        "Quantity": amount(given["Quantity"]),
        "Lots": [_given_lot(lot) for lot in given.get("Lots", [])],
        "Serials": [{"SerialNumber": serial["SerialNumber"]} for serial in given.get("Serials", [])],
    }
    if "UnitCost" in given:
        moved["UnitCost"] = amount(given["UnitCost"])
    return moved | (_transferred(given) if kind is TRANSFER else _adjusted(given))


def _given_lot(given: Json) -> Struct:
    expires = {"ExpirationDate": midnight(given["ExpirationDate"])} if "ExpirationDate" in given else {}
    return {"LotNumber": given["LotNumber"], "Quantity": amount(given["Quantity"]), **expires}


def _transferred(given: Json) -> Struct:
    return {
        "WarehouseFromKey": {"Id": given["SiteID"]},
        "WarehouseToKey": {"Id": given.get("ToSiteID", "")},
        "QuantityTypeFrom": _QUANTITY_TYPES[given.get("FromQuantityType", 1)],
        "QuantityTypeTo": _QUANTITY_TYPES[given.get("ToQuantityType", 1)],
    }


def _adjusted(given: Json) -> Struct:
    elements: Struct = {"WarehouseKey": {"Id": given["SiteID"]}}
    if given.get("UofM"):
        elements["UofM"] = given["UofM"]
    if given.get("OffsetAccount"):
        elements["InventoryOffsetGLAccount"] = {"Id": given["OffsetAccount"], "IsEncrypted": False}
    return elements


def header(document: InventoryDocument) -> Json:
    return {
        "DocumentType": _NUMBERS[document.kind.name],
        "DocumentNumber": document.number,
        "BatchNumber": document.batch,
        "DocumentDate": document.date.date().isoformat(),
        "Posted": document.state == "History",
    }


def transaction(document: InventoryDocument) -> Json:
    lines = [_shown(sequence, line) for sequence, line in sorted(document.lines.items())]
    return {**header(document), "Lines": lines}


def _shown(sequence: Decimal, line: Struct) -> Json:
    return {
        "LineSequence": sequence,
        "ItemNumber": line["ItemKey"]["Id"],
        "SiteID": line["WarehouseFromKey" if "WarehouseFromKey" in line else "WarehouseKey"]["Id"],
        "ToSiteID": (line.get("WarehouseToKey") or {}).get("Id", ""),
        "UofM": line.get("UofM", ""),
        "Quantity": value(line, "Quantity"),
        "UnitCost": value(line, "UnitCost"),
        "OffsetAccount": (line.get("InventoryOffsetGLAccount") or {}).get("Id", ""),
        "Lots": [_lot(lot) for lot in line.get("Lots") or []],
        "Serials": [{"SerialNumber": serial["SerialNumber"]} for serial in line.get("Serials") or []],
        "FromQuantityType": _QUANTITY_NUMBERS[line.get("QuantityTypeFrom", "On Hand")],
        "ToQuantityType": _QUANTITY_NUMBERS[line.get("QuantityTypeTo", "On Hand")],
    }


def _lot(lot: Struct) -> Json:
    expires = lot.get("ExpirationDate")
    shown = {"LotNumber": lot["LotNumber"], "Quantity": value(lot, "Quantity")}
    return shown | ({"ExpirationDate": expires.date().isoformat()} if expires else {})
