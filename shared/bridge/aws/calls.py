"""What a failed call to AWS means to us, said once for every adapter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from bridge.domain.outcome import Misconfigured, RowMoved, Transient

OURS_TO_REPAIR = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "ResourceNotFoundException",
        "AWS.SimpleQueueService.NonExistentQueue",
        "QueueDoesNotExist",
    }
)


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
