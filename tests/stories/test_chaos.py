"""A day in chaos on the deployed stack: whatever dies or goes away, in the evening both sides agree on every shelf.

Each seed is a day of its own: `make chaos SEEDS="1 2 3"`, which tells of each what was done and what was done to it.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from bridge.console.relisting import relist
from bridge.ports import Ports
from bridge.runtime import SystemClock

from local.gp import inventory_entry
from local.shipbob import catalogue
from local.shipbob.orders import Line, NewOrder
from local.shipbob.returns import NewReturn, ReturnLine, Taken
from local.shipbob.stock_history import Pile
from local.world import World
from tests.stories.auditor import QUEUES, Auditor
from tests.stories.chaos import Chaos
from tests.stories.distributor import BETHLEHEM, CICERO, ITEMS, MORENO, SITES, STORE, Distributor, deployed
from tests.stories.passing import pass_hours
from tests.stories.watching import eventually

SEEDS = [int(seed) for seed in os.environ.get("CHAOS_SEEDS", "1").split()]  # noqa: TID251 - the tests' own switch
TOLD = logging.getLogger(__name__)
REDELIVERY_SECONDS = 8
RETENTION = dt.timedelta(days=14)
ROUNDS, HOURS_IN_A_ROUND = 8, 5
QUIET_WITHIN = 40


@pytest.fixture
def distributor(built: Path, tmp_path: Path) -> Iterator[Distributor]:
    with deployed(tmp_path, built, StockCorrections="record") as world:
        for queue in QUEUES:
            world.cloud.client("sqs").set_queue_attributes(
                QueueUrl=world.outputs[f"{queue}QueueUrl"], Attributes={"VisibilityTimeout": str(REDELIVERY_SECONDS)}
            )
        made = Distributor(world)
        made.settle_in()
        yield made


@pytest.mark.parametrize("seed", SEEDS)
def test_in_the_evening_of_a_day_in_chaos_nothing_is_lost_doubled_or_forgotten(
    distributor: Distributor, seed: int
) -> None:
    chaos = Chaos(distributor.world, seed)
    day = Day(distributor, chaos)
    try:
        with chaos:
            day.play()
        breaches = day.end()
    except Exception as broken:
        broken.add_note(chaos.story)
        raise

    TOLD.info(chaos.story)
    assert breaches == [], chaos.story


class Day:
    """Twelve orders, a return, three corrections, two trucks; chaos strikes after each deed."""

    def __init__(self, distributor: Distributor, chaos: Chaos) -> None:
        self.distributor = distributor
        self.world: World = distributor.world
        self.chaos = chaos
        self.auditor = Auditor(distributor, asked=set())
        self._chance = random.Random(f"day {chaos.seed}")  # noqa: S311 - chance, not secrecy
        self._ids: list[int] = []
        self._broken = ""

    def play(self) -> None:
        deeds: tuple[Callable[[], None], ...] = (
            self.orders_come,
            self.goods_break,
            self.orders_come,
            self.backup,
            self.truck_leaves,
            self.some_ship,
            self.one_is_cancelled,
            self.stock_is_found,
            self.rest_ships,
            self.one_comes_back,
            self.truck_leaves,
            self.sweep,
        )
        for deed in deeds:
            self.chaos.tell(f"{deed.__name__.replace('_', ' ')}")
            deed()
            self.chaos.strike()

    # What happens

    def orders_come(self) -> None:
        """Six orders, of one package or of two."""
        for _ in range(6):
            number = f"C-{len(self._ids) + 1}"
            lines = [Line(sku, self._chance.randrange(1, 5), Decimal("12.50")) for sku in self._skus()]
            where = self._chance.sample(tuple(SITES), len(lines))
            packages = [(centre, [(line.sku, line.quantity)]) for centre, line in zip(where, lines, strict=True)]
            total = sum((line.quantity * Decimal("12.50") for line in lines), Decimal())
            placed = NewOrder(number, lines, channel=STORE, shipments=packages, total_price=total)
            self._ids.append(self.world.shipbob.account.place_order(placed)["id"])
        self._wake("PollShipBob")

    def _skus(self) -> list[str]:
        return self._chance.sample(tuple(ITEMS), self._chance.choice((1, 1, 2)))

    def goods_break(self) -> None:
        """Two mugs are written off in GP, which only ShipBob's people can take off their shelf."""
        self._broken = inventory_entry.change(
            self.world.gp.books, item="MUG-WHT", quantity=-2, site="SB-CICERO", batch="BROKEN"
        )
        self.world.gp.books.inventory.post(self._broken)
        self.auditor.asked = {f"adjustment/{self._broken}"}
        self._wake("PollGp")

    def backup(self) -> None:
        self.chaos.keep_backup()

    def truck_leaves(self) -> None:
        truck = inventory_entry.transfer(
            self.world.gp.books, item="MUG-WHT", quantity=40, source="MAIN", target="SB-CICERO", batch="TRUCK"
        )
        self.world.gp.books.inventory.post(truck)
        self._wake("PollGp")

    def some_ship(self) -> None:
        for order_id in self._ids[:5]:
            self.world.shipbob.account.ship_order(order_id)
        self._wake("PollShipBob")

    def one_is_cancelled(self) -> None:
        self.world.shipbob.account.cancel_order(self._ids[7])
        self._wake("PollShipBob")

    def stock_is_found(self) -> None:
        soap = catalogue.BY_SKU["SOAP-BAR"].inventory_id
        self.world.shipbob.stock.adjust(Pile(soap, BETHLEHEM), increment=3)
        self.world.shipbob.stock.adjust(Pile(soap, MORENO), decrement=1)
        self._wake("Sweep")

    def rest_ships(self) -> None:
        for order_id in self._ids[5:]:
            if self.world.shipbob.account.order(order_id)["status"] != "Cancelled":
                self.world.shipbob.account.ship_order(order_id)
        self._wake("PollShipBob")

    def one_comes_back(self) -> None:
        """The first parcel of the day, all of it, and all of it can be sold again."""
        shipment = self.world.shipbob.account.order(self._ids[0])["shipments"][0]
        counted = [
            (item["id"], item["quantity"]) for product in shipment["products"] for item in product["inventory_items"]
        ]
        self.world.shipbob.account.returns.play(
            NewReturn(shipment_id=shipment["id"], lines=[ReturnLine(*each) for each in counted]),
            [Taken(item, "Restock", quantity) for item, quantity in counted],
        )
        self._wake("PollShipBob")

    def sweep(self) -> None:
        self._wake("Sweep")

    def _wake(self, function: str) -> None:
        """As its schedule would, which does not care what becomes of it."""
        try:
            self.world.run(function)
        except RuntimeError as failed:
            self.chaos.tell(f"    {function} failed: {str(failed)[:160]}")

    # When the faults have ended

    def end(self) -> list[str]:
        """What is not as it must be, once the dock has put everything away and people have posted."""
        if self.chaos.is_state_restored:
            self._relist()
        if breaches := self._drained():
            return breaches
        self._at_the_dock()
        if breaches := self._drained():
            return breaches
        self.distributor.transfer_and_post_orders()
        self.distributor.post(prefix="SB")
        return list(self.distributor.differences())

    def _drained(self) -> list[str]:
        """What is still not as it must be when round after round of the schedules has passed, hours apart."""
        for _ in range(ROUNDS):
            for function in ("PollGp", "PollShipBob", "Sweep", "Sweep"):
                self._wake(function)
                eventually(self._is_quiet, QUIET_WITHIN)
            if not (breaches := self.auditor.breaches()):
                return []
            self.chaos.tell(f"{HOURS_IN_A_ROUND} hours pass, because {breaches[0]}, and {len(breaches) - 1} more")
            pass_hours(self.world, HOURS_IN_A_ROUND)
        return breaches

    def _relist(self) -> None:
        """As the runbook has it after a restore: hints that had left the queues by then come from the lists again."""
        ports = SimpleNamespace(state=self.auditor.table, clock=SystemClock())
        moved = relist(cast(Ports, ports), ports.clock.now() - RETENTION, "the operator", "State was restored")
        self.chaos.tell(f"the operator relists: {', '.join(cursor.name for cursor in moved)}")

    def _is_quiet(self) -> bool:
        return not any(self.auditor.depth(f"{queue}QueueUrl") for queue in QUEUES)

    def _at_the_dock(self) -> None:
        """ShipBob's people read the request and take the mugs off the shelf, and put away what the trucks brought."""
        mug = catalogue.BY_SKU["MUG-WHITE"].inventory_id
        self.world.shipbob.stock.adjust(Pile(mug, CICERO), decrement=2)
        for order in self._expected():
            self.world.shipbob.dock.stow(order["id"])
            self.world.shipbob.dock.complete(order["id"])
        pass_hours(self.world, HOURS_IN_A_ROUND)

    def _expected(self) -> list[dict[str, Any]]:
        return self.world.shipbob.receiving.listed()
