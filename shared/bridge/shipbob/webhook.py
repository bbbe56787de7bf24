"""The webhook door's knowledge of ShipBob: is a delivery really from there, and which document does it point at?

ShipBob signs as the Standard Webhooks specification says: HMAC-SHA256 over `id.timestamp.body` with the base64-decoded
part of the secret after `whsec_`, in a list of `v1,signature`, any of which may match while a secret is being rotated.
Whatever is malformed is simply not authentic: a hostile sender learns nothing, and nothing raises anything else.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import NotAuthentic
from bridge.ports import Delivery, Hint

TOLERANCE = dt.timedelta(minutes=5)  # the specification's libraries' own; each attempt carries a fresh timestamp
BODY_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 10
PREFIX = "whsec_"


class ShipBobWebhooks:
    """Opens deliveries. `secrets` gives the live webhook secrets, the current one first."""

    def __init__(self, secrets: Callable[[], Sequence[str]]) -> None:
        self._secrets = secrets

    def open(self, delivery: Delivery, now: dt.datetime) -> Hint:
        """Verify the signature and read the hint, or raise `NotAuthentic`."""
        verify(delivery, self._secrets(), now)
        topic = delivery.headers.get("x-webhook-topic", "")
        return Hint(delivery.headers["webhook-id"], topic, document_of(topic, delivery.body))


def verify(delivery: Delivery, secrets: Sequence[str], now: dt.datetime) -> None:
    """Raise `NotAuthentic` unless one of the signatures is right for one of the secrets, and recent."""
    if len(delivery.body) > BODY_BYTES_MAX:
        raise NotAuthentic("too large")
    identifier = delivery.headers.get("webhook-id", "")
    timestamp = delivery.headers.get("webhook-timestamp", "")
    if not identifier or not _is_recent(timestamp, now):
        raise NotAuthentic("without an id, or not of now")
    signed = f"{identifier}.{timestamp}.".encode(errors="surrogatepass") + delivery.body
    given = list(_signatures(delivery.headers.get("webhook-signature", "")))
    expected = [hmac.digest(key, signed, hashlib.sha256) for key in map(_key, secrets) if key]
    # Every pair is compared, so that the time taken tells nothing about which came close.
    matches = [hmac.compare_digest(one, other) for one in given for other in expected]
    if not any(matches):
        raise NotAuthentic("no signature is right")


def _is_recent(timestamp: str, now: dt.datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(int(timestamp) - now.timestamp()) <= TOLERANCE.total_seconds()


def _signatures(header: str) -> Iterator[bytes]:
    for part in header.split(" ")[:SIGNATURES_MAX]:
        version, _, signature = part.partition(",")
        if version == "v1" and (decoded := _decoded(signature)):
            yield decoded


def _key(secret: str) -> bytes:
    return _decoded(secret.removeprefix(PREFIX))


def _decoded(text: str) -> bytes:
    """The bytes of base64 text; none for what is not base64."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def document_of(topic: str, body: bytes) -> DocumentId | None:
    """The document a delivery points at, or None where the topic leaves GP as it is or the body names nothing.

    `order.shipped` carries an order, `order.shipment.*` a shipment that names its order (third parties agree; ShipBob
    publishes no schema): only the ids are read here, and the document itself is read afresh.
    """
    if not topic.startswith("order."):
        return None
    fields = _fields(body)
    if topic.startswith("order.shipment."):
        shipment = fields.get("id", fields.get("shipment_id"))  # tracking updates are said to carry the latter
        return _id(DocumentKind.ORDER, fields.get("order_id")) or _id(DocumentKind.LOCATE, shipment)
    return _id(DocumentKind.ORDER, fields.get("id"))


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _id(kind: DocumentKind, value: object) -> DocumentId | None:
    is_number = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return DocumentId(kind, value) if is_number else None  # type: ignore[arg-type]
