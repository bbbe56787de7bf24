"""Each function as Lambda finds it: importable with the template's environment, and no heavier than it needs to be."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys

import pytest

from tests.entrypoints.waking import ENVIRONMENT, ROOT

HANDLERS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
HEAVY = {"requests", "httpx", "lxml", "pydantic", "requests_ntlm", "cryptography", "spnego"}


def imported_by(function: str) -> set[str]:
    """The packages that a cold start of the function loads."""
    code = f"import json, sys, functions.{function}.handler; print(json.dumps(sorted(sys.modules)))"
    environment = {**ENVIRONMENT, "PYTHONPATH": f"{ROOT}:{ROOT / 'shared'}"}
    run = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in json.loads(run.stdout)}


def test_there_is_a_handler_for_each_function_of_the_template() -> None:
    assert HANDLERS == [
        "keep_connected",
        "operate",
        "poll_gp",
        "poll_shipbob",
        "receive_webhook",
        "sweep",
        "write_gp",
        "write_shipbob",
    ]


@pytest.mark.parametrize("function", HANDLERS)
def test_a_function_is_there_to_be_called(function: str) -> None:
    handler = importlib.import_module(f"functions.{function}.handler")

    assert callable(handler.handle)
    assert handler.__doc__


@pytest.mark.parametrize("function", HANDLERS)
def test_a_cold_start_loads_no_neighbour_before_it_is_asked_for(function: str) -> None:
    assert imported_by(function) & HEAVY == set()


def test_a_rehearsal_decides_by_the_flows_of_the_writer() -> None:
    from bridge.console.rehearsing import FLOWS

    flows = importlib.import_module("functions.write_gp.handler").flows

    assert {kind: flows[kind] for kind in FLOWS} == FLOWS
