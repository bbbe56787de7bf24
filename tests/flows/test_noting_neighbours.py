"""What an attempt has seen of a neighbour is noted, whichever way it asked; and a note is never worth a document."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bridge.domain.document import DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.outcome import Done, Outcome, RowMoved, Transient, Waiting
from bridge.flows.attempt import Work, attempt
from bridge.flows.gates import TRIES
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.orders import ORDER, a_world_with

OTHERS_WERE_FASTER = RowMoved("another worker has noted what it saw")


def while_gp_is_down() -> World:
    world = a_world_with("unshipped")
    world.gp.fail_next("login", "down")
    return world


def test_a_note_that_cannot_be_kept_changes_nothing_of_what_became_of_the_document() -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "lost reply")
    world.gates.fail_next(Transient("DynamoDB cannot be reached"))

    world.attempt(ORDER)

    assert (world.row(ORDER).status, world.gates.stored.gp.failing) == (Status.UNKNOWN, ())


def test_a_note_that_another_worker_was_faster_with_is_added_to_theirs() -> None:
    world = while_gp_is_down()
    world.gates.fail_next(OTHERS_WERE_FASTER)

    world.attempt(ORDER)

    assert world.gates.stored.gp.failing == (str(ORDER),)


def test_a_note_that_others_are_always_faster_with_is_left_to_the_next_document() -> None:
    world = while_gp_is_down()
    for _ in range(TRIES):
        world.gates.fail_next(OTHERS_WERE_FASTER)

    assert isinstance(world.attempt(ORDER), Waiting)

    assert (world.row(ORDER).status, world.gates.stored.gp.failing) == (Status.WAITING, ())


WAYS: list[tuple[Gate, Callable[[Work], object]]] = [
    (Gate.GP, lambda work: work.ports.gp.probe()),
    (Gate.SHIPBOB, lambda work: work.ports.shipbob.channels()),
    (Gate.SHIPBOB, lambda work: work.ports.shipbob_in_background.channels()),
]


@pytest.mark.parametrize(("neighbour", "ask"), WAYS, ids=["GP", "ShipBob", "ShipBob in the background"])
def test_whichever_way_a_neighbour_is_asked_its_failure_counts(neighbour: Gate, ask: Callable[[Work], object]) -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("probe", "down")
    world.shipbob.fail_next("channels", "down")

    def flow(work: Work) -> Outcome:
        ask(work)
        return Done("asked")

    world.hint(ORDER)
    (message,) = world.to_gp.waiting()
    attempt({DocumentKind.ORDER: flow})(message, world)

    assert world.gates.stored.of(neighbour).failing == (str(ORDER),)
