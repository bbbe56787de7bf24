"""Channels and webhook subscriptions: ShipBob's fields, version 2026-07, to domain nouns and back."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BeforeValidator

from bridge.domain.connection import Channel, NewSubscription, Subscription
from bridge.shipbob import wire
from bridge.shipbob.wire import Many, MaybeMoment, Model, Text, Whole


def _apart(value: object) -> object:
    """An older page shows scopes as one text."""
    return value.replace(",", " ").split() if isinstance(value, str) else value


class _Channel(Model):
    id: Whole
    name: Text = ""
    application_name: Text = ""
    scopes: Annotated[Many[str], BeforeValidator(_apart)] = ()

    def to_domain(self) -> Channel:
        return Channel(self.id, self.name, self.application_name, frozenset(self.scopes))


class _Subscription(Model):
    id: str
    url: Text = ""
    topics: Many[str] = ()
    description: Text = ""
    enabled: bool | None = None
    created_at: MaybeMoment = None

    def to_domain(self) -> Subscription:
        return Subscription(
            id=self.id,
            url=self.url,
            topics=frozenset(self.topics),
            description=self.description,
            is_enabled=self.enabled is not False,
            created_at=self.created_at,
        )


class _Made(Model):
    id: str


def read_channels(body: bytes) -> list[Channel]:
    """A page of `GET /channel`."""
    return [channel.to_domain() for channel in wire.read_list(_Channel, body, "items", "data")]


def read_subscriptions(body: bytes) -> list[Subscription]:
    """A page of `GET /webhook`."""
    return [each.to_domain() for each in wire.read_list(_Subscription, body, "items", "data")]


def read_made(body: bytes) -> str:
    """The id of a subscription that was made. Its secret is in the answer, too, and stays there."""
    return wire.read(_Made, body).id


def written(wanted: NewSubscription) -> bytes:
    """The body of `POST /webhook`."""
    fields = {"topics": list(wanted.topics), "url": wanted.url, "secret": wanted.secret}
    return json.dumps(fields | ({"description": wanted.description} if wanted.description else {})).encode()
