"""Three functions that show what the local cloud does to them. The text of a message says what becomes of it."""

# ruff: noqa: TID251 -- a stack of its own, not the product: it reads its environment and its clock itself

from __future__ import annotations

import functools
import importlib.util
import json
import os
import sys
import threading
import time
from typing import Any

import boto3
from botocore.exceptions import ClientError

Event = dict[str, Any]
client = functools.cache(boto3.client)
resource = functools.cache(boto3.resource)


def door(event: Event, _context: object) -> Event:
    """Queue the body as it came, and answer with the event itself."""
    headers = event["headers"]
    client("sqs").send_message(
        QueueUrl=os.environ["DOCUMENTS"],
        MessageBody=event["body"],
        MessageGroupId=headers["x-group"],
        MessageDeduplicationId=headers["webhook-id"],
    )
    return {"statusCode": 202, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}


def work(event: Event, _context: object) -> Event:
    """One row per message; those that fail are named."""
    rows = resource("dynamodb").Table(os.environ["ROWS"])
    failed = [record["messageId"] for record in event["Records"] if not done(rows, record, len(event["Records"]))]
    return {"batchItemFailures": [{"itemIdentifier": message} for message in failed]}


def done(rows: Any, record: Event, batch: int) -> bool:
    text, receives = record["body"], int(record["attributes"]["ApproximateReceiveCount"])
    if text.startswith("fail once") and receives == 1:
        return False
    if text.startswith("poison") and "Item" not in rows.get_item(Key={"id": "the cure"}):
        return False
    started = time.time()
    if text.startswith("slow"):
        time.sleep(0.5)
    if " meets " in text:
        meet(rows, *text.split(" meets "))
    rows.update_item(
        Key={"id": text},
        UpdateExpression="SET receives = :r, in_batch = :b, started = :s, finished = :f ADD deliveries :one",
        ExpressionAttributeValues={
            ":r": receives,
            ":b": batch,
            ":s": str(started),
            ":f": str(time.time()),
            ":one": 1,
        },
    )
    return True


def meet(rows: Any, me: str, other: str) -> None:
    """Stay until the other is here as well; a function that waits for one that comes after it runs out of time."""
    rows.put_item(Item={"id": f"{me} is here"})
    while "Item" not in rows.get_item(Key={"id": f"{other} is here"}, ConsistentRead=True):
        time.sleep(0.05)


def probe(_event: Event, _context: object) -> Event:
    """What a function sees of the world it runs in."""
    company()
    found = {name: bool(importlib.util.find_spec(name)) for name in ("awslambdaric", "ministack", "from_the_layer")}
    secret = client("secretsmanager").get_secret_value(SecretId=os.environ["SECRET"])
    return {
        "importable": found,
        "version": list(sys.version_info[:2]),
        "environment": dict(os.environ),
        "secret": secret["SecretString"],
        "write": refusal_of_a_write(),
    }


@functools.cache
def company() -> None:
    """Threads that wait for ever: a process of many is not gone yet when its first has ended."""
    for _ in range(20):
        threading.Thread(target=threading.Event().wait, daemon=True).start()


def refusal_of_a_write() -> str:
    try:
        client("dynamodb").put_item(TableName=os.environ["ROWS"], Item={"id": {"S": "not allowed"}})
    except ClientError as refused:
        return str(refused.response["Error"]["Code"])
    return "allowed"
