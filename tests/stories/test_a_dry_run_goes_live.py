"""A dry run reads, decides and shows; going live skips nothing. With the shop's own amounts, too."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from local.gp import inventory_entry
from local.shipbob.orders import Line, NewOrder
from local.world import World
from tests.stories.distributor import STORE, Distributor, deployed
from tests.stories.watching import comes_to, in_gp, in_time, story_of

SHOPS_OWN = {
    "total_tax": "3.10",
    "total_discounts": "0.00",
    "total_shipping_price_set": {"shop_money": {"amount": "5.00", "currency_code": "USD"}},
    "currency": "USD",
}


@pytest.fixture(scope="module")
def dry(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("dry-run")
    with deployed(folder, built, DryRun="true", AmountSource="store_order") as world:
        Distributor(world).settle_in()
        yield world


def test_going_live_skips_nothing_that_a_dry_run_has_shown(dry: World) -> None:
    line = Line("WIDGET-RED", 2, Decimal("19.95"))
    wanted = NewOrder("Y-1", [line], channel=STORE, total_price=Decimal("48.00"), store_order=SHOPS_OWN)
    order_id = dry.shipbob.account.place_order(wanted)["id"]
    truck = inventory_entry.transfer(
        dry.gp.books, item="MUG-WHT", quantity=12, source="MAIN", target="SB-CICERO", batch="TRUCK"
    )
    dry.gp.books.inventory.post(truck)
    dry.run("PollShipBob")
    dry.run("PollGp")

    assert in_time(dry, lambda: len(dry.operator("would")) == 2), dry.operator("would")
    shown = dry.command("would", f"order/{order_id}").stdout
    assert "CreateSalesOrder" in shown
    assert "SBO" in shown
    assert (in_gp(dry, "Y-1"), dry.shipbob.receiving.listed()) == ([], [])

    dry.redeploy(DryRun="false")
    comes_to(dry, order_id, "done")
    assert in_time(dry, lambda: len(dry.shipbob.receiving.listed()) == 1), dry.operator("trace", f"transfer/{truck}")

    (document,) = in_gp(dry, "Y-1")
    assert (document["tax"], document["freight"], document["total"]) == ("3.10", "5.00", "48.00")
    assert story_of(dry, order_id)["chain"] == "whole"
