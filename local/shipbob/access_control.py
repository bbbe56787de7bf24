"""Control routes for tokens, OAuth, the rate limit and what goes wrong in front of ShipBob."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from local.shipbob.doors import Route
from local.shipbob.faults import Faults
from local.shipbob.oauth import Wanted

if TYPE_CHECKING:
    from local.shipbob.simulator import ShipBobSimulator

Json = dict[str, Any]
Act = Callable[..., object]


def access_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    """The routes; each plays one method."""
    return [
        Route("POST /tokens", lambda body: {"token": shipbob.tokens.personal(**body)}),
        Route("POST /tokens/revoke", lambda body: shipbob.tokens.revoke(body["token"])),
        Route("POST /admission", lambda body: shipbob.admission.behave(**body)),
        Route("GET /limit", lambda _: shipbob.limit.shown()),
        *_fault_routes("/faults", shipbob.faults),
        *_fault_routes("/oauth/faults", shipbob.auth_faults),
        *_oauth_routes(shipbob),
    ]


def _fault_routes(path: str, faults: Faults) -> list[Route[Act]]:
    return [
        Route(f"GET {path}", lambda _: faults.shown()),
        Route(f"POST {path}", lambda body: faults.add(**body)),
        Route(f"DELETE {path}", lambda _: faults.clear()),
    ]


def _oauth_routes(shipbob: ShipBobSimulator) -> list[Route[Act]]:
    oauth = shipbob.oauth

    def register(body: Json) -> Json:
        client = oauth.register(**body)
        return {"client_id": client.id, "client_secret": client.secret}

    def consent(body: Json) -> Json:
        """The form's fields are those of an authorisation request, of which nothing is checked."""
        client = oauth.client(body["client_id"])
        optional = {name: body.get(name) for name in ("code_challenge", "nonce", "integration_name")}
        return {"code": oauth.consent(Wanted(client, body["redirect_uri"], tuple(body["scope"].split()), **optional))}

    def rule(body: Json) -> None:
        oauth.rules = replace(oauth.rules, **body)

    return [
        Route("POST /oauth/clients", register),
        Route("POST /oauth/consent", consent),
        Route("POST /oauth/revoke", lambda body: {"ended": oauth.revoke(**body)}),
        Route("POST /oauth/rules", rule),
        Route("GET /oauth/refreshes", lambda _: oauth.refreshes.shown()),
        Route("POST /oauth/offline", lambda _: shipbob.auth_offline()),
        Route("POST /oauth/online", lambda _: shipbob.auth_online()),
    ]
