"""The first write of an order: a draft under a process hold, in an open period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

from bridge.domain.outcome import Outcome, RefusalKind, Refused
from bridge.domain.sales_document import SalesOrder
from bridge.domain.terms import ClosedPeriod
from bridge.flows import order_wanted, translating, writing
from bridge.flows.attempt import Work
from bridge.flows.sales_writing import keep_what_was_planned, wanted_of
from bridge.mapping.comparing import contradictions
from bridge.mapping.written import Written


def create(work: Work, order: SalesOrder) -> Outcome | None:
    """Write the draft. None: it is in GP, go on."""
    hold = work.ports.terms.orders.draft_hold
    draft = order.as_draft(translating.batch(work, is_shipped=False), hold)
    return in_an_open_period(work, draft.date, lambda date: _create(work, replace(draft, date=date), hold))


def _create(work: Work, draft: SalesOrder, hold: str) -> Outcome | None:
    gp = work.ports.gp
    creation = writing.Creation(
        wanted=wanted_of(draft),
        look=lambda: gp.sales_order(draft.number),
        write=lambda: gp.create_sales_order(draft),
        contradictions=lambda present: contradictions(present, draft),
    )
    facts = {"batch": draft.batch, "amount": f"{draft.total:.2f}"}
    mode, planned = order_wanted.mode(work), Written.of(draft).to_text()
    outcome = writing.create(
        work, creation, facts, draft_batch=draft.batch, draft_hold=hold, mode=str(mode), planned=planned
    )
    if outcome is None:
        keep_what_was_planned(work)
    return outcome


def in_an_open_period(work: Work, date: dt.date, write: Callable[[dt.date], Outcome | None]) -> Outcome | None:
    """Write a document of that date; where GP has closed its period, by the company's choice in the next open one.

    A period is taken for a month; the document is never dated after today. `Refused` where no day is left.
    """
    today = work.began.astimezone(work.ports.terms.zone).date()
    while True:
        try:
            return write(date)
        except Refused as refusal:
            later = (date.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
            is_to_move = work.ports.terms.orders.closed_period is ClosedPeriod.NEXT_OPEN and later <= today
            if refusal.kind is not RefusalKind.CLOSED_PERIOD or not is_to_move:
                raise
            work.record("dated anew", {"closed": date.isoformat(), "moved to": later.isoformat()})
            work.row = replace(work.row, dated=later)
            date = later
