"""What an operator can do about older orders, free of any front end: fill in, stop, watch, or name them one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched

from bridge.domain.document import DocumentId
from bridge.domain.message import REPLAY, Message
from bridge.flows import backfill
from bridge.ports import Ports
from bridge.protocols.cursor import Backfill

IDS_IN_A_CALL = 250  # the most that GET /order takes by id


@dataclass(frozen=True, slots=True)
class Named:
    """Orders that were named: those that are queued, and those that ShipBob does not have."""

    queued: tuple[int, ...]
    missing: tuple[int, ...]


def start(ports: Ports, since: dt.date, by: str) -> Backfill:
    """Fill in the orders that ShipBob took in from a day of GP's on; `ValueError` while others are being filled in."""
    begins = dt.datetime.combine(since, dt.time(), ports.terms.zone)
    if begins > ports.clock.now():
        raise ValueError(f"{since} is still to come; new orders are found by themselves")
    return backfill.begin(ports, begins, by)


def stop(ports: Ports, by: str) -> Backfill:
    """End the back-fill where it stands. What is queued is still recorded."""
    return backfill.stop(ports, by)


def show(ports: Ports) -> Backfill | None:
    """The present back-fill, or the last one; None where there never was one."""
    cursor = ports.state.cursor(backfill.NAME)
    return cursor.backfill if cursor else None


def replay_orders(ports: Ports, order_ids: Sequence[int], by: str, why: str) -> Named:
    """Have orders looked at again, as ShipBob holds them now, at once. Who asked and why is in each one's trail."""
    if not why.strip():
        raise ValueError("to have orders looked at again needs a reason")
    queued: list[int] = []
    for ids in batched(dict.fromkeys(order_ids), IDS_IN_A_CALL):
        had = [row.document for row in ports.shipbob.orders(ids)]
        now = ports.clock.now()
        messages = [(Message(each, f"{REPLAY}: {why.strip()}", by, now), _repeat(each, now)) for each in had]
        if messages:
            ports.to_gp.send(messages)
        queued += [document.number for document in had]
    return Named(tuple(queued), tuple(sorted({*order_ids} - {*queued})))


def _repeat(document: DocumentId, now: dt.datetime) -> str:
    return f"{REPLAY}/{document}/{now.isoformat()}"


def share(filling: Backfill) -> float:
    """How far it has come, from 0 to 1, by the dates of the orders: how many there are, ShipBob does not tell."""
    if filling.finished is not None:
        return 1.0
    whole = filling.until - filling.since
    if filling.last is None or not whole:
        return 0.0
    return min(max((filling.last - filling.since) / whole, 0.0), 0.99)


def state(filling: Backfill | None) -> str:
    """In a word or two."""
    if filling is None:
        return "none"
    if filling.is_under_way:
        return "under way"
    return "stopped" if filling.stopped_by else "finished"


def summary(filling: Backfill | None) -> dict[str, object]:
    """A back-fill in plain words and plain types."""
    if filling is None:
        return {"state": state(None)}
    return {
        "state": state(filling),
        "since": filling.since.isoformat(),
        "until": filling.until.isoformat(),
        "asked_by": filling.by,
        "share": round(share(filling), 2),
        "pages": filling.pages,
        "queued": filling.queued,
        "dropped": filling.dropped,
        "last_order_of": filling.last.isoformat() if filling.last else None,
        "finished": filling.finished.isoformat() if filling.finished else None,
        "stopped_by": filling.stopped_by or None,
    }
