"""SQS event source mappings: partial batch responses as strict as AWS's, batching windows, batches above 10."""
# mypy: ignore-errors

import json
import time

from ministack.services import lambda_svc, sqs

RECEIVE_MOST = 10  # what one ReceiveMessage returns

_execute = lambda_svc._execute_function
_receive = sqs._receive_messages_for_esm


def install() -> None:
    lambda_svc._execute_function = execute
    sqs._receive_messages_for_esm = receive


def execute(func: dict, event: object, *args: object, **kwargs: object) -> dict:
    result = _execute(func, event, *args, **kwargs)
    records = event.get("Records") if isinstance(event, dict) else None
    if not records or records[0].get("eventSource") != "aws:sqs" or result.get("error"):
        return result
    return judge(result, {record["messageId"] for record in records})


def judge(result: dict, sent: set[str]) -> dict:
    """A response that names unknown or empty ids, or is no list, fails the whole batch; a null list means success."""
    answer = as_json(result.get("body"))
    if not isinstance(answer, dict) or "batchItemFailures" not in answer:
        return result
    failures = answer["batchItemFailures"]
    if failures is None:
        return {**result, "body": {}}
    if isinstance(failures, list) and all(
        isinstance(each, dict) and each.get("itemIdentifier") in sent for each in failures
    ):
        return result
    reason = {"errorType": "InvalidBatchResponse", "errorMessage": json.dumps(answer)[:500]}
    return {"error": True, "body": reason, "log": result.get("log", "")}


def as_json(body: object) -> object:
    if not isinstance(body, str):
        return body
    try:
        return json.loads(body)
    except ValueError:
        return None


def receive(queue_url: str, count: int) -> list[dict]:
    queue = sqs._queues.get(queue_url)
    if queue and still_gathering(queue, int(count)):
        return []
    batch: list[dict] = []
    while len(batch) < int(count):
        more = _receive(queue_url, min(int(count) - len(batch), RECEIVE_MOST))
        batch += more
        if not more:
            break
    return batch


def still_gathering(queue: dict, count: int) -> bool:
    window = window_of(queue)
    if not window:
        return False
    now = time.time()
    with sqs._queues_lock:
        waiting = [message["visible_at"] for message in queue["messages"] if message["visible_at"] <= now]
    return bool(waiting) and len(waiting) < count and now - min(waiting) < window


def window_of(queue: dict) -> int:
    arn = queue["attributes"].get("QueueArn")
    mappings = (mapping for _, _, mapping in lambda_svc._iter_all_esms() if mapping.get("EventSourceArn") == arn)
    return int(next(mappings, {}).get("MaximumBatchingWindowInSeconds") or 0)
