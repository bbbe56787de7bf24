"""The promises of the row of GP's stock poll, kept by memory and by moto's DynamoDB."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from bridge.aws.stock_poll_rows import KEY, StockPollRows
from bridge.domain.outcome import RowMoved, Transient
from bridge.ports import StockPollRows as Port
from bridge.protocols.surge import Decision, StockPoll, Surge
from moto import mock_aws

from local.memory.stock_poll import MemoryStockPoll
from tests.stack import THROWAWAY, make_table

NOW = dt.datetime(2026, 11, 17, 2, 14, 0, 123456, dt.UTC)
SURGE = Surge(
    NOW, 812, dt.date(2026, 9, 1), "812 are more than the 50 of SurgeDocuments", ("transfer/T1", "transfer/T2")
)
ROWS = [
    StockPoll(),
    StockPoll(timed=("Adjustment History", "Transfer Work")),
    StockPoll(surge=SURGE),
    StockPoll(surge=SURGE, decision=Decision(True, "controller", "a stocktake", NOW)),  # noqa: FBT003
    StockPoll(surge=SURGE, decision=Decision(False, "controller", "restored", NOW)),  # noqa: FBT003
]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = boto3.client("dynamodb")
        make_table(made, "State")
        yield made


@pytest.fixture(params=["memory", "moto"])
def port(request: pytest.FixtureRequest, client: Any) -> Port:
    return MemoryStockPoll() if request.param == "memory" else StockPollRows(client, "State")


def test_a_row_that_nobody_stored_is_empty(port: Port) -> None:
    assert port.row() == StockPoll()


@pytest.mark.parametrize("row", ROWS, ids=["empty", "timed", "held", "allowed", "dismissed"])
def test_a_row_is_read_as_it_was_stored(port: Port, row: StockPoll) -> None:
    saved = port.save(row)

    assert saved.version == 1
    assert port.row() == saved


def test_a_row_that_somebody_else_stored_meanwhile_is_not_overwritten(port: Port) -> None:
    stale = port.row()
    port.save(StockPoll(surge=SURGE))

    with pytest.raises(RowMoved):
        port.save(stale)

    assert port.row().surge == SURGE


def test_a_row_is_stored_again_at_the_version_it_has(port: Port) -> None:
    first = port.save(StockPoll(surge=SURGE))

    assert port.save(first).version == 2


def test_a_row_of_newer_code_is_left_to_it(client: Any) -> None:
    rows = StockPollRows(client, "State")
    rows.save(StockPoll())
    client.update_item(
        TableName="State",
        Key=KEY,
        UpdateExpression="SET #s = :s",
        ExpressionAttributeNames={"#s": "schema"},
        ExpressionAttributeValues={":s": {"N": "2"}},
    )

    with pytest.raises(Transient, match="newer code"):
        rows.row()
