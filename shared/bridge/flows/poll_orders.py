"""New and changed ShipBob orders since the last run ⇒ hints on the queue.

ShipBob announces no new order by webhook, so this poll is how they are found; what a webhook missed it heals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import count

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from bridge.ports import Ports
from bridge.protocols.cursor import Cursor

PAGES_MAX = 400  # 100,000 orders, and more calls than one run has time for


def poll_orders(ports: Ports, run: str) -> int:
    """Hint at every order inserted or updated since the cursors; how many. A cursor moves once its pages are queued."""
    return sum(_poll(ports, run, name) for name in ("inserted", "updated"))


def _poll(ports: Ports, run: str, window: str) -> int:
    started = ports.clock.now()
    cursor = ports.state.cursor(f"orders-{window}", ports.terms.cut_over)
    hinted = 0
    for page in _pages(ports, window, cursor):
        ports.to_gp.send([(_hint(order_id, window, run, started), f"{run}/order/{order_id}") for order_id in page])
        hinted += len(page)
    # Never past the run's own start: what changed since belongs to the next run.
    ports.state.move_cursor(cursor, started)
    return hinted


def _pages(ports: Ports, window: str, cursor: Cursor) -> Iterator[list[int]]:
    since = cursor.since
    for page in count(1):
        if page > PAGES_MAX:
            text = f"more than {PAGES_MAX} pages of orders {window} since {since}: choose a later CutOverDate"
            raise RuntimeError(text)
        ids = ports.shipbob.order_ids(
            inserted_since=since if window == "inserted" else None,
            updated_since=since if window == "updated" else None,
            page=page,
        )
        if not ids:
            return
        yield list(ids)


def _hint(order_id: int, window: str, run: str, seen_at: dt.datetime) -> Message:
    return Message(DocumentId(DocumentKind.ORDER, order_id), f"poll {window}", run, seen_at)
