"""What the login leaves behind, on our side and on the domain controller's: no token in a log, one name in theirs."""

from __future__ import annotations

import base64
import http.client
import logging
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from bridge.gp.transport import Account, Reply, Transport
from spnego._ntlm_raw.messages import Authenticate

from local.gp import GpSimulator
from tests.contract.gp_calls import SECONDS, WRONG, connected, create, login, read
from tests.contract.gp_port import permits, says, stranger, transport_to

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
CHALLENGE = "NTLM TlRMTVNTUAACAAAAAAAAADgAAAABAoIiASNFZ4mrze8AAAAAAAAAAAAAAAA4AAAABgBxFwAAAA8="
NETBIOS_LENGTH_MAX = 15

Call = Callable[[Transport], Reply]


@pytest.fixture(params=[True, False], ids=["login kept", "login for each request"])
def gp(folder: Path, request: pytest.FixtureRequest) -> Iterator[GpSimulator]:
    with GpSimulator(folder, keeps_login=request.param) as simulator:
        yield simulator


@pytest.fixture
def everything(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    """Every logger there is at DEBUG, and http.client printing what it sends."""
    caplog.set_level(logging.DEBUG)
    for name in list(logging.root.manager.loggerDict):
        caplog.set_level(logging.DEBUG, logger=name)
    monkeypatch.setattr(http.client.HTTPConnection, "debuglevel", 1)
    return caplog


@pytest.mark.parametrize("call", [create, read, login])
@pytest.mark.parametrize("password", [None, WRONG])
def test_no_secret_is_logged_at_any_level(
    gp: GpSimulator,
    everything: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    call: Call,
    password: str | None,
) -> None:
    gp.stops.add("GetSalesOrderByKey", "after", "drop")
    with connected(gp, password=password) as to:
        replies = [call(to), call(to), create(to)]
        told = everything.text + "".join(capfd.readouterr()) + repr([*replies, to])

    for secret in ("NTLM ", "TlRMTVNTUAA", "Authorization", gp.password, WRONG):
        assert secret not in told


def test_a_warning_that_quotes_a_token_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    for name in ("urllib3.connectionpool", "spnego._ntlm"):
        logging.getLogger(name).warning("Failed to parse %s", {"WWW-Authenticate": CHALLENGE})
        logging.getLogger(name).warning("Something else")

    assert [record.message for record in caplog.records] == ["Something else"] * 2


def test_the_account_does_not_show_its_password() -> None:
    permit = permits().login("svc-bridge", "v1", "worker-1")

    assert WRONG not in repr(Account("WINGTIP\\svc-bridge", WRONG, permit))


def test_the_domain_controllers_log_shows_one_name_whichever_machine_logs_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As every function's environment sets it that logs in: restrictions of an account to workstations compare it."""
    (name,) = set(re.findall(r"^ +NETBIOS_COMPUTER_NAME: (\S+)$", TEMPLATE.read_text(), re.MULTILINE))
    monkeypatch.setenv("NETBIOS_COMPUTER_NAME", name)
    shown: list[str] = []

    def deed(handler: BaseHTTPRequestHandler) -> None:
        token = base64.b64decode(handler.headers.get("Authorization", "").partition(" ")[2])
        if token[8:9] == b"\x03":
            shown.append(Authenticate.unpack(token).workstation or "")
        says(401, b"", WWW_Authenticate=CHALLENGE if token[8:9] == b"\x01" else "NTLM")(handler)

    with stranger(folder, deed, everywhere=True) as met:
        to = transport_to(met.url, met.bundle)
        to.login(SECONDS)
        to.close()

    assert shown == [name]
    assert len(name) <= NETBIOS_LENGTH_MAX
