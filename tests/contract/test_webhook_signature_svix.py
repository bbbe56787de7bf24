"""ShipBob delivers with Svix: what Svix's own library signs is authentic, and what it does not, is not."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from bridge.neighbours import Delivery
from hypothesis import given
from hypothesis import strategies as st
from svix.webhooks import Webhook

from tests.contract.webhook_deliveries import BODY, NOW, OTHER, SECRET, changed, is_authentic, signed


def by_svix(body: bytes = BODY, secret: str = SECRET, at: dt.datetime = NOW, identifier: str = "msg_1") -> Delivery:
    return signed(body, secret, at, identifier, signer=Webhook)


@given(st.text(max_size=200), st.binary(min_size=24, max_size=64), st.text("abcdef_0123456789", min_size=1))
def test_what_svix_signed_is_authentic(body: str, key: bytes, identifier: str) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()

    assert is_authentic(by_svix(body.encode(), secret, identifier=identifier), secret)


@given(st.integers(0, len(BODY) - 1), st.integers(0, 7))
def test_one_altered_bit_of_the_body_is_found(place: int, bit: int) -> None:
    altered = bytearray(BODY)
    altered[place] ^= 1 << bit

    assert not is_authentic(Delivery(by_svix().headers, bytes(altered)))


def test_while_a_secret_rotates_svix_signs_with_both_and_either_will_do() -> None:
    both = " ".join(by_svix(secret=secret).headers["webhook-signature"] for secret in (OTHER, SECRET))

    assert is_authentic(changed(by_svix(), webhook_signature=both), SECRET)
    assert is_authentic(changed(by_svix(), webhook_signature=both), OTHER)


@pytest.mark.parametrize("seconds", [-301, 301])
def test_a_delivery_that_is_not_of_now_is_refused(seconds: int) -> None:
    assert is_authentic(by_svix())
    assert not is_authentic(by_svix(), now=NOW + dt.timedelta(seconds=seconds))


def test_another_secret_is_refused() -> None:
    assert not is_authentic(by_svix(secret=OTHER))
