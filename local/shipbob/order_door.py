"""The REST operations on orders and their shipments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local.shipbob.account import Account, NotThereError
from local.shipbob.doors import Answer, Request, Route, json_answer
from local.shipbob.listing import BadQueryError, Query, listing
from local.shipbob.paths import href, number, parsed
from local.shipbob.payloads import Json


def order_routes(account: Account) -> list[Route[Callable[..., Answer]]]:
    """What the door answers about orders and shipments."""
    door = _OrderDoor(account)
    return [
        Route("GET /order", door.orders),
        Route("GET /order/{orderId}", door.order),
        Route("GET /order/{orderId}/shipment", door.order_shipments),
        Route("GET /order/{orderId}/store-order-json", door.store_order),
        Route("GET /shipment/{shipmentId}", door.shipment),
        Route("GET /shipment/{shipmentId}:getLineItems", door.line_items),
        Route("POST /shipment:batchUpdateTrackingUpload", door.tracking_uploaded),
    ]


class _OrderDoor:
    def __init__(self, account: Account) -> None:
        self._account = account

    def orders(self, request: Request) -> Answer:
        asked, defects = listing(Query(request.query), request.headers.get("shipbob_channel_id")), self._account.defects
        if asked.asks_tracking and defects.tracking_filters_fail:
            return json_answer({"message": "An unexpected database error occurred."}, 500)
        count, page = self._account.listed(asked)
        if not page and defects.empty_page_is_404:
            return Answer(404)
        pages = -(-count // asked.limit)
        headers = {
            "Page-Number": str(asked.page),
            "Page-Size": str(asked.limit),
            "Total-Pages": str(pages),
            "Total-Count": str(count),
        }
        if asked.page < pages:
            headers["Next-Page"] = href("order", {**request.query, "Page": str(asked.page + 1)})
        return json_answer(page, headers=headers)

    def order(self, _: Request, order_id: str) -> Answer:
        return json_answer(self._account.order(number("orderId", order_id)))

    def order_shipments(self, _: Request, order_id: str) -> Answer:
        return json_answer(self._account.order(number("orderId", order_id))["shipments"])

    def store_order(self, _: Request, order_id: str) -> Answer:
        """The store's own order: JSON text within a JSON string, as the reference says; 204 where there is none."""
        kept = self._account.store_order(number("orderId", order_id))
        return Answer(204) if kept is None else json_answer(kept)

    def shipment(self, _: Request, shipment_id: str) -> Answer:
        return json_answer(self._account.shipment(number("shipmentId", shipment_id)))

    def line_items(self, _: Request, shipment_id: str) -> Answer:
        try:
            return json_answer(self._account.line_items(number("shipmentId", shipment_id)))
        except (BadQueryError, NotThereError) as error:  # an error model of its own, and no other refusal
            return json_answer({"code": "NOT_FOUND", "message": str(error)}, 404)

    def tracking_uploaded(self, request: Request) -> Answer:
        """Mark shipments whose tracking the store has; each is a success or a failure of its own."""
        asked = parsed(request.body)
        ids, uploaded = _ids(asked), asked.get("is_tracking_uploaded") if isinstance(asked, dict) else None
        if not ids or not isinstance(uploaded, bool):
            return json_answer("shipment_ids and is_tracking_uploaded are required.", 400)
        results = [self._mark(shipment_id, uploaded=uploaded) for shipment_id in ids]
        successful = sum(each["isSuccess"] for each in results)
        summary = {"total": len(ids), "successful": successful, "failed": len(ids) - successful}
        return json_answer({"summary": summary, "results": results})

    def _mark(self, shipment_id: int, *, uploaded: bool) -> Json:
        try:
            self._account.mark_tracking_uploaded(shipment_id, uploaded=uploaded)
        except NotThereError as error:
            told = {"code": "NOT_FOUND", "message": str(error)}
            return {"shipmentId": shipment_id, "isSuccess": False, "error": told}
        return {"shipmentId": shipment_id, "isSuccess": True}


def _ids(asked: Any) -> list[int]:
    ids = asked.get("shipment_ids") if isinstance(asked, dict) else None
    return [each for each in ids if isinstance(each, int)] if isinstance(ids, list) else []
