"""The write of an order whose outcome nobody knows, settled by looking at the document it was to make or change.

What it was to be is in the row's `planned`, so it does not matter what ShipBob has come to want since.
"""

from __future__ import annotations

from dataclasses import replace

from bridge.domain.outcome import Outcome
from bridge.domain.sales_document import SalesOrder
from bridge.flows import parts, writing
from bridge.flows.attempt import Work
from bridge.flows.sales_writing import keep_what_was_planned, voided
from bridge.mapping.changing import is_applied, moved_on
from bridge.mapping.comparing import contradictions
from bridge.mapping.written import Written
from bridge.protocols.intent import Effect, Intent


def settle(work: Work) -> Outcome | None:
    """None: nothing is in the air any more, go on."""
    intent = work.row.intent
    if intent is None:
        return None
    if intent.number:
        return parts.settle(work, intent)
    present = work.ports.gp.sales_order(work.row.number)
    found = _is_done(work, present, intent)
    if (outcome := writing.settle(work, present=present is not None, found=found)) is not None:
        return outcome
    if not found:
        work.row = replace(work.row, planned="")
        return None
    return _adopt(work, present, intent)


def _is_done(work: Work, present: SalesOrder | None, intent: Intent) -> bool:
    """Any document under our number answers for a create: `_adopt` compares it.

    Of what has left Work nothing can be changed any more, neither by us nor by a write that comes late.
    """
    if intent.effect is Effect.CREATE:
        return present is not None
    if intent.effect is Effect.VOID:
        return present is None or present.is_voided
    if present is None or moved_on(present):
        return True
    return _is_planned(work, present)


def _is_planned(work: Work, present: SalesOrder) -> bool:
    last, after = Written.parse(work.row.written), Written.parse(work.row.planned)
    if after is None:
        return False  # found undone before, or announced by code that made no plans: it is written again, if need be
    return is_applied(present, last or Written.of(replace(after.order, lines=())), after)


def _adopt(work: Work, present: SalesOrder | None, intent: Intent) -> Outcome | None:
    """Take what stands in GP for ours, if it is what was announced."""
    if intent.effect is Effect.CREATE and present is not None:
        return _adopt_created(work, present, intent)
    is_done = intent.effect is Effect.VOID or (present is not None and _is_planned(work, present))
    fingerprint = intent.digest if is_done else work.row.fingerprint
    planned_text = work.row.planned if is_done else ""
    work.save(intent=None, fingerprint=fingerprint, planned=planned_text)
    keep_what_was_planned(work)
    return None


def _adopt_created(work: Work, present: SalesOrder, intent: Intent) -> Outcome | None:
    """That it is void meanwhile is judged by what ShipBob wants now, and is in the row for that.

    A person may have voided it; so may we, of a cancelled order, where State was restored to a moment before.
    """
    planned = Written.parse(work.row.planned)
    contradicted = contradictions(replace(present, is_voided=False), planned.order) if planned else ()
    fingerprint = voided(present.number).fingerprint if present.is_voided else intent.digest
    outcome = writing.adopt(work, present.number, fingerprint, contradicted)
    if outcome is None:
        keep_what_was_planned(work)
    return outcome
