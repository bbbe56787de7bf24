"""A clerk has a document gone by as its trail shows it, and a world in which that is wanted."""

from __future__ import annotations

from bridge.console import replaying
from bridge.domain.document import DocumentId
from bridge.domain.message import Message
from bridge.domain.outcome import MappingKey, Outcome
from bridge.flows import recalling

from local.memory.world import START, World
from tests.orders import HOUR, ORDER, a_world, unshipped

CLERK = "arn:aws:iam::123456789012:user/clerk"
RED = MappingKey.parse("sku/WIDGET-RED")


def newest(world: World, document: DocumentId = ORDER) -> int:
    return recalling.newest_read(world, document).number


def asked_for(world: World, document: DocumentId = ORDER) -> None:
    """A clerk has the document gone by as it was recorded; that lies on the queue."""
    replaying.replay_at_once(world, [document], CLERK, "the mapping is mended", as_recorded=0)


def gone_by(world: World, document: DocumentId = ORDER) -> Outcome:
    asked_for(world, document)
    before = len(world.outcomes)
    world.deliver()
    (outcome,) = world.outcomes[before:]
    return outcome


def message(entry: int, document: DocumentId = ORDER) -> Message:
    return Message(document, "replay: to see", CLERK, START, as_recorded=entry)


def recalled(world: World, document: DocumentId = ORDER) -> dict[str, str]:
    """What the trail says of the last image that was asked for."""
    return [dict(entry.facts) for entry in world.audit.entries(document) if entry.what == "as recorded"][-1]


def a_mended_world() -> World:
    """The order waited for a mapping, which somebody has mended since; ShipBob has archived the order meanwhile."""
    world = a_world("sku/WIDGET-RED")
    world.shipbob.put(unshipped())
    world.attempt(ORDER)
    world.shipbob.archive(ORDER.number)
    world.clock.advance(HOUR)
    world.state.map(RED, "RED-100", "a clerk")
    return world
