"""The expected corrections in the State table, every write on condition that the row is as it was read.

Keys: `expected#ITEM#SITE`/the id, item and site written so that they hold no `#`.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from bridge.aws.calls import items_under, items_where, put_at
from bridge.domain.correction import ExpectedCorrection
from bridge.domain.document import DocumentId
from bridge.domain.outcome import Transient

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PREFIX = "expected#"
SCHEMA = 2  # rows written by newer code than this are left to it


class ExpectedRows:
    """What ShipBob is expected to correct, in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str, now: Callable[[], dt.datetime]) -> None:
        self._client = client
        self._table = table
        self._now = now

    def open(self, item: str, site: str) -> Sequence[ExpectedCorrection]:
        """Those of an item at a site by their ids, but for what expired unanswered before all that events tell of."""
        now = self._now()
        found = map(_expected, items_under(self._client, self._table, _pk(item, site)))
        return [expected for expected in found if expected.is_kept(now)]

    def all(self) -> Sequence[ExpectedCorrection]:
        """Every one that is kept, by document and id: a scan of the table."""
        now = self._now()
        found = map(_expected, items_where(self._client, self._table, "begins_with(pk, :pk)", {":pk": {"S": PREFIX}}))
        kept = (expected for expected in found if expected.is_kept(now))
        return sorted(kept, key=lambda expected: (str(expected.document), expected.id))

    def save(self, expected: ExpectedCorrection) -> ExpectedCorrection:
        """Store it if it is still at the version read; give it back with its new version."""
        saved = replace(expected, version=expected.version + 1)
        fields = asdict(saved) | {"document": str(saved.document)}
        del fields["id"], fields["version"]
        item = {
            "pk": {"S": _pk(saved.item, saved.site)},
            "sk": {"S": saved.id},
            "version": {"N": str(saved.version)},
            "schema": {"N": str(SCHEMA)},
            "row": {"S": json.dumps(fields, default=_text)},
        }
        put_at(self._client, self._table, item, expected.version)
        return saved


def _pk(item: str, site: str) -> str:
    return f"{PREFIX}{quote(item, safe='')}#{quote(site, safe='')}"


def _text(value: dt.datetime | Decimal) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)


def _expected(item: Mapping[str, Any]) -> ExpectedCorrection:
    if int(item["schema"]["N"]) > SCHEMA:
        raise Transient("newer code wrote what ShipBob is expected to correct; it waits for that code")
    fields = json.loads(item["row"]["S"])
    return ExpectedCorrection(
        id=item["sk"]["S"],
        version=int(item["version"]["N"]),
        item=fields["item"],
        site=fields["site"],
        lot=fields["lot"],
        quantity=Decimal(fields["quantity"]),
        expires_at=dt.datetime.fromisoformat(fields["expires_at"]),
        document=DocumentId.parse(fields["document"]),
        taken=tuple((event, Decimal(quantity)) for event, quantity in fields["taken"]),
        withdrawn_at=dt.datetime.fromisoformat(text) if (text := fields.get("withdrawn_at")) else None,
    )
