"""What ShipBob was asked for and GP has already: its answer is not booked again, however the rest is recorded."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.outcome import Done, RowMoved
from bridge.domain.terms import CorrectionTerms
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.correcting import OFF, RECORD, REVIEW, STOCK, a_stock_world, asked_for, corrected, list_shows, moves
from tests.orders import DAY, MINUTE, texts


def open_quantities(world: World) -> list[int]:
    return [int(row.remaining) for row in world.expectations.open("RED-100", "CHICAGO")]


@pytest.mark.parametrize("terms", [RECORD, REVIEW, OFF], ids=["record", "review", "off"])
def test_what_was_asked_for_is_done_and_not_booked(terms: CorrectionTerms) -> None:
    world = a_stock_world(terms)
    asked_for(world, -5)

    outcome = list_shows(world, corrected(-5))

    assert outcome == Done("GP has it already: -5 asked for by adjustment/ADJ-1")
    assert (world.calls.of("gp"), open_quantities(world)) == ([], [0])
    assert "was expected" in world.trail(STOCK)


def test_what_goes_beyond_it_is_booked() -> None:
    world = a_stock_world()
    asked_for(world, -5)

    list_shows(world, corrected(-7))

    assert (moves(world), open_quantities(world)) == ([("RED-100", "CHICAGO", Decimal(-2))], [0])


def test_what_goes_beyond_it_is_told_beside_it() -> None:
    world = a_stock_world(REVIEW)
    asked_for(world, -5)

    outcome = list_shows(world, corrected(-7))

    assert texts(outcome) == [
        "ShipBob corrected its stock on 17 Nov 2026, event 7: -2 of WIDGET-RED at CHICAGO "
        "(beside what was asked for: -5 asked for by adjustment/ADJ-1)"
    ]


def test_a_request_is_answered_by_several_events_and_the_last_piece_by_one() -> None:
    world = a_stock_world()
    asked_for(world, -5)

    for number in (1, 2):
        list_shows(world, corrected(-3, number=number))

    assert (moves(world, "SBC1"), moves(world, "SBC2")) == ([], [("RED-100", "CHICAGO", Decimal(-1))])


def test_a_gain_is_no_answer_to_a_request_to_take_out() -> None:
    world = a_stock_world()
    asked_for(world, -5)

    list_shows(world, corrected(5))

    assert (moves(world), open_quantities(world)) == ([("RED-100", "CHICAGO", Decimal(5))], [-5])


def test_a_request_of_a_lot_is_answered_by_that_lot_alone() -> None:
    world = a_stock_world()
    asked_for(world, -5, lot="L1")

    list_shows(world, corrected(-5, lot="L2"))

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-5))]


def test_an_event_of_a_requests_last_day_is_its_answer_however_late_it_is_read() -> None:
    """It waited for its mapping, or the poll was down: GP has had the change for ninety days."""
    world = a_stock_world()
    asked_for(world, -5, days=90)
    world.clock.advance(89 * DAY)
    answered = corrected(-5, at=world.clock.now())
    world.clock.advance(3 * DAY)

    list_shows(world, answered)

    assert moves(world) == []


def test_a_request_that_expired_answers_for_nothing() -> None:
    world = a_stock_world()
    asked_for(world, -5, days=90)
    world.clock.advance(91 * DAY)

    list_shows(world, corrected(-5, at=world.clock.now()))

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-5))]


def test_events_before_the_cut_over_answer_nothing() -> None:
    world = a_stock_world()
    asked_for(world, -5)

    list_shows(world, corrected(-5, at=world.terms.cut_over - MINUTE))

    assert open_quantities(world) == [-5]


def test_a_review_whose_correction_turns_out_to_be_asked_for_closes_by_itself() -> None:
    """ShipBob's support was quicker than the poll of GP."""
    world = a_stock_world(REVIEW)
    list_shows(world, corrected(-5))
    asked_for(world, -5)

    world.pass_time(DAY + MINUTE)

    assert world.row(STOCK).status is Status.DONE
    assert open_quantities(world) == [0]


def test_an_event_that_is_booked_leaves_what_is_asked_for_later_to_others() -> None:
    world = a_stock_world()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    list_shows(world, corrected(-5))
    asked_for(world, -5)

    world.pass_time(DAY)

    assert (moves(world), open_quantities(world)) == ([("RED-100", "CHICAGO", Decimal(-5))], [-5])
    assert world.row(STOCK).status is Status.DONE


def test_of_two_events_at_once_the_second_reads_again_and_nothing_is_taken_twice() -> None:
    world = a_stock_world()
    row = asked_for(world, -5)
    other = replace(row, taken=((8, Decimal(-4)),))
    world.expectations.overtaken_by = [lambda: world.expectations.save(other)]

    with pytest.raises(RowMoved):
        list_shows(world, corrected(-5))
    list_shows(world, corrected(-5))

    assert (moves(world), open_quantities(world)) == ([("RED-100", "CHICAGO", Decimal(-4))], [0])
