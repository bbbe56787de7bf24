"""The lists that polls follow: how each is asked for, and what one page of it says.

`place` is a page's number as text; of the inventory history, the id of the event that the page comes after.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bridge.domain.listing import Asked, Feed, Listed, Listing
from bridge.domain.outcome import Transient
from bridge.domain.receiving import ReceivingStatus
from bridge.shipbob import paging, wire_orders, wire_receiving, wire_returns, wire_stock
from bridge.shipbob.call import Answer, Call, parameters

PAGE = 250  # the most that GET /order gives; the others name no limit, or this one
HISTORY = dt.timedelta(days=90)  # the most that one query may span, up to now
MARGIN = dt.timedelta(minutes=10)  # ShipBob's now is later than ours
TICK = dt.timedelta(microseconds=1)  # "later than" excludes the moment itself: an earlier one, then

# Neither awaited nor finished. What goes on at a hub is told by the hub's own words.
OPEN = (
    ReceivingStatus.PARTIALLY_ARRIVED,
    ReceivingStatus.ARRIVED,
    ReceivingStatus.PARTIALLY_ARRIVED_AT_HUB,
    ReceivingStatus.ARRIVED_AT_HUB,
    ReceivingStatus.PROCESSING_AT_HUB,
    ReceivingStatus.INTERNAL_TRANSFER,
    ReceivingStatus.PROCESSING,
)


@dataclass(frozen=True, slots=True)
class _Paged:
    """A list in numbered pages. `since` names the parameter that bounds it, where it is bounded at all."""

    noun: str
    path: str
    scope: str
    page: str
    since: str
    always: dict[str, str]
    read: Callable[[bytes], Sequence[Listed]]


def _orders(since: str) -> _Paged:
    always = {"Limit": str(PAGE), "SortOrder": "Oldest"}
    return _Paged("a list of orders", "/order", "orders_read", "Page", since, always, wire_orders.read_listed)


def _returns(since: str) -> _Paged:
    always = {"Limit": str(PAGE), "SortOrder": "Asc"}
    return _Paged("a list of returns", "/return", "returns_read", "Cursor", since, always, wire_returns.read_listed)


def _receiving(since: str, **always: str) -> _Paged:
    noun = "a list of receiving orders"
    always = {"Limit": str(PAGE), **always}
    return _Paged(noun, "/receiving", "receiving_read", "Page", since, always, wire_receiving.read_listed)


_LISTS = {
    Feed.ORDERS_INSERTED: _orders("StartDate"),
    Feed.ORDERS_UPDATED: _orders("LastUpdateStartDate"),
    Feed.RETURNS_CREATED: _returns("StartDate"),
    Feed.RETURNS_COMPLETED: _returns("CompletedStartDate"),
    Feed.RECEIVING_INSERTED: _receiving("InsertStartDate"),
    Feed.RECEIVING_COMPLETED: _receiving("CompletedStartDate"),
    Feed.RECEIVING_OPEN: _receiving("", Statuses=",".join(OPEN)),
}


def call_of(asked: Asked, place: str, now: dt.datetime) -> Call:
    """How ShipBob is asked for one page."""
    if asked.feed is Feed.STOCK_EVENTS:
        return _history(asked, place, now)
    paged = _LISTS[asked.feed]
    bound = {paged.since: moment(asked.since - TICK)} if paged.since else {}
    query = parameters({**bound, **paged.always, paged.page: place or "1"})
    return Call(paged.noun, paged.path, paged.scope, query)


def listing_in(asked: Asked, place: str, answer: Answer) -> Listing:
    """What a page says, and where the list goes on."""
    if asked.feed is Feed.STOCK_EVENTS:
        return _history_in(place, answer)
    rows = tuple(_LISTS[asked.feed].read(answer.body))
    told = answer.headers.get("next-page", "") or paging.next_in(answer.body)
    return Listing(rows, paging.page_after(int(place or "1"), told, answer.headers, len(rows), PAGE))


def moment(at: dt.datetime) -> str:
    """A moment in a query. No plus sign, which arrives as a blank."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _history(asked: Asked, place: str, now: dt.datetime) -> Call:
    if asked.facility is None:
        raise ValueError("the history of stock is one building's: name the facility")
    fields = {
        "facility_id": asked.facility,
        "event_category": wire_stock.CORRECTION,
        "start_date": moment(max(asked.since - TICK, now - HISTORY + MARGIN)),
    }
    body = json.dumps(fields | ({"cursor": int(place)} if place else {})).encode()
    return Call("a list of stock events", "/inventory/history:query", "inventory_read", method="POST", body=body)


def _history_in(place: str, answer: Answer) -> Listing:
    rows = tuple(wire_stock.read_listed(answer.body))
    told = paging.next_in(answer.body)
    if not rows or not told:
        return Listing(rows)
    following = str(paging.number_in(told) or rows[-1].document.number)
    if following == place:
        raise Transient("ShipBob's list of stock events does not go on")
    return Listing(rows, following)
