"""One HTTPS connection to GP under a Windows login (NTLM), and what became of each request on it.

requests-ntlm does the cryptography. Around it stands what it leaves to its caller, each measured against an NTLMv2
server: a login belongs to one TCP connection, so one session is used by one caller; bodies are bytes (a generator
would be sent empty on the third leg); a refused login is never tried again; the timeout is for the whole call, not for
each of its three legs; an environment variable may not replace the company's certificate authority; a redirect
would log in elsewhere. The outcome of a request is a value, because the same exception can mean "not sent" and
"executed".
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

import requests
import requests.adapters
import requests_ntlm
import urllib3

IDLE_SECONDS_MAX = 20  # far below what any firewall, NAT gateway or IIS keeps an idle connection for
ANSWER_BYTES_MAX = 20_000_000
READ_BYTES = 65_536
CONNECT_SECONDS = 5

# At DEBUG these print whole NTLM tokens and Authorization headers; a type 3 message can be attacked offline.
for _name in ("spnego", "requests_ntlm", "urllib3", "http.client"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class Latch(Protocol):
    """Remembers, for every worker, that the Windows login was refused with this very password."""

    def is_refused(self) -> bool: ...

    def refuse(self) -> None: ...


class Ending(StrEnum):
    """What became of a request, as far as safety goes."""

    ANSWERED = "answered"
    NOT_SENT = "not sent"
    NOT_EXECUTED = "not executed"
    UNKNOWN = "unknown"
    REJECTED_LOGIN = "rejected login"
    BROKEN_HANDSHAKE = "broken handshake"
    MISCONFIGURED = "misconfigured"
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` and `body` are GP's where it answered; `why` says in words for an operator what else happened."""

    ending: Ending
    status: int = 0
    body: bytes = b""
    why: str = ""


SHUT = Reply(
    Ending.REJECTED_LOGIN, why="the Windows login was refused, and nobody tries again before the GP secret changes"
)


@dataclass(slots=True)
class _Leg:
    connection: int  # counted from 1 as they are opened
    authorization: str  # "", "type 1" or "type 3"
    was_sent: bool = False


class _LoginShut(Exception):
    """Somebody's login was refused with this password: no other handshake begins."""


class _Watcher(requests.adapters.HTTPAdapter):
    """Sees every leg of a call: clips its timeout to the deadline, notes its connection, and guards the handshake."""

    def __init__(self, latch: Latch, seconds: Callable[[], float]) -> None:
        self._latch = latch
        self._seconds = seconds
        self._is_connecting = False
        self._opened = 0
        self.legs: list[_Leg] = []
        self.deadline = 0.0
        super().__init__(pool_connections=1, pool_maxsize=1, pool_block=True, max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """urllib3 counts connection objects, which connect again by themselves; a login needs the connections."""
        super().init_poolmanager(*args, **options)
        watcher = self

        class Connection(urllib3.connection.HTTPSConnection):
            def connect(self) -> None:
                watcher._is_connecting = True
                super().connect()
                watcher._is_connecting = False
                watcher._opened += 1

        pool = type("Pool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": Connection})
        self.poolmanager.pool_classes_by_scheme = {"https": pool}

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        kind = _kind_of_login(request.headers.get("Authorization"))
        if kind == "type 1" and self._latch.is_refused():
            raise _LoginShut
        left = self.deadline - self._seconds()
        if left <= 0:
            raise requests.exceptions.ReadTimeout("the call's time is up")
        self.legs.append(_Leg(self._opened, kind))
        options["timeout"] = (min(CONNECT_SECONDS, left), left)
        self._is_connecting = False
        try:
            return super().send(request, *args, **options)
        finally:
            # However it ended: on an open connection something may have gone out.
            self.legs[-1].was_sent = not self._is_connecting
            self.legs[-1].connection = self._opened

    def check(self) -> None:
        """Raise when the call's time is up: a server that trickles would never let a read time out."""
        if self._seconds() > self.deadline:
            raise requests.exceptions.ReadTimeout("the call's time is up")


