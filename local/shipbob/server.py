"""ShipBob's REST door, version 2026-07: who may come in, how often, and what each operation answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from local.shipbob import catalogue, payloads
from local.shipbob.account import Account, NotThereError
from local.shipbob.clock import Clock
from local.shipbob.counters import Counters, Exchange
from local.shipbob.doors import Answer, Request, Route, find, json_answer
from local.shipbob.limit import SlidingWindow
from local.shipbob.listing import MAX_INT32, BadQueryError, Query, listing
from local.shipbob.subscriptions import InvalidSubscriptionError, Subscriptions

VERSION = "2026-07"
ENVELOPE_LIMIT = 250
ENVELOPE_DEFAULT = 50

Operation = Callable[..., Answer]


class RestDoor:
    """Answers requests. Operations are named by the path templates of ShipBob's reference."""

    def __init__(
        self,
        *,
        token: str,
        account: Account,
        subscriptions: Subscriptions,
        limit: SlidingWindow,
        counters: Counters,
        clock: Clock,
    ) -> None:
        self._authorization = f"Bearer {token}"
        self._account, self._subscriptions = account, subscriptions
        self._limit, self._counters, self._clock = limit, counters, clock
        self._routes: list[Route[Operation]] = [
            Route("GET /order", self._orders),
            Route("GET /order/{orderId}", self._order),
            Route("GET /order/{orderId}/shipment", self._order_shipments),
            Route("GET /shipment/{shipmentId}", self._shipment),
            Route("GET /shipment/{shipmentId}:getLineItems", self._line_items),
            Route("GET /location", self._locations),
            Route("GET /channel", self._channels),
            Route("GET /webhook", self._webhooks),
            Route("POST /webhook", self._subscribe),
            Route("DELETE /webhook/{id}", self._unsubscribe),
        ]

    def answer(self, request: Request) -> Answer:
        """Answer and remember one request."""
        version, _, rest = request.path.lstrip("/").partition("/")
        found = find(self._routes, request.method, f"/{rest}") if version == VERSION else None
        given = self._admitted(request, found)
        operation = found[0].operation if found else ""
        body = request.body.decode(errors="replace")
        text = given.body.decode(errors="replace")
        self._counters.answered(Exchange(operation, request.method, request.target, body, given.status, text))
        return given

    def _admitted(self, request: Request, found: tuple[Route[Operation], tuple[str, ...]] | None) -> Answer:
        if request.headers.get("authorization") != self._authorization:
            return Answer(401)  # no body is specified for it
        allowance = self._limit.take()
        remaining = {"x-remaining-calls": str(allowance.remaining)}
        if not allowance.granted:
            return too_many(allowance.retry_after, remaining)
        given = Answer(404) if found is None else self._run(found[0].handler, request, found[1])
        return Answer(given.status, given.body, {**given.headers, **remaining})

    def _run(self, operation: Operation, request: Request, parameters: tuple[str, ...]) -> Answer:
        try:
            return operation(request, *parameters)
        except BadQueryError as error:
            return json_answer(error.errors, 400)
        except NotThereError:
            return Answer(404)  # an empty body: the reference gives it none

    # orders and shipments

    def _orders(self, request: Request) -> Answer:
        asked = listing(Query(request.query), request.headers.get("shipbob_channel_id"))
        count, page = self._account.listed(asked)
        pages = -(-count // asked.limit)
        headers = {
            "Page-Number": str(asked.page),
            "Page-Size": str(asked.limit),
            "Total-Pages": str(pages),
            "Total-Count": str(count),
        }
        if asked.page < pages:
            headers["Next-Page"] = self._href("order", {**request.query, "Page": str(asked.page + 1)})
        return json_answer(page, headers=headers)

    def _order(self, _: Request, order_id: str) -> Answer:
        return json_answer(self._account.order(number("orderId", order_id)))

    def _order_shipments(self, _: Request, order_id: str) -> Answer:
        return json_answer(self._account.order(number("orderId", order_id))["shipments"])

    def _shipment(self, _: Request, shipment_id: str) -> Answer:
        return json_answer(self._account.shipment(number("shipmentId", shipment_id)))

    def _line_items(self, _: Request, shipment_id: str) -> Answer:
        try:
            return json_answer(self._account.line_items(number("shipmentId", shipment_id)))
        except NotThereError as error:  # the newer shipment operations have an error model of their own
            return json_answer({"code": "NOT_FOUND", "message": str(error)}, 404)

    # what the account is made of

    def _locations(self, request: Request) -> Answer:
        query = Query(request.query)
        for name in ("IncludeInactive", "ReceivingEnabled", "AccessGranted"):
            query.flag(name)  # every centre of this account is active, receives and is granted: only checked
        return json_answer([payloads.location(each) for each in catalogue.LOCATIONS])

    def _channels(self, request: Request) -> Answer:
        return self._envelope("channel", request, [payloads.channel(each) for each in catalogue.CHANNELS])

    # webhook subscriptions

    def _webhooks(self, request: Request) -> Answer:
        return self._envelope("webhook", request, [each.listed() for each in self._subscriptions.all()])

    def _subscribe(self, request: Request) -> Answer:
        try:
            made = self._subscriptions.create(parsed(request.body), self._clock.now())
        except InvalidSubscriptionError as error:
            return json_answer(result_object(422, error.errors), 422)
        return json_answer(made.created_answer())

    def _unsubscribe(self, _: Request, subscription_id: str) -> Answer:
        return Answer(204 if self._subscriptions.delete(subscription_id) else 404)

    # envelopes

    def _envelope(self, name: str, request: Request, rows: list[payloads.Json]) -> Answer:
        query = Query(request.query)
        size = query.whole("RecordsPerPage", ENVELOPE_DEFAULT, ENVELOPE_LIMIT)
        start = from_cursor(query.text("Cursor"))
        before, after = max(0, start - size), start + size
        return json_answer(
            {
                "items": rows[start:after],
                "next": self._page_url(name, size, after) if after < len(rows) else None,
                "prev": self._page_url(name, size, before) if start else None,
            }
        )

    def _page_url(self, name: str, size: int, start: int) -> str:
        return self._href(name, {"RecordsPerPage": str(size), "Cursor": cursor(start)})

    def _href(self, name: str, parameters: dict[str, str]) -> str:
        return f"/{VERSION}/{name}?{urlencode(parameters)}"


def too_many(seconds: int, headers: dict[str, str]) -> Answer:
    """The 429 of ShipBob's rate-limit page."""
    message = f"Rate limit is exceeded. Try again in {seconds} seconds."
    return json_answer({"statusCode": 429, "message": message}, 429, {**headers, "x-retry-after": str(seconds)})


def result_object(status: int, value: object) -> payloads.Json:
    """An ASP.NET result that was serialised whole: the error body of the webhook operations in their reference."""
    return {
        "$type": "UnprocessableEntityObjectResult",
        "value": value,
        "formatters": [],
        "content_types": [],
        "status_code": status,
    }


def number(name: str, text: str) -> int:
    """An id in a path: an int32."""
    return Query({name: text}).whole(name, 0, MAX_INT32)


def parsed(body: bytes) -> Any:
    """A JSON body, or None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None


def cursor(start: int) -> str:
    """An opaque place in a list."""
    return base64.urlsafe_b64encode(f"at:{start}".encode()).decode()


def from_cursor(text: str | None) -> int:
    """The place a cursor names; one that was tampered with is refused."""
    try:
        return int(base64.urlsafe_b64decode(text).removeprefix(b"at:")) if text else 0
    except ValueError:
        raise BadQueryError("Cursor", f"The value '{text}' is not valid for Cursor.") from None
