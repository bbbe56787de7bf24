"""The day of a distributor that ships from three of ShipBob's centres: in the evening both sides agree on every shelf.

Played in both ways in which GP can carry a shipment. What is expected is worked out from the day, by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.gp import inventory_entry
from local.shipbob import catalogue
from local.shipbob.orders import Line, NewOrder
from local.shipbob.returns import NewReturn, ReturnLine, Taken
from local.shipbob.stock_history import Pile
from tests.stories.distributor import BETHLEHEM, CICERO, MORENO, ORDER_TYPE, STORE, Distributor, deployed
from tests.stories.watching import comes_to, in_time, story_of


@pytest.fixture(scope="module", params=["order", "invoice"])
def distributor(
    request: pytest.FixtureRequest, built: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Distributor]:
    folder = tmp_path_factory.mktemp(f"distributor-{request.param}")
    chosen = {"ShipmentRecord": request.param, "SalesOrderType": ORDER_TYPE[request.param]}
    with deployed(folder, built, StockCorrections="record", **chosen) as world:
        made = Distributor(world)
        made.settle_in()
        yield made


def bought(*lines: tuple[str, int, str]) -> list[Line]:
    return [Line(sku, quantity, Decimal(price)) for sku, quantity, price in lines]


ORDERS = (
    NewOrder("D-1", bought(("WIDGET-RED", 2, "19.95")), channel=STORE, total_price=Decimal("44.90")),  # 5.00 freight
    NewOrder("D-2", bought(("MUG-WHITE", 6, "12.00")), channel=STORE, location=MORENO, total_price=Decimal("72.00")),
    NewOrder(
        "D-3",
        bought(("WIDGET-BLUE", 5, "19.95"), ("CANDLE-LAVENDER", 2, "24.50")),
        channel=STORE,
        shipments=[(CICERO, [("WIDGET-BLUE", 5)]), (BETHLEHEM, [("CANDLE-LAVENDER", 2)])],
        total_price=Decimal("140.75"),  # 148.75 of goods, 8.00 less
    ),
    NewOrder(
        "D-4",
        bought(("SOAP-BAR", 9, "7.25")),
        channel=STORE,
        shipments=[(MORENO, [("SOAP-BAR", 4)]), (MORENO, [("SOAP-BAR", 5)])],
        total_price=Decimal("65.25"),
    ),
)
TOTAL = Decimal("322.90")  # 44.90 + 72.00 + 140.75 + 65.25


def test_both_sides_agree_in_the_evening(distributor: Distributor) -> None:
    day = Day(distributor)

    day.night()
    day.morning()
    day.noon()
    day.afternoon()
    day.evening()

    assert list(distributor.differences()) == []
    assert sum(Decimal(each["total"]) for each in day.invoices()) == TOTAL
    assert {story_of(distributor.world, order_id)["chain"] for order_id in day.ids.values()} == {"whole"}
    assert distributor.world.gp.counters.refused == 0


class Day:
    """What happens, hour by hour."""

    def __init__(self, distributor: Distributor) -> None:
        self.distributor = distributor
        self.world = distributor.world
        self.ids: dict[str, int] = {}

    def night(self) -> None:
        """Two broken mugs, written off in GP, are taken off the shelf by ShipBob; three more soap bars are found."""
        books, stock = self.world.gp.books, self.world.shipbob.stock
        mug, soap = (catalogue.BY_SKU[sku].inventory_id for sku in ("MUG-WHITE", "SOAP-BAR"))
        broken = inventory_entry.change(books, item="MUG-WHT", quantity=-2, site="SB-CICERO", batch="BROKEN")
        books.inventory.post(broken)
        self.world.run("PollGp")
        comes_to(self.world, f"adjustment/{broken}", "review")
        stock.adjust(Pile(mug, CICERO), decrement=2)
        stock.adjust(Pile(soap, BETHLEHEM), increment=3)
        self.world.run("PollShipBob")
        assert in_time(self.world, self._corrections)
        assert [self._moved(each) for each in self._corrections()] == [("SOAP-BAR", "SB-BETHLE", "3")]

    def _corrections(self) -> list[dict[str, Any]]:
        return [each for each in self.distributor.stock_documents() if each["number"].startswith("SBC")]

    @staticmethod
    def _moved(document: dict[str, Any]) -> tuple[str, str, str]:
        (line,) = document["lines"]
        return line["item"], line["site"], line["quantity"]

    def morning(self) -> None:
        """The store's orders come in, and are drafts in GP."""
        for order in ORDERS:
            self.ids[order.order_number] = self.world.shipbob.account.place_order(order)["id"]
        self.world.run("PollShipBob")
        assert in_time(self.world, lambda: len(self._orders()) == len(ORDERS))
        assert {tuple(each["holds"]) for each in self._orders()} == {("SHIPBOB",)}

    def _orders(self) -> list[dict[str, Any]]:
        return [each for each in self.distributor.documents() if each["kind"] == "Order"]

    def noon(self) -> None:
        """The centres ship everything; one parcel each, but for D-3 and D-4, which are two."""
        for order_id in self.ids.values():
            self.world.shipbob.account.ship_order(order_id)
        self.world.run("PollShipBob")  # as its schedule would, whatever becomes of the webhooks
        assert in_time(self.world, self._is_all_recorded), self.distributor.documents()

    def _is_all_recorded(self) -> bool:
        told = [tracking for each in self.distributor.documents() for tracking in each["tracking"]]
        parcels = [
            shipment["tracking"]["tracking_number"]
            for order_id in self.ids.values()
            for shipment in self.world.shipbob.account.order(order_id)["shipments"]
        ]
        return set(parcels) <= set(told)

    def afternoon(self) -> None:
        """A customer sends one red widget back, which is restocked; forty mugs go by truck to Cicero and are stowed."""
        shipbob = self.world.shipbob
        shipment = shipbob.account.order(self.ids["D-1"])["shipments"][0]["id"]
        widget = catalogue.BY_SKU["WIDGET-RED"].inventory_id
        shipbob.account.returns.play(
            NewReturn(shipment_id=shipment, lines=[ReturnLine(widget, 1)]), [Taken(widget, "Restock", 1)]
        )
        assert in_time(self.world, lambda: self._booked("SBR7"))  # returns are numbered from 700001
        truck = inventory_entry.transfer(
            self.world.gp.books, item="MUG-WHT", quantity=40, source="MAIN", target="SB-CICERO", batch="TRUCK"
        )
        self.world.gp.books.inventory.post(truck)
        self.world.run("PollGp")
        expected = in_time(self.world, shipbob.receiving.listed)
        shipbob.dock.stow(expected[0]["id"])
        shipbob.dock.complete(expected[0]["id"])
        receiving = f"receiving/{expected[0]['id']}"
        # ShipBob has no webhook for it, and the list is asked for once an hour.
        self.world.operator("replay", receiving, "--why", "the truck was unloaded")
        comes_to(self.world, receiving, "done")

    def _booked(self, prefix: str) -> list[dict[str, Any]]:
        return [each for each in self.distributor.stock_documents() if each["number"].startswith(prefix)]

    def evening(self) -> None:
        """People post what the bridge has written: it never does."""
        self.distributor.transfer_and_post_orders()
        self.distributor.post(prefix="SB")

    def invoices(self) -> list[dict[str, Any]]:
        return [each for each in self.distributor.documents() if each["kind"] == "Invoice" and each["posted"]]
