"""GP's legacy web service as one object that a test can hold."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from local.certificates import authority
from local.gp.books import Books, Clock
from local.gp.control import handler_for as control_handler_for
from local.gp.counters import Counters
from local.gp.ntlm import Account
from local.gp.server import PATH, Exchange, Service, handler_for
from local.gp.stops import Stops
from local.serving import Server


class GpSimulator:
    """The service over TLS on loopback and its control API, from construction until `close()`.

    `folder` keeps the private authority and the accounts' file. `keeps_login` False is GP's default: a login lasts for
    one request. Ports are free ones unless given; `password` is made up unless given.
    """

    def __init__(
        self,
        folder: Path,
        *,
        keeps_login: bool = True,
        port: int = 0,
        control_port: int = 0,
        password: str | None = None,
        clock: Clock | None = None,
    ) -> None:
        certificates = authority(folder)
        self.ca_bundle: Path = certificates.bundle
        self.books = Books(clock)
        self._account = Account(folder, password)
        self._service = Service(self.books, self._account, keeps_login=keeps_login)
        self._server = Server(handler_for(self._service), port=port, tls=certificates.server_context())
        self._control = Server(control_handler_for(self), port=control_port)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def url(self) -> str:
        return f"https://localhost:{self._server.port}{PATH}"

    @property
    def control_url(self) -> str:
        return f"http://127.0.0.1:{self._control.port}"

    @property
    def username(self) -> str:
        return self._account.username

    @property
    def password(self) -> str:
        return self._account.password

    @password.setter
    def password(self, password: str) -> None:
        self._account.password = password

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
