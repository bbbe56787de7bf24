"""Deliveries as an independent library signs them, and a door that opens them."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import pytest
from bridge.domain.outcome import Flaw, NotAuthentic
from bridge.neighbours import Delivery, Hint
from bridge.shipbob.webhook import ShipBobWebhooks
from standardwebhooks import Webhook

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SECRET = "whsec_" + base64.b64encode(bytes(range(24))).decode()
OTHER = "whsec_" + base64.b64encode(bytes(range(1, 25))).decode()
BODY = b'{"id":250000001}'


class Signer(Protocol):
    """A library that signs: the Standard Webhooks specification's own, or Svix's, which ShipBob delivers with."""

    def sign(self, msg_id: str, timestamp: dt.datetime, data: str) -> str: ...


@dataclass
class Secrets:
    """The live secrets as they are known, and as they are stored; how often they were read afresh."""

    known: Sequence[str]
    stored: Sequence[str] = ()
    reads: int = 0
    read_fails_with: Exception | None = field(default=None, repr=False)

    def live(self) -> Sequence[str]:
        return self.known

    def afresh(self) -> Sequence[str]:
        self.reads += 1
        if self.read_fails_with is not None:
            raise self.read_fails_with
        self.known = self.stored or self.known
        return self.known


def signed(
    body: bytes = BODY,
    secret: str = SECRET,
    at: dt.datetime = NOW,
    identifier: str = "msg_1",
    topic: str = "order.shipped",
    signer: type[Signer] | None = None,
) -> Delivery:
    """A delivery as the library signs it."""
    library: Signer = signer(secret) if signer else Webhook(secret)  # type: ignore[call-arg]
    headers = {
        "webhook-id": identifier,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": library.sign(identifier, at, body.decode()),
        "x-webhook-topic": topic,
    }
    return Delivery(headers, body)


def changed(delivery: Delivery, **headers: str) -> Delivery:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Delivery({**delivery.headers, **named}, delivery.body)


def opened(delivery: Delivery, *secrets: str, now: dt.datetime = NOW) -> Hint:
    return ShipBobWebhooks(Secrets(secrets or (SECRET,))).open(delivery, now)


def flaw_of(delivery: Delivery, *secrets: str, now: dt.datetime = NOW) -> Flaw | None:
    """What is wrong with a delivery; None where nothing is."""
    try:
        opened(delivery, *secrets, now=now)
    except NotAuthentic as refused:
        return refused.flaw or pytest.fail("a delivery is refused with a word to count by")
    return None


def is_authentic(delivery: Delivery, *secrets: str, now: dt.datetime = NOW) -> bool:
    return flaw_of(delivery, *secrets, now=now) is None
