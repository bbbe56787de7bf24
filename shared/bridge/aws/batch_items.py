"""A batch that is being filled as an item of the State table, and back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from bridge.protocols.batches import Batch

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef as Value

type Item = dict[str, Value]


def fields_of(batch: Batch) -> Item:
    """All of an item but its key."""
    assert batch.opened_at is not None, "a batch is stored once it has a document"
    numbers: Item = {name: {"N": str(getattr(batch, name))} for name in ("version", "number", "documents")}
    return {**numbers, "day": {"S": batch.day.isoformat()}, "opened_at": {"S": batch.opened_at.isoformat()}}


def batch_of(family: str, item: Item) -> Batch:
    """The batch in an item."""
    version, number, documents = (int(item[name]["N"]) for name in ("version", "number", "documents"))
    day, opened_at = item["day"]["S"], item["opened_at"]["S"]
    return Batch(family, version, dt.date.fromisoformat(day), number, documents, dt.datetime.fromisoformat(opened_at))
