"""Sales documents for the control API: as JSON, and what a person does to them.

Amounts and quantities are text, so that nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from local.gp.amounts import extended, totals, value
from local.gp.books import Books
from local.gp.documents import Document
from local.gp.faults import NotFound
from local.gp.reading import Struct

KINDS = {"documents": "Order", "invoices": "Invoice", "returns": "Return"}
"""The kind of sales document behind the first word of a path; `documents` are the orders."""


def get(books: Books, path: list[str]) -> dict[str, Any] | list[Any]:
    """documents, documents/NUMBER (so invoices and returns), batches."""
    match path:
        case ["batches"]:
            return [_batch(books, key) for key in sorted(books.batches)]
        case [kind] if kind in KINDS:
            return [document(each) for each in books.documents(KINDS[kind])]
        case [kind, number] if kind in KINDS:
            return document(books.document(number, KINDS[kind]))
    raise NotFound


def post(books: Books, path: list[str], given: dict[str, Any]) -> dict[str, Any] | None:
    """documents/NUMBER/DEED (so invoices and returns), batches/ID/DEED; `given` are the arguments of the deed.

    A transfer answers with the `invoice` it made, posting with the numbers `posted`.
    """
    match path:
        case ["documents", number, "transfer"]:
            return {"invoice": books.transfer(number, **given)}
        case ["batches", batch, "post"]:
            return {"posted": books.post_batch(batch, **given)}
        case ["batches", batch, "roll"]:
            books.roll_batch(batch, **given)
        case ["batches", batch, "hold"]:
            books.hold_batch(batch, **given)
        case [kind, number, deed] if kind in KINDS:
            _do(books, number, deed, {**given, "kind": KINDS[kind]})
        case _:
            raise NotFound
    return None


def _do(books: Books, number: str, deed: str, given: dict[str, Any]) -> None:
    deeds: dict[str, Callable[..., None]] = {
        "void": books.void,
        "delete": books.delete,
        "edit_quantity": books.edit_quantity,
        "edit_price": books.edit_price,
        "edit_address": books.edit_address,
        "change_batch": books.change_batch,
        "add_hold": books.place_hold,
        "remove_hold": books.remove_hold,
    }
    if deed not in deeds:
        raise NotFound
    deeds[deed](number, **given)


def document(kept: Document) -> dict[str, Any]:
    """A sales document as the control API gives it."""
    fields, amounts = kept.fields, totals(kept)
    return {
        "kind": kept.kind.name,
        "number": kept.number,
        "state": kept.state,
        "voided": kept.voided,
        "posted": kept.posted is not None,
        "batch": kept.batch,
        "customer": fields["CustomerKey"]["Id"],
        "document_type": fields["DocumentTypeKey"]["Id"],
        "po": fields.get("CustomerPONumber", ""),
        "date": fields["Date"].date().isoformat(),
        "ship_date": fields["ActualShipDate"].date().isoformat() if "ActualShipDate" in fields else None,
        "address": {name: text for name, text in (fields.get("ShipToAddress") or {}).items() if isinstance(text, str)},
        "lines": [_line(kept, sequence, line) for sequence, line in sorted(kept.lines.items())],
        "total": _text(amounts.total),
        "freight": _text(amounts.freight),
        "miscellaneous": _text(amounts.miscellaneous),
        "tax": _text(amounts.tax),
        "trade_discount": _text(amounts.trade_discount),
        "tracking": list(kept.tracking),
        "holds": list(kept.holds),
        "master": kept.master,
        "original": (fields.get("OriginalSalesDocumentKey") or {}).get("Id", ""),
        "modified": kept.modified.isoformat(),
        "modified_count": kept.modified_count,
    }


def _batch(books: Books, key: str) -> dict[str, Any]:
    """A batch of sales documents, with the numbers of those in Work."""
    return {"id": key, "busy": books.batches[key].busy, "documents": [each.number for each in books.in_work(key)]}


def _line(kept: Document, sequence: int, line: Struct) -> dict[str, Any]:
    return {
        "sequence": sequence,
        "item": (line.get("ItemKey") or {}).get("Id", ""),
        "site": line["WarehouseKey"]["Id"],
        "quantity": _text(value(line, "Quantity")),
        "fulfilled": _text(value(line, "QuantityFulfilled")),
        "to_invoice": _text(value(line, "QuantityToInvoice")),
        "billed": _text(value(line, "BillingQuantity")),
        "invoiced": _text(kept.invoiced.get(sequence, Decimal(0))),
        "canceled": _text(value(line, "QuantityCanceled")),
        "back_ordered": _text(value(line, "QuantityToBackorder")),
        "allocated": _text(kept.allocated(line)),
        "unit_price": _text(value(line, "UnitPrice")),
        "unit_of_measure": line["UofM"],
        "extended": _text(extended(line)),
    }


def _text(number: Decimal) -> str:
    return f"{number:f}"
