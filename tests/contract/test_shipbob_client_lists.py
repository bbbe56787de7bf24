"""Where a list goes on: told by a header, a link or nothing at all, it is followed to its end and never for ever."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from bridge.domain.listing import Asked, Feed
from bridge.domain.outcome import Transient
from bridge.shipbob import wire
from bridge.shipbob.client import ShipBobClient
from bridge.shipbob.feeds import OPEN, PAGE
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.shipbob_bench import every_row
from tests.contract.shipbob_calls import START
from tests.contract.shipbob_strangers import FreeTurn, OneToken

INSERTED = Asked(Feed.ORDERS_INSERTED, START)
HISTORY = Asked(Feed.STOCK_EVENTS, START, facility=8)

type Answers = Callable[[httpx.Request], httpx.Response]


class Asking:
    """A client of made-up answers, and what it asked for."""

    def __init__(self, answers: Answers) -> None:
        self.requests: list[httpx.Request] = []

        def answer(request: httpx.Request) -> httpx.Response:
            self.requests.append(request)
            return answers(request)

        transport = httpx.MockTransport(answer)
        url = "https://api.example.com"
        self.port = ShipBobClient(url, OneToken(), FreeTurn(), seconds=START.timestamp, transport=transport)

    def asked(self, name: str) -> list[str]:
        """The values of one parameter, in turn."""
        return [parse_qs(request.url.query.decode()).get(name, [""])[0] for request in self.requests]


def pages_of(sizes: list[int], headers: Callable[[int], dict[str, str]]) -> Answers:
    """Pages of orders, each with headers of its own by its number."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(parse_qs(request.url.query.decode())["Page"][0])
        size = sizes[page - 1] if page <= len(sizes) else 0
        return httpx.Response(200, json=[{"id": page * 1000 + row} for row in range(size)], headers=headers(page))

    return answer


FULL = PAGE
TOLD: dict[str, Callable[[int], dict[str, str]]] = {
    "an absolute address": lambda page: {"next-page": f"https://elsewhere.example.com/order?Page={page + 1}&Limit=9"},
    "a path": lambda page: {"Next-Page": f"/2026-07/order?limit=250&page={page + 1}"},
    "a number": lambda page: {"NEXT-PAGE": f" {page + 1} "},
    "how many pages": lambda page: {"Page-Number": str(page), "Total-Pages": "3"},
    "nothing": lambda _: {},
    "a link that is none": lambda _: {"next-page": "https://[::1"},
    "itself": lambda page: {"next-page": str(page), "total-pages": "3"},
    "a smaller page than asked for": lambda _: {"page-size": "5"},
}


@pytest.mark.parametrize("told", TOLD)
def test_every_page_is_read_however_the_next_is_told(told: str) -> None:
    full = 5 if told == "a smaller page than asked for" else FULL
    names_each = told in {"an absolute address", "a path", "a number"}

    def headers(page: int) -> dict[str, str]:
        return {} if names_each and page == 3 else TOLD[told](page)

    asking = Asking(pages_of([full, full, 2], headers))

    rows, sizes = every_row(asking.port, INSERTED)

    assert sizes == [full, full, 2]
    assert len({row.document for row in rows}) == 2 * full + 2
    assert asking.asked("Page") == ["1", "2", "3"]
    assert {request.url.host for request in asking.requests} == {"api.example.com"}, "no token goes elsewhere"


def test_a_list_without_headers_whose_last_page_is_full_ends_with_an_empty_one() -> None:
    assert every_row(Asking(pages_of([FULL, FULL], lambda _: {})).port, INSERTED)[1] == [FULL, FULL, 0]


def test_an_empty_page_is_the_last_whatever_its_header_says() -> None:
    assert every_row(Asking(pages_of([], lambda page: {"next-page": str(page + 1)})).port, INSERTED)[1] == [0]


def test_one_order_that_cannot_be_read_does_not_hold_the_others_up() -> None:
    whole = {"id": 1, "created_date": "2026-11-17T14:05:00Z", "status": "Processing", "channel": {"id": 1}}
    asking = Asking(lambda _: httpx.Response(200, json=[{**whole, "channel": None, "id": 2}, whole]))

    first, second = asking.port.listed(INSERTED).rows

    assert (first.document.number, first.image) == (2, b"")
    assert asking.port.order_in(second.image).id == 1


QUERIES: dict[Feed, dict[str, str]] = {
    Feed.ORDERS_INSERTED: {"StartDate": "{since}", "Limit": "250", "SortOrder": "Oldest", "Page": "4"},
    Feed.ORDERS_UPDATED: {"LastUpdateStartDate": "{since}", "Limit": "250", "SortOrder": "Oldest", "Page": "4"},
    Feed.RETURNS_CREATED: {"StartDate": "{since}", "Limit": "250", "SortOrder": "Asc", "Cursor": "4"},
    Feed.RETURNS_COMPLETED: {"CompletedStartDate": "{since}", "Limit": "250", "SortOrder": "Asc", "Cursor": "4"},
    Feed.RECEIVING_INSERTED: {"InsertStartDate": "{since}", "Limit": "250", "Page": "4"},
    Feed.RECEIVING_COMPLETED: {"CompletedStartDate": "{since}", "Limit": "250", "Page": "4"},
    Feed.RECEIVING_OPEN: {"Statuses": ",".join(OPEN), "Limit": "250", "Page": "4"},
}


