"""Is a hint news, and is the snapshot that it carries good enough to go by?

Hints come late, twice and out of order; a read is worth what it says of the time it was made. Moments come from the
clocks of several functions, so what differs by less than `CLOCKS_DIFFER` may have happened in either order: then the
document is read again, which is a call more, and never a change less. The same goes for equal moments.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from enum import StrEnum

from bridge.domain import topics
from bridge.domain.document import DocumentKind
from bridge.domain.message import Message, Snapshot
from bridge.domain.order import Order, OrderStatus
from bridge.protocols.ledger import IN_THE_AIR, LedgerRow, Status

CLOCKS_DIFFER = dt.timedelta(seconds=2)
SNAPSHOT_KEEPS = dt.timedelta(hours=1)  # an older one lay in a dead-letter queue, or behind a long outage
LONGEST_READ = dt.timedelta(minutes=1)  # of a row that tells only when its read began


class Look(StrEnum):
    """What a hint leads to."""

    NOTHING = "nothing"
    SNAPSHOT = "use the snapshot"
    READ = "read"


def look(message: Message, row: LedgerRow, now: dt.datetime) -> Look:
    """What to do about a message, with the document's row as it is."""
    if _is_owed_a_read(message, row, now):
        return Look.READ
    if message.snapshot is not None:
        return _by_snapshot(message.snapshot, row, now)
    was_seen_before = row.read_at is not None and message.seen_at < row.read_at - CLOCKS_DIFFER
    return Look.NOTHING if was_seen_before else Look.READ


def _is_owed_a_read(message: Message, row: LedgerRow, now: dt.datetime) -> bool:
    """A person's wish, a row that a crash left in the air or a bug left broken, or one whose time has come."""
    return message.is_replay or row.status in IN_THE_AIR or row.status is Status.BROKEN or row.is_due(now)


def _by_snapshot(snapshot: Snapshot, row: LedgerRow, now: dt.datetime) -> Look:
    if row.read_at is not None and snapshot.read_finished < row.read_at - CLOCKS_DIFFER:
        return Look.NOTHING
    until = row.read_until or (row.read_at + LONGEST_READ if row.read_at else None)
    is_newer = until is None or snapshot.read_started > until + CLOCKS_DIFFER
    # One from the future would make the hints of the next hours look old.
    is_of_now = snapshot.read_finished - CLOCKS_DIFFER <= now <= snapshot.read_finished + SNAPSHOT_KEEPS
    if not (is_newer and is_of_now):
        return Look.READ
    return Look.NOTHING if row.image_digest == digest(snapshot.image) else Look.SNAPSHOT


def digest(image: bytes) -> str:
    """SHA-256 of a document as it was sent, in hexadecimal."""
    return hashlib.sha256(image).hexdigest()


def is_only_audited(message: Message, row: LedgerRow) -> bool:
    """Does a delivery of that topic change nothing in GP? It may, for an order that GP does not show as shipped yet."""
    changes_nothing = topics.topic_of(message.reason) in topics.CHANGES_NOTHING
    return changes_nothing and message.document.kind is DocumentKind.ORDER and not _awaits_shipment(row)


def _awaits_shipment(row: LedgerRow) -> bool:
    is_rightly_absent = row.is_finished and not row.fingerprint
    return row.version > 0 and not row.ready_batch and not is_rightly_absent


def doubt(order: Order, row: LedgerRow) -> str:
    """Why an order in a snapshot is read again before it is believed; empty where there is no doubt.

    ShipBob's lists have been seen to lag behind its reads, and to leave out quantities and tracking.
    """
    if row.is_finished and not row.fingerprint and order.status is not OrderStatus.CANCELLED:
        return "open, though it was last seen to need nothing in GP"
    if row.ready_batch and not order.is_shipped:
        return "not shipped, though GP has it as shipped"
    if any(shipment.is_shipped and not shipment.tracking_number for shipment in order.shipments):
        return "shipped without tracking"
    if order.leaves_out_quantities:
        return "without quantities"
    return ""
