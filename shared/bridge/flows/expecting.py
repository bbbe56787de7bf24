"""What ShipBob's people are asked for by a person ⇒ corrections that are expected, and a review until they have come.

The answer to a request is an event of ShipBob's inventory history. GP has the change already, so it is written down
beforehand what is expected: whoever books the event takes it from there, and not a second time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bridge.domain.correction import ExpectedCorrection
from bridge.domain.movement import Pieces, Way
from bridge.domain.outcome import Reason
from bridge.flows.attempt import Work
from bridge.flows.weighing import Request
from bridge.protocols.ledger import Part

EXPECTED_FOR = dt.timedelta(days=90)  # ShipBob reconciles errors within that time


def ask(work: Work, requests: Sequence[Request]) -> tuple[Reason, ...]:
    """The reasons of the requests that ShipBob has not answered yet. In a dry run nothing is expected."""
    if work.ports.terms.is_dry_run:
        return tuple(request.reason for request in requests)
    open_ones = [request.reason for request in requests if _is_open(work, request.asked)]
    return tuple(dict.fromkeys(open_ones))


def _is_open(work: Work, asked: Pieces) -> bool:
    """Is an answer still awaited? What was never asked for is from now on."""
    wanted = list(_expected(work, asked))
    is_open = False
    for expected in wanted:
        found = {each.id: each for each in work.ports.expectations.open(expected.item, expected.site)}
        present = found.get(expected.id)
        if present is None and not _was_asked(work, expected):
            present = work.ports.expectations.save(expected)
        if not _was_asked(work, expected):
            work.save(parts=(*work.row.parts, Part(_key(expected), "")))
        is_open = is_open or (present is not None and present.remaining != 0)
    return is_open


def _was_asked(work: Work, expected: ExpectedCorrection) -> bool:
    return any(part.key == _key(expected) for part in work.row.parts)


def _key(expected: ExpectedCorrection) -> str:
    return f"expected {expected.id}"


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
        id=f"{document}/{ends}/{asked.item}/{asked.lot}",
        item=asked.item,
        site=site,
        lot=asked.lot,
        quantity=Decimal(quantity),
        expires_at=work.began + EXPECTED_FOR,
        document=document,
    )
