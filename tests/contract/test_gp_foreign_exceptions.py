"""No exception of the libraries leaves the way to GP: each is an ending, judged by the leg that it met.

The classes are found by walking the libraries, so that none is forgotten, and raised from the connection itself: all of
urllib3, requests and requests-ntlm stands between there and the transport, as on a bad day.
"""

from __future__ import annotations

import builtins
import http.client
import socket
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar, NoReturn

import lxml.etree
import pytest
import requests_ntlm
import spnego
import urllib3
from bridge.domain.outcome import Misconfigured, Transient, UnknownOutcome
from bridge.gp.soap import SoapGp
from bridge.gp.transport import Ending
from bridge.protocols.permit import LoginResult
from urllib3.connection import HTTPSConnection

from local.gp import GpSimulator
from tests.contract.gp_calls import connected, create, login, read
from tests.contract.gp_port import COMPANY, NUMBER, an_order

LIBRARIES: tuple[ModuleType, ...] = (
    builtins,
    http.client,
    lxml.etree,
    requests_ntlm,
    socket,
    spnego,
    ssl,
    urllib3,
    *(
        sys.modules[name]
        for name in ("requests", "cryptography", "binascii", "struct", "zlib", "json", "idna", "email")
    ),
)
CERTIFICATE = ssl.SSLCertVerificationError  # the one class that says at connecting what a person has to repair
NEVER_RAISED = {"ExceptionGroup"}  # holds others, and is none itself


def modules_of(library: ModuleType) -> Iterator[ModuleType]:
    for name, module in list(sys.modules.items()):
        if name == library.__name__ or name.startswith(library.__name__ + "."):
            yield module


def classes() -> list[type[Exception]]:
    """Every exception class that one of the libraries' loaded modules holds."""
    found: set[type[Exception]] = set()
    for library in LIBRARIES:
        for module in modules_of(library):
            found |= {each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Exception)}
    return sorted((each for each in found if each.__name__ not in NEVER_RAISED), key=lambda each: each.__qualname__)


def made(kind: type[Exception]) -> Exception:
    """One of them, from whatever its constructor wants."""
    wanted: list[tuple[Any, ...]] = [("made up",), (), (1, "made up"), ("a", "b", "c"), ("utf-8", b"", 0, 1, "made up")]
    wanted += [(None, "made up", 1), (b"a", 1), ("a", None, "b"), (None, None, None, None)]
    for arguments in wanted:
        try:
            return kind(*arguments)
        except Exception:  # noqa: BLE001, S112 - the next, then
            continue
    return kind.__new__(kind)


class Failing(HTTPSConnection):
    """A connection on which one thing goes wrong. `moment` is what, `leg` on which of its requests (0: any)."""

    failure: ClassVar[Exception]
    moment: ClassVar[str]
    leg: ClassVar[int]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._requests = 0

    def connect(self) -> None:
        self._fail_at("connect")
        super().connect()

    def request(self, *args: Any, **options: Any) -> None:
        self._requests += 1
        self._fail_at("send")
        super().request(*args, **options)

    def getresponse(self) -> Any:
        self._fail_at("answer")
        response = super().getresponse()
        if self.moment == "read" and self._requests == self.leg:
            response._fp.read1 = self._fail  # type: ignore[union-attr, method-assign] # so that urllib3 sees it as its socket's
        return response

    def _fail_at(self, moment: str) -> None:
        if moment == self.moment and self.leg in {0, self._requests}:
            self._fail()

    def _fail(self, *_: Any) -> NoReturn:
        raise self.failure


def failing(kind: type[Exception], moment: str, leg: int) -> type[Failing]:
    return type("Failing", (Failing,), {"failure": made(kind), "moment": moment, "leg": leg})


class Granted:
    """A permit for whoever asks, because here every login fails."""

    def take(self) -> None:
        return None

    def give_back(self, _: LoginResult) -> None:
        return None


# What a write comes to, by where it is met. On a cold connection the legs are a knock, type 1, type 3; warm, a fourth.
MOMENTS = {
    "while connecting": ("connect", 0, Ending.NOT_SENT),
    "waiting for the first 401": ("answer", 1, Ending.NOT_EXECUTED),
    "waiting for the challenge": ("answer", 2, Ending.NOT_EXECUTED),
    "sending type 3": ("send", 3, Ending.UNKNOWN),
    "waiting for the answer to type 3": ("answer", 3, Ending.UNKNOWN),
    "reading the answer to type 3": ("read", 3, Ending.UNKNOWN),
    "waiting on a warm connection": ("answer", 4, Ending.UNKNOWN),
}
OF_THE_PORT = {
    Ending.NOT_SENT: Transient,
    Ending.NOT_EXECUTED: Transient,
    Ending.UNKNOWN: UnknownOutcome,
    Ending.MISCONFIGURED: Misconfigured,
}


