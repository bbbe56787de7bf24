"""GP's books as answers of the custom REST service."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from local.gp.amounts import totals, value
from local.gp.answers import stamp
from local.gp.books import Books, Card
from local.gp.documents import INVOICE, QUANTITY_TYPES, RETURN, Document
from local.gp.inventory import InventoryDocument
from local.gp.inventory_answers import modified
from local.gp.reading import Struct
from local.gp.sba_elements import ADDRESS
from local.gp.sba_json import Json

_LONGEST_COMMENT = 500
"""That of the schema; the SOAP service takes longer ones."""


def sales_document(document: Document) -> Json:
    """A SalesDocument of the schema: everything there is, empty or not."""
    fields, amounts = document.fields, totals(document)
    shipped = fields.get("ActualShipDate")
    billed = {"order": _id(fields, "OriginalSalesDocumentKey")} if document.kind is INVOICE else {}
    return {
        **_head(document),
        "document_type": _id(fields, "DocumentTypeKey"),
        "lines": [_line(document, sequence, line) for sequence, line in sorted(document.lines.items())],
        "currency": document.currency,
        "ship_to": _address(fields.get("ShipToAddress") or {}),
        "shipping_method": _id(fields, "ShippingMethodKey"),
        "comment": (fields.get("Comment") or "")[:_LONGEST_COMMENT],
        "freight": _text(amounts.freight),
        "miscellaneous": _text(amounts.miscellaneous),
        "tax": _text(amounts.tax),
        "trade_discount": _text(amounts.trade_discount),
        "tracking": list(document.tracking),
        "holds": list(document.holds),
        "shipped_on": shipped.date().isoformat() if shipped else None,
        "is_voided": document.voided,
        **billed,
    }


def sales_summary(books: Books, document: Document) -> Json:
    return {
        **_head(document),
        "total": _text(totals(document).total),
        "modified_at": _moment(stamp(books, document.modified)),
    }


def inventory_summary(books: Books, document: InventoryDocument) -> Json:
    return {
        "type": document.kind.name,
        "number": document.number,
        "batch": document.batch,
        "date": document.date.date().isoformat(),
        "state": document.state,
        "modified_at": _moment(modified(books, document)),
    }


def named(card: Card) -> Json:
    return {"id": card.id, "description": card.description}


def hold_setup(card: Card) -> Json:
    """All holds of the made-up company stop transfer and posting."""
    stops = {"stops_transfer": True, "stops_posting": True, "stops_fulfilment": False, "stops_printing": False}
    return {**named(card), **stops}


def _head(document: Document) -> Json:
    return {
        "type": document.kind.name,
        "number": document.number,
        "customer": _id(document.fields, "CustomerKey"),
        "customer_po": document.fields.get("CustomerPONumber") or "",
        "date": document.fields["Date"].date().isoformat(),
        "batch": document.batch,
        "state": document.state,
        "master_number": document.master or None,
    }


def _line(document: Document, sequence: int, line: Struct) -> Json:
    return {
        "sequence": sequence,
        "item": _id(line, "ItemKey"),
        "site": _id(line, "WarehouseKey"),
        "quantity": _text(value(line, "Quantity")),
        "unit_price": _text(value(line, "UnitPrice")),
        "fulfilled": _text(value(line, "QuantityFulfilled")),
        "canceled": _text(value(line, "QuantityCanceled")),
        "unit_of_measure": line["UofM"],
        "quantity_type": _quantity_type(line) if document.kind is RETURN else "On Hand",
        "lots": [_lot(lot) for lot in line.get("Lots") or []],
        "serials": [serial["SerialNumber"] for serial in line.get("Serials") or []],
        **({"to_invoice": _text(value(line, document.kind.rest))} if document.kind.parts else {}),
    }


def _quantity_type(line: Struct) -> str:
    """What most of the goods come back as: the service has one type for a line."""
    returned = line.get("ReturnQuantity") or {}
    return max(QUANTITY_TYPES, key=lambda name: value(returned, QUANTITY_TYPES[name]))


def _lot(lot: Struct) -> Json:
    expires = lot.get("ExpirationDate")
    shown = {"number": lot["LotNumber"], "quantity": _text(value(lot, "Quantity"))}
    return shown | ({"expires_on": expires.date().isoformat()} if expires else {})


def _address(given: Struct) -> Json:
    phone = (given.get("Phone1") or {}).get("Value") or ""
    return {**{name: given.get(element) or "" for name, element in ADDRESS.items()}, "phone": phone}


def _moment(moment: dt.datetime) -> str:
    return f"{moment.isoformat(timespec='milliseconds')}Z"


def _id(struct: Struct, key: str) -> str:
    return str((struct.get(key) or {}).get("Id") or "")


def _text(value: Decimal) -> str:
    return f"{value:f}"