class Transport:
    """One session with GP, for one caller: never shared by threads.

    `ca_bundle` is the file of the certificate authority that GP's certificate must come from; `seconds` reads a clock.
    Once a login was refused nobody tries that password again: five tries lock most accounts.
    """

    def __init__(
        self, url: str, *, username: str, password: str, ca_bundle: str, latch: Latch, seconds: Callable[[], float]
    ) -> None:
        self._url = url
        self._ca_bundle = ca_bundle
        self._seconds = seconds
        self._latch = latch
        self._watcher = _Watcher(latch, seconds)
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.adapters.clear()
        self._session.mount("https://", self._watcher)
        self._session.auth = requests_ntlm.HttpNtlmAuth(username, password)
        self._used_at = float("-inf")
        self._is_logged_in = False
        self._is_refused = False

    def login(self, seconds: float) -> Reply:
        """Log in with a bodiless request, unless the connection still is. Whatever fails here, nothing was written."""
        if self._is_logged_in and self._seconds() - self._used_at < IDLE_SECONDS_MAX:
            return Reply(Ending.ANSWERED, 200)
        return self._call("GET", None, {}, seconds)

    def post(self, body: bytes, headers: dict[str, str], seconds: float) -> Reply:
        """Send one body and read one answer."""
        return self._call("POST", body, headers, seconds)

    def close(self) -> None:
        """Close the connection: the login on it ends."""
        self._session.close()
        self._is_logged_in = False

    def _call(self, method: str, body: bytes | None, headers: dict[str, str], seconds: float) -> Reply:
        if self._seconds() - self._used_at >= IDLE_SECONDS_MAX:
            self.close()
        if self._is_refused or (not self._is_logged_in and self._latch.is_refused()):
            return SHUT
        self._watcher.legs = []
        self._watcher.deadline = self._seconds() + seconds
        reply = self._judge(lambda: self._request(method, body, headers))
        self._used_at = self._seconds()
        if reply.ending is Ending.ANSWERED:
            # Logged in, or never asked to: from now on a first leg may be executed.
            self._is_logged_in = True
            return reply
        self.close()
        if reply.ending is Ending.REJECTED_LOGIN:
            self._is_refused = True  # first here: should the row not be written, this worker at least has learned
            self._latch.refuse()
        return reply

    def _request(self, method: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        response = self._session.request(
            method,
            self._url,
            data=body,
            headers=headers,
            verify=self._ca_bundle,
            allow_redirects=False,
            timeout=CONNECT_SECONDS,  # the watcher sets the real one, leg by leg
            stream=True,
        )
        with response:
            answer = bytearray()
            while part := response.raw.read1(READ_BYTES, decode_content=True):
                answer += part
                self._watcher.check()
                if len(answer) > ANSWER_BYTES_MAX:
                    return Reply(Ending.UNKNOWN, response.status_code, b"", "GP's answer is larger than 20 MB")
        if response.raw.length_remaining:
            return Reply(Ending.UNKNOWN, response.status_code, b"", "GP's answer broke off")
        return self._reply(response, bytes(answer))

    def _reply(self, response: requests.Response, answer: bytes) -> Reply:
        status = response.status_code
        if status == 401:
            return self._unauthorized(response)
        if status in (301, 302, 303, 307, 308, 403, 404):
            return Reply(Ending.MISCONFIGURED, status, b"", f"GP's address answers {status}: look at GpServiceUrl")
        if status in (429, 503):
            return Reply(self._if_executing(Ending.BUSY), status, b"", f"GP answers {status}: it is busy or starting")
        if status in (200, 500) or (response.request.method == "GET" and status in (400, 405)):
            # With its help page switched off the service answers a login's GET with 400 or 405: it was let in.
            return Reply(Ending.ANSWERED, status, answer)
        return Reply(self._if_executing(Ending.NOT_EXECUTED), status, b"", f"GP's server answers {status}")

    def _unauthorized(self, response: requests.Response) -> Reply:
        """A 401 counts as a refused login only when one connection carried the whole handshake."""
        legs = self._watcher.legs
        offered = response.headers.get("WWW-Authenticate", "")
        if legs and legs[-1].authorization == "type 3":
            if len(legs) > 1 and legs[-1].connection == legs[-2].connection:
                why = "GP's server refuses the Windows login: wrong password, locked, disabled or expired account"
                return Reply(Ending.REJECTED_LOGIN, 401, b"", why)
            return Reply(Ending.BROKEN_HANDSHAKE, 401, b"", "the login was torn apart over two connections")
        if "NTLM" not in offered and "Negotiate" not in offered:
            return Reply(Ending.MISCONFIGURED, 401, b"", "GP's server does not offer a Windows login (NTLM)")
        return Reply(Ending.BROKEN_HANDSHAKE, 401, b"", "the login broke off before the password was asked for")

    def _judge(self, call: Callable[[], Reply]) -> Reply:
        """Turn whatever requests and its friends raise into an outcome."""
        try:
            return call()
        except _LoginShut:
            return SHUT
        except requests.exceptions.SSLError as failure:
            return self._tls_failure(failure)
        except (KeyError, PermissionError) as failure:
            # requests-ntlm's own way to say that a leg of the handshake came back without a challenge.
            return Reply(Ending.NOT_EXECUTED, 0, b"", f"the login broke off ({type(failure).__name__})")
        except OSError as failure:  # every exception of requests is one
            return self._lost(failure)
        except Exception as failure:  # noqa: BLE001 - nothing foreign leaves this file, urllib3's own kinds included
            return self._lost(failure)

    def _tls_failure(self, failure: Exception) -> Reply:
        if "CERTIFICATE_VERIFY_FAILED" in str(failure):
            why = "GP's certificate is not from the configured authority, or not for this name"
            return Reply(Ending.MISCONFIGURED, 0, b"", why)
        return self._lost(failure)

    def _lost(self, failure: Exception) -> Reply:
        why = f"no answer from GP ({type(failure).__name__})"
        if not any(leg.was_sent for leg in self._watcher.legs):
            return Reply(Ending.NOT_SENT, 0, b"", f"GP cannot be reached ({type(failure).__name__})")
        return Reply(self._if_executing(Ending.NOT_EXECUTED), 0, b"", why)

    def _if_executing(self, otherwise: Ending) -> Ending:
        """Unknown when the last leg carried the request with authority; `otherwise` while still shaking hands."""
        legs = self._watcher.legs
        last = legs[-1].authorization if legs else ""
        if last == "type 3" or (last == "" and self._is_logged_in):
            return Ending.UNKNOWN
        return otherwise


def _kind_of_login(authorization: str | bytes | None) -> str:
    """Which message of the handshake a header carries, from NTLM's message type byte ([MS-NLMP] 2.2.1)."""
    if not authorization:
        return ""
    text = authorization.decode() if isinstance(authorization, bytes) else authorization
    token = text.partition(" ")[2]
    return "type 1" if token.startswith("TlRMTVNTUAAB") else "type 3"
