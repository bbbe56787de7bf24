"""ShipBob's token is refreshed before it ends, by this function alone, and the webhook subscriptions are kept alive.

The order of a refresh: take the lease, ask ShipBob, store refresh and access token together, say so in the row. The
process may end between any two. Only tokens that were in its memory alone are lost with it; then the old refresh token
is shown again, and where ShipBob does not answer it a second time, a person is told, once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bridge.domain.connection import Secret, Tokens
from bridge.domain.outcome import Failure, Misconfigured, Refused, RowMoved, Transient, UnknownOutcome
from bridge.flows.keep_subscriptions import keep_subscriptions
from bridge.neighbours import Authority
from bridge.ports import Ports
from bridge.protocols import token
from bridge.protocols.grant import Grant
from bridge.protocols.token import TokenRow

STORE_TRIES = 4  # each with the SDK's own
STORING = dt.timedelta(seconds=45)  # no try begins later; the last one may take as long again


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the token and of the subscriptions, in words, and what is to be counted.

    `ConnectionLost` is counted once for each trouble that a person must repair, `NeedsRepair` at each run while it
    lasts.
    """

    token: str
    subscriptions: str = ""
    counted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Unsaved:
    """Tokens that ShipBob gave for a version of the secret, and that are stored nowhere yet."""

    instead_of: str
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Standing:
    """How the token stands after this run: the row as last written, and what the secret holds."""

    row: TokenRow
    grant: Grant
    word: str
    refreshes: int = 0


class KeepConnected:
    """One process of the function. It remembers, from one run to the next, tokens that it could not store."""

    def __init__(self) -> None:
        self._unsaved: _Unsaved | None = None

    def __call__(self, ports: Ports, run: str) -> Kept:
        """Keep the token good and the subscriptions alive. A failure of AWS is raised; the next run makes it good."""
        standing = self._keep_token(ports, run)
        subscriptions, counted = _keep_subscriptions(ports, run)
        if standing.refreshes:
            counted["TokensRefreshed"] = standing.refreshes
        # Last, so that a run that ends before it could count has told nobody.
        return Kept(standing.word, subscriptions, counted | _tell(ports, standing))

    def _keep_token(self, ports: Ports, run: str) -> _Standing:
        # The row before the secret: whoever stores a new version in between makes the row's next save fail.
        stored = ports.token_rows.row()
        secret = ports.shipbob_secret.afresh()
        now = ports.clock.now()
        grant = Grant.from_json(secret.text)
        if token.is_stale(stored, secret.version, now):
            return _Standing(stored, grant, "waits for the newest secret to be visible")
        if self._unsaved is not None and self._unsaved.instead_of == secret.version:
            return self._store(ports, token.about(stored, secret.version, now), self._unsaved, "stored at last")
        row = _asked_again(ports, _caught_up(ports, stored, secret.version), grant)
        why = token.why_refresh(row, grant, now)
        return self._refresh(ports, row, grant, run, why) if why else _Standing(row, grant, _at_rest(row, grant, now))

    def _refresh(self, ports: Ports, row: TokenRow, grant: Grant, run: str, why: str) -> _Standing:
        try:
            row = ports.token_rows.save(token.take(row, run, ports.clock.now()))
        except RowMoved:
            return _Standing(row, grant, "another run sees to it")
        asked_at = ports.clock.now()
        answer = _asked(ports.authority, grant)
        if isinstance(answer, UnknownOutcome):
            # At once: where ShipBob answers a refresh token a second time, it does so for a short while only.
            row = replace(row, is_unfinished=True)
            answer = _asked(ports.authority, grant)
        if isinstance(answer, Failure):
            return _failed(ports, row, grant, answer)
        self._unsaved = _Unsaved(row.secret, grant.renewed(answer, asked_at).to_json())
        return self._store(ports, row, self._unsaved, f"refreshed: {why}")

    def _store(self, ports: Ports, row: TokenRow, unsaved: _Unsaved, word: str) -> _Standing:
        try:
            stored = put_away(ports, unsaved.text)
        except Failure:
            _saved(ports, token.unsaved(row, ports.clock.now()))
            raise
        self._unsaved = None
        row = _saved(ports, token.settled(row, stored.version, ports.clock.now()))
        return _Standing(row, Grant.from_json(stored.text), word, refreshes=1)


def put_away(ports: Ports, text: str) -> Secret:
    """Store what would be lost otherwise: several tries, and then what the last one raised."""
    until = ports.clock.now() + STORING
    for _ in range(STORE_TRIES - 1):
        try:
            return ports.shipbob_secret.store(text)
        except Transient:
            if ports.clock.now() >= until:
                raise
    return ports.shipbob_secret.store(text)


def _asked(authority: Authority, grant: Grant) -> Tokens | Failure:
    try:
        return authority.refresh(grant.application, grant.refresh_token)
    except Failure as failure:
        return failure


def _failed(ports: Ports, row: TokenRow, grant: Grant, failure: Failure) -> _Standing:
    if isinstance(failure, Refused) and ports.shipbob_secret.afresh().version != row.secret:
        return _Standing(row, grant, "the secret has another version by now")
    row = _saved(ports, token.failed(row, failure, ports.clock.now()))
    return _Standing(row, grant, f"not refreshed: {failure}")


def _caught_up(ports: Ports, stored: TokenRow, version: str) -> TokenRow:
    """The row as it speaks of this version, and stored so: which versions are spent must not depend on one run."""
    row = token.about(stored, version, ports.clock.now())
    return row if row == stored else _saved(ports, row)


def _asked_again(ports: Ports, row: TokenRow, grant: Grant) -> TokenRow:
    """A refused token that nothing renews, shown to ShipBob once more: one kind of call alone may have been refused."""
    if grant.is_renewable or row.refused_at is None or row.is_held(ports.clock.now()):
        return row
    try:
        ports.shipbob.channels()
    except Failure:
        return row
    return _saved(ports, token.accepted(row))


def _saved(ports: Ports, row: TokenRow) -> TokenRow:
    """The row, stored; where somebody else was faster, theirs stands, and the next run goes on from it."""
    try:
        return ports.token_rows.save(row)
    except RowMoved:
        return row


def _at_rest(row: TokenRow, grant: Grant, now: dt.datetime) -> str:
    if row.is_held(now):
        return "another run sees to it"
    fault = row.fault or token.rejected(row)
    if fault is not None:
        return f"{fault.trouble}: {fault.why}"
    if not grant.is_renewable:
        return "good until ShipBob refuses it" if grant.is_usable else "there is none"
    return f"good until {grant.expires_at}"


def _tell(ports: Ports, standing: _Standing) -> dict[str, int]:
    """What a person is to be told of, counted."""
    fault = token.needs_person(standing.row, standing.grant, ports.clock.now())
    if fault is None:
        return {}
    if fault.is_told:
        return {"NeedsRepair": 1}
    try:
        ports.token_rows.save(token.told(standing.row, fault))
    except RowMoved:
        return {"NeedsRepair": 1}
    return {"NeedsRepair": 1, "ConnectionLost": 1}


def _keep_subscriptions(ports: Ports, run: str) -> tuple[str, dict[str, int]]:
    """The subscriptions' turn. What goes wrong there is told, and costs the token nothing."""
    try:
        kept = keep_subscriptions(ports, run)
    except Misconfigured as failure:
        return f"not kept, needs repair: {failure}", {"SubscriptionsNotKept": 1, "NeedsRepair": 1}
    except Failure as failure:
        return f"not kept: {failure}", {"SubscriptionsNotKept": 1}
    return "; ".join(kept.notes), dict(kept.counted)
