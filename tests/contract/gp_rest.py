"""Requests to GP's service based architecture as any client writes them: plain JSON over one polite session."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import requests
from requests_ntlm import HttpNtlmAuth

from local.gp import GpSimulator

COMPANY = "Companies(Wingtip%20Distribution,%20Inc.)"
SERVICE = f"{COMPANY}/Bridge/Documents"
ACTION = {"GP-Custom-Action": "POST"}
FIRST_LINE = 16384


class Rest:
    """One session. Numbers with a decimal point are read as Decimal."""

    def __init__(self, gp: GpSimulator) -> None:
        self._gp = gp
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = HttpNtlmAuth(gp.username, gp.password)

    def send(self, method: str, path: str, body: object = None, **headers: str) -> requests.Response:
        """`path` below the tenant; an empty header is left out."""
        given = {"Accept": "application/json", "Content-Type": "application/json", **headers}
        return self.session.request(
            method,
            f"{self._gp.sba_url}/{path}",
            data=None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode(),
            headers={name: value for name, value in given.items() if value},
            verify=str(self._gp.ca_bundle),
            timeout=30,
        )

    def get(self, path: str, **headers: str) -> requests.Response:
        """`path` below the company."""
        return self.send("GET", f"{COMPANY}/{path}", **headers)

    def read(self, path: str) -> Any:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return payload(answer)

    def post(self, path: str, given: object) -> requests.Response:
        return self.send("POST", f"{COMPANY}/{path}", {"Payload": given})

    def asked(self, operation: str, **given: object) -> requests.Response:
        """An operation of the custom service."""
        return self.send("POST", SERVICE, {"Payload": {"operation": operation, **given}}, **ACTION)

    def done(self, operation: str, **given: object) -> Any:
        answer = self.asked(operation, **given)
        assert answer.status_code == 200, answer.text
        return payload(answer)

    def create(self, **changes: object) -> Any:
        return self.done("create_sales_document", document=order(**changes))

    def update(self, number: str = "SB100", kind: str = "Order", /, **changes: object) -> Any:
        return self.done("update_sales_document", type=kind, number=number, changes=changes)

    def document(self, number: str = "SB100", kind: str = "Order") -> Any:
        return self.done("read_sales_document", type=kind, number=number)["document"]


@contextmanager
def client(gp: GpSimulator) -> Iterator[Rest]:
    made = Rest(gp)
    with made.session:
        yield made


def payload(answer: requests.Response) -> Any:
    return json.loads(answer.content, parse_float=Decimal)["Payload"]


def messages(refusal: requests.Response) -> list[str]:
    return [error["Message"] for error in refusal.json()["Status"]["Errors"]]


def line(**changes: object) -> dict[str, object]:
    return {
        "sequence": FIRST_LINE,
        "item": "SERUM-30",
        "site": "SB-CICERO",
        "quantity": "2",
        "unit_price": "34.00",
        **changes,
    }


def order(**changes: object) -> dict[str, object]:
    return {
        "type": "Order",
        "number": "SB100",
        "customer": "SHIPBOB-DTC",
        "customer_po": "#1001",
        "date": "2026-11-23",
        "document_type": "STDORD",
        "batch": "SBD261123-01",
        "lines": [line()],
        **changes,
    }


def adjustment(**changes: object) -> dict[str, object]:
    return {
        "DocumentType": 1,
        "DocumentNumber": "ADJ1",
        "BatchNumber": "SBR261123-01",
        "DocumentDate": "2026-11-23",
        "Lines": [{"ItemNumber": "SERUM-30", "SiteID": "SB-CICERO", "Quantity": 3}],
        **changes,
    }
