"""The function `operate` as it is called: once, with the command, its text, and a proof that is for just these."""

from __future__ import annotations

import io
import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.credentials import ReadOnlyCredentials
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from bridge.aws.operate import OperateFunction
from bridge.domain.outcome import Misconfigured, Transient

from tests.stack import THROWAWAY

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:gp-shipbob-Operate"
KEYS = ReadOnlyCredentials("KNOWN", "the known secret", None)


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    return boto3.client("lambda")


def function(client: Any) -> OperateFunction:
    return OperateFunction(client, FUNCTION, KEYS, region="us-east-1", endpoint="https://sts.us-east-1.amazonaws.com")


def answer(payload: bytes, **more: str) -> dict[str, Any]:
    return {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(payload), len(payload)), **more}


def test_the_command_goes_with_its_text_and_a_proof_and_no_secret(client: Any) -> None:
    sent: list[bytes] = []
    client.meta.events.register(
        "provide-client-params.lambda.Invoke", lambda params, **_: sent.append(params["Payload"])
    )
    with Stubber(client) as stub:
        stub.add_response("invoke", answer(b'{"exit": 0}'), {"FunctionName": FUNCTION, "Payload": ANY})
        assert function(client).run(["map", "sku/A=B"], "text") == {"exit": 0}

    event = json.loads(sent[0])
    assert (event["v"], event["command"], event["text"]) == (1, ["map", "sku/A=B"], "text")
    asked = parse_qs(urlsplit(event["caller"]).query)
    assert asked["X-Amz-SignedHeaders"] == ["host;x-gp-shipbob-command;x-gp-shipbob-function"]
    assert asked["X-Amz-Expires"] == ["60"]
    assert b"the known secret" not in sent[0]


@pytest.mark.parametrize(
    "given", [answer(b'{"errorMessage": "timed out"}', FunctionError="Unhandled"), answer(b"null"), answer(b"{}")]
)
def test_a_function_that_ended_without_an_answer_is_not_taken_for_done(client: Any, given: dict[str, Any]) -> None:
    with Stubber(client) as stub:
        stub.add_response("invoke", given)
        with pytest.raises(Misconfigured, match="look before you repeat"):
            function(client).run(["reviews"], "")


@pytest.mark.parametrize(
    ("code", "failure"), [("AccessDeniedException", Misconfigured), ("TooManyRequestsException", Transient)]
)
def test_what_lambda_refuses_is_said(client: Any, code: str, failure: type[Exception]) -> None:
    with Stubber(client) as stub:
        stub.add_client_error("invoke", code)
        with pytest.raises(failure):
            function(client).run(["reviews"], "")
