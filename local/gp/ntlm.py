"""Real NTLMv2 on the server's side: the login of one TCP connection, as HTTP.sys keeps it."""

from __future__ import annotations

import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from local.gp.account import Account, Known

BINDINGS = ("off", "allow", "require")

_SIGNATURE = b"NTLMSSP\0"
_NT_RESPONSE_AT = 20  # [MS-NLMP] 2.2.1.3: length, allocated and offset of the NT response in a type 3 message
_PAIRS_AT = 44  # [MS-NLMP] 2.2.2.7-8: 16 bytes of proof and 28 of an NTLMv2 response stand before its pairs
_CHANNEL_BINDINGS = 10  # [MS-NLMP] 2.2.2.1: MsvAvChannelBindings
_NO_BINDING = bytes(16)  # [MS-NLMP] 3.1.5.1.2: what a client sends that knows of bindings and has none
_ENVIRONMENT = threading.Lock()  # pyspnego's acceptor takes the accounts' file from the environment of the process
_GARBLED = (SpnegoError, ValueError, struct.error)


@dataclass(frozen=True, slots=True)
class Binding:
    """Extended Protection: whether a login must be bound to this server's certificate.

    `off`: nobody looks. `allow`: a binding must be the right one, and none will do (Windows is stricter: it refuses a
    client that could have sent one). `require`: the right one. `certificate` is the application data of RFC 5929's
    tls-server-end-point, its prefix included.
    """

    mode: str = "off"
    certificate: bytes = b""

    def __post_init__(self) -> None:
        if self.mode not in BINDINGS:
            raise ValueError(f"binding is one of {BINDINGS}")


class Login:
    """What a connection has shown of itself so far. Not for use by two threads: a connection is one."""

    def __init__(self, account: Account, binding: Binding) -> None:
        self._account = account
        self._binding = binding
        self._acceptor: spnego.ContextProxy | None = None
        self.accepted = False

    def challenge(self, negotiate: bytes) -> bytes | None:
        """The challenge to a type 1 message; None when it is none that can be answered."""
        self.forget()
        try:
            with _accounts(self._account.file):
                acceptor = spnego.server(protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
            challenge = acceptor.step(negotiate)
        except _GARBLED:
            return None
        self._acceptor = acceptor
        return challenge

    def prove(self, answer: bytes) -> bool | None:
        """Whether a type 3 message proves the account; None when this connection had no challenge to be answered.

        An answer to another connection's challenge is judged as any other and found wrong: nobody can tell it from a
        wrong password. So is one with a wrong channel binding.
        """
        acceptor, self._acceptor, self.accepted = self._acceptor, None, False
        if acceptor is None:
            return None
        self.accepted = self._account.admits(lambda known: self._is_made_with(known, acceptor, answer))
        return self.accepted

    def forget(self) -> None:
        """Back to a connection nobody has logged in on."""
        self._acceptor, self.accepted = None, False

    def _is_made_with(self, known: Known, acceptor: spnego.ContextProxy, answer: bytes) -> bool:
        try:
            shown = _binding_in(answer)
            if shown is None and self._binding.mode == "require":
                return False
            expected = GssChannelBindings(application_data=self._binding.certificate)
            is_compared = shown is not None and self._binding.mode != "off"
            with _accounts(known.file):
                acceptor.step(answer, channel_bindings=expected if is_compared else None)
        except _GARBLED:
            return False
        return True


def message_type(token: bytes) -> int:
    """1, 2 or 3 for NTLM's messages, 0 for what is none."""
    return int.from_bytes(token[8:12], "little") if token[:8] == _SIGNATURE and len(token) >= 12 else 0


def _binding_in(answer: bytes) -> bytes | None:
    """The hash of the channel binding in a type 3 message, None without one."""
    length, _, start = struct.unpack_from("<HHI", answer, _NT_RESPONSE_AT)
    response = answer[start : start + length]
    at = _PAIRS_AT
    while at < len(response):
        name, size = struct.unpack_from("<HH", response, at)
        value = response[at + 4 : at + 4 + size]
        if name == _CHANNEL_BINDINGS:
            return None if value == _NO_BINDING else value
        at += 4 + size
    return None


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
