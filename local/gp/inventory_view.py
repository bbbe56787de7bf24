"""Inventory for the control API: documents and stock as JSON, and what a person does to them.

Quantities are text, so that nothing is rounded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.gp import inventory_entry
from local.gp.books import Books
from local.gp.documents import QUANTITY_TYPES, value
from local.gp.faults import NotFound
from local.gp.inventory import KINDS, ON_HAND, InventoryDocument, pieces
from local.gp.reading import Struct


def get(books: Books, path: list[str], given: dict[str, Any]) -> dict[str, Any] | list[Any]:
    """inventory, inventory/NUMBER (`kind` where kinds share it), stock (of one `item`, or of all)."""
    with books.lock:
        match path:
            case ["inventory"]:
                return [document(each) for each in books.inventory.listed(*KINDS)]
            case ["inventory", number]:
                return document(books.inventory.document(number, **given))
            case ["stock"]:
                return [row for item in _items(books, **given) for row in stock(books, item)]
        raise NotFound


def post(books: Books, path: list[str], given: dict[str, Any]) -> dict[str, Any] | None:
    """inventory/transfers, inventory/changes, inventory/NUMBER/DEED, inventory/batches/ID/post, stock, restamp.

    `given` are the arguments of the deed; what is entered anew answers with its number.
    """
    deeds: dict[str, Callable[..., None]] = {
        "post": books.inventory.post,
        "delete": books.inventory.delete,
        "edit_quantity": books.inventory.edit_quantity,
    }
    match path:
        case ["inventory", "transfers"]:
            return {"number": inventory_entry.transfer(books, **given)}
        case ["inventory", "changes"]:
            return {"number": inventory_entry.change(books, **given)}
        case ["inventory", "batches", batch, "post"]:
            books.inventory.post_batch(batch)
        case ["inventory", number, deed] if deed in deeds:
            deeds[deed](number, **given)
        case ["stock"]:
            books.inventory.set_quantity(**given)
        case ["restamp"]:
            books.restamp(**given)
        case _:
            raise NotFound
    return None


def document(kept: InventoryDocument) -> dict[str, Any]:
    """An inventory document as the control API gives it."""
    return {
        "kind": kept.kind.name,
        "number": kept.number,
        "state": kept.state,
        "batch": kept.batch,
        "date": kept.date.date().isoformat(),
        "posting_date": kept.posting_date.date().isoformat(),
        "posts_to_ledger": kept.posts_to_ledger,
        "audit_trail_code": kept.audit_trail_code,
        "lines": [{"sequence": int(sequence), **_line(line)} for sequence, line in sorted(kept.lines.items())],
        "modified": kept.modified.isoformat(),
        "modified_count": kept.modified_count,
    }


def _line(line: Struct) -> dict[str, Any]:
    places = {"site": "WarehouseKey", "from": "WarehouseFromKey", "to": "WarehouseToKey"}
    accounts = {"account": "InventoryGLAccount", "offset_account": "InventoryOffsetGLAccount"}
    named = {"item": "ItemKey", **places, **accounts}
    plain = {"unit_of_measure": "UofM", "from_type": "QuantityTypeFrom", "to_type": "QuantityTypeTo"}
    return {
        **{name: line[element]["Id"] for name, element in named.items() if element in line},
        **{name: line[element] for name, element in plain.items() if element in line},
        "quantity": f"{value(line, 'Quantity'):f}",
        "unit_cost": f"{value(line, 'UnitCost'):f}",
        "pieces": {piece: f"{quantity:f}" for piece, quantity in pieces(line)},
    }


def stock(books: Books, item: str) -> list[dict[str, Any]]:
    """What there is of an item, a row for each site, quantity type and, where it is tracked, lot or serial number."""
    places = [(site, quantity_type) for site in books.sites for quantity_type in QUANTITY_TYPES]
    keys = [*((*place, "") for place in places), *books.inventory.pieces(item)]
    rows = [(*key, books.inventory.quantity(item, *key)) for key in keys]
    return [
        {"item": item, "site": site, "quantity_type": quantity_type, "piece": piece, "quantity": f"{quantity:f}"}
        | ({"allocated": f"{books.allocated(item, site):f}"} if (quantity_type, piece) == (ON_HAND, "") else {})
        for site, quantity_type, piece, quantity in rows
        if quantity or (quantity_type, piece) == (ON_HAND, "")
    ]


def _items(books: Books, item: str = "") -> list[str]:
    if item and item not in books.items:
        raise NotFound
    return [item] if item else sorted(books.items)
