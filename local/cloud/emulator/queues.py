"""SQS: FIFO queues worked on in parallel by group, and no message lost between threads.

Checked against AWS and left as it is: deduplication by id or content, remembered five minutes from the first acceptance
even when the message is long deleted; a repeat succeeds with the first message's id and is not delivered; the scope is
the group where the queue says so; a group is closed while one of its messages is in flight.
"""
# mypy: ignore-errors

import functools
import inspect
import threading
import time
from collections.abc import Callable

from ministack.core import iam_actions
from ministack.services import lambda_svc, sqs

_iam_action = iam_actions.extract_iam_action


def install() -> None:
    iam_actions.extract_iam_action = permission
    # The event loop and the event source mappings' threads rebuild the same message lists. ministack locks only one of
    # the two sides, so a message sent while the other side rebuilds its list is lost.
    sqs._queues_lock = threading.RLock()
    for name, action in list(sqs._HANDLERS.items()):
        if not inspect.iscoroutinefunction(action):
            sqs._HANDLERS[name] = locked(action)
    sqs._prune_dedup = forget_expired
    for name in ("_expire_retained", "_dlq_sweep", "_collect_msgs", "_act_send_message"):
        setattr(sqs, name, locked(getattr(sqs, name)))
    lambda_svc._sqs_esm_concurrency = concurrency
    # A failed batch pauses the whole mapping for a second there; on AWS the other groups go on.
    lambda_svc._ESM_BACKOFF_SECONDS = 0.0


def permission(*request: object, **options: object) -> str | None:
    """What a policy must allow. IAM has no actions for batches of SQS: the action on one message covers them."""
    action = _iam_action(*request, **options)
    return action.removesuffix("Batch") if action and action.startswith("sqs:") else action


def locked(action: Callable) -> Callable:
    @functools.wraps(action)
    def under_lock(*args: object, **kwargs: object) -> object:
        with sqs._queues_lock:
            return action(*args, **kwargs)

    return under_lock


def forget_expired(queue: dict) -> None:
    """Drop deduplication ids older than five minutes: oldest first, where the original rebuilds all on each send."""
    remembered, now = queue["dedup_cache"], time.time()
    while remembered and remembered[oldest := next(iter(remembered))]["expire"] <= now:
        del remembered[oldest]


def concurrency(mapping: dict, func: dict, config: dict, queue: dict | None = None) -> int:
    """Batches in flight for one mapping: FIFO or not, as received messages close their groups to the next batch.

    A number that came through a template's parameter arrives here as text.
    """
    asked = (mapping.get("ScalingConfig") or {}).get("MaximumConcurrency")
    limit = int(asked) if asked else lambda_svc._ESM_SQS_DEFAULT_CONCURRENCY
    reserved = lambda_svc._reserved_concurrency(func, config)
    return limit if reserved is None else min(limit, reserved)
