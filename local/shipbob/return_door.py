"""The REST operations on returns; their errors are ProblemDetails, and ApiError where a body is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from local.shipbob import catalogue
from local.shipbob.book import NotPossibleError, NotThereError
from local.shipbob.doors import Answer, Request, Route, json_answer
from local.shipbob.listing import MAX_INT32, BadQueryError
from local.shipbob.paths import href, number, parsed
from local.shipbob.return_listing import ReturnListing, return_listing
from local.shipbob.returns import ACTIONS, NewReturn, ReturnLine, Returns

CHANNEL = "shipbob_channel_id"

Operation = Callable[..., Answer]


class RefusedBodyError(ValueError):
    """What is wrong with the body of a write, one text a fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def return_routes(returns: Returns) -> list[Route[Operation]]:
    """What the door answers about returns."""
    door = _ReturnDoor(returns)
    return [
        Route("GET /return", _told(door.listed)),
        Route("GET /return/{id}", _told(door.read)),
        Route("POST /return", _told(door.create)),
        Route("PUT /return/{id}", _told(door.change)),
        Route("POST /return/{id}:cancel", _told(door.cancel)),
    ]


def _told(operation: Operation) -> Operation:
    """The operation with its failures in the shapes that the reference gives returns."""

    def answer(request: Request, *parameters: str) -> Answer:
        try:
            return operation(request, *parameters)
        except BadQueryError as error:
            return problem(400, str(error))
        except NotThereError as error:
            return problem(404, str(error))
        except RefusedBodyError as error:
            return refused(error.faults)
        except NotPossibleError as error:
            return refused([str(error)])

    return answer


class _ReturnDoor:
    def __init__(self, returns: Returns) -> None:
        self._returns = returns

    def listed(self, request: Request) -> Answer:
        asked = return_listing(request.query, request.headers.get(CHANNEL))
        count, page = self._returns.listed(asked)
        pages = max(1, -(-count // asked.limit))
        headers = {
            "Page-Number": str(asked.page),
            "Page-Size": str(asked.limit),
            "Total-Pages": str(pages),
            "Total-Count": str(count),
        }
        return json_answer({"items": page, **_links(request, asked, pages)}, headers=headers)

    def read(self, _: Request, return_id: str) -> Answer:
        return json_answer(self._returns.read(number("id", return_id)))

    def create(self, request: Request) -> Answer:
        wanted = new_return(parsed(request.body), _own_channel(request))
        made = self._returns.create(wanted)
        return json_answer(self._returns.thin(made["id"]), 201)

    def change(self, request: Request, return_id: str) -> Answer:
        identity = number("id", return_id)
        try:
            self._returns.change(identity, new_return(parsed(request.body), None))
        except NotThereError:
            return Answer(404)  # this operation's 404 has no body
        return json_answer(self._returns.thin(identity))

    def cancel(self, _: Request, return_id: str) -> Answer:
        try:
            self._returns.cancel(number("id", return_id))
        except (NotPossibleError, NotThereError, BadQueryError):
            return Answer(400)  # the only refusal that the reference knows, and without a body
        return Answer(200)


def _own_channel(request: Request) -> int:
    """The channel that a write names: it must be one that may write returns."""
    text = request.headers.get(CHANNEL)
    if text is None:
        raise BadQueryError(CHANNEL, f"The {CHANNEL} header is required.")
    channel = number(CHANNEL, text)
    if channel not in {each.id for each in catalogue.CHANNELS if "returns_write" in each.scopes}:
        raise BadQueryError(CHANNEL, f"The channel {channel} may not write returns.")
    return channel


def _links(request: Request, asked: ReturnListing, pages: int) -> dict[str, str | None]:
    """Absolute addresses: the reference says so of no other list."""
    host = request.headers.get("host", "localhost")

    def link(page: int) -> str | None:
        path = href("return", {**asked.parameters, "Cursor": str(page)})
        return f"https://{host}{path}" if 1 <= page <= pages else None

    return {"first": link(1), "prev": link(asked.page - 1), "next": link(asked.page + 1), "last": link(pages)}


def new_return(asked: Any, channel: int | None) -> NewReturn:
    """A return from the body of POST or PUT; `RefusedBodyError` names all that is wrong with it."""
    if not isinstance(asked, dict):
        raise BadQueryError("", "A non-empty request body is required.")
    items = asked.get("inventory")
    faults = _faults(asked) + (_item_faults(items) if isinstance(items, list) and items else ["inventory is required"])
    if faults:
        raise RefusedBodyError(faults)
    return NewReturn(
        shipment_id=asked.get("original_shipment_id"),
        lines=[_line(item) for item in asked["inventory"]],
        reference_id=asked["reference_id"],
        location=asked["fulfillment_center"]["id"],
        channel=channel,
        tracking_number=asked.get("tracking_number"),
    )


def _faults(asked: dict[str, Any]) -> list[str]:
    reference, center = asked.get("reference_id"), asked.get("fulfillment_center")
    tracking, shipment = asked.get("tracking_number"), asked.get("original_shipment_id")
    checks = {
        "reference_id has 1 to 50 characters": isinstance(reference, str) and 1 <= len(reference) <= 50,
        "fulfillment_center.id is required": isinstance(center, dict) and _is_number(center.get("id")),
        "original_shipment_id is a number": shipment is None or _is_number(shipment),
        "tracking_number has at most 500 characters": tracking is None
        or (isinstance(tracking, str) and len(tracking) <= 500),
    }
    return [text for text, holds in checks.items() if not holds]


def _item_faults(items: list[Any]) -> list[str]:
    if not all(isinstance(each, dict) for each in items):
        return ["inventory holds objects"]
    ids = [each.get("id") for each in items]
    checks = {
        "inventory.id is required": all(_is_number(each) for each in ids),
        "each inventory.id occurs once": len({str(each) for each in ids}) == len(ids),
        "inventory.quantity is greater than 0": all(_is_quantity(each.get("quantity")) for each in items),
        f"inventory.requested_action is one of {', '.join(ACTIONS)}": all(
            each.get("requested_action") in ACTIONS for each in items
        ),
        "a lot is a text and a date": all(_is_lot(each.get("lot_number"), each.get("lot_date")) for each in items),
    }
    return [text for text, holds in checks.items() if not holds]


def _is_number(value: object) -> bool:
    """An int32; true and false, which Python takes for numbers, are none."""
    return type(value) is int and -MAX_INT32 <= value <= MAX_INT32


def _is_quantity(value: Any) -> bool:
    return _is_number(value) and value > 0


def _is_lot(number: object, date: object) -> bool:
    try:
        is_date = date is None or (isinstance(date, str) and datetime.fromisoformat(date).tzinfo is not None)
    except ValueError:
        return False
    return is_date and isinstance(number, str | None)


def _line(item: dict[str, Any]) -> ReturnLine:
    lot = item.get("lot_number"), item.get("lot_date")
    return ReturnLine(item["id"], item["quantity"], item["requested_action"], *lot)


def problem(status: int, detail: str) -> Answer:
    """RFC 9457's ProblemDetails, as ASP.NET fills it."""
    body = {"type": f"https://httpstatuses.io/{status}", "title": HTTPStatus(status).phrase, "status": status}
    return json_answer(
        {**body, "detail": detail, "instance": None}, status, {"Content-Type": "application/problem+json"}
    )


def refused(faults: list[str]) -> Answer:
    """The 422 of returns since 2026-01."""
    body = {"message": "The return cannot be taken.", "errors": faults, "details": None, "stackTrace": None}
    return json_answer(body, 422)
