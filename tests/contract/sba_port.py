"""GP's port over SBA: over the simulator, and over a connection that answers whatever it is told."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bridge.gp.ending import Ending, Reading, Reply
from bridge.gp.sba import SbaGp, login_page
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from local.gp import GpSimulator
from tests.contract.gp_port import transport_to

COMPANY = "Wingtip Distribution, Inc."
UNDER = "Companies(Wingtip%20Distribution,%20Inc.)"
SERVICE = "Bridge/Documents"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "gp-sba-service.schema.json").read_text())
HELP = "\n".join(
    f"https://gp.example.com/GPService/Tenants(DefaultTenant)/Companies(Name)/{path}"
    for path in (
        "Inventory/Items(ItemNumber)",
        "Inventory/Items(ItemNumber)/ItemSites",
        "Inventory/Sites",
        "Inventory/Transactions(Type;Number)",
        "Inventory/TransactionHeaders",
        "Sales/Customers(CustomerNumber)",
    )
)


def of(definition: str) -> Draft202012Validator:
    """The schema of one of its definitions."""
    return Draft202012Validator({**SCHEMA, "$ref": f"#/$defs/{definition}"})


@contextmanager
def sba_port(gp: GpSimulator, *, company: str = COMPANY, service: str = SERVICE, **how: Any) -> Iterator[SbaGp]:
    """SbaGp as the simulator's own account has it."""
    given = {"username": gp.username, "password": gp.password, "login_path": login_page(gp.sba_url), **how}
    made = transport_to(gp.sba_url, gp.ca_bundle, **given)
    try:
        yield SbaGp(made, company, service)
    finally:
        made.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that went out."""

    method: str
    path: str
    body: Any
    headers: Mapping[str, str]


NOT_THERE = Reply(Ending.ANSWERED, 404, b'{"Status": {"Errors": [{"Message": "There is no such resource."}]}}')


@dataclass(slots=True)
class Told:
    """A connection that answers by method and path as it is told, and 404 to the rest. A list is told one by one."""

    answers: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    server_time: dt.datetime | None = None
    keeps_login: bool = True
    is_dry: bool = False
    is_closed: bool = False

    def close(self) -> None:
        self.is_closed = True

    def login(self, seconds: float) -> Reply:
        return Reply(Ending.ANSWERED, 200)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        seconds: float,
        *,
        reading: Reading,
    ) -> Reply:
        self.asked.append(Asked(method, path, json.loads(body) if body else None, headers))
        told = self.answers.get(f"{method} {path}", NOT_THERE)
        reply = told.pop(0) if isinstance(told, list) else told
        is_read = reply.ending is not Ending.ANSWERED or reading(reply.status, reply.body)
        return reply if is_read else Reply(Ending.UNKNOWN, reply.status, why=f"GP's server answers {reply.status}")

    @property
    def paths(self) -> list[str]:
        return [f"{asked.method} {asked.path}" for asked in self.asked]


def told(status: int = 200, payload: object = None, **wrapper: object) -> Reply:
    """An answer of GP's: the payload in its wrapper, or a wrapper of one's own."""
    return Reply(Ending.ANSWERED, status, json.dumps(wrapper or {"Payload": payload}).encode())


def about(*operations: str, version: int = 1) -> Reply:
    return told(payload={"about": {"version": version, "operations": list(operations)}})


def over(connection: Told, service: str = SERVICE) -> SbaGp:
    return SbaGp(connection, COMPANY, service)


def stock(**answers: Reply) -> Told:
    """A server whose help page lists everything and which has the company; answers by what follows the company."""
    listed = {f"GET {UNDER}/{path}": reply for path, reply in answers.items()}
    companies = told(payload=[{"CompanyID": 2, "CompanyName": COMPANY}])
    return Told({"GET help": Reply(Ending.ANSWERED, 200, HELP.encode()), "GET Companies": companies, **listed})


def service(*replies: Reply) -> Told:
    """A server whose own service of the bridge gives these answers, one by one."""
    return Told({f"POST {UNDER}/{SERVICE}": list(replies)})
