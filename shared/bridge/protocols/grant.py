"""What the ShipBob secret holds: a personal access token, or the tokens of a consent (OAuth)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Self

from bridge.domain.connection import Application, Tokens


class GrantKind(StrEnum):
    """How the bridge is let in."""

    PAT = "pat"
    OAUTH = "oauth"


@dataclass(frozen=True, slots=True)
class Grant:
    """A token and what renews it; nothing that lets anybody in is ever printed.

    `refreshed_at` is when the tokens were asked for, so that `expires_at` is never later than ShipBob's own end. A PAT
    has no end of its own.
    """

    kind: GrantKind
    access_token: str = field(repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    expires_at: dt.datetime | None = None
    refreshed_at: dt.datetime | None = None
    scopes: frozenset[str] = frozenset()
    redirect_uri: str = ""

    @property
    def application(self) -> Application:
        return Application(self.client_id, self.client_secret)

    @property
    def is_renewable(self) -> bool:
        return bool(self.refresh_token and self.client_id)

    @property
    def is_usable(self) -> bool:
        """Can the token be sent in a header?"""
        token = self.access_token
        return bool(token) and token.isascii() and token.isprintable() and " " not in token

    def ends_by(self, moment: dt.datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= moment

    def renewed(self, tokens: Tokens, asked_at: dt.datetime) -> Self:
        """The grant with the tokens that a refresh gave."""
        return replace(
            self,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token or self.refresh_token,
            expires_at=asked_at + tokens.lifetime,
            refreshed_at=asked_at,
            scopes=tokens.scopes or self.scopes,
        )

    @classmethod
    def consented(cls, application: Application, redirect_uri: str, tokens: Tokens, asked_at: dt.datetime) -> Self:
        """The grant that a person's consent gave."""
        bare = cls(GrantKind.OAUTH, "", application.client_id, application.client_secret, redirect_uri=redirect_uri)
        return bare.renewed(tokens, asked_at)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the secret. What it does not hold is empty: then no token is usable, and nothing is renewed."""
        found = _object(text)
        words = {name: _text(found, name) for name in ("access_token", "client_id", "client_secret", "redirect_uri")}
        is_consent = found.get("kind") == GrantKind.OAUTH
        return cls(
            kind=GrantKind.OAUTH if is_consent else GrantKind.PAT,
            refresh_token=_text(found, "refresh_token") if is_consent else "",
            expires_at=_moment(found, "expires_at") if is_consent else None,
            refreshed_at=_moment(found, "refreshed_at"),
            scopes=frozenset(_text(found, "scopes").split()),
            **words,
        )

    def to_json(self) -> str:
        """The secret's text."""
        found = {
            "kind": self.kind,
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "redirect_uri": self.redirect_uri,
            "expires_at": self.expires_at.isoformat() if self.expires_at else "",
            "refreshed_at": self.refreshed_at.isoformat() if self.refreshed_at else "",
            "scopes": " ".join(sorted(self.scopes)),
        }
        return json.dumps({name: value for name, value in found.items() if value})


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(found: Mapping[str, Any], name: str) -> str:
    """A text; of a list of texts, as scopes may be, their words."""
    value = found.get(name)
    if isinstance(value, list):
        return " ".join(each for each in value if isinstance(each, str))
    return value.strip() if isinstance(value, str) else ""


def _moment(found: Mapping[str, Any], name: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(_text(found, name))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
