"""An inventory document is written once, although GP appends a second create to the first instead of refusing it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.document import DocumentKind
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine, TransactionState
from bridge.domain.message import Message
from bridge.domain.outcome import Done, NeedsReview, Outcome, Waiting
from bridge.flows import unposted
from bridge.flows.attempt import Work, attempt
from bridge.mapping.comparing import inventory_contradictions
from bridge.protocols.ledger import Status

from local.memory.world import START, Crash, Cut, World
from tests.orders import MINUTE, SECOND
from tests.returns import RETURN

ADJUSTMENT = InventoryDocument(
    InventoryDocumentType.ADJUSTMENT,
    "SBR7001",
    "SBT261117-01",
    dt.date(2026, 11, 17),
    (
        InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(2)),
        InventoryLine(Decimal(32768), "BLUE-100", "RENO", Decimal(1)),
    ),
)
KEY = (ADJUSTMENT.type, ADJUSTMENT.number)


def record_adjustment(work: Work) -> Outcome:
    """A flow of nothing but one inventory document."""
    gp = work.ports.gp
    work.row = replace(work.row, number=ADJUSTMENT.number, read_at=work.ports.clock.now())
    way = unposted.Way(
        look=lambda: gp.inventory_document(*KEY),
        write=gp.create_inventory_adjustment,
        contradictions=inventory_contradictions,
    )
    if work.row.intent is not None and (outcome := unposted.settle(work, way, ADJUSTMENT)) is not None:
        return outcome
    if not work.row.fingerprint and (outcome := unposted.write(work, way, ADJUSTMENT, {})) is not None:
        return outcome
    return Done(ADJUSTMENT.number)


def deliver(world: World) -> Outcome | None:
    """One hint, worked as the queue would; None where the process ended in the middle."""
    message = Message(RETURN, "webhook return.completed", f"hint {world.clock.now()}", world.clock.now())
    try:
        return attempt({DocumentKind.RETURN: record_adjustment})(message, world)
    except Crash:
        return None


def until_settled(world: World) -> Outcome | None:
    """Worked whenever it is due, for an hour."""
    outcome = deliver(world)
    for _ in range(20):
        due = world.row(RETURN).due_at
        if due is None or due > START + 60 * MINUTE:
            break
        world.clock.advance_to(due)
        world.clock.advance(SECOND)
        outcome = deliver(world)
    return outcome


def test_an_adjustment_is_looked_for_before_it_is_written() -> None:
    world = World()

    assert isinstance(deliver(world), Done)

    assert world.calls.of("gp") == ["login", "inventory_document", "create_inventory_adjustment"]
    assert world.gp.inventory[KEY].lines == ADJUSTMENT.lines


@pytest.mark.parametrize("how", ["lost reply", "not executed", "late"])
def test_an_adjustment_whose_reply_was_lost_is_in_gp_once(how: str) -> None:
    world = World()
    world.gp.fail_next("create_inventory_adjustment", how, late=9 * MINUTE)

    assert isinstance(deliver(world), Waiting)
    assert world.row(RETURN).status is Status.UNKNOWN
    assert isinstance(until_settled(world), Done)

    assert world.gp.inventory[KEY].lines == ADJUSTMENT.lines


@pytest.mark.parametrize("cut", Cut)
@pytest.mark.parametrize("number", range(1, 16))
def test_an_adjustment_is_in_gp_once_wherever_the_process_ended(number: int, cut: Cut) -> None:
    world = World()
    world.calls.crash_at(number, cut)

    deliver(world)
    world.calls.spare()
    outcome = until_settled(world)

    assert isinstance(outcome, Done), outcome
    assert world.gp.inventory[KEY].lines == ADJUSTMENT.lines


def test_an_adjustment_that_stands_in_gp_already_is_taken_for_ours_and_not_written_again() -> None:
    world = World()
    world.gp.put_inventory(ADJUSTMENT)

    assert isinstance(deliver(world), Done)

    assert world.calls.count("gp.create_inventory_adjustment") == 0


def test_an_adjustment_that_gp_holds_twice_over_is_for_a_person() -> None:
    world = World()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    deliver(world)
    world.gp.put_inventory(replace(ADJUSTMENT, lines=ADJUSTMENT.lines * 2))

    outcome = until_settled(world)

    assert isinstance(outcome, NeedsReview)
    assert "twice" in outcome.reasons[0].text


def _another_quantity(line: InventoryLine) -> InventoryLine:
    return replace(line, quantity=line.quantity + 1)


def _another_site(line: InventoryLine) -> InventoryLine:
    return replace(line, site="RENO")


def _a_decrease(line: InventoryLine) -> InventoryLine:
    return replace(line, quantity=-line.quantity)


@pytest.mark.parametrize("change", [_another_quantity, _another_site, _a_decrease])
def test_another_adjustment_under_our_number_is_for_a_person(
    change: Callable[[InventoryLine], InventoryLine],
) -> None:
    world = World()
    first, second = ADJUSTMENT.lines
    world.gp.put_inventory(replace(ADJUSTMENT, lines=(change(first), second)))

    outcome = deliver(world)

    assert isinstance(outcome, NeedsReview)
    assert world.calls.count("gp.create_inventory_adjustment") == 0


def test_an_adjustment_that_was_posted_meanwhile_is_still_ours() -> None:
    world = World()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    deliver(world)
    world.gp.put_inventory(replace(ADJUSTMENT, state=TransactionState.HISTORY))

    assert isinstance(until_settled(world), Done)


def test_an_adjustment_that_a_person_deleted_is_not_written_again() -> None:
    world = World()
    world.gp.fail_next("create_inventory_adjustment", "lost reply")
    deliver(world)
    world.state.rows[RETURN] = replace(world.row(RETURN), was_seen_in_gp=True)
    world.gp.inventory.clear()

    assert isinstance(until_settled(world), NeedsReview)
    assert world.calls.count("gp.create_inventory_adjustment") == 1
