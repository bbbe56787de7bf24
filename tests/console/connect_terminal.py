"""An operator at a terminal with a browser, as `gp-shipbob connect shipbob` meets them."""

from __future__ import annotations

import argparse
import json
import secrets
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from bridge.console import cli_connect
from bridge.console.terminal import Terminal
from bridge.domain.connection import Channel
from bridge.domain.outcome import Failure
from bridge.ports import Ports
from bridge.protocols.consent import REQUIRED_SCOPES

from local.memory.tokens import APPLICATION
from tests.connected import Connection

OPERATOR = "arn:aws:iam::123456789012:user/day-shift"
OWN = Channel(180001, "GP Integration", "SMA", frozenset(REQUIRED_SCOPES) | {"orders_write"})
SHOP = Channel(122233, "Wingtip Store", "Shopify", frozenset({"orders_read", "products_read"}))
CONSENT = ("connect", "shipbob", "--client-id", APPLICATION.client_id)

type Browser = Callable[[str], object]


class Person(Terminal):
    """`types` answers the prompts, in their order; `browses` is what happens when a page opens."""

    consent_seconds = 20.0

    def __init__(self, *types: str | Callable[[str], str], browses: Browser | None = None) -> None:
        super().__init__(secrets.token_bytes)
        self._types = list(types)
        self._browses = browses
        self.said: list[str] = []
        self.prompts: list[str] = []
        self.opened: list[str] = []

    def say(self, *lines: str) -> None:
        self.said += lines
        super().say(*lines)

    def ask(self, prompt: str) -> str:
        return self._typed(prompt)

    def ask_secret(self, prompt: str) -> str:
        return self._typed(prompt)

    def read_secret(self) -> str:
        return self._typed("stdin")

    def open(self, address: str) -> None:
        self.opened.append(address)
        if self._browses is not None:
            threading.Thread(target=self._browses, args=(address,), daemon=True).start()

    def page(self) -> str:
        """The address that was last said."""
        return [line for line in self.said if line.startswith("https://")][-1]

    def _typed(self, prompt: str) -> str:
        self.prompts.append(prompt)
        answer = self._types.pop(0)
        return answer if isinstance(answer, str) else answer(self.page())


def run(ports: Ports, person: Person, *arguments: str) -> int:
    """The command, as `gp-shipbob` runs it."""
    parser = argparse.ArgumentParser(prog="gp-shipbob")
    parser.add_argument("--json", action="store_true")
    cli_connect.add(parser.add_subparsers(required=True), person)
    options = parser.parse_args(arguments)
    try:
        found: int = options.command(options, ports, OPERATOR)
    except (Failure, ValueError) as failure:
        print(f"gp-shipbob: {failure}", file=sys.stderr)  # noqa: T201 - as the command says it
        return 1
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def land(redirect_uri: str, brought: Mapping[str, str], way: str) -> list[httpx.Response]:
    """The browser lands: it posts a form, or goes to an address with a query, or a fragment that a page hands on."""
    with httpx.Client(trust_env=False) as browser:
        if way == "form":
            return [browser.post(redirect_uri, data=dict(brought))]
        if way == "query":
            return [browser.get(f"{redirect_uri}?{urlencode(brought)}")]
        shown = browser.get(redirect_uri)  # a browser does not send what stands behind the #
        assert "location.hash" in shown.text
        return [shown, browser.get(f"{redirect_uri}?{urlencode(brought)}")]


def a_world() -> Connection:
    """Connected by OAuth, at a merchant with a shop of its own."""
    world = Connection()
    world.shipbob.installations = [SHOP, OWN]
    return world


def said(capsys: pytest.CaptureFixture[str]) -> Any:
    """The result of a command with --json."""
    return json.loads(capsys.readouterr().out)


def pasting(world: Connection, mark: str = "#", **otherwise: str) -> Callable[[str], str]:
    """The merchant agrees elsewhere, and the operator pastes the address; `otherwise` changes what it holds."""

    def paste(address: str) -> str:
        return f"http://127.0.0.1:8765/callback{mark}{urlencode(world.authority.agree(address) | otherwise)}"

    return paste
