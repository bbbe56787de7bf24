"""Waking another function of the stack: an asynchronous invocation, which says nothing of what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.aws.calls import translated

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class FunctionBell:
    """A Bell: Lambda's own queue of events for the function."""

    def __init__(self, client: LambdaClient, function: str) -> None:
        self._client = client
        self._function = function

    def ring(self) -> None:
        """Have the function run once more, soon."""
        with translated("Lambda"):
            self._client.invoke(FunctionName=self._function, InvocationType="Event", Payload=b"{}")
