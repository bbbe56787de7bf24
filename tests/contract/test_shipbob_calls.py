"""What an order's life costs in calls to ShipBob, counted at the witness."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.protocols.ledger import Status

from local.certificates import authority
from local.memory.world import START
from local.shipbob import NewOrder
from local.shipbob.orders import Line
from tests.contract.at_shipbob import AtShipBob, at_shipbob

HOUR, MINUTE = dt.timedelta(hours=1), dt.timedelta(minutes=1)
DAY = 24 * HOUR
LIVES = 20
A_DAYS_ORDERS = 2_000  # of a distributor of middling size: they share what polling every five minutes costs
LINES = [Line("WIDGET-RED", 2, Decimal("19.95"))]


@pytest.fixture(autouse=True)
def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority(folder).bundle))


def live(bridge: AtShipBob, number: int) -> None:
    """Placed, shipped six hours later, seen three times on its way and delivered; then the day goes on."""
    account = bridge.shipbob.account
    begun = START + number * 31 * MINUTE
    bridge.until(begun)
    order = account.place_order(NewOrder(f"L-{number}", LINES, total_price=Decimal("45.00")))
    shipment = order["shipments"][0]["id"]
    bridge.until(begun + 7 * MINUTE)
    account.ship_order(order["id"])  # with the first tracking update
    for minutes, event in ((13, "OutForDelivery"), (17, "DeliveryException")):
        bridge.until(begun + minutes * MINUTE)
        account.edits.carrier_reports(shipment, event)
    bridge.until(begun + 29 * MINUTE)
    account.deliver_order(order["id"])


def calls_of_a_day(folder: Path, lives: int) -> Counter[str]:
    with at_shipbob(folder, poll_every=5 * MINUTE) as bridge:
        for number in range(lives):
            live(bridge, number)
        bridge.until(START + DAY)
        shipped = [order for order in bridge.in_gp().values() if order.batch == "SBR" and order.tracking]
        assert len(shipped) == lives
        assert all(row.status is Status.DONE for row in bridge.world.state.rows.values())
        told = Counter(each["topic"] for each in bridge.shipbob.webhooks.deliveries())
        assert told["order.shipment.tracking.updated"] == 3 * lives
        return Counter(bridge.shipbob.counters.requests)


def test_a_life_of_an_order_costs_one_read_and_its_share_of_the_polls(folder: Path) -> None:
    without = calls_of_a_day(folder, lives=0)
    with_them = calls_of_a_day(folder, lives=LIVES)

    more = with_them - without
    each = Decimal(more.total()) / LIVES + Decimal(without.total()) / A_DAYS_ORDERS
    assert more == {"GET /order/{orderId}": LIVES}
    assert each <= Decimal("1.6"), f"{each} calls: {dict(more)} more than {dict(without)}"
