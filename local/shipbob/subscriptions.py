"""Webhook subscriptions: who is told of which topics, by the rules of ShipBob's webhook reference (2025-07 onward)."""

from __future__ import annotations

import base64
import datetime as dt
import ipaddress
import re
import secrets
import threading
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass, field
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
WRO_TOPICS = frozenset(
    {"wro.created", "wro.updated", "wro.completed", "wro.box.arrived", "wro.box.scanned", "wro.box.stowed"}
)
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{32}")
SECRET_BYTES = 24
# Svix's retry page, which carries ShipBob's webhooks: an endpoint is switched off after five days of nothing but
# failures, counted from when failures lay twelve hours or more apart within one day.
DISABLED_AFTER = dt.timedelta(days=5)
WINDOW = dt.timedelta(hours=24)
APART = dt.timedelta(hours=12)


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
    failures: deque[dt.datetime] = field(default_factory=deque)  # of the last day, none since a success
    failing_since: dt.datetime | None = None  # when the five days began

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
    """The account's subscriptions, oldest first.

    `unknown_topics` are taken although they are in no enumeration (ShipBob's guides tell of the wro.* ones), and
    `refused_topics` are refused although they are in one, as by an older version. One that was switched off stays so:
    only a new subscription is told again.
    """

    def __init__(self) -> None:
        self.unknown_topics: set[str] = set()
        self.refused_topics: set[str] = set()
        self._lock = threading.Lock()
        self._kept: dict[str, Subscription] = {}

    def create(self, asked: Any, now: dt.datetime) -> Subscription:
        """Subscribe what a POST /webhook body asks for; the secret is made up when it gives none."""
        errors = problems(asked, (TOPICS | self.unknown_topics) - self.refused_topics)
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

    def is_live(self, subscription_id: str) -> bool:
        """Whether it is there and not switched off."""
        with self._lock:
            kept = self._kept.get(subscription_id)
            return kept is not None and kept.enabled

    def note(self, subscription: Subscription, now: dt.datetime, *, succeeded: bool, scale: float) -> None:
        """Remember how an attempt went, and switch off an endpoint that has failed for five (scaled) days."""
        with self._lock:
            if succeeded:
                subscription.failures.clear()
                subscription.failing_since = None
                return
            failures = subscription.failures
            failures.append(now)
            while now - failures[0] > WINDOW * scale:
                failures.popleft()
            if subscription.failing_since is None:
                subscription.failing_since = now if now - failures[0] >= APART * scale else None
            elif now - subscription.failing_since >= DISABLED_AFTER * scale:
                subscription.enabled = False


def new_secret() -> str:
    """24 random bytes in the form of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def problems(asked: Any, offered: Collection[str] = TOPICS) -> dict[str, list[str]]:
    """What is wrong with a POST /webhook body; empty when nothing is."""
    if not isinstance(asked, dict):
        return {"": ["A non-empty request body is required."]}
    topics, secret = asked.get("topics"), asked.get("secret")
    errors: dict[str, list[str]] = {}
    if not isinstance(topics, list) or not topics:
        errors["Topics"] = ["The Topics field is required."]
    elif unknown := [topic for topic in topics if not isinstance(topic, str) or topic not in offered]:
        errors["Topics"] = [f"The value '{topic}' is not valid for Topics." for topic in unknown]
    if not acceptable_url(asked.get("url")):
        errors["Url"] = ["The Url must be an absolute https url."]
    if secret is not None and not (isinstance(secret, str) and SECRET.fullmatch(secret)):
        errors["Secret"] = ["The Secret must match the pattern ^whsec_[a-zA-Z0-9+/]{32}$."]
    if not isinstance(asked.get("description"), str | None):
        errors["Description"] = ["The Description must be a text."]
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
