"""An event comes late, twice, without its contents or again by a person's hand: it is booked once and never changes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.outcome import Done, Unchanged, Waiting
from bridge.domain.terms import CorrectionTerms
from bridge.protocols.ledger import Status

from tests.correcting import NUMBER, OFF, RECORD, REVIEW, STOCK, a_stock_world, corrected, in_gp, list_shows, moves
from tests.orders import HOUR, MINUTE


def test_an_event_may_come_late_for_it_never_changes() -> None:
    world = a_stock_world()

    assert isinstance(list_shows(world, corrected(-2), ago=30 * HOUR), Done)
    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-2))]


def test_an_event_that_lost_its_contents_waits_for_the_next_list() -> None:
    world = a_stock_world()
    assert isinstance(world.attempt(STOCK), Waiting)
    world.clock.advance(MINUTE)

    assert isinstance(list_shows(world, corrected(-2)), Done)


@pytest.mark.parametrize("terms", [RECORD, REVIEW, OFF], ids=["record", "review", "off"])
def test_a_later_list_that_shows_the_same_event_costs_nothing(terms: CorrectionTerms) -> None:
    world = a_stock_world(terms)
    list_shows(world, corrected(-2))
    trail, made = world.trail(STOCK), len(world.calls.made)
    world.clock.advance(4 * HOUR)

    again = list_shows(world, corrected(-2))

    assert isinstance(again, Unchanged)
    assert (world.trail(STOCK), world.calls.made[made:]) == (trail, ["state.row"])


@pytest.mark.parametrize("terms", [RECORD, REVIEW, OFF], ids=["record", "review", "off"])
def test_an_event_that_the_queue_brings_twice_is_booked_once(terms: CorrectionTerms) -> None:
    world = a_stock_world(terms)
    first = list_shows(world, corrected(-2))
    status = world.row(STOCK).status
    booked = moves(world)

    again = list_shows(world, corrected(-2))

    assert isinstance(again, type(first) if status is Status.REVIEW else Unchanged)
    assert (world.row(STOCK).status, moves(world)) == (status, booked)
    assert world.trail(STOCK).count("read from ShipBob") == 1


def test_an_event_that_a_person_closed_is_not_opened_again_by_the_queue() -> None:
    world = a_stock_world(REVIEW)
    list_shows(world, corrected(-2))
    world.state.rows[STOCK] = replace(world.row(STOCK), status=Status.DONE, due_at=None, reasons=())

    assert isinstance(list_shows(world, corrected(-2), ago=30 * HOUR), Unchanged)
    assert world.row(STOCK).status is Status.DONE


def test_a_booked_event_that_is_replayed_is_not_booked_again() -> None:
    world = a_stock_world()
    list_shows(world, corrected(-2))
    world.clock.advance(MINUTE)

    outcome = world.attempt(STOCK, "replay: a person asked")

    assert outcome == Unchanged("GP holds it already as SBC7")
    assert world.gp.created == {NUMBER: 1}


def test_an_older_list_out_of_the_dead_letters_leaves_when_the_event_was_last_read() -> None:
    world = a_stock_world(REVIEW)
    world.clock.advance(6 * HOUR)
    list_shows(world, corrected(-2))
    last_read = world.row(STOCK).read_at
    assert last_read is not None

    list_shows(world, corrected(-2), ago=5 * HOUR, reason="replay: the bug is mended")

    assert world.row(STOCK).status is Status.REVIEW
    assert world.row(STOCK).read_at == last_read


def test_a_correction_that_gp_holds_twice_over_is_for_a_person() -> None:
    world = a_stock_world()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    list_shows(world, corrected(-2))
    document = in_gp(world)
    assert document is not None
    world.gp.put_inventory(replace(document, lines=document.lines * 2))

    world.pass_time(HOUR)

    (reason,) = world.row(STOCK).reasons
    assert reason.text == "SBC7 holds its lines twice in GP: it was written twice under one number"


def test_a_write_in_the_air_is_settled_although_the_company_wants_reviews_by_now() -> None:
    world = a_stock_world()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    list_shows(world, corrected(-2))
    world.terms = replace(world.terms, corrections=REVIEW)
    world.clock.advance(HOUR)

    outcome = world.attempt(STOCK, "replay: a person asked")

    assert outcome == Done("SBC7 in batch SBC261117-01: -2 of RED-100 at CHICAGO")
    assert world.row(STOCK).fingerprint


def test_what_is_sent_again_stays_in_the_batch_that_was_announced() -> None:
    world = a_stock_world()
    world.gp.fail_next("create_inventory_adjustment", "not executed")
    list_shows(world, corrected(-2))

    world.clock.advance(HOUR)
    world.pass_time(2 * HOUR)

    document = in_gp(world)
    assert document is not None
    assert document.batch == "SBC261117-01"


def test_while_gp_is_away_a_correction_waits() -> None:
    world = a_stock_world()
    world.gp.fail_next("item", "down")

    assert isinstance(list_shows(world, corrected(-2)), Waiting)
    world.pass_time(MINUTE)

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-2))]
