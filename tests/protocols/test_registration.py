"""One run at a time writes the secret, the next look is never put off by another's, and a digest tells a secret."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from bridge.domain.outcome import Misconfigured
from bridge.protocols import registration
from bridge.protocols.registration import Denied, Registration, SigningSecrets
from bridge.protocols.subscription import Made, SubscriptionRow

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)
URL = "https://bridge.example.com/webhooks/shipbob"
WANTED = registration.register(Registration(), URL, "somebody", NOW)


def claimed(row: Registration = WANTED, holder: str = "one", now: dt.datetime = NOW) -> Registration:
    answer = registration.claim_due(row, holder, now)
    assert isinstance(answer, Registration)
    return answer


def test_nothing_is_due_before_anybody_asked() -> None:
    assert registration.claim_due(Registration(), "one", NOW) == Denied()


def test_whoever_asked_is_served_at_once() -> None:
    assert claimed().holder == "one"


def test_a_claim_keeps_others_out_until_it_ends() -> None:
    row = claimed()

    denied = registration.claim(row, "other", NOW + 5 * MINUTE - dt.timedelta(seconds=1))

    assert denied == Denied("another run is looking after the subscriptions, until 14:10:00 UTC at most")
    assert claimed(row, "other", NOW + 5 * MINUTE).holder == "other"


def test_whoever_lost_a_claim_does_not_write_the_secret() -> None:
    taken_over = claimed(claimed(), "other", NOW + HOUR)

    assert isinstance(registration.hold(taken_over, "one", NOW + HOUR), Denied)
    assert isinstance(registration.rotate(taken_over, "one", "somebody", "g", NOW + HOUR), Denied)
    assert isinstance(registration.hold(registration.release(taken_over, taken_over), "one", NOW), Denied)


def test_a_claim_that_nobody_took_over_is_held_for_longer() -> None:
    held = registration.hold(claimed(), "one", NOW + HOUR)

    assert isinstance(held, Registration)
    assert isinstance(registration.claim(held, "other", NOW + HOUR), Denied)


def test_a_look_says_when_the_next_one_comes() -> None:
    row = claimed()

    after = registration.looked(row, row, NOW + HOUR, NOW)

    assert (after.holder, after.held_until, after.look_at, after.looked_at) == ("", None, NOW + HOUR, NOW)


def test_what_was_asked_for_during_a_look_is_not_put_off_by_it() -> None:
    row = claimed()
    asked = registration.register(row, "https://another.example.com", "somebody", NOW + MINUTE)

    after = registration.looked(asked, row, NOW + HOUR, NOW)

    assert (after.holder, after.look_at) == ("", NOW + MINUTE)


def test_a_look_whose_claim_was_taken_over_says_nothing() -> None:
    other = claimed(claimed(), "other", NOW + HOUR)

    assert registration.looked(other, claimed(), NOW + HOUR, NOW) == other


def test_a_look_that_failed_does_not_count_as_one() -> None:
    row = claimed()

    assert registration.looked(row, row, NOW, None).looked_at is None


MADE = Made("ep_1", URL, ("order.shipped",), "new", NOW)


@pytest.mark.parametrize(
    "row",
    [
        SubscriptionRow("orders", present=Made("ep_1", URL, (), "old", NOW)),
        SubscriptionRow("orders", present=MADE, leaving=("ep_0",)),
    ],
    ids=["signed with it", "not yet removed"],
)
def test_while_a_subscription_may_sign_with_the_former_secret_its_end_is_open(row: SubscriptionRow) -> None:
    assert registration.former_until(WANTED, [row, SubscriptionRow("returns", present=MADE)], "new") is None


def test_one_with_the_present_secret_that_cannot_be_removed_keeps_no_former_secret_alive() -> None:
    row = SubscriptionRow("orders", present=MADE, leaving=("ep_0",), leaving_with=("new",))

    assert registration.former_until(WANTED, [row], "new") == NOW + 48 * HOUR


def test_the_former_secret_lives_for_48_hours_after_the_last_subscription_with_it() -> None:
    rows = [SubscriptionRow("orders", present=MADE, removed_at=NOW + HOUR), SubscriptionRow("returns", removed_at=NOW)]

    assert registration.former_until(WANTED, rows, "new") == NOW + 49 * HOUR


def test_secrets_are_read_with_and_without_shipbobs_prefix() -> None:
    plain = SigningSecrets.parse(json.dumps({"current": "A" * 32, "previous": None}))
    prefixed = SigningSecrets.parse(json.dumps({"current": "whsec_" + "A" * 32, "previous": ""}))

    assert plain == prefixed
    assert plain.signing == "whsec_" + "A" * 32


@pytest.mark.parametrize(
    "current", ["", "A" * 31, "A" * 33, "A" * 31 + "=", "A" * 31 + "-", "ä" * 32], ids=lambda text: str(len(text))
)
def test_what_shipbob_would_not_take_is_no_secret_and_is_not_shown(current: str) -> None:
    with pytest.raises(Misconfigured) as told:
        SigningSecrets.parse(json.dumps({"current": current}))

    assert not current or current not in str(told.value)


def test_a_rotation_moves_the_secret_on_and_tells_both_by_their_digests() -> None:
    first = SigningSecrets("A" * 32)

    second = first.rotated(bytes(range(24)))

    assert second.to_json() == json.dumps({"current": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", "previous": "A" * 32})
    assert second.former_generation == first.generation != second.generation
    assert SigningSecrets.parse(second.without_former().to_json()) == SigningSecrets(second.current)
    assert second.current not in repr(second)
