"""What every operation needs of a request: its ids and its body, and the links to other pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from local.shipbob.listing import MAX_INT32, Query

VERSION = "2026-07"


def href(name: str, parameters: Mapping[str, str]) -> str:
    """A link within this version."""
    return f"/{VERSION}/{name}?{urlencode(parameters)}"


def number(name: str, text: str) -> int:
    """An id in a path: an int32."""
    return Query({name: text}).whole(name, 0, MAX_INT32)


def parsed(body: bytes) -> Any:
    """A JSON body, or None where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return None
