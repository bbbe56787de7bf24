"""The token that ShipBob's API is called with, as every worker has it: read, used, and when it is refused, asked for.

Workers never refresh. Of any number whose token is refused at once, one wakes the function that does; all wait.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bridge.domain.connection import Secret
from bridge.domain.outcome import Failure, Misconfigured, RowMoved, Transient
from bridge.ports import Bell, StoredSecret, TokenRows
from bridge.protocols.grant import Grant
from bridge.protocols.token import CONNECT, TokenRow, about, ask, is_stale, objection, obstacle, refuse

AGAIN_AFTER = dt.timedelta(seconds=30)  # a refresh takes seconds
LOOKED_FOR = dt.timedelta(minutes=5)

type Change = Callable[[TokenRow, Grant, dt.datetime], TokenRow]
type Why = Callable[[TokenRow, Grant, dt.datetime], str]


class Bearing:
    """Hands out the token. `refused` is told where ShipBob did not take it, and gives a newer one if there is one."""

    def __init__(self, secret: StoredSecret, rows: TokenRows, bell: Bell, now: Callable[[], dt.datetime]) -> None:
        self._secret = secret
        self._rows = rows
        self._bell = bell
        self._now = now
        self._looked: tuple[dt.datetime, TokenRow] | None = None

    def token(self) -> str:
        """The token to call with. `Transient` while none is good, `Misconfigured` until a person has acted."""
        secret = self._secret.current()
        grant = _usable(secret)
        if self._is_good(grant, secret.version):
            return grant.access_token
        newest = self._secret.afresh()
        if newest.version != secret.version and not _usable(newest).ends_by(self._now()):
            return _usable(newest).access_token
        raise self._amiss(newest, ask, obstacle)

    def refused(self, token: str) -> str:
        """Another token in place of one that ShipBob answered 401 to; raises as `token` does."""
        newest = self._secret.afresh()
        if _usable(newest).access_token != token:
            return self.token()
        raise self._amiss(newest, refuse, objection)

    def _is_good(self, grant: Grant, version: str) -> bool:
        """Is there no reason to look closer? A PAT has none before ShipBob refuses it."""
        now = self._now()
        if not grant.is_renewable:
            return not grant.ends_by(now)
        if self._looked is None or now - self._looked[0] > LOOKED_FOR:
            self._looked = (now, self._rows.row())
        row = self._looked[1]
        known = row if row.secret == version else TokenRow()
        return not grant.ends_by(now) and not obstacle(known, grant, now)

    def _amiss(self, secret: Secret, change: Change, why_not: Why) -> Failure:
        """Say in the row what is amiss, and wake the function that refreshes if nobody has: what to raise then."""
        self._looked = None  # what is wrong is read anew each time, and so seen to be right again
        grant, now = _usable(secret), self._now()
        stored = self._rows.row()
        if is_stale(stored, secret.version, now):
            return Transient("ShipBob's new token is not visible everywhere yet", AGAIN_AFTER)
        row = about(stored, secret.version, now)
        changed = change(row, grant, now)
        if changed != row:
            self._tell(changed, is_asking=changed.asked_at != row.asked_at)
        if why := why_not(changed, grant, now):
            return Misconfigured(why)
        cause = f": {changed.fault.why}" if changed.fault else ""
        return Transient(f"ShipBob's token is being refreshed{cause}", AGAIN_AFTER)

    def _tell(self, row: TokenRow, *, is_asking: bool) -> None:
        try:
            self._rows.save(row)
        except RowMoved:
            return  # somebody else has told, or the refresh has begun
        if is_asking:
            self._bell.ring()


def _usable(secret: Secret) -> Grant:
    grant = Grant.from_json(secret.text)
    if not grant.is_usable:
        raise Misconfigured(f"the ShipBob secret holds no usable token: {CONNECT}")
    return grant