@pytest.fixture(scope="module")
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder) as simulator:
        yield simulator


def test_the_walk_finds_every_library() -> None:
    found = {each.__module__.partition(".")[0] for each in classes()}

    assert {"requests", "urllib3", "ssl", "http", "spnego", "lxml", "builtins", "binascii", "zlib"} <= found
    assert {"KeyError", "PermissionError", "SSLCertVerificationError", "gaierror", "InvalidTokenError"} <= {
        each.__name__ for each in classes()
    }
    assert len(classes()) > 200


@pytest.mark.parametrize("name", MOMENTS)
def test_each_exception_is_an_ending_by_the_leg_that_it_met(gp: GpSimulator, name: str) -> None:
    moment, leg, usual = MOMENTS[name]
    wrong, connection = {}, failing(OSError, moment, leg)
    with connected(gp, connection=connection, permit=Granted()) as to:
        for number, kind in enumerate(classes()):
            connection.failure = made(kind)
            if leg == 4:
                login(to)
            reply = create(to, f"SB{leg}{moment[:2]}{number}".upper())
            ending = Ending.MISCONFIGURED if moment == "connect" and issubclass(kind, CERTIFICATE) else usual
            if reply.ending is not ending:
                wrong[kind.__name__] = reply

    assert wrong == {}


def test_what_was_not_executed_is_not_in_gp(gp: GpSimulator) -> None:
    """The endings above are the truth: seen in GP's own books."""
    safe = []
    for moment, leg, ending in MOMENTS.values():
        with connected(gp, connection=failing(OSError, moment, leg)) as to:
            if leg == 4:
                login(to)
            create(to, f"T{leg}{moment}".upper())
        if ending is not Ending.UNKNOWN:
            safe.append(f"T{leg}{moment}".upper())

    assert len(safe) == 3
    assert [document.number for document in gp.books.documents() if document.number in safe] == []


def test_each_exception_is_one_of_our_failures_at_the_port(gp: GpSimulator) -> None:
    connection = failing(OSError, "read", 3)
    with connected(gp, connection=connection, permit=Granted()) as to:
        for kind in classes():
            connection.failure = made(kind)
            with pytest.raises(UnknownOutcome):
                SoapGp(to, COMPANY).create_sales_order(an_order())


@pytest.mark.parametrize("name", [name for name, (_, leg, _) in MOMENTS.items() if leg != 4])
def test_each_leg_is_one_of_our_failures_at_the_port(gp: GpSimulator, name: str) -> None:
    moment, leg, ending = MOMENTS[name]
    for kind in (KeyError, PermissionError, ssl.SSLError, urllib3.exceptions.ProtocolError):
        with connected(gp, connection=failing(kind, moment, leg), permit=Granted()) as to:
            with pytest.raises(OF_THE_PORT[ending]):
                SoapGp(to, COMPANY).create_sales_order(an_order())
            with pytest.raises(Transient):
                SoapGp(to, COMPANY).sales_order(NUMBER)


@pytest.mark.parametrize("moment", ["answer", "read"])
def test_a_login_that_fails_has_written_nothing(gp: GpSimulator, moment: str) -> None:
    for kind in (OSError, KeyError, urllib3.exceptions.ProtocolError):
        with connected(gp, connection=failing(kind, moment, 3)) as to:
            assert login(to).ending is Ending.NOT_EXECUTED


def test_a_certificate_that_is_refused_is_no_excuse_for_a_lost_write(gp: GpSimulator) -> None:
    for moment, leg, ending in [("connect", 0, Ending.MISCONFIGURED), ("answer", 3, Ending.UNKNOWN)]:
        with connected(gp, connection=failing(CERTIFICATE, moment, leg), permit=Granted()) as to:
            assert create(to, "SB0").ending is ending
            with pytest.raises(OF_THE_PORT[ending]):
                SoapGp(to, COMPANY).create_sales_order(an_order())


def test_what_is_read_after_it_went_wrong_once_is_right_again(tmp_path: Path) -> None:
    """Nothing of a failed call stays behind in the session. A GP of its own hears no call that another test gave up."""
    with GpSimulator(tmp_path) as gp, connected(gp, permit=Granted()) as to:
        for when in ("bare", "login", "before", "after"):
            gp.stops.add("GetSalesOrderByKey", when, "drop")
            to.close()
            assert read(to).ending in {Ending.NOT_EXECUTED, Ending.UNKNOWN}
            assert read(to).ending is Ending.BUSINESS_FAULT
