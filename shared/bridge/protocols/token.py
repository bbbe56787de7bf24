"""The promise that ShipBob's consent is not lost and not fought over: one refresh of a token at a time.

A refresh token works once, and the next one comes in the answer to its use. So one function alone refreshes, under a
lease in this row, and stores what it was given before anybody uses it. The row speaks of one version of the secret; of
another version nothing is known yet, so that a person who connects again ends whatever stood in the way.

Relies on this: a run ends before its lease does.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from bridge.domain.outcome import Failure, Misconfigured, Refused, Transient
from bridge.protocols.grant import Grant
from bridge.protocols.waiting import FIRST_DELAYS

LEASE = dt.timedelta(seconds=150)  # the function is ended after 120 s
UNSAVED_LEASE = dt.timedelta(minutes=11)  # two schedules: time for the process that holds unsaved tokens to save them
REFRESH_BEFORE_END = dt.timedelta(minutes=15)
REFRESH_AFTER = dt.timedelta(days=6)  # a refresh token lives for 30 days
REFRESHES_APART = dt.timedelta(seconds=60)
ASKINGS_APART = dt.timedelta(seconds=60)
WARNING_BEFORE_END = dt.timedelta(minutes=10)
FRESH = dt.timedelta(hours=1)  # a token that ShipBob gave so lately should be taken by it
FRESH_REFUSED_MAX = 3  # within as long
SPENT_KEPT = 8
READS_LAG = dt.timedelta(minutes=10)  # Secrets Manager may show a change late: it calls itself eventually consistent
CONNECT = "run gp-shipbob connect shipbob"
NOT_ACCEPTED = f"ShipBob does not accept the token, or not for this: {CONNECT}"
FRESH_REFUSED = "ShipBob refuses tokens that it has just given: look whether the account is in order, and its scopes"


class Trouble(StrEnum):
    """What stands in the way of a good token."""

    AWAY = "away"  # ShipBob's authorization server does not answer, or with nothing that can be read
    APPLICATION = "application"  # it does not know the application
    REVOKED = "revoked"  # the consent is at an end
    REJECTED = "rejected"  # it gives tokens, and ShipBob's API does not take them, or not for everything
    REFUSED = "refused"  # ShipBob's API does not take the token, and nothing renews it


@dataclass(frozen=True, slots=True)
class Fault:
    """A trouble, since when, and why, in words for an operator. `is_told` once it has been counted for the alarm."""

    trouble: Trouble
    since: dt.datetime
    why: str
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """Somebody is replacing the row's version of the secret: a run by refreshing it, or a person by connecting."""

    holder: str
    until: dt.datetime
    is_person: bool = False


@dataclass(frozen=True, slots=True)
class TokenRow:
    """`version` is the row's own, 0 when it is not stored yet; `secret` is the version of the secret it speaks of.

    `is_unfinished`: a refresh was begun and nobody knows how it ended, so the refresh token may be used up.
    `refused_at`: when ShipBob's API first refused the token. `rejection`: that no refresh will help against it. `spent`
    are earlier versions, never to be refreshed again.
    """

    version: int = 0
    secret: str = ""
    lease: Lease | None = None
    is_unfinished: bool = False
    refused_at: dt.datetime | None = None
    asked_at: dt.datetime | None = None
    failures: int = 0
    next_try: dt.datetime | None = None
    fault: Fault | None = None
    rejection: Fault | None = None
    refusals: tuple[dt.datetime, ...] = ()
    spent: tuple[str, ...] = ()
    changed_at: dt.datetime | None = None
    connected_at: dt.datetime | None = None
    connected_by: str = ""

    def is_held(self, now: dt.datetime) -> bool:
        return self.lease is not None and self.lease.until > now


def is_stale(row: TokenRow, version: str, now: dt.datetime) -> bool:
    """Is this an old version, which the read shows because the newest is not visible everywhere yet?

    After a while it is believed: then a person has put the old version back.
    """
    return version in row.spent and row.changed_at is not None and now < row.changed_at + READS_LAG


