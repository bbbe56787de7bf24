"""What ShipBob's people are asked for by a person ⇒ corrections that are expected, and a review until they have come.

The answer to a request is an event of ShipBob's inventory history. GP has the change already, so it is written down
beforehand what is expected: whoever books the event takes it from there, and not a second time. Where a document that
was only entered is deleted in GP, GP does not have the change, and no more of its answer is expected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from urllib.parse import quote, unquote

from bridge.domain.correction import EXPECTED_FOR, ExpectedCorrection
from bridge.domain.document import DocumentId, DocumentKind, gp_number
from bridge.domain.inventory import InventoryDocument, TransactionState
from bridge.domain.movement import Pieces, Way
from bridge.domain.outcome import Reason
from bridge.flows.attempt import Work
from bridge.flows.weighing import Request
from bridge.mapping import asking
from bridge.protocols import expectation
from bridge.protocols.ledger import Part, with_part

ANSWERED = "ShipBob has answered what it was asked for"
NOT_ANSWERED = f"ShipBob did not answer in {EXPECTED_FOR.days} days what it was asked for"
WITHDRAWN = "what ShipBob was asked for is expected no longer"


@dataclass(frozen=True, slots=True)
class Asked:
    """The reasons of the requests that are open, and a sentence of those that are not; empty where there are none."""

    reasons: tuple[Reason, ...] = ()
    note: str = ""


class Stood(StrEnum):
    """How GP had the document that asked, when it was last looked at. `GONE`: nothing more is expected of it."""

    ENTERED = "entered"
    POSTED = "posted"
    GONE = "gone"


def ask(work: Work, document: InventoryDocument, requests: Sequence[Request]) -> Asked:
    """Have the requests' answers expected, once, and say which are still awaited. In a dry run nothing is expected."""
    if requests:
        work.ports.state.remember_aliases(work.message.document, [asking.reference(work.message.document)])
    if work.ports.terms.is_dry_run:
        return Asked(tuple(request.reason for request in requests))
    rows = [(request.reason, _answers(work, request.asked, _stood(document))) for request in requests]
    awaited = [reason for reason, answers in rows if any(each and each.is_awaited(work.began) for each in answers)]
    every = [each for _, answers in rows for each in answers]
    return Asked(tuple(dict.fromkeys(awaited)), _note(every) if requests else "")


def _note(answers: Sequence[ExpectedCorrection | None]) -> str:
    if any(each and each.withdrawn_at for each in answers):
        return WITHDRAWN
    return NOT_ANSWERED if any(each is None or each.remaining for each in answers) else ANSWERED


def _answers(work: Work, asked: Pieces, stood: Stood) -> Sequence[ExpectedCorrection | None]:
    """What is known of the answers to a request; None of one that expired. What was never asked for is from now on.

    So is what was withdrawn because the document was gone, now that GP has it again.
    """
    answers: list[ExpectedCorrection | None] = []
    for expected in _expected(work, asked):
        part, present = _part_of(work, expected), _kept(work, expected)
        if present is None and part is None:
            present = work.ports.expectations.save(expected)
        elif present is not None and present.withdrawn_at and part is not None and _is(part, Stood.GONE):
            work.record("expected again", {"correction": asking.said(present), "id": present.id})
            present = work.ports.expectations.save(replace(present, withdrawn_at=None, expires_at=expected.expires_at))
        marked = _part(expected, stood)
        if part != marked:
            work.save(parts=with_part(work.row.parts, marked))
        answers.append(present)
    return answers


def _kept(work: Work, expected: ExpectedCorrection) -> ExpectedCorrection | None:
    found = work.ports.expectations.open(expected.item, expected.site)
    return next((each for each in found if each.id == expected.id), None)


# How the document stood -------------------------------------------------------------------------------------------


