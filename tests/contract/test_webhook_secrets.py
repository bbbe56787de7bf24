"""The door learns of a new webhook secret by the first delivery that is signed with it."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from bridge.domain.outcome import NotAuthentic, Transient
from bridge.shipbob.webhook import ShipBobWebhooks, StoredLiveSecrets

from local.memory.stores import MemoryClock
from local.memory.tokens import MemorySecret
from tests.contract.webhook_deliveries import NOW, OTHER, SECRET, Secrets, changed, signed

SECOND, MINUTE = dt.timedelta(seconds=1), dt.timedelta(minutes=1)


def refused(webhooks: ShipBobWebhooks, at: dt.datetime = NOW) -> bool:
    """A stranger's delivery of that moment is refused."""
    with pytest.raises(NotAuthentic):
        webhooks.open(signed(secret="whsec_" + "A" * 32, at=at), at)
    return True


def test_a_secret_stored_a_moment_ago_is_read_for_the_first_delivery_signed_with_it() -> None:
    secrets = Secrets(known=[SECRET], stored=[OTHER, SECRET])

    assert ShipBobWebhooks(secrets).open(signed(secret=OTHER), NOW).delivery_id == "msg_1"
    assert secrets.reads == 1


def test_the_first_secret_of_all_is_read_as_soon_as_it_is_stored() -> None:
    secrets = Secrets(known=[], stored=[SECRET])

    assert ShipBobWebhooks(secrets).open(signed(), NOW)


def test_a_right_signature_costs_no_reading() -> None:
    secrets = Secrets(known=[SECRET])
    ShipBobWebhooks(secrets).open(signed(), NOW)

    assert secrets.reads == 0


def test_a_flood_of_wrong_signatures_costs_one_reading_a_minute() -> None:
    secrets = Secrets(known=[SECRET])
    webhooks = ShipBobWebhooks(secrets)
    reads = []
    for seconds in (0, 1, 59, 60, 61, 119, 120):
        assert refused(webhooks, NOW + seconds * SECOND)
        reads.append(secrets.reads)

    assert reads == [1, 1, 1, 2, 2, 2, 3]


@pytest.mark.parametrize("header", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_what_is_refused_without_a_secret_costs_no_reading(header: str) -> None:
    secrets = Secrets(known=[SECRET])
    with pytest.raises(NotAuthentic):
        ShipBobWebhooks(secrets).open(changed(signed(secret=OTHER), **{header: ""}), NOW)

    assert secrets.reads == 0


def test_a_clock_that_is_set_back_does_not_end_the_reading() -> None:
    secrets = Secrets(known=[SECRET])
    webhooks = ShipBobWebhooks(secrets)

    assert refused(webhooks, NOW)
    assert refused(webhooks, NOW - 60 * MINUTE)
    assert secrets.reads == 2


def test_while_the_secret_cannot_be_read_the_delivery_is_to_come_again() -> None:
    secrets = Secrets(known=[SECRET], read_fails_with=Transient("Secrets Manager cannot be reached"))

    with pytest.raises(Transient):
        ShipBobWebhooks(secrets).open(signed(secret=OTHER), NOW)


# ---- As they are stored


@pytest.mark.parametrize(
    ("text", "live"),
    [
        ('{"current": "whsec_a", "previous": "whsec_b"}', ["whsec_a", "whsec_b"]),
        ('{"previous": "", "current": "a"}', ["a"]),
        ('{"current": null, "previous": 7}', []),
        ("{}", []),
        ("[]", []),
        ("not JSON", []),
    ],
)
def test_the_live_secrets_are_the_current_and_the_previous_as_far_as_there_are(text: str, live: list[str]) -> None:
    stored = StoredLiveSecrets(MemorySecret(MemoryClock(NOW), text=text))

    assert stored.live() == live
    assert stored.afresh() == live


def test_a_rotation_is_followed_from_the_stored_secret_while_the_one_in_memory_is_minutes_old() -> None:
    stored = MemorySecret(MemoryClock(NOW), text=json.dumps({"current": SECRET, "previous": ""}))
    webhooks = ShipBobWebhooks(StoredLiveSecrets(stored))
    assert webhooks.open(signed(), NOW)

    stored.put(json.dumps({"current": OTHER, "previous": SECRET}))

    assert webhooks.open(signed(secret=OTHER), NOW)
    assert webhooks.open(signed(), NOW)
