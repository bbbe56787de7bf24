"""What ShipBob's webhooks do or fail to do changes when GP hears of something, never what GP holds in the end."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from local.certificates import authority
from local.memory.world import START
from local.shipbob import NewOrder
from local.shipbob.deliveries import Mishaps
from local.shipbob.orders import Line
from tests.contract.at_shipbob import AtShipBob, at_shipbob

DAY, HOUR, MINUTE = dt.timedelta(days=1), dt.timedelta(hours=1), dt.timedelta(minutes=1)
WEEK = 7 * DAY
ORDERS = 84  # twelve a day
AFTERWARDS = 2 * DAY  # ShipBob's last retry comes 28 hours after the first try

Deed = tuple[dt.datetime, int, Callable[[AtShipBob, int], object]]  # when, which order, what happens to it

LINES = [Line("WIDGET-RED", 2, Decimal("19.95")), Line("MUG-WHITE", 1, Decimal("12.00"))]


def placed(bridge: AtShipBob, number: int) -> object:
    """A third of the orders go out in two parcels from two centres."""
    split = [(8, [("WIDGET-RED", 2)]), (156, [("MUG-WHITE", 1)])] if number % 3 == 0 else ()
    return bridge.shipbob.account.place_order(NewOrder(f"W-{number}", LINES, shipments=split, total_price=Decimal(60)))


def shipped(bridge: AtShipBob, number: int) -> object:
    return bridge.shipbob.account.ship_order(order_id(bridge, number))


def delivered(bridge: AtShipBob, number: int) -> object:
    return bridge.shipbob.account.deliver_order(order_id(bridge, number))


def cancelled(bridge: AtShipBob, number: int) -> object:
    return bridge.shipbob.account.cancel_order(order_id(bridge, number))


def held(bridge: AtShipBob, number: int) -> object:
    return bridge.shipbob.account.hold_shipment(shipments(bridge, number)[0])


def out_of_stock(bridge: AtShipBob, number: int) -> object:
    return bridge.shipbob.account.fail_shipment(shipments(bridge, number)[0])


def released(bridge: AtShipBob, number: int) -> object:
    return bridge.shipbob.account.release_shipment(shipments(bridge, number)[0])


def parcel_shipped(bridge: AtShipBob, number: int) -> object:
    return bridge.shipbob.account.ship_shipment(shipments(bridge, number)[0])


def on_its_way(bridge: AtShipBob, number: int) -> object:
    edits = bridge.shipbob.account.edits
    return [edits.carrier_reports(shipment, "OutForDelivery") for shipment in shipments(bridge, number)]


def order_id(bridge: AtShipBob, number: int) -> int:
    found = next(order for order in bridge.shipbob.account.orders() if order["order_number"] == f"W-{number}")
    return int(found["id"])


def shipments(bridge: AtShipBob, number: int) -> list[int]:
    return [each["id"] for each in bridge.shipbob.account.order(order_id(bridge, number))["shipments"]]


LIVES = (
    (placed, shipped, on_its_way, delivered),
    (placed, held, released, shipped, delivered),
    (placed, out_of_stock, released, shipped, on_its_way, delivered),
    (placed, cancelled),
    (placed, parcel_shipped, shipped, delivered),
)


def a_week() -> list[Deed]:
    """The same week each time: orders and what becomes of them, hours apart."""
    chance = random.Random(20261117)  # noqa: S311 - a story, not a secret
    deeds: list[Deed] = []
    for number in range(1, ORDERS + 1):
        life = LIVES[number % len(LIVES)] if number % 3 == 0 else LIVES[number % (len(LIVES) - 1)]
        moment = START + chance.random() * (WEEK - DAY)
        for deed in life:
            deeds.append((moment, number, deed))
            moment += MINUTE + chance.random() * 4 * HOUR
    return sorted(deeds, key=lambda deed: deed[:2])


def lived(folder: Path, mishaps: Mishaps) -> AtShipBob:
    with at_shipbob(folder, poll_every=15 * MINUTE) as bridge:
        bridge.shipbob.webhooks.seed(1)
        bridge.shipbob.webhooks.mishaps = mishaps
        for moment, number, deed in a_week():
            bridge.until(moment)
            deed(bridge, number)
        bridge.until(START + WEEK + AFTERWARDS)
    return bridge


@pytest.fixture(autouse=True)
def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority(folder).bundle))


def test_a_week_without_webhooks_and_one_with_each_three_times_in_any_order_end_the_same(folder: Path) -> None:
    silent = lived(folder, Mishaps(lost_share=1.0))
    threefold = lived(folder, Mishaps(duplicates=2, spread_seconds=(6 * HOUR).total_seconds(), shuffled=True))

    assert silent.in_gp() == threefold.in_gp()
    # And that it says something: every order is there, shipped or not as its life went, and the weeks were not alike.
    fates = Counter(deed for _, _, deed in a_week())
    batches = Counter(order.batch for order in silent.in_gp().values())
    assert batches == {"SBR": fates[shipped], "SBD": fates[cancelled]}
    assert fates[shipped] + fates[cancelled] == ORDERS
    assert silent.shipbob.counters.deliveries["made"] == 0
    made = [len(each["attempts"]) for each in threefold.shipbob.webhooks.deliveries()]
    assert set(made) == {3}
    assert threefold.refused == 0
