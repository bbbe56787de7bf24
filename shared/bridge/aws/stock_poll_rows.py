"""What the poll of GP's stock keeps in the State table: `poll`/`gp-stock`, saved on condition of the version read."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import put_at, translated
from bridge.domain.outcome import Transient
from bridge.protocols.surge import SCHEMA, Decision, StockPoll, Surge

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEY: dict[str, Any] = {"pk": {"S": "poll"}, "sk": {"S": "gp-stock"}}


class StockPollRows:
    """The row, in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def row(self) -> StockPoll:
        """As it is now, or a new one that is not stored yet."""
        with translated("DynamoDB"):
            item = self._client.get_item(TableName=self._table, Key=KEY, ConsistentRead=True).get("Item")
        if item is None:
            return StockPoll()
        if int(item["schema"]["N"]) > SCHEMA:
            raise Transient("newer code wrote the row of GP's stock poll; it waits for that code")
        fields = json.loads(item["row"]["S"])
        return StockPoll(
            version=int(item["version"]["N"]),
            timed=tuple(fields["timed"]),
            surge=_surge(fields["surge"]) if fields["surge"] else None,
            decision=_decision(fields["decision"]) if fields["decision"] else None,
        )

    def save(self, row: StockPoll) -> StockPoll:
        """Store it if it is still at the version read; give it back with its new version."""
        saved = replace(row, version=row.version + 1)
        fields = asdict(saved)
        del fields["version"]
        item = {
            **KEY,
            "version": {"N": str(saved.version)},
            "schema": {"N": str(SCHEMA)},
            "row": {"S": json.dumps(fields, default=_text)},
        }
        put_at(self._client, self._table, item, row.version)
        return saved


def _surge(fields: dict[str, Any]) -> Surge:
    since, oldest = dt.datetime.fromisoformat(fields["since"]), dt.date.fromisoformat(fields["oldest"])
    return Surge(since, fields["documents"], oldest, fields["why"], tuple(fields["some"]))


def _decision(fields: dict[str, Any]) -> Decision:
    return Decision(**fields | {"at": dt.datetime.fromisoformat(fields["at"])})


def _text(moment: dt.date) -> str:
    return moment.isoformat()
