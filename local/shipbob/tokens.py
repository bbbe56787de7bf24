"""Bearer tokens: who a request comes from, and what it may do.

A personal access token never expires and belongs to the merchant's root user; the first one makes an application named
SMA with a channel of its own (ShipBob's authentication page), and all of them are that one application's. An OAuth
access token belongs to the application that was consented to, whose installation is a channel too.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from local.shipbob import catalogue
from local.shipbob.catalogue import Channel
from local.shipbob.clock import Clock
from local.shipbob.payloads import Json
from local.shipbob.scopes import KNOWN

MERCHANT = "merchant-55120"  # the account's root user
OWN_CHANNEL = catalogue.CHANNELS[0]  # the application SMA
FIRST_CHANNEL = 180_101


@dataclass(frozen=True, slots=True)
class Caller:
    """Who a token speaks for. The rate limit is per user and application."""

    channel: Channel
    scopes: frozenset[str]
    user: str = MERCHANT

    @property
    def application(self) -> str:
        return self.channel.application_name


@dataclass(frozen=True, slots=True)
class _Issued:
    caller: Caller
    expires: dt.datetime | None
    grant: str | None


class Tokens:
    """Every token that lets someone in, until it expires or is revoked; channels of OAuth applications by client id."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._issued: dict[str, _Issued] = {}
        self._installed: dict[str, Channel] = {}

    def personal(self, scopes: Collection[str] = OWN_CHANNEL.scopes) -> str:
        """A new personal access token. ValueError for a scope that is none."""
        if unknown := set(scopes) - KNOWN:
            raise ValueError(f"no scopes {sorted(unknown)}")
        token = secrets.token_hex(32).upper()
        with self._lock:
            self._issued[token] = _Issued(Caller(OWN_CHANNEL, frozenset(scopes)), None, None)
        return token

    def access(self, caller: Caller, grant: str, issuer: str, seconds: float) -> str:
        """A new access token of a consent, for so many seconds by the simulator's clock."""
        now = self._clock.now()
        expires = now + dt.timedelta(seconds=seconds)
        claims = _claims(caller, issuer, now, expires)
        # Only its form is a JWT's: nobody but the simulator, which remembers it, could tell whether it is genuine.
        token = f"{jwt_part({'alg': 'RS256', 'typ': 'at+jwt'})}.{jwt_part(claims)}.{_signature()}"
        with self._lock:
            self._issued[token] = _Issued(caller, expires, grant)
        return token

    def install(self, client_id: str, application: str, name: str, scopes: Iterable[str]) -> Channel:
        """The channel of an application, made on its first consent; a later consent changes all of it but its id."""
        with self._lock:
            there = self._installed.get(client_id)
            number = there.id if there else FIRST_CHANNEL + len(self._installed)
            channel = Channel(number, name, application, tuple(scopes))
            self._installed[client_id] = channel
            return channel

    def revoke(self, token: str) -> None:
        """LookupError for a token that is not there."""
        with self._lock:
            if self._issued.pop(token, None) is None:
                raise LookupError("no such token")

    def revoke_grant(self, grant: str) -> None:
        """End every access token of one consent."""
        with self._lock:
            self._issued = {token: one for token, one in self._issued.items() if one.grant != grant}

    def caller(self, authorization: str | None) -> Caller | None:
        """Who an Authorization header speaks for; None for nobody, or nobody any more."""
        scheme, _, token = (authorization or "").partition(" ")
        with self._lock:
            issued = self._issued.get(token) if scheme.lower() == "bearer" else None
        if issued is None or (issued.expires is not None and issued.expires <= self._clock.now()):
            return None
        return issued.caller

    def channels(self, caller: Caller | None) -> list[Channel]:
        """Every channel of the merchant, as any application may read them; the caller's own with its token's scopes."""
        with self._lock:
            channels = [*catalogue.CHANNELS, *self._installed.values()]
        if caller is None:
            return channels
        own = replace(caller.channel, scopes=tuple(sorted(caller.scopes)))
        return [own if channel.id == own.id else channel for channel in channels]


def jwt_part(value: Json) -> str:
    """A part of a JWT (RFC 7515): JSON in base64url without padding."""
    return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).decode().rstrip("=")


def _claims(caller: Caller, issuer: str, now: dt.datetime, expires: dt.datetime) -> Json:
    return {
        "iss": issuer,
        "nbf": int(now.timestamp()),
        "exp": int(expires.timestamp()),
        "scope": sorted(caller.scopes),
        "client_name": caller.application,
        "sub": caller.user,
        "jti": secrets.token_hex(16).upper(),
    }


def _signature() -> str:
    return base64.urlsafe_b64encode(secrets.token_bytes(256)).decode().rstrip("=")
