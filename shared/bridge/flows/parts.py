"""Invoices that one order became: our own, one a shipment, or the one that a person transferred the order to.

Each is a part of the order's row, by its key. The row names it before the first write, so that a crash can be settled
by its number, whatever the prefix has become since.
"""

from __future__ import annotations

from dataclasses import replace

from bridge.domain.outcome import Outcome
from bridge.domain.sales_document import SalesInvoice, SalesUpdate
from bridge.flows import writing
from bridge.flows.attempt import Work
from bridge.flows.sales_writing import write
from bridge.mapping.changing import has_left_work
from bridge.mapping.comparing import contradictions
from bridge.mapping.picked import Entered, entered, is_entered
from bridge.mapping.written import Written
from bridge.protocols import ledger
from bridge.protocols.intent import Effect, Intent
from bridge.protocols.ledger import Part


def of(work: Work, key: str) -> Part | None:
    """What is known of the part; with an empty fingerprint it is not known to be in GP."""
    return next((part for part in work.row.parts if part.key == key), None)


def create(work: Work, invoice: SalesInvoice, wanted: writing.Wanted) -> Outcome | None:
    """Write the invoice. None: it is in GP, go on."""
    gp = work.ports.gp
    creation = writing.Creation(
        wanted=wanted,
        look=lambda: gp.sales_invoice(invoice.number),
        write=lambda: gp.create_sales_invoice(invoice),
        contradictions=lambda present: contradictions(present, invoice),
    )
    facts = {"batch": invoice.batch, "amount": f"{invoice.total:.2f}", "bills": invoice.order}
    reserved = _with(work, Part(wanted.part, invoice.number))
    return writing.create(work, creation, facts, parts=reserved, planned=_plan(invoice))


def update(work: Work, present: SalesInvoice, change: SalesUpdate, wanted: writing.Wanted, after: SalesInvoice) -> None:
    """Write a change onto the invoice; `after` is what it will say then, `wanted` what the row keeps of that."""
    reserved = _with(work, of(work, wanted.part) or Part(wanted.part, present.number))
    call = lambda: work.ports.gp.update_sales_invoice(present, change)  # noqa: E731 - one call, made in one place
    planned = _plan(after, entered(change))
    write(work, Effect.UPDATE, present, wanted, call, parts=reserved, planned=planned)
    work.record("updated in GP", {"number": present.number, "tracking": ", ".join(change.added_tracking)})
    known = Part(wanted.part, present.number, wanted.fingerprint)
    work.save(intent=None, planned="", parts=_with(work, known))


def keep(work: Work, wanted: writing.Wanted, number: str) -> None:
    """The invoice is as wanted."""
    work.row = replace(work.row, parts=_with(work, Part(wanted.part, number, wanted.fingerprint)))


def settle(work: Work, intent: Intent) -> Outcome | None:
    """None: nothing is in the air any more, go on."""
    present = work.ports.gp.sales_invoice(intent.number)
    planned = Written.parse(work.row.planned)
    found = _is_done(present, planned, intent)
    if (outcome := writing.settle(work, present=present is not None, found=found)) is not None:
        return outcome
    key = next(part.key for part in work.row.parts if part.number == intent.number)
    if not found:
        work.row = replace(work.row, planned="")
        return None
    if intent.effect is Effect.CREATE and present is not None:
        contradicted = contradictions(present, planned.order) if planned else ()
        return writing.adopt(work, intent.number, intent.digest, contradicted, key)
    is_written = present is not None and not has_left_work(present)
    known = Part(key, intent.number, intent.digest) if is_written else of(work, key)
    assert known is not None, "a part in the air is in the row"
    work.save(intent=None, planned="", parts=_with(work, known))
    return None


def _is_done(present: SalesInvoice | None, planned: Written | None, intent: Intent) -> bool:
    if intent.effect is Effect.CREATE:
        return present is not None
    if present is None or has_left_work(present):
        return True
    if planned is None:
        return False  # found undone before: it is written again, if need be
    return (
        {*planned.order.tracking} == {*present.tracking}
        and planned.order.shipped_on == present.shipped_on
        and is_entered(present.lines, planned.entered)
    )


def _with(work: Work, part: Part) -> tuple[Part, ...]:
    return ledger.with_part(work.row.parts, part)


def _plan(invoice: SalesInvoice, picked: Entered = ()) -> str:
    return replace(Written.of(invoice), entered=picked).to_text()
