"""The signature of Standard Webhooks, which ShipBob uses: HMAC-SHA256 over `id.timestamp.body`, in base64."""

from __future__ import annotations

import base64
import hashlib
import hmac


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
