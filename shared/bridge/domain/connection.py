"""What the bridge is to ShipBob: an application with a token, a channel of its own, and webhook subscriptions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret's text, which nothing prints, and the version of it that this is."""

    text: str = field(repr=False)
    version: str


@dataclass(frozen=True, slots=True)
class Channel:
    """An installation of an application for the merchant; only one's own is open to writes."""

    id: int
    name: str
    application: str
    scopes: frozenset[str]

    @property
    def is_writable(self) -> bool:
        return any(scope.endswith("_write") for scope in self.scopes)


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook subscription as ShipBob lists it, which never shows its secret. ShipBob switches off one that fails."""

    id: str
    url: str
    topics: frozenset[str]
    description: str
    is_enabled: bool
    created_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A subscription to be made. `secret` begins with `whsec_`; ShipBob signs with it from its first delivery on."""

    url: str
    topics: tuple[str, ...]
    secret: str = field(repr=False)
    description: str = ""


@dataclass(frozen=True, slots=True)
class Application:
    """Who asks for tokens: the client that ShipBob registered."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the authorization server gives. The refresh token works once: the next one comes with its use."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    lifetime: dt.timedelta
    scopes: frozenset[str] = frozenset()
