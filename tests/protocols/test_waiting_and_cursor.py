"""How long a document waits, how far a poll reads, and which hints are stale."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from bridge.protocols import waiting
from bridge.protocols.cursor import OVERLAP, Cursor
from bridge.protocols.ledger import LedgerRow, Status, is_stale
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)
ORDER = DocumentId(DocumentKind.ORDER, 1)


@given(st.integers(0, 10_000))
def test_the_longer_it_has_waited_the_longer_the_next_wait_up_to_an_hour(waits: int) -> None:
    this, following = (waiting.next_try(number, NOW) - NOW for number in (waits, waits + 1))

    assert dt.timedelta(seconds=30) <= this <= following <= dt.timedelta(hours=1)


def test_the_schedule_is_half_a_minute_two_ten_and_then_hours() -> None:
    waits = [(waiting.next_try(number, NOW) - NOW).total_seconds() for number in range(5)]

    assert waits == [30, 120, 600, 3600, 3600]


def test_patience_ends_after_fifteen_days_and_not_before() -> None:
    since = NOW - dt.timedelta(days=15)

    assert waiting.is_exhausted(since, NOW)
    assert not waiting.is_exhausted(since + SECOND, NOW)


def test_a_poll_that_never_ran_begins_at_its_start() -> None:
    assert Cursor("orders", NOW).since == NOW


def test_a_poll_that_ran_begins_a_quarter_of_an_hour_before_its_last_run() -> None:
    assert Cursor("orders", NOW, version=3).since == NOW - dt.timedelta(minutes=15)
    assert dt.timedelta(minutes=15) == OVERLAP


def row(status: Status, **changes: dt.datetime | None) -> LedgerRow:
    return LedgerRow(ORDER, version=1, status=status, read_at=changes.get("read_at", NOW), due_at=changes.get("due_at"))


def hint(seen_at: dt.datetime) -> Message:
    return Message(ORDER, "webhook", "msg_1", seen_at)


def test_a_hint_seen_before_the_last_read_began_is_stale() -> None:
    assert is_stale(hint(NOW - SECOND), row(Status.DONE), NOW)


def test_a_hint_seen_as_the_last_read_began_is_not_stale() -> None:
    assert not is_stale(hint(NOW), row(Status.DONE), NOW)


def test_nothing_is_stale_for_a_document_that_was_never_read() -> None:
    assert not is_stale(hint(NOW - SECOND), LedgerRow(ORDER), NOW)


@pytest.mark.parametrize("status", [Status.SENDING, Status.UNKNOWN, Status.BROKEN])
def test_nothing_is_stale_for_a_document_left_in_the_air_or_broken(status: Status) -> None:
    later = NOW + dt.timedelta(hours=1)

    assert not is_stale(hint(NOW - SECOND), row(status, due_at=later), NOW)


@pytest.mark.parametrize("status", [Status.WAITING, Status.REVIEW])
def test_nothing_is_stale_for_a_document_whose_time_has_come(status: Status) -> None:
    assert not is_stale(hint(NOW - SECOND), row(status, due_at=NOW), NOW)


@pytest.mark.parametrize("status", [Status.WAITING, Status.REVIEW])
def test_an_old_hint_does_not_hurry_a_document_whose_time_has_not_come(status: Status) -> None:
    assert is_stale(hint(NOW - SECOND), row(status, due_at=NOW + SECOND), NOW)
