"""A GP without web services: an order goes its whole way over the service based architecture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local.world import World
from tests.stories.distributor import choices
from tests.stories.watching import MAPPED, in_gp, in_time, place


@pytest.fixture(scope="module")
def world_over_sba(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    over_sba = replace(choices(), gp_over="SBA")
    with World(tmp_path_factory.mktemp("world-sba"), over_sba, built=built) as running:
        running.operator("map", *(f"{key}={value}" for key, value in MAPPED.items()))
        yield running


def test_an_order_is_drafted_and_shipped_over_sba_alone(world_over_sba: World) -> None:
    world = world_over_sba
    before = dict(world.gp.counters.operations)
    order_id = place(world, "#SBA-1")
    world.run("PollShipBob")
    drafted = in_time(world, lambda: in_gp(world, "#SBA-1"))
    assert [(document["batch"][:3], document["holds"]) for document in drafted] == [("SBD", ["SHIPBOB"])]

    world.shipbob.account.ship_order(order_id)

    shipped = in_time(world, lambda: [found for found in in_gp(world, "#SBA-1") if found["batch"].startswith("SBR")])
    assert [(document["holds"], len(document["tracking"])) for document in shipped] == [([], 1)]
    asked = {name for name, times in world.gp.counters.operations.items() if times > before.get(name, 0)}
    assert asked == {"SBA create_sales_document", "SBA read_sales_document", "SBA update_sales_document"}
    assert world.gp.counters.refused == 0


def test_the_check_says_what_sba_cannot_do_and_that_the_rest_is_good(world_over_sba: World) -> None:
    found = world_over_sba.operator("check")

    assert {finding["level"] for finding in found} == {"good", "warning"}
    assert [finding["says"] for finding in found if finding["level"] == "warning"] == ["Cannot policy"]


def test_a_missing_service_is_found_by_the_check_and_named(world_over_sba: World) -> None:
    world = world_over_sba
    world.gp.sba_service_path = None
    try:
        checked = world.command("check")
    finally:
        world.gp.sba_service_path = "Bridge/Documents"

    assert checked.returncode == 1
    assert "create_sales_order" in checked.stdout
    assert "GpSbaServicePath" in checked.stdout
