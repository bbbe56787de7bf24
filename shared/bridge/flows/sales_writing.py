"""A sales document changed or voided in GP, with what it says before and after written down.

The row's `planned` says what the document will be once the write in the air is done; `written` what it was the last
time. So a crash can be settled by looking, and a person's change can be told from ours.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from bridge.domain.outcome import Misconfigured, Refused, Transient
from bridge.domain.sales_document import SalesDocument
from bridge.flows import writing
from bridge.flows.attempt import Work
from bridge.protocols.intent import Effect


def wanted_of(document: SalesDocument, part: str = "", *, but: frozenset[str] = frozenset()) -> writing.Wanted:
    """A sales document in plain types; what is `but` takes no part in its fingerprint."""
    fields = {name: value for name, value in asdict(document).items() if name not in but | {"image"}}
    plain = fields | {"holds": sorted(document.holds)}
    return writing.Wanted(document.number, plain, document.tracking, part)


def voided(number: str) -> writing.Wanted:
    """An order that is to be void; its fingerprint in the row says that we voided it."""
    return writing.Wanted(number, {"number": number, "is_voided": True})


def keep_what_was_planned(work: Work) -> None:
    """With no write in the air, what was planned is what was written."""
    if work.row.intent is None and work.row.planned:
        work.row = replace(work.row, written=work.row.planned, planned="")


def write(
    work: Work,
    effect: Effect,
    present: SalesDocument,
    wanted: writing.Wanted,
    call: Callable[[], None],
    **announced: Any,
) -> None:
    """Write a change onto what was just read; the image before it is in the trail. `announced` goes into the row."""
    work.record("read from GP", {"number": present.number, "batch": present.batch}, present.image)
    before = work.row
    writing.announce(work, effect, wanted, **announced)
    try:
        call()
    except (Transient, Misconfigured, Refused):
        writing.withdraw(work, before)
        raise


def void(work: Work, present: SalesDocument) -> None:
    """Void the order; it is known to be void when this returns."""
    wanted = voided(present.number)
    write(work, Effect.VOID, present, wanted, lambda: work.ports.gp.void_sales_order(present.number))
    work.record("voided in GP", {"number": present.number})
    work.save(intent=None, fingerprint=wanted.fingerprint)


def is_voided_by_us(work: Work) -> bool:
    return bool(work.row.fingerprint) and work.row.fingerprint == voided(work.row.number).fingerprint
