"""Whatever ShipBob signs is received, and whatever nobody signed is refused: in no time, and the log names nobody."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

from bridge.domain.message import Message
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import START
from tests.entrypoints.waking import Json, delivery_of_bytes, door, signed_world
from tests.fuzz import shipbob_documents as shown
from tests.fuzz.bounds import PERSON, bounded, fuzzed
from tests.fuzz.broken_json import bodies

DELIVERED = [
    shown.ORDER,
    shown.SHIPMENT,
    shown.RETURN,
    shown.RECEIVING,
    {"topic": "order.shipped", "data": shown.ORDER},
]
TOPICS = st.sampled_from(
    ["order.shipped", "order.shipment.delivered", "return.completed", "wro.box.stowed", "", "x" * 300]
)


@contextmanager
def heard() -> Iterator[io.StringIO]:
    """All that is logged meanwhile, as CloudWatch would have it."""
    from bridge.aws.entrypoint import logger

    written = io.StringIO()
    stream = logger.registered_handler
    before = stream.setStream(written)  # type: ignore[attr-defined] # Powertools hands out a plain Handler
    try:
        yield written
    finally:
        stream.setStream(before)  # type: ignore[attr-defined]


@fuzzed(200)
@given(bodies(*DELIVERED), TOPICS)
def test_whatever_is_signed_is_received_and_becomes_a_hint_or_none(body: bytes, topic: str) -> None:
    world = signed_world()

    with heard() as log, bounded():
        told = door(world)(delivery_of_bytes(body, topic))

    assert told == {"statusCode": 202}
    assert PERSON not in log.getvalue()
    for message in world.to_gp.waiting():
        assert Message.from_json(message.to_json(), received_at=START) == message


@fuzzed(100)
@given(bodies(*DELIVERED), st.sampled_from(["body", "webhook-id", "webhook-timestamp", "webhook-signature"]), st.text())
def test_whatever_nobody_signed_is_refused_without_a_word(body: bytes, place: str, odd: str) -> None:
    world, event = signed_world(), delivery_of_bytes(body)
    right = event["body"] if place == "body" else event["headers"][place]
    changed: Json = {place: right + "A" + odd}
    forged = event | changed if place == "body" else {**event, "headers": event["headers"] | changed}

    with heard() as log, bounded():
        told = door(world)(forged)

    assert told == {"statusCode": 401}
    assert world.to_gp.waiting() == []
    assert PERSON not in log.getvalue()
