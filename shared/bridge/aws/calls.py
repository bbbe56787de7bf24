"""What a failed call to AWS means to us, said once for every adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from bridge.domain.outcome import Misconfigured, RowMoved, Transient

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

OURS_TO_REPAIR = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",  # SNS, which also says that there is no such topic
        "NotFound",
        "ResourceNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    }
)


def put_once(client: DynamoDBClient, table: str, item: Mapping[str, Any], **condition: Any) -> None:
    """Put an item on a condition; `RowMoved` where it does not hold, unless the item there is the very one.

    botocore tries again when a reply is lost, and then meets its own first try.
    """
    try:
        with translated("DynamoDB"):
            client.put_item(TableName=table, Item=item, ReturnValuesOnConditionCheckFailure="ALL_OLD", **condition)
    except RowMoved as moved:
        cause = moved.__cause__
        if not (isinstance(cause, ClientError) and cause.response.get("Item") == item):
            raise


def put_at(client: DynamoDBClient, table: str, item: Mapping[str, Any], version_read: int) -> None:
    """Put a row if what is stored is still at the version read, 0 for nothing; else `RowMoved`."""
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if version_read:
        condition = {
            "ConditionExpression": "#version = :read",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":read": {"N": str(version_read)}},
        }
    put_once(client, table, item, **condition)


def items_under(client: DynamoDBClient, table: str, pk: str) -> list[Mapping[str, Any]]:
    """All items of one partition key, as of now."""
    asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": pk}}}
    return _pages(client.query, TableName=table, ConsistentRead=True, **asked)


def items_where(
    client: DynamoDBClient, table: str, condition: str, values: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """All items of the table of which that is so, as of now: the whole table is read."""
    asked = {"FilterExpression": condition, "ExpressionAttributeValues": values}
    return _pages(client.scan, TableName=table, ConsistentRead=True, **asked)


def _pages(operation: Callable[..., Any], **asked: Any) -> list[Mapping[str, Any]]:
    items: list[Mapping[str, Any]] = []
    start: dict[str, Any] = {}
    while True:
        with translated("DynamoDB"):
            answer = operation(**asked, **start)
        items += answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return items
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


@contextmanager
def translated(service: str) -> Iterator[None]:
    """Turn botocore's exceptions into failures. botocore has retried throttling and 5xx by itself before."""
    try:
        yield
    except ClientError as failure:
        code = failure.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            raise RowMoved(f"{service}: somebody else has written since the read") from failure
        if code in OURS_TO_REPAIR:
            raise Misconfigured(f"{service} answers {code}: the stack and its roles do not fit") from failure
        raise Transient(f"{service} answers {code}") from failure
    except BotoCoreError as failure:
        raise Transient(f"{service} cannot be reached ({type(failure).__name__})") from failure
