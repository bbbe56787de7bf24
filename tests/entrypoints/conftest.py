"""The environment that Lambda gives a function, before anything of ours is imported."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import pytest

from tests.entrypoints.waking import ENVIRONMENT


@pytest.fixture(scope="session", autouse=True)
def environment() -> Iterator[None]:
    """Powertools reads its namespace once, as the entry points are imported."""
    with pytest.MonkeyPatch.context() as given:
        for name, value in ENVIRONMENT.items():
            given.setenv(name, value)
        importlib.import_module("bridge.aws.entrypoint")
        yield
