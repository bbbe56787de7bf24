"""The one row that says how ShipBob's token stands, written on condition that it is as it was read.

Keys: `connection`/`shipbob-token`. It holds no token: those are in the secret alone.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import put_at, translated
from bridge.domain.outcome import Transient
from bridge.protocols.token import Fault, Lease, TokenRow, Trouble

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY: Mapping[str, Any] = {"pk": {"S": "connection"}, "sk": {"S": "shipbob-token"}}
SCHEMA = 1  # a row written by newer code than this is not touched: no refresh, rather than one too many
MOMENTS = ("refused_at", "asked_at", "next_try", "changed_at", "connected_at")


class TokenRows:
    """TokenRows, in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def row(self) -> TokenRow:
        """The row as stored, or a new one that is not stored yet."""
        with translated("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=KEY, ConsistentRead=True)
        return _row(answer["Item"]) if "Item" in answer else TokenRow()

    def save(self, row: TokenRow) -> TokenRow:
        """Store the row if it is still at the version read; give it back with its new version."""
        saved = replace(row, version=row.version + 1)
        put_at(self._client, self._table, _item(saved), row.version)
        return saved


def _item(row: TokenRow) -> dict[str, Any]:
    fields = asdict(row)
    del fields["version"]
    return {
        **KEY,
        "version": {"N": str(row.version)},
        "schema": {"N": str(SCHEMA)},
        "token": {"S": json.dumps(fields, default=dt.datetime.isoformat)},
    }


def _row(item: Mapping[str, Any]) -> TokenRow:
    if int(item["schema"]["N"]) > SCHEMA:
        raise Transient("newer code wrote how the ShipBob token stands; it waits for that code")
    fields = json.loads(item["token"]["S"])
    read = {
        **{name: _moment(fields[name]) for name in MOMENTS},
        **{name: _fault(fields[name]) for name in ("fault", "rejection")},
        "lease": _lease(fields["lease"]),
        "refusals": tuple(map(dt.datetime.fromisoformat, fields["refusals"])),
        "spent": tuple(fields["spent"]),
    }
    return TokenRow(**{**fields, **read, "version": int(item["version"]["N"])})


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _lease(fields: Mapping[str, Any] | None) -> Lease | None:
    return Lease(**{**fields, "until": dt.datetime.fromisoformat(fields["until"])}) if fields else None


def _fault(fields: Mapping[str, Any] | None) -> Fault | None:
    if not fields:
        return None
    read = {"trouble": Trouble(fields["trouble"]), "since": dt.datetime.fromisoformat(fields["since"])}
    return Fault(**{**fields, **read})
