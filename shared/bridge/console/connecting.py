"""Connecting the bridge with ShipBob: a token or a consent goes into the secret, and ShipBob is asked who that is."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from bridge.domain.connection import Application, Channel
from bridge.domain.outcome import Failure, Misconfigured, RowMoved, Transient
from bridge.flows.keep_connected import put_away
from bridge.ports import Ports
from bridge.protocols import token
from bridge.protocols.consent import DEFAULT_SCOPES, LASTING, REQUIRED_SCOPES, Consent
from bridge.protocols.grant import Grant, GrantKind
from bridge.protocols.token import TokenRow

RANDOM_BYTES = 32  # 43 characters: the least that PKCE takes for a verifier
NAME = "Dynamics GP"  # what the installation is called in ShipBob
PAT_APPLICATION = "SMA"  # made by ShipBob with an account's first personal access token
NO_RIGHTS = frozenset({"openid", LASTING})  # scopes of a consent, which are none of a channel
TRIES = 5


@dataclass(frozen=True, slots=True)
class Connected:
    """Who ShipBob says the stored token is. `missing` are scopes the bridge needs; `trouble`: why it did not say."""

    kind: GrantKind
    channel: Channel | None = None
    scopes: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    trouble: str = ""

    @property
    def fix(self) -> str:
        """What to do about what is missing; "" where nothing is."""
        if not self.missing:
            return ""
        if self.kind is GrantKind.PAT:
            return "make a new token in ShipBob's dashboard (Integrations > API Tokens) and connect again with it"
        return "have ShipBob allow the application these scopes, then connect again"


def begin(
    client_id: str, redirect_uri: str, random_bytes: Callable[[int], bytes], scopes: tuple[str, ...] = DEFAULT_SCOPES
) -> Consent:
    """A consent to be asked for, with a state, a nonce and a PKCE verifier of its own."""
    state, nonce, verifier = (
        base64.urlsafe_b64encode(random_bytes(RANDOM_BYTES)).decode().rstrip("=") for _ in range(3)
    )
    return Consent(client_id, redirect_uri, scopes, state, nonce, verifier, NAME)


def connect_with_token(ports: Ports, access_token: str, by: str) -> Grant:
    """Store a personal access token."""
    grant = Grant(GrantKind.PAT, access_token.strip(), refreshed_at=ports.clock.now())
    if not grant.is_usable:
        raise ValueError("that is no token: it is one word of letters, digits and signs")
    return _replace(ports, by, lambda: grant)


def connect_with_consent(
    ports: Ports, consent: Consent, client_secret: str, landed: Mapping[str, str], by: str
) -> Grant:
    """Exchange the code that a consent gave, and store the tokens at once."""
    code = consent.code_in(landed)
    application = Application(consent.client_id, client_secret)

    def exchanged() -> Grant:
        asked_at = ports.clock.now()
        tokens = ports.authority.exchange(application, code, consent.verifier, consent.redirect_uri)
        if not tokens.refresh_token:
            raise Misconfigured(f"ShipBob gives no refresh token: have the application allowed the scope {LASTING}")
        return Grant.consented(application, consent.redirect_uri, tokens, asked_at)

    return _replace(ports, by, exchanged)


def _replace(ports: Ports, by: str, obtain: Callable[[], Grant]) -> Grant:
    """Put a new grant into the secret, while no refresh is under way that would overwrite it."""
    row = _taken(ports, by)
    try:
        grant = obtain()
        stored = put_away(ports, grant.to_json())
    except Failure:
        _save(ports, replace(row, lease=None))
        raise
    _save(ports, token.connected(row, stored.version, by, ports.clock.now()))
    return grant


def _taken(ports: Ports, by: str) -> TokenRow:
    for _ in range(TRIES):
        stored = ports.token_rows.row()
        secret = ports.shipbob_secret.afresh()
        now = ports.clock.now()
        row = token.about(stored, secret.version, now)
        if row.is_held(now) and row.lease is not None:
            until = f"{row.lease.until.astimezone(dt.UTC):%H:%M:%S} UTC"
            raise Transient(f"the token is being replaced at this moment: connect again, at {until} at the latest")
        try:
            return ports.token_rows.save(token.take(row, by, now, is_person=True))
        except RowMoved:
            continue
    raise Transient("too much is being written about the token at this moment: connect again")


def _save(ports: Ports, row: TokenRow) -> None:
    """What the row says follows from the secret in any case, so nothing is lost where it cannot be written."""
    try:
        ports.token_rows.save(row)
    except (RowMoved, Transient):
        return


def verify(ports: Ports, grant: Grant) -> Connected:
    """Ask ShipBob which channel the token writes on, and what it may do."""
    try:
        own = _own(ports.shipbob.channels(), grant)
    except Failure as failure:
        return Connected(grant.kind, trouble=str(failure))
    scopes = grant.scopes or (own.scopes if own else frozenset())
    missing = tuple(scope for scope in REQUIRED_SCOPES if scope not in scopes)
    return Connected(grant.kind, own, scopes, missing)


def _own(channels: Sequence[Channel], grant: Grant) -> Channel | None:
    """The installation that the token is of: every application sees all, and may write on its own alone.

    ShipBob does not say which is the caller's. A consent's has its scopes; that of a PAT is called SMA; of several the
    newest.
    """
    rights = grant.scopes - NO_RIGHTS
    writable = [channel for channel in channels if channel.is_writable]
    like = [each for each in writable if (each.scopes == rights if rights else each.application == PAT_APPLICATION)]
    return max(like or writable, key=lambda channel: channel.id, default=None)


def standing(ports: Ports) -> dict[str, object]:
    """How the token stands, in plain types, without a call to ShipBob and without the token."""
    secret = ports.shipbob_secret.afresh()
    now = ports.clock.now()
    grant = Grant.from_json(secret.text)
    row = token.about(ports.token_rows.row(), secret.version, now)
    state, why = _state(row, grant, now)
    fault = row.fault or token.rejected(row)
    return {
        "kind": str(grant.kind) if grant.is_usable else None,
        "state": state,
        "why": why or None,
        "since": fault.since.isoformat() if fault else None,
        "refreshed_at": _told(grant.refreshed_at),
        "expires_at": _told(grant.expires_at),
        "age_seconds": int((now - grant.refreshed_at).total_seconds()) if grant.refreshed_at else None,
        "scopes": sorted(grant.scopes),
        "connected_at": _told(row.connected_at),
        "connected_by": row.connected_by or None,
    }


def _state(row: TokenRow, grant: Grant, now: dt.datetime) -> tuple[str, str]:
    if not grant.is_usable:
        return "not connected", f"{token.CONNECT} with --pat or --client-id"
    if why := token.obstacle(row, grant, now):
        return "broken", why
    if (fault := row.fault or token.rejected(row)) is not None:
        return str(fault.trouble), fault.why
    if row.is_held(now):
        return "being replaced", ""
    if grant.ends_by(now):
        return "ended", "nobody has replaced it: look whether KeepConnected runs"
    return ("refused", "ShipBob refused it, and another is being asked for") if row.refused_at else ("good", "")


def _told(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
