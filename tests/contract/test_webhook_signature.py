"""Deliveries are checked as the Standard Webhooks specification says: against its own library, and against a vector."""

from __future__ import annotations

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.document import DocumentId
from bridge.domain.outcome import NotAuthentic
from bridge.ports import Delivery
from bridge.shipbob.webhook import BODY_BYTES_MAX, ShipBobWebhooks, document_of, verify
from hypothesis import assume, given
from hypothesis import strategies as st
from standardwebhooks import Webhook

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 25))).decode()
BODY = b'{"id":250000001}'


def signed(body: bytes = BODY, secret: str = SECRET, at: dt.datetime = NOW, identifier: str = "msg_1") -> Delivery:
    """A delivery as the specification's own library signs it."""
    headers = {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(identifier, at, body.decode()),
        "x-webhook-topic": "order.shipped",
    }
    return Delivery(headers, body)


def changed(delivery: Delivery, **headers: str) -> Delivery:
    return Delivery(
        {**delivery.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}, delivery.body
    )


def is_authentic(delivery: Delivery, *secrets: str, now: dt.datetime = NOW) -> bool:
    try:
        verify(delivery, secrets or (SECRET,), now)
    except NotAuthentic:
        return False
    return True


# ---- What is right


@given(st.text(max_size=200), st.binary(min_size=24, max_size=64), st.text("abcdef_0123456789", min_size=1))
def test_what_the_specifications_own_library_signed_is_authentic(body: str, key: bytes, identifier: str) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()

    assert is_authentic(signed(body.encode(), secret, identifier=identifier), secret)


def test_either_of_two_live_secrets_will_do() -> None:
    assert is_authentic(signed(), OTHER, SECRET)
    assert is_authentic(signed(), SECRET, OTHER)


def test_either_of_two_signatures_will_do() -> None:
    right, wrong = (signed(secret=secret).headers["webhook-signature"] for secret in (SECRET, OTHER))

    assert is_authentic(changed(signed(), webhook_signature=f"{wrong} {right}"))
    assert is_authentic(changed(signed(), webhook_signature=f"{right} {wrong}"))


def test_a_secret_without_its_prefix_is_the_same_secret() -> None:
    assert is_authentic(signed(), SECRET.removeprefix("whsec_"))


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_of_a_clocks_error_are_allowed(seconds: int) -> None:
    assert is_authentic(signed(), now=NOW + dt.timedelta(seconds=seconds))


@pytest.mark.parametrize("headers", ["headers", "headers_with_rotation"])
def test_the_sample_vector_is_authentic(headers: str) -> None:
    vector, body = sample_vector()
    delivery = Delivery(vector["headers"] | vector[headers], body)
    at = dt.datetime.fromtimestamp(int(vector["headers"]["webhook-timestamp"]), dt.UTC)

    hint = ShipBobWebhooks(lambda: [vector["secret"]]).open(delivery, at)

    assert (hint.delivery_id, str(hint.document)) == ("msg_2sampleConstructedVector01", "order/250000003")


def test_the_sample_vector_with_one_byte_changed_is_not_authentic() -> None:
    vector, body = sample_vector()
    at = dt.datetime.fromtimestamp(int(vector["headers"]["webhook-timestamp"]), dt.UTC)

    assert not is_authentic(Delivery(vector["headers"], body.replace(b"OnHold", b"OnHelp")), vector["secret"], now=at)


def sample_vector() -> tuple[dict[str, Any], bytes]:
    path = SAMPLES / "webhook-signature-vector.constructed.json"
    if not path.exists():
        pytest.skip("../shared/samples with ShipBob's sample payloads is not there")
    return json.loads(path.read_bytes()), (SAMPLES / "webhook-signature-vector.body.txt").read_bytes()


# ---- What is wrong


@given(st.data())
def test_one_altered_bit_of_the_body_is_found(data: st.DataObject) -> None:
    place, bit = data.draw(st.integers(0, len(BODY) - 1)), data.draw(st.integers(0, 7))
    altered = bytearray(BODY)
    altered[place] ^= 1 << bit

    assert not is_authentic(Delivery(signed().headers, bytes(altered)))


@given(st.binary(max_size=60))
def test_no_other_body_has_this_signature(body: bytes) -> None:
    assume(body != BODY)

    assert not is_authentic(Delivery(signed().headers, body))


@given(st.integers(-300, 300).filter(bool))
def test_a_signature_does_not_serve_for_another_moment(seconds: int) -> None:
    elsewhere = str(int(NOW.timestamp()) + seconds)

    assert not is_authentic(changed(signed(), webhook_timestamp=elsewhere))


def test_a_signature_does_not_serve_for_another_id() -> None:
    assert not is_authentic(changed(signed(), webhook_id="msg_2"))


def test_id_and_moment_cannot_be_moved_across_their_dot() -> None:
    stamp = signed().headers["webhook-timestamp"]
    delivery = signed(identifier=f"msg.{stamp}")

    assert not is_authentic(Delivery({**delivery.headers, "webhook-id": "msg"}, delivery.body))


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_a_delivery_that_is_not_of_now_is_refused(seconds: int) -> None:
    assert not is_authentic(signed(), now=NOW + dt.timedelta(seconds=seconds))


def test_another_secret_is_refused() -> None:
    assert not is_authentic(signed(), OTHER)


@pytest.mark.parametrize("secrets", [("",), ("whsec_",), ("whsec_not base64!",), ("whsec_é",)])
def test_a_secret_that_is_none_authenticates_nothing(secrets: tuple[str, ...]) -> None:
    empty_key = "v1," + base64.b64encode(b"\0" * 32).decode()

    assert not is_authentic(signed(), *secrets)
    assert not is_authentic(changed(signed(), webhook_signature=empty_key), *secrets)


