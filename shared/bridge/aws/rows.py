"""The State table: ledger, aliases, mappings and cursors, every write on condition that nobody wrote since the read.

Keys: `document#order/1`/`ledger`, `alias#1042`/`order/1`, `mapping#sku`/`WIDGET-RED`, `cursor#NAME`/`cursor`.
Two sparse indexes: `due` (with `due_at`) is on rows that are to be looked at again, which drafts that are done are too;
`open` (the status) is on unfinished rows.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import batched, islice
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import put_at, translated
from bridge.aws.cursors import cursor_of, fields_of
from bridge.domain.document import DocumentId
from bridge.domain.outcome import MappingKey, Reason
from bridge.protocols.cursor import Cursor
from bridge.protocols.intent import Effect, Intent, Phase
from bridge.protocols.ledger import SCHEMA, LedgerRow, Status

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
        if not _is_of_this_code(item):
            return LedgerRow(document, version=int(item["version"]["N"]), schema=int(item["schema"]["N"]))
        return _row(item)

    def save(self, row: LedgerRow) -> LedgerRow:
        """Store the row if it is still at the version read; give it back with its new version."""
        saved = dataclasses.replace(row, version=row.version + 1)
        self._put(_item(saved), row.version)
        return saved

    def due(self, now: dt.datetime, limit: int) -> Sequence[LedgerRow]:
        """Rows whose time has come, oldest first."""
        pages = self._query(
            IndexName=DUE_INDEX,
            KeyConditionExpression="#due = :yes AND due_at <= :now",
            ExpressionAttributeNames={"#due": "due"},
            ExpressionAttributeValues={":yes": {"S": "yes"}, ":now": {"S": _moment(now)}},
            Limit=limit,
        )
        return [_row(item) for item in islice(filter(_is_of_this_code, pages), limit)]

    def in_review(self) -> Iterator[LedgerRow]:
        """Every row that waits for a person."""
        pages = self._query(
            IndexName=OPEN_INDEX,
            KeyConditionExpression="#open = :review",
            ExpressionAttributeNames={"#open": "open"},
            ExpressionAttributeValues={":review": {"S": Status.REVIEW}},
        )
        return map(_row, filter(_is_of_this_code, pages))

    def mappings(self, keys: Iterable[MappingKey]) -> Mapping[MappingKey, str]:
        """The values of those keys that are mapped, as of now."""
        found: dict[MappingKey, str] = {}
        for group in batched(sorted(keys), KEYS_IN_A_READ):
            wanted: list[Item] = [_mapping_key(key) for key in group]
            for item in self._read_all(wanted):
                key = MappingKey.parse(item["pk"]["S"].removeprefix("mapping#") + "/" + item["sk"]["S"])
                found[key] = item["value"]["S"]
        return found

    def map(self, key: MappingKey, value: str, by: str) -> None:
        """Add or change a mapping."""
        self._call("put_item", Item=_mapping_key(key) | {"value": {"S": value}, "by": {"S": by}})

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
        return cursor_of(name, item) if item else None

    def save_cursor(self, cursor: Cursor) -> Cursor:
        """Store the cursor if it is still at the version read; give it back with its new version."""
        saved = dataclasses.replace(cursor, version=cursor.version + 1)
        self._put(_key(f"cursor#{cursor.name}", "cursor") | fields_of(saved), cursor.version)
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
        start: dict[str, Any] = {}
        while True:
            answer = self._call("query", **query, **start)
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


def _moment(moment: dt.datetime) -> str:
    """Sortable text, always in UTC and always of one length."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _item(row: LedgerRow) -> Item:
    fields = {
        "document": str(row.document),
        "status": row.status,
        "number": row.number,
        "fingerprint": row.fingerprint,
        "draft_batch": row.draft_batch,
        "draft_hold": row.draft_hold,
        "ready_batch": row.ready_batch,
        "read_at": _moment(row.read_at) if row.read_at else "",
        "read_until": _moment(row.read_until) if row.read_until else "",
        "image_digest": row.image_digest,
        "waiting_since": _moment(row.waiting_since) if row.waiting_since else "",
        "due_at": _moment(row.due_at) if row.due_at else "",
        "opened_at": _moment(row.opened_at) if row.opened_at else "",
        "intent": _intent_text(row.intent) if row.intent else "",
        "reasons": json.dumps([_reason_fields(reason) for reason in row.reasons]) if row.reasons else "",
        "due": "yes" if row.due_at else "",
        "open": "" if row.is_finished else row.status,
    }
    item = _key(f"document#{row.document}", "ledger")
    item |= {name: {"S": text} for name, text in fields.items() if text}
    item |= {name: {"N": str(getattr(row, name))} for name in ("version", "schema", "waits")}
    return item | {"was_seen_in_gp": {"BOOL": row.was_seen_in_gp}}


def _is_of_this_code(item: Item) -> bool:
    """Newer code has newer words: what it wrote is left to it."""
    return int(item["schema"]["N"]) <= SCHEMA


def _row(item: Item) -> LedgerRow:
    def text(name: str) -> str:
        return item[name]["S"] if name in item else ""

    def moment(name: str) -> dt.datetime | None:
        return _time(text(name)) if text(name) else None

    return LedgerRow(
        document=DocumentId.parse(text("document")),
        version=int(item["version"]["N"]),
        schema=int(item["schema"]["N"]),
        status=Status(text("status")),
        number=text("number"),
        fingerprint=text("fingerprint"),
        intent=_intent(text("intent")) if text("intent") else None,
        was_seen_in_gp=item["was_seen_in_gp"]["BOOL"],
        draft_batch=text("draft_batch"),
        draft_hold=text("draft_hold"),
        ready_batch=text("ready_batch"),
        read_at=moment("read_at"),
        read_until=moment("read_until"),
        image_digest=text("image_digest"),
        waits=int(item["waits"]["N"]),
        waiting_since=moment("waiting_since"),
        due_at=moment("due_at"),
        reasons=tuple(_reason(fields) for fields in json.loads(text("reasons") or "[]")),
        opened_at=moment("opened_at"),
    )


def _intent_text(intent: Intent) -> str:
    moments = {name: _moment(getattr(intent, name)) for name in ("sent_at", "deadline")}
    return json.dumps(dataclasses.asdict(intent) | moments)


def _intent(text: str) -> Intent:
    fields = json.loads(text)
    moments = {name: _time(fields[name]) for name in ("sent_at", "deadline")}
    words = {"effect": Effect(fields["effect"]), "phase": Phase(fields["phase"])}
    return Intent(**fields | moments | words)


def _reason_fields(reason: Reason) -> dict[str, str]:
    return {"text": reason.text, "fix": reason.fix, "waits_for": str(reason.waits_for or "")}


def _reason(fields: dict[str, str]) -> Reason:
    key = MappingKey.parse(fields["waits_for"]) if fields["waits_for"] else None
    return Reason(fields["text"], fields["fix"], key)
