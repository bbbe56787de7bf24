"""A cursor as an item of the State table, and back. An item of an earlier version has only `reached` and `version`."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from bridge.domain.outcome import Transient
from bridge.protocols.cursor import SCHEMA, Backfill, Cursor, Lease, Pass, SetBack

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef as Value

type Item = dict[str, Value]

PARTS = {"under_way": Pass, "lease": Lease, "backfill": Backfill, "set_back": SetBack}


def fields_of(cursor: Cursor) -> Item:
    """All of an item but its key."""
    item: Item = {
        "reached": {"S": _moment(cursor.reached)},
        "version": {"N": str(cursor.version)},
        "schema": {"N": str(SCHEMA)},
    }
    parts = {name: getattr(cursor, name) for name in PARTS}
    return item | {name: {"S": _text(part)} for name, part in parts.items() if part is not None}


def cursor_of(name: str, item: Item) -> Cursor:
    """The cursor in an item; `Transient` where newer code wrote it."""
    if int(item["schema"]["N"] if "schema" in item else 1) > SCHEMA:
        raise Transient(f"newer code wrote the cursor {name}; it waits for that code")
    parts = {part: _part(kind, item[part]["S"]) for part, kind in PARTS.items() if part in item}
    return Cursor(name, dt.datetime.fromisoformat(item["reached"]["S"]), int(item["version"]["N"]), **parts)


def _text(part: Any) -> str:
    return json.dumps(dataclasses.asdict(part), default=_moment)


def _part(kind: Any, text: str) -> Any:
    """The part from its JSON. What is a moment, and what a tuple, the fields' own types say."""
    given = json.loads(text)
    known = [field for field in dataclasses.fields(kind) if field.name in given]
    return kind(**{field.name: _read(str(field.type), given[field.name]) for field in known})


def _read(kind: str, value: Any) -> Any:
    if kind.startswith("dt.datetime") and value is not None:
        return dt.datetime.fromisoformat(value)
    return tuple(value) if kind.startswith("tuple") else value


def _moment(moment: dt.datetime) -> str:
    """Text in UTC, always of one length."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
