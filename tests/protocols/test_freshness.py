"""Which hints are news, and which snapshots are good enough to go by."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message, Snapshot
from bridge.domain.order import OrderStatus, ShipmentStatus
from bridge.protocols import freshness
from bridge.protocols.freshness import CLOCKS_DIFFER, LONGEST_READ, SNAPSHOT_KEEPS, Look
from bridge.protocols.ledger import LedgerRow, Status
from hypothesis import given
from hypothesis import strategies as st

from tests.orders import PLAIN_ITEMS, an_order, parcel, shipped, shipped_parcel, unshipped

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECOND, MINUTE, HOUR = dt.timedelta(seconds=1), dt.timedelta(minutes=1), dt.timedelta(hours=1)
ORDER = DocumentId(DocumentKind.ORDER, 1)
IMAGE = b"the order"

READ = (NOW - 10 * MINUTE, NOW - 9 * MINUTE)  # when the row's document was last read


def row(status: Status = Status.DONE, **changes: dt.datetime | str | None) -> LedgerRow:
    read = LedgerRow(ORDER, version=1, status=status, read_at=READ[0], read_until=READ[1])
    return dataclasses.replace(read, **changes)  # type: ignore[arg-type]


def hint(seen_at: dt.datetime, reason: str = "webhook order.shipped") -> Message:
    return Message(ORDER, reason, "msg_1", seen_at)


def listed(started: dt.datetime, finished: dt.datetime, image: bytes = IMAGE) -> Message:
    return Message(ORDER, "poll orders-updated", "run-1", finished, Snapshot(image, started, finished))


def look(message: Message, present: LedgerRow, now: dt.datetime = NOW) -> Look:
    return freshness.look(message, present, now)


# ---- A hint alone


def test_a_hint_seen_before_the_last_read_began_is_no_news() -> None:
    assert look(hint(READ[0] - MINUTE), row()) is Look.NOTHING


@pytest.mark.parametrize("seen_at", [READ[0], READ[0] + SECOND, READ[1], NOW])
def test_a_hint_seen_as_the_last_read_began_or_later_is_read(seen_at: dt.datetime) -> None:
    assert look(hint(seen_at), row()) is Look.READ


def test_clocks_that_differ_by_two_seconds_make_no_hint_look_older_than_it_is() -> None:
    assert dt.timedelta(seconds=2) == CLOCKS_DIFFER
    assert look(hint(READ[0] - CLOCKS_DIFFER), row()) is Look.READ
    assert look(hint(READ[0] - CLOCKS_DIFFER - SECOND), row()) is Look.NOTHING


def test_a_document_that_was_never_read_is_read() -> None:
    assert look(hint(NOW - HOUR), LedgerRow(ORDER)) is Look.READ


# ---- A snapshot


def test_a_snapshot_of_a_document_never_read_is_used() -> None:
    assert look(listed(NOW - MINUTE, NOW), LedgerRow(ORDER)) is Look.SNAPSHOT


def test_a_snapshot_wholly_newer_than_the_last_read_is_used() -> None:
    assert look(listed(READ[1] + MINUTE, READ[1] + 2 * MINUTE), row()) is Look.SNAPSHOT


def test_a_snapshot_wholly_older_than_the_last_read_is_no_news_however_old_it_is() -> None:
    assert look(listed(READ[0] - 2 * MINUTE, READ[0] - MINUTE), row()) is Look.NOTHING
    assert look(listed(READ[0] - 9 * HOUR, READ[0] - 8 * HOUR), row()) is Look.NOTHING


@pytest.mark.parametrize(
    ("started", "finished"),
    [
        (READ[0] - MINUTE, READ[0]),
        (READ[0] - MINUTE, READ[0] + SECOND),
        (READ[0] - MINUTE, READ[1] + MINUTE),
        (READ[0] + SECOND, READ[1] - SECOND),
        READ,
        (READ[1] - SECOND, READ[1] + MINUTE),
        (READ[1], READ[1] + MINUTE),
    ],
)
def test_a_snapshot_that_overlaps_the_last_read_or_touches_it_is_read_again(
    started: dt.datetime, finished: dt.datetime
) -> None:
    assert look(listed(started, finished), row()) is Look.READ


def test_a_snapshot_within_the_clocks_difference_of_the_last_read_is_read_again() -> None:
    assert look(listed(READ[1] + CLOCKS_DIFFER, READ[1] + MINUTE), row()) is Look.READ
    assert look(listed(READ[0] - MINUTE, READ[0] - CLOCKS_DIFFER), row()) is Look.READ


def test_a_snapshot_of_more_than_an_hour_ago_is_read_again() -> None:
    fresh = LedgerRow(ORDER)
    finished = NOW - SNAPSHOT_KEEPS

    assert look(listed(finished - MINUTE, finished), fresh) is Look.SNAPSHOT
    assert look(listed(finished - MINUTE, finished - SECOND), fresh) is Look.READ


def test_a_snapshot_from_the_future_is_read_again_lest_it_hide_later_hints() -> None:
    assert look(listed(NOW, NOW + CLOCKS_DIFFER), LedgerRow(ORDER)) is Look.SNAPSHOT
    assert look(listed(NOW, NOW + CLOCKS_DIFFER + SECOND), LedgerRow(ORDER)) is Look.READ


def test_of_a_row_that_tells_only_when_its_read_began_the_read_is_taken_to_have_lasted_a_minute() -> None:
    earlier = row(read_until=None)

    assert look(listed(READ[0] + LONGEST_READ, NOW), earlier) is Look.READ
    assert look(listed(READ[0] + LONGEST_READ + 3 * SECOND, NOW), earlier) is Look.SNAPSHOT


def test_a_snapshot_that_shows_what_is_known_is_no_news() -> None:
    known = row(image_digest=freshness.digest(IMAGE))

    assert look(listed(NOW - MINUTE, NOW), known) is Look.NOTHING
    assert look(listed(NOW - MINUTE, NOW, b"another"), known) is Look.SNAPSHOT


# ---- Never stale


STALE = [hint(READ[0] - HOUR), listed(READ[0] - HOUR, READ[0] - HOUR), listed(NOW - MINUTE, NOW)]


@pytest.mark.parametrize("message", STALE)
def test_what_a_person_wishes_is_read_again_whatever_the_clock_on_their_desk_says(message: Message) -> None:
    wish = dataclasses.replace(message, reason="replay: a person asked")

    assert look(wish, row(image_digest=freshness.digest(IMAGE))) is Look.READ


@pytest.mark.parametrize("status", [Status.SENDING, Status.UNKNOWN, Status.BROKEN])
@pytest.mark.parametrize("message", STALE)
def test_a_document_left_in_the_air_or_broken_is_read_again(message: Message, status: Status) -> None:
    left = row(status, due_at=NOW + HOUR, image_digest=freshness.digest(IMAGE))

    assert look(message, left) is Look.READ


@pytest.mark.parametrize("status", [Status.WAITING, Status.REVIEW, Status.DONE])
@pytest.mark.parametrize("message", STALE)
def test_a_document_whose_time_has_come_is_read_again(message: Message, status: Status) -> None:
    assert look(message, row(status, due_at=NOW, image_digest=freshness.digest(IMAGE))) is Look.READ


@pytest.mark.parametrize("status", [Status.WAITING, Status.REVIEW])
@pytest.mark.parametrize("message", STALE)
def test_an_old_hint_does_not_hurry_a_document_whose_time_has_not_come(message: Message, status: Status) -> None:
    waiting = row(status, due_at=NOW + SECOND, image_digest=freshness.digest(IMAGE))

    assert look(message, waiting) is Look.NOTHING


# ---- The promise behind it all

MOMENTS = st.integers(0, 120).map(lambda seconds: NOW - dt.timedelta(seconds=seconds))


@given(MOMENTS, MOMENTS, MOMENTS, MOMENTS, MOMENTS, st.integers(-2, 2))
def test_what_is_believed_or_dropped_never_hides_a_change(
    read_at: dt.datetime,
    read_for: dt.datetime,
    started: dt.datetime,
    finished: dt.datetime,
    changed: dt.datetime,
    off: int,
) -> None:
    """A change at any moment, which each read shows that began after it, and a poller whose clock is off by up to two
    seconds: a snapshot that may not show the change is never taken over a read that may."""
    read_at, read_for = sorted((read_at, read_for))
    started, finished = sorted((started, finished))
    skew = dt.timedelta(seconds=off)
    message = listed(started + skew, finished + skew)

    looked = look(message, row(read_at=read_at, read_until=read_for))

    if looked is Look.SNAPSHOT and read_for >= changed:
        assert started >= changed, "the read may have shown it, so the snapshot does"
    if looked is Look.NOTHING and finished >= changed:
        assert read_at >= changed, "the snapshot may have shown it, so the read does"


@given(MOMENTS, MOMENTS, st.integers(-2, 2))
def test_a_hint_is_dropped_only_for_a_read_that_has_its_fact(
    happened: dt.datetime, read_at: dt.datetime, off: int
) -> None:
    looked = look(hint(happened + dt.timedelta(seconds=off)), row(read_at=read_at, read_until=read_at))

    assert looked is Look.READ or read_at >= happened


# ---- Topics that change nothing in GP

QUIET = ["order.shipment.tracking.updated", "order.shipment.delivered", "order.delivered"]
SHIPPED_ROW = row(fingerprint="f" * 64, ready_batch="SBR261117-08")
DRAFT_ROW = row(fingerprint="f" * 64)


@pytest.mark.parametrize("topic", QUIET)
def test_a_carriers_news_of_an_order_that_gp_shows_as_shipped_is_only_audited(topic: str) -> None:
    assert freshness.is_only_audited(hint(NOW, f"webhook {topic}"), SHIPPED_ROW)


@pytest.mark.parametrize("topic", QUIET)
def test_a_carriers_news_of_an_order_that_gp_holds_as_a_draft_is_a_hint(topic: str) -> None:
    assert not freshness.is_only_audited(hint(NOW, f"webhook {topic}"), row(fingerprint="f" * 64))


@pytest.mark.parametrize("status", [Status.WAITING, Status.REVIEW, Status.BROKEN])
def test_a_carriers_news_of_an_order_that_never_came_to_gp_is_a_hint(status: Status) -> None:
    assert not freshness.is_only_audited(hint(NOW, f"webhook {QUIET[0]}"), row(status))


@pytest.mark.parametrize("present", [LedgerRow(ORDER), row()])
def test_a_carriers_news_of_an_order_that_is_rightly_not_in_gp_is_only_audited(present: LedgerRow) -> None:
    assert freshness.is_only_audited(hint(NOW, f"webhook {QUIET[0]}"), present)


@pytest.mark.parametrize("reason", ["webhook order.shipped", "poll orders-updated", "due", f"replay: {QUIET[0]}"])
def test_everything_else_is_more_than_audited(reason: str) -> None:
    assert not freshness.is_only_audited(hint(NOW, reason), SHIPPED_ROW)


# ---- Doubts about what a list shows


def test_a_plain_order_raises_no_doubt() -> None:
    assert freshness.doubt(unshipped(), DRAFT_ROW) == ""
    assert freshness.doubt(shipped(), SHIPPED_ROW) == ""


def test_an_order_that_gp_has_as_shipped_and_the_list_has_not_is_doubted() -> None:
    assert freshness.doubt(unshipped(), SHIPPED_ROW) == "not shipped, though GP has it as shipped"


def test_a_cancelled_order_that_gp_has_as_shipped_is_doubted_once_more() -> None:
    gone = an_order(parcel(301, *PLAIN_ITEMS, status=ShipmentStatus.CANCELLED), status=OrderStatus.CANCELLED)

    assert freshness.doubt(gone, SHIPPED_ROW) != ""


def test_a_shipped_parcel_without_its_tracking_is_doubted() -> None:
    bare = an_order(shipped_parcel(301, *PLAIN_ITEMS, tracking=""))

    assert freshness.doubt(bare, DRAFT_ROW) == "shipped without tracking"


def test_a_parcel_without_its_quantities_is_doubted() -> None:
    assert freshness.doubt(an_order(parcel(301, ("WIDGET-RED", None))), DRAFT_ROW) == "without quantities"


def test_an_order_that_was_last_seen_to_need_nothing_in_gp_is_doubted_where_a_list_shows_it_open() -> None:
    assert freshness.doubt(unshipped(), row()) == "open, though it was last seen to need nothing in GP"
