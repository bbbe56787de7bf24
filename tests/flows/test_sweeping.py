"""The sweep puts back what is due and what a mapping has released, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from bridge.console.gates import pause
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.message import Message
from bridge.domain.outcome import MappingKey, Reason
from bridge.flows.paging import SHALLOW
from bridge.flows.sweep import Swept, sweep
from bridge.protocols.health import FIRST_WAVE, Health, answered
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.pause import Side

from local.memory.world import START, MemoryQueue, World
from tests.orders import NUMBER, ORDER, a_world_with

MINUTE = dt.timedelta(minutes=1)
RED, BLUE = MappingKey.parse("sku/RED"), MappingKey.parse("sku/BLUE")


def order(number: int) -> DocumentId:
    return DocumentId(DocumentKind.ORDER, number)


def waiting(world: World, number: int, due_at: dt.datetime, status: Status = Status.WAITING) -> None:
    world.state.save(LedgerRow(order(number), status=status, due_at=due_at))


def in_review(world: World, number: int, *keys: MappingKey | None) -> None:
    reasons = tuple(Reason("why", "what to do", key) for key in keys)
    world.state.save(
        LedgerRow(order(number), status=Status.REVIEW, reasons=reasons, due_at=START + dt.timedelta(days=1))
    )


def queued(world: World) -> list[int]:
    return [message.document.number for message in world.to_gp.waiting()]


def test_what_is_due_is_queued_and_what_is_not_is_left() -> None:
    world = World()
    waiting(world, 1, START)
    waiting(world, 2, START + dt.timedelta(seconds=1))

    assert sweep(world, "run-1") == Swept(due=1, released=0)

    assert queued(world) == [1]


def test_what_has_been_due_longest_is_queued_first() -> None:
    world = World()
    waiting(world, 1, START - MINUTE)
    waiting(world, 2, START - 2 * MINUTE)

    sweep(world, "run-1")

    assert queued(world) == [2, 1]


def test_broken_and_unknown_rows_are_swept_like_any_other() -> None:
    world = World()
    for number, status in enumerate([Status.BROKEN, Status.UNKNOWN, Status.SENDING, Status.REVIEW], start=1):
        waiting(world, number, START, status)

    sweep(world, "run-1")

    assert sorted(queued(world)) == [1, 2, 3, 4]


def test_a_row_still_due_at_the_next_sweep_is_not_queued_twice() -> None:
    world = World()
    waiting(world, 1, START)
    sweep(world, "run-1")
    world.clock.advance(MINUTE)

    sweep(world, "run-2")

    assert queued(world) == [1]


def test_a_row_that_came_due_again_after_an_attempt_is_queued_again_at_once() -> None:
    world = World()
    waiting(world, 1, START)
    sweep(world, "run-1")
    world.state.save(world.row(order(1)))
    world.clock.advance(MINUTE)

    sweep(world, "run-2")

    assert queued(world) == [1, 1]


def test_what_is_due_goes_in_while_the_queue_is_shallow_and_the_rest_stays_due() -> None:
    world = World()
    for number in range(1, SHALLOW + 2):
        waiting(world, number, START)

    assert [sweep(world, run).due for run in ("run-1", "run-2")] == [SHALLOW, 0]

    assert len(world.to_gp.waiting()) == SHALLOW
    assert len(world.state.due(START, SHALLOW + 2)) == SHALLOW + 1


def test_a_review_is_released_only_when_every_key_it_waits_for_is_mapped() -> None:
    world = World()
    in_review(world, 1, RED, BLUE)
    world.state.map(RED, "RED-100", "a person")
    half = sweep(world, "run-1")
    world.state.map(BLUE, "BLUE-100", "a person")

    whole = sweep(world, "run-2")

    assert (half.released, whole.released) == (0, 1)


def test_a_review_that_waits_for_no_mapping_is_not_released_by_one() -> None:
    world = World()
    in_review(world, 1, None)
    world.state.map(RED, "RED-100", "a person")

    assert sweep(world, "run-1").released == 0


def test_one_mapping_releases_every_review_that_waited_for_it() -> None:
    world = World()
    for number in (1, 2, 3):
        in_review(world, number, RED)
    in_review(world, 4, BLUE)
    world.state.map(RED, "RED-100", "a person")

    sweep(world, "run-1")

    assert sorted(queued(world)) == [1, 2, 3]


def test_a_released_review_is_queued_once_until_it_was_attempted() -> None:
    world = World()
    in_review(world, 1, RED)
    world.state.map(RED, "RED-100", "a person")

    for run in range(4):
        sweep(world, f"run-{run}")
        world.clock.advance(MINUTE)

    assert queued(world) == [1]


def test_a_mapping_to_nothing_releases_no_review() -> None:
    world = World()
    in_review(world, 1, RED)
    world.state.map(RED, " ", "a person")

    assert sweep(world, "run-1").released == 0


def test_a_mapping_that_cannot_be_read_releases_no_review() -> None:
    world = World()
    in_review(world, 1, RED)
    world.state.map(RED, "RED-100 CASE*0", "a person")

    assert sweep(world, "run-1").released == 0


def test_a_review_before_a_shut_gate_is_not_released_but_goes_on_with_what_else_stands_there() -> None:
    world = World()
    in_review(world, 1, RED)
    world.state.save(replace(world.row(order(1)), gate=Gate.PAUSE_OF_GP))
    pause(world, [Side.GP], "a person", "month-end", is_pause=True)
    world.state.map(RED, "RED-100", "a person")

    assert (sweep(world, "run-1").released, queued(world)) == (0, [])

    pause(world, [Side.GP], "a person", "month-end", is_pause=False)
    assert (sweep(world, "run-2").due, queued(world)) == (1, [1])


# ---- Each side's queue


def transfer(number: int) -> DocumentId:
    return DocumentId(DocumentKind.TRANSFER, name=f"TRX{number:04}")


def a_transfer_waits(world: World, number: int, due_at: dt.datetime, gate: Gate | None = None) -> None:
    world.state.save(LedgerRow(transfer(number), status=Status.WAITING, due_at=due_at, gate=gate))


def fill(queue: MemoryQueue, document: DocumentId) -> None:
    """With as many messages as make it deep."""
    queue.send([(Message(document, "poll", f"run {n}", START), f"{n}") for n in range(SHALLOW)])


@pytest.mark.parametrize("gate", [None, Gate.GP])
def test_a_full_queue_to_gp_keeps_nothing_from_shipbob(gate: Gate | None) -> None:
    world = World()
    fill(world.to_gp, order(9))
    for number in range(SHALLOW):
        world.state.save(LedgerRow(order(number), status=Status.WAITING, due_at=START - MINUTE, gate=gate))
    a_transfer_waits(world, 1, START, gate)

    assert sweep(world, "run-1").due == 1

    assert [message.document for message in world.to_shipbob.waiting()] == [transfer(1)]
    assert len(world.to_gp.waiting()) == SHALLOW


@pytest.mark.parametrize("gate", [None, Gate.GP])
def test_a_full_queue_to_shipbob_is_not_filled_further(gate: Gate | None) -> None:
    world = World()
    fill(world.to_shipbob, transfer(9))
    a_transfer_waits(world, 1, START, gate)
    world.state.save(LedgerRow(order(1), status=Status.WAITING, due_at=START, gate=gate))

    assert sweep(world, "run-1").due == 1

    assert (queued(world), len(world.to_shipbob.waiting())) == ([1], SHALLOW)


def test_while_both_queues_are_full_nothing_is_looked_for() -> None:
    world = World()
    fill(world.to_gp, order(9))
    fill(world.to_shipbob, transfer(9))
    waiting(world, 1, START)

    assert sweep(world, "run-1").due == 0

    assert {"due", "at_gate"}.isdisjoint(world.calls.of("state"))


def test_a_wave_is_of_each_side_by_itself() -> None:
    """GP has come back this minute: five documents may be under way, and a poll has brought four that are live."""
    world = World()
    world.gates.save_health(Health(Gate.GP, up_since=START))
    world.to_gp.send([(Message(order(90 + n), "poll", "run", START), f"{n}") for n in range(FIRST_WAVE - 1)])
    for number in range(1, 4):
        world.state.save(LedgerRow(order(number), status=Status.WAITING, due_at=START + MINUTE, gate=Gate.GP))
        a_transfer_waits(world, number, START + 2 * MINUTE, Gate.GP)

    assert sweep(world, "run-1").due == 1 + 3

    assert queued(world)[FIRST_WAVE - 1 :] == [1]
    assert len(world.to_shipbob.waiting()) == 3


def test_with_nothing_to_do_nothing_is_queued() -> None:
    world = World()

    assert sweep(world, "run-1") == Swept(0, 0)

    assert queued(world) == []


def test_a_shipment_that_nobody_announced_and_no_night_has_found_is_found_within_a_week() -> None:
    """Webhooks get lost, and ShipBob's change dates have been seen not to move."""
    world = a_world_with("draft")

    world.pass_time(dt.timedelta(days=7, minutes=1))

    assert world.gp.orders[NUMBER].batch.startswith("SBR")
    assert world.row(ORDER).due_at is None


def test_each_neighbour_that_is_down_is_counted_until_it_is_up() -> None:
    world = World()
    world.gates.save_health(Health(Gate.GP, down_since=START, why="away"))
    world.gates.save_health(Health(Gate.SHIPBOB, failing=("order/1", "order/2")))
    down = sweep(world, "run-1").counted["NeighboursDown"]

    world.gates.save_health(answered(world.gates.stored.gp, START))

    assert (down, sweep(world, "run-2").counted["NeighboursDown"]) == (1, 0)
