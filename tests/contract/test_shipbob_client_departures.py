"""Answers that depart from ShipBob's reference, as users of the API report them, read the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from bridge.domain.listing import Asked, Feed
from bridge.domain.order import ShippedItem
from bridge.domain.outcome import Refused
from bridge.shipbob.client import ShipBobClient

from local.shipbob import ManualClock, NewOrder, ShipBobSimulator
from local.shipbob.orders import Line
from tests.contract import shipbob_bench
from tests.contract.shipbob_calls import START, wanted

pytestmark = pytest.mark.usefixtures("trusted")

INSERTED = Asked(Feed.ORDERS_INSERTED, START - dt.timedelta(days=1))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def port(shipbob: ShipBobSimulator, clock: ManualClock) -> Iterator[ShipBobClient]:
    made = shipbob_bench.client(shipbob.url, shipbob.token, clock)
    yield made
    made.close()


def new(*lines: Line, **details: object) -> NewOrder:
    return NewOrder("1001", list(lines) or [Line("MUG-WHITE", 1)], **details)  # type: ignore[arg-type]


def asked_of(shipbob: ShipBobSimulator) -> list[str]:
    """The operations that were asked for, in their order."""
    return [each.operation for each in shipbob.exchanges]


@pytest.mark.parametrize("missing", ["quantity", "items"])
def test_quantities_that_an_order_leaves_out_are_asked_for(
    shipbob: ShipBobSimulator, port: ShipBobClient, missing: str
) -> None:
    shipbob.account.defects.set(quantities_missing=missing)
    packages = [(8, [("WIDGET-RED", 2)]), (156, [("WIDGET-RED", 1), ("SOAP-BAR", 4)])]
    lines = [Line("WIDGET-RED", 3), Line("SOAP-BAR", 4)]
    placed = shipbob.account.place_order(new(*lines, shipments=packages, type="B2B"))

    found = port.order(placed["id"])

    assert found is not None
    assert [each.items for each in found.shipments] == [
        (ShippedItem("WIDGET-RED", Decimal(2)),),
        (ShippedItem("WIDGET-RED", Decimal(1)), ShippedItem("SOAP-BAR", Decimal(4))),
    ]
    assert asked_of(shipbob) == ["GET /order/{orderId}"] + ["GET /shipment/{shipmentId}:getLineItems"] * 2
    assert [row.image for row in port.listed(INSERTED).rows] == [b""], "or nobody would ask"


def test_quantities_of_a_shipment_that_shipbob_archived_stay_unknown(
    shipbob: ShipBobSimulator, port: ShipBobClient
) -> None:
    shipbob.account.defects.set(quantities_missing="quantity")
    placed = shipbob.account.place_order(new(type="B2B"))
    shipbob.account.edits.archive(placed["shipments"][0]["id"])

    found = port.order(placed["id"])

    assert found is not None
    assert found.shipments[0].items == (ShippedItem("MUG-WHITE", None),)


def test_nobody_asks_what_was_in_a_cancelled_shipment(shipbob: ShipBobSimulator, port: ShipBobClient) -> None:
    shipbob.account.defects.set(quantities_missing="quantity")
    placed = shipbob.account.place_order(new(type="B2B"))
    shipbob.account.cancel_order(placed["id"])

    port.order(placed["id"])

    assert asked_of(shipbob) == ["GET /order/{orderId}"]


DEPARTURES: dict[str, dict[str, object]] = {
    "fields that nobody knows": {"unknown_fields": True},
    "null for what is empty": {"nulls_for_nothing": True},
    "lower case": {"status_spelling": "lower"},
    "blanks": {"status_spelling": "spaced"},
    "shouting": {"status_spelling": "shouted"},
    "other ids in the shipment": {"product_ids_differ": True},
}


@pytest.mark.parametrize("departure", DEPARTURES.values(), ids=DEPARTURES)
def test_an_order_reads_the_same_however_it_is_written(
    shipbob: ShipBobSimulator, port: ShipBobClient, departure: dict[str, object]
) -> None:
    order_id = shipbob.account.place_order(new(Line("WIDGET-RED", 2)))["id"]
    shipbob.account.ship_order(order_id)
    as_published = port.order(order_id)

    shipbob.account.defects.set(**departure)

    assert port.order(order_id) == as_published
    assert [port.order_in(row.image) for row in port.listed(INSERTED).rows] == [as_published]


@pytest.mark.parametrize("departure", [*DEPARTURES.values(), {"awaiting_arrival_spaced": True}])
def test_a_return_reads_the_same_however_it_is_written(
    shipbob: ShipBobSimulator, port: ShipBobClient, departure: dict[str, object]
) -> None:
    order = shipbob.account.place_order(new())
    shipbob.account.ship_order(order["id"])
    shipbob.account.returns.return_to_sender(order["shipments"][0]["id"])
    as_published = port.customer_return(700001)

    shipbob.account.defects.set(**departure)

    assert port.customer_return(700001) == as_published
    assert as_published is not None
    assert as_published.type == "ReturnToSender"


def test_a_page_that_is_not_there_is_the_empty_one_after_the_last(
    shipbob: ShipBobSimulator, port: ShipBobClient
) -> None:
    shipbob.account.defects.empty_page_is_404 = True
    shipbob.account.place_order(new())

    assert port.listed(INSERTED, "2").rows == ()


def test_a_refusal_is_told_in_shipbobs_own_words(port: ShipBobClient) -> None:
    past = wanted(expected_arrival=START - dt.timedelta(days=1))

    with pytest.raises(Refused) as refusal:
        port.create_receiving_order(past)

    assert refusal.value.reason == "ShipBob refuses the receiving order (422)"
    assert "ExpectedArrivalDate: Arrival date must be in the future." in refusal.value.evidence