def is_as_asked(work: Work, document: InventoryDocument) -> bool:
    """Does the row say of each request how GP has the document now? A dry run changes nothing of that."""
    asked = [part for part in work.row.parts if part.key.startswith(asking.EXPECTED)]
    return work.ports.terms.is_dry_run or all(_is(part, _stood(document)) for part in asked)


def _stood(document: InventoryDocument) -> Stood:
    return Stood.ENTERED if document.state is TransactionState.WORK else Stood.POSTED


def _is(part: Part, stood: Stood) -> bool:
    return part.fingerprint.startswith(f"{stood}/")


def _part_of(work: Work, expected: ExpectedCorrection) -> Part | None:
    return next((part for part in work.row.parts if part.key == asking.part_of(expected.id)), None)


def _part(expected: ExpectedCorrection, stood: Stood) -> Part:
    """The row's word that it was asked for: how the document stood, and under which item and site it is expected."""
    where = f"{quote(expected.item, safe='')}/{quote(expected.site, safe='')}"
    return Part(asking.part_of(expected.id), "", f"{stood}/{where}")


# What is expected no longer ---------------------------------------------------------------------------------------


def expect_no_more(work: Work) -> str:
    """GP has the document no more: nor is the rest of what ShipBob was asked for expected. A sentence of both; empty
    where it was not asked for anything, or GP had posted the document: what it moved has moved then.

    What an event has answered stays answered: it is not booked, and GP does not have it now. That is said.
    """
    rows = list(_of_what_was_entered(work))
    for row in rows:
        if row.is_awaited(work.began):
            work.save(parts=with_part(work.row.parts, _part(row, Stood.GONE)))
            work.record(
                "expected no more", {"correction": asking.said(row), "id": row.id, "why": "GP has the document no more"}
            )
            work.ports.expectations.save(expectation.withdrawn(row, work.began))
    done = [_done(work, row) for row in rows if row.taken]
    return " ".join([f"Nothing more of it is expected: {_all(rows)}." if rows else "", *done]).strip()


def _of_what_was_entered(work: Work) -> Iterator[ExpectedCorrection]:
    for part in work.row.parts:
        if part.key.startswith(asking.EXPECTED) and (_is(part, Stood.ENTERED) or _is(part, Stood.GONE)):
            _, item, site = map(unquote, part.fingerprint.split("/"))
            found = work.ports.expectations.open(item, site)
            yield from (each for each in found if asking.part_of(each.id) == part.key)


def _all(rows: Sequence[ExpectedCorrection]) -> str:
    return "; ".join(map(asking.said, rows))


def _done(work: Work, row: ExpectedCorrection) -> str:
    """What ShipBob did of it, each event by the number that its adjustment is to have in GP."""
    events = [(DocumentId(DocumentKind.STOCK, event), quantity) for event, quantity in row.taken]
    prefix = work.ports.terms.number_prefix
    told = "; ".join(f"{quantity:+f} as adjustment {gp_number(prefix, event)}" for event, quantity in events)
    return f"ShipBob has done {told} of it, and GP does not have that: enter it, or have ShipBob undo it."


# What its history will show ---------------------------------------------------------------------------------------


def _expected(work: Work, asked: Pieces) -> Iterator[ExpectedCorrection]:
    """One change, or one at either end."""
    if asked.way is Way.BETWEEN:
        yield _at(work, asked, asked.site, -asked.quantity)
        yield _at(work, asked, asked.to_site, asked.quantity)
    else:
        yield _at(work, asked, asked.site, asked.quantity)


def _at(work: Work, asked: Pieces, site: str, quantity: int) -> ExpectedCorrection:
    document = work.message.document
    other = asked.to_site if site == asked.site else asked.site
    ends = f"{site}/{other}" if asked.way is Way.BETWEEN else site
    return ExpectedCorrection(
        id=asking.id_of(document, ends, asked),
        item=asked.item,
        site=site,
        lot=asked.lot,
        quantity=Decimal(quantity),
        expires_at=work.began + EXPECTED_FOR,
        document=document,
    )
