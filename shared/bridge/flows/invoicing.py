"""Shipments recorded by invoices: one unposted invoice bills each, and the held order keeps what is still to leave.

First the invoice, then the order is reduced by it: between the two the goods are in both, and the order is held. Once
nothing is left of it the order is voided, for nothing else ends an order that is never transferred.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bridge.domain.document import DocumentId, DocumentKind, gp_number
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import Done, NeedsReview, Outcome, Reason, Unchanged, Waiting
from bridge.domain.recording import Parcel, Recording
from bridge.domain.sales_document import SalesInvoice, SalesOrder, SalesUpdate
from bridge.flows import drafting, order_changes, parts, translating
from bridge.flows.attempt import Work
from bridge.flows.order_changes import last_written
from bridge.flows.sales_writing import is_voided_by_us, void, wanted_of
from bridge.flows.writing import Wanted
from bridge.mapping.changing import DECIDE, has_left_work, is_untouched
from bridge.mapping.comparing import contradictions, sentence
from bridge.mapping.invoicing import invoices, is_all_billed, remaining
from bridge.protocols.ledger import Part

AS_BILLED = frozenset({"batch", "date"})  # chosen when it is written: a batch by the hour, a day by the open period


def bill(work: Work, meant: Recording) -> Outcome:
    """Bill what has left and is not billed yet, one invoice after the other, and bring the order to agree."""
    billed = _in_order_of_billing(work, meant)
    if (outcome := _unclear(work, meant, billed)) is not None:
        return outcome
    made = invoices(meant, billed, _numbers(work, billed), work.ports.terms.orders.invoice_type)
    is_news = False
    for parcel, invoice in zip(billed, made, strict=True):
        is_news |= _is_news(work, parcel, invoice)
        if (outcome := _bring_up_to_date(work, str(parcel.shipment), invoice)) is not None:
            return outcome
    if billed and is_all_billed(meant, billed):
        return _finish(work, meant, is_news=is_news)
    left = remaining(meant, billed, work.row.draft_batch, work.row.draft_hold)
    return order_changes.bring_up_to_date(work, left, is_open=True)


def _in_order_of_billing(work: Work, meant: Recording) -> list[Parcel]:
    """What was billed first stays first: the header amounts are there."""
    places = {part.key: place for place, part in enumerate(work.row.parts)}
    shipped = [parcel for parcel in meant.parcels if parcel.is_shipped and parcel.lines]
    return sorted(shipped, key=lambda parcel: (places.get(str(parcel.shipment), len(places)), parcel.shipment))


def _unclear(work: Work, meant: Recording, billed: list[Parcel]) -> Outcome | None:
    shipped = {str(parcel.shipment) for parcel in billed}
    for part in work.row.parts:
        if part.fingerprint and part.key not in shipped and not _was_voided(work, part):
            text = f"{part.number} bills shipment {part.key}, and ShipBob no longer shows that as shipped"
            return NeedsReview((Reason(text, f"Void {part.number} in GP, or credit it if it is posted"),))
    for parcel in billed:
        if parcel.shipped_on is None:
            return Waiting(f"ShipBob does not tell yet on which day shipment {parcel.shipment} left")
    return _of_another_customer(work, meant.order)


def _was_voided(work: Work, part: Part) -> bool:
    """A person voided the invoice of a shipment that has not left after all: it counts for nothing any more."""
    work.ports.gp.login()
    present = work.ports.gp.sales_invoice(part.number)
    if present is None or not present.is_voided:
        return False
    work.record("voided by a person", {"number": part.number})
    work.row = replace(work.row, parts=tuple(each for each in work.row.parts if each.key != part.key))
    return True


def _of_another_customer(work: Work, order: SalesOrder) -> NeedsReview | None:
    """An invoice goes to the customer of the order that it bills, whatever is mapped since."""
    if last_written(work, order).order.customer == order.customer:
        return None
    work.ports.gp.login()
    present = work.ports.gp.sales_order(order.number)
    if present is None or has_left_work(present) or present.customer == order.customer:
        return None
    return NeedsReview((Reason(sentence("customer", present.customer, order.customer), DECIDE),))


def _numbers(work: Work, billed: list[Parcel]) -> dict[int, str]:
    """As they were given; a new one by the present prefix."""
    prefix = work.ports.terms.number_prefix
    known = {part.key: part.number for part in work.row.parts}
    new = ((parcel.shipment, DocumentId(DocumentKind.LOCATE, parcel.shipment)) for parcel in billed)
    return {shipment: known.get(str(shipment)) or gp_number(prefix, document) for shipment, document in new}


def _batch(work: Work) -> str:
    """One of the hour of writing, not the one that the order's first invoice went to: that may be posted."""
    kept = work.row
    work.row = replace(kept, ready_batch="")
    batch = translating.batch(work, is_shipped=True)
    work.row = kept
    return batch


