"""One deadline for the whole of an exchange: connecting, sending, and the answer to its last byte.

httpx bounds each read and write by itself, so a server that sends a byte now and then would hold a function for ever.
The deadline travels with the request, in the timeouts that httpx hands down to the connection, and the connection cuts
every step to what is left: one client may serve several threads.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterable
from typing import Any, Self

import httpcore
import httpx

CONNECT_SECONDS = 5.0  # to one address; a name may have several
SECONDS_MIN = 0.001  # of a socket's timeout: nought would mean something else


class Until(float):
    """A timeout in seconds that is measured against a deadline whenever it is used."""

    _left: Callable[[], float]
    _most: float

    def __new__(cls, left: Callable[[], float], most: float) -> Self:
        made = super().__new__(cls, max(min(left(), most), SECONDS_MIN))
        made._left, made._most = left, most
        return made

    def left(self) -> float:
        """The seconds that a step may take now; nought or less where the deadline has passed."""
        return min(self._left(), self._most)


def timeouts(left: Callable[[], float], whole: float) -> dict[str, float]:
    """What a request carries as httpx's extension "timeout"; `left` says how many seconds there are until its end."""
    return {
        "connect": Until(left, CONNECT_SECONDS),
        "pool": Until(left, CONNECT_SECONDS),
        "read": Until(left, whole),
        "write": Until(left, whole),
    }


def keep_deadlines(client: httpx.Client) -> None:
    """Have the client's connections heed `timeouts`. httpx has no way in, so this reaches into it: see the tests."""
    for transport in (client._transport, *client._mounts.values()):
        if isinstance(transport, httpx.HTTPTransport):
            transport._pool._network_backend = _Backend(transport._pool._network_backend)


def _cut[E: httpcore.TimeoutException](timeout: float | None, late: type[E]) -> float | None:
    if not isinstance(timeout, Until):
        return timeout
    left = timeout.left()
    if left <= 0:
        raise late("the deadline has passed")
    return max(left, SECONDS_MIN)


class _Backend(httpcore.NetworkBackend):
    def __init__(self, inner: httpcore.NetworkBackend) -> None:
        self._inner = inner

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        seconds = _cut(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.connect_tcp(host, port, seconds, local_address, socket_options))


class _Stream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream) -> None:
        self._inner = inner

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _cut(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _cut(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = _cut(timeout, httpcore.ConnectTimeout)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, seconds))

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
