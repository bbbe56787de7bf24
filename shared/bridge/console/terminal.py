"""The operator's terminal and browser: what is asked without an echo, shown, opened, and waited for on loopback."""

from __future__ import annotations

import getpass
import os
import queue
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
BODY_BYTES_MAX = 65_536
STDOUT, STDERR = 1, 2
PAGE = "<!doctype html><meta charset=utf-8><title>gp-shipbob</title><p>{}</p>"
ARRIVED = PAGE.format(
    "ShipBob's answer has arrived at gp-shipbob. This page may be closed; the terminal says the rest."
)
# ShipBob may put its answer behind a #, which a browser keeps to itself unless the page hands it over.
HANDED_OVER = PAGE.format(
    "ShipBob's answer is not in this address."
    "<script>if (location.hash.length > 1) location.replace(location.pathname + '?' + location.hash.slice(1))</script>"
)

type Landed = Mapping[str, str]


class Landing:
    """Where the browser lands after the consent: the first answer that carries a code or an error is the one."""

    def __init__(self, server: ThreadingHTTPServer, landed: queue.Queue[Landed]) -> None:
        self._server = server
        self._landed = landed

    def wait(self, seconds: float) -> Landed | None:
        """What came, or None where nothing did in that time."""
        try:
            return self._landed.get(timeout=seconds)
        except queue.Empty:
            return None

    def close(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()


class Terminal:
    """A person at a terminal, with a browser. What is not the command's result goes to stderr."""

    consent_seconds = 300.0

    def __init__(self, random_bytes: Callable[[int], bytes]) -> None:
        self.random_bytes = random_bytes

    def say(self, *lines: str) -> None:
        print(*lines, sep="\n", file=sys.stderr)  # noqa: T201 - the command's own voice

    def ask(self, prompt: str) -> str:
        """A line that may be seen, such as an address."""
        self.say(prompt)
        return sys.stdin.readline().strip()

    def ask_secret(self, prompt: str) -> str:
        """A line without an echo. A ValueError where the input ends instead, as where there is no terminal."""
        try:
            return getpass.getpass(f"{prompt}: ").strip()
        except EOFError as ended:
            raise ValueError(f"{prompt}: nothing was given, the input has ended") from ended

    def read_secret(self) -> str:
        """The first line of what is piped in."""
        return sys.stdin.readline().strip()

    def open(self, address: str) -> None:
        """Show a page in the browser, where there is one. What a browser prints is not the command's result."""
        with _printing_to_stderr():
            webbrowser.open(address)

    @contextmanager
    def landing(self, redirect_uri: str) -> Iterator[Landing | None]:
        """Listen at a redirect address of this machine; None where it is another's, or somebody else listens there."""
        made = _listen(redirect_uri)
        try:
            yield made
        finally:
            if made is not None:
                made.close()


@contextmanager
def _printing_to_stderr() -> Iterator[None]:
    """Programs begun meanwhile have stderr for their stdout, also after this ends."""
    kept = os.dup(STDOUT)
    os.dup2(STDERR, STDOUT)
    try:
        yield
    finally:
        os.dup2(kept, STDOUT)
        os.close(kept)


def _listen(redirect_uri: str) -> Landing | None:
    address = urlsplit(redirect_uri)
    if address.scheme != "http" or address.hostname not in LOOPBACK or address.port is None:
        return None
    landed: queue.Queue[Landed] = queue.Queue()
    try:
        server = ThreadingHTTPServer(("127.0.0.1", address.port), _door(address.path or "/", landed))
    except OSError:
        return None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return Landing(server, landed)


def _door(path: str, landed: queue.Queue[Landed]) -> type[BaseHTTPRequestHandler]:
    class Door(BaseHTTPRequestHandler):
        timeout = 10  # a browser opens connections in advance that it never uses

        def do_GET(self) -> None:
            self._land(urlsplit(self.path).query)

        def do_POST(self) -> None:
            length = min(int(self.headers.get("Content-Length") or 0), BODY_BYTES_MAX)
            self._land(self.rfile.read(length).decode(errors="replace"))

        def _land(self, form: str) -> None:
            if urlsplit(self.path).path != path:
                self.send_error(404)
                return
            found = dict(parse_qsl(form))
            has_answer = bool(found.keys() & {"code", "error"})
            self._show(ARRIVED if has_answer else HANDED_OVER)
            if has_answer:
                landed.put(found)

        def _show(self, page: str) -> None:
            body = page.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing: the address holds the code."""

    return Door
