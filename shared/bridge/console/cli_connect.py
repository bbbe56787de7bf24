"""`gp-shipbob connect shipbob`: by a personal access token, or by a person's consent in a browser (OAuth)."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import replace

from bridge.console import connecting
from bridge.console.connecting import Connected
from bridge.console.terminal import Terminal
from bridge.console.voice import say
from bridge.ports import Ports
from bridge.protocols.consent import DEFAULT_SCOPES, Consent, landed
from bridge.protocols.grant import Grant

PORT = 8765


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser], terminal: Terminal) -> None:
    """Add the command."""
    verb = verbs.add_parser("connect", help="connect the bridge with ShipBob")
    neighbours = verb.add_subparsers(required=True, metavar="shipbob")
    about = "Put ShipBob's token into the stack's secret, and see what it may do. It is never given as an argument."
    to = neighbours.add_parser("shipbob", help="store a token, or ask for a consent", description=about)
    to.set_defaults(command=_connect, terminal=terminal, stays_here=_stays_here)
    how = to.add_mutually_exclusive_group(required=True)
    how.add_argument("--pat", action="store_true", help="with a personal access token, which is asked for")
    how.add_argument("--client-id", default="", help="with a consent (OAuth) for this application")
    how.add_argument("--status", action="store_true", help="only say how the token stands")
    to.add_argument("--stdin", action="store_true", help="read the token or the client secret from stdin")
    to.add_argument("--port", type=int, default=PORT, help="of this machine, where the consent lands (%(default)s)")
    to.add_argument("--redirect-uri", default="", help="as registered (default: http://127.0.0.1:PORT/callback)")
    to.add_argument("--paste", action="store_true", help="the browser is elsewhere: paste where it lands")
    to.add_argument("--scopes", nargs="+", default=DEFAULT_SCOPES, help="to ask for instead of what the bridge needs")
    to.add_argument("--response-type", default="code", choices=["code", "code id_token"], help="as ShipBob registered")


def _stays_here(options: argparse.Namespace) -> str:
    return "" if options.status else "it reads a secret, which no event may hold, and --status alone does not"


def _connect(options: argparse.Namespace, ports: Ports, by: str) -> int:
    if options.status:
        return _status(options, ports)
    terminal: Terminal = options.terminal
    asked = "ShipBob personal access token" if options.pat else "Client secret"
    secret = terminal.read_secret() if options.stdin else terminal.ask_secret(asked)
    if not secret:
        raise ValueError(f"{asked}: nothing was given")
    grant = connecting.connect_with_token(ports, secret, by) if options.pat else _consented(options, ports, by, secret)
    terminal.say("Stored. Asking ShipBob what it may do …")
    return _tell(options, connecting.verify(ports, grant))


def _consented(options: argparse.Namespace, ports: Ports, by: str, client_secret: str) -> Grant:
    terminal: Terminal = options.terminal
    redirect_uri = options.redirect_uri or f"http://127.0.0.1:{options.port}/callback"
    consent = connecting.begin(options.client_id, redirect_uri, terminal.random_bytes, tuple(options.scopes))
    consent = replace(consent, response_type=options.response_type)
    answer = None if options.paste else _landed(terminal, ports, consent)
    if answer is None:
        answer = _pasted(terminal, ports, consent)
    return connecting.connect_with_consent(ports, consent, client_secret, answer, by)


def _landed(terminal: Terminal, ports: Ports, consent: Consent) -> Mapping[str, str] | None:
    """What the browser brings to this machine; None where it cannot, or did not in good time."""
    with terminal.landing(consent.redirect_uri) as landing:
        if landing is None:
            terminal.say(f"Nothing can listen at {consent.redirect_uri} here.")
            return None
        address = ports.authority.consent_page(consent)
        terminal.say("Log in to ShipBob as the merchant and agree, on the page that opens or at:", "", address, "")
        terminal.open(address)
        return landing.wait(terminal.consent_seconds)


def _pasted(terminal: Terminal, ports: Ports, consent: Consent) -> Mapping[str, str]:
    """What the person found in the browser's address."""
    address = ports.authority.consent_page(replace(consent, is_posted=False))
    terminal.say("Open this address in a browser, log in to ShipBob as the merchant, and agree:", "", address, "")
    terminal.say("The browser lands on a page that may show an error; only its address matters.")
    terminal.say(f"If ShipBob says that the redirect address is wrong, have it register {consent.redirect_uri}")
    return landed(terminal.ask("Paste that address, or the code in it, within two minutes:"), consent.state)


def _tell(options: argparse.Namespace, found: Connected) -> int:
    channel = found.channel
    told: dict[str, object] = {
        "kind": str(found.kind),
        "channel_id": channel.id if channel else None,
        "channel": channel.name if channel else None,
        "application": channel.application if channel else None,
        "scopes": sorted(found.scopes),
        "missing": list(found.missing),
        "fix": found.fix or None,
        "trouble": found.trouble or None,
    }
    say(options, told, _lines(found))
    return int(bool(found.trouble or found.missing or channel is None))


def _lines(found: Connected) -> list[str]:
    if found.trouble:
        return [f"Stored, but ShipBob could not be asked: {found.trouble}"]
    if found.channel is None:
        return ["Stored, but ShipBob shows no channel that the token may write on.", f"  → {found.fix}"]
    own = found.channel
    lines = [
        f"Connected as channel {own.id} {own.name} of the application {own.application}.",
        f"  scopes: {' '.join(sorted(found.scopes))}",
    ]
    if found.missing:
        lines += [f"  MISSING: {' '.join(found.missing)}", f"  → {found.fix}"]
    return lines


def _status(options: argparse.Namespace, ports: Ports) -> int:
    told = connecting.standing(ports)
    head = f"{told['kind'] or 'no token'}: {told['state']}" + (f", {told['why']}" if told["why"] else "")
    names = ("since", "refreshed_at", "expires_at", "connected_at", "connected_by")
    details = [f"  {name.replace('_', ' ')}: {told[name]}" for name in names if told[name]]
    say(options, told, [head, *details])
    return int(told["state"] not in {"good", "being replaced"})
