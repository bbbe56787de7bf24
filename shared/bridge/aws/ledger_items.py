"""A row of the ledger as an item of the State table, and back. An item of an earlier schema lacks what came later."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bridge.domain.document import DocumentId
from bridge.domain.gate import Gate
from bridge.domain.outcome import GpName, MappingKey, MappingKind, Reason
from bridge.domain.store_amounts import StoreAmounts
from bridge.protocols.intent import Effect, Intent, Phase
from bridge.protocols.ledger import SCHEMA, LedgerRow, Part, Status

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef as Value

type Item = dict[str, Value]


def moment_text(moment: dt.datetime) -> str:
    """Sortable text, always in UTC and always of one length."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def fields_of(row: LedgerRow) -> Item:
    """All of an item but its key."""
    fields = {
        "document": str(row.document),
        "status": row.status,
        "number": row.number,
        "fingerprint": row.fingerprint,
        "draft_batch": row.draft_batch,
        "draft_hold": row.draft_hold,
        "ready_batch": row.ready_batch,
        "read_at": moment_text(row.read_at) if row.read_at else "",
        "read_until": moment_text(row.read_until) if row.read_until else "",
        "image_digest": row.image_digest,
        "waiting_since": moment_text(row.waiting_since) if row.waiting_since else "",
        "due_at": moment_text(row.due_at) if row.due_at else "",
        "opened_at": moment_text(row.opened_at) if row.opened_at else "",
        "intent": _intent_text(row.intent) if row.intent else "",
        "reasons": json.dumps([_reason_fields(reason) for reason in row.reasons]) if row.reasons else "",
        "mode": row.mode,
        "dated": row.dated.isoformat() if row.dated else "",
        "store_amounts": json.dumps(dataclasses.asdict(row.store_amounts), default=str) if row.store_amounts else "",
        "adopted": row.adopted,
        "parts": json.dumps([dataclasses.asdict(part) for part in row.parts]) if row.parts else "",
        "written": row.written,
        "planned": row.planned,
        "shown": row.shown,
        "closed": row.closed,
        "gate": row.gate or "",
        "due": (row.gate or "yes") if row.due_at else "",
        "open": "" if row.is_finished else row.status,
    }
    item: Item = {name: {"S": text} for name, text in fields.items() if text}
    item |= {"schema": {"N": str(SCHEMA)}}
    item |= {name: {"N": str(getattr(row, name))} for name in ("version", "waits")}
    item |= {"as_recorded": {"N": str(row.as_recorded)}} if row.as_recorded else {}
    return item | {"was_seen_in_gp": {"BOOL": row.was_seen_in_gp}}


def is_of_this_code(item: Item) -> bool:
    """Newer code has newer words: what it wrote is left to it."""
    return int(item["schema"]["N"]) <= SCHEMA


def row_of(item: Item) -> LedgerRow:
    """The row in an item."""

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
        mode=text("mode"),
        dated=dt.date.fromisoformat(text("dated")) if text("dated") else None,
        store_amounts=_store_amounts(json.loads(text("store_amounts") or "null")),
        adopted=text("adopted"),
        gate=Gate(text("gate")) if text("gate") else None,
        parts=tuple(Part(**fields) for fields in json.loads(text("parts") or "[]")),
        written=text("written"),
        planned=text("planned"),
        shown=text("shown"),
        closed=text("closed"),
        as_recorded=int(item["as_recorded"]["N"]) if "as_recorded" in item else 0,
    )


def _store_amounts(fields: dict[str, str] | None) -> StoreAmounts | None:
    if fields is None:
        return None
    money = {name: Decimal(fields[name]) for name in ("tax", "freight", "discount")}
    return StoreAmounts(**money, currency=fields["currency"])


def _intent_text(intent: Intent) -> str:
    moments = {name: moment_text(getattr(intent, name)) for name in ("sent_at", "deadline")}
    return json.dumps(dataclasses.asdict(intent) | moments)


def _intent(text: str) -> Intent:
    fields = json.loads(text)
    moments = {name: _time(fields[name]) for name in ("sent_at", "deadline")}
    words = {"effect": Effect(fields["effect"]), "phase": Phase(fields["phase"])}
    return Intent(**fields | moments | words)


def _reason_fields(reason: Reason) -> dict[str, Any]:
    return {
        "text": reason.text,
        "fix": reason.fix,
        "waits_for": str(reason.waits_for or ""),
        "cause": reason.cause,
        "or_for": [str(key) for key in reason.or_for],
        "of_gp": [reason.of_gp.kind, reason.of_gp.name] if reason.of_gp else [],
    }


def _reason(fields: dict[str, Any]) -> Reason:
    """Rows of earlier versions name one key or none."""
    key = MappingKey.parse(fields["waits_for"]) if fields["waits_for"] else None
    others = tuple(MappingKey.parse(text) for text in fields.get("or_for", ()))
    kind, name = fields.get("of_gp") or ("", "")
    of_gp = GpName(MappingKind(kind), name) if name else None
    return Reason(fields["text"], fields["fix"], key, fields.get("cause", ""), others, of_gp)
