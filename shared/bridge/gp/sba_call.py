"""One request to GP's service based architecture: its address, its answer, and what becomes of what is neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol
from urllib.parse import quote

from bridge.domain.outcome import Failure, Refused, Transient, UnknownOutcome, Withheld
from bridge.gp.ending import Ending, Reading, Reply, answered, answered_with
from bridge.gp.faults import LINE_LENGTH_MAX, LINES_MAX, Complaint, is_busy
from bridge.gp.refusals import kind_of
from bridge.gp.sba_json import Json, Row, dump, parse

LOGIN_SECONDS = 20
READ_SECONDS = 45
WRITE_SECONDS = 60  # nobody publishes how long GP takes to save; seconds are usual
HELP = "help"  # harmless, always there, and asks for a login
NOT_THERE = (404, 405)  # no resource of that address, or none that takes this verb: nothing was executed
_ANSWERED = answered_with(200, 201, 400, *NOT_THERE, 500, 501)
READ_HEADERS = {"Accept": "application/json"}
POST_HEADERS = {**READ_HEADERS, "Content-Type": "application/json; charset=utf-8"}


class Connection(Protocol):
    """What is needed of a connection to GP, whose address is the tenant's: `transport.Transport`."""

    @property
    def server_time(self) -> dt.datetime | None: ...
    @property
    def keeps_login(self) -> bool: ...
    @property
    def is_dry(self) -> bool: ...

    def close(self) -> None: ...
    def login(self, seconds: float) -> Reply: ...
    def request(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        seconds: float,
        *,
        reading: Reading,
    ) -> Reply: ...


def login_page(tenant: str) -> str:
    """The page to log in at: the tenant's own address answers nothing."""
    return f"{tenant.rstrip('/')}/{HELP}"


def address(resource: str, *keys: str) -> str:
    """A resource, or one of its members. The comma stays, as in the addresses that are seen of live servers."""
    return f"{resource}({';'.join(quote(key, safe=',') for key in keys)})" if keys else resource


def of_sba(status: int, body: bytes) -> Ending | None:
    """SBA says in JSON that something is not there: another's 404, a proxy's page, says nothing of what GP did."""
    is_json = body.lstrip()[:1] == b"{"
    return _ANSWERED(status, body) if is_json or status not in NOT_THERE else None


def get(connection: Connection, path: str) -> Reply:
    reply = connection.request("GET", path, None, READ_HEADERS, READ_SECONDS, reading=of_sba)
    return answered(reply, is_write=False)


def post(connection: Connection, path: str, payload: Json, headers: dict[str, str], *, is_write: bool) -> Reply:
    """Send a payload in its wrapper. One that GP has no letters or no digits for is refused before it is sent."""
    with writing():
        body = dump({"Payload": payload}).encode()
    if is_write and connection.is_dry:
        raise Withheld(body, f"POST {path}")
    seconds = WRITE_SECONDS if is_write else READ_SECONDS
    reply = connection.request("POST", path, body, POST_HEADERS | headers, seconds, reading=of_sba)
    return answered(reply, is_write=is_write)


def doubt(text: str, *, is_write: bool) -> Failure:
    """No answer to believe: a read is tried again, a write is looked for."""
    return UnknownOutcome(text) if is_write else Transient(text)


def refused(reason: str, lines: Sequence[str]) -> Failure:
    """A refusal in GP's own sentences, unless nothing but somebody else's work on the record stands against it."""
    reason = reason[:LINE_LENGTH_MAX]
    evidence = tuple(line[:LINE_LENGTH_MAX] for line in lines if line)[:LINES_MAX]
    if is_busy(evidence):
        return Transient(f"{reason}: {evidence[0]}", is_answer=True)
    return Refused(reason, evidence, kind_of(Complaint(line) for line in [*evidence, reason]))


@contextmanager
def agreed(what: str, *, is_write: bool = False) -> Iterator[None]:
    """An answer that is not as agreed is no answer. The text names the member, and holds nothing of its content."""
    try:
        yield
    except ValueError as failure:
        text = f"GP's answer to {what} is not as agreed: {failure}"
        raise doubt(text, is_write=is_write) from None


@contextmanager
def writing() -> Iterator[None]:
    """What cannot be written down exactly is not sent at all."""
    try:
        yield
    except ValueError as failure:
        raise Refused(f"GP's interface cannot carry the document: it holds {failure}") from None


def unwrapped(body: bytes) -> Json:
    """What is in the wrapper; a ValueError where there is none."""
    members = Row.of(parse(body)).members
    if "Payload" not in members:
        raise ValueError("Payload is missing")
    return members["Payload"]
