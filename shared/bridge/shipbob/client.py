"""ShipBob's REST API, version 2026-07: one request a call, every failure one of ours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import httpx

from bridge.domain.order import Order
from bridge.domain.outcome import Misconfigured, Refused, Transient
from bridge.shipbob import wire

VERSION = "2026-07"
SECONDS = 20
PAGE = 250  # the most that GET /order gives


class ShipBobClient:
    """The port to one ShipBob account. `token` is asked for on every call, so that a new one is used at once."""

    def __init__(self, url: str, token: Callable[[], str]) -> None:
        self._token = token
        self._http = httpx.Client(base_url=f"{url}/{VERSION}", timeout=SECONDS, follow_redirects=False)

    def order(self, order_id: int) -> Order | None:
        """The order with all its shipments, as it is now; None when ShipBob has no such order."""
        body = self._get(f"/order/{order_id}")
        return wire.read_order(body) if body is not None else None

    def order_of_shipment(self, shipment_id: int) -> int | None:
        """Which order a shipment belongs to; None when ShipBob has no such shipment (archived ones are gone, too)."""
        body = self._get(f"/shipment/{shipment_id}")
        return wire.read_order_of_shipment(body) if body is not None else None

    def order_ids(
        self, *, inserted_since: dt.datetime | None, updated_since: dt.datetime | None, page: int
    ) -> Sequence[int]:
        """One page of orders of every channel, oldest first; empty after the last."""
        query = {"Page": str(page), "Limit": str(PAGE), "SortOrder": "Oldest"}
        if inserted_since is not None:
            query["StartDate"] = _moment(inserted_since)
        if updated_since is not None:
            query["LastUpdateStartDate"] = _moment(updated_since)
        body = self._get("/order", query)
        if body is None:
            raise Misconfigured("ShipBob has no list of orders at this address: look at ShipBobApiUrl")
        return wire.read_order_ids(body)

    def _get(self, path: str, query: dict[str, str] | None = None) -> bytes | None:
        token = self._token()
        if not token or not token.isascii() or not token.isprintable():
            raise Misconfigured("the ShipBob secret holds no usable access_token")
        try:
            response = self._http.get(path, params=query, headers={"Authorization": f"Bearer {token}"})
        except httpx.HTTPError as failure:
            raise Transient(f"ShipBob cannot be reached ({type(failure).__name__})") from failure
        return _body(response)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _body(response: httpx.Response) -> bytes | None:
    status = response.status_code
    if status == httpx.codes.OK:
        return response.content
    if status == httpx.codes.NOT_FOUND:
        return None
    if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.FOUND):
        # Without a login ShipBob has been seen to redirect to its login page.
        text = f"ShipBob does not accept the token ({status}): put a new one into the ShipBob secret"
        raise Misconfigured(text)
    if status == httpx.codes.TOO_MANY_REQUESTS or status >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise Transient(f"ShipBob is busy or failing ({status})")
    raise Refused(f"ShipBob refuses the request ({status})")
