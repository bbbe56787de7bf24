"""JSON with decimals as they are: nothing is rounded on the way in or out."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


def read_json(body: bytes) -> Any:
    """A number with a decimal point becomes a Decimal; ValueError for what is not JSON, NaN included."""
    return json.loads(body, parse_float=Decimal, parse_constant=_no_number)


def write_json(value: Any) -> bytes:
    return _text(value).encode()


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_text(each) for each in value) + "]"
    return json.dumps(value)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is not a number of JSON")
