"""A threaded HTTP/1.1 server on loopback that can be taken away and brought back on the same port."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import ssl
import threading
from http.server import BaseHTTPRequestHandler

HANDSHAKE_SECONDS = 10
STOP_SECONDS = 0.01  # how long a server may take to see that it is to stop


class Server:
    """Serves one handler class on 127.0.0.1, each connection in a thread of its own, so per-connection state is real.

    `offline()` closes the listener and cuts every open connection, as a machine that went away does; `online()` takes
    the same port again. `tls` None means plain HTTP.
    """

    def __init__(
        self, handler: type[BaseHTTPRequestHandler], *, port: int = 0, tls: ssl.SSLContext | None = None
    ) -> None:
        self._handler = handler
        self._tls = tls
        self._listener: _Listener | None = None
        self.port = port
        self.online()

    def online(self) -> None:
        """Listen; the port is chosen by the system the first time and kept from then on."""
        if self._listener is None:
            self._listener = _Listener(("127.0.0.1", self.port), self._handler, self._tls)
            self.port = self._listener.server_address[1]
            threading.Thread(target=self._listener.serve_forever, args=(STOP_SECONDS,), daemon=True).start()

    def offline(self) -> None:
        """Refuse new connections and cut the open ones."""
        if self._listener is not None:
            self._listener.shutdown()
            self._listener.server_close()
            self._listener.cut_connections()
            self._listener = None

    stop = offline

    def cut_connections(self) -> None:
        """Cut every open connection and go on listening."""
        if self._listener is not None:
            self._listener.cut_connections()


class _Listener(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self,
        address: tuple[str, int],
        handler: type[BaseHTTPRequestHandler],
        tls: ssl.SSLContext | None,
    ) -> None:
        self._tls = tls
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, handler)

    def finish_request(self, request: object, client_address: object) -> None:
        assert isinstance(request, socket.socket)
        with contextlib.suppress(OSError):  # a client that left, or a handshake that failed: its connection only
            connection = self._shake_hands(request)
            with self._lock:
                self._open.add(connection)
            try:
                self.RequestHandlerClass(connection, client_address, self)  # type: ignore[arg-type]
            finally:
                with self._lock:
                    self._open.discard(connection)
                connection.close()

    def _shake_hands(self, request: socket.socket) -> socket.socket:
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._tls is None:
            return request
        request.settimeout(HANDSHAKE_SECONDS)
        connection = self._tls.wrap_socket(request, server_side=True)
        connection.settimeout(None)
        return connection

    def cut_connections(self) -> None:
        with self._lock:
            connections = list(self._open)
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
