"""ShipBob's REST API, version 2026-07: one request a call, every failure one of ours."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import quote

import httpx

from bridge.domain.connection import Channel, NewSubscription, Subscription
from bridge.domain.listing import Asked, Listed, Listing
from bridge.domain.order import Named, Order
from bridge.domain.outcome import Misconfigured, Transient, Withheld
from bridge.domain.receiving import NewReceivingOrder, ReceivingBox, WarehouseReceivingOrder
from bridge.domain.returns import Return
from bridge.domain.stock import InventoryLevel, Location, StockEvent, Variant
from bridge.domain.store_amounts import StoreAmounts
from bridge.shipbob import (
    feeds,
    paging,
    wire,
    wire_account,
    wire_orders,
    wire_receiving,
    wire_returns,
    wire_stock,
    wire_store,
)
from bridge.shipbob.call import Answer, Call, Deed, parameters
from bridge.shipbob.http import VERSION, Bearer, Http, Turn

__all__ = ["VERSION", "Bearer", "DryShipBobClient", "ShipBobClient", "Turn"]

IDS_MAX = 250  # orders a page
LEVELS_MAX = 150  # ShipBob's advice: at 250 it was seen to answer 404
SKUS_MAX = 50  # so that an address stays short
RECEIVING = "receiving_read"
PAGES_MAX = 200  # of a list that is read whole; such lists are short


class ShipBobClient:
    """The port to one ShipBob account. `seconds` are seconds since the epoch that never go back.

    `channel` is our own, sent with every write; `transport` replaces the network.
    """

    def __init__(
        self,
        url: str,
        bearer: Bearer,
        turn: Turn,
        *,
        seconds: Callable[[], float],
        channel: int | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._seconds = seconds
        self._http = Http(url, bearer, turn, seconds, channel, transport)

    def close(self) -> None:
        """Close the connections. In the product they live as long as their process."""
        self._http.close()

    # Lists ------------------------------------------------------------------------------------------------------------

    def listed(self, asked: Asked, place: str = "") -> Listing:
        """One page. A page that is not there, of a list that was there, is the empty one after its last."""
        now = dt.datetime.fromtimestamp(self._seconds(), dt.UTC)
        call = feeds.call_of(asked, place, now)
        answer = self._http.ask(call)
        if not answer.is_there:
            _nothing(call, answer, place)
            return Listing(())
        return feeds.listing_in(asked, place, answer)

    # Orders and returns -----------------------------------------------------------------------------------------------

    def order(self, order_id: int) -> Order | None:
        body = self._body(Call("an order", f"/order/{order_id}", "orders_read"))
        if body is None:
            return None
        order, gaps = wire_orders.read_order_with_gaps(body)
        told = {shipment_id: self._line_items(shipment_id) for shipment_id in gaps}
        shipments = (
            wire_orders.completed(each, told[each.id]) if each.id in told else each for each in order.shipments
        )
        return dataclasses.replace(order, shipments=tuple(shipments))

    def _line_items(self, shipment_id: int) -> wire_orders.LineItems:
        body = self._body(Call("a shipment's items", f"/shipment/{shipment_id}:getLineItems", "orders_read"))
        return wire_orders.read_line_items(body) if body is not None else wire_orders.LineItems()

    def order_in(self, image: bytes) -> Order:
        return wire_orders.read_order(image)

    def order_of_shipment(self, shipment_id: int) -> int | None:
        body = self._body(Call("a shipment", f"/shipment/{shipment_id}", "orders_read"))
        return wire_orders.read_order_of_shipment(body) if body is not None else None

    def orders(self, order_ids: Sequence[int]) -> Sequence[Listed]:
        if not order_ids:
            return ()
        wanted = _at_most(order_ids, IDS_MAX)
        query = parameters({"IDs": wanted, "Limit": str(IDS_MAX)})
        body = self._list(Call("a list of orders", "/order", "orders_read", query))
        found = wire_orders.read_listed(body) if body is not None else []
        return tuple(row for row in found if row.document.number in order_ids)

    def store_order(self, order_id: int) -> bytes | None:
        body = self._body(Call("a shop's order", f"/order/{order_id}/store-order-json", "orders_read"))
        return wire_orders.read_store_order(body) if body is not None else None

    def store_amounts_in(self, image: bytes) -> StoreAmounts | None:
        return wire_store.read_store_amounts(image)

    def customer_return(self, return_id: int) -> Return | None:
        body = self._body(Call("a return", f"/return/{return_id}", "returns_read"))
        return wire_returns.read_return(body) if body is not None else None

    def return_in(self, image: bytes) -> Return:
        return wire_returns.read_return(image)

    # Receiving --------------------------------------------------------------------------------------------------------

    def receiving_order(self, receiving_id: int) -> WarehouseReceivingOrder | None:
        body = self._body(Call("a receiving order", f"/receiving/{receiving_id}", RECEIVING))
        return wire_receiving.read_order(body) if body is not None else None

    def receiving_order_in(self, image: bytes) -> WarehouseReceivingOrder:
        return wire_receiving.read_order(image)

    def receiving_orders_of(self, purchase_order_number: str) -> Sequence[WarehouseReceivingOrder]:
        query = f"PurchaseOrderNumbers={quote(purchase_order_number, safe='')}&Limit={feeds.PAGE}"
        call = Call("a list of receiving orders", "/receiving", RECEIVING)
        found: list[WarehouseReceivingOrder] = []
        place = "1"
        while place:
            answer = self._http.ask(dataclasses.replace(call, query=f"{query}&Page={place}"))
            if not answer.is_there:
                _nothing(call, answer, place)
                break
            page = wire_receiving.read_orders(answer.body)
            found += (each for each in page if each.purchase_order_number == purchase_order_number)
            told = answer.headers.get("next-page", "")
            place = paging.page_after(int(place), told, answer.headers, len(page), feeds.PAGE)
        return tuple(found)

    def boxes(self, receiving_id: int) -> Sequence[ReceivingBox]:
        body = self._body(Call("the boxes of a receiving order", f"/receiving/{receiving_id}/boxes", RECEIVING))
        return wire_receiving.read_boxes(body) if body is not None else ()

    def create_receiving_order(self, wanted: NewReceivingOrder) -> WarehouseReceivingOrder:
        body = wire_receiving.written(wanted)
        call = Call("the receiving order", "/receiving", "receiving_write", "", "POST", body, Deed.CREATE)
        return self._made(call, wire_receiving.read_order)

    # Stock ------------------------------------------------------------------------------------------------------------

    def variants(self, skus: Sequence[str]) -> Sequence[Variant]:
        """Paging was seen to give a product twice."""
        found: dict[int, Variant] = {}
        for query in _queries_for(dict.fromkeys(skus)):
            for body in self._pages(Call("a list of products", "/product", "products_read", query)):
                found |= {each.id: each for each in wire_stock.read_variants(body) if each.sku in skus}
        return tuple(found.values())

    def inventory_levels(self, inventory_ids: Sequence[int]) -> Sequence[InventoryLevel]:
        if not inventory_ids:
            return ()
        query = parameters({"InventoryIds": _at_most(inventory_ids, LEVELS_MAX), "PageSize": str(LEVELS_MAX)})
        call = Call("a list of stock levels", "/inventory-level/locations", "inventory_read", query)
        found = [level for body in self._pages(call) for level in wire_stock.read_levels(body)]
        return tuple({each.inventory_id: each for each in found if each.inventory_id in inventory_ids}.values())

    def locations(self) -> Sequence[Location]:
        body = self._list(Call("a list of locations", "/location", "locations_read", "IncludeInactive=true"))
        return wire_stock.read_locations(body) if body is not None else ()

    def fulfillment_centers(self) -> Sequence[Named]:
        body = self._list(Call("a list of fulfilment centres", "/fulfillment-center", RECEIVING))
        return wire_receiving.read_centers(body) if body is not None else ()

    def stock_event_in(self, image: bytes) -> StockEvent:
        return wire_stock.read_event(image)

    # The account ------------------------------------------------------------------------------------------------------

    def channels(self) -> Sequence[Channel]:
        call = Call("a list of channels", "/channel", "channels_read", "RecordsPerPage=50")
        return tuple(each for body in self._pages(call) for each in wire_account.read_channels(body))

    def subscriptions(self) -> Sequence[Subscription]:
        call = Call("a list of webhook subscriptions", "/webhook", "webhooks_read", "RecordsPerPage=250")
        return tuple(each for body in self._pages(call) for each in wire_account.read_subscriptions(body))

    def subscribe(self, wanted: NewSubscription) -> str:
        body = wire_account.written(wanted)
        scope = "webhooks_write (and to read what the topics tell of)"
        call = Call("the webhook subscription", "/webhook", scope, "", "POST", body, Deed.WRITE)
        return self._made(call, wire_account.read_made)

    def unsubscribe(self, subscription_id: str) -> None:
        path = f"/webhook/{quote(subscription_id, safe='')}"
        self._http.ask(Call("the webhook subscription", path, "webhooks_write", method="DELETE", deed=Deed.WRITE))

    # How it is asked --------------------------------------------------------------------------------------------------

    def _body(self, call: Call) -> bytes | None:
        """What is there of one thing."""
        answer = self._http.ask(call)
        return answer.body if answer.is_there else None

    def _list(self, call: Call) -> bytes | None:
        """What is there of a list; None for an empty one."""
        answer = self._http.ask(call)
        if not answer.is_there:
            _nothing(call, answer)
            return None
        return answer.body

    def _pages(self, call: Call) -> Iterator[bytes]:
        """Each page of a list that says itself where it goes on."""
        first, seen = call, {call.query}
        body = self._list(call)
        while body is not None:
            yield body
            query = paging.query_after(paging.next_in(body), first.query)
            if not query:
                return
            if query in seen or len(seen) >= PAGES_MAX:
                raise Transient(f"{call.noun} does not end at ShipBob")
            seen.add(query)
            body = self._body(dataclasses.replace(first, query=query))

    def _made[R](self, call: Call, read: Callable[[bytes], R]) -> R:
        """What a write made. It was made also where the answer cannot be read."""
        answer = self._http.ask(call)
        try:
            return read(answer.body)
        except Transient as failure:
            raise call.unread(str(failure)) from None


class DryShipBobClient(ShipBobClient):
    """The client of a dry run: documents are not made. What keeps the connection alive goes on, subscriptions too."""

    def _made[R](self, call: Call, read: Callable[[bytes], R]) -> R:
        if call.deed is Deed.CREATE:
            raise Withheld(call.body or b"", f"{call.method} {call.target}")
        return super()._made(call, read)


def _nothing(call: Call, answer: Answer, place: str = "") -> None:
    """A list that is not there is empty in ShipBob's own words, or after a page that was; else the address is wrong."""
    if place in {"", "1"} and not wire.is_json(answer.body):
        raise Misconfigured(f"ShipBob has not {call.noun} at this address: look at ShipBobApiUrl")


def _at_most(ids: Sequence[int], most: int) -> str:
    if len(ids) > most:
        raise ValueError(f"{len(ids)} at once; {most} are the most")
    return ",".join(map(str, ids))


def _queries_for(skus: Iterable[str]) -> Iterator[str]:
    """Fifty SKUs a call; one with a comma by itself, for in a list the comma parts."""
    listed = [sku for sku in skus if sku and "," not in sku]
    for first in range(0, len(listed), SKUS_MAX):
        chunk = ",".join(quote(sku, safe="") for sku in listed[first : first + SKUS_MAX])
        yield f"SKU=any:{chunk}&PageSize=250"
    for sku in skus:
        if "," in sku:
            yield f"SKU={quote(sku, safe='')}&PageSize=250"
