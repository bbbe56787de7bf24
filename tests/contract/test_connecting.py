"""`gp-shipbob connect shipbob` against ShipBob's witness: over HTTPS, through a browser, with the real client."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from bridge.flows.bearing import Bearing
from bridge.protocols.consent import REQUIRED_SCOPES
from bridge.shipbob.authority import ShipBobAuthority
from bridge.shipbob.client import ShipBobClient

from local.certificates import authority as private_authority
from local.memory.tokens import MemorySecret
from local.shipbob import ManualClock, ShipBobSimulator
from local.shipbob.oauth import Client
from tests.connected import HOUR, MINUTE, Connection
from tests.console.connect_terminal import Person, free_port, land, run
from tests.contract.at_shipbob import SharedClock, Spacing
from tests.contract.consenting import brought, decide

PORT = free_port()
REDIRECT = f"http://127.0.0.1:{PORT}/callback"


@pytest.fixture(autouse=True)
def _trusted(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The laptop's authority stands where a public one stands in the cloud."""
    monkeypatch.setenv("SSL_CERT_FILE", str(private_authority(folder).bundle))


@pytest.fixture
def registered(shipbob: ShipBobSimulator) -> Client:
    shipbob.oauth.rules.require_pkce = True
    return shipbob.oauth.register("Dynamics GP bridge", [REDIRECT])


@pytest.fixture
def world(shipbob: ShipBobSimulator, clock: ManualClock) -> Iterator[Connection]:
    """Not connected, with the real ways to ShipBob."""
    world = Connection()
    world.clock = SharedClock(clock)
    world.shipbob_secret = MemorySecret(world.clock, world.calls)
    world.authority = authority = ShipBobAuthority(shipbob.auth_url, time.monotonic)  # type: ignore[assignment]
    bearing = Bearing(world.shipbob_secret, world.token_rows, world.keep_connected, world.clock.now)
    client = ShipBobClient(shipbob.url, bearing, Spacing(world.clock), seconds=lambda: world.clock.now().timestamp())
    world.shipbob = client  # type: ignore[assignment] # the ports themselves, not their fakes
    yield world
    client.close()
    authority.close()


def told(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def by_browser(shipbob: ShipBobSimulator, decision: str = "allow") -> Callable[[str], object]:
    """The merchant agrees on ShipBob's page, and the browser does what the page says."""

    def browse(address: str) -> object:
        answer = decide(shipbob, address, decision)
        _, carried = brought(answer)
        return land(REDIRECT, carried, "fragment" if "location" in answer.headers else "form")

    return browse


def consent(client: Client) -> tuple[str, ...]:
    return ("connect", "shipbob", "--client-id", client.id, "--port", str(PORT))


@pytest.mark.parametrize("response_type", ["code", "code id_token"])
def test_a_consent_in_a_browser_connects_the_stack(
    world: Connection,
    shipbob: ShipBobSimulator,
    registered: Client,
    capsys: pytest.CaptureFixture[str],
    response_type: str,
) -> None:
    person = Person(registered.secret, browses=by_browser(shipbob))

    code = run(world.ports, person, "--json", *consent(registered), "--response-type", response_type)

    found = told(capsys)
    assert (code, found["missing"], found["trouble"]) == (0, [], None)
    assert found["channel_id"] == shipbob.tokens.channels(None)[-1].id
    assert set(found["scopes"]) >= set(REQUIRED_SCOPES)
    world.clock.advance(HOUR)
    world.run()
    assert world.shipbob.channels(), "the refreshed token is let in"


def test_a_consent_is_pasted_from_where_the_browser_landed(
    world: Connection, shipbob: ShipBobSimulator, registered: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(registered.secret, lambda address: brought(decide(shipbob, address))[0])

    assert run(world.ports, person, "--json", *consent(registered), "--paste") == 0

    assert told(capsys)["kind"] == "oauth"


def test_a_merchant_who_says_no_changes_nothing(
    world: Connection, shipbob: ShipBobSimulator, registered: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(registered.secret, browses=by_browser(shipbob, "deny"))

    assert run(world.ports, person, *consent(registered)) == 1

    assert "the consent was refused (access_denied)" in capsys.readouterr().err
    assert world.shipbob_secret.versions == ["{}"]


def test_a_code_that_was_pasted_too_late_says_so(
    world: Connection, shipbob: ShipBobSimulator, registered: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    def late(address: str) -> str:
        landed = brought(decide(shipbob, address))[0]
        world.clock.advance(3 * MINUTE)
        return landed

    assert run(world.ports, Person(registered.secret, late), *consent(registered), "--paste") == 1

    assert "it lives for two minutes" in capsys.readouterr().err


def test_a_wrong_client_secret_says_so(
    world: Connection, shipbob: ShipBobSimulator, registered: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person("not the secret", browses=by_browser(shipbob))

    assert run(world.ports, person, *consent(registered)) == 1

    assert "does not accept the client id and its secret" in capsys.readouterr().err


def test_an_application_with_too_few_rights_is_told_which(
    world: Connection, shipbob: ShipBobSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    few = ["openid", "offline_access", "channels_read", "orders_read", "receiving_write"]
    client = shipbob.oauth.register("Narrow", [REDIRECT], few)
    person = Person(client.secret, browses=by_browser(shipbob))

    assert run(world.ports, person, "--json", *consent(client), "--scopes", *few) == 1

    missing = [scope for scope in REQUIRED_SCOPES if scope not in few]
    assert told(capsys)["missing"] == missing


@pytest.mark.parametrize("deed", ["not_json", 503, "hang_up_after", "login"])
def test_an_answer_that_is_none_is_said_in_a_line(
    world: Connection, shipbob: ShipBobSimulator, registered: Client, capsys: pytest.CaptureFixture[str], deed: str
) -> None:
    shipbob.auth_faults.add("POST /connect/token", deed)

    assert run(world.ports, Person(registered.secret, browses=by_browser(shipbob)), *consent(registered)) == 1

    assert capsys.readouterr().err.splitlines()[-1].startswith("gp-shipbob: ShipBob's authorization server")
    assert world.shipbob_secret.versions == ["{}"]


def test_a_pat_connects_the_stack(
    world: Connection, shipbob: ShipBobSimulator, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.ports, Person(shipbob.token), "--json", "connect", "shipbob", "--pat") == 0

    found = told(capsys)
    assert (found["kind"], found["channel_id"], found["application"]) == ("pat", 180001, "SMA")


def test_a_pat_that_shipbob_does_not_know_is_stored_and_said_not_to_work(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world.ports, Person("A" * 64), "connect", "shipbob", "--pat") == 1

    assert "ShipBob does not accept the token" in capsys.readouterr().out
