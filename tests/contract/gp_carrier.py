"""A neighbour that takes SOAP bodies and answers what it was told, without a wire in between."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from bridge.gp.soap import SoapGp
from bridge.gp.transport import Ending, Reply
from lxml import etree

from tests.contract.gp_bodies import DYN, GP, XSI
from tests.contract.gp_port import COMPANY, envelope

LOG_ID = "11111111-2222-4333-8444-555555555555"
NAMES = f'xmlns="{GP}" xmlns:d="{DYN}" xmlns:i="{XSI}"'


def answer(operation: str, result: str = "") -> Reply:
    """An answer with this in its wrapper."""
    body = envelope(f"<{operation}Response {NAMES}>{result}</{operation}Response>")
    return Reply(Ending.ANSWERED, 200, body.encode())


def result(operation: str, inner: str, attributes: str = "") -> Reply:
    """An answer with this in its result."""
    return answer(operation, f"<{operation}Result {attributes}>{inner}</{operation}Result>")


def fault(text: str, detail: str = "", status: int = 500) -> Reply:
    body = envelope(f"<s:Fault><faultcode>s:Client</faultcode><faultstring>{text}</faultstring>{detail}</s:Fault>")
    return Reply(Ending.BUSINESS_FAULT if status == 500 else Ending.ANSWERED, status, body.encode())


def refusal() -> Reply:
    """A fault whose reasons are logged."""
    return fault("A validation exception has occurred.", f"<detail><Message>{LOG_ID}</Message></detail>")


def reasons(*messages: str, properties: str = "") -> Reply:
    """What is logged under its id."""
    names = "".join(f"<string>{name}</string>" for name in properties.split())
    errors = "".join(
        f"<ValidationError><PropertyNames>{names}</PropertyNames><Message>{message}</Message></ValidationError>"
        for message in messages
    )
    return result("GetLoggedValidationResultByKey", f"<Errors>{errors}</Errors>")


def companies(*ids: int) -> Reply:
    rows = (f"<Company><Key><d:Id>{id_}</d:Id></Key><Name>Company {id_}  </Name></Company>" for id_ in ids)
    return result("GetWSEnabledCompanyForUserList", "".join(rows))


@dataclass(slots=True)
class Carrier:
    """`answers` by operation; an operation that has none is answered with nothing in its wrapper.

    `sent` are the operations with their bodies, in their order.
    """

    answers: dict[str, Reply] = field(default_factory=dict)
    sent: list[tuple[str, bytes]] = field(default_factory=list)
    server_time: dt.datetime | None = None
    keeps_login: bool = True
    is_dry: bool = False

    def login(self, seconds: float) -> Reply:
        assert seconds > 0
        return Reply(Ending.ANSWERED, 200)

    def post(self, body: bytes, headers: dict[str, str], seconds: float) -> Reply:
        assert seconds > 0
        assert headers["Content-Type"] == "text/xml; charset=utf-8"
        operation = headers["SOAPAction"].strip('"').removeprefix(f"{GP}/")
        self.sent.append((operation, body))
        return self.answers.get(operation) or answer(operation)

    def close(self) -> None:
        """There is no connection."""

    @property
    def operations(self) -> list[str]:
        return [operation for operation, _ in self.sent]

    def bodies(self, operation: str) -> list[bytes]:
        return [body for sent, body in self.sent if sent == operation]

    def arguments(self, operation: str) -> Iterator[etree._Element]:
        """The call's own element of each body."""
        for body in self.bodies(operation):
            yield etree.fromstring(body)[0][0]


def soap_with(**answers: Reply) -> tuple[SoapGp, Carrier]:
    """The port on such a neighbour, which has our company unless it is told otherwise."""
    carrier = Carrier({"GetWSEnabledCompanyForUserList": companies(COMPANY), **answers})
    return SoapGp(carrier, COMPANY), carrier