def about(row: TokenRow, version: str, now: dt.datetime) -> TokenRow:
    """The row as it speaks of this version: the same, or the one after it where the version is news."""
    if row.secret == version:
        return row
    is_refreshed = row.is_unfinished or (row.lease is not None and not row.lease.is_person)
    return settled(row, version, now) if is_refreshed else _after(row, version, now)


def _after(row: TokenRow, version: str, now: dt.datetime) -> TokenRow:
    spent = (*(each for each in row.spent if each != version), *([row.secret] if row.secret else []))
    return TokenRow(version=row.version, secret=version, spent=spent[-SPENT_KEPT:], changed_at=now)


def why_refresh(row: TokenRow, grant: Grant, now: dt.datetime) -> str:
    """Why the row's version is to be refreshed now, in words for the log; "" where it is not."""
    is_fresh = grant.refreshed_at is not None and now < grant.refreshed_at + REFRESHES_APART
    if not grant.is_renewable or is_fresh or row.is_held(now) or _is_put_off(row, now):
        return ""
    if row.is_unfinished or (row.lease is not None and not row.lease.is_person):
        return "an earlier refresh was not finished"
    if row.refused_at is not None and row.rejection is None:
        return "ShipBob refused the token"
    if grant.expires_at is None or now > grant.expires_at - REFRESH_BEFORE_END:
        return "the token ends soon"
    is_old = grant.refreshed_at is not None and now > grant.refreshed_at + REFRESH_AFTER
    return "the last refresh was days ago" if is_old else ""


def _is_put_off(row: TokenRow, now: dt.datetime) -> bool:
    is_revoked = row.fault is not None and row.fault.trouble is Trouble.REVOKED
    return is_revoked or (row.next_try is not None and now < row.next_try)


def take(row: TokenRow, holder: str, now: dt.datetime, *, is_person: bool = False) -> TokenRow:
    """The row once `holder` is to replace the version, which nobody else does before the lease is over."""
    is_unfinished = row.is_unfinished or (row.lease is not None and not row.lease.is_person)
    return replace(row, lease=Lease(holder, now + LEASE, is_person), is_unfinished=is_unfinished)


def unsaved(row: TokenRow, now: dt.datetime) -> TokenRow:
    """The row while new tokens are in the holder's memory alone: nobody else tries until it has had its next run."""
    return replace(row, lease=Lease(row.lease.holder if row.lease else "", now + UNSAVED_LEASE))


def settled(row: TokenRow, version: str, now: dt.datetime) -> TokenRow:
    """The row after a refresh whose tokens are stored as `version`.

    That fresh tokens were refused is forgotten once one of them has been used to its end.
    """
    return replace(
        _after(row, version, now),
        refusals=row.refusals,
        rejection=row.rejection if row.refused_at is not None else None,
        connected_at=row.connected_at,
        connected_by=row.connected_by,
    )


def connected(row: TokenRow, version: str, by: str, now: dt.datetime) -> TokenRow:
    """The row after a person has put `version` into the secret."""
    return replace(_after(row, version, now), connected_at=now, connected_by=by)


def failed(row: TokenRow, failure: Failure, now: dt.datetime) -> TokenRow:
    """The row after a refresh that gave no tokens."""
    match failure:
        case Refused():
            return replace(row, lease=None, fault=_fault(row, Trouble.REVOKED, _why_revoked(row, failure), now))
        case Misconfigured():
            return _put_off(row, Trouble.APPLICATION, str(failure), now)
        case _:
            after = failure.after if isinstance(failure, Transient) else dt.timedelta()
            return _put_off(row, Trouble.AWAY, str(failure), now, after)


def _why_revoked(row: TokenRow, refusal: Refused) -> str:
    lost = "a refresh's answer was lost, and its refresh token works only once"
    return lost if row.is_unfinished else refusal.reason


def _put_off(
    row: TokenRow, trouble: Trouble, why: str, now: dt.datetime, after: dt.timedelta = dt.timedelta()
) -> TokenRow:
    pause = FIRST_DELAYS[min(row.failures, len(FIRST_DELAYS) - 1)]
    return replace(
        row,
        lease=None,
        failures=row.failures + 1,
        next_try=now + max(pause, min(after, FIRST_DELAYS[-1])),
        fault=_fault(row, trouble, why, now),
    )


