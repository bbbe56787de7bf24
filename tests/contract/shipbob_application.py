"""An application that a merchant connects to ShipBob: what it sends, and the merchant's browser in between."""

from __future__ import annotations

import re
import ssl
from typing import Self
from urllib.parse import parse_qsl, urlsplit

import httpx

from local.shipbob import ShipBobSimulator

REDIRECT = "https://bridge.example.com/connected"
SCOPES = "openid offline_access channels_read orders_read"
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # the example of RFC 7636, appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class Application:
    """Registered by name, with a session of its own at the authorisation server.

    `changes` replace what it would send; None leaves a thing out.
    """

    def __init__(self, shipbob: ShipBobSimulator, name: str = "GP Bridge") -> None:
        self._api_url = f"{shipbob.url}/2026-07"
        self.registered = shipbob.oauth.register(name, [REDIRECT])
        trust = ssl.create_default_context(cafile=str(shipbob.ca_bundle))
        self.auth = httpx.Client(base_url=shipbob.auth_url, verify=trust, trust_env=False)
        self.api = httpx.Client(base_url=self._api_url, verify=trust, trust_env=False)

    def asks(self, **changes: str | None) -> httpx.Response:
        """The authorisation request, as the merchant's browser sends it."""
        wanted: dict[str, str | None] = {
            "client_id": self.registered.id,
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": SCOPES,
            "state": "s-1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            **changes,
        }
        return self.auth.get("/connect/authorize", params=given(wanted))

    def decided(self, shown: httpx.Response, decision: str = "allow") -> httpx.Response:
        """The merchant presses a button on the page that is shown."""
        (number,) = re.findall(r'name="request" value="([^"]+)"', shown.text)
        return self.auth.post("/connect/authorize/consent", data={"request": number, "decision": decision})

    def code(self, **changes: str | None) -> str:
        """A code that was just consented to."""
        return told(self.decided(self.asks(**changes)))["code"]

    def exchange(self, code: str, **changes: str | None) -> httpx.Response:
        return self.posts(
            {
                "grant_type": "authorization_code",
                "code": code,
                "redirect_uri": REDIRECT,
                "code_verifier": VERIFIER,
                **changes,
            }
        )

    def refresh(self, refresh_token: str) -> httpx.Response:
        return self.posts({"grant_type": "refresh_token", "refresh_token": refresh_token})

    def posts(self, wanted: dict[str, str | None]) -> httpx.Response:
        """A request for tokens, with the application's own secret in the form."""
        own = {"client_id": self.registered.id, "client_secret": self.registered.secret}
        return self.auth.post("/connect/token", data=given({**own, **wanted}))

    def connected(self, **changes: str | None) -> dict[str, str]:
        """The tokens of a new consent."""
        tokens: dict[str, str] = self.exchange(self.code(**changes)).raise_for_status().json()
        return tokens

    def calls(self, access_token: str, path: str = "/channel") -> httpx.Response:
        """A call of the API."""
        return self.api.get(path, headers={"Authorization": f"Bearer {access_token}"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.auth.close()
        self.api.close()


def given(wanted: dict[str, str | None]) -> dict[str, str]:
    """What is not left out."""
    return {name: value for name, value in wanted.items() if value is not None}


def told(redirected: httpx.Response) -> dict[str, str]:
    """What a redirect tells the application in the URL's fragment."""
    assert redirected.status_code == 302
    return dict(parse_qsl(urlsplit(redirected.headers["location"]).fragment))
