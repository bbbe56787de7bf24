"""Every request of the bridge is one that ShipBob's OpenAPI document knows, and every sample of an answer is read."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.listing import Asked, Feed
from bridge.domain.receiving import ReceivingStatus
from bridge.domain.returns import Disposed, Disposition
from bridge.domain.stock import StockChange
from bridge.shipbob import wire_account, wire_orders, wire_receiving, wire_returns, wire_stock
from bridge.shipbob.failures import evidence

from local.certificates import authority
from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.counters import Exchange
from tests.contract import shipbob_bench
from tests.contract.shipbob_calls import CALLS, START
from tests.vendor.shipbob_contract import faults, request_faults

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
BODIES = {
    "POST /receiving": "Receiving.CreateReceivingOrderModel",
    "POST /webhook": "Webhooks.V2.CreateSubscriptionRequest",
    "POST /inventory/history:query": "FulfillmentCenterInventoryService.MerchantHistoryRequest",
}


@pytest.fixture(scope="module")
def exchanges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Exchange]]:
    """Everything that the client may ask for, asked for once."""
    folder, clock = tmp_path_factory.mktemp("authority"), ManualClock(START)
    with pytest.MonkeyPatch.context() as patched, ShipBobSimulator(folder, clock=clock) as shipbob:
        patched.setenv("SSL_CERT_FILE", str(authority(folder).bundle))
        port = shipbob_bench.client(shipbob.url, shipbob.token, clock, channel=180001)
        for call in CALLS.values():
            call(port)
        for feed in Feed:
            port.listed(Asked(feed, START, 8 if feed is Feed.STOCK_EVENTS else None))
        port.variants(["a,b", "c"])
        port.close()
        yield shipbob.exchanges


def test_every_request_has_parameters_that_the_document_knows(exchanges: list[Exchange]) -> None:
    assert len(exchanges) >= len(CALLS) + len(Feed)
    assert [fault for each in exchanges for fault in request_faults(each)] == []


def test_every_body_is_one_that_the_document_knows(exchanges: list[Exchange]) -> None:
    sent = [each for each in exchanges if each.request_body]

    assert {each.operation for each in sent} == BODIES.keys()
    assert [fault for each in sent for fault in faults(BODIES[each.operation], json.loads(each.request_body))] == []


# The samples


def sample(name: str) -> bytes:
    path = SAMPLES / f"{name}.json"
    if not path.exists():
        pytest.skip(f"the samples are not here: {SAMPLES}")
    return path.read_bytes()


def test_the_samples_of_orders_are_read() -> None:
    (row,) = wire_orders.read_listed(sample("get-order.page1.constructed"))
    order = wire_orders.read_order(row.image)

    assert (row.document.number, order.number, order.total) == (250000001, "100245", Decimal("73.9"))
    assert [[(item.sku, item.quantity) for item in each.items] for each in order.shipments] == [
        [("WIDGET-RED", Decimal(2))],
        [("SERUM-30ML", Decimal(1))],
    ]
    assert order.is_shipped
    assert wire_orders.read_order(sample("order.shipped.constructed")).id == 250000001
    for state in ("cancelled", "delivered", "exception", "on_hold"):
        assert wire_orders.read_order_of_shipment(sample(f"order.shipment.{state}.constructed"))


def test_the_sample_of_a_completed_return_is_read() -> None:
    found = wire_returns.read_return(sample("return.completed.constructed"))

    assert (found.id, found.shipment, found.reference) == (700001, 390000101, "GP-RMA-5001")
    assert found.completed_at == dt.datetime(2026, 12, 1, 9, 42, tzinfo=dt.UTC)
    assert [line.taken for line in found.lines] == [
        (
            Disposed(Disposition.RESTOCK, Decimal(1), "Resellable"),
            Disposed(Disposition.DISPOSE, Decimal(1), "Damaged"),
        )
    ]
    assert wire_returns.read_return(sample("return.created.constructed")).lines[0].expected == 2


def test_the_samples_of_receiving_are_read() -> None:
    found = wire_receiving.read_order(sample("receiving.get.constructed"))
    (box,) = wire_receiving.read_boxes(sample("receiving.boxes.constructed"))

    assert (found.status, found.purchase_order_number) == (ReceivingStatus.COMPLETED, "GPIV ADJ 0004711")
    assert [(line.sku, line.expected, line.stowed) for line in found.lines] == [
        ("WIDGET-RED", 100, 98),
        ("SERUM-30ML", 40, 40),
    ]
    assert (box.id, box.status, box.items[1].lot_number) == (1600001, "Completed", "LOT-2226")


def test_the_samples_of_stock_are_read() -> None:
    (level,) = wire_stock.read_levels(sample("inventory-level.locations.constructed"))
    (row,) = wire_stock.read_listed(sample("inventory-history.query.response.constructed"))

    assert [(each.location, each.on_hand, each.internal_transfer) for each in level.locations] == [
        (8, 100, 0),
        (156, 60, 10),
    ]
    event = wire_stock.read_event(row.image)
    assert (row.document.number, event.at) == (880001, dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC))
    assert event.increment == StockChange(8, "WIDGET-RED", 3)


def test_the_samples_of_the_account_are_read() -> None:
    own, other = wire_account.read_channels(sample("channel.list.constructed"))

    assert (own.id, own.is_writable, other.is_writable) == (180001, True, False)
    assert wire_account.read_made(sample("webhook.create.response.constructed")) == "ep_2sampleSampleSample"


def test_every_sample_of_an_error_tells_something() -> None:
    errors: dict[str, Any] = json.loads(sample("errors.constructed"))
    bodies = {name: each.get("body", each) for name, each in errors.items()}

    assert [name for name, body in bodies.items() if not evidence(json.dumps(body).encode())] == []
