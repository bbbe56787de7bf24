"""Real NTLMv2 on the server's side: the login of one TCP connection, as HTTP.sys keeps it."""

from __future__ import annotations

import os
import secrets
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import spnego
from spnego.exceptions import SpnegoError

_SIGNATURE = b"NTLMSSP\0"
_ENVIRONMENT = threading.Lock()  # pyspnego's acceptor takes the accounts' file from the environment of the process


class LoginRefused(Exception):
    """`counts`: a domain controller would have been asked, and would have counted a bad password."""

    def __init__(self, *, counts: bool) -> None:
        super().__init__("login refused")
        self.counts = counts


class Account:
    """The one Windows account that may log in, in a file that only this user may read."""

    username = "WINGTIP\\svc-bridge"

    def __init__(self, folder: Path, password: str | None) -> None:
        self.file = folder / "accounts"
        self._password = ""
        self.password = password or secrets.token_urlsafe(18)

    @property
    def password(self) -> str:
        return self._password

    @password.setter
    def password(self, password: str) -> None:
        if ":" in password or not password.isprintable():
            raise ValueError("the accounts' file has no way to write a password with a colon or a line break")
        replacement = self.file.with_suffix(f".{secrets.token_hex(4)}")
        replacement.touch(mode=0o600)
        replacement.write_text(self.username.replace("\\", ":") + f":{password}\n", encoding="utf-8")
        replacement.replace(self.file)
        self._password = password


class Login:
    """What a connection has shown of itself so far. Not for use by two threads: a connection is one."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._acceptor: spnego.ContextProxy | None = None
        self.accepted = False

    def leg(self, token: bytes) -> bytes | None:
        """Takes a message of the client: the challenge to a type 1, None once a type 3 has proven the account."""
        if is_negotiate(token):
            return self._challenge(token)
        acceptor, self._acceptor = self._acceptor, None
        if acceptor is None:
            raise LoginRefused(counts=False)  # an answer to no challenge of this connection
        try:
            with _accounts(self._account.file):
                acceptor.step(token)
        except (SpnegoError, ValueError, struct.error):
            raise LoginRefused(counts=True) from None
        self.accepted = True
        return None

    def forget(self) -> None:
        """Back to a connection nobody has logged in on."""
        self._acceptor, self.accepted = None, False

    def _challenge(self, token: bytes) -> bytes | None:
        self.forget()
        try:
            with _accounts(self._account.file):
                self._acceptor = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
                return self._acceptor.step(token)
        except (SpnegoError, ValueError, struct.error):
            self._acceptor = None
            raise LoginRefused(counts=False) from None


def is_negotiate(token: bytes) -> bool:
    """Whether the token is a type 1 message, the opening of a handshake."""
    return token[:12] == _SIGNATURE + struct.pack("<I", 1)


@contextmanager
def _accounts(file: Path) -> Iterator[None]:
    """Level 5 is "NTLMv2 only, refuse LM and NTLM" (Windows' LmCompatibilityLevel)."""
    settings = {"NTLM_USER_FILE": str(file), "LM_COMPAT_LEVEL": "5"}
    with _ENVIRONMENT:
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value
