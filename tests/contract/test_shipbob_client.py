"""ShipBob's port over HTTPS: what crosses the wire, how often, and what is made of it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from bridge.domain.listing import Asked, Feed
from bridge.domain.order import Named, OrderLine, OrderStatus, Recipient, ShipmentStatus
from bridge.shipbob.client import ShipBobClient

from local.shipbob import Label, ManualClock, NewOrder, ShipBobSimulator
from local.shipbob.orders import Line
from local.shipbob.orders import Recipient as Buyer
from local.shipbob.stock_history import Pile
from tests.contract import shipbob_bench
from tests.contract.shipbob_bench import every_row, numbers
from tests.contract.shipbob_calls import CALLS, subscription, wanted
from tests.contract.shipbob_strangers import FreeTurn, OneToken

pytestmark = pytest.mark.usefixtures("trusted")

PLACED_AT = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
EARLY = PLACED_AT - dt.timedelta(days=1)
INSERTED = Asked(Feed.ORDERS_INSERTED, EARLY)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(PLACED_AT)


@pytest.fixture
def port(shipbob: ShipBobSimulator, clock: ManualClock) -> Iterator[ShipBobClient]:
    made = shipbob_bench.client(shipbob.url, shipbob.token, clock, channel=180001)
    yield made
    made.close()


def new(number: str = "1001", *lines: Line, **details: object) -> NewOrder:
    return NewOrder(number, list(lines) or [Line("MUG-WHITE", 1, Decimal("12.00"))], **details)  # type: ignore[arg-type]


def asked_of(shipbob: ShipBobSimulator) -> list[str]:
    """The operations that were asked for, in their order."""
    return [each.operation for each in shipbob.exchanges]


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


def test_a_shipment_is_read_before_and_after_its_label(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    packages = [(8, [("WIDGET-RED", 2)]), (156, [("GIFT-SET", 1)])]
    placed = shipbob.account.place_order(new("1", Line("WIDGET-RED", 2), Line("GIFT-SET", 1), shipments=packages))
    left = dt.datetime(2026, 11, 18, 16, 41, 58, 250000, dt.UTC)

    before = port.order(placed["id"])
    shipbob.account.ship_shipment(placed["shipments"][0]["id"], Label("1Z999", "UPS", "Ground", left))
    after = port.order(placed["id"])

    assert before is not None
    assert after is not None
    assert [(each.location, [(item.sku, item.quantity) for item in each.items]) for each in before.shipments] == [
        (Named(8, "Cicero (IL)"), [("WIDGET-RED", Decimal(2))]),
        (Named(156, "Moreno Valley (CA)"), [("GIFT-SET", None)]),  # a bundle's parts are no quantity of it
    ]
    assert [(each.tracking_number, each.shipped_at) for each in before.shipments] == [("", None)] * 2
    shipped, waiting = after.shipments
    assert (shipped.status, shipped.tracking_number) == (ShipmentStatus.COMPLETED, "1Z999")
    assert shipped.shipped_at == left
    assert waiting.status is ShipmentStatus.PROCESSING
    assert after.status is OrderStatus.PARTIALLY_FULFILLED


@pytest.mark.parametrize("amount", ["0.01", "0.10", "0.07", "19.99", "1234567.89", "70000.3", "9999999.99"])
def test_no_amount_loses_a_cent_on_either_way(shipbob: ShipBobSimulator, port: ShipBobClient, amount: str) -> None:
    placed = shipbob.account.place_order(new("1", Line("MUG-WHITE", 1, Decimal(amount)), total_price=Decimal(amount)))

    read, listed = port.order(placed["id"]), port.order_in(port.listed(INSERTED).rows[0].image)

    assert read == listed
    assert read is not None
    assert (read.lines[0].unit_price, read.total) == (Decimal(amount), Decimal(amount))


def test_a_listed_order_carries_every_byte_of_itself(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    buyer = Buyer(name='Renée "Zoë" Løvås 雪', company_name="A\\B\t{[,]}")
    placed = shipbob.account.place_order(new("1", Line("MUG-WHITE", 1, Decimal("0.10")), recipient=buyer))

    (row,) = port.listed(INSERTED).rows

    assert row.image.decode() in shipbob.exchanges[-1].response_body
    assert json.loads(row.image) == shipbob.account.order(placed["id"])


# How often ShipBob is asked


def stand(shipbob: ShipBobSimulator) -> None:
    """What the calls of the bench lean on is at ShipBob."""
    order = shipbob.account.place_order(new("#1042", store_order={"total_tax": "1.20"}))
    shipbob.account.ship_order(order["id"])
    shipbob.account.returns.return_to_sender(order["shipments"][0]["id"])


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_one_request_of_this_version(shipbob: ShipBobSimulator, port: ShipBobClient, call: str) -> None:
    stand(shipbob)
    if call != "create_receiving_order":
        port.create_receiving_order(wanted())
    before = len(shipbob.exchanges)

    CALLS[call](port)

    (exchange,) = shipbob.exchanges[before:]
    assert exchange.path.startswith("/2026-07/")
    assert exchange.operation, "an operation that ShipBob has"
    assert exchange.status in {200, 201, 204, 404}


@pytest.mark.parametrize("call", CALLS)
def test_a_request_waits_for_its_turn_once(shipbob: ShipBobSimulator, clock: ManualClock, call: str) -> None:
    turn = FreeTurn()
    port = ShipBobClient(shipbob.url, OneToken(shipbob.token), turn, seconds=lambda: clock.now().timestamp())

    CALLS[call](port)

    assert turn.taken == len(shipbob.exchanges) == 1
    port.close()


def test_ten_thousand_orders_are_forty_calls_and_need_no_other(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    for number in range(10_000):
        shipbob.account.place_order(new(str(number)))

    rows, sizes = every_row(port, INSERTED)

    assert sizes == [250] * 40
    assert asked_of(shipbob) == ["GET /order"] * 40
    assert len({row.document for row in rows}) == 10_000
    assert all(row.image for row in rows)


def test_a_list_is_of_every_channel(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    placed = [
        shipbob.account.place_order(new(str(number), channel=(180001, 122233)[number]))["id"] for number in (0, 1)
    ]

    assert numbers(port, Feed.ORDERS_INSERTED, EARLY) == placed


def test_lists_of_ids_and_skus_have_commas_and_colons_as_they_are(
    shipbob: ShipBobSimulator, port: ShipBobClient
) -> None:
    shipbob.warehouse.switches.encoded_separators_unread = True

    found = port.variants(["WIDGET-RED", "MUG-WHITE", "R&D/50% off", "a,b"])
    port.orders([250000001, 250000002])
    port.inventory_levels([21000011, 21000012])

    assert {each.sku for each in found} == {"WIDGET-RED", "MUG-WHITE"}
    assert [each.path.partition("?")[2] for each in shipbob.exchanges] == [
        "SKU=any:WIDGET-RED,MUG-WHITE,R%26D%2F50%25%20off&PageSize=250",
        "SKU=a%2Cb&PageSize=250",
        "IDs=250000001,250000002&Limit=250",
        "InventoryIds=21000011,21000012&PageSize=150",
    ]


def test_many_skus_are_asked_for_fifty_at_a_time(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    port.variants([f"SKU-{number}" for number in range(101)])

    assert asked_of(shipbob) == ["GET /product"] * 3


@pytest.mark.parametrize("links", ["unversioned", "versioned", "absolute"])
def test_a_list_is_followed_however_its_links_are_written(
    shipbob: ShipBobSimulator, port: ShipBobClient, links: str
) -> None:
    shipbob.warehouse.switches.set(links=links, history_page=2)
    for _ in range(5):
        shipbob.stock.adjust(Pile(21000011, 8), increment=1)

    rows, sizes = every_row(port, Asked(Feed.STOCK_EVENTS, EARLY, 8))

    assert sizes == [2, 2, 1]
    assert len({row.document for row in rows}) == 5


def test_more_subscriptions_than_a_page_holds_are_all_told(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    shipbob.limit.per_minute = 1_000
    made = {port.subscribe(subscription()) for _ in range(251)}

    assert {each.id for each in port.subscriptions()} == made
    assert asked_of(shipbob)[-2:] == ["GET /webhook"] * 2


def test_a_receiving_list_without_headers_goes_on_until_a_page_is_short(
    shipbob: ShipBobSimulator, port: ShipBobClient
) -> None:
    shipbob.warehouse.switches.receiving_headers = False
    shipbob.limit.per_minute = 1_000
    for number in range(251):
        port.create_receiving_order(wanted(f"PO {number}"))

    assert every_row(port, Asked(Feed.RECEIVING_INSERTED, EARLY))[1] == [250, 1]


def test_the_history_is_never_asked_for_more_days_than_shipbob_gives(
    shipbob: ShipBobSimulator, port: ShipBobClient
) -> None:
    shipbob.stock.adjust(Pile(21000011, 8), increment=1)

    assert len(port.listed(Asked(Feed.STOCK_EVENTS, PLACED_AT - dt.timedelta(days=400), 8)).rows) == 1
