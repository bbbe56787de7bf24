"""A request that is not to be carried out any more leaves ShipBob's own corrections to be told or booked."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.console import actions, expected
from bridge.console.actions import Requests
from bridge.domain.correction import ExpectedCorrection
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, TransactionState
from bridge.domain.outcome import Done, NeedsReview, RowMoved
from bridge.domain.terms import TransferTrigger
from bridge.protocols.ledger import Status
from bridge.protocols.trail import first_break

from local.memory.world import Crash, Cut, World
from tests.correcting import RECORD, a_card, corrected, list_shows, moves
from tests.orders import texts
from tests.stock import TRANSFER, a_stock_world, document, line

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
OUT = document(TRANSFER, line("RED-100", 5, "CHICAGO", "MAIN"))
ENTERED = replace(OUT, state=TransactionState.WORK)
BETWEEN = document(TRANSFER, line("RED-100", 5, "CHICAGO", "RENO"), state=TransactionState.WORK)
GONE = "GP no longer has transfer 00000012, which ShipBob knows as a request to its support"
CLERK = "a clerk"
NEVER_SENT = "nobody has asked for it"


def a_world_that_asked(asking: InventoryDocument = ENTERED) -> World:
    """A transfer out of Chicago, told when it is entered; what ShipBob corrects is booked."""
    world = a_stock_world(asking, trigger=TransferTrigger.WORK)
    world.terms = replace(world.terms, corrections=RECORD)
    world.gp.items["RED-100"] = a_card("RED-100")
    assert isinstance(world.attempt(TRANSFER), NeedsReview)
    return world


def deleted(world: World) -> World:
    """Somebody deletes the transfer in GP."""
    del world.gp.inventory[InventoryDocumentType.TRANSFER, "00000012"]
    world.clock.advance(HOUR)
    return world


def asked(world: World, site: str = "CHICAGO") -> ExpectedCorrection:
    (row,) = world.expectations.open("RED-100", site)
    return row


def answered_by(world: World, event: int, pieces: int) -> None:
    list_shows(world, corrected(pieces, number=event, at=world.clock.now()))


def fix_of(world: World) -> str:
    (reason,) = world.row(TRANSFER).reasons
    return reason.fix


# ---- The document is deleted in GP


def test_what_a_transfer_asked_for_is_expected_no_more_once_it_is_deleted_in_gp() -> None:
    world = deleted(a_world_that_asked())

    assert texts(world.attempt(TRANSFER, "due")) == [GONE]
    answered_by(world, 7, -5)

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-5))]
    assert world.trail(TRANSFER).count("expected no more") == 1
    assert fix_of(world) == (
        "Deleted: cancel that at ShipBob. Posted: have GP keep its inventory history, so that it can be seen. "
        "Nothing more of it is expected: -5 of RED-100 at CHICAGO."
    )


def test_a_deleted_transfer_is_found_within_a_day_and_says_the_same_every_day() -> None:
    world = deleted(a_world_that_asked())
    world.pass_time(DAY + HOUR)
    first = world.row(TRANSFER).reasons

    world.pass_time(3 * DAY)

    assert (asked(world).withdrawn_at is not None, world.row(TRANSFER).reasons) == (True, first)
    assert world.trail(TRANSFER).count("expected no more") == 1


def test_both_ends_of_a_move_that_was_deleted_are_expected_no_more() -> None:
    world = deleted(a_world_that_asked(BETWEEN))

    world.attempt(TRANSFER, "due")

    assert None not in [asked(world, site).withdrawn_at for site in ("CHICAGO", "RENO")]


def test_what_shipbob_had_done_before_the_transfer_was_deleted_is_not_booked_and_a_person_is_told() -> None:
    """It was matched, and is not booked afterwards: which of the two is to be undone is theirs to say."""
    world = a_world_that_asked()
    answered_by(world, 7, -3)
    deleted(world).attempt(TRANSFER, "due")

    answered_by(world, 8, -5)
    list_shows(world, corrected(-3, number=7), reason="replay: to be sure")

    assert (moves(world, "SBC7"), moves(world, "SBC8")) == ([], [("RED-100", "CHICAGO", Decimal(-5))])
    assert fix_of(world).endswith(
        "ShipBob has done -3 as adjustment SBC7 of it, and GP does not have that: enter it, or have ShipBob undo it."
    )


def test_what_was_answered_whole_before_the_transfer_was_deleted_is_told_as_well() -> None:
    world = a_world_that_asked()
    answered_by(world, 7, -5)
    assert isinstance(world.attempt(TRANSFER, "due"), Done)
    deleted(world).pass_time(DAY + HOUR)

    assert "ShipBob has done -5 as adjustment SBC7 of it" in fix_of(world)
    assert "expected no more" not in world.trail(TRANSFER)


def test_a_posted_transfer_that_gp_shows_no_more_has_moved_the_goods_and_stays_expected() -> None:
    """Its history was removed: the answer must not be booked a second time."""
    world = a_world_that_asked(OUT)

    assert texts(deleted(world).attempt(TRANSFER, "due")) == [GONE]

    assert asked(world).withdrawn_at is None
    assert "expected" not in fix_of(world)


def test_a_transfer_that_was_asked_for_when_entered_and_then_posted_stays_expected_when_its_history_is_gone() -> None:
    world = a_world_that_asked()
    world.gp.put_inventory(OUT)
    world.clock.advance(HOUR)
    world.attempt(TRANSFER, "due")

    deleted(world).attempt(TRANSFER, "due")

    assert asked(world).withdrawn_at is None


def test_an_answered_transfer_that_is_posted_and_whose_history_is_removed_says_nothing_of_stock_to_enter() -> None:
    world = a_world_that_asked()
    answered_by(world, 7, -5)
    assert isinstance(world.attempt(TRANSFER, "due"), Done)
    world.gp.put_inventory(OUT)
    world.pass_time(DAY + HOUR)

    deleted(world).attempt(TRANSFER, "replay: to be sure")

    assert "ShipBob has done" not in fix_of(world)


@pytest.mark.parametrize("again", [ENTERED, OUT], ids=["entered", "posted"])
def test_what_was_gone_and_is_in_gp_again_is_expected_again(again: InventoryDocument) -> None:
    """Typed in anew under its number; or posted while it was looked for."""
    world = deleted(a_world_that_asked())
    world.attempt(TRANSFER, "due")
    world.gp.put_inventory(again)
    world.clock.advance(HOUR)

    assert isinstance(world.attempt(TRANSFER), NeedsReview)
    answered_by(world, 7, -5)

    assert (moves(world), int(asked(world).remaining)) == ([], 0)
    assert asked(world).expires_at == world.clock.now() + 90 * DAY
    assert "expected again" in world.trail(TRANSFER)


def test_a_dry_run_leaves_what_was_told_before_it_as_it_was() -> None:
    world = a_world_that_asked()
    answered_by(world, 7, -5)
    assert isinstance(world.attempt(TRANSFER, "due"), Done)
    world.terms = replace(world.terms, is_dry_run=True)
    world.gp.put_inventory(OUT)

    world.pass_time(DAY + HOUR)

    assert world.row(TRANSFER).status is Status.DONE


def calls_of_the_withdrawal() -> int:
    world = deleted(a_world_that_asked(BETWEEN))
    world.hint(TRANSFER, "due")
    before = len(world.calls.made)
    world.deliver()
    return len(world.calls.made) - before


CALLS = calls_of_the_withdrawal()


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_wherever_the_process_ended_nothing_is_expected_in_the_end_and_all_again_once_gp_has_it(
    number: int, cut: Cut
) -> None:
    world = deleted(a_world_that_asked(BETWEEN))
    world.hint(TRANSFER, "due")
    world.calls.crash_at(number, cut)
    try:
        world.deliver()
    except Crash:
        world.calls.spare()
    world.pass_time(2 * DAY)

    rows = [asked(world, site) for site in ("CHICAGO", "RENO")]
    assert None not in [row.withdrawn_at for row in rows]
    world.gp.put_inventory(BETWEEN)
    world.pass_time(2 * DAY)
    assert [asked(world, site).withdrawn_at for site in ("CHICAGO", "RENO")] == [None, None]
    assert Counter(world.trail(TRANSFER))["expected again"] == 2
    assert first_break(world.audit.entries(TRANSFER)) is None


# ---- A person says so


def test_what_a_person_withdraws_ends_its_review_and_shipbobs_next_correction_is_booked() -> None:
    world = a_world_that_asked()
    (row,) = expected.awaited(world, expected.Sought())

    expected.withdraw_and_look(world, [row], CLERK, NEVER_SENT)
    world.deliver()
    answered_by(world, 7, -5)

    assert moves(world) == [("RED-100", "CHICAGO", Decimal(-5))]
    assert world.row(TRANSFER).status is Status.DONE
    (entry,) = [each for each in world.audit.entries(TRANSFER) if each.what == "withdrawn by a person"]
    assert (entry.by, entry.facts["why"], entry.facts["correction"]) == (CLERK, NEVER_SENT, "-5 of RED-100 at CHICAGO")


def test_an_event_that_takes_at_the_same_moment_is_not_overwritten() -> None:
    world = a_world_that_asked()
    (row,) = expected.awaited(world, expected.Sought())
    world.expectations.overtaken_by = [lambda: answered_by(world, 7, -5)]

    with pytest.raises(RowMoved):
        expected.withdraw(world, [row], CLERK, NEVER_SENT)

    row = asked(world)
    assert (int(row.remaining), row.withdrawn_at) == (0, None)


def test_a_review_whose_request_is_open_is_closed_only_with_a_word_of_what_becomes_of_that() -> None:
    """Who has sent it closes the review, and so does who never will."""
    world = a_world_that_asked()

    with pytest.raises(
        ValueError, match=r"still expected to do what transfer/00000012 asked for: -5 of RED-100 at CHI"
    ):
        actions.close(world, TRANSFER, CLERK, "seen to it")

    assert world.row(TRANSFER).status is Status.REVIEW


@pytest.mark.parametrize(
    ("requests", "booked"),
    [(Requests.KEEP, []), (Requests.WITHDRAW, [("RED-100", "CHICAGO", Decimal(-5))])],
)
def test_a_closed_reviews_request_is_kept_or_withdrawn_as_the_person_says(
    requests: Requests, booked: list[tuple[str, str, Decimal]]
) -> None:
    world = a_world_that_asked()

    actions.close(world, TRANSFER, CLERK, "seen to it", requests)
    answered_by(world, 7, -5)

    assert (world.row(TRANSFER).status, moves(world)) == (Status.DONE, booked)
