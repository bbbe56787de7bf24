"""Stock that moved in GP is found, once and however GP stamps it; what is known already costs nothing further."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, TransactionState
from bridge.domain.outcome import Transient
from bridge.domain.terms import QuietHours, TransferTrigger
from bridge.flows.poll_gp import NAME, Polled, poll_gp
from bridge.protocols.surge import StockPoll

from local.memory.world import START, Crash, Cut, World
from tests.stock import ADJUSTMENT, DAY, TRANSFER, VARIANCE, a_stock_world, document, line, wros

MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
IN = document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO"))
KEY = (InventoryDocumentType.TRANSFER, "00000012")


def transfer(number: str, **changes: object) -> InventoryDocument:
    return replace(IN, number=number, **changes)  # type: ignore[arg-type]


def queued(world: World) -> list[str]:
    return [str(message.document) for message in world.to_shipbob.sent]


def stamped(world: World, found: InventoryDocument, moment: dt.datetime) -> None:
    """GP holds the document, and says it was changed then."""
    world.gp.inventory[found.type, found.number] = replace(found, modified_at=moment)


def settled(world: World) -> None:
    """The first poll and the night's list are behind, and GP is known to stamp the time of day."""
    stamped(world, transfer("OLD"), START - 5 * HOUR)
    poll_gp(world, "run-0")
    world.deliver()
    world.to_shipbob.sent.clear()
    world.calls.made.clear()


def test_posted_documents_of_all_three_kinds_are_found() -> None:
    moved = line("RED-100", 1, "CHICAGO")
    world = a_stock_world(IN, document(ADJUSTMENT, moved), document(VARIANCE, moved))

    assert poll_gp(world, "run-1") == Polled(queued=3)

    assert sorted(queued(world)) == ["adjustment/ADJ%207", "transfer/00000012", "variance/VAR1"]
    assert {(m.reason, m.origin) for m in world.to_shipbob.sent if m.document == TRANSFER} == {
        ("poll transfer", "run-1")
    }


def test_what_was_found_and_told_is_not_found_again() -> None:
    world = a_stock_world(IN)
    poll_gp(world, "run-1")
    world.deliver()

    for run in range(2, 6):
        world.clock.advance(15 * MINUTE)
        assert poll_gp(world, f"run-{run}") == Polled()

    assert queued(world) == ["transfer/00000012"]
    assert len(wros(world)) == 1


def test_what_was_found_and_not_read_yet_is_found_again() -> None:
    world = a_stock_world(IN)
    poll_gp(world, "run-1")
    world.to_shipbob.forget()
    world.clock.advance(10 * MINUTE)

    assert poll_gp(world, "run-2") == Polled(queued=1)


@pytest.mark.parametrize("trigger", TransferTrigger)
def test_entered_transfers_are_found_only_where_they_are_told_from_work(trigger: TransferTrigger) -> None:
    entered = replace(IN, state=TransactionState.WORK)
    adjustment = document(ADJUSTMENT, line("RED-100", 1, "CHICAGO"), state=TransactionState.WORK)
    world = a_stock_world(entered, adjustment, trigger=trigger)

    poll_gp(world, "run-1")

    assert queued(world) == (["transfer/00000012"] if trigger is TransferTrigger.WORK else [])


def test_a_transfer_told_from_work_is_looked_at_again_once_posted() -> None:
    world = a_stock_world(replace(IN, state=TransactionState.WORK), trigger=TransferTrigger.WORK)
    poll_gp(world, "run-1")
    world.deliver()
    world.clock.advance(HOUR)
    world.gp.put_inventory(IN)

    assert poll_gp(world, "run-2") == Polled(queued=1)
    world.deliver()

    assert len(world.shipbob.announced) == 1


def test_our_own_documents_and_those_not_to_be_told_are_not_even_hinted_at() -> None:
    world = a_stock_world(
        transfer("SBR7001"), transfer("T1", batch="NOSYNC1"), transfer("T2", date=dt.date(2026, 10, 31)),
        no_sync_batch_prefix="NOSYNC",
    )  # fmt: skip

    assert poll_gp(world, "run-1") == Polled()


def test_a_document_that_shows_a_quarter_of_an_hour_late_is_found() -> None:
    """GP stamps a row before others can see it."""
    world = a_stock_world()
    settled(world)
    world.clock.advance(15 * MINUTE)
    poll_gp(world, "run-1")
    stamped(world, IN, world.clock.now() - 14 * MINUTE)
    world.clock.advance(15 * MINUTE)

    poll_gp(world, "run-2")

    assert queued(world) == ["transfer/00000012"]


def test_where_gp_stamps_days_only_each_document_of_two_days_is_listed_and_found_at_once() -> None:
    world = a_stock_world()
    poll_gp(world, "run-1")
    world.clock.advance(HOUR)
    midnight = START.replace(hour=0, minute=0)
    stamped(world, IN, midnight)

    assert poll_gp(world, "run-2") == Polled(queued=1)

    assert world.stock_poll.kept.timed == ()


def test_where_gp_stamps_days_only_what_shows_a_day_late_is_found() -> None:
    world = a_stock_world()
    poll_gp(world, "run-1")
    world.clock.advance(HOUR)
    yesterday = START.replace(hour=0, minute=0) - dt.timedelta(days=1)
    stamped(world, replace(IN, date=DAY - dt.timedelta(days=20)), yesterday)

    world.terms = replace(world.terms, cut_over=world.terms.cut_over - dt.timedelta(days=30))

    assert poll_gp(world, "run-2") == Polled(queued=1)


