"""The webhook subscriptions in the State table, every write on condition that the row is as it was read.

Keys: `connection`/`webhooks` for what is wanted, and `connection`/`subscription#orders` for each family of topics.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import put_at, translated
from bridge.domain.outcome import Transient
from bridge.protocols.registration import Registration
from bridge.protocols.subscription import Listing, Made, Mark, Refusal, SubscriptionRow

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PK = "connection"
REGISTRATION = "webhooks"
FAMILY = "subscription#"
SCHEMA = 1  # rows written by newer code than this are left to it


class SubscriptionRows:
    """What is wanted of the webhooks, and what is ours at ShipBob, in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def registration(self) -> Registration:
        """That webhooks are wanted, and where; unstored where nobody ever asked."""
        with translated("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(REGISTRATION), ConsistentRead=True)
        if "Item" not in answer:
            return Registration()
        return Registration(**_timed(_fields(answer["Item"])), version=_version(answer["Item"]))

    def save_registration(self, registration: Registration) -> Registration:
        """Store it if it is still at the version read; give it back with its new version."""
        saved = replace(registration, version=registration.version + 1)
        self._put(REGISTRATION, registration.version, asdict(saved))
        return saved

    def rows(self) -> Sequence[SubscriptionRow]:
        """A row for each family that ever had one, by its name."""
        with translated("DynamoDB"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :family)",
                ExpressionAttributeValues={":pk": {"S": PK}, ":family": {"S": FAMILY}},
                ConsistentRead=True,
            )
        return [_row(item) for item in answer["Items"]]

    def save(self, row: SubscriptionRow) -> SubscriptionRow:
        """Store the row if it is still at the version read; give it back with its new version."""
        saved = replace(row, version=row.version + 1)
        fields = asdict(saved)
        del fields["family"]
        self._put(FAMILY + row.family, row.version, fields)
        return saved

    def _put(self, sk: str, version_read: int, fields: dict[str, Any]) -> None:
        version = fields.pop("version")
        item = _key(sk) | {
            "version": {"N": str(version)},
            "schema": {"N": str(SCHEMA)},
            "row": {"S": json.dumps(fields, default=dt.datetime.isoformat)},
        }
        put_at(self._client, self._table, item, version_read)


def _key(sk: str) -> dict[str, Any]:
    return {"pk": {"S": PK}, "sk": {"S": sk}}


def _version(item: Mapping[str, Any]) -> int:
    return int(item["version"]["N"])


def _fields(item: Mapping[str, Any]) -> dict[str, Any]:
    if int(item["schema"]["N"]) > SCHEMA:
        raise Transient("newer code wrote what is known of the webhooks; they wait for that code")
    fields: dict[str, Any] = json.loads(item["row"]["S"])
    return fields


def _row(item: Mapping[str, Any]) -> SubscriptionRow:
    fields = _timed(_fields(item))
    return SubscriptionRow(
        family=item["sk"]["S"].removeprefix(FAMILY),
        version=_version(item),
        marks=tuple(Mark(**mark) for mark in fields["marks"]),
        present=Made(**_read(fields["present"])) if fields["present"] else None,
        leaving=tuple(fields["leaving"]),
        leaving_with=tuple(fields["leaving_with"]),
        refusals=tuple(Refusal(**_read(refusal)) for refusal in fields["refusals"]),
        removed_at=fields["removed_at"],
        differed_at=fields["differed_at"],
        differed_as=Listing(**_read(fields["differed_as"])) if fields["differed_as"] else None,
    )


def _read(fields: Mapping[str, Any]) -> dict[str, Any]:
    return _timed(fields) | {"topics": tuple(fields["topics"])}


MOMENTS = frozenset(
    {"asked_at", "look_at", "looked_at", "held_until", "rotated_at", "made_at", "at", "removed_at", "differed_at"}
)


def _timed(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with what is a moment read as one."""
    return {
        name: dt.datetime.fromisoformat(value) if name in MOMENTS and value else value for name, value in fields.items()
    }
