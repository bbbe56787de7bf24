"""The door of ShipBob's authorisation server, which is another host than the API's."""

from __future__ import annotations

import base64
import binascii
import secrets
import threading
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote_plus

from local.shipbob.authorize import NOT_STORED, Asked, asked, consent_page, error_page, page, reply_to
from local.shipbob.doors import Answer, Request, Route, find, json_answer
from local.shipbob.faults import Faults
from local.shipbob.oauth import Client, OAuth, OAuthError

LOGIN_PATH = "/Account/Login"
ISSUING = "POST /connect/token"
FORM = "application/x-www-form-urlencoded"


class AuthDoor:
    """Answers requests; what goes wrong in front of it comes first."""

    def __init__(self, oauth: OAuth, faults: Faults) -> None:
        self._oauth, self._faults = oauth, faults
        self._lock = threading.Lock()
        self._waiting: dict[str, Asked] = {}
        self._routes: list[Route[Callable[[Request], Answer]]] = [
            Route("GET /connect/authorize", self._authorize),
            Route("POST /connect/authorize/consent", self._decide),
            Route(ISSUING, self._token),
            Route(f"GET {LOGIN_PATH}", lambda _: page("Log in", "<form><input name=Username></form>")),
        ]

    def answer(self, request: Request) -> Answer:
        """Answer one request."""
        found = find(self._routes, request.method, request.path)
        if found is None:
            return Answer(404)
        route, _ = found
        if route.operation == ISSUING and form(request).get("grant_type") == "refresh_token":
            self._oauth.note_tried_refresh()
        return self._faults.play(route.operation, lambda: route.handler(request))

    # the browser

    def _authorize(self, request: Request) -> Answer:
        parameters = request.query
        try:
            client = self._oauth.client(parameters.get("client_id"))
            reply = reply_to(client, parameters)
        except LookupError as error:
            return error_page(str(error))
        try:
            good = asked(client, reply, parameters, self._oauth.rules)
        except OAuthError as error:
            return reply.refusal(error)
        number = secrets.token_urlsafe(24)
        with self._lock:
            self._waiting[number] = good
        return consent_page(good, number)

    def _decide(self, request: Request) -> Answer:
        given = form(request)
        with self._lock:
            waiting = self._waiting.pop(given.get("request", ""), None)
        if waiting is None:
            return error_page("this request is not waiting for a consent")
        if given.get("decision") != "allow":
            return waiting.reply.refusal(OAuthError("access_denied"))
        return waiting.granted(self._oauth)

    # the application

    def _token(self, request: Request) -> Answer:
        try:
            return json_answer(self._granted(request), headers=NOT_STORED)
        except OAuthError as error:  # nothing but the name of the error, as users of the API saw
            return json_answer({"error": error.error}, 400, NOT_STORED)

    def _granted(self, request: Request) -> dict[str, object]:
        if not request.headers.get("content-type", "").startswith(FORM):
            raise OAuthError("invalid_request", "not a form")
        given = form(request)
        client = self._client(request)
        match given.get("grant_type"):
            case "authorization_code":
                return self._oauth.exchange(client, given)
            case "refresh_token":
                return self._oauth.refresh(client, given)
            case _:
                raise OAuthError("unsupported_grant_type")

    def _client(self, request: Request) -> Client:
        """By the Basic header, or by the form's client_id and client_secret (RFC 6749 section 2.3.1)."""
        scheme, _, encoded = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            given = form(request)
            return self._oauth.authenticated(given.get("client_id"), given.get("client_secret"))
        try:
            client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            raise OAuthError("invalid_client", "no Basic credentials") from None
        return self._oauth.authenticated(unquote_plus(client_id), unquote_plus(secret))


def form(request: Request) -> dict[str, str]:
    """A form-encoded body."""
    return dict(parse_qsl(request.body.decode(errors="replace")))