def _wanted(invoice: SalesInvoice, key: str) -> Wanted:
    return wanted_of(invoice, key, but=AS_BILLED)


def _is_news(work: Work, parcel: Parcel, invoice: SalesInvoice) -> bool:
    part = parts.of(work, str(parcel.shipment))
    return part is None or part.fingerprint != _wanted(invoice, part.key).fingerprint


def _bring_up_to_date(work: Work, key: str, invoice: SalesInvoice) -> Outcome | None:
    """None: GP has the invoice as it should be, go on."""
    part, wanted = parts.of(work, key), _wanted(invoice, key)
    if part is not None and part.fingerprint == wanted.fingerprint:
        return None
    if part is None or not part.fingerprint:
        date = max(invoice.date, work.row.dated or invoice.date)
        invoice = replace(invoice, batch=_batch(work))
        return drafting.in_an_open_period(
            work, date, lambda day: parts.create(work, replace(invoice, date=day), wanted)
        )
    work.ports.gp.login()
    present = work.ports.gp.sales_invoice(invoice.number)
    if present is None:
        text = f"{invoice.number} is no longer among GP's sales invoices"
        return NeedsReview((Reason(text, f"Bill shipment {key} by hand, if it is to be billed"),))
    return _correct(work, present, invoice, part)


def _correct(work: Work, present: SalesInvoice, invoice: SalesInvoice, part: Part) -> Outcome | None:
    """Tracking may change after a shipment was billed, and what it costs to ship; goods and prices are a person's."""
    wanted = _wanted(invoice, part.key)
    if reasons := tuple(_disagreements(present, invoice)):
        return NeedsReview(reasons)
    change = _tracking_change(present, invoice, part)
    if change == SalesUpdate():
        parts.keep(work, wanted, present.number)
        return None
    if present.state is TransactionState.HISTORY:
        text = f"{present.number} is posted, and its tracking number is now {', '.join(invoice.tracking)}"
        return NeedsReview((Reason(text, "Tell the customer by other means: a posted invoice takes no change"),))
    kept = tuple(number for number in present.tracking if number not in change.removed_tracking)
    after = replace(present, tracking=(*kept, *change.added_tracking))
    parts.update(work, present, change, wanted, after)
    return None


def _disagreements(present: SalesInvoice, invoice: SalesInvoice) -> Iterator[Reason]:
    for text in contradictions(present, invoice):
        yield Reason(f"{present.number}: {text}", "Correct the invoice in GP; credit it if it is posted")


def _tracking_change(present: SalesInvoice, invoice: SalesInvoice, part: Part) -> SalesUpdate:
    """What stands there is taken away if it is what we wrote: then nothing but the tracking has changed since."""
    added = tuple(number for number in invoice.tracking if number not in present.tracking)
    as_it_was = _wanted(replace(invoice, tracking=present.tracking), part.key)
    is_ours = as_it_was.fingerprint == part.fingerprint
    removed = tuple(n for n in present.tracking if n not in invoice.tracking) if is_ours else ()
    return SalesUpdate(added_tracking=added, removed_tracking=removed)


def _finish(work: Work, meant: Recording, *, is_news: bool) -> Outcome:
    """Nothing is left of the order: it is voided, unless a person has worked on it. GP shows all of it as shipped."""
    work.row = replace(work.row, ready_batch=work.row.ready_batch or _batch(work))
    number = work.row.number
    note = f"{number} is billed by {', '.join(part.number for part in work.row.parts)}"
    if is_voided_by_us(work):
        return Done(note) if is_news or not work.row.is_finished else Unchanged("GP holds it already")
    work.ports.gp.login()
    present = work.ports.gp.sales_order(number)
    if present is None or present.is_voided:
        return Done(note)
    if has_left_work(present):
        text = f"{number} was transferred in GP, and its shipments are billed by {note.rpartition(' by ')[2]}"
        return NeedsReview((Reason(text, "Void the invoice that the order became; credit it if it is posted"),))
    if not is_untouched(present, last_written(work, meant.order)):
        text = f"{note}, and was changed in GP since it was written"
        return NeedsReview((Reason(text, f"Void {number} in GP, if nothing else is to come of it"),))
    void(work, present)
    return Done(note)
