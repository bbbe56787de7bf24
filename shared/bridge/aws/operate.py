"""The function `operate`, as the operator's own command calls it: with a proof of who that is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from bridge.aws import callers
from bridge.aws.calls import translated
from bridge.domain.outcome import Misconfigured

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from mypy_boto3_lambda import LambdaClient


class OperateFunction:
    """One stack's function. `region` and `endpoint` are of the STS that it asks."""

    def __init__(
        self, client: LambdaClient, function: str, credentials: ReadOnlyCredentials, *, region: str, endpoint: str
    ) -> None:
        self._client = client
        self._function = function
        self._credentials = credentials
        self._region = region
        self._endpoint = endpoint

    def run(self, command: Sequence[str], text: str) -> Mapping[str, Any]:
        """What the function answers: `exit`, `output`, `error`. Asked once: a command may not be one to repeat."""
        signed = callers.digest(command, text)
        caller = callers.proof(self._credentials, self._region, self._endpoint, self._function, signed)
        event = {"v": callers.VERSION, "command": list(command), "text": text, "caller": caller}
        with translated("Lambda"):
            answer = self._client.invoke(FunctionName=self._function, Payload=json.dumps(event).encode())
            told = json.loads(answer["Payload"].read())
        if answer.get("FunctionError") or not isinstance(told, dict) or "exit" not in told:
            raise Misconfigured("the function Operate gave no answer: its log says why; look before you repeat")
        return told
