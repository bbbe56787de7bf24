"""HTTPS with GP under a Windows login (NTLM), and what became of each request.

Around requests and requests-ntlm stands what they leave to their caller, each measured against an NTLMv2 server: a
login belongs to one TCP connection, so one session is used by one caller; bodies are bytes (a generator would be sent
empty on the third leg); a refused login is never tried again; the timeout is for the whole call, not for each of its
legs; an environment variable may not replace the company's certificate authority; a redirect would log in elsewhere.
"""

from __future__ import annotations

import datetime as dt
import logging
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
import requests_ntlm
from requests.exceptions import InvalidSchema, InvalidURL, MissingSchema
from urllib3.connection import HTTPSConnection

from bridge.domain.outcome import Misconfigured
from bridge.gp.ending import Ending, Reading, Reply, of_login, of_soap
from bridge.gp.legs import CONNECT_SECONDS, Call, Kind, TornHandshake, Watcher, whole
from bridge.gp.tls import context
from bridge.gp.turn import NoTurn, Pace, Turn
from bridge.protocols.permit import LoginPermit

__all__ = ["Account", "Address", "Ending", "Pace", "Reply", "Transport"]

logger = logging.getLogger(__name__)

IDLE_SECONDS_MAX = 20  # far below what any firewall, NAT gateway or IIS keeps an idle connection for
ANSWER_BYTES_MAX = 20_000_000
RETRY_AFTER_MAX = 3600.0
SECONDS_MIN = 2.0  # with less than this left, nothing is begun


@dataclass(frozen=True, slots=True)
class Address:
    """Where GP is. `ca_bundle` is the file of the certificate authority that its certificate must come from.

    `is_strict` False forgives that authority what Python 3.13 began to refuse. `login_path` is a harmless page on the
    same server that asks for a login; empty for the address itself.
    """

    url: str
    ca_bundle: str
    is_strict: bool = True
    login_path: str = ""

    @property
    def login_url(self) -> str:
        """`Misconfigured` for a page of another server, which must not see the login."""
        try:
            page = urljoin(self.url, self.login_path) if self.login_path else self.url
            is_here = urlsplit(page)[:2] == urlsplit(self.url)[:2]
        except ValueError:
            is_here = False
        if not is_here:
            raise Misconfigured("GP's address is none, or the page for its login is on another server")
        return page


@dataclass(frozen=True, slots=True)
class Account:
    """The Windows account, as DOMAIN\\user, and the permit to log in with it.

    Where a lockout threshold is set, five refused tries or fewer are usual (CIS).
    """

    username: str
    password: str = field(repr=False)
    permit: LoginPermit


class Transport:
    """One session with GP, for one caller: never shared by threads. `connection` is what it opens connections with.

    `is_dry`: whoever builds a write keeps it back, as in a dry run.
    """

    def __init__(
        self,
        address: Address,
        account: Account,
        pace: Pace,
        *,
        connection: type[HTTPSConnection] = HTTPSConnection,
        is_dry: bool = False,
    ) -> None:
        self.is_dry = is_dry
        self._address = address
        self._login_url = address.login_url
        self._seconds = pace.seconds
        self._left = pace.left
        self._turn = Turn(account.permit, pace)
        self._watcher = Watcher(
            self._login_url, context(is_strict=address.is_strict), self._turn, pace.seconds, connection
        )
        if not address.is_strict:
            logger.warning("GP's certificate is verified without the strict checks of RFC 5280 (GpStrictX509=false)")
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.adapters.clear()
        self._session.mount("https://", self._watcher)
        self._session.auth = requests_ntlm.HttpNtlmAuth(account.username, account.password)
        self._used_at = float("-inf")
        self._server_time: dt.datetime | None = None

    @property
    def keeps_login(self) -> bool:
        """Whether a login has been seen to last for its connection; GP's default is one for each request."""
        return self._watcher.line.keeps_login is True

    @property
    def server_time(self) -> dt.datetime | None:
        """The server's clock as its last answer had it, to the second."""
        return self._server_time

    def login(self, seconds: float) -> Reply:
        """Log in with a bodiless request, so that a write after it crosses once. Whatever fails here, nothing was
        written.

        Costs nothing where it gains nothing: on a connection that still is logged in, with a server that forgets the
        login at once, and in a dry run, where no write follows.
        """
        line = self._watcher.line
        if self.is_dry or line.keeps_login is False or (line.is_logged_in and not self._was_idle()):
            return Reply(Ending.ANSWERED, 200)
        request = requests.Request("GET", self._login_url)
        return self._call(request, Call(self._seconds() + seconds, is_login=True), of_login)

    def post(self, body: bytes, headers: dict[str, str], seconds: float) -> Reply:
        """Send one SOAP message and read the answer."""
        return self.request("POST", "", body, headers, seconds)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: dict[str, str],
        seconds: float,
        *,
        reading: Reading = of_soap,
    ) -> Reply:
        """Send one request to `path` below the address (percent-encoded; empty for the address itself).

        `seconds` is for all of it: connecting, each leg of a login, and the answer to its last byte; it is cut to what
        is left of the run. `reading` says which statuses are answers of GP's own.
        """
        if not isinstance(body, bytes | None):
            raise TypeError("a body is bytes: a login sends it again, and anything else would be empty by then")
        url = f"{self._address.url.rstrip('/')}/{path.lstrip('/')}" if path else self._address.url
        request = requests.Request(method, url, data=body, headers=headers)
        return self._call(request, Call(self._seconds() + seconds), reading)

    def close(self) -> None:
        """Close the connection: the login on it ends."""
        self._session.close()

    def _was_idle(self) -> bool:
        """Also when the clock went back: nobody knows for how long then."""
        return not 0 <= self._seconds() - self._used_at < IDLE_SECONDS_MAX

    def _call(self, request: requests.Request, call: Call, reading: Reading) -> Reply:
        left = self._left()
        if left < SECONDS_MIN:
            return Reply(Ending.NOT_SENT, why="the function's time is nearly up")
        call.deadline = min(call.deadline, self._seconds() + left)
        if self._was_idle():
            self.close()
        self._watcher.call = call
        reply = self._judge(lambda: self._answered(request, call, reading))
        self._used_at = self._seconds()
        self._turn.give_back(call.login_result(self._used_at))
        if not reply.is_of_gp:
            self.close()
        return reply

    def _answered(self, request: requests.Request, call: Call, reading: Reading) -> Reply:
        response = self._session.send(
            self._session.prepare_request(request),
            verify=self._address.ca_bundle,
            allow_redirects=False,
            timeout=CONNECT_SECONDS,  # the watcher sets the real one, leg by leg
            stream=True,
        )
        self._note_time(response.headers.get("Date"))
        # urllib3 raises where an answer breaks off before its Content-Length.
        body = whole(response, ANSWER_BYTES_MAX)
        if body is None:
            return Reply(_if_executing(call, Ending.NOT_EXECUTED), response.status_code, why="GP's answer is too large")
        is_asked = call.is_login or call.may_be_executed
        ending = reading(response.status_code, body) if is_asked else None
        return Reply(ending, response.status_code, body) if ending else _odd(response, call)

    def _note_time(self, date: str | None) -> None:
        try:
            self._server_time = parsedate_to_datetime(date).astimezone(dt.UTC) if date else None
        except (ValueError, OverflowError):
            self._server_time = None

    def _judge(self, call: Callable[[], Reply]) -> Reply:
        """Turn whatever requests and its friends raise into an outcome."""
        try:
            return call()
        except NoTurn as denied:
            return denied.reply
        except TornHandshake:
            return Reply(Ending.BROKEN_HANDSHAKE, why="GP's server closed the connection in the middle of the login")
        except Exception as failure:  # noqa: BLE001 - nothing foreign leaves this file, urllib3's own kinds included
            return _lost(failure, self._watcher.call)


