"""`gp-shipbob adopt`: a clerk says which order in GP was keyed by hand, and the bridge goes on with it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json

import pytest
from bridge.console import cli
from bridge.domain.sales_document import SalesOrder

from local.memory.world import TERMS, World
from tests.orders import NUMBER, ORDER, a_world, unshipped

KEYED = "STDORD2234"
WHY = ("--why", "keyed on the last day")


@pytest.fixture
def world() -> World:
    """The plain order was open at the cut-over, and is in GP as a person keyed it."""
    world = a_world()
    world.terms = dataclasses.replace(TERMS, cut_over=dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC))
    world.shipbob.put(unshipped())
    world.gp.put(by_hand())
    world.attempt(ORDER)
    world.clock.advance(dt.timedelta(minutes=1))
    return world


def by_hand() -> SalesOrder:
    beside = a_world()
    beside.shipbob.put(unshipped())
    beside.attempt(ORDER)
    return dataclasses.replace(beside.gp.orders[NUMBER], number=KEYED, batch="MONDAY")


def run(world: World, *arguments: str) -> int:
    return cli.main(arguments, of_stack=lambda _name: (world, "a clerk"))


def test_the_review_names_the_very_command_that_adopts(world: World) -> None:
    (reason,) = world.row(ORDER).reasons

    assert f"gp-shipbob adopt order/250000001 {KEYED} --why" in reason.fix


def test_what_was_adopted_is_said_and_looked_at_again(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "adopt", "order/250000001", KEYED, *WHY) == 0
    world.deliver()

    told = "order/250000001 is STDORD2234 in GP from now on. It is looked at again at once.\n"
    assert capsys.readouterr().out == told
    assert (world.row(ORDER).number, world.row(ORDER).reasons, set(world.gp.orders)) == (KEYED, (), {KEYED})


def test_that_none_of_them_is_the_order_can_be_said_for_scripts(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "--json", "adopt", "order/250000001", "none", *WHY) == 0
    world.deliver()

    assert json.loads(capsys.readouterr().out) == {"document": "order/250000001", "adopted": "none"}
    assert set(world.gp.orders) == {KEYED, NUMBER}


def test_what_cannot_be_adopted_is_said_in_a_sentence(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "adopt", "order/250000001", "STDORD9", *WHY) == 1

    assert capsys.readouterr().err == "gp-shipbob: GP has no sales order STDORD9\n"
