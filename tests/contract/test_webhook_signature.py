"""Deliveries are checked as the Standard Webhooks specification says: against its own library, and against a vector."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from bridge.domain.outcome import Flaw, NotAuthentic
from bridge.neighbours import Delivery
from bridge.shipbob.webhook import BODY_BYTES_MAX, ShipBobWebhooks
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.contract.webhook_deliveries import (
    BODY,
    NOW,
    OTHER,
    SAMPLES,
    SECRET,
    Secrets,
    changed,
    flaw_of,
    is_authentic,
    opened,
    signed,
)

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


@pytest.mark.parametrize("between", [" ", ",", ", ", "  ", " , "])
def test_a_list_that_came_as_two_headers_is_one_list(between: str) -> None:
    """API Gateway joins a header that came twice with a comma, which the list's own entries hold as well."""
    right, wrong = (signed(secret=secret).headers["webhook-signature"] for secret in (SECRET, OTHER))

    assert is_authentic(changed(signed(), webhook_signature=f"{wrong}{between}{right}"))
    assert is_authentic(changed(signed(), webhook_signature=f"{right}{between}{wrong}"))
    assert not is_authentic(changed(signed(), webhook_signature=f"{wrong}{between}{wrong}"))


def test_signatures_of_other_versions_beside_a_right_one_do_no_harm() -> None:
    right = signed().headers["webhook-signature"]
    other = "v1a," + base64.b64encode(bytes(64)).decode()

    assert is_authentic(changed(signed(), webhook_signature=f"{other} {right} v2,AAAA"))


@pytest.mark.parametrize("place", range(10))
@pytest.mark.parametrize("secrets", [(SECRET, OTHER), (OTHER, SECRET)])
def test_whichever_of_ten_signatures_fits_whichever_live_secret(place: int, secrets: tuple[str, str]) -> None:
    listed = ["v1," + base64.b64encode(bytes([number] * 32)).decode() for number in range(9)]
    listed.insert(place, signed().headers["webhook-signature"])

    assert is_authentic(changed(signed(), webhook_signature=" ".join(listed)), *secrets)


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

    hint = opened(delivery, vector["secret"], now=at)

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
        ShipBobWebhooks(Secrets([])).open(signed(), NOW)


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


def flawed() -> dict[Flaw, Delivery]:
    good = signed()
    without = {
        name: Delivery({key: text for key, text in good.headers.items() if key != name}, BODY) for name in good.headers
    }
    return {
        Flaw.TOO_LARGE: signed(b"x" * (BODY_BYTES_MAX + 1)),
        Flaw.LEGACY: Delivery({"shipbob-topic": "order_shipped", "shipbob-subscription-id": "7"}, BODY),
        Flaw.NO_ID: without["webhook-id"],
        Flaw.NOT_OF_NOW: without["webhook-timestamp"],
        Flaw.NO_SIGNATURE: without["webhook-signature"],
        Flaw.BAD_SIGNATURE: signed(secret=OTHER),
    }


@pytest.mark.parametrize(("flaw", "delivery"), flawed().items(), ids=flawed())
def test_a_delivery_that_is_refused_says_to_us_alone_why(flaw: Flaw, delivery: Delivery) -> None:
    assert flaw_of(delivery) is flaw


def test_without_a_secret_of_ours_it_is_not_the_senders_fault() -> None:
    assert flaw_of(signed(), "") is Flaw.NO_KEY


@pytest.mark.parametrize("name", ["shipbob-topic", "shipbob-subscription-id"])
def test_one_header_of_the_unsigned_webhooks_is_enough_to_know_them(name: str) -> None:
    assert flaw_of(Delivery({name: "order_shipped"}, BODY)) is Flaw.LEGACY


def test_a_signed_delivery_may_carry_the_headers_of_the_unsigned_ones_too() -> None:
    assert is_authentic(changed(signed(), shipbob_topic="order_shipped"))


def test_nobody_hears_of_the_secrets_before_a_claim_was_made() -> None:
    class Unread(Secrets):
        def live(self) -> tuple[str, ...]:
            raise AssertionError("what can be refused without a secret is refused without it")

    for flaw, delivery in flawed().items():
        if flaw is not Flaw.BAD_SIGNATURE:
            with pytest.raises(NotAuthentic):
                ShipBobWebhooks(Unread(())).open(delivery, NOW)


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
        ShipBobWebhooks(Secrets(secrets)).open(Delivery(headers, body), NOW)


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

    assert not is_authentic(Delivery({**delivery.headers, header: "\ud800"}, delivery.body))
