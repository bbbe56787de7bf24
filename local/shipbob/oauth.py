"""ShipBob's OAuth: applications, what a merchant consented to, and the tokens that come of it.

The authorisation code flow with refresh tokens and PKCE, as ShipBob's authentication page and its users describe it;
the names and refusals are those of the identity server that its endpoints look like. A code lives two minutes and is
good once, an access token an hour, a refresh token 30 days, and only where `offline_access` was consented to. A refresh
gives a new refresh token and spends the one shown. Whether a spent one is good for a moment longer is documented
nowhere: `Rules` says it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import itertools
import secrets
import threading
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from local.shipbob.clock import Clock
from local.shipbob.payloads import Json, timestamp
from local.shipbob.scopes import KNOWN
from local.shipbob.tokens import Caller, Tokens, jwt_part

CODE_LIFE = dt.timedelta(minutes=2)
REFRESH_LIFE = dt.timedelta(days=30)


class OAuthError(Exception):
    """A refusal by its OAuth name (RFC 6749)."""

    def __init__(self, error: str, description: str = "") -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description = error, description


@dataclass(slots=True)
class Rules:
    """What differs between installations of such a server, or is unknown of ShipBob's.

    `require_pkce` refuses an authorisation without a challenge. For `reuse_grace_seconds` after its first use a spent
    refresh token gives new tokens again; after that it is refused, and ends the whole grant if `reuse_ends_grant`.
    `life_from_consent` counts the 30 days of every refresh token from the consent, not from its own making.
    """

    require_pkce: bool = False
    reuse_grace_seconds: float = 0.0
    reuse_ends_grant: bool = False
    life_from_consent: bool = False
    access_seconds: int = 3600


@dataclass(frozen=True, slots=True)
class Client:
    """A registered application."""

    id: str
    name: str
    secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an application asks a merchant for."""

    client: Client
    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str | None = None
    nonce: str | None = None
    integration_name: str | None = None


@dataclass(slots=True)
class Grant:
    """One consent. All tokens of the family end with it."""

    id: str
    wanted: Wanted
    caller: Caller
    since: dt.datetime
    ended: bool = False


@dataclass(slots=True)
class _Refresh:
    grant: Grant
    expires: dt.datetime
    first_used: dt.datetime | None = None


@dataclass(slots=True)
class Refreshes:
    """When refreshes came, and what became of them. One that a fault swallowed is neither granted nor refused."""

    tried: list[dt.datetime] = field(default_factory=list)
    granted: list[dt.datetime] = field(default_factory=list)
    refused: list[dt.datetime] = field(default_factory=list)

    def shown(self) -> Json:
        kinds = {"tried": self.tried, "granted": self.granted, "refused": self.refused}
        return {kind: [timestamp(moment) for moment in moments] for kind, moments in kinds.items()}


