"""The web door: 202 once a hint is queued, 401 without a word to strangers, 503 so that ShipBob comes again."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json

import pytest
from bridge.domain.outcome import Misconfigured, Transient
from bridge.shipbob.webhook import BODY_BYTES_MAX
from hypothesis import given
from hypothesis import strategies as st

from tests.entrypoints.waking import Json, as_base64, delivery, door, sample, signed_world
from tests.memory import START, World
from tests.orders import ORDER, ORDER_ID

BODY = json.dumps({"id": ORDER_ID, "recipient": {"name": "Zoë Whitfield"}}, ensure_ascii=False)
RECEIVED, REFUSED, FAILED = {"statusCode": 202}, {"statusCode": 401}, {"statusCode": 503}


@pytest.fixture
def world() -> World:
    return signed_world()


def test_a_signed_delivery_becomes_one_message(world: World) -> None:
    assert door(world)(delivery(BODY)) == RECEIVED

    (message,) = world.to_gp.waiting()
    assert (message.document, message.reason, message.origin) == (ORDER, "webhook order.shipped", "msg_1")
    assert message.seen_at == START


def test_a_body_in_base64_is_the_same_body(world: World) -> None:
    assert door(world)(as_base64(delivery(BODY))) == RECEIVED

    assert [message.document for message in world.to_gp.waiting()] == [ORDER]


def test_the_same_delivery_twice_is_received_twice_and_queued_once(world: World) -> None:
    assert [door(world)(delivery(BODY)) for _ in range(2)] == [RECEIVED] * 2

    assert len(world.to_gp.waiting()) == 1


def test_a_topic_that_changes_nothing_in_gp_is_received_and_not_queued(world: World) -> None:
    assert door(world)(delivery(BODY, topic="billing.charge.created")) == RECEIVED

    assert world.to_gp.waiting() == []


def tampered() -> dict[str, Json]:
    good = delivery(BODY)
    headers = good["headers"]
    other = base64.b64encode(bytes(24)).decode()
    without = {
        f"without {name}": {**good, "headers": {key: value for key, value in headers.items() if key != name}}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    }
    return {
        "another body": {**good, "body": BODY.replace("1", "2")},
        "another id": {**good, "headers": {**headers, "webhook-id": "msg_2"}},
        "another secret": delivery(BODY, secret=f"whsec_{other}"),
        "too old": delivery(BODY, at=START - dt.timedelta(minutes=5, seconds=1)),
        "of the future": delivery(BODY, at=START + dt.timedelta(minutes=5, seconds=1)),
        "an empty signature": {**good, "headers": {**headers, "webhook-signature": ""}},
        "a version nobody knows": {**good, "headers": {**headers, "webhook-signature": "v1a,AAAA"}},
        "base64 that is none": {**good, "isBase64Encoded": True},
        "no body": {**good, "body": None},
        "too large": delivery("x" * (BODY_BYTES_MAX + 1)),
        **without,
    }


@pytest.mark.parametrize("event", tampered().values(), ids=tampered())
def test_whatever_is_not_authentic_is_told_nothing(world: World, event: Json) -> None:
    assert door(world)(event) == REFUSED

    assert world.to_gp.waiting() == []


def test_a_delivery_that_cannot_be_queued_is_to_come_again(world: World) -> None:
    world.to_gp.fail_next(Transient("SQS refused"))

    assert door(world)(delivery(BODY)) == FAILED
    assert door(world)(delivery(BODY)) == RECEIVED
    assert len(world.to_gp.waiting()) == 1


def test_a_secret_that_cannot_be_read_loses_no_delivery(world: World) -> None:
    world.to_gp.fail_next(Misconfigured("Secrets Manager answers AccessDeniedException"))

    assert door(world)(delivery(BODY)) == FAILED


TEXT = st.text(max_size=40)
HEADERS = st.dictionaries(
    st.sampled_from(["webhook-id", "Webhook-Timestamp", "webhook-signature", "x-webhook-topic"]) | TEXT,
    st.sampled_from([str(int(START.timestamp())), "v1,AAAA", "v1," * 50, "9" * 400, "-1", "٣"]) | TEXT,
    max_size=6,
)
HOSTILE = st.fixed_dictionaries(
    {},
    optional={
        "headers": HEADERS,
        "body": st.none()
        | TEXT
        | st.binary(max_size=40).map(lambda raw: base64.b64encode(raw).decode())
        | st.just("\ud800"),
        "isBase64Encoded": st.booleans(),
    },
)


@given(HOSTILE)
def test_no_event_brings_the_door_down(event: Json) -> None:
    world = signed_world()

    assert door(world)(event) == REFUSED
    assert world.to_gp.waiting() == []


@given(st.binary(max_size=200), st.sampled_from(["order.shipped", "order.shipment.delivered", "return.created", ""]))
def test_a_signed_body_of_any_bytes_is_received(raw: bytes, topic: str) -> None:
    """Whoever signs is ShipBob; what a later ShipBob sends may mean nothing to us."""
    text = raw.decode("latin-1")

    assert door(signed_world())(delivery(text, topic=topic)) == RECEIVED


def test_headers_that_are_null_are_no_signature(world: World) -> None:
    assert door(world)({**delivery(BODY), "headers": None}) == REFUSED


def test_what_is_logged_names_the_document_and_nobody(world: World) -> None:
    from bridge.aws.entrypoint import logger

    written = io.StringIO()
    stream = logger.registered_handler
    before = stream.setStream(written)  # type: ignore[attr-defined] # Powertools hands out a plain Handler
    try:
        door(world)(delivery(BODY))
        door(world)({**delivery(BODY), "body": BODY + " "})
    finally:
        stream.setStream(before)  # type: ignore[attr-defined]

    lines = [json.loads(line) for line in written.getvalue().splitlines()]
    assert [(line["level"], line.get("document")) for line in lines] == [("INFO", str(ORDER)), ("WARNING", None)]
    assert "Whitfield" not in written.getvalue()
    assert "v1," not in written.getvalue()


def test_the_sample_delivery_is_too_old_today_and_was_right_in_its_minute(world: World) -> None:
    event = sample("receive_webhook_order_shipped.json")
    signed_at = dt.datetime.fromtimestamp(int(event["headers"]["webhook-timestamp"]), dt.UTC)

    world.clock.advance_to(signed_at)
    assert door(world)(event) == RECEIVED
    assert [message.document for message in world.to_gp.waiting()] == [ORDER]

    world.clock.advance(dt.timedelta(minutes=6))
    assert door(world)(event) == REFUSED
