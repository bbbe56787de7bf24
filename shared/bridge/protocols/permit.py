"""The permit to log in with the Windows account: a refused password is never tried again, whatever the concurrency.

Where a lockout threshold is set, five refused logins or fewer are usual (CIS), and a locked account stops more than
the bridge. From outside a wrong password, a locked, a disabled and an expired account all look alike (one bare 401), so
a refusal is final for the version of the secret that met it. One row for each account judges every version, because the
lockout counts them together.

A login is *taken*, and *given back* with what became of it. While a version is unproven one login of it may be under
way, once proven two; so two refusals are the most that simultaneous tries of it can cost, and a login of any version
waits while the refusals of the day and the logins under way together are three. A lease that runs out without a word
counts as a doubt: type 3, the message that carries the password's proof, may have been refused.

Relies on this: a login's type 3 goes out before its lease ends.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol

LEASE = dt.timedelta(seconds=75)  # a handshake may be a whole call, which ends within 60 s
LOGINS_UNPROVEN = 1
LOGINS_PROVEN = 2  # of one version, and of the account over all versions
DOUBTS_AT_ONCE = 2  # the second doubt in a row makes the next probe wait
PROBE_AGAIN_AFTER = dt.timedelta(minutes=30)
REFUSALS_MAX = 3  # of the account over all versions, within the window
REFUSAL_WINDOW = dt.timedelta(hours=24)
VERSIONS_KEPT = 8
CLEARINGS_KEPT = 20
CLEAR = "gp-shipbob permit clear --why …"


class Proof(StrEnum):
    """What is known of a version of the secret."""

    UNPROVEN = "unproven"
    PROVEN = "proven"
    REJECTED = "rejected"


class LoginResult(StrEnum):
    """What became of a login that was taken."""

    PROVEN = "proven"
    REFUSED = "refused"  # a 401 after type 3, both legs on one connection: nothing less
    DOUBT = "doubt"  # type 3 went out, and nobody knows, or the legs were on two connections
    SILENCE = "silence"  # type 3 went out, and no answer came for at least 10 s: slow work, where a refusal is prompt
    UNUSED = "unused"  # it never got to type 3: no password was tried


@dataclass(frozen=True, slots=True)
class Lease:
    """A login under way, in the name of its holder."""

    holder: str
    taken_at: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """How one version of the secret stands. `doubts` counts those in a row, without a success between."""

    id: str
    first_seen: dt.datetime
    proof: Proof = Proof.UNPROVEN
    leases: tuple[Lease, ...] = ()
    doubts: int = 0
    doubted_at: dt.datetime | None = None
    refused_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A login that the server refused for certain."""

    holder: str
    version: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Clearing:
    """A person allowed logins again, and says why."""

    by: str
    why: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class PermitRow:
    """One account's row. `version` is the row's own, 0 when it is not stored yet; `versions` are the secret's."""

    account: str
    version: int = 0
    versions: tuple[SecretVersion, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    clearings: tuple[Clearing, ...] = ()


@dataclass(frozen=True, slots=True)
class Denied:
    """No login, and why, in words for an operator. `until`: when asking again makes sense; None: never by itself.

    `needs_repair` where a person has to act, and time alone is not the cure.
    """

    why: str
    until: dt.datetime | None = None
    needs_repair: bool = False


class LoginPermit(Protocol):
    """The permit as one connection to GP holds it: bound to an account, a version of its secret and a holder."""

    def take(self) -> Denied | None:
        """Ask before a handshake; None = granted, and to be given back. Any `Failure`: not granted."""

    def give_back(self, result: LoginResult) -> None:
        """Tell what became of the login. Never raises a `Failure`: what was written to GP stays written."""


def account_of(username: str) -> str:
    """The account's name as the rows know it: Windows does not tell letter cases apart."""
    return username.strip().casefold()


def ask(row: PermitRow, version: str, holder: str, now: dt.datetime) -> PermitRow | Denied:
    """May `holder` log in with this version of the secret? If so, once the row given here is stored.

    `holder` names one login. The same name asking again asks the same question, the answer having been lost.
    """
    row = _settled(row, now)
    stands = _without(_find(row, version, now), holder)
    row = _with(row, stands)
    if denied := _denied(row, stands, now):
        return denied
    lease = Lease(holder, now, now + LEASE)
    return _with(row, replace(stands, leases=(*stands.leases, lease)))


def look(row: PermitRow, version: str, now: dt.datetime) -> Denied | None:
    """What somebody who asked now would hear; None: a login may begin."""
    row = _settled(row, now)
    return _denied(row, _find(row, version, now), now)


def give_back(row: PermitRow, version: str, holder: str, result: LoginResult, now: dt.datetime) -> PermitRow:
    """The row after `holder` told what became of its login.

    A word that comes after the lease ran out changes nothing, except a refusal, which is believed whenever it comes.
    """
    row = _settled(row, now)
    found = _find(row, version, now)
    lease = next((lease for lease in found.leases if lease.holder == holder), None)
    stands = _without(found, holder)
    if result is LoginResult.REFUSED:
        return _refused(row, stands, holder, now)
    if lease is None:
        return row
    if result is LoginResult.PROVEN:
        stands = _proven(stands, lease)
    is_silent = result is LoginResult.SILENCE and stands.proof is not Proof.PROVEN
    if result is LoginResult.DOUBT or is_silent:
        stands = _doubted(stands, now)
    return _with(row, stands)


def clear(row: PermitRow, by: str, why: str, now: dt.datetime) -> PermitRow:
    """A person allows logins again with what was refused or in doubt; who, why and when stay in the row."""
    row = _settled(row, now)
    again = tuple(
        replace(
            stands,
            proof=Proof.UNPROVEN if stands.proof is Proof.REJECTED else stands.proof,
            doubts=0,
            doubted_at=None,
            refused_at=None,
        )
        for stands in row.versions
    )
    clearings = (*row.clearings, Clearing(by, why, now))[-CLEARINGS_KEPT:]
    return replace(row, versions=again, refusals=(), clearings=clearings)


def _denied(row: PermitRow, stands: SecretVersion, now: dt.datetime) -> Denied | None:
    return _rejected(stands) or _too_many(row) or _in_doubt(stands, now) or _busy(row, stands)


def _rejected(stands: SecretVersion) -> Denied | None:
    if stands.proof is not Proof.REJECTED:
        return None
    at = f" at {_utc(stands.refused_at)}" if stands.refused_at else ""
    why = (
        f"the Windows login was refused{at}, and nobody tries it again: see on the domain "
        "controller whether the password is wrong or the account locked, disabled or expired; then store the right "
        f"password in the GP secret, or allow the same one again with `{CLEAR}`"
    )
    return Denied(why, needs_repair=True)


def _too_many(row: PermitRow) -> Denied | None:
    recent = sorted(refusal.at for refusal in row.refusals)
    if len(recent) < REFUSALS_MAX:
        return None
    until = recent[-REFUSALS_MAX] + REFUSAL_WINDOW
    why = (
        f"the Windows account was refused {len(recent)} logins within 24 hours, the last at {_utc(recent[-1])}; no "
        f"version of the GP secret is tried before {_utc(until)}, lest the account be locked: make sure on the domain "
        f"controller that the account and its password are good, then `{CLEAR}`"
    )
    return Denied(why, until, needs_repair=True)


def _in_doubt(stands: SecretVersion, now: dt.datetime) -> Denied | None:
    if stands.doubts < DOUBTS_AT_ONCE or stands.doubted_at is None or now >= stands.doubted_at + PROBE_AGAIN_AFTER:
        return None
    until = stands.doubted_at + PROBE_AGAIN_AFTER
    why = (
        f"{stands.doubts} Windows logins in a row ended in doubt, the last at {_utc(stands.doubted_at)}: the password "
        f"went out and no answer came; the next is tried at {_utc(until)}, or at once after `{CLEAR}`"
    )
    return Denied(why, until)


def _busy(row: PermitRow, stands: SecretVersion) -> Denied | None:
    ours = LOGINS_PROVEN if stands.proof is Proof.PROVEN else LOGINS_UNPROVEN
    of_account = [lease for other in row.versions for lease in other.leases]
    may_all_be_refused = len(row.refusals) + len(of_account) < REFUSALS_MAX
    if len(stands.leases) < ours and len(of_account) < LOGINS_PROVEN and may_all_be_refused:
        return None
    until = min(lease.until for lease in (stands.leases if len(stands.leases) >= ours else of_account))
    return Denied("as many Windows logins as may be are under way; nothing is wrong, and this one waits", until)


def _settled(row: PermitRow, now: dt.datetime) -> PermitRow:
    """The row as it stands now: a lease that ran out was a doubt when it did, and old refusals are forgotten."""
    versions = tuple(_without_expired(stands, now) for stands in row.versions)
    refusals = tuple(refusal for refusal in row.refusals if refusal.at > now - REFUSAL_WINDOW)
    return replace(row, versions=versions, refusals=refusals)


def _without_expired(stands: SecretVersion, now: dt.datetime) -> SecretVersion:
    expired = [lease.until for lease in stands.leases if lease.until <= now]
    stands = replace(stands, leases=tuple(lease for lease in stands.leases if lease.until > now))
    for at in expired:
        stands = _doubted(stands, at)
    return stands


def _doubted(stands: SecretVersion, at: dt.datetime) -> SecretVersion:
    proof = Proof.REJECTED if stands.proof is Proof.REJECTED else Proof.UNPROVEN
    return replace(stands, proof=proof, doubts=stands.doubts + 1, doubted_at=max(at, stands.doubted_at or at))


def _proven(stands: SecretVersion, lease: Lease) -> SecretVersion:
    """A success clears the doubts from before it began. It says nothing of one that arose while it was under way, and
    never undoes a refusal."""
    is_doubted_since = stands.doubted_at is not None and stands.doubted_at > lease.taken_at
    if stands.proof is Proof.REJECTED or is_doubted_since:
        return stands
    return replace(stands, proof=Proof.PROVEN, doubts=0, doubted_at=None)


def _refused(row: PermitRow, stands: SecretVersion, holder: str, now: dt.datetime) -> PermitRow:
    if any(refusal.holder == holder for refusal in row.refusals):
        return row  # told twice, because the answer to the first time was lost
    row = replace(row, refusals=(*row.refusals, Refusal(holder, stands.id, now)))
    return _with(row, replace(stands, proof=Proof.REJECTED, refused_at=now))


def _without(stands: SecretVersion, holder: str) -> SecretVersion:
    return replace(stands, leases=tuple(lease for lease in stands.leases if lease.holder != holder))


def _find(row: PermitRow, version: str, now: dt.datetime) -> SecretVersion:
    """How the version stands; one never seen before is unproven."""
    return next((stands for stands in row.versions if stands.id == version), SecretVersion(version, now))


def _with(row: PermitRow, stands: SecretVersion) -> PermitRow:
    """The row with this version changed or added. The versions first seen longest ago are forgotten, but never while a
    login of theirs is under way."""
    versions = sorted(
        [*(other for other in row.versions if other.id != stands.id), stands],
        key=lambda version: (bool(version.leases), version.first_seen),
    )
    kept = sorted(versions[-VERSIONS_KEPT:], key=lambda version: version.first_seen)
    return replace(row, versions=tuple(kept))


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%H:%M} UTC on {moment.astimezone(dt.UTC):%Y-%m-%d}"
