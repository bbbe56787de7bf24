"""TokenRows' promises, kept by memory, by moto's DynamoDB and by the local cloud's, in the table as declared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError
from botocore.stub import Stubber
from bridge.aws.token_rows import SCHEMA, TokenRows
from bridge.domain.outcome import Misconfigured, RowMoved, Transient
from bridge.ports import TokenRows as TokenRowsPort
from bridge.protocols.token import Fault, Lease, TokenRow, Trouble

from local.memory.tokens import MemoryTokenRows

NOW = dt.datetime(2026, 11, 17, 2, 14, 0, 123456, dt.UTC)
HOUR = dt.timedelta(hours=1)
WORKERS = 20

WHOLE = TokenRow(
    secret="v2",  # noqa: S106 - a version's name
    lease=Lease("run-7", NOW + HOUR, is_person=True),
    is_unfinished=True,
    refused_at=NOW,
    asked_at=NOW - HOUR,
    failures=3,
    next_try=NOW + 2 * HOUR,
    fault=Fault(Trouble.AWAY, NOW, "Größe “7”", is_told=True),
    rejection=Fault(Trouble.REJECTED, NOW - HOUR, "none of them"),
    refusals=(NOW - HOUR, NOW),
    spent=("v0", "v1"),
    changed_at=NOW - 3 * HOUR,
    connected_at=NOW - 4 * HOUR,
    connected_by="arn:aws:iam::123456789012:user/day-shift",
)


@pytest.fixture(params=["memory", "moto", "local"])
def rows(request: pytest.FixtureRequest) -> TokenRowsPort:
    if request.param == "memory":
        return MemoryTokenRows()
    return TokenRows(request.getfixturevalue(request.param), "State")


def test_before_anything_was_stored_there_is_an_empty_row(rows: TokenRowsPort) -> None:
    assert rows.row() == TokenRow()


def test_a_whole_row_is_one_of_which_no_field_is_left_at_its_default() -> None:
    assert [each.name for each in fields(TokenRow) if getattr(WHOLE, each.name) == each.default] == ["version"]


@pytest.mark.parametrize("row", [TokenRow(), WHOLE])
def test_a_row_is_read_as_it_was_written(rows: TokenRowsPort, row: TokenRow) -> None:
    assert rows.save(row) == replace(row, version=1)

    assert rows.row() == replace(row, version=1)


def test_a_row_that_somebody_else_has_written_since_is_not_overwritten(rows: TokenRowsPort) -> None:
    first = rows.save(TokenRow())
    rows.save(replace(first, failures=1))

    with pytest.raises(RowMoved):
        rows.save(replace(first, failures=2))

    assert rows.row().failures == 1


def test_of_two_that_begin_the_row_one_does(rows: TokenRowsPort) -> None:
    rows.save(TokenRow())

    with pytest.raises(RowMoved):
        rows.save(TokenRow(failures=1))


@pytest.mark.parametrize("rows", ["memory", "local"], indirect=True)
def test_of_twenty_at_once_one_takes_the_lease(rows: TokenRowsPort) -> None:
    """moto is left out: it reads, compares and writes in this very process, without a lock."""
    read = rows.save(TokenRow())

    def take(number: int) -> bool:
        try:
            rows.save(replace(read, lease=Lease(f"run-{number}", NOW)))
        except RowMoved:
            return False
        return True

    with ThreadPoolExecutor(WORKERS) as pool:
        assert sum(pool.map(take, range(WORKERS))) == 1
    assert rows.row().version == 2


# ---- DynamoDB alone


def test_a_save_whose_reply_was_lost_is_not_taken_for_somebody_elses(moto: Any) -> None:
    def lose_the_answer(**_: Any) -> None:
        moto.meta.events.unregister("after-call.dynamodb.PutItem", lose_the_answer)
        raise ReadTimeoutError(endpoint_url="https://dynamodb.example.com")

    rows = TokenRows(moto, "State")
    moto.meta.events.register("after-call.dynamodb.PutItem", lose_the_answer)
    with pytest.raises(Transient):
        rows.save(WHOLE)

    assert rows.save(WHOLE).version == 1


@pytest.mark.parametrize(
    ("code", "failure"), [("InternalServerError", Transient), ("AccessDeniedException", Misconfigured)]
)
@pytest.mark.parametrize("call", ["get_item", "put_item"])
def test_a_table_out_of_reach_is_one_of_our_failures(moto: Any, code: str, failure: type[Exception], call: str) -> None:
    rows = TokenRows(moto, "State")
    act: Callable[[], object] = rows.row if call == "get_item" else lambda: rows.save(WHOLE)
    with Stubber(moto) as away:
        away.add_client_error(call, code)
        with pytest.raises(failure):
            act()


def test_a_row_that_newer_code_wrote_waits_for_that_code(moto: Any) -> None:
    rows = TokenRows(moto, "State")
    rows.save(WHOLE)
    moto.update_item(
        TableName="State",
        Key={"pk": {"S": "connection"}, "sk": {"S": "shipbob-token"}},
        UpdateExpression="SET #schema = :newer",
        ExpressionAttributeNames={"#schema": "schema"},
        ExpressionAttributeValues={":newer": {"N": str(SCHEMA + 1)}},
    )

    with pytest.raises(Transient, match="newer code"):
        rows.row()
