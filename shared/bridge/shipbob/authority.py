"""ShipBob's authorization server: the consent page, and tokens for a code or for a refresh token.

`GET /connect/authorize` and `POST /connect/token`, form-encoded, are of ShipBob's OpenAPI document; that the client
secret goes with PKCE, of its PKCE page; that a failure's body is `{"error": "invalid_grant"}` or no JSON at all, of its
users. Only that error, in JSON, ends a grant: whatever else is said may have been said by something in front.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from bridge.domain.connection import Application, Tokens
from bridge.domain.outcome import Failure, Misconfigured, Refused, Transient, UnknownOutcome
from bridge.protocols.consent import Consent
from bridge.shipbob.deadline import keep_deadlines, timeouts
from bridge.shipbob.http import FOREIGN, NOT_SENT

SECONDS = 12.0  # for one exchange, to the last byte: a run asks at most twice
ANSWER_BYTES_MAX = 100_000
LIFETIME = 3600  # seconds, where the answer does not say
LIFETIME_MAX = 365 * 86_400
NAME = "ShipBob's authorization server"
CODE_REFUSED = (
    "ShipBob does not take the code: it lives for two minutes and works once, and the redirect address must be the "
    "registered one to the letter; begin again"
)
GRANT_ENDED = "ShipBob does not take the refresh token any more: the consent was taken back or ran out"
_ERROR = re.compile(r"[a-z_]{1,50}")  # the words of the specification, RFC 6749 §5.2, are of these letters


class ShipBobAuthority:
    """The authorization server at `url`, such as https://auth.shipbob.com. `seconds` never goes back."""

    def __init__(self, url: str, seconds: Callable[[], float], transport: httpx.BaseTransport | None = None) -> None:
        self._url, self._seconds = url.rstrip("/"), seconds
        self._http = httpx.Client(headers={"Accept": "application/json"}, follow_redirects=False, transport=transport)
        keep_deadlines(self._http)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def consent_page(self, consent: Consent) -> str:
        """The address for the person's browser."""
        asked = {
            "client_id": consent.client_id,
            "redirect_uri": consent.redirect_uri,
            "response_type": consent.response_type,
            "scope": " ".join(consent.scopes),
            "state": consent.state,
            "nonce": consent.nonce,
            "code_challenge": consent.challenge,
            "code_challenge_method": "S256",
            "response_mode": "form_post" if consent.is_posted else "",
            "integration_name": consent.name,
        }
        return f"{self._url}/connect/authorize?{urlencode({name: value for name, value in asked.items() if value})}"

    def exchange(self, application: Application, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Tokens for a code, which works once. `Refused` where it is too old or of another redirect address."""
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        return self._tokens(application, form | {"redirect_uri": redirect_uri}, CODE_REFUSED)

    def refresh(self, application: Application, refresh_token: str) -> Tokens:
        """The next tokens. `Refused`: the grant is at an end. `UnknownOutcome`: the refresh token may be used up."""
        return self._tokens(application, {"grant_type": "refresh_token", "refresh_token": refresh_token}, GRANT_ENDED)

    def _tokens(self, application: Application, form: Mapping[str, str], refused: str) -> Tokens:
        own = {"client_id": application.client_id, "client_secret": application.client_secret}
        try:
            status, headers, body = self._post({**form, **own})
        except FOREIGN as failure:
            # The failure's own text is left out: it may hold what was sent.
            why = f"{NAME} cannot be reached ({type(failure).__name__})"
            raise (Transient(why) if isinstance(failure, NOT_SENT) else UnknownOutcome(why)) from None
        if httpx.codes.is_success(status):
            return _read(_object(body))
        raise _refusal(status, headers, _object(body), refused)

    def _post(self, form: Mapping[str, str]) -> tuple[int, httpx.Headers, bytes]:
        ends_at = self._seconds() + SECONDS
        with self._http.stream(
            "POST",
            f"{self._url}/connect/token",
            data=form,
            extensions={"timeout": timeouts(lambda: ends_at - self._seconds(), SECONDS)},
        ) as response:
            body = b""
            for part in response.iter_bytes():
                body += part
                if len(body) > ANSWER_BYTES_MAX:
                    raise UnknownOutcome(f"{NAME} answers more than tokens are long")
            return response.status_code, response.headers, body


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _read(found: Mapping[str, Any]) -> Tokens:
    """Whatever else an answer has, its tokens are not to be lost for it."""
    access, refresh, scopes = (_text(found.get(name)) for name in ("access_token", "refresh_token", "scope"))
    if not access:
        raise UnknownOutcome(f"{NAME} answers with something that holds no token")
    lifetime = dt.timedelta(seconds=_lifetime(found.get("expires_in")))
    return Tokens(access, refresh, lifetime, frozenset(scopes.split()))


def _text(value: object) -> str:
    """What may be sent in a header or a form; of other letters no token is made."""
    return value if isinstance(value, str) and value.isascii() else ""


def _lifetime(value: object) -> float:
    try:
        seconds = float(value) if isinstance(value, int | float | str) else float(LIFETIME)
    except (ValueError, OverflowError):
        seconds = float(LIFETIME)
    return float(LIFETIME) if math.isnan(seconds) else min(max(seconds, 0.0), float(LIFETIME_MAX))


def _refusal(status: int, headers: httpx.Headers, found: Mapping[str, Any], refused: str) -> Failure:
    error = found.get("error")
    if status not in {httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED} or not isinstance(error, str):
        return _failing(status, headers, is_own=isinstance(error, str))
    if error == "invalid_grant":
        return Refused(refused, (error,))
    name = error if _ERROR.fullmatch(error) else "an error"
    if error in {"invalid_client", "unauthorized_client"}:
        return Misconfigured(f"{NAME} does not accept the client id and its secret ({name})")
    return Misconfigured(f"{NAME} refuses the request ({name})")


def _failing(status: int, headers: httpx.Headers, *, is_own: bool) -> Failure:
    """What stands in front answers 502 or 504 also for a request that was carried out, and whose answer it has lost."""
    why = f"{NAME} is busy or failing ({status})"
    if httpx.codes.is_server_error(status) and not is_own:
        return UnknownOutcome(why)
    return Transient(why, _wait(headers))


def _wait(headers: httpx.Headers) -> dt.timedelta:
    text = headers.get("retry-after", "")
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return dt.timedelta(seconds=min(int(text), 3600)) if is_number else dt.timedelta()
