"""ShipBob's port over HTTPS: orders as domain nouns, and every trouble one of our failures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from bridge.domain.order import Named, OrderLine, OrderStatus, Recipient, ShipmentStatus, ShippedItem
from bridge.domain.outcome import Failure, Misconfigured, Refused, Transient
from bridge.shipbob.client import ShipBobClient

from local.certificates import authority
from local.shipbob import Label, ManualClock, NewOrder, ShipBobSimulator
from local.shipbob.orders import Line
from local.shipbob.orders import Recipient as Buyer
from tests.contract.gp_port import Deed, says, stranger

PLACED_AT = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
EARLY = PLACED_AT - dt.timedelta(days=1)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(PLACED_AT)


@pytest.fixture(autouse=True)
def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop's authority stands where a public one stands in the cloud."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority(folder).bundle))


@contextmanager
def client(url: str, token: Callable[[], str] = lambda: "any") -> Iterator[ShipBobClient]:
    """The port, its connection closed afterwards: in the product it lives as long as its process."""
    made = ShipBobClient(url, token)
    try:
        yield made
    finally:
        made._http.close()


@pytest.fixture
def port(shipbob: ShipBobSimulator) -> Iterator[ShipBobClient]:
    with client(shipbob.url, lambda: shipbob.token) as made:
        yield made


def new(number: str = "1001", *lines: Line, **details: object) -> NewOrder:
    return NewOrder(number, list(lines) or [Line("MUG-WHITE", 1, Decimal("12.00"))], **details)  # type: ignore[arg-type]


# An order


def test_an_order_is_read_with_all_that_gp_needs(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    buyer = Buyer(company_name="Holt & Søn", address2=None, phone_number=None)
    lines = [Line("WIDGET-RED", 3, Decimal("19.95")), Line("SOAP-BAR", 1)]
    placed = shipbob.account.place_order(
        new("#1042", *lines, channel=122233, recipient=buyer, total_price=Decimal("67.10"), reference_id="shop-77")
    )

    found = port.order(placed["id"])

    assert found is not None
    assert (found.id, found.number, found.reference) == (placed["id"], "#1042", "shop-77")
    assert (found.status, found.channel) == (OrderStatus.PROCESSING, Named(122233, "Wingtip Store"))
    assert (found.purchased_at, found.total) == (PLACED_AT, Decimal("67.10"))
    assert found.lines == (
        OrderLine("WIDGET-RED", Decimal(3), Decimal("19.95")),
        OrderLine("SOAP-BAR", Decimal(1), None),
    )
    assert found.recipient == Recipient(
        name="Dana Whitfield",
        company="Holt & Søn",
        address1="418 Alder Street",
        city="Dayton",
        state="OH",
        zip_code="45402",
        country="US",
    )
    assert found.image, "the audit keeps it as it came"


def test_a_shipment_is_read_before_and_after_its_label(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    packages = [(8, [("WIDGET-RED", 2)]), (156, [("GIFT-SET", 1)])]
    placed = shipbob.account.place_order(new("1", Line("WIDGET-RED", 2), Line("GIFT-SET", 1), shipments=packages))
    left = dt.datetime(2026, 11, 18, 16, 41, 58, 250000, dt.UTC)

    before = port.order(placed["id"])
    shipbob.account.ship_shipment(placed["shipments"][0]["id"], Label("1Z999", "UPS", "Ground", left))
    after = port.order(placed["id"])

    assert before is not None
    assert after is not None
    assert [(each.location, each.items) for each in before.shipments] == [
        (Named(8, "Cicero (IL)"), (ShippedItem("WIDGET-RED", Decimal(2)),)),
        (Named(156, "Moreno Valley (CA)"), (ShippedItem("GIFT-SET", None),)),  # a bundle's parts are no quantity of it
    ]
    assert [(each.tracking_number, each.shipped_at) for each in before.shipments] == [("", None)] * 2
    shipped, waiting = after.shipments
    assert (shipped.status, shipped.tracking_number) == (ShipmentStatus.COMPLETED, "1Z999")
    assert shipped.shipped_at == left
    assert waiting.status is ShipmentStatus.PROCESSING
    assert after.status is OrderStatus.PARTIALLY_FULFILLED
    assert port.order_of_shipment(shipped.id) == placed["id"]


@pytest.mark.parametrize("amount", ["0.01", "0.10", "0.07", "19.99", "1234567.89", "70000.3", "9999999.99"])
def test_no_amount_loses_a_cent(shipbob: ShipBobSimulator, port: ShipBobClient, amount: str) -> None:
    placed = shipbob.account.place_order(new("1", Line("MUG-WHITE", 1, Decimal(amount)), total_price=Decimal(amount)))

    found = port.order(placed["id"])

    assert found is not None
    assert (found.lines[0].unit_price, found.total) == (Decimal(amount), Decimal(amount))


def test_what_shipbob_does_not_have_is_absent(port: ShipBobClient) -> None:
    assert port.order(250000404) is None
    assert port.order_of_shipment(390000404) is None


# The list


def listed(port: ShipBobClient, **since: dt.datetime | None) -> list[list[int]]:
    """The pages, up to the empty one."""
    asked = {"inserted_since": None, "updated_since": None, **since}
    pages: list[list[int]] = []
    while page := list(port.order_ids(page=len(pages) + 1, **asked)):
        pages.append(page)
    return pages


def test_a_long_list_comes_in_pages_oldest_first(
    shipbob: ShipBobSimulator, port: ShipBobClient, clock: ManualClock
) -> None:
    placed = []
    for number in range(260):
        placed.append(shipbob.account.place_order(new(str(number), channel=(180001, 122233)[number % 2]))["id"])
        clock.advance(1)

    pages = listed(port, inserted_since=EARLY)

    assert [len(page) for page in pages] == [250, 10]
    assert [order_id for page in pages for order_id in page] == placed, "of every channel"


def test_insert_and_update_dates_choose_what_is_listed(
    shipbob: ShipBobSimulator, port: ShipBobClient, clock: ManualClock
) -> None:
    early = shipbob.account.place_order(new("1"))["id"]
    clock.advance(60)
    between = clock.now()
    clock.advance(60)
    late = shipbob.account.place_order(new("2"))["id"]
    shipbob.account.ship_order(early)
    in_chicago = between.astimezone(dt.timezone(dt.timedelta(hours=-6)))

    assert listed(port, inserted_since=between) == listed(port, inserted_since=in_chicago) == [[late]]
    assert listed(port, updated_since=between) == [[early, late]]
    assert listed(port) == [[early, late]]


# Who may come in, and what goes wrong


def test_a_token_that_shipbob_does_not_take_is_the_operators_to_repair(shipbob: ShipBobSimulator) -> None:
    with client(shipbob.url, lambda: "another's") as stray, pytest.raises(Misconfigured, match="ShipBob secret") as no:
        stray.order(1)

    assert "another" not in str(no.value)


def test_a_token_that_nobody_has_set_yet_is_the_operators_to_repair(shipbob: ShipBobSimulator) -> None:
    """So the stack stands after its first deployment."""
    with client(shipbob.url, str) as stray, pytest.raises(Misconfigured, match="access_token"):
        stray.order(1)


def test_a_new_token_is_used_from_the_next_call_on(shipbob: ShipBobSimulator) -> None:
    tokens = iter(["the old one", shipbob.token])
    with client(shipbob.url, lambda: next(tokens)) as port:
        with pytest.raises(Misconfigured):
            port.order(1)
        assert port.order(1) is None


def test_a_server_of_another_authority_is_not_spoken_to(
    shipbob: ShipBobSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority(tmp_path).bundle))
    with client(shipbob.url, lambda: shipbob.token) as stray, pytest.raises(Failure):
        stray.order(1)
    assert shipbob.counters.requests.total() == 0


@pytest.mark.parametrize("token", ["with a\nline break", "with an é"])
def test_a_token_that_no_header_can_carry_is_one_of_our_failures(shipbob: ShipBobSimulator, token: str) -> None:
    with client(shipbob.url, lambda: token) as stray, pytest.raises(Failure):
        stray.order(1)


def test_over_the_limit_shipbob_is_busy(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    shipbob.limit.per_minute = 1
    port.order(1)

    with pytest.raises(Transient, match="429"):
        port.order(1)


def test_while_shipbob_is_away_calls_wait(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    port.order(1)
    shipbob.offline()
    with pytest.raises(Transient):
        port.order(1)
    shipbob.online()
    assert port.order(1) is None


def closes(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    says(200, b'{"id": 2', Content_Length="900")(handler)
    handler.close_connection = True


NOW_AND_THEN: dict[str, Deed] = {
    "500": says(500, b"<html></html>", Content_Type="text/html"),
    "502": says(502, b""),
    "503": says(503, b""),
    "504": says(504, b""),
    "429": says(429, b"slow down"),
    "HTML": says(200, "<html><body>Sign in</body></html>", Content_Type="text/html"),
    "nothing": says(200, b""),
    "half a reply": breaks_off,
    "no reply": closes,
    "bytes that are no text": says(200, b"\xff\xfe\x00"),
    "gzip that is none": says(200, b"{}", Content_Encoding="gzip"),
    "a number": says(200, b"7"),
    "null": says(200, b"null"),
    "a status nobody knows": says(799, b""),
}
TO_REPAIR: dict[str, Deed] = {
    "401": says(401, b""),
    "403": says(403, b""),
    "302": says(302, b"", Location="https://login.example.com/"),
}
CALLS: dict[str, Callable[[ShipBobClient], object]] = {
    "order": lambda client: client.order(1),
    "order of a shipment": lambda client: client.order_of_shipment(1),
    "list": lambda client: client.order_ids(inserted_since=None, updated_since=None, page=1),
}


EVERY_CALL = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


@EVERY_CALL
@pytest.mark.parametrize("deed", NOW_AND_THEN.values(), ids=NOW_AND_THEN)
def test_what_passes_is_waited_for(folder: Path, deed: Deed, call: Callable[[ShipBobClient], object]) -> None:
    with stranger(folder, deed, everywhere=True) as met, client(met.origin) as port, pytest.raises(Transient):
        call(port)


@EVERY_CALL
@pytest.mark.parametrize("deed", TO_REPAIR.values(), ids=TO_REPAIR)
def test_what_does_not_pass_is_the_operators_to_repair(
    folder: Path, deed: Deed, call: Callable[[ShipBobClient], object]
) -> None:
    with stranger(folder, deed, everywhere=True) as met, client(met.origin) as port, pytest.raises(Misconfigured):
        call(port)


@pytest.mark.parametrize("status", [400, 409, 422])
def test_a_request_that_shipbob_cannot_read_is_refused(folder: Path, status: int) -> None:
    deed = says(status, b'{"Page": ["bad"]}')
    with stranger(folder, deed, everywhere=True) as met, client(met.origin) as port, pytest.raises(Refused):
        port.order(1)


def test_a_list_that_is_not_there_is_not_an_empty_list(folder: Path) -> None:
    deed = says(404, b"")
    with stranger(folder, deed, everywhere=True) as met, client(met.origin) as port, pytest.raises(Failure):
        CALLS["list"](port)
