"""DynamoDB may leave a part of a read undone, and says so."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber
from bridge.aws.rows import Rows
from bridge.domain.outcome import MappingKey

from tests.stack import THROWAWAY


def test_keys_that_dynamodb_left_unread_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    red, blue = ({"pk": {"S": "mapping#sku"}, "sk": {"S": sku}} for sku in ("RED", "BLUE"))
    client = boto3.client("dynamodb")
    with Stubber(client) as stub:
        part = {
            "Responses": {"State": [blue | {"value": {"S": "BLUE-100"}}]},
            "UnprocessedKeys": {"State": {"Keys": [red]}},
        }
        stub.add_response("batch_get_item", part)
        stub.add_response("batch_get_item", {"Responses": {"State": [red | {"value": {"S": "RED-100"}}]}})
        found = Rows(client, "State").mappings([MappingKey.parse("sku/RED"), MappingKey.parse("sku/BLUE")])

    assert sorted(found.values()) == ["BLUE-100", "RED-100"]
