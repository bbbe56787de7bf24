"""Addresses of GP's service based architecture: Tenants(T)/Companies(C)/Area/Resource(key)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

PATH = "/GPService/"
TENANT = "Tenants(DefaultTenant)"

_PART = re.compile(r"([^()]*)(?:\((.*)\))?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Address:
    """An address below PATH, decoded and, the company and the key aside, in lower case.

    `company` is None for what lies directly under the tenant; `shape` is what follows, with "()" in place of its key.
    """

    tenant: str
    company: str | None
    shape: str
    key: str
    is_json: bool

    @classmethod
    def of(cls, path: str) -> Address:
        """Encoded parentheses count as plain ones, as integrations send them; a name may have some of its own in it."""
        below = path[len(PATH) :]
        is_json = below.lower().endswith(".json")
        if is_json:
            below = below[: -len(".json")]
        tenant, *parts = [unquote(part) for part in below.split("/")]
        named = [_name_and_key(part) for part in parts]
        company = None
        if named and named[0][0] == "companies" and named[0][1] is not None:
            company = named.pop(0)[1]
        keys = [key for _, key in named if key is not None]
        shape = "/".join(name if key is None else f"{name}()" for name, key in named)
        return cls(tenant.lower(), company, shape, ";".join(keys), is_json)


def _name_and_key(part: str) -> tuple[str, str | None]:
    match = _PART.fullmatch(part)
    return (match[1].lower(), match[2]) if match else (part.lower(), None)


def shape_of(path: str) -> str:
    """The shape of an address as the help page writes it, with the name of its key."""
    return re.sub(r"\(.*?\)", "()", path).lower()
