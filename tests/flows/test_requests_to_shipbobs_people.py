"""What only ShipBob's people can do is asked of them once, and expected until they have done it, or for ninety days."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from bridge.domain.outcome import Done, NeedsReview

from local.memory.world import World
from tests.stock import ADJUSTMENT, RED, a_stock_world, document, gp_has, line, shipbob_has

DAY = dt.timedelta(days=1)
DOWN = document(ADJUSTMENT, line("RED-100", -5, "CHICAGO", unit_of_measure="EACH"))


def figures(world: World, gp: int, shipbob: int) -> World:
    """What GP has after the document, and ShipBob, of the red widget in Chicago."""
    gp_has(world, "RED-100", "CHICAGO", gp)
    shipbob_has(world, RED, "WIDGET-RED", 8, shipbob)
    return world


def test_a_request_is_asked_once_and_ends_when_shipbob_has_answered() -> None:
    world = figures(a_stock_world(DOWN), 5, 10)
    world.attempt(ADJUSTMENT)
    assert isinstance(world.attempt(ADJUSTMENT, "due"), NeedsReview)
    ((key, kept),) = world.expectations.kept.items()
    world.expectations.kept[key] = replace(kept, taken=((99, Decimal(-5)),))

    outcome = world.attempt(ADJUSTMENT, "due")

    assert isinstance(outcome, Done)
    assert outcome.note == "ShipBob has answered what it was asked for"
    assert world.calls.count("expectations.save") == 1


def test_a_request_stays_open_until_it_is_answered_whatever_the_figures_become() -> None:
    """Its answer is still expected: closed here, the next loss of five at ShipBob would be lost to GP unseen."""
    world = figures(a_stock_world(DOWN), 5, 10)
    world.attempt(ADJUSTMENT)
    figures(world, 5, 5)

    assert isinstance(world.attempt(ADJUSTMENT, "due"), NeedsReview)


def test_an_answer_in_part_keeps_the_request_open() -> None:
    world = figures(a_stock_world(DOWN), 5, 10)
    world.attempt(ADJUSTMENT)
    ((key, kept),) = world.expectations.kept.items()
    world.expectations.kept[key] = replace(kept, taken=((99, Decimal(-3)),))

    assert isinstance(world.attempt(ADJUSTMENT, "due"), NeedsReview)


def test_a_request_that_nobody_answered_ends_with_what_was_expected() -> None:
    world = figures(a_stock_world(DOWN), 5, 10)
    world.attempt(ADJUSTMENT)
    world.clock.advance(91 * DAY)

    outcome = world.attempt(ADJUSTMENT, "due")

    assert isinstance(outcome, Done)
    assert outcome.note == "ShipBob did not answer in 90 days what it was asked for"
    assert world.calls.count("expectations.save") == 1


def test_a_request_that_was_answered_in_part_ends_with_what_was_expected_too() -> None:
    world = figures(a_stock_world(DOWN), 5, 10)
    world.attempt(ADJUSTMENT)
    ((key, kept),) = world.expectations.kept.items()
    world.expectations.kept[key] = replace(kept, taken=((99, Decimal(-3)),))
    world.clock.advance(91 * DAY)

    outcome = world.attempt(ADJUSTMENT, "due")

    assert isinstance(outcome, Done)
    assert outcome.note == "ShipBob did not answer in 90 days what it was asked for"
