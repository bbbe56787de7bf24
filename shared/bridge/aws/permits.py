"""The permits in the State table: one row for each Windows account, every write on condition that it is as it was read.

Keys: `permit`/`wingtip\\svc-bridge`, so that an operator sees every account of the stack without reading its secret.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import put_at, translated
from bridge.domain.outcome import Failure, RowMoved, Transient
from bridge.protocols import permit
from bridge.protocols.permit import (
    Clearing,
    Denied,
    Lease,
    LoginResult,
    PermitRow,
    Proof,
    Refusal,
    SecretVersion,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PK = "permit"
SCHEMA = 1  # a row written by newer code than this is not touched: no login, rather than one too many
TRIES = 25  # each lost try is somebody else's write, and only few may write: those with a login under way

logger = logging.getLogger(__name__)


class Permits:
    """Permits, in DynamoDB. `now` is read after the row, try by try."""

    def __init__(self, client: DynamoDBClient, table: str, now: Callable[[], dt.datetime]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def login(self, username: str, version: str, holder: str) -> LoginPermitOfAccount:
        """The permit for one connection. `holder` is unique to it; `version` is the secret's."""
        return LoginPermitOfAccount(self, permit.account_of(username), version, holder)

    def show(self) -> Sequence[PermitRow]:
        """Every account that ever asked, by its name."""
        with translated("DynamoDB"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": PK}},
                ConsistentRead=True,
            )
        return [_row(item) for item in answer["Items"]]

    def clear(self, account: str, by: str, why: str) -> PermitRow:
        """Allow logins again; the row as it stands then."""
        cleared = self.change(permit.account_of(account), lambda row, now: permit.clear(row, by, why, now))
        logger.warning("the permit for the Windows login was cleared by %s: %s", by, why)
        return cleared

    def change[D](self, account: str, step: Callable[[PermitRow, dt.datetime], PermitRow | D]) -> PermitRow | D:
        """Read, judge, and store; all again where somebody else has written meanwhile. What is no row is not stored."""
        for _ in range(TRIES):
            row = self._read(account)
            answer = step(row, self._now())
            if not isinstance(answer, PermitRow) or answer == row:
                return answer
            try:
                return self._save(answer)
            except RowMoved:
                continue
        raise Transient("the permit for the Windows login is being written by too many at once")

    def _read(self, account: str) -> PermitRow:
        with translated("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(account), ConsistentRead=True)
        return _row(answer["Item"]) if "Item" in answer else PermitRow(account)

    def _save(self, row: PermitRow) -> PermitRow:
        saved = replace(row, version=row.version + 1)
        put_at(self._client, self._table, _item(saved), row.version)
        return saved


class LoginPermitOfAccount:
    """A `LoginPermit`. Each login it takes has a name of its own: the holder's, numbered."""

    def __init__(self, permits: Permits, account: str, version: str, holder: str) -> None:
        self._permits = permits
        self._account = account
        self._version = version
        self._holder = holder
        self._logins = 0
        self._untold: tuple[str, LoginResult] | None = None

    def take(self) -> Denied | None:
        """Ask before a handshake. What could not be told before is told first, and no login begins until it is."""
        self._tell()
        self._logins += 1
        # Should the answer be lost, no login follows from it.
        self._untold = (self._login, LoginResult.UNUSED)
        answer = self._permits.change(self._account, lambda row, now: permit.ask(row, self._version, self._login, now))
        self._untold = None
        return answer if isinstance(answer, Denied) else None

    def give_back(self, result: LoginResult) -> None:
        """Tell what became of the login; kept for the next `take` where the table is out of reach."""
        self._untold = (self._login, result)
        if result is LoginResult.REFUSED:
            logger.error("the Windows login was refused; nobody tries this version of the GP secret again")
        try:
            self._tell()
        except Failure as failure:
            logger.warning("a login's result could not be stored: %s", failure, extra={"result": str(result)})

    @property
    def _login(self) -> str:
        return f"{self._holder}-{self._logins}"

    def _tell(self) -> None:
        if self._untold is None:
            return
        login, result = self._untold
        self._permits.change(self._account, lambda row, now: permit.give_back(row, self._version, login, result, now))
        self._untold = None


def _key(account: str) -> dict[str, Any]:
    return {"pk": {"S": PK}, "sk": {"S": account}}


def _item(row: PermitRow) -> dict[str, Any]:
    fields = asdict(row)
    del fields["account"], fields["version"]
    return _key(row.account) | {
        "version": {"N": str(row.version)},
        "schema": {"N": str(SCHEMA)},
        "permit": {"S": json.dumps(fields, default=dt.datetime.isoformat)},
    }


def _row(item: Mapping[str, Any]) -> PermitRow:
    if int(item["schema"]["N"]) > SCHEMA:
        raise Transient("newer code wrote the permit for the Windows login; logins wait for that code")
    fields = json.loads(item["permit"]["S"])
    return PermitRow(
        account=item["sk"]["S"],
        version=int(item["version"]["N"]),
        versions=tuple(map(_secret_version, fields["versions"])),
        refusals=tuple(Refusal(**_timed(refusal)) for refusal in fields["refusals"]),
        clearings=tuple(Clearing(**_timed(clearing)) for clearing in fields["clearings"]),
    )


def _secret_version(fields: Mapping[str, Any]) -> SecretVersion:
    leases = tuple(Lease(**_timed(lease)) for lease in fields["leases"])
    return SecretVersion(**_timed(fields) | {"proof": Proof(fields["proof"]), "leases": leases})


MOMENTS = frozenset({"at", "until", "taken_at", "first_seen", "doubted_at", "refused_at"})


def _timed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with what is a moment read as one."""
    return {
        name: dt.datetime.fromisoformat(value) if name in MOMENTS and value else value for name, value in fields.items()
    }
