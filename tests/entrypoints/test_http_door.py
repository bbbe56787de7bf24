"""The web door: 202 once a hint is queued, 401 without a word to strangers, 503 so that ShipBob comes again."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json

import pytest
from bridge.domain.outcome import Misconfigured, Transient
from bridge.neighbours import Delivery, Hint
from bridge.shipbob.webhook import BODY_BYTES_MAX
from hypothesis import assume, given
from hypothesis import strategies as st

from local.memory.world import START, World
from tests.entrypoints.waking import (
    Json,
    Woken,
    as_base64,
    delivery,
    delivery_of_bytes,
    door,
    sample,
    signed_world,
)
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
    class Unreadable:
        def open(self, delivery: Delivery, now: dt.datetime) -> Hint:
            raise Misconfigured("Secrets Manager answers AccessDeniedException")

    world.webhooks = Unreadable()  # type: ignore[assignment] # a door without its secret

    assert door(world)(delivery(BODY)) == FAILED


def test_header_names_are_the_same_in_any_case(world: World) -> None:
    event = delivery(BODY)
    event["headers"] = {name.title(): text for name, text in event["headers"].items()}

    assert door(world)(event) == RECEIVED


def test_a_signature_header_that_came_twice_is_joined_by_api_gateway_and_holds(world: World) -> None:
    event = delivery(BODY)
    event["headers"]["webhook-signature"] = f"v1,{'A' * 43}=,{event['headers']['webhook-signature']}"

    assert door(world)(event) == RECEIVED


# ---- Byte for byte


@given(st.text(max_size=300) | st.sampled_from(["\ufeff{}", '{"id": 1}\r\n', "\x00", "e\u0301", "é", "😀", "\u2028"]))
def test_a_text_is_the_same_however_api_gateway_hands_it_over(body: str) -> None:
    event = delivery(body)

    assert door(signed_world())(event) == RECEIVED
    assert door(signed_world())(as_base64(event)) == RECEIVED


@given(st.binary(max_size=300), st.sampled_from(["order.shipped", "order.shipment.delivered", "return.created", ""]))
def test_a_signed_body_of_any_bytes_is_received(raw: bytes, topic: str) -> None:
    """Whoever signs is ShipBob; what a later ShipBob sends may mean nothing to us."""
    assert door(signed_world())(delivery_of_bytes(raw, topic)) == RECEIVED


@pytest.mark.parametrize("raw", [b"\xed\xa0\x80", b"\xff\xfe", b"\xc3", b"\x80{}", '{"id": 1}'.encode("utf-16")])
def test_a_body_that_is_no_utf_8_is_received_as_it_was_signed(world: World, raw: bytes) -> None:
    assert door(world)(delivery_of_bytes(raw)) == RECEIVED
    assert door(world)(delivery_of_bytes(raw) | as_base64({"body": raw.decode("latin-1")})) == REFUSED


def test_half_a_surrogate_pair_is_no_body_that_anybody_signed(world: World) -> None:
    assert door(world)({**delivery(BODY), "body": "\ud800"}) == REFUSED


# ---- Sizes


@pytest.mark.parametrize("wrap", [lambda event: event, as_base64], ids=["text", "base64"])
def test_the_largest_body_is_received_and_one_byte_more_is_not(world: World, wrap: Woken) -> None:
    assert door(world)(wrap(delivery("x" * BODY_BYTES_MAX))) == RECEIVED
    assert door(world)(wrap(delivery("x" * (BODY_BYTES_MAX + 1)))) == REFUSED


def test_what_is_too_large_is_refused_before_it_is_decoded(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    from bridge.aws.entrypoint import BODY_TEXT_MAX

    assert len(base64.b64encode(bytes(BODY_BYTES_MAX))) == BODY_TEXT_MAX
    no_base64 = {**delivery(BODY), "body": "!" * (BODY_TEXT_MAX + 1), "isBase64Encoded": True}

    assert door(world)(no_base64) == REFUSED
    assert counted(capsys) == {"DeliveriesRefused", "DeliveriesRefusedTooLarge"}


# ---- Counted


def counted(capsys: pytest.CaptureFixture[str]) -> set[str]:
    """The names of the metrics since last asked."""
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith('{"_aws"')]
    found = [line["_aws"]["CloudWatchMetrics"] for line in lines]
    return {metric["Name"] for metrics in found for one in metrics for metric in one["Metrics"]}


def refused_for() -> dict[str, Json]:
    good = delivery(BODY)
    without = {
        name: {**good, "headers": {key: text for key, text in good["headers"].items() if key != name}}
        for name in good["headers"]
    }
    return {
        "Legacy": {"headers": {"ShipBob-Topic": "order_shipped", "shipbob-subscription-id": "7"}, "body": BODY},
        "NoId": without["webhook-id"],
        "NotOfNow": delivery(BODY, at=START - dt.timedelta(hours=1)),
        "NoSignature": without["webhook-signature"],
        "BadSignature": {**good, "body": BODY + " "},
        "TooLarge": delivery("x" * (BODY_BYTES_MAX + 1)),
        "Unreadable": {**good, "isBase64Encoded": True},
    }


@pytest.mark.parametrize(("word", "event"), refused_for().items(), ids=refused_for())
def test_a_refusal_is_counted_by_its_reason(
    world: World, capsys: pytest.CaptureFixture[str], word: str, event: Json
) -> None:
    assert door(world)(event) == REFUSED

    assert counted(capsys) == {"DeliveriesRefused", f"DeliveriesRefused{word}"}


@pytest.mark.parametrize(
    ("topic", "body", "odd"),
    [
        ("order.shipped", '{"id": 1}', set()),
        ("return.completed", '{"id": 3}', set()),
        ("wro.completed", '{"id": 5}', set()),
        ("billing.charge.created", '{"id": 1}', {"DeliveriesWithoutDocument"}),
        ("order.shipped", '{"number": 1}', {"DeliveriesWithoutDocument"}),
        ("inventory.updated", '{"id": 1}', {"TopicsUnknown"}),
        ("return.arrived", '{"id": 3}', {"TopicsUnknown"}),
    ],
)
def test_a_delivery_is_counted_and_what_is_odd_about_it_too(
    world: World, capsys: pytest.CaptureFixture[str], topic: str, body: str, odd: set[str]
) -> None:
    assert door(world)(delivery(body, topic=topic)) == RECEIVED

    assert counted(capsys) == {"DeliveriesReceived"} | odd


@pytest.mark.parametrize(("topic", "document"), [("return.completed", "return/7"), ("wro.box.stowed", "receiving/7")])
def test_returns_and_receiving_orders_are_queued_under_their_own_names(world: World, topic: str, document: str) -> None:
    assert door(world)(delivery('{"id": 7}', topic=topic)) == RECEIVED

    assert [str(message.document) for message in world.to_gp.waiting()] == [document]


# ---- Hostile

TEXT = st.text(max_size=40)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
NAMES = st.sampled_from(
    ["webhook-id", "Webhook-Timestamp", "webhook-signature", "x-webhook-topic", "ShipBob-Topic", "WEBHOOK-ID"]
)
VALUES = st.sampled_from(
    [
        str(int(START.timestamp())),
        "msg_1",
        "v1,AAAA",
        "v1," * 50,
        ",",
        " ",
        "v1, " * 5000,
        "9" * 400,
        "-1",
        "٣",
        "\ud800",
    ]
)
HEADERS = st.dictionaries(NAMES | TEXT, VALUES | TEXT | ANYTHING, max_size=6)
BODIES = TEXT | st.binary(max_size=40).map(lambda raw: base64.b64encode(raw).decode()) | st.just("\ud800")
HOSTILE = st.fixed_dictionaries(
    {},
    optional={
        "headers": HEADERS | ANYTHING,
        "body": st.none() | BODIES | ANYTHING,
        "isBase64Encoded": st.booleans() | ANYTHING,
        "version": ANYTHING,
    },
)


@given(HOSTILE | ANYTHING)
def test_no_event_brings_the_door_down(event: Json) -> None:
    world = signed_world()

    assert door(world)(event) == REFUSED
    assert world.to_gp.waiting() == []


@given(st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]), ANYTHING, ANYTHING)
def test_a_right_delivery_with_one_thing_made_odd_is_refused(header: str, value: object, body: object) -> None:
    good = delivery(BODY)
    assume(value != good["headers"][header])
    odd = {**good, "headers": {**good["headers"], header: value}}

    assert door(signed_world())(odd) == REFUSED
    assert door(signed_world())({**good, "body": body}) == REFUSED


@pytest.mark.parametrize("event", [None, [], "", 7, {}, {"headers": None}, {"headers": [], "body": {}}, {"body": b""}])
def test_what_is_no_request_at_all_is_refused(world: World, event: Json) -> None:
    assert door(world)(event) == REFUSED


def test_headers_that_are_null_are_no_signature(world: World) -> None:
    assert door(world)({**delivery(BODY), "headers": None}) == REFUSED


# ---- In the log


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
