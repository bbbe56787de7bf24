"""The GP simulator, and the independent client of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from zeep.wsdl import Document

from local.gp import GpSimulator
from tests.vendor import gp_zeep
from tests.vendor.gp_zeep import Client


@pytest.fixture(scope="session")
def contract() -> Document:
    return gp_zeep.contract()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("authority")


@pytest.fixture
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder) as simulator:
        yield simulator


@pytest.fixture
def client(contract: Document, gp: GpSimulator) -> Iterator[Client]:
    with Client(contract, gp) as made:
        yield made
