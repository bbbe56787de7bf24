"""The life of a review: opened once, told anew only when it says something new, tried again, and released."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.domain.outcome import MappingKey, NeedsReview, Reason, RefusalKind
from bridge.mapping.refusals import REMEDIES
from bridge.protocols.ledger import Status

from local.memory.world import START
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, a_world, a_world_with, an_order, line, parcel

NIGHT = dt.datetime(2026, 11, 18, 9, tzinfo=dt.UTC)  # three in the morning in Chicago; it is 08:05 there at the start
NIGHTLY = [kind for kind, remedy in REMEDIES.items() if remedy.is_master_data]
DAILY = [kind for kind, remedy in REMEDIES.items() if not remedy.is_master_data]


@pytest.mark.parametrize("kind", RefusalKind)
def test_a_refusal_is_told_by_its_kind_with_the_fix_for_it(kind: RefusalKind) -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", f"refused: {kind}")

    outcome = world.attempt(ORDER)

    text = f"{REMEDIES[kind].says}: GP refuses the document; It says: {kind}"
    (reason,) = world.row(ORDER).reasons
    assert isinstance(outcome, NeedsReview)
    assert reason == Reason(text, REMEDIES[kind].fix, cause=f"refusal/{kind}")


@pytest.mark.parametrize("kind", NIGHTLY)
def test_what_is_mended_on_a_card_is_tried_again_the_next_night(kind: RefusalKind) -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", f"refused: {kind}")
    world.attempt(ORDER)

    assert world.row(ORDER).due_at == NIGHT
    world.pass_time(NIGHT - START + MINUTE)

    assert (world.row(ORDER).status, world.gp.created) == (Status.DONE, {NUMBER: 1})


@pytest.mark.parametrize("kind", DAILY)
def test_what_the_document_itself_needs_is_looked_at_a_day_later(kind: RefusalKind) -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", f"refused: {kind}")

    world.attempt(ORDER)

    assert (world.row(ORDER).status, world.row(ORDER).due_at) == (Status.REVIEW, START + DAY)


def test_a_card_that_nobody_mends_is_tried_every_night_and_told_once() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused: customer on hold", times=None)
    world.attempt(ORDER)

    world.pass_time(3 * DAY)

    assert world.trail(ORDER).count("refused by GP") == 4
    assert world.trail(ORDER).count("review") == 1
    assert (world.row(ORDER).status, world.row(ORDER).opened_at) == (Status.REVIEW, START)
    assert world.row(ORDER).due_at == NIGHT + 3 * DAY


def test_a_review_that_says_something_else_now_is_told_anew_and_stays_as_old_as_it_is() -> None:
    world = a_world("sku/WIDGET-BLUE")
    world.shipbob.put(an_order(parcel(301, ("WIDGET-RED", 1), ("WIDGET-BLUE", 1))))
    world.attempt(ORDER)

    world.clock.advance(HOUR)
    world.shipbob.put(an_order(parcel(301, ("NEW-SKU", 1)), lines=(line("NEW-SKU", 1, "30.00"),)))
    world.attempt(ORDER)

    assert world.trail(ORDER).count("review") == 2
    assert world.row(ORDER).opened_at == START
    assert {reason.waits_for for reason in world.row(ORDER).reasons} == {MappingKey.parse("sku/NEW-SKU")}


def test_a_review_met_by_an_outage_comes_back_as_old_as_it_is() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused: customer on hold")
    world.attempt(ORDER)
    world.gp.fail_next("create_sales_order", "down")
    world.gp.fail_next("create_sales_order", "refused: customer on hold")

    world.pass_time(DAY)

    assert (world.row(ORDER).status, world.row(ORDER).opened_at) == (Status.REVIEW, START)


def test_a_document_that_is_well_again_forgets_its_review() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused: customer on hold")
    world.attempt(ORDER)

    world.pass_time(DAY)
    row = world.row(ORDER)

    assert (row.status, row.reasons, row.opened_at) == (Status.DONE, (), None)
