"""What happened to stock, event by event, and which events POST /inventory/history:query gives.

ShipBob's history guide: every event has an increment, where goods came to, and a decrement, where they came from; one
of them may be missing where an adjustment only gains (or only loses). Most events are moves within a building, whose
two sides cancel: a stow goes from the dock to a shelf, a pick from a shelf to a cart.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from local.shipbob.listing import DATE_TIME, MAX_INT32, BadQueryError, Query

FIRST_EVENT = 880_001
EARLIEST_YEAR = 2000  # before it ShipBob was not there
LONGEST_SPAN = dt.timedelta(days=90)

CATEGORIES = (
    "OrderPicked",
    "InventoryAdjusted",
    "InventoryFacilityUpdated",
    "AttributeUpdated",
    "InventoryReceived",
    "InventoryRestocked",
    "ReceivingStow",
    "KittingStow",
)


@dataclass(frozen=True, slots=True, order=True)
class Pile:
    """Units of one item in one building; `lot` is empty where the item is not kept in lots."""

    inventory_id: int
    location_id: int
    lot: str = ""


class Place(IntEnum):
    """Where in a building goods lie. Only what is on a shelf is on hand."""

    SHELF = 1
    OTHER_SHELF = 2
    DOCK = 3
    CART = 4
    BENCH = 5  # where returns are looked at
    TRUCK = 6  # between two buildings

    @property
    def is_shelf(self) -> bool:
        return self in {Place.SHELF, Place.OTHER_SHELF}

    def number(self, pile: Pile) -> int:
        """The `location_id` of an event's side: a bin within the building, not the building."""
        return self * 10_000_000 + pile.location_id * 1_000 + pile.inventory_id % 1_000


@dataclass(frozen=True, slots=True)
class Side:
    """Units that came (positive) or went (negative) at one place; `committed` is the change in what orders hold."""

    pile: Pile
    place: Place
    quantity: int
    committed: int = 0


@dataclass(frozen=True, slots=True)
class Reference:
    """What an event belongs to: `WroAndBox` "915001 1", `OrderId` "250000001"."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class StockEvent:
    """One event. At least one side is there."""

    id: int
    category: str
    at: dt.datetime
    increment: Side | None
    decrement: Side | None
    reference: Reference | None = None
    order_id: int | None = None

    @property
    def sides(self) -> tuple[Side, ...]:
        return tuple(side for side in (self.increment, self.decrement) if side is not None)

    @property
    def inventory_id(self) -> int:
        return self.sides[0].pile.inventory_id

    @property
    def facilities(self) -> frozenset[int]:
        return frozenset(side.pile.location_id for side in self.sides)


class History:
    """Events, oldest first. Whoever writes or reads holds the account's lock."""

    def __init__(self) -> None:
        self._events: list[StockEvent] = []
        self._ids = itertools.count(FIRST_EVENT)

    def write(self, category: str, at: dt.datetime, sides: tuple[Side | None, Side | None], **more: Any) -> StockEvent:
        """Keep an event; `sides` are its increment and its decrement."""
        made = StockEvent(next(self._ids), category, at, *sides, **more)
        self._events.append(made)
        return made

    def events(self) -> list[StockEvent]:
        return list(self._events)


@dataclass(frozen=True, slots=True)
class HistoryQuery:
    """A POST /inventory/history:query, read."""

    facility_id: int
    after: int
    start: dt.datetime
    end: dt.datetime
    inventory_ids: frozenset[int] = frozenset()
    category: str | None = None
    merchant_id: int | None = None

    def chosen(self, events: Iterable[StockEvent], merchant_id: int, visible_until: dt.datetime) -> list[StockEvent]:
        """Every event that passes, oldest first."""
        if self.merchant_id not in {None, merchant_id}:
            return []
        return [each for each in events if each.at <= visible_until and self._passes(each)]

    def _passes(self, event: StockEvent) -> bool:
        return (
            self.facility_id in event.facilities
            and event.id > self.after
            and self.start <= event.at <= self.end
            and (not self.inventory_ids or event.inventory_id in self.inventory_ids)
            and self.category in {None, event.category}
        )


def history_query(body: Any, cursor: str | None, now: dt.datetime) -> HistoryQuery:
    """Read the body, and the cursor that may stand in the address instead; `BadQueryError` names what is refused.

    The span is 90 days at most and by default (the reference); what ShipBob answers to a longer one is not published.
    """
    if not isinstance(body, dict):
        raise BadQueryError("", "A non-empty request body is required.")
    end = _moment(body, "end_date") or now
    start = _moment(body, "start_date") or end - LONGEST_SPAN
    if end - start > LONGEST_SPAN:
        raise BadQueryError("start_date", "The date range must not exceed 90 days.")
    category = body.get("event_category")
    if category is not None and category not in CATEGORIES:
        raise BadQueryError("event_category", f"The value '{category}' is not valid for event_category.")
    after = Query({"cursor": cursor or ""}).whole("cursor", 0, MAX_INT32)
    return HistoryQuery(
        facility_id=_whole(body, "facility_id", required=True) or 0,
        after=_whole(body, "cursor") or after,
        start=start,
        end=end,
        inventory_ids=_numbers(body.get("inventory_ids")),
        category=category,
        merchant_id=_whole(body, "merchant_user_id"),
    )


def _moment(body: dict[str, Any], name: str) -> dt.datetime | None:
    value = body.get(name)
    if value is None:
        return None
    moment = Query({name: value}).moment(name) if isinstance(value, str) and DATE_TIME.fullmatch(value) else None
    if moment is None or moment.year < EARLIEST_YEAR:
        raise BadQueryError(name, f"The value '{value}' is not valid for {name}.")
    return moment


def _whole(body: dict[str, Any], name: str, *, required: bool = False) -> int | None:
    value = body.get(name)
    if value is None and not required:
        return None
    if type(value) is not int or not 0 < value <= MAX_INT32:
        raise BadQueryError(name, f"The {name} field is required and must be a positive whole number.")
    return value


def _numbers(value: Any) -> frozenset[int]:
    if value is None:
        return frozenset()
    if not isinstance(value, list) or any(type(each) is not int or abs(each) > MAX_INT32 for each in value):
        raise BadQueryError("inventory_ids", "The inventory_ids field must be a list of whole numbers.")
    return frozenset(value)
