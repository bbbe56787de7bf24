"""Hours that pass in a moment: whatever State keeps of the clock is moved back, as if it had been written so long ago.

Nobody may be at work, and no message under way, whose moments would stay as they are.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local.world import World

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?=Z|\+00:00)")
KEYS = ("pk", "sk")

type Item = dict[str, dict[str, Any]]


def pass_hours(world: World, hours: int) -> None:
    """Every moment in State is so many hours longer ago, be it past or to come.

    Where a poll has come to as well: it lists again what came since, as it does anyway of the last minutes. A row
    moved so has a new version, as one that was tried again in those hours would have.
    """
    by = dt.timedelta(hours=hours)
    for item in _items(world):
        moved = {name: value if name in KEYS else _moved(value, by) for name, value in item.items()}
        if moved != item:
            _put(world, moved)


def is_of_long_ago(world: World, order_id: int, hours: int) -> None:
    """An order came to ShipBob, and changed there last, so many hours before it says it did."""
    book, by = world.shipbob.account.book, dt.timedelta(hours=hours)
    with book.lock:
        order = book.order(order_id)
        order.created -= by
        for shipment in order.shipments:
            shipment.created, shipment.updated = shipment.created - by, shipment.updated - by


def _items(world: World) -> Iterator[Item]:
    pages = world.cloud.client("dynamodb").get_paginator("scan").paginate(TableName=world.outputs["StateTable"])
    for page in pages:
        yield from page["Items"]  # type: ignore[misc] # every attribute of State is of one of the plain types


def _moved(value: dict[str, Any], by: dt.timedelta) -> dict[str, Any]:
    def earlier(found: re.Match[str]) -> str:
        spec = "microseconds" if "." in found[0] else "seconds"
        return (dt.datetime.fromisoformat(found[0]) - by).isoformat(timespec=spec)

    return {kind: MOMENT.sub(earlier, text) if kind == "S" else text for kind, text in value.items()}


def _put(world: World, item: Item) -> None:
    """Store it unless somebody has written it meanwhile: then its moments are of now."""
    client, table = world.cloud.client("dynamodb"), world.outputs["StateTable"]
    if "version" not in item:
        client.put_item(TableName=table, Item=item)
        return
    read = item["version"]
    later = {**item, "version": {"N": str(int(read["N"]) + 1)}}
    names, values = {"#version": "version"}, {":read": read}
    condition = "#version = :read"
    try:
        client.put_item(
            TableName=table,
            Item=later,
            ConditionExpression=condition,
            ExpressionAttributeNames=names,
            ExpressionAttributeValues=values,
        )
    except ClientError as moved:
        if moved.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
