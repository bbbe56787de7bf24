"""Every draft in GP is looked up at ShipBob once a night, by its id and 250 in a call.

Webhooks get lost, and ShipBob's dates of change have been seen to miss a shipment: what nobody told of is found here.
One that is as it was costs no call of its own; its snapshot says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from bridge.domain.document import DocumentId
from bridge.domain.listing import Listed, Listing
from bridge.domain.message import Message
from bridge.flows import paging
from bridge.flows.paging import PAGES_MAX, SHALLOW, Page, Run
from bridge.ports import Ports
from bridge.protocols.cursor import Cursor
from bridge.protocols.reviews import next_night

NAME = "open-orders"
IDS_IN_A_CALL = 250  # the most that GET /order takes by id
NO_OVERLAP = dt.timedelta()  # each pass is through all of them


def follow(ports: Ports, run: Run) -> int | None:
    """Queue a hint for each draft, once a night; how many. None where it is not time, or another run is at it."""
    now = ports.clock.now()
    cursor = ports.state.cursor(NAME) or Cursor(NAME, ports.terms.cut_over)
    is_time = cursor.under_way is not None or next_night(cursor.reached, ports.terms.zone) <= now
    if not is_time or ports.to_gp.depth() >= SHALLOW:
        return None
    taken = paging.take(ports, cursor, run.id, NO_OVERLAP)
    if taken is None:
        return None
    return _go_on(ports, run, taken)


def _go_on(ports: Ports, run: Run, cursor: Cursor) -> int:
    """Page by page, until there are no more, or it is the next run's turn. A page is kept once it is on the queue.

    Whatever ends a run in between, its lease ends by itself, and the night is long.
    """
    queued = pages = 0
    while True:
        assert cursor.under_way is not None
        drafts = ports.state.drafts(cursor.under_way.place, IDS_IN_A_CALL)
        if drafts.rows:
            ports.to_gp.send(_hints(ports, run, [row.document for row in drafts.rows]))
            queued += len(drafts.rows)
        if not drafts.next:
            ports.state.save_cursor(cursor.ended().let_go())
            return queued
        cursor = cursor.turned(drafts.next)
        pages += 1
        if pages >= PAGES_MAX or ports.clock.now() >= run.ends_at or ports.to_gp.depth() >= SHALLOW:
            ports.state.save_cursor(cursor.let_go())
            return queued
        cursor = ports.state.save_cursor(cursor)


def _hints(ports: Ports, run: Run, documents: Sequence[DocumentId]) -> Iterator[tuple[Message, str]]:
    """One for each, with the order as the list shows it.

    One that the list does not show is read by itself: it may be archived, or the list behind.
    """
    page = _read(ports, [document.number for document in documents])
    shown = {row.document: row for row in page.listing.rows}
    rows = [shown.get(document, Listed(document)) for document in documents]
    return paging.hints(page, rows, f"poll {NAME}", run.id)


def _read(ports: Ports, order_ids: list[int]) -> Page:
    started = ports.clock.now()
    listed = tuple(ports.shipbob.orders(order_ids))
    return Page(Listing(listed), started, ports.clock.now())
