"""The signature of Standard Webhooks, which ShipBob uses: HMAC-SHA256 over `id.timestamp.body`, in base64."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Literal

from local.shipbob.subscriptions import Subscription, new_secret

Forgery = Literal["wrong_secret", "unsigned", "stale", "altered", "legacy"]

STALE_SECONDS = 3_600
LEGACY_TOPICS = {
    "order.shipped": "order_shipped",
    "order.shipment.delivered": "shipment_delivered",
    "order.shipment.exception": "shipment_exception",
    "order.shipment.on_hold": "shipment_onhold",
    "order.shipment.cancelled": "shipment_cancelled",
}


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """One `v1,…` entry of the webhook-signature header. The key is what follows `whsec_`, decoded from base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(secret: str, message_id: str, timestamp: int, topic: str, body: bytes) -> dict[str, str]:
    """The headers of one delivery attempt (ShipBob's webhook page)."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, message_id, timestamp, body),
        "x-webhook-topic": topic,
        "content-type": "application/json",
        "user-agent": "Svix-Webhooks/1.0",
    }


def forged(
    kind: Forgery, subscription: Subscription, message_id: str, timestamp: int, topic: str, body: bytes
) -> dict[str, str]:
    """The headers of a message that ShipBob did not send so.

    `wrong_secret`: signed with a secret that is not the subscription's. `unsigned`: without a signature. `stale`: of an
    hour ago, by the right secret, as one that is played back. `altered`: signed before a byte was added to the body.
    `legacy`: as version 1.0 tells its topics, which it never signed. ValueError for any other kind.
    """
    if kind == "legacy":
        told = {"shipbob-topic": LEGACY_TOPICS.get(topic, topic), "shipbob-subscription-id": subscription.id}
        return {**told, "content-type": "application/json"}
    if kind == "wrong_secret":
        return headers(new_secret(), message_id, timestamp, topic, body)
    if kind == "stale":
        return headers(subscription.secret, message_id, timestamp - STALE_SECONDS, topic, body)
    signed = headers(subscription.secret, message_id, timestamp, topic, body + b" ")
    if kind == "unsigned":
        del signed["webhook-signature"]
    elif kind != "altered":
        raise ValueError(f"no forgery {kind}")
    return signed
