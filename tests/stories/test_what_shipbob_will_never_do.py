"""ShipBob was asked for what it will never do: a clerk withdraws that, so that no genuine correction passes for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.gp import inventory_entry
from local.shipbob import catalogue
from local.shipbob.stock_history import Pile
from local.world import World
from tests.stories.distributor import CICERO, Distributor, deployed
from tests.stories.passing import pass_hours
from tests.stories.staff import employed
from tests.stories.watching import comes_to, in_time, story_of

MUG = catalogue.BY_SKU["MUG-WHITE"].inventory_id
STOCK_EVERY_HOURS = 5  # of the poll's four, with some to spare
WHY = "the truck never came for them"


@pytest.fixture
def distributor(built: Path, tmp_path: Path) -> Iterator[Distributor]:
    with deployed(tmp_path, built, StockCorrections="record") as world:
        made = Distributor(world)
        made.settle_in()
        yield made


def asked_of_shipbob(world: World, quantity: int) -> str:
    """So many mugs are to come from Cicero to the own warehouse, which only ShipBob's people can bring about."""
    back = inventory_entry.transfer(
        world.gp.books, item="MUG-WHT", quantity=quantity, source="SB-CICERO", target="MAIN", batch="BACK"
    )
    world.gp.books.inventory.post(back)
    world.run("PollGp")
    transfer = f"transfer/{back}"
    comes_to(world, transfer, "review")
    return transfer


def stock_is_listed(world: World) -> None:
    """Some hours later the poll asks for what ShipBob corrected meanwhile."""
    pass_hours(world, STOCK_EVERY_HOURS)
    world.run("PollShipBob")


def booked(distributor: Distributor) -> list[tuple[str, str, str]]:
    """Corrections of ShipBob's in GP: item, site, quantity."""
    ours = [each for each in distributor.stock_documents() if each["number"].startswith("SBC")]
    return [(line["item"], line["site"], line["quantity"]) for each in ours for line in each["lines"]]


def withdrawals(world: World, document: str) -> list[dict[str, Any]]:
    return [each for each in story_of(world, document)["entries"] if each["what"] == "withdrawn by a person"]


def test_a_correction_is_booked_once_the_transfer_that_would_have_explained_it_is_withdrawn(
    distributor: Distributor,
) -> None:
    world, clerk = distributor.world, employed(distributor.world, "warehouse-clerk")
    transfer = asked_of_shipbob(world, 6)
    (awaited,) = clerk.asks("expected", "--item", "MUG-WHT", "--site", "SB-CICERO")
    assert (awaited["document"], awaited["remaining"]) == (transfer, "-6")

    would = clerk.is_told("expected", "withdraw", transfer, "--why", WHY, "--dry-run")
    told = clerk.is_told("expected", "withdraw", transfer, "--why", WHY)
    again = clerk.is_told("expected", "withdraw", transfer, "--why", "was it?")
    comes_to(world, transfer, "done")
    world.shipbob.stock.adjust(Pile(MUG, CICERO), decrement=6)
    stock_is_listed(world)

    assert in_time(world, lambda: booked(distributor)) == [("MUG-WHT", "SB-CICERO", "-6")]
    assert ["would be withdrawn" in would, "is withdrawn" in told] == [True, True]
    assert again.strip() == f"{transfer} was withdrawn before: nothing is expected of it."
    assert clerk.asks("expected") == []
    (entry,) = withdrawals(world, transfer)
    assert (entry["by"], entry["why"], entry["correction"]) == (clerk.arn, WHY, "-6 of MUG-WHT at SB-CICERO")
    assert story_of(world, transfer)["chain"] == "whole"
