"""One TLS connection to the GP simulator, with each leg of a login sent by hand."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPSConnection
from urllib.parse import urlsplit

import spnego
from spnego.channel_bindings import GssChannelBindings

from local.gp import GpSimulator
from local.gp.account import Account


@dataclass(frozen=True, slots=True)
class Said:
    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def offers(self) -> list[str]:
        return self.headers.get_all("WWW-Authenticate") or []

    @property
    def challenge(self) -> bytes:
        [offer] = self.offers
        return base64.b64decode(offer.partition(" ")[2])


class Person:
    """Somebody with a password, who answers one challenge."""

    def __init__(self, gp: GpSimulator | Account, password: str | None = None, *, binding: bytes | None = None) -> None:
        self._context = spnego.client(
            gp.username,
            password or gp.password,
            hostname="localhost",
            service="http",
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
            channel_bindings=GssChannelBindings(application_data=binding) if binding else None,
        )

    def opening(self) -> bytes:
        """Type 1."""
        return self._context.step() or b""

    def proof(self, challenge: bytes) -> bytes:
        """Type 3."""
        return self._context.step(challenge) or b""


class Line:
    """GETs over one connection."""

    def __init__(self, gp: GpSimulator) -> None:
        address = urlsplit(gp.url)
        trust = ssl.create_default_context(cafile=str(gp.ca_bundle))
        self._path = address.path
        self.connection = HTTPSConnection("localhost", address.port or 443, context=trust, timeout=30)

    def get(self, token: bytes | None = None, scheme: str = "NTLM") -> Said:
        login = {} if token is None else {"Authorization": f"{scheme} {base64.b64encode(token).decode()}"}
        self.connection.request("GET", self._path, headers=login)
        answer = self.connection.getresponse()
        return Said(answer.status, answer.headers, answer.read())

    def logs_in(self, person: Person, scheme: str = "NTLM") -> Said:
        """The two legs that carry a token."""
        challenged = self.get(person.opening(), scheme)
        return self.get(person.proof(challenged.challenge), scheme)


@contextmanager
def line(gp: GpSimulator) -> Iterator[Line]:
    made = Line(gp)
    try:
        yield made
    finally:
        made.connection.close()
