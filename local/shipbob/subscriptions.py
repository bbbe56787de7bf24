"""Webhook subscriptions: who is told of which topics, by the rules of ShipBob's webhook reference (2025-07 onward)."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import re
import secrets
import threading
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from local.shipbob import payloads

# The reference of 2026-07. The wro.* topics are told of in guides but are in no enumeration: asking for one is a 422.
TOPICS = frozenset(
    {
        "order.shipped",
        "order.delivered",
        "order.shipment.delivered",
        "order.shipment.exception",
        "order.shipment.on_hold",
        "order.shipment.cancelled",
        "order.shipment.tracking.updated",
        "order.shipment.address.updated",
        "order.shipment.line_item.added",
        "order.shipment.line_item.removed",
        "order.shipment.line_item.updated",
        "order.shipment.shipping_service.updated",
        "return.created",
        "return.updated",
        "return.completed",
        "billing.charge.created",
        "billing.refund.created",
        "billing.credit.created",
    }
)
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32}")
SECRET_BYTES = 24
DISABLED_AFTER = dt.timedelta(days=5)  # of nothing but failures (Svix's retry page, which carries ShipBob's webhooks)


class InvalidSubscriptionError(Exception):
    """What ShipBob refuses to subscribe: field name to messages."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(str(errors))
        self.errors = errors


@dataclass(slots=True)
class Subscription:
    """One url that is told of some topics. There is no update and no rotation: only create and delete."""

    id: str
    url: str
    topics: tuple[str, ...]
    secret: str
    description: str | None
    created: dt.datetime
    enabled: bool = True
    failing_since: dt.datetime | None = None

    def listed(self) -> payloads.Json:
        """Its row in the list, which never shows the secret."""
        return {
            "id": self.id,
            "created_at": payloads.timestamp(self.created),
            "description": self.description,
            "enabled": self.enabled,
            "topics": list(self.topics),
            "url": self.url,
        }

    def created_answer(self) -> payloads.Json:
        """The answer to its creation: the only time the secret is told."""
        row = {name: value for name, value in self.listed().items() if name != "enabled"}
        return {**row, "secret": self.secret}


class Subscriptions:
    """The account's subscriptions, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Subscription] = {}

    def create(self, asked: Any, now: dt.datetime) -> Subscription:
        """Subscribe what a POST /webhook body asks for; the secret is made up when it gives none."""
        errors = problems(asked)
        if errors:
            raise InvalidSubscriptionError(errors)
        made = Subscription(
            id=f"ep_{secrets.token_hex(12)}",
            url=asked["url"],
            topics=tuple(asked["topics"]),
            secret=asked.get("secret") or new_secret(),
            description=asked.get("description"),
            created=now,
        )
        with self._lock:
            self._kept[made.id] = made
        return made

    def delete(self, subscription_id: str) -> bool:
        """Whether there was such a subscription."""
        with self._lock:
            return self._kept.pop(subscription_id, None) is not None

    def all(self) -> list[Subscription]:
        with self._lock:
            return list(self._kept.values())

    def told_of(self, topic: str) -> list[Subscription]:
        """Who gets a message of this topic."""
        return [each for each in self.all() if each.enabled and topic in each.topics]

    def exists(self, subscription_id: str) -> bool:
        with self._lock:
            return subscription_id in self._kept

    def note(self, subscription: Subscription, now: dt.datetime, *, succeeded: bool, scale: float) -> None:
        """Remember how an attempt went, and switch off an endpoint that has failed for five (scaled) days."""
        with self._lock:
            if succeeded:
                subscription.failing_since = None
            elif subscription.failing_since is None:
                subscription.failing_since = now
            elif now - subscription.failing_since >= DISABLED_AFTER * scale:
                subscription.enabled = False


def new_secret() -> str:
    """24 random bytes in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def problems(asked: Any) -> dict[str, list[str]]:
    """What is wrong with a POST /webhook body; empty when nothing is."""
    if not isinstance(asked, dict):
        return {"": ["A non-empty request body is required."]}
    topics, secret = asked.get("topics"), asked.get("secret")
    errors: dict[str, list[str]] = {}
    if not isinstance(topics, list) or not topics:
        errors["Topics"] = ["The Topics field is required."]
    elif unknown := [topic for topic in topics if not isinstance(topic, str) or topic not in TOPICS]:
        errors["Topics"] = [f"The value '{topic}' is not valid for Topics." for topic in unknown]
    if not acceptable_url(asked.get("url")):
        errors["Url"] = ["The Url must be an absolute https url."]
    if secret is not None and not (isinstance(secret, str) and SECRET.fullmatch(secret)):
        errors["Secret"] = ["The Secret must match the pattern ^whsec_[a-zA-Z0-9+/]{32}$."]
    return errors


def acceptable_url(url: object) -> bool:
    """Https anywhere. Plain http to this very machine is the one departure from ShipBob: a laptop's gateway has it."""
    if not isinstance(url, str):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that hold no address
        return False
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host)))


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine; RFC 6761 reserves every `*.localhost` for it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
