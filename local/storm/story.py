"""A schedule as a story that a person can read, from the first act to what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

from local.storm.kernel import DAY, HOUR, MINUTE
from local.storm.plan import Choices, Plan
from local.storm.storm import Result


def tell(plan: Plan, result: Result) -> Iterator[str]:
    """Line by line: what the company chose, what happened and when, and what is wrong."""
    plain = Choices()
    chosen = [
        f"{each.name}={getattr(plan.choices, each.name)}"
        for each in fields(Choices)
        if getattr(plan.choices, each.name) != getattr(plain, each.name)
    ]
    yield f"Seed {plan.seed}: {', '.join(chosen) or 'as by default'}."
    for second, line in result.story:
        yield f"{_clock(second)}  {line}"
    yield ""
    for violation in dict.fromkeys(result.violations):
        yield f"WRONG: {violation}"


def _clock(second: float) -> str:
    days, rest = divmod(second, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, seconds = divmod(rest, MINUTE)
    day = f"day {int(days) + 1} " if days else ""
    return f"{day}{int(hours):02}:{int(minutes):02}:{seconds:04.1f}"