def _odd(response: requests.Response, call: Call) -> Reply:
    """A status that is no answer of GP's own."""
    status = response.status_code
    if status == 401:
        return _unauthorized(response, call)
    if status in (301, 302, 303, 307, 308, 403, 404):
        # A server on the way may answer so for a request that it has passed on.
        is_reading = response.request.method == "GET"
        ending = Ending.MISCONFIGURED if is_reading else _if_executing(call, Ending.MISCONFIGURED)
        return Reply(ending, status, why=f"GP's address answers {status}: look at GpServiceUrl and GpSbaUrl")
    if status in (429, 503):
        why, rest = f"GP answers {status}: it is busy or starting", _seconds(response.headers.get("Retry-After"))
        return Reply(_if_executing(call, Ending.BUSY), status, why=why, retry_after=rest)
    return Reply(_if_executing(call, Ending.NOT_EXECUTED), status, why=f"GP's server answers {status}")


def _seconds(retry_after: str | None) -> float:
    """What a busy server asks for, up to an hour; the header's other form, a date, is left to our own schedule."""
    text = (retry_after or "").strip()
    return min(float(text), RETRY_AFTER_MAX) if text.isascii() and text.isdecimal() else 0.0


def _unauthorized(response: requests.Response, call: Call) -> Reply:
    """A 401 to type 3 is a refused login: type 3 goes out on the connection of its challenge or not at all."""
    if call.legs[-1].kind is Kind.TYPE_3:
        why = (
            "GP's server refuses the Windows login: a wrong password, a locked, disabled or expired account, or "
            "something on the way that ends TLS itself"
        )
        return Reply(Ending.REJECTED_LOGIN, 401, why=why)
    offered = response.headers.get("WWW-Authenticate", "")
    if "NTLM" not in offered and "Negotiate" not in offered:
        return Reply(Ending.MISCONFIGURED, 401, why="GP's server does not offer a Windows login (NTLM)")
    return Reply(Ending.BROKEN_HANDSHAKE, 401, why="the login broke off before the password was asked for")


def _lost(failure: Exception, call: Call) -> Reply:
    """No answer, by the leg that was under way."""
    kind = type(failure).__name__
    if not call.legs and isinstance(failure, InvalidSchema | InvalidURL | MissingSchema):
        return Reply(Ending.MISCONFIGURED, why=f"GP's address is not one ({kind}): look at GpServiceUrl")
    if call.may_be_executed:
        return Reply(Ending.UNKNOWN, why=f"no answer from GP ({kind})")
    refused = _certificate_refusal(failure)
    if refused is not None and not call.legs[-1].was_sent:
        return Reply(Ending.MISCONFIGURED, why=f"GP's certificate is not accepted: {refused}")
    if any(leg.was_sent for leg in call.legs):
        return Reply(Ending.NOT_EXECUTED, why=f"the login broke off ({kind})")
    return Reply(Ending.NOT_SENT, why=f"GP cannot be reached ({kind})")


def _certificate_refusal(failure: BaseException | None) -> str | None:
    """OpenSSL's words, somewhere below what urllib3 and requests made of it."""
    while failure is not None:
        if isinstance(failure, ssl.SSLCertVerificationError):
            return str(getattr(failure, "verify_message", ""))
        failure = failure.__cause__ or failure.__context__
    return None


def _if_executing(call: Call, otherwise: Ending) -> Ending:
    """Unknown when the last leg carried the request; `otherwise` while still shaking hands."""
    return Ending.UNKNOWN if call.may_be_executed else otherwise
