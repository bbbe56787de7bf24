"""What an update makes of a sales document in memory, and its row in a list, as GP would do it."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from decimal import Decimal
from typing import Any

from bridge.domain.inventory import Lot
from bridge.domain.outcome import Refused
from bridge.domain.sales_document import SalesDocument, SalesLine, SalesSummary, SalesUpdate


def tracking_after(present: SalesDocument, update: SalesUpdate) -> tuple[str, ...]:
    kept = [number for number in present.tracking if number not in update.removed_tracking]
    return tuple(dict.fromkeys([*kept, *update.added_tracking]))


def amounts_after(update: SalesUpdate) -> dict[str, Any]:
    amounts = {name: getattr(update, name) for name in ("freight", "miscellaneous", "tax", "trade_discount")}
    return {name: amount for name, amount in amounts.items() if amount is not None}


def lines_after(present: SalesDocument, update: SalesUpdate) -> tuple[SalesLine, ...]:
    kept = [_changed(line, update) for line in present.lines if line.sequence not in update.removed_lines]
    return tuple(sorted([*kept, *update.added_lines], key=lambda line: line.sequence))


def refuse_strange_lines(held: SalesDocument, update: SalesUpdate) -> None:
    there = {line.sequence for line in held.lines}
    amounts = [*update.prices, *update.quantities, *update.to_invoice, *update.fulfilled, *update.canceled]
    named: list[tuple[int, object]] = [*amounts, *update.lots, *update.serials]
    if {sequence for sequence, _ in named} | set(update.removed_lines) > there or any(
        line.sequence in there for line in update.added_lines
    ):
        raise Refused("The document does not have these lines")


def _rest(line: SalesLine, update: SalesUpdate) -> Decimal | None:
    """What remains to be invoiced moves with what is ordered and cancelled, unless the update says how much."""
    if line.sequence in dict(update.to_invoice):
        return dict(update.to_invoice)[line.sequence]
    if line.to_invoice is None:
        return None
    ordered = dict(update.quantities).get(line.sequence, line.quantity) - line.quantity
    canceled = dict(update.canceled).get(line.sequence, line.canceled) - line.canceled
    return max(line.to_invoice + ordered - canceled, Decimal(0))


def _lots(line: SalesLine, update: SalesUpdate) -> tuple[Lot, ...]:
    """A lot that is named holds so much from now on, and keeps its day."""
    held = {lot.number: lot for lot in line.lots}
    for lot in (lot for sequence, lot in update.lots if sequence == line.sequence):
        held[lot.number] = replace(held.get(lot.number, lot), quantity=lot.quantity)
    return tuple(held.values())


def _changed(line: SalesLine, update: SalesUpdate) -> SalesLine:
    added = [serial for sequence, serial in update.serials if sequence == line.sequence]
    return replace(
        line,
        unit_price=dict(update.prices).get(line.sequence, line.unit_price),
        to_invoice=_rest(line, update),
        quantity=dict(update.quantities).get(line.sequence, line.quantity),
        fulfilled=dict(update.fulfilled).get(line.sequence, line.fulfilled),
        canceled=dict(update.canceled).get(line.sequence, line.canceled),
        lots=_lots(line, update),
        serials=tuple(dict.fromkeys([*line.serials, *added])),
    )


def summary(held: SalesDocument) -> SalesSummary:
    names = {field.name for field in dataclasses.fields(SalesSummary)} - {"modified_at"}
    return SalesSummary(**{name: getattr(held, name) for name in names})
