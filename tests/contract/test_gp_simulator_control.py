"""What can be done to the GP simulator from outside: crashes at every moment, the control API, the process."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests
from requests_ntlm import HttpNtlmAuth

from local.gp import GpSimulator
from tests.contract.gp_bodies import Client, Control, line


@pytest.mark.parametrize(("when", "executed"), [("login", 0), ("before", 0), ("after", 1), ("replying", 1)])
def test_a_dropped_connection_leaves_what_was_executed(
    gp: GpSimulator, client: Client, when: str, executed: int
) -> None:
    gp.stops.add("CreateSalesOrder", when, "drop")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.create()
    assert len(gp.books.documents()) == executed
    assert client.read().status_code == (200 if executed else 500), "a drop happens once"


def test_a_held_request_is_executed_on_release_though_its_client_is_gone(gp: GpSimulator, control: Control) -> None:
    control.post("/stops", operation="CreateSalesOrder", when="before", do="hold")
    client = Client(gp)
    caller = threading.Thread(target=_create_and_lose, args=(client,))
    caller.start()
    assert control.get("/stops/reached?seconds=30") == [{"operation": "CreateSalesOrder", "when": "before"}]
    gp.offline()
    caller.join()
    assert control.get("/documents") == []
    gp.stops.add("CreateSalesOrder", "after", "hold")
    assert control.post("/stops/release") == 200
    assert [held.when for held in gp.stops.wait_reached()] == ["after"]
    assert [document["number"] for document in control.get("/documents")] == ["SB100"]


def _create_and_lose(client: Client) -> None:
    with client.session, pytest.raises(requests.ConnectionError):
        client.create()


def test_offline_refuses_connections_and_keeps_the_books(gp: GpSimulator, client: Client, control: Control) -> None:
    client.create()
    control.post("/offline")
    with pytest.raises(requests.ConnectionError):
        client.read()
    control.post("/online")
    assert client.read().status_code == 200
    assert gp.counters.connections == 2


# The control API ------------------------------------------------------------------------------------------------------


def test_master_data_can_be_added(client: Client, control: Control) -> None:
    assert control.post("/items", number="NEW-1", price="1.50", on_hand={"SB-CICERO": 3}) == 200
    assert control.post("/customers", key="SHOPIFY", name="Shopify") == 200
    assert client.create(lines=line("NEW-1", "2", ""), customer="SHOPIFY").status_code == 200
    assert control.get("/documents/SB100")["total"] == "3.00"


def test_as_a_process_it_says_where_it_is_and_stops_when_told(folder: Path) -> None:
    password = folder / "password"
    password.write_text("from a file")
    command = [sys.executable, "-m", "local.gp", "--folder", str(folder), "--password-file", str(password)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        with requests.Session() as session:
            session.trust_env, session.auth = False, HttpNtlmAuth(ready["username"], "from a file")
            assert session.get(ready["url"], verify=ready["ca_bundle"], timeout=30).status_code == 200
            assert session.get(ready["control"] + "/counters", auth=None, timeout=30).json()["logins"] == 1
        process.terminate()
        assert process.wait(30) == 0


def test_the_exchanges_keep_what_was_said(gp: GpSimulator, client: Client, control: Control) -> None:
    answer = client.create()
    [exchange] = gp.exchanges
    assert (exchange.operation, exchange.status) == ("CreateSalesOrder", 200)
    assert exchange.response == answer.content
    assert len(control.get("/exchanges")) == 1
    assert control.get("/counters")["operations"] == {"CreateSalesOrder": 1}
