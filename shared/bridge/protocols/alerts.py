"""When people are told of what waits for them: once a cause and day, and once more when the cause is gone.

Many documents wait for one thing: one SKU that nobody mapped, one customer on hold. They are told of together, by the
cause of their reviews. What is met for the first time is told after a little, when the others have come; from the
second day on in the morning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from zoneinfo import ZoneInfo

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import Reason
from bridge.protocols.ledger import LedgerRow
from bridge.protocols.reviews import cause_of

GATHERED_AFTER = dt.timedelta(minutes=15)
GONE_AFTER = dt.timedelta(hours=1)  # a review that is being tried again is none meanwhile
MORNING = dt.time(8)
TOLD_WITHIN = dt.timedelta(minutes=5)  # whoever began to tell and did not finish has died; then another tells
TEXT_MAX = 600
TOLD_SINGLY_MAX = 10  # more causes than that at once, as of a new catalogue, are told in one message
LISTED_MAX = 100

_MANY = {
    DocumentKind.ORDER: ("order", "orders"),
    DocumentKind.RETURN: ("return", "returns"),
    DocumentKind.RECEIVING: ("receiving order", "receiving orders"),
    DocumentKind.STOCK: ("correction of stock", "corrections of stock"),
    DocumentKind.ADJUSTMENT: ("GP adjustment", "GP adjustments"),
    DocumentKind.VARIANCE: ("GP variance", "GP variances"),
    DocumentKind.TRANSFER: ("GP transfer", "GP transfers"),
}


@dataclass(frozen=True, slots=True)
class Cause:
    """The documents that wait for the same, longest waiting first, and the reason as the first of them has it."""

    name: str
    reason: Reason
    documents: tuple[DocumentId, ...]
    since: dt.datetime


@dataclass(frozen=True, slots=True)
class AlertRow:
    """What people were told of a cause. `version` 0 means not stored yet.

    `told_on` is the last day, of GP's calendar, on which they were told that documents wait for it; `is_told` until
    they were told that it is over, `text` what it was. `gone_since`: when it was first not seen any more.
    """

    cause: str
    version: int = 0
    told_on: dt.date | None = None
    is_told: bool = False
    text: str = ""
    gone_since: dt.datetime | None = None
    telling_until: dt.datetime | None = None


class Step(StrEnum):
    """What there is to do about a cause."""

    NOTHING = "nothing"
    NOTE = "note"  # that it is gone, or back
    TELL = "tell"
    CLEAR = "clear"  # tell that it is over
    FORGET = "forget"


def causes(reviewed: Iterable[LedgerRow]) -> Mapping[str, Cause]:
    """The documents in review by what they wait for, the oldest causes first. One may wait for several things."""
    found: dict[str, Cause] = {}
    dated = [(row.opened_at, row) for row in reviewed if row.opened_at is not None]
    for opened_at, row in sorted(dated, key=lambda pair: (pair[0], str(pair[1].document))):
        for name, reason in {cause_of(reason): reason for reason in reversed(row.reasons)}.items():
            known = found.get(name) or Cause(name, reason, (), opened_at)
            found[name] = replace(known, documents=(*known.documents, row.document))
    return found


def step(row: AlertRow, cause: Cause | None, now: dt.datetime, zone: ZoneInfo) -> Step:
    """What to do next; `cause` is None where no document waits for it now."""
    if row.telling_until is not None and now < row.telling_until:
        return Step.NOTHING
    if cause is None:
        return _of_gone(row, now, zone)
    if now - cause.since >= GATHERED_AFTER and _may_be_told(row, now.astimezone(zone)):
        return Step.TELL
    return Step.NOTE if row.gone_since is not None else Step.NOTHING


def _may_be_told(row: AlertRow, local: dt.datetime) -> bool:
    return row.told_on is None or (row.told_on < local.date() and local.time() >= MORNING)


def _of_gone(row: AlertRow, now: dt.datetime, zone: ZoneInfo) -> Step:
    if not row.is_told:
        # Kept for its day, so that a cause that comes back is not told of a second time.
        is_over = row.told_on is None or row.told_on < now.astimezone(zone).date()
        return Step.FORGET if is_over else Step.NOTHING
    if row.gone_since is None:
        return Step.NOTE
    return Step.CLEAR if now - row.gone_since >= GONE_AFTER else Step.NOTHING


def noted(row: AlertRow, cause: Cause | None, now: dt.datetime) -> AlertRow:
    """It is gone since now, or back."""
    return replace(row, gone_since=now if cause is None else None)


def begun(row: AlertRow, now: dt.datetime) -> AlertRow:
    """Somebody is about to tell, and nobody else for a while."""
    return replace(row, telling_until=now + TOLD_WITHIN)


def told(row: AlertRow, cause: Cause, now: dt.datetime, zone: ZoneInfo) -> AlertRow:
    """People have been told that documents wait for it."""
    today = now.astimezone(zone).date()
    return replace(row, told_on=today, is_told=True, text=_short(cause), gone_since=None, telling_until=None)


def cleared(row: AlertRow) -> AlertRow:
    """People have been told that it is over."""
    return replace(row, is_told=False, gone_since=None, telling_until=None)


def message(causes: Sequence[Cause]) -> tuple[str, str]:
    """Subject and text of what is told of them; of several in one list, the longest waiting first."""
    documents = tuple(dict.fromkeys(document for cause in causes for document in cause.documents))
    subject = f"GP and ShipBob: {_waits(documents)} for a person"
    if len(causes) == 1:
        return subject, _told_of(causes[0])
    head = f"{_waits(documents)} for {len(causes):,} causes. gp-shipbob reviews --by-cause shows them all."
    return subject, _listed(head, [_told_of(cause) for cause in causes])


def clearing(rows: Sequence[AlertRow]) -> tuple[str, str]:
    """Subject and text of what is told once they are over."""
    if len(rows) == 1:
        return "GP and ShipBob: a cause for review is gone", f"No document waits any more: {rows[0].text}"
    head = f"No document waits any more for any of {len(rows):,} causes."
    return f"GP and ShipBob: {len(rows):,} causes for review are gone", _listed(head, [row.text for row in rows])


def _listed(head: str, lines: Sequence[str]) -> str:
    more = [f"and {len(lines) - LISTED_MAX:,} more"] if len(lines) > LISTED_MAX else []
    return "\n".join([head, *(f"- {line}" for line in lines[:LISTED_MAX]), *more])


def _told_of(cause: Cause) -> str:
    return f"{_waits(cause.documents)}: {_short(cause)}. {cause.reason.fix.rstrip('.')}. First: {cause.documents[0]}"


def _waits(documents: tuple[DocumentId, ...]) -> str:
    return f"{_counted(documents)} {'waits' if len(documents) == 1 else 'wait'}"


def _short(cause: Cause) -> str:
    return cause.reason.text.rstrip(".")[:TEXT_MAX]


def _counted(documents: tuple[DocumentId, ...]) -> str:
    kinds = {document.kind for document in documents}
    one, many = _MANY.get(kinds.pop(), ("document", "documents")) if len(kinds) == 1 else ("document", "documents")
    return f"{len(documents)} {one if len(documents) == 1 else many}"
