"""DynamoDB may leave a part of a read undone, and says so; what it would refuse to read it is not asked for."""

from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber
from bridge.aws.rows import Rows
from bridge.domain.outcome import MappingKey, MappingKind

from tests.stack import THROWAWAY


@pytest.fixture(autouse=True)
def nobodys_account(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)


def test_a_key_is_asked_for_once_and_one_without_a_name_not_at_all() -> None:
    client = boto3.client("dynamodb")
    with Stubber(client) as stub:
        keys = [{"pk": {"S": "mapping#sku"}, "sk": {"S": "RED"}}]
        asked = {"RequestItems": {"State": {"Keys": keys, "ConsistentRead": True}}}
        stub.add_response("batch_get_item", {"Responses": {"State": [keys[0] | {"value": {"S": "RED-100"}}]}}, asked)
        red = MappingKey.parse("sku/RED")
        found = Rows(client, "State").mappings([red, MappingKey(MappingKind.SKU, ""), red])

    assert found == {red: "RED-100"}


def test_keys_that_dynamodb_left_unread_are_asked_for_again() -> None:
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
