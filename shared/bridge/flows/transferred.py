"""An order that is no longer in Work: a person transferred, voided or deleted it in GP.

What became of it is looked for by its PO, and followed where GP itself says that it came of this order: another order
of the customer may have the same PO. An invoice that is still in Work gets what it lacks of the shipment; the rest is a
person's, and told them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason
from bridge.domain.sales_document import (
    SalesDocument,
    SalesDocumentType,
    SalesInvoice,
    SalesOrder,
    SalesSummary,
    SalesUpdate,
)
from bridge.flows import parts, writing
from bridge.flows.attempt import Work
from bridge.mapping.changing import has_left_work, moved_on
from bridge.mapping.picked import all_picked, entered, onto

KEY = "transferred"
BY_HAND = "Write tracking and quantities onto the document it became"


def follow(work: Work, present: SalesOrder | None, wanted: SalesOrder, look_at: dt.datetime | None) -> Outcome:
    """Bring what the order became to agree, as far as it can be written; at `look_at` more of it may have left."""
    if present is not None and present.is_voided:
        return NeedsReview(moved_on(present))
    found = _with_its_po(work, present, wanted)
    work.ports.state.remember_aliases(work.message.document, [invoice.number for invoice in found])
    invoices = [invoice for invoice in found if _came_of(invoice, present, wanted)]
    if not invoices:
        return NeedsReview(moved_on(present) if present and not found else (_nothing_came(wanted, present, found),))
    if len(invoices) > 1:
        numbers = ", ".join(sorted(invoice.number for invoice in invoices))
        text = f"{wanted.number} was transferred in GP to several invoices: {numbers}"
        return NeedsReview((Reason(text, f"{BY_HAND}: {_lacking(wanted)}"),))
    return _onto(work, invoices[0], wanted, look_at)


def _with_its_po(work: Work, present: SalesOrder | None, wanted: SalesOrder) -> list[SalesInvoice]:
    """The customer's invoices that carry the PO; not those of which GP's list shows that another order became them."""
    customer = present.customer if present else wanted.customer
    rows = [row for row in work.ports.gp.sales_documents(customer, wanted.customer_po) if _may_bill(row, present)]
    read = (work.ports.gp.sales_invoice(row.number) for row in sorted(rows, key=lambda row: row.number))
    return [invoice for invoice in read if invoice is not None]


def _may_bill(row: SalesSummary, present: SalesOrder | None) -> bool:
    """An order shares its master number with what it became."""
    if row.type is not SalesDocumentType.INVOICE:
        return False
    return present is None or present.master_number is None or row.master_number == present.master_number


def _came_of(invoice: SalesInvoice, present: SalesOrder | None, wanted: SalesOrder) -> bool:
    """Does GP itself say so? Where the order is gone, and its master number with it, the invoice names it."""
    return (present is not None and present.master_number is not None) or invoice.order == wanted.number


def _nothing_came(wanted: SalesOrder, present: SalesOrder | None, others: Sequence[SalesInvoice]) -> Reason:
    text = (
        moved_on(present)[0].text
        if present
        else (f"{wanted.number} is no longer among GP's sales orders: it was transferred without history, or deleted")
    )
    if not others:
        return Reason(text, BY_HAND)
    told = "; ".join(f"{each.number} came of {each.order or 'no order that GP names'}" for each in others)
    fix = f"Find out what {wanted.number} became, and write onto that: {_lacking(wanted)}"
    return Reason(f"{text}. Its PO {wanted.customer_po} is on other invoices: {told}", fix)


def _lacking(wanted: SalesOrder) -> str:
    return _missing(wanted, (), all_picked(wanted))


def _onto(work: Work, invoice: SalesInvoice, wanted: SalesOrder, look_at: dt.datetime | None) -> Outcome:
    name = f"{wanted.number}, transferred in GP to {invoice.number}"
    if invoice.is_voided:
        return NeedsReview((Reason(f"{name}, was voided there", "Bill the shipment by hand if it is to be billed"),))
    if (held := _pieces(invoice)) != (meant := _pieces(wanted)):
        text = f"{name}: it bills {_told(held)}, and ShipBob has {_told(meant)}"
        return NeedsReview((Reason(text, "Correct the invoice in GP, or credit what should not be billed"),))
    added = tuple(number for number in wanted.tracking if number not in invoice.tracking)
    shipped_on = wanted.shipped_on if invoice.shipped_on is None else None
    picked = onto(invoice, wanted)
    if isinstance(picked, NeedsReview):
        return NeedsReview(tuple(map(_moved_by_hand, picked.reasons))) if has_left_work(invoice) else picked
    change = replace(picked, shipped_on=shipped_on, added_tracking=added)
    if change == SalesUpdate():
        return Done(f"{name}: it has all that ShipBob tells", look_at)
    if has_left_work(invoice):
        text = f"{name}, which is posted, lacks {_missing(wanted, invoice.tracking, picked)}"
        return NeedsReview((Reason(text, "Tell the customer by other means: a posted invoice takes no change"),))
    after = replace(invoice, tracking=(*invoice.tracking, *added), shipped_on=shipped_on or invoice.shipped_on)
    plain = {"number": invoice.number, "tracking": list(after.tracking), "shipped on": str(after.shipped_on)}
    plain |= {"picked": [f"{sequence} {number} {quantity}" for sequence, number, quantity in entered(change)]}
    parts.update(work, invoice, change, writing.Wanted(invoice.number, plain, added, KEY), after)
    return Done(f"{name}: {'tracking' if added or shipped_on else 'what was picked'} is on the invoice", look_at)


def _moved_by_hand(reason: Reason) -> Reason:
    return replace(reason, fix="The invoice is posted: move the difference between the lots by an inventory adjustment")


def _pieces(document: SalesDocument) -> dict[str, Decimal]:
    pieces: dict[str, Decimal] = {}
    for line in document.lines:
        pieces[line.item] = pieces.get(line.item, Decimal(0)) + line.quantity - line.canceled
    return {item: quantity for item, quantity in pieces.items() if quantity}


def _told(pieces: dict[str, Decimal]) -> str:
    return ", ".join(f"{quantity.normalize():f} × {item}" for item, quantity in sorted(pieces.items())) or "nothing"


def _missing(wanted: SalesOrder, there: tuple[str, ...], picked: SalesUpdate) -> str:
    lacking = [number for number in wanted.tracking if number not in there]
    day = [f"ship date {wanted.shipped_on}"] if wanted.shipped_on else []
    pieces = [f"{quantity.normalize():f} of {number}" for _, number, quantity in entered(picked)]
    return ", ".join([*(f"tracking {number}" for number in lacking), *day, *pieces]) or "nothing yet"
