"""A schedule that shows a defect, made as short as it can be while it still shows it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace

from local.storm.plan import Choices, Plan
from local.storm.storm import Result, play

PLAYS_MAX = 600
_NUMBERS = re.compile(r"\d+")


def kind_of(violation: str) -> str:
    """What a violation says, whichever document it is of."""
    return _NUMBERS.sub("N", violation)


def shrink(plan: Plan) -> tuple[Plan, Result]:
    """The shortest that is found, and what it comes to. The first violation is the one that counts."""
    first = play(plan)
    kind = kind_of(first.violations[0])
    plays = iter(range(PLAYS_MAX))

    def shows(candidate: Plan) -> bool:
        """Does it still go wrong in the same way?"""
        return next(plays, None) is not None and any(kind_of(each) == kind for each in play(candidate).violations)

    named = replace(plan, background=0.0, targets=(), strikes=first.fired)
    best = named if shows(named) else plan
    before = None
    while before != best:
        before = best
        for simpler in (_fewer_acts, _fewer_strikes, _plainer):
            best = simpler(best, shows)
    return best, play(best)


type Shows = Callable[[Plan], bool]


def _fewer_acts(plan: Plan, shows: Shows) -> Plan:
    acts = plan.acts
    for part in shorter(acts, lambda part: shows(replace(plan, acts=tuple(part)))):
        acts = tuple(part)
    return replace(plan, acts=acts)


def _fewer_strikes(plan: Plan, shows: Shows) -> Plan:
    strikes = plan.strikes
    for part in shorter(strikes, lambda part: shows(replace(plan, strikes=tuple(part)))):
        strikes = tuple(part)
    return replace(plan, strikes=strikes)


def _plainer(plan: Plan, shows: Shows) -> Plan:
    """Every choice that does not matter is as it is by default."""
    plain = Choices()
    for each in fields(Choices):
        choices = replace(plan.choices, **{each.name: getattr(plain, each.name)})
        if choices != plan.choices and shows(replace(plan, choices=choices)):
            plan = replace(plan, choices=choices)
    return plan


def shorter[T](whole: Sequence[T], shows: Callable[[Sequence[T]], bool]) -> Iterator[Sequence[T]]:
    """Ever shorter parts that still show it: halves are left out first, single ones in the end."""
    size = max(len(whole) // 2, 1)
    while whole:
        start, isshorter = 0, False
        while start < len(whole):
            rest = [*whole[:start], *whole[start + size :]]
            if shows(rest):
                whole, isshorter = rest, True
                yield whole
            else:
                start += size
        if size == 1 and not isshorter:
            return
        size = max(size // 2, 1)
