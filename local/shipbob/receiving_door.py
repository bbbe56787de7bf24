"""The REST operations on receiving orders (WROs); a refused body is 422 since 2026-07, with a validation problem."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from local.shipbob.book import NotPossibleError, NotThereError
from local.shipbob.doors import Answer, Request, Route, json_answer
from local.shipbob.envelopes import Links
from local.shipbob.listing import DEFAULT_LIMIT, MAX_INT32, MAX_LIMIT, BadQueryError, Query
from local.shipbob.paths import number, parsed
from local.shipbob.payloads import Json
from local.shipbob.receiving import Test
from local.shipbob.receiving_orders import STATUSES, ReceivingOrder
from local.shipbob.receiving_payloads import fulfillment_center
from local.shipbob.receiving_rules import Errors, InvalidReceivingError
from local.shipbob.warehouse import Warehouse

MULTIPLE_ERRORS = "One or more validation errors occurred."

Operation = Callable[..., Answer]


def receiving_routes(warehouse: Warehouse) -> list[Route[Operation]]:
    """What the door answers about goods that are to come."""
    door = _ReceivingDoor(warehouse)
    return [
        Route("GET /receiving", _told(door.listed)),
        Route("POST /receiving", _told(door.create)),
        Route("POST /receiving:setExternalSync", _told(door.sync)),
        Route("GET /receiving/{id}", _told(door.one)),
        Route("PATCH /receiving/{id}", _told(door.change)),
        Route("GET /receiving/{id}/boxes", _told(door.boxes)),
        Route("GET /receiving/{id}/labels", _told(door.labels)),
        Route("POST /receiving/{id}:cancel", _told(door.cancel)),
        Route("GET /fulfillment-center", door.centers),
    ]


def validation_problem(status: int, errors: Errors, title: str = MULTIPLE_ERRORS) -> Answer:
    """ASP.NET's ValidationProblemDetails."""
    told: Json = {"type": f"https://httpstatuses.io/{status}", "title": title, "status": status}
    return json_answer({**told, "detail": None, "instance": None, "errors": errors}, status)


def _told(operation: Operation) -> Operation:
    """The operation with its refusals in the shapes that the reference gives receiving."""

    def answer(request: Request, *parameters: str) -> Answer:
        try:
            return operation(request, *parameters)
        except InvalidReceivingError as error:
            return validation_problem(422, error.errors, error.title)
        except BadQueryError as error:
            return validation_problem(400, error.errors)
        except NotThereError as error:
            return validation_problem(404, {"Id": [str(error)]}, "Not Found")

    return answer


class _ReceivingDoor:
    def __init__(self, warehouse: Warehouse) -> None:
        self._warehouse, self._receiving = warehouse, warehouse.receiving
        self._links = Links(lambda: warehouse.switches.links)

    def listed(self, request: Request) -> Answer:
        query = Query(request.query)
        rows = self._receiving.listed([*_identity_tests(query), *_date_tests(query)])
        page, limit = query.whole("Page", 1, MAX_INT32), query.whole("Limit", DEFAULT_LIMIT, MAX_LIMIT)
        return json_answer(
            rows[(page - 1) * limit : page * limit], headers=self._headers(request, page, limit, len(rows))
        )

    def one(self, _: Request, order_id: str) -> Answer:
        return json_answer(self._receiving.one(_identity(order_id)))

    def boxes(self, _: Request, order_id: str) -> Answer:
        return json_answer(self._receiving.boxes(_identity(order_id)))

    def labels(self, _: Request, order_id: str) -> Answer:
        return Answer(200, self._receiving.labels(_identity(order_id)), {"Content-Type": "application/pdf"})

    def create(self, request: Request) -> Answer:
        return json_answer(self._receiving.create(parsed(request.body)), 201)

    def change(self, request: Request, order_id: str) -> Answer:
        try:
            return json_answer(self._receiving.change(_identity(order_id), parsed(request.body)))
        except NotPossibleError as error:
            return validation_problem(422, {"Status": [str(error)]})

    def cancel(self, _: Request, order_id: str) -> Answer:
        try:
            return json_answer(self._receiving.cancel(_identity(order_id)))
        except NotPossibleError as error:
            return json_answer({"Status": [str(error)]}, 422)  # of this one 422 the reference says: field to messages

    def sync(self, request: Request) -> Answer:
        body = parsed(request.body)
        asked = body if isinstance(body, dict) else {}
        ids, is_synced = asked.get("ids"), asked.get("is_external_sync", False)
        if not isinstance(ids, list) or not ids or not all(_is_id(each) for each in ids):
            return json_answer({"Ids": ["The Ids field is required."]}, 400)
        if not isinstance(is_synced, bool):
            return json_answer({"IsExternalSync": ["The IsExternalSync field must be true or false."]}, 400)
        return json_answer({"results": self._receiving.sync(ids, is_synced=is_synced)})

    def centers(self, _: Request) -> Answer:
        return json_answer([fulfillment_center(each) for each in self._warehouse.buildings() if each.is_active])

    def _headers(self, request: Request, page: int, limit: int, count: int) -> dict[str, str]:
        if not self._warehouse.switches.receiving_headers:
            return {}
        pages = -(-count // limit)
        headers = {
            "Page-Number": str(page),
            "Page-Size": str(limit),
            "Total-Pages": str(pages),
            "Total-Count": str(count),
        }
        if page < pages:
            headers["Next-Page"] = self._links.href(request, "/receiving", {**request.query, "Page": str(page + 1)})
        return headers


def _identity(text: str) -> int:
    """The id in a path; of what cannot be one there is no order: the reference knows no other refusal."""
    try:
        return number("id", text)
    except BadQueryError as error:
        raise NotThereError(str(error)) from None


def _is_id(value: object) -> bool:
    return type(value) is int and -MAX_INT32 <= value <= MAX_INT32


def _identity_tests(query: Query) -> list[Test]:
    tests: list[Test] = []
    if (ids := query.numbers("IDs")) is not None:
        tests.append(lambda order: order.id in ids)
    if (statuses := query.texts("Statuses")) is not None:
        if unknown := statuses - set(STATUSES):
            raise BadQueryError("Statuses", f"The value '{min(unknown)}' is not valid for Statuses.")
        tests.append(lambda order: order.status in statuses)
    if (centers := query.numbers("FulfillmentCenterIds")) is not None:
        tests.append(lambda order: order.location_id in centers)
    if (numbers := query.texts("PurchaseOrderNumbers")) is not None:
        tests.append(lambda order: order.purchase_order_number in numbers)
    if (synced := query.flag("ExternalSync")) is not None:
        tests.append(lambda order: (order.synced is not None) == synced)
    return tests


def _date_tests(query: Query) -> list[Test]:
    return [
        *_between(query, "InsertStartDate", "InsertEndDate", lambda order: order.inserted),
        *_between(query, "CompletedStartDate", "CompletedEndDate", lambda order: order.completed),
    ]


def _between(query: Query, start: str, end: str, of: Callable[[ReceivingOrder], dt.datetime | None]) -> list[Test]:
    """Earliest and latest, both included: the reference's words."""
    after, before = query.moment(start), query.moment(end)
    tests: list[Test] = []
    if after is not None:
        tests.append(lambda order: (moment := of(order)) is not None and moment >= after)
    if before is not None:
        tests.append(lambda order: (moment := of(order)) is not None and moment <= before)
    return tests
