"""What is left of a correction that ShipBob is to make."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId, DocumentKind

EXPECTED = ExpectedCorrection(
    id="adjustment/ADJ-1/1",
    item="WID-RED-01",
    site="CHICAGO",
    lot="",
    quantity=Decimal(-12),
    expires_at=dt.datetime(2027, 2, 15, tzinfo=dt.UTC),
    document=DocumentId(DocumentKind.ADJUSTMENT, name="ADJ-1"),
    taken=((7, Decimal(-5)), (8, Decimal(-6))),
)


def test_what_remains_is_what_no_event_has_answered() -> None:
    assert EXPECTED.remaining == Decimal(-1)


def test_it_is_awaited_until_it_is_answered_withdrawn_or_ninety_days_old() -> None:
    day = dt.timedelta(days=1)
    asked = dt.datetime(2026, 11, 17, tzinfo=dt.UTC)

    assert EXPECTED.asked_at == asked
    assert EXPECTED.is_awaited(asked + 89 * day)
    assert not EXPECTED.is_awaited(asked + 90 * day)
    assert not dataclasses.replace(EXPECTED, withdrawn_at=asked).is_awaited(asked)
    assert not dataclasses.replace(EXPECTED, taken=((7, Decimal(-12)),)).is_awaited(asked)