def test_without_any_secret_nothing_is_authentic() -> None:
    with pytest.raises(NotAuthentic):
        verify(signed(), [], NOW)


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_without_one_of_its_headers_a_delivery_is_refused(header: str) -> None:
    delivery = signed()

    assert not is_authentic(Delivery({k: v for k, v in delivery.headers.items() if k != header}, delivery.body))


def test_a_signature_of_another_version_is_refused() -> None:
    right = signed().headers["webhook-signature"]

    assert not is_authentic(changed(signed(), webhook_signature=right.replace("v1,", "v1a,")))


def test_a_right_signature_after_ten_wrong_ones_is_not_looked_for() -> None:
    right = signed().headers["webhook-signature"]

    assert not is_authentic(changed(signed(), webhook_signature=f"{'v1,AAAA ' * 10}{right}"))


def test_a_body_larger_than_any_webhook_is_refused_though_rightly_signed() -> None:
    assert is_authentic(signed(b"x" * BODY_BYTES_MAX))
    assert not is_authentic(signed(b"x" * (BODY_BYTES_MAX + 1)))


# ---- Hostile

HOSTILE = (
    st.text(max_size=200)
    | st.sampled_from(
        ["", " ", ",", "v1", "v1,", ",,,", "v1,====", "v1,AAA", "v1,é", "v1," + "A" * 100_000, "v1,A " * 5000]
    )
    | st.from_regex(r"(v1,[A-Za-z0-9+/=]{0,60} ?){0,20}", fullmatch=True)
)
STAMPS = HOSTILE | st.sampled_from(
    [
        "1795000000",
        str(int(NOW.timestamp())),
        "-1",
        "1e9",
        "9" * 12,
        "9" * 13,
        "9" * 5000,
        "٣",
        "0x10",
        "nan",
        "inf",
        " 1",
    ]
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "webhook-id": HOSTILE,
        "webhook-timestamp": STAMPS,
        "webhook-signature": HOSTILE,
        "x-webhook-topic": HOSTILE,
    },
)
SECRETS = st.lists(HOSTILE | st.just(SECRET) | st.just("whsec_\u00e9"), max_size=3)


@given(HEADERS, st.binary(max_size=300), SECRETS)
def test_whatever_a_hostile_sender_sends_it_is_not_authentic_and_nothing_else(
    headers: dict[str, str], body: bytes, secrets: list[str]
) -> None:
    with pytest.raises(NotAuthentic):
        ShipBobWebhooks(lambda: secrets).open(Delivery(headers, body), NOW)


@pytest.mark.parametrize(
    "header",
    [
        "webhook-id",
        "webhook-timestamp",
        "webhook-signature",
    ],
)
def test_half_a_surrogate_pair_in_a_header_is_not_authentic_and_nothing_else(header: str) -> None:
    delivery = signed()

    with pytest.raises(NotAuthentic):
        verify(Delivery({**delivery.headers, header: "\ud800"}, delivery.body), [SECRET], NOW)


# ---- What a delivery points at

TOPICS = HOSTILE | st.sampled_from(["order.shipped", "order.shipment.delivered", "order.", "return.created"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "order_id", "x"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(TOPICS, st.binary(max_size=100) | JSON.map(lambda value: json.dumps(value).encode()))
def test_whatever_a_body_holds_it_points_at_a_document_or_at_none(topic: str, body: bytes) -> None:
    document = document_of(topic, body)

    assert document is None or document.number > 0


def test_a_body_nested_without_end_points_at_nothing() -> None:
    assert document_of("order.shipped", b"[" * 100_000) is None


@pytest.mark.parametrize(
    ("topic", "body", "document"),
    [
        ("order.shipped", b'{"id": 1}', "order/1"),
        ("order.shipment.delivered", b'{"id": 7, "order_id": 1}', "order/1"),
        ("order.shipment.delivered", b'{"id": 7, "order_id": null}', "locate/7"),
        ("order.shipment.delivered", b'{"id": 7}', "locate/7"),
    ],
)
def test_an_order_topic_points_at_its_order_or_at_the_shipment_to_locate(
    topic: str, body: bytes, document: str
) -> None:
    assert document_of(topic, body) == DocumentId.parse(document)


@pytest.mark.parametrize("body", [b'{"id": true}', b'{"id": "1"}', b'{"id": 0}', b'{"id": -1}', b'{"id": 1.0}', b"[]"])
def test_what_is_no_id_points_at_nothing(body: bytes) -> None:
    assert document_of("order.shipped", body) is None


def test_a_topic_that_changes_nothing_in_gp_points_at_nothing() -> None:
    assert document_of("billing.charge.created", b'{"id": 1}') is None


NAMING_THEIR_ORDER = [path for path in sorted(SAMPLES.glob("order.*.json")) if "lowconfidence" not in path.name]


@pytest.mark.parametrize("path", NAMING_THEIR_ORDER, ids=lambda path: path.name)
def test_every_sample_of_an_order_webhook_points_at_its_order(path: Path) -> None:
    topic = ".".join(path.name.split(".")[: 3 if ".shipment." in path.name else 2])
    fields = json.loads(path.read_bytes())
    expected = fields["order_id"] if ".shipment." in path.name else fields["id"]

    assert document_of(topic, path.read_bytes()) == DocumentId.parse(f"order/{expected}")


def test_a_tracking_update_that_names_only_its_shipment_points_at_the_shipment() -> None:
    body = b'{"shipment_id": 390000101, "tracking_number": "9400100000000000000001"}'

    assert document_of("order.shipment.tracking.updated", body) == DocumentId.parse("locate/390000101")
