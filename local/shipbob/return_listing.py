"""The parameters of GET /return: which returns, in which order, which page. Names are ShipBob's reference.

Dates are inclusive on both sides ("on or after", "on or before" in the reference); all filters are ANDed. No filter
asks what changed since a moment. The largest page is not published; 250 is that of orders.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.shipbob.listing import MAX_INT32, BadQueryError, Query

if TYPE_CHECKING:
    from local.shipbob.returns import Return

DEFAULT_LIMIT = 50
MAX_LIMIT = 250

Test = Callable[["Return"], bool]


@dataclass(frozen=True, slots=True)
class ReturnListing:
    """One parsed GET /return. `parameters` are those that every link to a page repeats."""

    tests: tuple[Test, ...]
    newest_first: bool
    page: int
    limit: int
    parameters: Mapping[str, str]

    def chosen(self, returns: list[Return]) -> list[Return]:
        """Every return that passes, sorted by insertion."""
        passing = [each for each in returns if all(test(each) for test in self.tests)]
        return sorted(passing, key=lambda each: (each.created, each.id), reverse=self.newest_first)

    def paged(self, returns: list[Return]) -> list[Return]:
        """The page asked for, counted anew on every call."""
        return returns[(self.page - 1) * self.limit : self.page * self.limit]


def return_listing(parameters: Mapping[str, str], channel: str | None) -> ReturnListing:
    """Read the parameters and the channel header; a `BadQueryError` names what ShipBob would refuse."""
    query = Query(parameters)
    order = (query.text("SortOrder") or "Desc").lower()
    if order not in {"asc", "desc"}:
        raise BadQueryError("SortOrder", f"The value '{query.text('SortOrder')}' is not valid for SortOrder.")
    tests = (*_text_tests(query), *_number_tests(query, channel), *_date_tests(query))
    page, limit = query.whole("Cursor", 1, MAX_INT32), query.whole("Limit", DEFAULT_LIMIT, MAX_LIMIT)
    repeated = {name: value for name, value in parameters.items() if name.lower() != "cursor"}
    return ReturnListing(tests, order == "desc", page, limit, repeated)


def _text_tests(query: Query) -> list[Test]:
    values: dict[str, Callable[[Return], set[str]]] = {
        "ReferenceIds": lambda each: {each.reference_id or ""},
        "Status": lambda each: {each.status},
        "TrackingNumbers": lambda each: {each.tracking_number or ""},
        "ReturnTypes": lambda each: {each.return_type},
        "ReturnActions": _actions,
        "StoreOrderIds": lambda each: {each.store_order_id or ""},
    }
    asked = [(query.texts(name), of) for name, of in values.items()]
    return [_holds({_folded(text) for text in texts}, of) for texts, of in asked if texts is not None]


def _holds(wanted: set[str], of: Callable[[Return], set[str]]) -> Test:
    return lambda each: bool(wanted & {_folded(text) for text in of(each)})


def _folded(text: str) -> str:
    """Without case and blanks: "Awaiting Arrival" is AwaitingArrival."""
    return text.replace(" ", "").lower()


def _actions(each: Return) -> set[str]:
    """What was done; before anything was, what was asked for."""
    taken = {taken.action for row in each.rows for taken in row.taken}
    return {*taken} or {row.line.requested for row in each.rows}


def _number_tests(query: Query, channel: str | None) -> list[Test]:
    numbers: dict[str, Callable[[Return], set[int]]] = {
        "Ids": lambda each: {each.id},
        "FulfillmentCenterIds": lambda each: {each.location_id},
        "OriginalShipmentIds": lambda each: {each.shipment.id} if each.shipment else set(),
        "InventoryIds": lambda each: {row.line.inventory_id for row in each.rows},
    }
    asked = [(query.numbers(name), of) for name, of in numbers.items()]
    tests = [_has(wanted, of) for wanted, of in asked if wanted is not None]
    if channel is not None:
        chosen = Query({"shipbob_channel_id": channel}).whole("shipbob_channel_id", 0, MAX_INT32)
        tests.append(lambda each: each.channel == chosen)
    return tests


def _has(wanted: frozenset[int], of: Callable[[Return], set[int]]) -> Test:
    return lambda each: bool(wanted & of(each))


def _date_tests(query: Query) -> list[Test]:
    return [
        *_between(query, "StartDate", "EndDate", lambda each: each.created),
        *_between(query, "CompletedStartDate", "CompletedEndDate", lambda each: each.since("Completed")),
    ]


def _between(query: Query, start: str, end: str, of: Callable[[Return], dt.datetime | None]) -> list[Test]:
    first, last = query.moment(start), query.moment(end)
    tests: list[Test] = []
    if first is not None:
        tests.append(lambda each: (moment := of(each)) is not None and moment >= first)
    if last is not None:
        tests.append(lambda each: (moment := of(each)) is not None and moment <= last)
    return tests
