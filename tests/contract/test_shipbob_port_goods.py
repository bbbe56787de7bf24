"""The promises of ShipBob's port about goods and about the account, kept by both of its forms."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.listing import Asked, Feed
from bridge.domain.movement import Pieces, Way
from bridge.domain.outcome import RefusalKind, Refused
from bridge.domain.receiving import ReceivingStatus
from bridge.domain.stock import StockChange
from bridge.domain.terms import SendingTerms
from bridge.mapping import announcing
from bridge.neighbours import ShipBob

from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract import shipbob_bench as at
from tests.contract.shipbob_bench import FORMS, Bench
from tests.contract.shipbob_calls import BLUE, CICERO, MORENO, RED, SERUM, START, STORE, subscription, wanted

pytestmark = pytest.mark.usefixtures("trusted")

EARLY = START - dt.timedelta(days=1)


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


# Receiving


def test_a_receiving_order_is_made_as_wanted_and_found_again(bench: Bench, port: ShipBob) -> None:
    made = port.create_receiving_order(wanted())

    assert (made.status, made.center, made.created_at) == (ReceivingStatus.AWAITING, CICERO, bench.now())
    assert {(line.inventory_id, line.sku, line.expected, line.received, line.stowed) for line in made.lines} == {
        (RED, "WIDGET-RED", 120, 0, 0),
        (SERUM, "SERUM-30ML", 40, 0, 0),
    }
    assert port.receiving_order(made.id) == made
    assert list(port.receiving_orders_of("GPIV ADJ 0004711")) == [made]
    assert list(port.receiving_orders_of("GPIV ADJ 00047")) == [], "no other number's"


def test_what_is_announced_of_a_gp_document_is_taken_and_found_again(port: ShipBob) -> None:
    """With the number, boxes and lots that the bridge makes of a transfer whose number has all kinds of signs."""
    document = DocumentId(DocumentKind.TRANSFER, name="TRX-1/ä")
    coming = (
        Pieces(Way.CROSSING, "SB-CICERO", "WID-RED-01", "WIDGET-RED", RED, 120),
        Pieces(Way.CROSSING, "SB-CICERO", "SERUM", "SERUM-30ML", SERUM, 40, "LOT 22/26", dt.date(2027, 12, 31)),
    )
    terms = SendingTerms(units_per_box=100)
    arrival = dt.datetime(2126, 11, 17, tzinfo=dt.UTC)  # in the future, whenever it is asked for
    (announced,) = announcing.receiving_orders(document, "SB-CICERO", CICERO.id, coming, terms, arrival)

    made = port.create_receiving_order(announced)

    assert [each.id for each in port.receiving_orders_of(announced.purchase_order_number)] == [made.id]
    assert announcing.contradictions(made, announced) == ()
    assert [box.tracking_number for box in port.boxes(made.id)] == [box.tracking_number for box in announced.boxes]


def test_its_boxes_are_those_announced_with_their_lots(port: ShipBob) -> None:
    made = port.create_receiving_order(wanted())

    boxes = port.boxes(made.id)

    assert [(box.tracking_number, box.status) for box in boxes] == [
        ("GPIV ADJ 0004711-1", "Awaiting"),
        ("GPIV ADJ 0004711-2", "Awaiting"),
    ]
    assert [(item.inventory_id, item.expected, item.lot_number) for box in boxes for item in box.items] == [
        (RED, 100, ""),
        (RED, 20, ""),
        (SERUM, 40, "LOT-2226"),
    ]
    assert boxes[1].items[1].lot_date == dt.datetime(2027, 12, 31, tzinfo=dt.UTC)


def test_a_purchase_order_number_is_taken_once_and_refused_in_shipbobs_words(port: ShipBob) -> None:
    port.create_receiving_order(wanted())

    with pytest.raises(Refused) as refusal:
        port.create_receiving_order(wanted())

    assert "already exists" in " ".join(refusal.value.evidence)
    assert refusal.value.kind is RefusalKind.NUMBER_TAKEN
    assert len(port.receiving_orders_of("GPIV ADJ 0004711")) == 1


def test_what_was_put_onto_the_shelves_is_told_by_item_and_by_box(bench: Bench, port: ShipBob) -> None:
    made = port.create_receiving_order(wanted())
    bench.take_in(made.id)
    bench.stow(made.id)

    found = port.receiving_order(made.id)

    assert found is not None
    assert found.status is ReceivingStatus.COMPLETED
    assert sorted((line.sku, line.expected, line.stowed) for line in found.lines) == [
        ("SERUM-30ML", 40, 40),
        ("WIDGET-RED", 120, 120),
    ]
    assert [item.stowed for box in port.boxes(made.id) for item in box.items] == [100, 20, 40]


def test_receiving_orders_are_listed_when_made_while_in_work_and_when_completed(bench: Bench, port: ShipBob) -> None:
    first = port.create_receiving_order(wanted("FIRST")).id
    bench.advance(60)
    later = bench.now()
    second = port.create_receiving_order(wanted("SECOND")).id

    assert sorted(at.numbers(port, Feed.RECEIVING_INSERTED, EARLY)) == [first, second]
    assert at.numbers(port, Feed.RECEIVING_INSERTED, later) == [second]
    assert at.numbers(port, Feed.RECEIVING_OPEN, later) == [], "both are awaited still"

    bench.take_in(first)
    assert at.numbers(port, Feed.RECEIVING_OPEN, later) == [first], "whatever its date"
    assert all(row.image for row in port.listed(Asked(Feed.RECEIVING_OPEN, later)).rows), "each is listed whole"
    assert at.numbers(port, Feed.RECEIVING_COMPLETED, EARLY) == []

    bench.stow(first)
    assert at.numbers(port, Feed.RECEIVING_OPEN, EARLY) == []
    assert at.numbers(port, Feed.RECEIVING_COMPLETED, later) == [first]


def test_a_long_list_of_receiving_orders_comes_in_pages(bench: Bench, port: ShipBob) -> None:
    made = [port.create_receiving_order(wanted(f"PO {number}")).id for number in range(bench.page + 1)]

    rows, sizes = at.every_row(port, Asked(Feed.RECEIVING_INSERTED, EARLY))

    assert sorted(row.document for row in rows) == [DocumentId(DocumentKind.RECEIVING, each) for each in made]
    assert sizes == [bench.page, 1]
    assert [port.receiving_order_in(row.image) for row in rows] == [
        port.receiving_order(row.document.number) for row in rows
    ]


# Stock


def test_variants_are_found_by_just_those_skus(port: ShipBob) -> None:
    found = {each.sku: each for each in port.variants(["WIDGET-RED", "SERUM-30ML", "GIFT-SET", "WIDGET", "widget-red"])}

    assert sorted(found) == ["GIFT-SET", "SERUM-30ML", "WIDGET-RED"]
    assert (found["WIDGET-RED"].inventory_id, found["WIDGET-RED"].is_lot) == (RED, False)
    assert (found["SERUM-30ML"].inventory_id, found["SERUM-30ML"].is_lot) == (SERUM, True)
    assert found["GIFT-SET"].inventory_id is None, "a bundle has no stock of its own"
    assert list(port.variants([])) == []


def test_levels_are_told_by_location_of_the_items_that_there_are(port: ShipBob) -> None:
    found = {each.inventory_id: each for each in port.inventory_levels([RED, BLUE, 21000404])}

    assert sorted(found) == [RED, BLUE]
    assert found[RED].sku == "WIDGET-RED"
    on_hand = {place.location: place.on_hand for place in found[RED].locations}
    assert (on_hand[CICERO.id], on_hand[MORENO.id]) == (5000, 5000)
    assert list(port.inventory_levels([])) == []


def test_locations_are_all_told_and_the_closed_ones_as_closed(port: ShipBob) -> None:
    found = {each.id: each for each in port.locations()}

    assert (found[CICERO.id].name, found[CICERO.id].is_active, found[CICERO.id].is_receiving) == (
        CICERO.name,
        True,
        True,
    )
    assert found[77].is_active is False


def test_goods_may_be_sent_to_the_centres_that_receive(port: ShipBob) -> None:
    assert {CICERO, MORENO} <= set(port.fulfillment_centers())


def test_a_correction_of_stock_is_listed_for_its_building_with_all_that_it_says(bench: Bench, port: ShipBob) -> None:
    found, lost = bench.correct(RED, CICERO.id, 3), bench.correct(BLUE, CICERO.id, -2)
    elsewhere = bench.correct(RED, MORENO.id, 1)

    rows = port.listed(Asked(Feed.STOCK_EVENTS, EARLY, CICERO.id)).rows

    assert [row.document for row in rows] == [DocumentId(DocumentKind.STOCK, each) for each in (found, lost)]
    assert at.numbers(port, Feed.STOCK_EVENTS, EARLY, MORENO.id) == [elsewhere]
    gain, loss = (port.stock_event_in(row.image) for row in rows)
    assert (gain.id, gain.inventory_id, gain.facility, gain.at) == (found, RED, CICERO.id, bench.now())
    assert (gain.category, gain.is_correction) == ("InventoryAdjusted", True)
    assert (gain.increment, gain.decrement) == (StockChange(CICERO.id, "WIDGET-RED", 3), None)
    assert (loss.increment, loss.decrement) == (None, StockChange(CICERO.id, "WIDGET-BLUE", -2))


def test_a_list_of_corrections_begins_at_its_moment_and_goes_on_where_it_stopped(bench: Bench, port: ShipBob) -> None:
    bench.correct(RED, CICERO.id, 1)
    bench.advance(60)
    since = bench.now()
    made = [bench.correct(RED, CICERO.id, 1) for _ in range(bench.history_page + 1)]

    rows, sizes = at.every_row(port, Asked(Feed.STOCK_EVENTS, since, CICERO.id))

    assert [row.document.number for row in rows] == made
    assert sizes == [bench.history_page, 1]


# The account


def test_our_own_channel_is_the_one_that_we_may_write_on(port: ShipBob) -> None:
    channels = port.channels()

    assert [(each.id, each.application) for each in channels if each.is_writable] == [(180001, "SMA")]
    assert STORE.id in {each.id for each in channels}


def test_a_subscription_is_made_listed_and_removed_more_than_once(port: ShipBob) -> None:
    made = port.subscribe(subscription("order.shipped", "return.completed"))

    (found,) = port.subscriptions()

    assert (found.id, found.url, found.is_enabled) == (made, "https://gateway.example.com/hooks", True)
    assert (found.topics, found.description) == (frozenset({"order.shipped", "return.completed"}), "GP")
    port.unsubscribe(made)
    port.unsubscribe(made)
    assert list(port.subscriptions()) == []


def test_a_topic_that_shipbob_does_not_offer_is_refused(port: ShipBob) -> None:
    with pytest.raises(Refused) as refusal:
        port.subscribe(subscription("order.created"))

    assert "order.created" in " ".join(refusal.value.evidence)
    assert list(port.subscriptions()) == []
