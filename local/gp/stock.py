"""Allocation: what a document takes of the stock, and what GP does with a line when there is not enough.

Source: the sales manual on quantity shortages (sell balance, override, back order, cancel; all or the balance) and the
eConnect reference for the same options of a line.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal

from local.gp import policies
from local.gp.amounts import value
from local.gp.books import Books
from local.gp.documents import Document
from local.gp.faults import Problem
from local.gp.policies import Choices
from local.gp.reading import Struct

ZERO = Decimal(0)


def allocate(books: Books, document: Document, before: Document | None, choices: Choices) -> Iterator[Problem]:
    """Applies the shortage option to lines that take more than there is; what a line had taken `before` it keeps.

    A document id that does not allocate meets no shortage at all.
    """
    taken: dict[tuple[str, str], Decimal] = {}
    for sequence, line in document.lines.items():
        item, site = books.items.get((line.get("ItemKey") or {}).get("Id", "")), line["WarehouseKey"]["Id"]
        if not document.allocated(line) or line.get("IsNonInventory") or line.get("IsDropShip") or item is None:
            continue
        if item.kind != "Sales Item":
            continue
        stock = item.on_hand.get(site, ZERO) - books.allocated(item.number, site, but=document)
        free = (stock - taken.get((item.number, site), ZERO)) / item.in_base(Decimal(1), line["UofM"])
        there = free.quantize(Decimal(1).scaleb(-item.decimals), ROUND_FLOOR)
        there = max(there, _taken_before(before, sequence, item.number, site))
        if document.allocated(line) > there:
            yield from _short(books, document, sequence, max(there, ZERO), choices[policies.SHORTAGE])
        used = item.in_base(document.allocated(line), line["UofM"])
        taken[item.number, site] = taken.get((item.number, site), ZERO) + used


def _taken_before(before: Document | None, sequence: int, item: str, site: str) -> Decimal:
    line = before.lines.get(sequence) if before is not None else None
    if before is None or line is None or line["WarehouseKey"]["Id"] != site or line["ItemKey"]["Id"] != item:
        return ZERO
    return before.allocated(line)


def _short(books: Books, document: Document, sequence: int, there: Decimal, option: int) -> Iterator[Problem]:
    """The line is left with `there` or nothing, by the option; a problem where the option cannot be had."""
    line = document.lines[sequence]
    if option == policies.OVERRIDE and books.set_up.permits_override:
        return
    if option == policies.OVERRIDE or (option == policies.SELL_BALANCE and there == 0):
        text = (
            f"{there} of {line['ItemKey']['Id']} are available on line {sequence}, {document.allocated(line)} needed."
        )
        yield Problem("QuantityShortage", text, ("Lines", "Quantity"))
        return
    kept = ZERO if option in {policies.BACK_ORDER_ALL, policies.CANCEL_ALL} else there
    short = document.allocated(line) - kept
    _set(line, document.kind.rest, kept)
    if "QuantityFulfilled" in line:
        _set(line, "QuantityFulfilled", min(value(line, "QuantityFulfilled"), kept))
    if option == policies.SELL_BALANCE:
        _set(line, "Quantity", value(line, "Quantity") - short)
    else:
        back_ordered = option in {policies.BACK_ORDER_ALL, policies.BACK_ORDER_BALANCE}
        name = "QuantityToBackorder" if back_ordered else "QuantityCanceled"
        _set(line, name, value(line, name) + short)


def _set(line: Struct, name: str, quantity: Decimal) -> None:
    line[name] = {**line["Quantity"], "Value": quantity}
