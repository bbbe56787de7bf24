"""When a review is looked at again, whether it is news, and what lies behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey, MappingKind, Reason
from bridge.protocols.intent import Effect, Intent, announce
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.reviews import cause_of, closed, is_news, next_look, next_night
from hypothesis import given
from hypothesis import strategies as st

CHICAGO = ZoneInfo("America/Chicago")
ZONES = st.sampled_from(["America/Chicago", "UTC", "Pacific/Auckland", "America/Sao_Paulo", "Asia/Kolkata"])
ROW = LedgerRow(DocumentId(DocumentKind.ORDER, 1), status=Status.REVIEW)
REASON = Reason("A price is missing", "Set it")


def utc(day: int, hour: int, minute: int = 0, month: int = 11) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (utc(17, 14), utc(18, 9)),  # 08:00 in Chicago: tomorrow
        (utc(18, 8, 59), utc(18, 9)),  # 02:59: tonight
        (utc(18, 9), utc(19, 9)),  # 03:00 itself: the next
        (utc(18, 5), utc(18, 9)),  # 23:00 of the evening before
        (utc(1, 5), utc(1, 9)),  # the night that summer time ends
        (utc(8, 7, month=3), utc(8, 8, month=3)),  # 01:00 of the night that has no two o'clock
    ],
)
def test_the_next_night_is_three_in_the_morning_where_gp_is(now: dt.datetime, night: dt.datetime) -> None:
    assert next_night(now, CHICAGO) == night


@given(now=st.integers(0, 2 * 366 * 24 * 60).map(lambda minutes: utc(1, 0) + dt.timedelta(minutes=minutes)), zone=ZONES)
def test_the_next_night_is_always_to_come_and_never_more_than_a_day_and_an_hour_away(
    now: dt.datetime, zone: str
) -> None:
    night = next_night(now, ZoneInfo(zone))

    assert now < night <= now + dt.timedelta(hours=25)
    assert night.astimezone(ZoneInfo(zone)).time() == dt.time(3)


def test_a_review_is_news_when_it_opens_and_when_its_reasons_change() -> None:
    open_ = LedgerRow(ROW.document, status=Status.REVIEW, reasons=(REASON,))

    assert not is_news(open_, (REASON,))
    assert is_news(open_, (REASON, REASON))
    assert is_news(LedgerRow(ROW.document, status=Status.WAITING, reasons=(REASON,)), (REASON,))


def test_a_review_is_closed_once_the_write_was_found_undone_twice_and_not_before() -> None:
    sent = announce(Effect.CREATE, "digest", None, now=utc(17, 14), settle_time=dt.timedelta(minutes=10))
    once, twice = (replace(ROW, intent=replace(sent, absences=absences)) for absences in (1, 2))

    with pytest.raises(ValueError, match="may still reach GP"):
        closed(once)
    assert (closed(twice).status, closed(twice).intent) == (Status.DONE, None)


SENT = announce(Effect.CREATE, "digest", None, now=utc(17, 14), settle_time=dt.timedelta(minutes=10))
SETTLED = replace(SENT, is_settled=True)


def test_a_review_of_a_write_that_was_settled_is_closed_and_what_was_planned_does_not_pass_for_written() -> None:
    ended = closed(replace(ROW, intent=SETTLED, planned="what was sent", written="what was there"))

    assert (ended.status, ended.intent, ended.planned, ended.written) == (Status.DONE, None, "", "what was there")


@pytest.mark.parametrize(
    ("document", "where"),
    [(ROW.document, "GP"), (DocumentId(DocumentKind.TRANSFER, name="TRX 1"), "ShipBob")],
)
def test_who_closes_too_early_is_told_until_when_to_wait_and_what_to_do(document: DocumentId, where: str) -> None:
    with pytest.raises(ValueError, match="may still reach") as refused:
        closed(replace(ROW, document=document, intent=SENT))

    assert str(refused.value) == (
        f"a write of {document} may still reach {where}, until 17 Nov 2026 14:10:00 UTC; then it is looked for."
        f" Close it a few minutes after that, or look at once: gp-shipbob replay {document}"
    )


@pytest.mark.parametrize(
    ("intent", "now", "looked_at"),
    [
        (SENT, utc(17, 14, 1), utc(17, 14, 10)),
        (SENT, utc(17, 14, 10), utc(18, 14)),  # it was looked for at its deadline: no reason to hurry any more
        (SETTLED, utc(17, 14, 1), utc(18, 14)),
        (None, utc(17, 14, 1), utc(18, 14)),
    ],
)
def test_a_review_with_a_write_in_the_air_is_looked_at_when_that_can_come_no_more(
    intent: Intent | None, now: dt.datetime, looked_at: dt.datetime
) -> None:
    assert next_look(intent, utc(18, 14), now) == looked_at
    assert next_look(SENT, utc(17, 14, 5), utc(17, 14, 1)) == utc(17, 14, 5)


def test_the_cause_is_the_flows_own_word_else_the_mapping_else_the_sentence_without_numbers() -> None:
    key = MappingKey(MappingKind.SKU, "WIDGET-GREEN")

    assert cause_of(Reason("SBO1 is short", "Fix it", key, "refusal/shortage")) == "refusal/shortage"
    assert cause_of(Reason("ShipBob SKU 'WIDGET-GREEN' has no GP item", "Map it", key)) == "sku/WIDGET-GREEN"
    assert cause_of(Reason("SBO250000001 was in GP, 4.50, and is gone", "Enter it")) == "… was in GP, … and is gone"


def test_two_documents_that_wait_for_the_same_have_the_same_cause() -> None:
    one, other = (Reason(f"Order {number} was bought on 2026-11-0{number}", "Look") for number in (1, 2))

    assert cause_of(one) == cause_of(other)
