"""The transport to GP takes its settings from nobody but the operator."""

from __future__ import annotations

import pytest
from bridge.gp.transport import Ending

from local.gp import GpSimulator
from tests.contract.gp_port import transport


def test_a_proxy_of_the_environment_is_not_asked(gp: GpSimulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://localhost:9")
    to = transport(gp)
    try:
        assert to.login(20).ending is Ending.ANSWERED
    finally:
        to.close()
