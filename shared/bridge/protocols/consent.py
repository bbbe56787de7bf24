"""A person's consent in a browser, and the code that comes back from it: OAuth 2.0 with PKCE (RFC 6749, RFC 7636).

ShipBob gives the code in a form that the browser posts, or in the fragment of the address where the person lands; its
authentication page also knows the query. All three are read here.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from bridge.domain.outcome import NotAuthentic, Refused

REQUIRED_SCOPES = (
    "orders_read",
    "products_read",
    "inventory_read",
    "receiving_read",
    "receiving_write",
    "returns_read",
    "webhooks_read",
    "webhooks_write",
    "locations_read",
    "channels_read",
)
LASTING = "offline_access"  # without it ShipBob gives no refresh token, and the bridge stops within the hour
DEFAULT_SCOPES = ("openid", LASTING, *REQUIRED_SCOPES)


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person is asked to agree to. `state`, `nonce` and `verifier` are random, and of this one consent.

    `response_type` is `code`; one live integration is known to send `code id_token`. `is_posted`: the browser is to
    post the code to the redirect address, instead of showing it in its address.
    """

    client_id: str
    redirect_uri: str
    scopes: tuple[str, ...]
    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    name: str = ""
    response_type: str = "code"
    is_posted: bool = True

    @property
    def challenge(self) -> str:
        """The verifier's SHA-256 in base64url without padding: `S256`."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def code_in(self, landed: Mapping[str, str]) -> str:
        """The code, if it answers this consent. `Refused` where the person or ShipBob said no."""
        state = landed.get("state")
        is_ours = state is not None and hmac.compare_digest(state.encode(), self.state.encode())
        if not is_ours and (state is not None or "error" not in landed):
            raise NotAuthentic("what came back answers another consent (its state is not ours): begin again")
        if error := landed.get("error"):
            raise Refused(_refusal(error))
        if not landed.get("code"):
            raise Refused("what came back holds no code: begin again")
        return landed["code"]


def _refusal(error: str) -> str:
    name = error if error.replace("_", "").isalnum() else "an error"
    if name == "access_denied":
        return "the consent was refused (access_denied): begin again, and agree"
    if name == "invalid_scope":
        return "ShipBob does not allow the application one of the scopes (invalid_scope): have them allowed"
    return f"ShipBob gave no consent ({name}): compare the client id and the redirect address with what it registered"


def landed(text: str, state: str) -> Mapping[str, str]:
    """What a person pasted or a browser posted: an address with a query or a fragment, or a form's body.

    A bare code is taken to be of the consent of that `state`: only a person can have brought it.
    """
    text = text.strip()
    if "=" not in text and "://" not in text:
        return {"code": text, "state": state} if text else {}
    if "://" not in text and not text.startswith("/"):
        return dict(parse_qsl(text.lstrip("?#")))
    parts = urlsplit(text)
    return dict(parse_qsl(parts.query)) | dict(parse_qsl(parts.fragment))
