"""The merchant in front of a browser, at ShipBob's consent page."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import httpx

from local.shipbob import ShipBobSimulator

FIELD = re.compile(r'name="([^"]*)" value="([^"]*)"')
FORM = re.compile(r'<form method="post" action="([^"]*)">')


def decide(shipbob: ShipBobSimulator, address: str, decision: str = "allow") -> httpx.Response:
    """Open the page and press a button: what ShipBob gives the browser to do next, or the page's own refusal."""
    with httpx.Client(
        base_url=shipbob.auth_url, verify=ssl.create_default_context(cafile=str(shipbob.ca_bundle))
    ) as browser:
        shown = browser.get(address)
        if shown.status_code != 200 or "consent" not in shown.text:
            return shown
        fields = dict(FIELD.findall(shown.text))
        return browser.post("/connect/authorize/consent", data={"request": fields["request"], "decision": decision})


def brought(answer: httpx.Response) -> tuple[str, Mapping[str, str]]:
    """Where the browser goes next, and what it brings there: behind a #, or in a form that it posts."""
    if "location" in answer.headers:
        parts = urlsplit(answer.headers["location"])
        return answer.headers["location"], dict(parse_qsl(parts.query)) | dict(parse_qsl(parts.fragment))
    form = FORM.search(answer.text)
    assert form is not None, answer.text
    return unescape(form[1]), {name: unescape(value) for name, value in FIELD.findall(answer.text)}


def agree(shipbob: ShipBobSimulator, address: str, decision: str = "allow") -> Mapping[str, str]:
    """What the application is brought."""
    return brought(decide(shipbob, address, decision))[1]
