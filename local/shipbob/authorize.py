"""Reading an authorisation request, and giving its result to the application through the merchant's browser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Literal
from urllib.parse import urlencode

from local.shipbob.doors import Answer
from local.shipbob.faults import HTML
from local.shipbob.oauth import Client, OAuth, OAuthError, Rules, Wanted

Mode = Literal["query", "fragment", "form_post"]

CODE = frozenset({"code"})
HYBRID = frozenset({"code", "id_token"})  # OpenID Connect's: one live integration of ShipBob sends it
MODES: dict[str, tuple[Mode, ...]] = {  # the fragment is ShipBob's default, of both
    "code": ("fragment", "query", "form_post"),
    "code id_token": ("fragment", "form_post"),
}


@dataclass(frozen=True, slots=True)
class Reply:
    """Where and how the result goes, be it a code or an error."""

    redirect_uri: str
    mode: Mode
    state: str | None

    def answer(self, result: Mapping[str, str]) -> Answer:
        """A redirect, or a page that posts itself to the application."""
        told = {**result, **({} if self.state is None else {"state": self.state})}
        if self.mode == "form_post":
            return page("Submit this form", self._form(told), onload="document.forms[0].submit()")
        separator = "#" if self.mode == "fragment" else "&" if "?" in self.redirect_uri else "?"
        return Answer(302, headers={"Location": f"{self.redirect_uri}{separator}{urlencode(told)}", **NOT_STORED})

    def refusal(self, error: OAuthError) -> Answer:
        """An error that the application is told."""
        described = {"error_description": error.description} if error.description else {}
        return self.answer({"error": error.error, **described})

    def _form(self, told: Mapping[str, str]) -> str:
        fields = "".join(hidden(name, value) for name, value in told.items())
        return f'<form method="post" action="{escape(self.redirect_uri)}">{fields}<button>Continue</button></form>'


@dataclass(frozen=True, slots=True)
class Asked:
    """A good authorisation request that waits for the merchant."""

    wanted: Wanted
    reply: Reply
    with_id_token: bool

    def granted(self, oauth: OAuth) -> Answer:
        """What the application gets when the merchant agrees."""
        result = {"code": oauth.consent(self.wanted)}
        if self.with_id_token:
            result["id_token"] = oauth.id_token(self.wanted)
        return self.reply.answer({**result, "scope": " ".join(self.wanted.scopes)})


NOT_STORED = {"Cache-Control": "no-store"}


def reply_to(client: Client, parameters: Mapping[str, str]) -> Reply:
    """LookupError where the redirect_uri is not, to the letter, one that the application registered."""
    uri = parameters.get("redirect_uri", "")
    if uri not in client.redirect_uris:
        raise LookupError("the redirect_uri is not registered")
    mode = parameters.get("response_mode")
    return Reply(uri, mode if mode in MODES["code"] else "fragment", parameters.get("state"))


def asked(client: Client, reply: Reply, parameters: Mapping[str, str], rules: Rules) -> Asked:
    """The request, or an OAuthError with what is wrong with it."""
    kinds = frozenset(parameters.get("response_type", "").split())
    _check_response(kinds, parameters)
    scopes = tuple(dict.fromkeys(parameters.get("scope", "").split()))
    _check_scopes(client, scopes)
    if kinds == HYBRID and not ("openid" in scopes and parameters.get("nonce")):
        raise OAuthError("invalid_request", "an id_token takes the scope openid and a nonce")
    wanted = Wanted(
        client,
        reply.redirect_uri,
        scopes,
        code_challenge=_challenge(parameters, rules),
        nonce=parameters.get("nonce"),
        integration_name=parameters.get("integration_name"),
    )
    return Asked(wanted, reply, kinds == HYBRID)


def _check_response(kinds: frozenset[str], parameters: Mapping[str, str]) -> None:
    if not kinds:
        raise OAuthError("invalid_request", "response_type is missing")
    if kinds not in (CODE, HYBRID):
        raise OAuthError("unsupported_response_type")
    mode = parameters.get("response_mode")
    if mode is not None and mode not in MODES[" ".join(sorted(kinds))]:
        raise OAuthError("invalid_request", "response_mode")


def _check_scopes(client: Client, scopes: tuple[str, ...]) -> None:
    if not scopes:
        raise OAuthError("invalid_request", "scope is missing")
    if not client.scopes.issuperset(scopes):
        raise OAuthError("invalid_scope")


def _challenge(parameters: Mapping[str, str], rules: Rules) -> str | None:
    challenge = parameters.get("code_challenge")
    if challenge is None:
        if rules.require_pkce:
            raise OAuthError("invalid_request", "code challenge required")
        return None
    if parameters.get("code_challenge_method") != "S256":
        raise OAuthError("invalid_request", "code_challenge_method is not S256")
    if not 43 <= len(challenge) <= 128:
        raise OAuthError("invalid_request", "code_challenge")
    return challenge


def consent_page(asked_for: Asked, number: str) -> Answer:
    """The page on which the merchant agrees or does not."""
    wanted = asked_for.wanted
    scopes = "".join(f"<li>{escape(scope)}</li>" for scope in wanted.scopes)
    body = (
        f"<p>{escape(wanted.client.name)} asks for access as {escape(wanted.integration_name or 'an integration')}:</p>"
        f'<ul>{scopes}</ul><form method="post" action="/connect/authorize/consent">{hidden("request", number)}'
        '<button name="decision" value="allow">Allow</button><button name="decision" value="deny">Deny</button></form>'
    )
    return page("Allow access", body)


def error_page(text: str) -> Answer:
    """What only the person in front of the browser is told: the application cannot be, safely."""
    return page("Error", f"<p>{escape(text)}</p>", status=400)


def page(title: str, body: str, *, status: int = 200, onload: str = "") -> Answer:
    """An HTML page."""
    does = f' onload="{escape(onload)}"' if onload else ""
    text = f"<!doctype html><html><head><title>{title}</title></head><body{does}><h1>{title}</h1>{body}</body></html>"
    return Answer(status, text.encode(), {**HTML, **NOT_STORED})


def hidden(name: str, value: str) -> str:
    """A field of a form that no person fills in."""
    return f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
