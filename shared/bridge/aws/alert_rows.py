"""What people were told of each cause, in the State table, every write on condition that the row is as it was read.

Keys: `alerts`/the digest of the cause, which may be a sentence.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import items_under, put_at, translated
from bridge.protocols.alerts import AlertRow

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PK = "alerts"
SCHEMA = 1  # rows written by newer code than this are left to it
MOMENTS = ("gone_since", "telling_until")


class AlertRows:
    """AlertRows, in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def rows(self) -> Sequence[AlertRow]:
        """Every cause that people were told of lately."""
        items = items_under(self._client, self._table, PK)
        return [_row(item) for item in items if int(item["schema"]["N"]) <= SCHEMA]

    def save(self, row: AlertRow) -> AlertRow:
        """Store the row if it is still at the version read; give it back with its new version."""
        saved = replace(row, version=row.version + 1)
        put_at(self._client, self._table, _item(saved), row.version)
        return saved

    def forget(self, row: AlertRow) -> None:
        """Remove the row if it is still at the version read."""
        with translated("DynamoDB"):
            self._client.delete_item(
                TableName=self._table,
                Key=_key(row.cause),
                ConditionExpression="attribute_not_exists(pk) OR #version = :read",
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":read": {"N": str(row.version)}},
            )


def _key(cause: str) -> dict[str, Any]:
    return {"pk": {"S": PK}, "sk": {"S": hashlib.sha256(cause.encode()).hexdigest()}}


def _item(row: AlertRow) -> dict[str, Any]:
    fields = asdict(row)
    del fields["version"]
    return {
        **_key(row.cause),
        "version": {"N": str(row.version)},
        "schema": {"N": str(SCHEMA)},
        "row": {"S": json.dumps(fields, default=_text)},
    }


def _text(value: dt.date) -> str:
    return value.isoformat()


def _row(item: Mapping[str, Any]) -> AlertRow:
    fields = json.loads(item["row"]["S"])
    read: dict[str, Any] = {name: _moment(fields[name]) for name in MOMENTS}
    read["told_on"] = dt.date.fromisoformat(fields["told_on"]) if fields["told_on"] else None
    return AlertRow(**{**fields, **read, "version": int(item["version"]["N"])})


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None
