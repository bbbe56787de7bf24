"""What people enter in GP's inventory windows, unseen by any web service. A window refuses what the service does."""

from __future__ import annotations

from decimal import Decimal

from local.gp import inventory_rules
from local.gp.books import Books
from local.gp.faults import ValidationFault
from local.gp.inventory import ADJUSTMENT, TRANSFER, VARIANCE, InventoryKind
from local.gp.reading import Struct

_OF_A_SITE = {kind.name: kind for kind in (ADJUSTMENT, VARIANCE)}


def transfer(books: Books, *, item: str, quantity: int, source: str, target: str, batch: str) -> str:
    """Enter a transfer of base units between two sites; its number. ValueError says what the window would refuse."""
    places = {"WarehouseFromKey": {"Id": source}, "WarehouseToKey": {"Id": target}}
    return _enter(books, TRANSFER, batch, {**places, **_what(item, quantity)})


def change(books: Books, *, item: str, quantity: int, site: str, batch: str, kind: str = ADJUSTMENT.name) -> str:
    """Enter an adjustment, or a variance after a count, of base units at a site; below nought for a decrease."""
    return _enter(books, _OF_A_SITE[kind], batch, {"WarehouseKey": {"Id": site}, **_what(item, quantity)})


def _what(item: str, quantity: int) -> Struct:
    return {"ItemKey": {"Id": item}, "Quantity": {"Value": Decimal(quantity), "DecimalDigits": 0}}


def _enter(books: Books, kind: InventoryKind, batch: str, line: Struct) -> str:
    with books.lock:
        number = books.inventory.next_number(kind)
        document = {"Key": {"Id": number}, "BatchKey": {"Id": batch}, "Lines": [line]}
        try:
            inventory_rules.create(books, kind, document, posts_to_ledger=True)
        except ValidationFault as refused:
            raise ValueError("; ".join(problem.message for problem in refused.problems)) from refused
        return number
