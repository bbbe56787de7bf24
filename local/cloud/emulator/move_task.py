"""StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask. A task ends with the process."""
# mypy: ignore-errors

import base64
import contextvars
import json
import threading
import time
import uuid

from ministack.core import iam_actions
from ministack.services import sqs

_tasks: dict[str, list[dict]] = {}  # by the ARN of the dead-letter queue, newest first
_original_resource = iam_actions.extract_resource_arn
SOURCE = "DeadLetterQueueSourceArn"


def install() -> None:
    sqs._HANDLERS.update(StartMessageMoveTask=start, ListMessageMoveTasks=listing, CancelMessageMoveTask=cancel)
    iam_actions.extract_resource_arn = resource_arn


def resource_arn(service: str, method: str, path: str, headers: dict, body: bytes, *rest: object) -> str:
    """What the caller's policy must name: these three calls carry no queue URL, the others do."""
    if service == "sqs" and headers.get("x-amz-target", "").endswith(("MessageMoveTask", "MessageMoveTasks")):
        asked = json.loads(body or b"{}")
        return asked.get("SourceArn") or source_in(asked.get("TaskHandle", "")) or "*"
    return _original_resource(service, method, path, headers, body, *rest)


def handle_for(source: str) -> str:
    return base64.b64encode(json.dumps({"taskId": str(uuid.uuid4()), "sourceArn": source}).encode()).decode()


def source_in(handle: str) -> str:
    try:
        return json.loads(base64.b64decode(handle))["sourceArn"]
    except (ValueError, KeyError, TypeError):
        return ""


def start(asked: dict, _url: str) -> dict:
    source, destination = asked.get("SourceArn", ""), asked.get("DestinationArn")
    queue = check(source, destination)
    task = {
        "TaskHandle": handle_for(source),
        "Status": "RUNNING",
        "SourceArn": source,
        "ApproximateNumberOfMessagesMoved": 0,
        "ApproximateNumberOfMessagesToMove": len(queue["messages"]),
        "StartedTimestamp": int(time.time() * 1000),
    }
    if destination:
        task["DestinationArn"] = destination
    if asked.get("MaxNumberOfMessagesPerSecond"):
        task["MaxNumberOfMessagesPerSecond"] = int(asked["MaxNumberOfMessagesPerSecond"])
    _tasks.setdefault(source, []).insert(0, task)
    account = contextvars.copy_context()  # queues are looked up in the caller's account and region
    threading.Thread(target=account.run, args=(run, task, queue), daemon=True).start()
    return {"TaskHandle": task["TaskHandle"]}


def check(source: str, destination: str | None) -> dict:
    """The dead-letter queue, or the error AWS gives."""
    queue = sqs._queue_by_arn(source)
    for name, arn in (("SourceArn", source), ("DestinationArn", destination)):
        if arn is not None and sqs._queue_by_arn(arn) is None:
            text = f"The resource that you specified for the {name} parameter doesn't exist."
            raise sqs._Err("ResourceNotFoundException", text)
    if not any(target_of(other) == source for other in sqs._queues.values()):
        raise sqs._Err("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
    if any(task["Status"] == "RUNNING" for task in _tasks.get(source, [])):
        raise sqs._Err("UnsupportedOperation", "There is already a task running for this source queue.")
    return queue


def target_of(queue: dict) -> str | None:
    return json.loads(queue["attributes"].get("RedrivePolicy") or "{}").get("deadLetterTargetArn")


def run(task: dict, queue: dict) -> None:
    while task["Status"] == "RUNNING":
        with sqs._queues_lock:
            if not move_one(task, queue):
                break
        sqs.esm_wake.set()
        if rate := task.get("MaxNumberOfMessagesPerSecond"):
            time.sleep(1 / rate)
    if task["Status"] == "CANCELLING":
        task["Status"] = "CANCELLED"


def move_one(task: dict, queue: dict) -> bool:
    """Move the oldest visible message; false when the task is at its end, which it then records."""
    now = time.time()
    message = next((each for each in queue["messages"] if each["visible_at"] <= now), None)
    if message is None:
        task["Status"] = "COMPLETED"
        return False
    destination = sqs._queue_by_arn(task.get("DestinationArn") or message["sys"].get(SOURCE) or "")
    if destination is None:
        task.update(Status="FAILED", FailureReason="CouldNotDetermineMessageSource")
        return False
    queue["messages"].remove(message)
    destination["messages"].append(as_new(message, destination, now))
    task["ApproximateNumberOfMessagesMoved"] += 1
    return True


def as_new(message: dict, destination: dict, now: float) -> dict:
    """A moved message is a new one to its queue: new id, no receives. Its group and deduplication id stay."""
    fresh = {
        **message,
        "id": str(uuid.uuid4()),
        "receipt_handle": None,
        "visible_at": now,
        "receive_count": 0,
        "first_receive_at": None,
        "sent_at": now,
        "enqueued_at": now,
        "sys": {name: value for name, value in message["sys"].items() if name != SOURCE},
    }
    if destination["is_fifo"]:
        destination["fifo_seq"] += 1
        fresh["seq"] = str(destination["fifo_seq"]).zfill(20)
    return fresh


def listing(asked: dict, _url: str) -> dict:
    tasks = _tasks.get(asked.get("SourceArn", ""), [])[: int(asked.get("MaxResults") or 1)]
    shown = [{k: v for k, v in task.items() if k != "TaskHandle" or task["Status"] == "RUNNING"} for task in tasks]
    return {"Results": shown}


def cancel(asked: dict, _url: str) -> dict:
    handle = asked.get("TaskHandle", "")
    for task in _tasks.get(source_in(handle), []):
        if task["TaskHandle"] == handle and task["Status"] == "RUNNING":
            task["Status"] = "CANCELLING"
            return {"ApproximateNumberOfMessagesMoved": task["ApproximateNumberOfMessagesMoved"]}
    raise sqs._Err("ResourceNotFoundException", "Task does not exist.")
