"""An order that ShipBob cancelled after it was written in GP."""

from __future__ import annotations

from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason
from bridge.domain.sales_document import SalesOrder
from bridge.flows.attempt import Work
from bridge.flows.sales_writing import is_voided_by_us, void
from bridge.mapping.changing import is_untouched, moved_on
from bridge.mapping.written import Written

VOIDED = "cancelled in ShipBob, and voided in GP"


def cancel(work: Work) -> Outcome:
    """Void a draft that is still as we wrote it; whatever a person has worked on, or that has moved on, is theirs."""
    number = work.row.number
    if (is_voided := is_voided_by_us(work)) and not work.row.parts:
        return Done(VOIDED)
    work.ports.gp.login()
    present = None if is_voided else work.ports.gp.sales_order(number)
    if is_voided or (present is not None and present.is_voided):
        return NeedsReview((_still_billed(number, billed),)) if (billed := _billed(work)) else Done(VOIDED)
    if present is None:
        text = f"Cancelled in ShipBob, and {number} is no longer among GP's sales orders"
        return NeedsReview((Reason(text, "If it became an invoice in GP, void or credit that"),))
    if (reason := _why_not(work, present)) is not None:
        return NeedsReview((reason,))
    void(work, present)
    return Done(VOIDED)


def _why_not(work: Work, present: SalesOrder) -> Reason | None:
    """Why a person must void it."""
    number, last = present.number, Written.parse(work.row.written)
    if moved_on(present):
        text = f"Cancelled in ShipBob after {number} was transferred in GP"
        return Reason(text, "Void the invoice that it became; credit it if it is posted")
    if billed := _billed(work):
        text = f"Cancelled in ShipBob after {number} was billed in part: {billed}"
        return Reason(text, f"Void or credit what should not be billed, then void {number} in GP")
    if last is None or not is_untouched(present, last) or any(line.fulfilled for line in present.lines):
        text = f"Cancelled in ShipBob, and {number} was changed in GP since it was written"
        return Reason(text, f"Void {number} in GP, if nothing else is to come of it")
    return None


def _billed(work: Work) -> str:
    """The invoices that bill the order and are not void. One that GP shows no more may be posted."""
    found = ((part.number, work.ports.gp.sales_invoice(part.number)) for part in work.row.parts)
    return ", ".join(number for number, invoice in found if invoice is None or not invoice.is_voided)


def _still_billed(number: str, billed: str) -> Reason:
    text = f"Cancelled in ShipBob, and {number}, which is void in GP, was billed: {billed}"
    return Reason(text, f"Void {billed} in GP, or credit what is posted")
