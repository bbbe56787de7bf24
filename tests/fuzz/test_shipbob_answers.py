"""Whatever ShipBob answers is read soundly or is `Transient`, in no time, and nobody is named."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from bridge.domain.connection import Application
from bridge.domain.listing import Asked, Feed
from bridge.domain.order import Order
from bridge.domain.outcome import (
    Failure,
    MappingKey,
    MappingKind,
    Misconfigured,
    NeedsReview,
    Refused,
    Transient,
    UnknownOutcome,
    Waiting,
)
from bridge.domain.recording import Recording
from bridge.mapping import recording
from bridge.shipbob import (
    failures,
    feeds,
    wire_account,
    wire_orders,
    wire_receiving,
    wire_returns,
    wire_stock,
    wire_store,
)
from bridge.shipbob.authority import ShipBobAuthority
from bridge.shipbob.call import Answer, Call, Deed
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import TERMS
from tests.fuzz import shipbob_documents as shown
from tests.fuzz.bounds import PERSON, SECRET, assert_sound, bounded, fuzzed, reads, says_nothing_of_persons
from tests.fuzz.broken_json import ODD, bodies, documents, written
from tests.fuzz.shipbob_documents import page, published

type Read = Callable[[bytes], object]
ORDERS = [shown.ORDER, *published("/order/{orderId}")]
READERS: dict[str, tuple[Read, list[Any]]] = {
    "an order": (wire_orders.read_order_with_gaps, ORDERS),
    "a list of orders": (wire_orders.read_listed, [[shown.ORDER, shown.ORDER], *published("/order")]),
    "a shipment": (wire_orders.read_order_of_shipment, [shown.SHIPMENT, *published("/shipment/{shipmentId}")]),
    "line items": (wire_orders.read_line_items, page(shown.LINE_ITEMS[0])),
    "a shop's order": (wire_orders.read_store_order, [shown.STORE_ORDER, written(shown.STORE_ORDER)]),
    "a shop's amounts": (wire_store.read_store_amounts, [shown.STORE_ORDER]),
    "a return": (wire_returns.read_return, [shown.RETURN, *published("/return/{id}")]),
    "a list of returns": (wire_returns.read_listed, [*page(shown.RETURN), *published("/return")]),
    "a receiving order": (wire_receiving.read_order, [shown.RECEIVING, *published("/receiving/{id}")]),
    "receiving orders": (wire_receiving.read_orders, [*page(shown.RECEIVING), *published("/receiving")]),
    "a list of receiving orders": (wire_receiving.read_listed, page(shown.RECEIVING)),
    "boxes": (wire_receiving.read_boxes, [*page(shown.BOX), *published("/receiving/{id}/boxes")]),
    "centres": (wire_receiving.read_centers, [*page(shown.NAMED), *published("/fulfillment-center")]),
    "variants": (wire_stock.read_variants, [*page({"variants": [shown.VARIANT]}), *published("/product")]),
    "levels": (wire_stock.read_levels, [*page(shown.LEVEL), *published("/inventory-level/locations")]),
    "locations": (wire_stock.read_locations, [*page(shown.LOCATION), *published("/location")]),
    "an event": (wire_stock.read_event, [shown.EVENT]),
    "events": (wire_stock.read_listed, [*page(shown.EVENT), *published("/inventory/history:query", "post")]),
    "channels": (wire_account.read_channels, [*page(shown.CHANNEL), *published("/channel")]),
    "subscriptions": (wire_account.read_subscriptions, [*page(shown.SUBSCRIPTION), *published("/webhook")]),
    "a subscription made": (wire_account.read_made, [shown.SUBSCRIPTION]),
}


@pytest.mark.parametrize(("read", "valid"), READERS.values(), ids=READERS)
def test_what_is_valid_is_read(read: Read, valid: list[Any]) -> None:
    for document in valid:
        read(written(document).encode())


@pytest.mark.parametrize(("read", "valid"), READERS.values(), ids=READERS)
@fuzzed(60)
@given(data=st.data())
def test_an_answer_is_read_or_transient(read: Read, valid: list[Any], data: st.DataObject) -> None:
    body = data.draw(bodies(*valid))

    reads(lambda: read(body), Transient)


PAGES = [*page(shown.ORDER), *page(shown.RETURN), *page(shown.RECEIVING), *page(shown.EVENT)]
NUMBERS = st.sampled_from(["", "0", "1", "2", "9" * 19, "9" * 5000, "-1", "٣", "?Page=3", "//[", "?Cursor=x", "1e3"])
HEADERS = st.dictionaries(
    st.sampled_from(["next-page", "total-pages", "page-size", "retry-after", "x-retry-after", "location"]),
    NUMBERS | st.sampled_from(["inf", "nan", "1e400", "soon", f"https://example.org/login?who={PERSON}"]),
)


def sent(headers: dict[str, str]) -> httpx.Headers:
    return httpx.Headers([(name.encode(), value.encode()) for name, value in headers.items()])


SINCE = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)


@fuzzed(150)
@given(st.sampled_from(Feed), st.sampled_from(["", "1", "7"]), HEADERS, bodies(*PAGES))
def test_a_page_goes_on_somewhere_or_is_transient(feed: Feed, place: str, headers: dict[str, str], body: bytes) -> None:
    asked = Asked(feed, SINCE, facility=8 if feed is Feed.STOCK_EVENTS else None)

    found = reads(lambda: feeds.listing_in(asked, place, Answer(200, sent(headers), body)), Transient)

    if found is not None and found.next:
        assert int(found.next) > 0


# ---- What is read can be recorded


def mapped(order: Order) -> dict[MappingKey, str]:
    """Every key of the order, each as a person would map it."""
    names = {MappingKind.SKU: "WID-RED-01", MappingKind.UNIT: "12", MappingKind.BUNDLE: "A*2 + B*1"}
    keys = recording.keys_of(order)
    return {key: names.get(key.kind, "NAME") for key in keys if key.kind is not MappingKind.BUNDLE}


@fuzzed(250)
@given(documents(ORDERS))
def test_whatever_order_is_read_is_recorded_or_reviewed(text: str) -> None:
    order = reads(lambda: wire_orders.read_order(text.encode()), Transient)
    if order is None:
        return

    with bounded():
        outcome = recording.sales_order(order, mapped(order), TERMS, "SBD261117-01")

    assert isinstance(outcome, Recording | NeedsReview | Waiting)
    assert_sound(outcome)


# ---- What is no answer

SAYS = [
    {"message": f"Contact zebulon.quux@example.org or 555-010-0142, token {SECRET}", "code": "X"},
    {"errors": {"Boxes[0].LotNumber": [f"bad {SECRET}"], "": ["no"]}},
    {"errors": [{"title": "no", "detail": "x" * 500}]},
    {"error": "invalid_grant", "error_description": f"whsec_{SECRET}"},
    {"code": {"name": PERSON}, "message": "no"},
    {"is_success": False, "value": {"message": "no"}},
    {"Message": "Order cannot be cancelled"},
    [f"reference already exists and must be unique {SECRET}"],
]
STATUSES = st.sampled_from([200, 201, 204, 301, 302, 400, 401, 403, 404, 408, 409, 415, 422, 429, 500, 502, 503, 599])
DEEDS = st.sampled_from(Deed)
CALL = {deed: Call("the order", "/order/1", "orders_write", deed=deed) for deed in Deed}
MEANT = (Transient, UnknownOutcome, Refused, Misconfigured)


@fuzzed(400)
@given(STATUSES, HEADERS, bodies(*SAYS), DEEDS)
def test_every_answer_means_one_of_our_failures(status: int, headers: dict[str, str], body: bytes, deed: Deed) -> None:
    with bounded():
        answer = Answer(status, sent(headers), body)
        failures.wants_login(answer, CALL[deed])
        failure = failures.of(answer, CALL[deed])

    if failure is not None:
        assert isinstance(failure, MEANT)
        assert not (deed is Deed.CREATE and status >= 500) or isinstance(failure, UnknownOutcome)
        says_nothing_of_persons(_without_name(failure))


def _without_name(failure: Failure) -> Failure:
    """A name is only known from the field that it stands in: in a sentence of ShipBob's nobody can tell it."""
    if isinstance(failure, Refused):
        evidence = tuple(line.replace(PERSON, "…") if _is_sentence(line) else line for line in failure.evidence)
        return Refused(failure.reason, evidence, failure.kind)
    return failure


