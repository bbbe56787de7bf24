"""ShipBob's REST door, version 2026-07: who may come in, how often, and what each operation answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from local.shipbob import payloads
from local.shipbob.account import Account, NotThereError
from local.shipbob.admission import Admission
from local.shipbob.clock import Clock
from local.shipbob.counters import Counters, Exchange
from local.shipbob.doors import Answer, Request, Route, find, json_answer
from local.shipbob.envelopes import cursor, from_cursor
from local.shipbob.listing import BadQueryError, Query
from local.shipbob.order_door import order_routes
from local.shipbob.paths import VERSION, href, parsed
from local.shipbob.receiving_door import receiving_routes
from local.shipbob.return_door import return_routes
from local.shipbob.stock_door import stock_routes
from local.shipbob.subscriptions import InvalidSubscriptionError, Subscriptions

ENVELOPE_LIMIT = 250
ENVELOPE_DEFAULT = 50

Operation = Callable[..., Answer]


class RestDoor:
    """Answers requests. Operations are named by the path templates of ShipBob's reference."""

    def __init__(
        self,
        *,
        admission: Admission,
        account: Account,
        subscriptions: Subscriptions,
        counters: Counters,
        clock: Clock,
    ) -> None:
        self._admission = admission
        self._account, self._subscriptions = account, subscriptions
        self._counters, self._clock = counters, clock
        self._routes: list[Route[Operation]] = [
            *order_routes(account),
            *return_routes(account.returns),
            *stock_routes(account.warehouse),
            *receiving_routes(account.warehouse),
            Route("GET /channel", self._channels),
            Route("GET /webhook", self._webhooks),
            Route("POST /webhook", self._subscribe),
            Route("DELETE /webhook/{id}", self._unsubscribe),
        ]

    def answer(self, request: Request) -> Answer:
        """Answer and remember one request."""
        version, _, rest = request.path.lstrip("/").partition("/")
        found = find(self._routes, request.method, f"/{rest}") if version == VERSION else None
        operation = found[0].operation if found else ""
        given = self._admission.answer(request, operation, lambda: self._executed(request, found))
        body = request.body.decode(errors="replace")
        text = given.body.decode(errors="replace")
        headers = without_token(request.headers)
        self._counters.answered(Exchange(operation, request.method, request.target, body, given.status, text, headers))
        return given

    def _executed(self, request: Request, found: tuple[Route[Operation], tuple[str, ...]] | None) -> Answer:
        return Answer(404) if found is None else self._run(found[0].handler, request, found[1])

    def _run(self, operation: Operation, request: Request, parameters: tuple[str, ...]) -> Answer:
        try:
            return operation(request, *parameters)
        except BadQueryError as error:
            return json_answer(error.errors, 400)
        except NotThereError:
            return Answer(404)  # an empty body: the reference gives it none

    # what the account is made of

    def _channels(self, request: Request) -> Answer:
        channels = self._admission.channels(request)
        return self._envelope("channel", request, [payloads.channel(each) for each in channels])

    # webhook subscriptions

    def _webhooks(self, request: Request) -> Answer:
        try:
            return self._envelope("webhook", request, [each.listed() for each in self._subscriptions.all()])
        except BadQueryError as error:
            return json_answer(result_object(400, error.errors), 400)

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
        return href(name, {"RecordsPerPage": str(size), "Cursor": cursor(start)})


def without_token(headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a request, its authorization cut down to the scheme."""
    return {name: value.partition(" ")[0] if name == "authorization" else value for name, value in headers.items()}


def result_object(status: int, value: object) -> payloads.Json:
    """An ASP.NET result that was serialised whole: the error body of the webhook operations in their reference."""
    return {
        "$type": "BadRequestObjectResult" if status == 400 else "UnprocessableEntityObjectResult",
        "value": value,
        "formatters": [],
        "content_types": [],
        "status_code": status,
    }
