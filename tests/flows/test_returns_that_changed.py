"""What becomes of a return that GP refuses, that lacks a mapping, or that ShipBob changes after it was booked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.inventory import Item, ItemType, Lot, TrackingOption, TransactionState
from bridge.domain.outcome import Done, MappingKey, NeedsReview, Unchanged
from bridge.domain.returns import Disposition, ReturnStatus
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.orders import DAY, MINUTE, texts
from tests.returns import (
    DISPOSE,
    NUMBER,
    PLAIN,
    PLAIN_ADJUSTMENT,
    QUARANTINE,
    RESTOCK,
    RETURN,
    a_booked_world,
    a_return,
    a_world,
    came,
    held,
    line,
    taken,
)

CREATE = "gp.create_inventory_adjustment"


def an_item(tracking: TrackingOption) -> Item:
    return Item("RED-100", "Widget, red", ItemType.SALES, tracking=tracking)


# ---- What GP refuses


def test_a_lot_is_written_where_gp_keeps_lots_of_the_item() -> None:
    world = a_world(**{"sku__WIDGET-RED": "RED-100 +lots"})
    world.shipbob.put_return(a_return(replace(PLAIN, lot_number="L1")))

    world.attempt(RETURN)

    assert held(world).lines[0].lots == (Lot("L1", Decimal(2)),)


@pytest.mark.parametrize(
    ("tracking", "told"),
    [(TrackingOption.LOTS, "GP tracks RED-100 by lot"), (TrackingOption.SERIALS, "GP tracks RED-100 by serial number")],
)
def test_what_gp_refuses_for_want_of_lots_or_serials_says_which_item_and_what_to_do(
    tracking: TrackingOption, told: str
) -> None:
    world = a_world()
    world.gp.items["RED-100"] = an_item(tracking)
    world.gp.fail_next("create_inventory_adjustment", "refused")
    world.shipbob.put_return(a_return())

    (text,) = texts(world.attempt(RETURN))

    assert told in text
    assert f"enter {NUMBER}, dated 2026-11-16, in GP by hand" in text


def test_a_refusal_that_has_nothing_to_do_with_tracking_is_told_in_gps_words_alone() -> None:
    world = a_world()
    world.gp.items["RED-100"] = an_item(TrackingOption.NONE)
    world.gp.fail_next("create_inventory_adjustment", "refused")
    world.shipbob.put_return(a_return())

    (text,) = texts(world.attempt(RETURN))

    assert "tracks" not in text


def test_a_document_that_a_clerk_entered_under_our_number_is_taken_for_the_return() -> None:
    world = a_world()
    by_hand = replace(
        PLAIN_ADJUSTMENT, batch="CLERK", lines=(replace(PLAIN_ADJUSTMENT.lines[0], serials=("S1", "S2")),)
    )
    world.gp.put_inventory(by_hand)
    world.shipbob.put_return(a_return())

    assert isinstance(world.attempt(RETURN), Done)
    assert world.calls.count(CREATE) == 0


@pytest.mark.parametrize("key", ["disposition/Quarantine", "disposition/8/Quarantine"])
def test_a_missing_mapping_is_a_review_that_ends_when_it_is_mapped_for_this_location_or_for_all(key: str) -> None:
    world = a_world("disposition/Quarantine")
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(QUARANTINE, 2))))
    assert isinstance(world.attempt(RETURN), NeedsReview)

    world.state.map(MappingKey.parse(key), "HOLD", by="a clerk")
    world.clock.advance(MINUTE)
    world.sweep()

    assert held(world).lines == (line(1, "RED-100", "HOLD", 2),)
    assert world.row(RETURN).status is Status.DONE


# ---- What ShipBob says afterwards


CHANGED = a_return(came("WIDGET-RED", taken(RESTOCK, 1), taken(QUARANTINE, 1)))


def test_a_disposition_changed_after_it_was_booked_says_what_is_in_gp_and_what_shipbob_says_now() -> None:
    world = a_booked_world()
    world.shipbob.put_return(CHANGED)

    outcome = world.attempt(RETURN)

    assert texts(outcome) == [
        f"ShipBob changed the return after it was booked: GP has {NUMBER} with +2 × RED-100 at CHICAGO, and ShipBob"
        " now says 1 of 'WIDGET-RED' Restock; 1 of 'WIDGET-RED' Quarantine at 8 'Cicero (IL)'"
    ]
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix == (
        f"Change {NUMBER} in GP to the lines +1 × RED-100 at CHICAGO; +1 × RED-100 at HOLD before it is posted;"
        " it is compared again every day"
    )
    assert world.calls.count(CREATE) == 1


def test_the_review_ends_by_itself_once_a_person_has_brought_gp_to_agree() -> None:
    world = a_booked_world()
    world.shipbob.put_return(CHANGED)
    world.attempt(RETURN)
    lines = (line(1, "RED-100", "HOLD", 1), line(2, "RED-100", "CHICAGO", 1))
    world.gp.put_inventory(replace(PLAIN_ADJUSTMENT, lines=lines))

    world.pass_time(2 * DAY)

    assert (world.row(RETURN).status, world.row(RETURN).due_at) == (Status.DONE, None)
    world.clock.advance(MINUTE)
    calls = len(world.calls.of("gp"))
    assert isinstance(world.attempt(RETURN), Unchanged)
    assert len(world.calls.of("gp")) == calls


def test_a_change_that_shipbob_takes_back_ends_the_review() -> None:
    world = a_booked_world()
    world.shipbob.put_return(CHANGED)
    world.attempt(RETURN)
    world.shipbob.put_return(a_return())
    world.clock.advance(MINUTE)

    assert world.attempt(RETURN) == Done(f"GP holds it as {NUMBER}")


def test_a_change_to_a_posted_adjustment_is_entered_as_a_correction_which_ends_the_review() -> None:
    world = a_booked_world()
    world.gp.put_inventory(replace(PLAIN_ADJUSTMENT, state=TransactionState.HISTORY))
    world.shipbob.put_return(CHANGED)

    outcome = world.attempt(RETURN)

    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix == (
        f"{NUMBER} is posted: enter the difference to the lines +1 × RED-100 at CHICAGO; +1 × RED-100 at HOLD in GP as"
        f" adjustment {NUMBER}-1; it is compared again every day"
    )
    moved = (line(1, "RED-100", "CHICAGO", -1), line(2, "RED-100", "HOLD", 2))
    world.gp.put_inventory(replace(PLAIN_ADJUSTMENT, number=f"{NUMBER}-1", lines=moved))
    world.clock.advance(MINUTE)
    (text,) = texts(world.attempt(RETURN))
    assert f"GP has {NUMBER} with +1 × RED-100 at CHICAGO; +2 × RED-100 at HOLD" in text

    moved = (moved[0], line(2, "RED-100", "HOLD", 1))
    world.gp.put_inventory(replace(PLAIN_ADJUSTMENT, number=f"{NUMBER}-1", lines=moved))
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE


def _deleted(world: World) -> None:
    world.gp.inventory.clear()


def _undone(world: World) -> None:
    undoing = (line(1, "RED-100", "CHICAGO", -2),)
    world.gp.put_inventory(replace(PLAIN_ADJUSTMENT, number=f"{NUMBER}-1", lines=undoing))


@pytest.mark.parametrize("deed", [_deleted, _undone])
def test_a_change_after_which_nothing_comes_back_ends_when_the_adjustment_is_deleted_or_undone(
    deed: Callable[[World], None],
) -> None:
    world = a_booked_world()
    world.gp.put_inventory(replace(PLAIN_ADJUSTMENT, state=TransactionState.HISTORY))
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(DISPOSE, 2))))
    outcome = world.attempt(RETURN)
    assert isinstance(outcome, NeedsReview)
    assert "enter the difference to nothing at all in GP" in outcome.reasons[0].fix

    deed(world)
    world.pass_time(2 * DAY)

    assert world.row(RETURN).status is Status.DONE


def test_a_correction_beside_an_adjustment_that_is_not_posted_counts_for_nothing() -> None:
    world = a_booked_world()
    world.gp.put_inventory(replace(PLAIN_ADJUSTMENT, number=f"{NUMBER}-1", lines=(line(1, "RED-100", "CHICAGO", -1),)))
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(RESTOCK, 1))))

    (text,) = texts(world.attempt(RETURN))

    assert f"GP has {NUMBER} with +2 × RED-100 at CHICAGO" in text


def test_a_change_to_an_adjustment_that_is_gone_from_gp_says_that_it_is_gone() -> None:
    world = a_booked_world()
    world.gp.inventory.clear()
    world.shipbob.put_return(CHANGED)

    outcome = world.attempt(RETURN)

    assert f"GP has {NUMBER} with nothing any more" in texts(outcome)[0]
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix.startswith(f"Find out who took {NUMBER} out of GP")
    assert world.calls.count(CREATE) == 1


def test_a_change_to_what_nothing_is_mapped_for_names_the_mapping_too() -> None:
    world = a_booked_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(Disposition.DEFAULT, 2))))

    outcome = world.attempt(RETURN)

    assert isinstance(outcome, NeedsReview)
    assert [str(key) for key in outcome.waits_for] == ["disposition/8/Default"]
    assert (len(outcome.reasons), "to what ShipBob says" in outcome.reasons[0].fix) == (2, True)


def test_a_change_that_comes_to_the_same_site_is_no_change_in_gp() -> None:
    world = a_world(disposition__Quarantine="CHICAGO")
    world.shipbob.put_return(a_return())
    world.attempt(RETURN)
    world.clock.advance(MINUTE)
    world.shipbob.put_return(a_return(came("WIDGET-RED", taken(QUARANTINE, 2))))

    assert isinstance(world.attempt(RETURN), Done)


def test_a_mapping_changed_after_it_was_booked_changes_nothing() -> None:
    world = a_booked_world()
    world.state.map(next(key for key in world.state.mapped if str(key) == "location/8"), "ELSEWHERE", by="a clerk")

    assert isinstance(world.attempt(RETURN), Unchanged)


def test_a_booked_return_that_shipbob_cancels_after_all_is_for_a_person() -> None:
    world = a_booked_world()
    world.shipbob.put_return(a_return(status=ReturnStatus.CANCELLED))

    outcome = world.attempt(RETURN)

    assert texts(outcome) == [f"Cancelled in ShipBob after it was booked in GP as {NUMBER}"]
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix == (
        f"Look at the return in ShipBob. Delete {NUMBER} in GP before it is posted; it is compared again every day"
    )


def test_a_cancelled_return_ends_by_itself_once_gp_has_nothing_of_it_any_more() -> None:
    world = a_booked_world()
    world.shipbob.put_return(a_return(status=ReturnStatus.CANCELLED))
    world.attempt(RETURN)
    world.gp.inventory.clear()

    world.pass_time(DAY + MINUTE)

    assert world.row(RETURN).status is Status.DONE


def test_a_cancelled_return_that_is_posted_is_undone_under_a_number_that_shipbob_is_not_told_of() -> None:
    world = a_booked_world()
    posted = replace(held(world), state=TransactionState.HISTORY)
    world.gp.put_inventory(posted)
    world.shipbob.put_return(a_return(status=ReturnStatus.CANCELLED))
    outcome = world.attempt(RETURN)
    assert isinstance(outcome, NeedsReview)
    assert outcome.reasons[0].fix == (
        f"Look at the return in ShipBob. {NUMBER} is posted: enter the difference to nothing at all in GP as adjustment"
        f" {NUMBER}-1; it is compared again every day"
    )

    opposite = tuple(replace(line, quantity=-line.quantity) for line in posted.lines)
    world.gp.put_inventory(replace(posted, number=f"{NUMBER}-1", lines=opposite))
    world.pass_time(DAY + MINUTE)

    assert world.row(RETURN).status is Status.DONE


def test_a_booked_return_that_shipbob_counts_again_is_left_until_it_is_counted() -> None:
    world = a_booked_world()
    world.shipbob.put_return(a_return(status=ReturnStatus.PROCESSING))

    assert isinstance(world.attempt(RETURN), Done)
    assert world.row(RETURN).due_at is not None


def test_a_booked_return_that_shipbob_shows_no_more_stays_booked() -> None:
    world = a_booked_world()
    world.shipbob.returns.clear()

    assert isinstance(world.attempt(RETURN), Unchanged)


def test_goods_that_turn_up_after_nothing_was_counted_are_booked() -> None:
    world = a_world()
    world.shipbob.put_return(a_return(came("WIDGET-RED")))
    world.attempt(RETURN)
    world.shipbob.put_return(a_return())
    world.clock.advance(MINUTE)

    assert isinstance(world.attempt(RETURN), Done)
    assert held(world).lines == PLAIN_ADJUSTMENT.lines
