"""State in memory and in DynamoDB; the two witnesses, and a client of each that knows nothing of the bridge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
import requests
from bridge.aws.rows import Rows
from bridge.ports import State
from moto import mock_aws

from local.certificates import authority
from local.cloud.cloud import LocalCloud
from local.gp import GpSimulator
from local.memory.world import MemoryState
from local.shipbob import ManualClock, ShipBobSimulator
from tests.contract import gp_bodies, shipbob_day
from tests.stack import THROWAWAY, make_table

# State, in memory and in DynamoDB with the table as the template declares it


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rows]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("dynamodb")
        yield Rows(client, make_table(client, "State"))


@pytest.fixture(params=["memory", "dynamodb"])
def state(request: pytest.FixtureRequest) -> State:
    if request.param == "memory":
        return MemoryState()
    rows: State = request.getfixturevalue("rows")
    return rows


# The State table by itself: in moto, and in the local cloud


@pytest.fixture
def moto(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("dynamodb")
        make_table(client, "State")
        yield client


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    folder: Path = tmp_path_factory.mktemp("cloud")
    with LocalCloud(folder) as running:
        yield running


@pytest.fixture
def local(cloud: LocalCloud) -> Iterator[Any]:
    client = cloud.client("dynamodb")
    table = make_table(client, "State")
    yield client
    client.delete_table(TableName=table)


# The two witnesses


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where a witness keeps its private authority."""
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder) as simulator:
        yield simulator


@pytest.fixture
def client(gp: GpSimulator) -> Iterator[gp_bodies.Client]:
    made = gp_bodies.Client(gp)
    with made.session:
        yield made


@pytest.fixture
def control(gp: GpSimulator) -> Iterator[gp_bodies.Control]:
    with requests.Session() as session:
        session.trust_env = False
        yield gp_bodies.Control(session, gp.control_url)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def shipbob(folder: Path, clock: ManualClock) -> Iterator[ShipBobSimulator]:
    with ShipBobSimulator(folder, clock=clock) as simulator:
        yield simulator


@pytest.fixture
def api(shipbob: ShipBobSimulator) -> Iterator[httpx.Client]:
    with shipbob_day.client(shipbob) as made:
        yield made


@pytest.fixture
def door(shipbob: ShipBobSimulator) -> Iterator[httpx.Client]:
    """The control door, for whoever plays the day."""
    with httpx.Client(base_url=shipbob.control_url, trust_env=False) as made:
        yield made


@pytest.fixture
def trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop's authority stands where a public one stands in the cloud."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority(folder).bundle))


@pytest.fixture
def receiver() -> Iterator[shipbob_day.Receiver]:
    made = shipbob_day.Receiver()
    yield made
    made.close()
