"""What ShipBob's people are asked for by a person ⇒ corrections that are expected, and a review until they have come.

The answer to a request is an event of ShipBob's inventory history. GP has the change already, so it is written down
beforehand what is expected: whoever books the event takes it from there, and not a second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bridge.domain.correction import ExpectedCorrection
from bridge.domain.movement import Pieces, Way
from bridge.domain.outcome import Reason
from bridge.flows.attempt import Work
from bridge.flows.weighing import Request
from bridge.mapping import asking
from bridge.protocols.ledger import Part

EXPECTED_FOR = dt.timedelta(days=90)  # ShipBob reconciles errors within that time

ANSWERED = "ShipBob has answered what it was asked for"


@dataclass(frozen=True, slots=True)
class Asked:
    """The reasons of the requests that are open, and a sentence of those that are not; empty where there are none."""

    reasons: tuple[Reason, ...] = ()
    note: str = ""


def ask(work: Work, requests: Sequence[Request]) -> Asked:
    """Have the requests' answers expected, once, and say which are still awaited. In a dry run nothing is expected."""
    if work.ports.terms.is_dry_run:
        return Asked(tuple(request.reason for request in requests))
    rows = [(request.reason, _answers(work, request.asked)) for request in requests]
    awaited = [reason for reason, answers in rows if any(_is_awaited(work, each) for each in answers)]
    unanswered = any(each is None or each.remaining for _, answers in rows for each in answers)
    note = f"ShipBob did not answer in {EXPECTED_FOR.days} days what it was asked for" if unanswered else ANSWERED
    return Asked(tuple(dict.fromkeys(awaited)), note if requests else "")


def _is_awaited(work: Work, expected: ExpectedCorrection | None) -> bool:
    return expected is not None and expected.remaining != 0 and work.began < expected.expires_at


def _answers(work: Work, asked: Pieces) -> Sequence[ExpectedCorrection | None]:
    """What is known of the answers to a request; None of one that expired. What was never asked for is from now on."""
    answers: list[ExpectedCorrection | None] = []
    for expected in _expected(work, asked):
        found = {each.id: each for each in work.ports.expectations.open(expected.item, expected.site)}
        present = found.get(expected.id)
        if present is None and not _was_asked(work, expected):
            present = work.ports.expectations.save(expected)
        if not _was_asked(work, expected):
            work.save(parts=(*work.row.parts, Part(_key(expected), "")))
        answers.append(present)
    return answers


def _was_asked(work: Work, expected: ExpectedCorrection) -> bool:
    return any(part.key == _key(expected) for part in work.row.parts)


def _key(expected: ExpectedCorrection) -> str:
    return asking.part_of(expected.id)


def _expected(work: Work, asked: Pieces) -> Iterator[ExpectedCorrection]:
    """What ShipBob's history will show: one change, or one at either end."""
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
