"""The Audit table: append-only by the condition of each write; the chain of digests shows what was changed after all.

Keys: `order/1`/`000001` for entries; `payload#order/1`/DIGEST for payloads, compressed, with a shorter life.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bridge.aws.calls import put_once, translated
from bridge.domain.document import DocumentId
from bridge.protocols.trail import Entry, link

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PAYLOAD_BYTES_MAX = 350_000  # compressed; an item holds 400 KB


class AuditTable:
    """Audit, in DynamoDB."""

    def __init__(
        self, client: DynamoDBClient, table: str, *, now: Callable[[], dt.datetime], payload_retention: dt.timedelta
    ) -> None:
        self._client = client
        self._table = table
        self._now = now
        self._payload_retention = payload_retention

    def trail(self, document: DocumentId, by: str) -> TrailOfDocument:
        """The document's trail, to be continued by `by` (a delivery, a run, a person)."""
        return TrailOfDocument(self, str(document), by)

    def entries(self, document: DocumentId) -> Sequence[Entry]:
        """The whole trail, first entry first."""
        return list(self._read(str(document), newest_first=False))

    def last(self, document: str) -> Entry | None:
        """The newest entry, if there is one."""
        return next(iter(self._read(document, newest_first=True, limit=1)), None)

    def append(
        self, previous: Entry | None, *, document: str, by: str, what: str, facts: Mapping[str, str], payload: bytes
    ) -> Entry:
        """Write the entry after `previous`, its payload first; `RowMoved` if somebody else was faster."""
        now = self._now()
        payload_digest = self._keep(document, payload, now) if payload else ""
        entry = link(previous, document=document, at=now, what=what, facts=facts, by=by, payload_digest=payload_digest)
        put_once(self._client, self._table, _item(entry), ConditionExpression="attribute_not_exists(pk)")
        return entry

    def _keep(self, document: str, payload: bytes, now: dt.datetime) -> str:
        digest = hashlib.sha256(payload).hexdigest()
        compressed = zlib.compress(payload, 9)
        if len(compressed) <= PAYLOAD_BYTES_MAX:
            expires = int((now + self._payload_retention).timestamp())
            item = {"pk": {"S": f"payload#{document}"}, "sk": {"S": digest}}
            self._call("put_item", Item=item | {"payload": {"B": compressed}, "expires_at": {"N": str(expires)}})
        return digest

    def payload(self, document: DocumentId, digest: str) -> bytes | None:
        """A payload as it was seen or sent; None once its retention is over."""
        names = {":pk": {"S": f"payload#{document}"}, ":sk": {"S": digest}}
        answer = self._call("query", KeyConditionExpression="pk = :pk AND sk = :sk", ExpressionAttributeValues=names)
        return zlib.decompress(answer["Items"][0]["payload"]["B"]) if answer["Items"] else None

    def _read(self, document: str, *, newest_first: bool, limit: int | None = None) -> Iterator[Entry]:
        query: dict[str, Any] = {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": document}},
            "ScanIndexForward": not newest_first,
            "ConsistentRead": True,
        } | ({"Limit": limit} if limit else {})
        while True:
            answer = self._call("query", **query)
            yield from map(_entry, answer["Items"])
            if "LastEvaluatedKey" not in answer:
                return
            query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _call(self, operation: str, **arguments: Any) -> Any:
        with translated("DynamoDB"):
            return getattr(self._client, operation)(TableName=self._table, **arguments)


class TrailOfDocument:
    """One document's trail for one run: where it ended is read once, then each entry follows the one before."""

    def __init__(self, audit: AuditTable, document: str, by: str) -> None:
        self._audit = audit
        self._document = document
        self._by = by
        self._last: Entry | None = None
        self._is_read = False

    def record(self, what: str, facts: Mapping[str, str], payload: bytes = b"") -> Entry:
        """Append one entry."""
        if not self._is_read:
            self._last = self._audit.last(self._document)
            self._is_read = True
        self._last = self._audit.append(
            self._last, document=self._document, by=self._by, what=what, facts=facts, payload=payload
        )
        return self._last


def _item(entry: Entry) -> dict[str, Any]:
    return {
        "pk": {"S": entry.document},
        "sk": {"S": f"{entry.number:06d}"},
        "at": {"S": entry.at.isoformat()},
        "what": {"S": entry.what},
        "facts": {"S": json.dumps(dict(entry.facts))},
        "by": {"S": entry.by},
        "payload_digest": {"S": entry.payload_digest},
        "previous": {"S": entry.previous},
        "digest": {"S": entry.digest},
    }


def _entry(item: Mapping[str, Any]) -> Entry:
    return Entry(
        document=item["pk"]["S"],
        number=int(item["sk"]["S"]),
        at=dt.datetime.fromisoformat(item["at"]["S"]),
        what=item["what"]["S"],
        facts=json.loads(item["facts"]["S"]),
        by=item["by"]["S"],
        payload_digest=item["payload_digest"]["S"],
        previous=item["previous"]["S"],
        digest=item["digest"]["S"],
    )