def test_lists_are_short_only_once_gp_has_shown_a_time_of_day() -> None:
    world = a_stock_world()
    settled(world)
    assert world.stock_poll.kept.timed == ("Transfer History",)

    stamped(world, IN, START.replace(hour=0, minute=0))
    world.clock.advance(HOUR)

    assert poll_gp(world, "run-1") == Polled(), "the night's list will have it"


def test_what_no_modified_date_told_of_is_found_in_the_night() -> None:
    world = a_stock_world()
    settled(world)
    stamped(world, transfer("LATE", date=DAY - dt.timedelta(days=12)), START - dt.timedelta(days=12))

    world.clock.advance(HOUR)
    assert poll_gp(world, "run-1") == Polled()
    world.clock.advance_to(dt.datetime(2026, 11, 18, 5, 59, tzinfo=dt.UTC))  # a minute to midnight in Chicago
    assert poll_gp(world, "run-2") == Polled()
    world.clock.advance(MINUTE)

    assert poll_gp(world, "run-3") == Polled(queued=1)
    assert queued(world) == ["transfer/LATE"]


def test_the_night_lists_once_and_five_weeks_back_but_not_before_the_cut_over() -> None:
    world = a_stock_world()
    world.terms = replace(world.terms, cut_over=START - dt.timedelta(days=60))
    settled(world)
    listed = world.calls.count("gp.inventory_documents")
    world.clock.advance_to(START + dt.timedelta(days=1))
    for run in range(3):
        world.clock.advance(15 * MINUTE)
        poll_gp(world, f"night-{run}")

    assert world.calls.count("gp.inventory_documents") - listed == 3 * 3 + 3


def test_a_clock_of_gps_that_is_behind_loses_nothing() -> None:
    world = a_stock_world()
    world.gp.ahead = -HOUR
    settled(world)
    world.clock.advance(15 * MINUTE)
    poll_gp(world, "run-1")
    world.clock.advance(15 * MINUTE)
    stamped(world, IN, world.clock.now() - HOUR)

    assert poll_gp(world, "run-2") == Polled(queued=1)


def test_a_clock_of_gps_that_is_ahead_loses_nothing() -> None:
    world = a_stock_world()
    settled(world)
    world.gp.ahead = HOUR
    stamped(world, IN, world.clock.now() + HOUR)
    world.clock.advance(15 * MINUTE)

    assert poll_gp(world, "run-1") == Polled(queued=1)


def test_before_the_cut_over_gp_is_not_asked() -> None:
    world = a_stock_world(IN)
    world.terms = replace(world.terms, cut_over=START + MINUTE)

    assert poll_gp(world, "run-1") == Polled()
    assert world.calls.of("gp") == []


def test_in_its_quiet_hours_gp_is_not_asked_and_nothing_is_missed() -> None:
    world = a_stock_world(IN)
    world.terms = replace(world.terms, quiet_hours=QuietHours(dt.time(8), dt.time(9)))  # it is 08:05 in Chicago

    assert poll_gp(world, "run-1") == Polled()
    assert world.calls.of("gp") == []
    world.clock.advance(HOUR)

    assert poll_gp(world, "run-2") == Polled(queued=1)


def test_one_run_at_a_time() -> None:
    world = a_stock_world(IN)
    cursor = world.state.cursor(NAME)
    assert cursor is None
    world.crash_at(3, Cut.AFTER)  # in the middle of the first run, which so never lets go
    with pytest.raises(Crash):
        poll_gp(world, "run-1")

    assert poll_gp(world, "run-2") == Polled()
    world.clock.advance(6 * MINUTE)

    assert poll_gp(world, "run-3") == Polled(queued=1)


def test_a_failed_list_fails_the_run_and_the_next_begins_where_it_began() -> None:
    world = a_stock_world(IN)
    world.gp.fail_next("inventory_documents", "down")

    with pytest.raises(Transient):
        poll_gp(world, "run-1")

    assert poll_gp(world, "run-2") == Polled(queued=1)


def calls_of_a_run() -> int:
    world = a_stock_world(IN, document(ADJUSTMENT, line("RED-100", 1, "CHICAGO")))
    poll_gp(world, "run-1")
    return len(world.calls.made)


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, calls_of_a_run() + 1))
def test_wherever_a_run_ends_the_next_ones_find_everything(number: int, cut: Cut) -> None:
    world = a_stock_world(IN, document(ADJUSTMENT, line("RED-100", 1, "CHICAGO")))
    world.crash_at(number, cut)
    with pytest.raises(Crash):
        poll_gp(world, "run-1")
    world.calls.spare()

    world.clock.advance(6 * MINUTE)
    poll_gp(world, "run-2")
    world.deliver()

    assert {TRANSFER, ADJUSTMENT} <= world.state.rows.keys()
    assert len(world.shipbob.announced) == 1


def test_a_number_is_named_as_gp_names_it() -> None:
    world = a_stock_world(transfer("TRX 1/2"))

    poll_gp(world, "run-1")

    assert [message.document for message in world.to_shipbob.sent] == [
        DocumentId(DocumentKind.TRANSFER, name="TRX 1/2")
    ]


def test_a_poll_that_finds_nothing_keeps_no_row_of_its_own() -> None:
    world = a_stock_world()

    poll_gp(world, "run-1")

    assert world.stock_poll.kept == StockPoll()