def _fault(row: TokenRow, trouble: Trouble, why: str, now: dt.datetime) -> Fault:
    before = row.fault
    is_same = before is not None and before.trouble is trouble
    return replace(before, why=why) if before is not None and is_same else Fault(trouble, now, why)


def needs_person(row: TokenRow, grant: Grant, now: dt.datetime) -> Fault | None:
    """What a person is to be told of. An authorization server that is away only when the token ends soon."""
    fault = row.fault
    is_away = fault is not None and fault.trouble is Trouble.AWAY
    if fault is None or (is_away and not grant.ends_by(now + WARNING_BEFORE_END)):
        return rejected(row)
    return fault


def told(row: TokenRow, fault: Fault) -> TokenRow:
    """The row once the fault has been counted."""
    known = replace(fault, is_told=True)
    return replace(row, rejection=known) if fault == row.rejection else replace(row, fault=known)


def refuse(row: TokenRow, grant: Grant, now: dt.datetime) -> TokenRow:
    """The row after ShipBob's API refused the token to a worker. A token that is being replaced needs no word."""
    if row.refused_at is not None or row.is_held(now):
        return ask(row, grant, now)
    row = replace(row, refused_at=now)
    if not grant.is_renewable:
        return replace(row, rejection=Fault(Trouble.REFUSED, now, NOT_ACCEPTED))
    if grant.refreshed_at is not None and now < grant.refreshed_at + FRESH:
        row = _with_refusal(row, now)
    return ask(row, grant, now)


def accepted(row: TokenRow) -> TokenRow:
    """The row once ShipBob's API has taken the token that it refused before."""
    return replace(row, refused_at=None, rejection=None)


def _with_refusal(row: TokenRow, now: dt.datetime) -> TokenRow:
    refusals = (*(at for at in row.refusals if at > now - FRESH), now)
    if len(refusals) < FRESH_REFUSED_MAX or row.rejection is not None:
        return replace(row, refusals=refusals)
    return replace(row, refusals=refusals, rejection=Fault(Trouble.REJECTED, now, FRESH_REFUSED))


def ask(row: TokenRow, grant: Grant, now: dt.datetime) -> TokenRow:
    """The row after a worker that asks for another token; the same where that is under way, put off or in vain."""
    is_asked = row.asked_at is not None and now < row.asked_at + ASKINGS_APART
    is_rejected = rejected(row) is not None
    if not grant.is_renewable or is_asked or is_rejected or row.is_held(now) or _is_put_off(row, now):
        return row
    return replace(row, asked_at=now)


def obstacle(row: TokenRow, grant: Grant, now: dt.datetime) -> str:
    """Why there will be no token to use until a person has acted; "" where there is one or soon will be.

    A token that ShipBob has not refused and that has not ended is used whatever became of the consent. One that nothing
    better can replace is used though it was refused: that may have been for one kind of call alone.
    """
    if not grant.is_renewable:
        return f"the token has ended, and it cannot be renewed: {CONNECT}" if grant.ends_by(now) else ""
    if row.refused_at is None and not grant.ends_by(now):
        return ""
    if row.fault is not None and row.fault.trouble is Trouble.REVOKED:
        return f"ShipBob no longer accepts the bridge: {CONNECT}"
    if row.fault is not None and row.fault.trouble is Trouble.APPLICATION:
        return f"{row.fault.why}: {CONNECT}"
    return ""


def objection(row: TokenRow, grant: Grant, now: dt.datetime) -> str:
    """Why the call that ShipBob refused fails until a person has acted; "" where another token is to be tried."""
    fault = rejected(row)
    return obstacle(row, grant, now) or (fault.why if fault else "")


def rejected(row: TokenRow) -> Fault | None:
    """What no refresh helps against, while ShipBob refuses the present token too."""
    return row.rejection if row.refused_at is not None else None
