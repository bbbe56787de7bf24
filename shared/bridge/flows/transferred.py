"""An order that is no longer in Work: a person transferred, voided or deleted it in GP.

What became of it is looked for by its PO. An invoice that is still in Work gets what it lacks of the shipment; the rest
is a person's, and told them.
"""

from __future__ import annotations

import datetime as dt
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
    customer = present.customer if present else wanted.customer
    invoices = [row for row in work.ports.gp.sales_documents(customer, wanted.customer_po) if _bills(row, present)]
    if not invoices:
        return NeedsReview(moved_on(present) if present else (_gone(wanted),))
    if len(invoices) > 1:
        numbers = ", ".join(sorted(row.number for row in invoices))
        text = f"{wanted.number} was transferred in GP to several invoices: {numbers}"
        lacking = _missing(wanted, (), all_picked(wanted))
        return NeedsReview((Reason(text, f"{BY_HAND}: {lacking}"),))
    invoice = work.ports.gp.sales_invoice(invoices[0].number)
    return _onto(work, invoice, wanted, look_at) if invoice else NeedsReview((_gone(wanted),))


def _bills(row: SalesSummary, present: SalesOrder | None) -> bool:
    """An order shares its master number with what it became. Of one that is gone the PO alone is left."""
    if row.type is not SalesDocumentType.INVOICE:
        return False
    return present is None or present.master_number is None or row.master_number == present.master_number


def _gone(wanted: SalesOrder) -> Reason:
    text = f"{wanted.number} is no longer among GP's sales orders: it was transferred without history, or deleted"
    return Reason(text, BY_HAND)


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