@pytest.mark.parametrize(("feed", "wanted"), QUERIES.items())
def test_each_list_is_asked_for_in_shipbobs_words(feed: Feed, wanted: dict[str, str]) -> None:
    asking = Asking(lambda _: httpx.Response(200, json=[]))

    asking.port.listed(Asked(feed, START.astimezone(dt.timezone(dt.timedelta(hours=-6)))), "4")

    query = parse_qs(asking.requests[0].url.query.decode(), strict_parsing=True)
    since = "2026-11-17T14:04:59.999999Z"  # a moment earlier, for "later than" leaves the moment itself out
    assert {name: values[0] for name, values in query.items()} == {
        name: value.format(since=since) for name, value in wanted.items()
    }


def a_page_of_events(*ids: int, following: str | None, **more: Any) -> httpx.Response:
    rows = [{"inventory_audit_event_id": event, "memo": "0.10", "amount": 0.1} for event in ids]
    return httpx.Response(200, json={"data": rows, "next": following, **more})


@pytest.mark.parametrize(
    "following", ["/inventory/history:query?cursor=7", "7", "https://x.example.com/?Cursor=7", "more"]
)
def test_the_history_goes_on_after_the_event_that_it_names_or_else_its_last(following: str) -> None:
    asking = Asking(lambda _: a_page_of_events(5, 7, following=following))

    listing = asking.port.listed(HISTORY, "3")

    assert listing.next == "7"
    (request,) = asking.requests
    assert json.loads(request.content) == {
        "facility_id": 8,
        "event_category": "InventoryAdjusted",
        "start_date": "2026-11-17T14:04:59.999999Z",
        "cursor": 3,
    }


@pytest.mark.parametrize("envelope", [{"data": None}, {"data": []}, {"data": [], "next": "x?cursor=9"}])
def test_a_history_without_events_is_at_its_end(envelope: dict[str, Any]) -> None:
    asking = Asking(lambda _: httpx.Response(200, json=envelope))

    assert asking.port.listed(HISTORY).rows == ()
    assert asking.port.listed(HISTORY).next == ""


def test_a_history_that_does_not_move_is_no_end() -> None:
    asking = Asking(lambda _: a_page_of_events(7, following="?cursor=7"))

    with pytest.raises(Transient, match="does not go on"):
        asking.port.listed(HISTORY, "7")


@pytest.mark.parametrize("links", ["/product?Cursor={}", "https://elsewhere.example.com/product?Cursor={}", "{}"])
def test_a_list_with_links_is_followed_at_our_own_address(links: str) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        cursor = parse_qs(request.url.query.decode()).get("Cursor", ["a"])[0]
        following = {"a": "b", "b": "c==", "c==": None}[cursor]
        rows = [{"variants": [{"id": ord(cursor[0]), "sku": "A"}, {"id": 1, "sku": "A"}]}]
        return httpx.Response(200, json={"items": rows, "next": links.format(following) if following else None})

    asking = Asking(answer)

    assert [each.id for each in asking.port.variants(["A"])] == [ord("a"), 1, ord("b"), ord("c")], "each once"
    assert asking.asked("Cursor") == ["", "b", "c=="]
    assert {(request.url.host, request.url.path) for request in asking.requests} == {
        ("api.example.com", "/2026-07/product")
    }


@pytest.mark.parametrize("following", ["/channel?Cursor=same", "same"])
def test_a_list_that_repeats_itself_is_given_up(following: str) -> None:
    asking = Asking(lambda _: httpx.Response(200, json={"items": [], "next": following}))

    with pytest.raises(Transient, match="does not end"):
        asking.port.channels()

    assert len(asking.requests) == 2


def test_a_list_that_never_ends_is_given_up() -> None:
    count = iter(range(10_000))
    asking = Asking(lambda _: httpx.Response(200, json={"items": [], "next": f"/channel?Cursor={next(count)}"}))

    with pytest.raises(Transient, match="does not end"):
        asking.port.channels()

    assert len(asking.requests) == 200


# The rows' own bytes

TEXT = st.text(max_size=8)
NUMBER = st.decimals(allow_nan=False, allow_infinity=False, places=2).map(str)
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUE, max_size=5), st.sampled_from([None, 0, 2]), st.booleans(), NUMBER)
def test_each_row_keeps_its_own_bytes(rows: list[object], indent: int | None, is_ascii: bool, number: str) -> None:  # noqa: FBT001
    texts = [json.dumps(row, indent=indent, ensure_ascii=is_ascii) for row in rows] + [f'{{"exact": {number}}}']
    gap = "" if indent is None else "\n "
    bare = f"{gap}[{gap}{f'{gap},{gap}'.join(texts)}{gap}]{gap}"
    held = f'{{"first": [1, {{"data": []}}], "data":{bare}, "next": null}}'

    for body in (bare.encode(), held.encode(), bare.encode("utf-8-sig")):
        found = wire.rows(body, "data")
        assert [image.decode() for _, image in found] == texts
        assert found[-1][0] == {"exact": Decimal(number)}


@pytest.mark.parametrize(
    "body",
    [b"", b"[", b"[1", b"[1,", b"[1 2]", b"[,]", b"{", b'{"data"', b'{"data": 1}', b'{"other": []}', b"7", b"\xff"],
)
def test_what_is_no_list_is_one_of_our_failures(body: bytes) -> None:
    with pytest.raises(Transient):
        wire.rows(body, "data")
