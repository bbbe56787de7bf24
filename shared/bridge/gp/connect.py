"""GP as the flows know it, from the settings and the Windows account's secret."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import ssl
import stat
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING

from bridge.domain.outcome import Misconfigured, Transient
from bridge.gp.soap import SoapGp
from bridge.gp.transport import Account, Address, Pace, Transport
from bridge.gp.turn import unbounded
from bridge.protocols.permit import LoginPermit

if TYPE_CHECKING:
    from bridge.domain.company import Certificate
    from bridge.gp.routed import RoutedGp
    from bridge.gp.sba import SbaGp


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Where GP is, as the stack's parameters have it: either address may be empty.

    `login_path` is for the SOAP address: SBA logs in at its help page. `quantity_shortage` is override, backorder or
    review. `is_dry`: nothing is written.
    """

    service_url: str
    company_id: int
    sba_url: str = ""
    sba_company: str = ""
    sba_service_path: str = ""
    login_path: str = ""
    is_strict: bool = True
    quantity_shortage: str = "review"
    is_dry: bool = False


type ConnectedGp = SoapGp | SbaGp | RoutedGp

# With "review" GP's own choice stands, and what GP refuses then is a review.
SHORTAGE = {"override": "Override", "backorder": "Back Order Balance"}
WRITES_OF_SALES = ("CreateSalesOrder", "UpdateSalesOrder", "CreateSalesInvoice", "UpdateSalesInvoice")


def connect(
    endpoints: Endpoints,
    secret: str,
    *,
    permit_for: Callable[[str], LoginPermit],
    seconds: Callable[[], float],
    pause: Callable[[float], None],
    left: Callable[[], float] = unbounded,
) -> ConnectedGp:
    """The port to GP. Nothing goes over the wire before the first call.

    Imports stand where they are used: a cold start pays for the endpoint that is configured.

    `secret` is JSON: `username` (DOMAIN\\user), `password`, and `ca_bundle`, the PEM text of the authority that signed
    the certificate of GP's server. `permit_for` gives the permit to log in with a username; `seconds` tells the time
    since the epoch, `pause` lets some of it pass, and `left` are the seconds until the run must end.
    """
    pace = Pace(seconds, pause, left)
    soap = _over_soap(endpoints, secret, permit_for, pace) if endpoints.service_url else None
    sba = _over_sba(endpoints, secret, permit_for, pace) if endpoints.sba_url else None
    if soap is not None and sba is not None:
        from bridge.gp.routed import RoutedGp

        return RoutedGp(soap, sba)
    found = soap or sba
    if found is None:
        raise Misconfigured("neither GpServiceUrl nor GpSbaUrl is set: there is no GP to speak to")
    return found


def _over_soap(endpoints: Endpoints, secret: str, permit_for: Callable[[str], LoginPermit], pace: Pace) -> SoapGp:
    account, bundle = read_secret(secret, permit_for)
    address = Address(endpoints.service_url, bundle, endpoints.is_strict, endpoints.login_path)
    choice = SHORTAGE.get(endpoints.quantity_shortage)
    options = {operation: {"Quantity Shortage": choice} for operation in WRITES_OF_SALES} if choice else {}
    transport = Transport(address, account, pace, is_dry=endpoints.is_dry)
    return SoapGp(transport, endpoints.company_id, options, shown=_shown(address, pace))


def _over_sba(endpoints: Endpoints, secret: str, permit_for: Callable[[str], LoginPermit], pace: Pace) -> SbaGp:
    from bridge.gp.sba import SbaGp, login_page

    account, bundle = read_secret(secret, permit_for)
    address = Address(endpoints.sba_url, bundle, endpoints.is_strict, login_page(endpoints.sba_url))
    transport = Transport(address, account, pace, is_dry=endpoints.is_dry)
    return SbaGp(transport, endpoints.sba_company, endpoints.sba_service_path, shown=_shown(address, pace))


def _shown(address: Address, pace: Pace) -> Callable[[], Sequence[Certificate]]:
    def look() -> Sequence[Certificate]:
        from bridge.gp.certificates import preflight

        now = dt.datetime.fromtimestamp(pace.seconds(), dt.UTC)
        return (preflight(address.url, address.ca_bundle, now=now),)

    return look


def read_secret(secret: str, permit_for: Callable[[str], LoginPermit]) -> tuple[Account, str]:
    """The account, and the file of the certificate authority. `Misconfigured` where the secret is not as agreed."""
    username, password, ca_bundle = _fields(secret)
    return Account(username, password, permit_for(username)), str(_file_of(ca_bundle))


def _fields(secret: str) -> tuple[str, str, str]:
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
    try:
        path = _own_folder() / f"{name}.pem"
        if not path.exists():
            half = path.with_suffix(".tmp")
            half.write_text(ca_bundle)
            half.replace(path)
    except OSError as failure:
        raise Transient(f"the GP secret's ca_bundle cannot be put into a file ({type(failure).__name__})") from None
    return path


def _own_folder() -> Path:
    """A folder that nobody else of this machine can have filled beforehand."""
    folder = Path(gettempdir()) / f"gp-ca-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise PermissionError
    return folder
