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
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import Flaw, NotAuthentic
from bridge.neighbours import Delivery, Hint
from bridge.ports import StoredSecret
from bridge.protocols.subscription import TOPICS

TOLERANCE = dt.timedelta(minutes=5)  # the specification's libraries' own; each attempt carries a fresh timestamp
BODY_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 10
TOPIC_LENGTH_MAX = 100
NUMBER_MAX = 2**63 - 1  # ShipBob's ids are int32 or int64
ASK_AFRESH_AFTER = dt.timedelta(minutes=1)
PREFIX = "whsec_"
LEGACY_HEADERS = frozenset({"shipbob-topic", "shipbob-subscription-id"})  # webhooks 1.0 and 2.0: never signed

# A topic that is not among these is read by the beginning of its name, and counted.
BILLING = frozenset({"billing.charge.created", "billing.refund.created", "billing.credit.created"})
KNOWN_TOPICS = BILLING.union(*TOPICS.values())

type Fields = Mapping[str, Any]


class LiveSecrets(Protocol):
    """The webhook secrets that ShipBob may sign with at present, the current one first."""

    def live(self) -> Sequence[str]: ...

    def afresh(self) -> Sequence[str]:
        """The same, read now."""


class StoredLiveSecrets:
    """Live secrets out of a stored one: JSON with `current`, and `previous` while they rotate."""

    def __init__(self, stored: StoredSecret) -> None:
        self._stored = stored

    def live(self) -> Sequence[str]:
        return _named(self._stored.current().text)

    def afresh(self) -> Sequence[str]:
        return _named(self._stored.afresh().text)


def _named(text: str) -> Sequence[str]:
    fields = _object(text)
    return [secret for name in ("current", "previous") if isinstance(secret := fields.get(name), str) and secret]


class ShipBobWebhooks:
    """Opens deliveries. A signature that fits no secret may be of one that was stored a moment ago."""

    def __init__(self, secrets: LiveSecrets) -> None:
        self._secrets = secrets
        self._asked_at: dt.datetime | None = None

    def open(self, delivery: Delivery, now: dt.datetime) -> Hint:
        """Verify the signature and read the hint, or raise `NotAuthentic`."""
        claim = _claim(delivery, now)
        flaw = _flaw(claim, self._secrets.live())
        if flaw is not None and self._may_ask_afresh(now):
            flaw = _flaw(claim, self._secrets.afresh())
        if flaw is not None:
            raise NotAuthentic(flaw)
        topic = topic_of(delivery)
        return Hint(delivery.headers["webhook-id"], topic, document_of(topic, delivery.body), topic in KNOWN_TOPICS)

    def _may_ask_afresh(self, now: dt.datetime) -> bool:
        """Once a minute, so that a stranger's deliveries cost no more than that."""
        if self._asked_at is not None and abs(now - self._asked_at) < ASK_AFRESH_AFTER:
            return False
        self._asked_at = now
        return True


@dataclass(frozen=True, slots=True)
class _Claim:
    """What must have been signed, and the signatures that say it was."""

    signed: bytes
    signatures: Sequence[bytes]


def _claim(delivery: Delivery, now: dt.datetime) -> _Claim:
    """Refuses all that can be refused without a secret or a hash."""
    headers = delivery.headers
    if len(delivery.body) > BODY_BYTES_MAX:
        raise NotAuthentic(Flaw.TOO_LARGE)
    if "webhook-signature" not in headers and LEGACY_HEADERS & headers.keys():
        raise NotAuthentic(Flaw.LEGACY)
    identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not identifier:
        raise NotAuthentic(Flaw.NO_ID)
    if not _is_recent(timestamp, now):
        raise NotAuthentic(Flaw.NOT_OF_NOW)
    signatures = list(_signatures(headers.get("webhook-signature", "")))
    if not signatures:
        raise NotAuthentic(Flaw.NO_SIGNATURE)
    return _Claim(f"{identifier}.{timestamp}.".encode(errors="surrogatepass") + delivery.body, signatures)


def _flaw(claim: _Claim, secrets: Sequence[str]) -> Flaw | None:
    """None where one of the signatures is right for one of the secrets."""
    expected = [hmac.digest(key, claim.signed, hashlib.sha256) for key in map(_key, secrets) if key]
    # Every pair is compared, so that the time taken tells nothing about which came close.
    matches = [hmac.compare_digest(given, right) for given in claim.signatures for right in expected]
    if any(matches):
        return None
    return Flaw.BAD_SIGNATURE if expected else Flaw.NO_KEY


def _is_recent(timestamp: str, now: dt.datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(int(timestamp) - now.timestamp()) <= TOLERANCE.total_seconds()


def _signatures(header: str) -> Iterator[bytes]:
    """Those of version 1, of the first ten in the list. API Gateway joins a header that came twice with a comma."""
    words = re.split("[ ,]+", header, maxsplit=2 * SIGNATURES_MAX)
    for version, signature in pairwise(words):
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


def topic_of(delivery: Delivery) -> str:
    """ShipBob names the topic in a header; one reader of its webhooks was given it in a wrapper around the document."""
    topic = delivery.headers.get("x-webhook-topic") or _object(delivery.body).get("topic")
    return topic[:TOPIC_LENGTH_MAX] if isinstance(topic, str) else ""


def document_of(topic: str, body: bytes) -> DocumentId | None:
    """The document a delivery points at, or None where the topic leaves GP as it is or the body names nothing.

    ShipBob publishes no schema. `order.shipped` carries an order and `order.shipment.*` a shipment that names its order
    (third parties agree), the rest most likely what a GET shows: only the ids are read here, and the document itself is
    read afresh.
    """
    fields = _object(body)
    wrapped = fields.get("data")
    return (_document_in(topic, wrapped) if isinstance(wrapped, dict) else None) or _document_in(topic, fields)


def _document_in(topic: str, fields: Fields) -> DocumentId | None:
    if topic.startswith("order."):
        # An order's own model has no `order_id`: what has one is a part of that order.
        return _id(DocumentKind.ORDER, fields, "order_id") or (
            _id(DocumentKind.LOCATE, fields, "id", "shipment_id")  # tracking updates are said to carry the latter
            if topic.startswith("order.shipment.")
            else _id(DocumentKind.ORDER, fields, "id")
        )
    if topic.startswith("return."):
        return _id(DocumentKind.RETURN, fields, "id")
    if topic.startswith("wro."):
        names = ("wro_id", "receiving_order_id", "id") if topic.startswith("wro.box.") else ("id",)
        return _id(DocumentKind.RECEIVING, fields, *names)
    return None


def _id(kind: DocumentKind, fields: Fields, *names: str) -> DocumentId | None:
    """The first of the fields that holds an id."""
    for value in map(fields.get, names):
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= NUMBER_MAX:
            return DocumentId(kind, value)
    return None


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}
