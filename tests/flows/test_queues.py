"""A document's messages go onto the queue of the function that writes what the document becomes."""

from __future__ import annotations

import datetime as dt

import pytest
from bridge.console import actions
from bridge.domain.document import DocumentId
from bridge.domain.outcome import MappingKey, Reason
from bridge.flows.sweep import sweep
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.world import START, World

OF_SHIPBOB = ["order/250000001", "locate/390000101", "return/7001", "receiving/480001", "stock/99"]
OF_GP = ["adjustment/ADJ%201", "variance/VAR1", "transfer/00000012"]
SITE = MappingKey.parse("location/156")


def queued(world: World) -> dict[str, list[str]]:
    waiting = {"to GP": world.to_gp.waiting(), "to ShipBob": world.to_shipbob.waiting()}
    return {name: [str(message.document) for message in messages] for name, messages in waiting.items()}


@pytest.mark.parametrize("text", OF_SHIPBOB)
def test_what_is_shipbobs_is_replayed_to_the_writer_of_gp(text: str) -> None:
    world = World()

    actions.replay(world, DocumentId.parse(text), "a person", "to see")

    assert queued(world) == {"to GP": [text], "to ShipBob": []}


@pytest.mark.parametrize("text", OF_GP)
def test_what_is_gps_is_replayed_to_the_writer_of_shipbob(text: str) -> None:
    world = World()

    actions.replay(world, DocumentId.parse(text), "a person", "to see")

    assert queued(world) == {"to GP": [], "to ShipBob": [text]}


def test_the_sweep_gives_each_writer_what_is_due_of_its_own() -> None:
    world = World()
    for text in (*OF_SHIPBOB, *OF_GP):
        world.state.save(LedgerRow(DocumentId.parse(text), status=Status.WAITING, due_at=START))

    assert sweep(world, "run-1").due == len(OF_SHIPBOB) + len(OF_GP)

    assert queued(world) == {"to GP": OF_SHIPBOB, "to ShipBob": OF_GP}


def test_a_mapping_releases_a_transfer_to_the_writer_of_shipbob() -> None:
    world = World()
    transfer = DocumentId.parse("transfer/00000012")
    reasons = (Reason("no site", "map it", SITE),)
    later = START + dt.timedelta(days=1)
    world.state.save(LedgerRow(transfer, status=Status.REVIEW, reasons=reasons, due_at=later))
    world.state.map(SITE, "WEST", "a person")

    assert sweep(world, "run-1").released == 1

    assert queued(world) == {"to GP": [], "to ShipBob": ["transfer/00000012"]}