class OAuth:
    """The authorisation server's memory; all methods may be called from any thread."""

    def __init__(self, clock: Clock, tokens: Tokens) -> None:
        self.rules = Rules()
        self.refreshes = Refreshes()
        self.issuer = ""
        self._clock, self._tokens = clock, tokens
        self._lock = threading.RLock()
        self._clients: dict[str, Client] = {}
        self._codes: dict[str, tuple[Grant, dt.datetime]] = {}
        self._refresh: dict[str, _Refresh] = {}
        self._grants: list[Grant] = []
        self._numbers = itertools.count(1)

    # what a developer and a merchant do

    def register(self, name: str, redirect_uris: Collection[str], scopes: Collection[str] = KNOWN) -> Client:
        """A new application, which may ask for those scopes."""
        if unknown := set(scopes) - KNOWN:
            raise ValueError(f"no scopes {sorted(unknown)}")
        client = Client(
            id=secrets.token_hex(16).upper(),
            name=name,
            secret=secrets.token_urlsafe(48),
            redirect_uris=tuple(redirect_uris),
            scopes=frozenset(scopes),
        )
        with self._lock:
            self._clients[client.id] = client
        return client

    def client(self, client_id: str | None) -> Client:
        """LookupError for one that is not registered."""
        with self._lock:
            if client_id not in self._clients:
                raise LookupError("no such application")
            return self._clients[client_id]

    def consent(self, wanted: Wanted) -> str:
        """The merchant agrees: the authorisation code. It makes the application's channel if there is none yet."""
        client, now = wanted.client, self._clock.now()
        # Who someone is, and for how long, are no permissions of a channel.
        scopes = [scope for scope in wanted.scopes if scope not in {"openid", "offline_access"}]
        channel = self._tokens.install(client.id, client.name, wanted.integration_name or client.name, scopes)
        with self._lock:
            grant = Grant(f"grant-{next(self._numbers)}", wanted, Caller(channel, frozenset(scopes)), now)
            code = secrets.token_hex(32).upper()
            self._grants.append(grant)
            self._codes[code] = (grant, now + CODE_LIFE)
            return code

    def revoke(self, client_id: str, *, access_too: bool = True) -> int:
        """The merchant removes the application: how many grants ended.

        Refresh tokens and codes end at once; access tokens too, unless told that ShipBob only checks their expiry.
        """
        with self._lock:
            grants = [each for each in self._grants if each.wanted.client.id == client_id and not each.ended]
            for grant in grants:
                self._end(grant, access_too=access_too)
            return len(grants)

    # what the token endpoint does

    def authenticated(self, client_id: str | None, secret: str | None) -> Client:
        """The application whose secret it is, else `invalid_client`."""
        try:
            client = self.client(client_id)
        except LookupError:
            raise OAuthError("invalid_client", "unknown client") from None
        if not hmac.compare_digest(client.secret.encode(), (secret or "").encode()):
            raise OAuthError("invalid_client", "wrong secret")
        return client

    def exchange(self, client: Client, form: Mapping[str, str]) -> Json:
        """Tokens for a code. A code is spent by the first try of its own application, whether or not it succeeds."""
        with self._lock:
            grant, expires = self._codes.get(form.get("code", ""), (None, None))
            if grant is None or expires is None or grant.wanted.client != client:
                raise OAuthError("invalid_grant", "no such code")
            del self._codes[form["code"]]
            if grant.ended or expires <= self._clock.now():
                raise OAuthError("invalid_grant", "the code has expired")
            if form.get("redirect_uri") != grant.wanted.redirect_uri:
                raise OAuthError("invalid_grant", "another redirect_uri")
            if not is_verified(grant.wanted.code_challenge, form.get("code_verifier")):
                raise OAuthError("invalid_grant", "code_verifier")
            return self._issued(grant)

    def refresh(self, client: Client, form: Mapping[str, str]) -> Json:
        """New tokens for a refresh token."""
        with self._lock:
            now = self._clock.now()
            try:
                grant = self._spend(client, form.get("refresh_token", ""), now)
            except OAuthError:
                self.refreshes.refused.append(now)
                raise
            self.refreshes.granted.append(now)
            return self._issued(grant)

    def note_tried_refresh(self) -> None:
        """A refresh came in, whatever becomes of it."""
        with self._lock:
            self.refreshes.tried.append(self._clock.now())

    # how it is done; the lock is held

    def _spend(self, client: Client, token: str, now: dt.datetime) -> Grant:
        kept = self._refresh.get(token)
        if kept is None or kept.grant.wanted.client != client or kept.grant.ended or kept.expires <= now:
            raise OAuthError("invalid_grant", "no such refresh token, or not any more")
        if kept.first_used is not None and not self._is_in_grace(kept.first_used, now):
            if self.rules.reuse_ends_grant:
                self._end(kept.grant, access_too=True)
            raise OAuthError("invalid_grant", "the refresh token is spent")
        kept.first_used = kept.first_used or now
        return kept.grant

    def _is_in_grace(self, first_used: dt.datetime, now: dt.datetime) -> bool:
        grace = self.rules.reuse_grace_seconds
        return grace > 0 and now - first_used <= dt.timedelta(seconds=grace)

    def _issued(self, grant: Grant) -> Json:
        seconds, wanted = self.rules.access_seconds, grant.wanted
        answer: Json = {
            "access_token": self._tokens.access(grant.caller, grant.id, self.issuer, seconds),
            "expires_in": seconds,
            "token_type": "Bearer",
            "scope": " ".join(wanted.scopes),
        }
        if "offline_access" in wanted.scopes:
            answer["refresh_token"] = self._new_refresh_token(grant)
        if "openid" in wanted.scopes:
            answer["id_token"] = self.id_token(wanted)
        return answer

    def _new_refresh_token(self, grant: Grant) -> str:
        since = grant.since if self.rules.life_from_consent else self._clock.now()
        token = secrets.token_hex(32).upper()
        self._refresh[token] = _Refresh(grant, since + REFRESH_LIFE)
        return token

    def id_token(self, wanted: Wanted) -> str:
        """A JWT without a signature (RFC 7519 section 6) that says who consented."""
        now = int(self._clock.now().timestamp())
        subject = {"iss": self.issuer, "aud": wanted.client.id, "sub": "merchant", "iat": now, "exp": now + 300}
        nonce = {} if wanted.nonce is None else {"nonce": wanted.nonce}
        return f"{jwt_part({'alg': 'none', 'typ': 'JWT'})}.{jwt_part({**subject, **nonce})}."

    def _end(self, grant: Grant, *, access_too: bool) -> None:
        grant.ended = True
        if access_too:
            self._tokens.revoke_grant(grant.id)


def is_verified(challenge: str | None, verifier: str | None) -> bool:
    """PKCE with S256 (RFC 7636): a verifier of 43 to 128 characters that hashes to the challenge, or neither."""
    if challenge is None or verifier is None:
        return challenge is verifier
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    return 43 <= len(verifier) <= 128 and hmac.compare_digest(digest, challenge)
