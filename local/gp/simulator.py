"""GP's legacy web service as one object that a test can hold."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from local.certificates import Authority, authority
from local.gp.account import Account
from local.gp.books import CURRENCY, Books, Clock
from local.gp.control import handler_for as control_handler_for
from local.gp.counters import Counters
from local.gp.ntlm import Binding
from local.gp.sba import Sba
from local.gp.sba_address import PATH as SBA_PATH
from local.gp.sba_address import TENANT
from local.gp.server import Door, Exchange, Service, handler_for
from local.gp.soap import PATH, soap_face
from local.gp.stops import Stops
from local.serving import Server


class GpSimulator:
    """The service over TLS on loopback and its control API, from construction until `close()`.

    `folder` keeps the private authority, unless `certificates` are given, and the accounts' file. Ports are free ones
    unless given; `password` is made up unless given.

    `keeps_login` False is GP's default: a login lasts for one request. `offers` is what a 401 offers: ntlm, negotiate
    (and NTLM), negotiate_only, basic. `binding` is off, allow or require: whether a login must be bound to the
    certificate. `lockout_threshold` is how many bad passwords lock the account, None for any number. `anonymous_help`
    shows the help page without a login; `help_status` 400 or 405 is a GET's answer with that page switched off.
    """

    def __init__(  # noqa: PLR0913 - each is a switch of the server that somebody has to live with
        self,
        folder: Path,
        *,
        keeps_login: bool = True,
        offers: str = "ntlm",
        binding: str = "off",
        lockout_threshold: int | None = None,
        anonymous_help: bool = False,
        help_status: int = 200,
        port: int = 0,
        control_port: int = 0,
        password: str | None = None,
        clock: Clock | None = None,
        certificates: Authority | None = None,
    ) -> None:
        shown = certificates or authority(folder)
        self.ca_bundle: Path = shown.bundle
        self.books = Books(clock)
        self.account = Account(folder, password, lockout_threshold=lockout_threshold, clock=self.books.clock)
        door = Door(keeps_login, offers, Binding(binding, shown.end_point))
        soap = soap_face(self.books, help_status=help_status, anonymous_help=anonymous_help)
        self._sba = Sba(self.books)
        self._service = Service(self.account, door, {PATH: soap, SBA_PATH: self._sba})
        self._server = Server(handler_for(self._service), port=port, tls=shown.server_context())
        self._control = Server(control_handler_for(self), port=control_port)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def company(self, company_id: int) -> Books:
        """The books of a company; KeyError when there is none of that id. `books` are those of company 2."""
        return self.books.companies[company_id]

    def add_company(
        self, company_id: int, name: str = "", *, currency: str = CURRENCY, web_enabled: bool = True
    ) -> Books:
        """Another company on the same server, with books of its own."""
        name = name or f"Company {company_id}"
        return self.books.add_company(company_id, name, currency=currency, web_enabled=web_enabled)

    @property
    def url(self) -> str:
        return f"https://localhost:{self._server.port}{PATH}"

    @property
    def sba_url(self) -> str:
        """The tenant's address, below which everything of GP's service based architecture lies."""
        return f"https://localhost:{self._server.port}{SBA_PATH}{TENANT}"

    @property
    def sba_service_path(self) -> str | None:
        """The custom service's address below a company; None: not installed."""
        return self._sba.service_path

    @sba_service_path.setter
    def sba_service_path(self, path: str | None) -> None:
        self._sba.service_path = path

    @property
    def sba_operations(self) -> set[str]:
        """The operations that the custom service has, to be taken from or added to."""
        return self._sba.operations

    @property
    def sba_installed(self) -> set[str]:
        """The stock REST services that there are, likewise."""
        return self._sba.installed

    @property
    def control_url(self) -> str:
        return f"http://127.0.0.1:{self._control.port}"

    @property
    def username(self) -> str:
        return self.account.username

    @property
    def password(self) -> str:
        return self.account.password

    @password.setter
    def password(self, password: str) -> None:
        self.account.password = password

    def change_password(self, password: str, *, keep_old: bool = True) -> None:
        """As a directory does it: the old password works for an hour more."""
        self.account.change_password(password, keep_old=keep_old)

    def unlock(self) -> None:
        self.account.unlock()

    @property
    def counters(self) -> Counters:
        return self._service.counters

    @property
    def stops(self) -> Stops:
        return self._service.stops

    @property
    def exchanges(self) -> list[Exchange]:
        """The newest ten thousand, oldest first."""
        return list(self._service.exchanges)

    def offline(self) -> None:
        """The machine is gone: connections are refused, open ones cut. The books stay."""
        self._server.offline()

    def online(self) -> None:
        self._server.online()

    def close(self) -> None:
        """Stop both servers and let go on whatever is held."""
        self._server.stop()
        self._control.stop()
        self.stops.clear()
