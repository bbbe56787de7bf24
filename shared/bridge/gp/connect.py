"""GP as the flows know it, from the settings and the Windows account's secret."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Callable
from pathlib import Path
from tempfile import gettempdir

from bridge.domain.outcome import Misconfigured
from bridge.gp.soap import SoapGp
from bridge.gp.transport import Latch, Transport


def connect(url: str, company: int, secret: str, *, latch: Latch, seconds: Callable[[], float]) -> SoapGp:
    """Make the port. Nothing goes over the wire before the first call.

    `secret` is JSON: `username` (DOMAIN\\user), `password`, and `ca_bundle`, the PEM text of the authority that signed
    the certificate of GP's server.
    """
    username, password, ca_bundle = _account(secret)
    bundle = str(_file_of(ca_bundle))
    transport = Transport(url, username=username, password=password, ca_bundle=bundle, latch=latch, seconds=seconds)
    return SoapGp(transport, company)


def _account(secret: str) -> tuple[str, str, str]:
    try:
        fields = json.loads(secret)
        username, password, ca_bundle = (fields[name] for name in ("username", "password", "ca_bundle"))
        is_complete = all(isinstance(field, str) and field for field in (username, password, ca_bundle))
    except (ValueError, KeyError, TypeError):
        is_complete = False
    if not is_complete:
        raise Misconfigured("the GP secret must be JSON with username, password and ca_bundle, each a text")
    try:
        ssl.create_default_context(cadata=ca_bundle)
    except (ssl.SSLError, ValueError):
        raise Misconfigured("the GP secret's ca_bundle holds no certificate in PEM form") from None
    return username, password, ca_bundle


def _file_of(ca_bundle: str) -> Path:
    """The bundle as a file, which is all that requests takes; named by its digest, so a new bundle is a new file."""
    name = hashlib.sha256(ca_bundle.encode()).hexdigest()[:16]
    path = Path(gettempdir()) / f"gp-ca-{name}.pem"
    if not path.exists():
        half = path.with_suffix(".tmp")
        half.write_text(ca_bundle)
        half.replace(path)
    return path
