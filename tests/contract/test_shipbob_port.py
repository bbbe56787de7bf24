"""The promises of ShipBob's port, kept by the memory that the flows are tested with and by the client over REST."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Asked, Feed
from bridge.domain.order import OrderLine, OrderStatus
from bridge.domain.outcome import Transient, UnknownOutcome
from bridge.domain.returns import Disposed, Disposition, ReturnStatus, ReturnType
from bridge.domain.store_amounts import StoreAmounts
from bridge.neighbours import ShipBob

from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract import shipbob_bench as at
from tests.contract.shipbob_bench import FORMS, Bench
from tests.contract.shipbob_calls import CALLS, CICERO, NO_CALL, READS, START, STORE, WRITES

pytestmark = pytest.mark.usefixtures("trusted")

EARLY = START - dt.timedelta(days=1)
UNKNOWN = 250000404


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture(params=FORMS)
def bench(request: pytest.FixtureRequest, shipbob: ShipBobSimulator, clock: ManualClock) -> Iterator[Bench]:
    with at.benches(request.param, shipbob, clock) as made:
        yield made


@pytest.fixture
def port(bench: Bench) -> ShipBob:
    return bench.port


def test_every_call_of_the_port_is_among_those_tried_here() -> None:
    calls = {name for name in dir(ShipBob) if not name.startswith("_")}

    assert {*CALLS, *NO_CALL} == calls


# Orders


def test_an_order_is_read_as_it_is_now(bench: Bench, port: ShipBob) -> None:
    order_id = bench.place("#1042")
    before = port.order(order_id)
    bench.ship(order_id)
    after = port.order(order_id)

    assert before is not None
    assert after is not None
    assert (before.id, before.number, before.channel) == (order_id, "#1042", STORE)
    assert (before.purchased_at, before.total) == (START, Decimal("39.90"))
    assert before.lines == (OrderLine("WIDGET-RED", Decimal(2), Decimal("19.95")),)
    assert [f"{item.quantity} {item.sku}" for item in before.shipments[0].items] == ["2 WIDGET-RED"]
    assert (before.is_shipped, after.is_shipped, after.status) == (False, True, OrderStatus.FULFILLED)
    assert before.image, "the audit keeps it"


def test_what_shipbob_does_not_have_is_absent(port: ShipBob) -> None:
    assert port.order(UNKNOWN) is None
    assert port.order_of_shipment(390000404) is None
    assert port.store_order(UNKNOWN) is None
    assert port.customer_return(700404) is None
    assert port.receiving_order(915404) is None
    assert list(port.boxes(915404)) == []
    assert list(port.receiving_orders_of("GPIV ADJ 0000404")) == []


def test_an_archived_order_is_gone_from_every_list(bench: Bench, port: ShipBob) -> None:
    gone, kept = bench.place("1"), bench.place("2")
    bench.archive(gone)

    assert port.order(gone) is None
    assert at.numbers(port, Feed.ORDERS_INSERTED, EARLY) == [kept]
    assert [row.document.number for row in port.orders([gone, kept])] == [kept]


def test_an_order_is_found_by_its_shipment(bench: Bench, port: ShipBob) -> None:
    first, second = bench.place("1"), bench.place("2")

    for order_id in (first, second):
        order = port.order(order_id)
        assert order is not None
        assert port.order_of_shipment(order.shipments[0].id) == order_id


def test_orders_are_read_many_at_once_and_those_that_are_not_there_are_left_out(bench: Bench, port: ShipBob) -> None:
    first, _, third = (bench.place(str(number)) for number in range(3))

    rows = port.orders([third, UNKNOWN, first])

    assert {row.document for row in rows} == {DocumentId(DocumentKind.ORDER, each) for each in (first, third)}
    assert all(port.order_in(row.image) == port.order(row.document.number) for row in rows)
    assert list(port.orders([])) == []


def test_the_stores_own_order_is_given_where_shipbob_keeps_it(bench: Bench, port: ShipBob) -> None:
    kept, none = bench.place("#1042"), bench.place("#1043")

    image = port.store_order(kept)

    assert image is not None
    assert json.loads(image) == at.STORE_ORDER
    assert port.store_order(none) is None


def test_the_stores_own_order_tells_the_money_beyond_the_lines(bench: Bench, port: ShipBob) -> None:
    image = port.store_order(bench.place("#1042"))

    assert image is not None
    assert port.store_amounts_in(image) == StoreAmounts(Decimal("1.20"), Decimal("5.00"), Decimal(0), "USD")
    assert port.store_amounts_in(b"no order") is None


# Lists of orders


def test_a_long_list_comes_in_pages_oldest_first_and_ends(bench: Bench, port: ShipBob) -> None:
    placed = []
    for number in range(bench.page + 1):
        placed.append(bench.place(str(number)))
        bench.advance(1)

    rows, sizes = at.every_row(port, Asked(Feed.ORDERS_INSERTED, EARLY))

    assert [row.document for row in rows] == [DocumentId(DocumentKind.ORDER, order_id) for order_id in placed]
    assert sizes == [bench.page, 1]


def test_a_list_that_just_fills_its_pages_needs_no_more(bench: Bench, port: ShipBob) -> None:
    for number in range(bench.page):
        bench.place(str(number))

    assert at.every_row(port, Asked(Feed.ORDERS_INSERTED, EARLY))[1] == [bench.page]


def test_a_listed_order_is_read_from_the_list_itself(bench: Bench, port: ShipBob) -> None:
    order_id = bench.place("1")
    listing = port.listed(Asked(Feed.ORDERS_INSERTED, EARLY))
    before = port.order(order_id)
    bench.ship(order_id)

    assert [port.order_in(row.image) for row in listing.rows] == [before], "as it was when it was listed"


def test_an_order_whose_list_tells_no_quantities_is_to_be_read_again(bench: Bench, port: ShipBob) -> None:
    bench.place("1", with_quantities=False)

    assert [row.image for row in port.listed(Asked(Feed.ORDERS_INSERTED, EARLY)).rows] == [b""]


def test_a_list_begins_at_its_moment_and_that_moment_is_in_it(bench: Bench, port: ShipBob) -> None:
    early = bench.place("1")
    bench.advance(60)
    moment = bench.now()
    late = bench.place("2")
    in_chicago = moment.astimezone(dt.timezone(dt.timedelta(hours=-6)))

    assert at.numbers(port, Feed.ORDERS_INSERTED, moment) == [late]
    assert at.numbers(port, Feed.ORDERS_INSERTED, in_chicago) == [late]
    assert at.numbers(port, Feed.ORDERS_INSERTED, moment - dt.timedelta(seconds=61)) == [early, late]
    assert at.numbers(port, Feed.ORDERS_INSERTED, moment + dt.timedelta(seconds=1)) == []


def test_an_old_order_that_changed_is_in_the_list_of_changes_alone(bench: Bench, port: ShipBob) -> None:
    order_id = bench.place("1")
    bench.advance(60)
    moment = bench.now()
    bench.ship(order_id)

    assert at.numbers(port, Feed.ORDERS_UPDATED, moment) == [order_id]
    assert at.numbers(port, Feed.ORDERS_INSERTED, moment) == []


@pytest.mark.parametrize("image", [b"", b"a line of text", b"null", b'{"id": 1}', b"[]"])
def test_an_image_that_is_no_order_is_one_of_our_failures(port: ShipBob, image: bytes) -> None:
    with pytest.raises(Transient):
        port.order_in(image)
    with pytest.raises(Transient):
        port.stock_event_in(image)
    with pytest.raises(Transient):
        port.receiving_order_in(image)


# Returns


def a_return(bench: Bench) -> int:
    order_id = bench.place("1")
    bench.ship(order_id)
    bench.advance(60)
    return bench.send_back(order_id)


def test_a_return_is_read_before_and_after_shipbob_counted_it(bench: Bench, port: ShipBob) -> None:
    return_id = a_return(bench)
    before = port.customer_return(return_id)
    bench.advance(60)
    bench.count_return(return_id)
    after = port.customer_return(return_id)

    assert before is not None
    assert after is not None
    assert (before.status, before.type, before.location) == (ReturnStatus.AWAITING_ARRIVAL, ReturnType.REGULAR, CICERO)
    assert before.shipment is not None
    assert (before.reference, before.store_order) == (f"RMA {port.order_of_shipment(before.shipment)}", "1")
    assert (before.created_at, before.completed_at, before.tracking_number) == (
        bench.now() - dt.timedelta(minutes=1),
        None,
        "1Z9",
    )
    assert [(line.sku, line.expected, line.taken) for line in before.lines] == [("WIDGET-RED", Decimal(2), ())]
    assert (after.status, after.completed_at) == (ReturnStatus.COMPLETED, bench.now())
    assert [line.taken for line in after.lines] == [
        (Disposed(Disposition.RESTOCK, Decimal(1), "Fine"), Disposed(Disposition.DISPOSE, Decimal(1), "Broken"))
    ]


def test_returns_are_listed_when_they_are_announced_and_again_when_they_are_completed(
    bench: Bench, port: ShipBob
) -> None:
    announced = a_return(bench)
    after = bench.now() + dt.timedelta(seconds=1)

    assert at.numbers(port, Feed.RETURNS_CREATED, EARLY) == [announced]
    assert at.numbers(port, Feed.RETURNS_COMPLETED, EARLY) == []

    bench.advance(60)
    bench.count_return(announced)

    assert at.numbers(port, Feed.RETURNS_COMPLETED, after) == [announced]
    assert at.numbers(port, Feed.RETURNS_CREATED, after) == []


def test_a_long_list_of_returns_comes_in_pages(bench: Bench, port: ShipBob) -> None:
    order_ids = [bench.place(str(number)) for number in range(bench.page + 1)]
    for order_id in order_ids:
        bench.ship(order_id)
    made = [bench.send_back(order_id) for order_id in order_ids]

    rows, sizes = at.every_row(port, Asked(Feed.RETURNS_CREATED, EARLY))

    assert [row.document for row in rows] == [DocumentId(DocumentKind.RETURN, each) for each in made]
    assert sizes == [bench.page, 1]
    assert all(row.image for row in rows), "each is listed whole"
    assert [port.return_in(row.image) for row in rows] == [port.customer_return(each) for each in made]


# When ShipBob is away


@pytest.mark.parametrize("call", CALLS)
def test_while_shipbob_is_away_every_call_waits(bench: Bench, port: ShipBob, call: str) -> None:
    bench.go_away()

    with pytest.raises(Transient):
        CALLS[call](port)


@pytest.mark.parametrize("call", WRITES)
def test_a_write_whose_reply_is_lost_is_in_doubt(bench: Bench, port: ShipBob, call: str) -> None:
    bench.lose_replies()

    with pytest.raises(UnknownOutcome):
        WRITES[call](port)


@pytest.mark.parametrize("call", READS)
def test_a_read_whose_reply_is_lost_is_read_again(bench: Bench, port: ShipBob, call: str) -> None:
    bench.lose_replies()

    with pytest.raises(Transient):
        READS[call](port)
