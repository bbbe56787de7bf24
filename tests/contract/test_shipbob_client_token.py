"""A token that ShipBob does not take is asked about once, the limit is everybody's, and no failure tells a token."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from bridge.domain.listing import Asked, Feed
from bridge.domain.outcome import Misconfigured, Transient, UnknownOutcome

from local.shipbob import ShipBobSimulator
from tests.contract.shipbob_calls import CALLS, READS, START, WRITES
from tests.contract.shipbob_strangers import (
    HTML,
    TOKEN,
    Deed,
    FreeTurn,
    NextToken,
    OneToken,
    client,
    failures_of,
    in_turn,
    kinds,
    meeting,
    says,
)

pytestmark = pytest.mark.usefixtures("trusted")

LOGIN_PAGE = '<!DOCTYPE html><form action="/Account/Login"><input type="password"></form>'


# The token

NO_LOGIN: dict[str, Deed] = {
    "401": says(401, b""),
    "401 in words": says(401, "Unauthorized", Content_Type="text/plain"),
    "302": says(302, b"", Location="https://auth.shipbob.com/Account/Login?ReturnUrl=%2F"),
    "302 to nowhere": says(302, b""),
    "307 to a login": says(307, b"", Location="/connect/authorize"),
}


@pytest.mark.parametrize("deed", NO_LOGIN.values(), ids=NO_LOGIN)
def test_a_token_that_is_refused_is_asked_about_once_and_the_other_used_at_once(folder: Path, deed: Deed) -> None:
    for call in CALLS:
        bearer = NextToken("old" * 20, "new" * 20)
        with meeting(folder, deed, bearer=bearer) as (port, met), pytest.raises(Transient, match="there is a third"):
            CALLS[call](port)

        sent = [each.headers["authorization"] for each in met.requests]
        assert sent == [f"Bearer {'old' * 20}", f"Bearer {'new' * 20}"], call
        assert bearer.refusals == ["old" * 20, "new" * 20], call


class LastToken(NextToken):
    """Of the other one too the bearer is told, and has the last word."""

    def refused(self, token: str) -> str:
        if token != self._new:
            return super().refused(token)
        raise Transient("it is being refreshed")


def test_a_second_token_that_is_refused_ends_the_call_in_the_bearers_words(folder: Path) -> None:
    for call in CALLS:
        with meeting(folder, says(401, b""), bearer=LastToken("old", "new")) as (port, met):
            with pytest.raises(Transient, match="it is being refreshed"):
                CALLS[call](port)
            assert len(met.requests) == 2, call


def test_what_the_bearer_says_of_a_refused_token_ends_the_call(folder: Path) -> None:
    bearer = OneToken()

    found = failures_of(folder, says(401, b""), bearer=bearer)

    assert {str(failure) for failure in found.values()} == {"put a new token into the ShipBob secret"}
    assert len(bearer.refusals) == len(CALLS)


def test_a_token_replaced_in_time_is_no_trouble(shipbob: ShipBobSimulator) -> None:
    turn = FreeTurn()
    with client(shipbob.url, NextToken("old", shipbob.token), turn) as port:
        assert port.order(1) is None

    assert (turn.taken, len(shipbob.exchanges)) == (2, 2)


@pytest.mark.parametrize("way", ["empty", "login", "text"])
def test_shipbobs_own_ways_to_refuse_a_token_are_understood(shipbob: ShipBobSimulator, way: str) -> None:
    shipbob.admission.behave(refuse_with=way)
    with client(shipbob.url) as port, pytest.raises(Misconfigured):
        port.order(1)


def test_a_login_page_in_place_of_an_answer_is_a_refused_token_to_a_read(folder: Path) -> None:
    bearer = NextToken("old", "new")
    deed = in_turn(says(200, LOGIN_PAGE, **HTML), says(404, b""))
    with meeting(folder, deed, bearer=bearer) as (port, _):
        assert port.order(1) is None

    assert bearer.refusals == ["old"]


def test_a_login_page_that_comes_again_is_waited_for(folder: Path) -> None:
    found = failures_of(folder, says(200, LOGIN_PAGE, **HTML), READS, bearer=NextToken("old", "new"))

    assert kinds(found) == dict.fromkeys(READS, Transient)


def test_a_write_is_not_sent_again_for_a_login_page(folder: Path) -> None:
    with meeting(folder, says(200, LOGIN_PAGE, **HTML)) as (port, met):
        for call in WRITES.values():
            with pytest.raises(UnknownOutcome):
                call(port)

    assert len(met.requests) == len(WRITES)


SCOPES = {
    "listed": "orders_read",
    "order": "orders_read",
    "order_of_shipment": "orders_read",
    "orders": "orders_read",
    "store_order": "orders_read",
    "customer_return": "returns_read",
    "receiving_order": "receiving_read",
    "receiving_orders_of": "receiving_read",
    "boxes": "receiving_read",
    "variants": "products_read",
    "inventory_levels": "inventory_read",
    "locations": "locations_read",
    "fulfillment_centers": "receiving_read",
    "channels": "channels_read",
    "subscriptions": "webhooks_read",
    "create_receiving_order": "receiving_write",
    "subscribe": "webhooks_write",
    "unsubscribe": "webhooks_write",
}


@pytest.mark.parametrize(("call", "scope"), SCOPES.items())
def test_a_token_without_the_scope_is_told_which_one_it_lacks(shipbob: ShipBobSimulator, call: str, scope: str) -> None:
    every = set(shipbob.tokens.channels(None)[0].scopes)
    without, whole = shipbob.tokens.personal(every - {scope}), shipbob.tokens.personal(every)

    with client(shipbob.url, OneToken(without)) as port, pytest.raises(Misconfigured, match=scope):
        CALLS[call](port)
    with client(shipbob.url, OneToken(whole)) as port:
        CALLS[call](port)


@pytest.mark.parametrize("feed", [each for each in Feed if each is not Feed.STOCK_EVENTS])
def test_a_list_names_the_scope_of_its_area(folder: Path, feed: Feed) -> None:
    area = feed.partition("-")[0]
    with meeting(folder, says(403, b"")) as (port, _), pytest.raises(Misconfigured, match=f"{area}_read"):
        port.listed(Asked(feed, START))


@pytest.mark.parametrize("token", ["", "with a\nline break", "with an é"])
def test_a_token_that_nobody_has_set_or_no_header_can_carry_is_the_operators_to_repair(
    token: str, folder: Path
) -> None:
    with meeting(folder, says(200, b"[]"), bearer=OneToken(token)) as (port, met):
        with pytest.raises(Misconfigured, match="access_token"):
            port.order(1)
        assert met.requests == []


@pytest.mark.parametrize("status", [401, 403, 422, 429, 500])
def test_no_failure_and_no_log_tells_the_token(folder: Path, status: int, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({"message": f"token {TOKEN} is bad", "errors": [f"Bearer {TOKEN}"]})

    found = failures_of(folder, says(status, echo), bearer=NextToken(TOKEN, TOKEN))

    told = [f"{each!r} {each.__cause__!r} {getattr(each, 'evidence', '')}" for each in found.values()]
    assert not any(TOKEN in text or "whsec_" in text for text in [*told, caplog.text])


# The limit

WAITS: dict[str, tuple[Deed, float]] = {
    "the page's header": (says(429, b"", x_retry_after="25"), 25),
    "the usual header": (says(429, b"", Retry_After="7"), 7),
    "a fraction": (says(429, b"", Retry_After="1.5"), 1.5),
    "the body": (says(429, b'{"statusCode":429,"message":"Rate limit is exceeded. Try again in 12 seconds."}'), 12),
    "nothing": (says(429, b"slow down"), 60),
    "nought": (says(429, b"", Retry_After="0"), 1),
    "a date": (says(429, b"", Retry_After="Wed, 18 Nov 2026 07:28:00 GMT"), 60),
    "not a number": (says(429, b"", Retry_After="nan", x_retry_after="-3"), 60),
    "a year": (says(429, b"", Retry_After="31536000"), 3600),
    "a page of HTML": (says(429, "<html></html>", Retry_After="9", **HTML), 9),
}


@pytest.mark.parametrize(("deed", "seconds"), WAITS.values(), ids=WAITS)
def test_over_the_limit_everybody_waits_as_long_as_shipbob_asks(folder: Path, deed: Deed, seconds: float) -> None:
    turn = FreeTurn()

    found = failures_of(folder, deed, turn=turn)

    assert kinds(found) == dict.fromkeys(CALLS, Transient)
    assert {failure.after.total_seconds() for failure in found.values() if isinstance(failure, Transient)} == {seconds}
    assert turn.pushed == [seconds] * len(CALLS)


def test_the_limit_itself_is_understood(shipbob: ShipBobSimulator) -> None:
    shipbob.limit.per_minute = 1
    turn = FreeTurn()
    with client(shipbob.url, OneToken(shipbob.token), turn) as port:
        port.order(1)
        with pytest.raises(Transient):
            port.order(1)

    assert turn.taken == 2
    assert 0 < turn.pushed[0] <= 60
