"""Restrictions of GP's list operations, as SQL would apply them.

Source: Microsoft's web service reference on criteria: EqualValue, NotEqualValue, Items, From and To (both included),
GreaterThan, LessThan, Like with the wildcards of SQL.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from local.gp.reading import Struct

_Test = Callable[[Any, Any], bool]


def matches(criteria: Struct | None, values: Mapping[str, Any]) -> bool:
    """Whether a row, given by criterion name, is among what the criteria ask for; a criterion left out asks nothing."""
    return all(
        _satisfies(values[name], restriction)
        for name, restriction in (criteria or {}).items()
        if isinstance(restriction, dict)
    )


def _satisfies(value: Any, restriction: Struct) -> bool:
    asked = {name: limit for name, limit in restriction.items() if limit is not None}
    return all(value is not None and _TESTS[name](_folded(value), limit) for name, limit in asked.items())


def _folded(value: Any) -> Any:
    """The collation compares without regard to case."""
    return value.casefold() if isinstance(value, str) else value


def _like(value: str, pattern: str) -> bool:
    wildcards = {"%": ".*", "_": "."}
    expression = "".join(wildcards.get(character) or re.escape(character) for character in pattern.casefold())
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _among(value: Any, items: list[Any]) -> bool:
    return not items or value in [_folded(item) for item in items]


_TESTS: dict[str, _Test] = {
    "EqualValue": lambda value, limit: bool(value == _folded(limit)),
    "NotEqualValue": lambda value, limit: bool(value != _folded(limit)),
    "Items": _among,
    "From": lambda value, limit: bool(value >= _folded(limit)),
    "To": lambda value, limit: bool(value <= _folded(limit)),
    "GreaterThan": lambda value, limit: bool(value > _folded(limit)),
    "LessThan": lambda value, limit: bool(value < _folded(limit)),
    "Like": _like,
}
