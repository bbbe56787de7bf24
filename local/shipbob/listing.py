"""The parameters of GET /order: which orders, in which order, which page. Names and limits are ShipBob's reference.

Dates are exclusive on both sides ("later than", "earlier than" in the reference); all filters are ANDed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from local.shipbob.orders import Order, Shipment

DEFAULT_LIMIT = 50
MAX_LIMIT = 250
MAX_INT32 = 2**31 - 1
UPDATE_WINDOW = ("LastUpdateStartDate", "LastUpdateEndDate")
TRACKING_FILTERS = ("HasTracking", "IsTrackingUploaded")

# In a body: RFC 3339 with a time and an offset. 2026-07 takes no bare date.
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

Test = Callable[[Order], bool]


class BadQueryError(Exception):
    """Parameters that ShipBob refuses: field name to messages, the body of its 400."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.errors = {field: [message]}


class Query:
    """Query parameters; names in any case, as ASP.NET reads them."""

    def __init__(self, parameters: Mapping[str, str]) -> None:
        self._parameters = {name.lower(): value for name, value in parameters.items() if value}

    def text(self, name: str) -> str | None:
        return self._parameters.get(name.lower())

    def whole(self, name: str, default: int, most: int) -> int:
        """A number from 1 to `most`."""
        value = self._parse(name, int)
        if value is not None and not 1 <= value <= most:
            raise BadQueryError(name, f"The field {name} must be between 1 and {most}.")
        return default if value is None else value

    def flag(self, name: str) -> bool | None:
        return self._parse(name, lambda text: {"true": True, "false": False}[text.lower()])

    def moment(self, name: str) -> dt.datetime | None:
        """A date-time; one without an offset is UTC. A plus sign sent raw arrives as a blank and is refused."""
        moment = self._parse(name, dt.datetime.fromisoformat)
        return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=dt.UTC)

    def numbers(self, name: str) -> frozenset[int] | None:
        return self._parse(name, lambda text: frozenset(int(part) for part in text.split(",")))

    def texts(self, name: str) -> frozenset[str] | None:
        return self._parse(name, lambda text: frozenset(part.strip() for part in text.split(",")))

    def _parse[Value](self, name: str, read: Callable[[str], Value]) -> Value | None:
        text = self.text(name)
        try:
            return None if text is None else read(text)
        except (ValueError, KeyError):
            raise BadQueryError(name, f"The value '{text}' is not valid for {name}.") from None


@dataclass(frozen=True, slots=True)
class Listing:
    """One parsed GET /order."""

    tests: tuple[Test, ...]
    newest_first: bool
    page: int
    limit: int
    asks_update: bool = False  # an update window is among the tests
    asks_tracking: bool = False

    def chosen(self, orders: list[Order], *, by_update: bool = False) -> list[Order]:
        """Every order that passes, sorted by insertion; or an update window, if so told, by the last update."""
        passing = [order for order in orders if all(test(order) for test in self.tests)]
        of = updated if by_update and self.asks_update else created
        return sorted(passing, key=lambda order: (of(order), order.id), reverse=self.newest_first)

    def paged(self, orders: list[Order]) -> list[Order]:
        """The page asked for: counted anew on every call, so it drifts while orders arrive."""
        return orders[(self.page - 1) * self.limit : self.page * self.limit]


def listing(query: Query, channel: str | None) -> Listing:
    """Read the parameters and the `shipbob_channel_id` header; a `BadQueryError` names what ShipBob would refuse."""
    order = (query.text("SortOrder") or "Newest").lower()
    if order not in {"newest", "oldest"}:
        raise BadQueryError("SortOrder", f"The value '{query.text('SortOrder')}' is not valid for SortOrder.")
    tests = (*_identity_tests(query, channel), *_date_tests(query), *_tracking_tests(query))
    page = query.whole("Page", 1, MAX_INT32)
    limit = query.whole("Limit", DEFAULT_LIMIT, MAX_LIMIT)
    return Listing(tests, order == "newest", page, limit, _asks(query, UPDATE_WINDOW), _asks(query, TRACKING_FILTERS))


def _identity_tests(query: Query, channel: str | None) -> list[Test]:
    tests: list[Test] = []
    if (ids := query.numbers("IDs")) is not None:
        tests.append(lambda order: order.id in ids)
    if (references := query.texts("ReferenceIds")) is not None:
        tests.append(lambda order: order.reference_id in references)
    if channel is not None:
        chosen = Query({"shipbob_channel_id": channel}).whole("shipbob_channel_id", 0, MAX_INT32)
        tests.append(lambda order: order.placed.channel == chosen)
    return tests


def _date_tests(query: Query) -> list[Test]:
    return [
        *_between(query, "StartDate", "EndDate", created),
        *_between(query, *UPDATE_WINDOW, updated),
        *_between(query, "LastTrackingUpdateStartDate", "LastTrackingUpdateEndDate", _tracking_updated),
    ]


def _between(query: Query, start: str, end: str, of: Callable[[Order], dt.datetime | None]) -> list[Test]:
    after, before = query.moment(start), query.moment(end)
    tests: list[Test] = []
    if after is not None:
        tests.append(lambda order: (moment := of(order)) is not None and moment > after)
    if before is not None:
        tests.append(lambda order: (moment := of(order)) is not None and moment < before)
    return tests


def _tracking_tests(query: Query) -> list[Test]:
    tests: list[Test] = []
    has_tracking, is_uploaded = TRACKING_FILTERS
    if (tracked := query.flag(has_tracking)) is not None:
        tests.append(lambda order: any(_has_tracking(each) for each in order.shipments) == tracked)
    if (uploaded := query.flag(is_uploaded)) is not None:
        tests.append(lambda order: all(each.tracking_uploaded for each in order.shipments) == uploaded)
    return tests


def _asks(query: Query, names: tuple[str, ...]) -> bool:
    return any(query.text(name) is not None for name in names)


def created(order: Order) -> dt.datetime:
    """When it was inserted."""
    return order.created


def updated(order: Order) -> dt.datetime:
    """When any of its shipments last changed."""
    return order.updated


def _tracking_updated(order: Order) -> dt.datetime | None:
    return max((each.tracking_updated for each in order.shipments if each.tracking_updated), default=None)


def _has_tracking(shipment: Shipment) -> bool:
    return shipment.label is not None
