"""What a row tells of the write that was announced, also one of an earlier version."""

from __future__ import annotations

import dataclasses
import json

import boto3
from bridge.aws.rows import Rows
from bridge.ports import State
from bridge.protocols.intent import is_in_the_air

from tests.contract.test_state import ORDER, WHOLE


def test_a_write_that_was_settled_stays_so(state: State) -> None:
    assert WHOLE.intent is not None
    row = dataclasses.replace(WHOLE, intent=dataclasses.replace(WHOLE.intent, is_settled=True))

    state.save(row)

    assert state.row(ORDER).intent == row.intent


def test_a_write_that_was_announced_by_an_earlier_version_is_in_the_air_still(rows: Rows) -> None:
    rows.save(WHOLE)
    told = json.dumps(
        {
            "effect": "update",
            "digest": "d" * 64,
            "attempt": 3,
            "sent_at": "2026-11-17T13:05:00.123456Z",
            "deadline": "2026-11-17T15:05:00.123456Z",
            "phase": "unknown",
            "absences": 1,
        }
    )
    boto3.client("dynamodb").update_item(
        TableName="State",
        Key={"pk": {"S": f"document#{ORDER}"}, "sk": {"S": "ledger"}},
        UpdateExpression="SET intent = :told",
        ExpressionAttributeValues={":told": {"S": told}},
    )

    assert rows.row(ORDER).intent == WHOLE.intent
    assert is_in_the_air(rows.row(ORDER).intent)