def _is_sentence(line: str) -> bool:
    return "{" not in line and "[" not in line


GRANTED = {"access_token": SECRET, "refresh_token": SECRET, "expires_in": 3600, "scope": "a b", "token_type": "Bearer"}
GRANTS = [GRANTED, {"error": "invalid_grant"}, {"error": f"{SECRET}", "error_description": SECRET}]


@fuzzed(120)
@given(STATUSES, HEADERS, bodies(*GRANTS))
def test_a_grant_is_read_or_one_of_our_failures(status: int, headers: dict[str, str], body: bytes) -> None:
    made = authority(status, body, headers=headers)

    reads(lambda: made.refresh(application(), SECRET), *MEANT)


def authority(status: int, answer: object, wait: str = "", headers: dict[str, str] | None = None) -> ShipBobAuthority:
    """An authorization server that answers so, whatever it is asked."""
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    given = sent({"retry-after": wait, **(headers or {})})
    answers = httpx.MockTransport(lambda _: httpx.Response(status, headers=given, content=body))
    return ShipBobAuthority("https://auth.example.org", itertools.count().__next__, answers)


def application() -> Application:
    return Application("client", SECRET)


def test_every_odd_thing_alone_is_read_or_transient() -> None:
    """All of them at every reader, whatever chance leaves out."""
    for read, _ in READERS.values():
        for strange in ODD:
            body = written(strange).encode(errors="surrogatepass")
            reads(lambda read=read, body=body: read(body), Transient)  # type: ignore[misc]
