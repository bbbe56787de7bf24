"""The State table: ledger, aliases, mappings and cursors, every write on condition that nobody wrote since the read.

Keys: `document#order/1`/`ledger`, `alias#1042`/`order/1`, `mapping#sku`/`WIDGET-RED`,
`mapped#sku#WID-RED-01`/`WIDGET-RED`, `cursor#NAME`/`cursor`, `batch#SBD`/`batch`.
A mapping that was taken away is there with an empty value.
Two sparse indexes: `due` (with `due_at`) is on rows that are to be looked at again, which drafts that are done are too:
it is `yes`, or the gate that the row stands before;
`open` (the status) is on unfinished rows.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched, islice
from typing import TYPE_CHECKING, Any

from bridge.aws import batch_items, cursors
from bridge.aws.calls import put_at, translated
from bridge.aws.ledger_items import fields_of, is_of_this_code, moment_text, row_of
from bridge.domain.document import DocumentId
from bridge.domain.gate import Gate
from bridge.domain.mapped import name_in_gp
from bridge.domain.outcome import MappingKey, MappingKind
from bridge.protocols.batches import Batch
from bridge.protocols.cursor import Cursor
from bridge.protocols.ledger import SCHEMA, Drafts, LedgerRow, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef as Value

KEYS_IN_A_READ = 100  # BatchGetItem's own limit
DUE_INDEX = "by_due"
OPEN_INDEX = "by_status"

type Item = dict[str, Value]


class Rows:
    """State, in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def row(self, document: DocumentId) -> LedgerRow:
        """The ledger's row, or a new one that is not stored yet."""
        item = self._get(f"document#{document}", "ledger")
        if item is None:
            return LedgerRow(document)
        if not is_of_this_code(item):
            return LedgerRow(document, version=int(item["version"]["N"]), schema=int(item["schema"]["N"]))
        return row_of(item)

    def save(self, row: LedgerRow) -> LedgerRow:
        """Store the row if it is still at the version read; give it back with its new version."""
        saved = dataclasses.replace(row, version=row.version + 1, schema=SCHEMA)
        self._put(_key(f"document#{row.document}", "ledger") | fields_of(saved), row.version)
        return saved

    def due(self, now: dt.datetime, limit: int) -> Sequence[LedgerRow]:
        """Rows whose time has come, oldest first. Those that stand before a gate are apart."""
        return self._due("yes", now, limit)

    def at_gate(self, gate: Gate, limit: int) -> Sequence[LedgerRow]:
        """Rows that stand before the gate, in order of age."""
        return self._due(gate, dt.datetime.max.replace(tzinfo=dt.UTC), limit)

    def _due(self, partition: str, until: dt.datetime, limit: int) -> Sequence[LedgerRow]:
        pages = self._query(
            IndexName=DUE_INDEX,
            KeyConditionExpression="#due = :partition AND due_at <= :until",
            ExpressionAttributeNames={"#due": "due"},
            ExpressionAttributeValues={":partition": {"S": partition}, ":until": {"S": moment_text(until)}},
            Limit=limit,
        )
        return [row_of(item) for item in islice(filter(is_of_this_code, pages), limit)]

    def drafts(self, place: str, limit: int) -> Drafts:
        """Orders that stand in GP as drafts: so many of the due index are looked at, from a place on."""
        answer = self._call(
            "query",
            IndexName=DUE_INDEX,
            KeyConditionExpression="#due = :yes",
            ExpressionAttributeNames={"#due": "due"},
            ExpressionAttributeValues={":yes": {"S": "yes"}},
            Limit=limit,
            **({"ExclusiveStartKey": json.loads(place)} if place else {}),
        )
        rows = (row_of(item) for item in answer["Items"] if is_of_this_code(item))
        after = answer.get("LastEvaluatedKey")
        return Drafts(tuple(row for row in rows if row.is_draft), json.dumps(after) if after else "")

    def in_review(self) -> Iterator[LedgerRow]:
        """Every row that waits for a person."""
        return self.with_status(Status.REVIEW)

    def with_status(self, status: Status) -> Iterator[LedgerRow]:
        """The rows of an unfinished status, the first due first."""
        pages = self._query(
            IndexName=OPEN_INDEX,
            KeyConditionExpression="#open = :status",
            ExpressionAttributeNames={"#open": "open"},
            ExpressionAttributeValues={":status": {"S": status}},
        )
        return map(row_of, filter(is_of_this_code, pages))

    def ledger(self) -> Iterator[LedgerRow]:
        """Every row, in no particular order: a scan of the table."""
        pages = self._pages(
            "scan",
            FilterExpression="begins_with(pk, :document) AND sk = :ledger",
            ExpressionAttributeValues={":document": {"S": "document#"}, ":ledger": {"S": "ledger"}},
        )
        return map(row_of, filter(is_of_this_code, pages))

    def mappings(self, keys: Iterable[MappingKey]) -> Mapping[MappingKey, str]:
        """The values of those keys that are mapped, as of now."""
        found: dict[MappingKey, str] = {}
        # DynamoDB refuses the whole question where a key is in it twice, or has no name.
        for group in batched(sorted({key for key in keys if key.key}), KEYS_IN_A_READ):
            wanted: list[Item] = [_mapping_key(key) for key in group]
            for item in self._read_all(wanted):
                key = MappingKey.parse(item["pk"]["S"].removeprefix("mapping#") + "/" + item["sk"]["S"])
                found[key] = item["value"]["S"]
        return {key: value for key, value in found.items() if value}

    def map(self, key: MappingKey, value: str, by: str) -> None:
        """Add or change a mapping. Beside it stands where it is found by its value: first, so that none is missed."""
        self._call("put_item", Item=_key(f"mapped#{key.kind}#{name_in_gp(key.kind, value)}", key.key))
        self._call("put_item", Item=_mapping_key(key) | {"value": {"S": value}, "by": {"S": by}})

    def unmap(self, key: MappingKey, by: str) -> None:
        """Take a mapping away. Its row stays, empty, and says who did that."""
        if self.mappings([key]):
            self._call("put_item", Item=_mapping_key(key) | {"value": {"S": ""}, "by": {"S": by}})

    def mapped_in(self, kind: MappingKind) -> Mapping[MappingKey, str]:
        """Every key of a kind that is mapped, with its value, in the keys' order."""
        items = self._query(
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": f"mapping#{kind}"}},
            ConsistentRead=True,
        )
        found = {MappingKey(kind, item["sk"]["S"]): item["value"]["S"] for item in items}
        return {key: found[key] for key in sorted(found) if found[key]}

    def mapped_to(self, kind: MappingKind, name: str) -> Sequence[MappingKey]:
        """The keys of a kind that are of that name in GP now, in their order. One changed since is left out."""
        items = self._query(
            KeyConditionExpression="pk = :pk", ExpressionAttributeValues={":pk": {"S": f"mapped#{kind}#{name}"}}
        )
        keys = [MappingKey(kind, item["sk"]["S"]) for item in items]
        return sorted(key for key, present in self.mappings(keys).items() if name_in_gp(kind, present) == name)

    def remember_aliases(self, document: DocumentId, aliases: Iterable[str]) -> None:
        """Make the document findable by any number a person might type. Written twice, they are the same."""
        for alias in {_alias(text) for text in aliases if text.strip()}:
            self._call("put_item", Item=_key(f"alias#{alias}", str(document)))

    def find(self, alias: str) -> Sequence[DocumentId]:
        """The documents that carry that number, whatever kind of number it is."""
        items = self._query(
            KeyConditionExpression="pk = :alias", ExpressionAttributeValues={":alias": {"S": f"alias#{_alias(alias)}"}}
        )
        return [DocumentId.parse(item["sk"]["S"]) for item in items]

    def cursor(self, name: str) -> Cursor | None:
        """How far a poll has come; None where it never began."""
        item = self._get(f"cursor#{name}", "cursor")
        return cursors.cursor_of(name, item) if item else None

    def save_cursor(self, cursor: Cursor) -> Cursor:
        """Store the cursor if it is still at the version read; give it back with its new version."""
        saved = dataclasses.replace(cursor, version=cursor.version + 1)
        self._put(_key(f"cursor#{cursor.name}", "cursor") | cursors.fields_of(saved), cursor.version)
        return saved

    def batch(self, family: str) -> Batch:
        """The batch of a family that is being filled; unstored where none has begun."""
        item = self._get(f"batch#{family}", "batch")
        return batch_items.batch_of(family, item) if item else Batch(family)

    def save_batch(self, batch: Batch) -> Batch:
        """Store the batch if it is still at the version read; give it back with its new version."""
        saved = dataclasses.replace(batch, version=batch.version + 1)
        self._put(_key(f"batch#{batch.family}", "batch") | batch_items.fields_of(saved), batch.version)
        return saved

    def _get(self, pk: str, sk: str) -> Item | None:
        item: Item | None = self._call("get_item", Key=_key(pk, sk), ConsistentRead=True).get("Item")
        return item

    def _read_all(self, keys: list[Item]) -> Iterator[Item]:
        while keys:
            answer = self._client_call(
                "batch_get_item", RequestItems={self._table: {"Keys": keys, "ConsistentRead": True}}
            )
            yield from answer["Responses"].get(self._table, [])
            keys = answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])

    def _put(self, item: Item, version_read: int) -> None:
        put_at(self._client, self._table, item, version_read)

    def _query(self, **query: Any) -> Iterator[Item]:
        return self._pages("query", **query)

    def _pages(self, operation: str, **asked: Any) -> Iterator[Item]:
        start: dict[str, Any] = {}
        while True:
            answer = self._call(operation, **asked, **start)
            yield from answer["Items"]
            if "LastEvaluatedKey" not in answer:
                return
            start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def _call(self, operation: str, **arguments: Any) -> Any:
        return self._client_call(operation, TableName=self._table, **arguments)

    def _client_call(self, operation: str, **arguments: Any) -> Any:
        with translated("DynamoDB"):
            return getattr(self._client, operation)(**arguments)


def _key(pk: str, sk: str) -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def _mapping_key(key: MappingKey) -> Item:
    return _key(f"mapping#{key.kind}", key.key)


def _alias(text: str) -> str:
    return " ".join(text.split()).casefold().lstrip("#")
