"""A schedule as data, drawn from a seed and kept as JSON: the company's choices, what happens when, what goes wrong."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import chain
from typing import Any, Self

from local.storm.cells import CALLS, cells
from local.storm.faults import WRITES_AT_NEIGHBOURS, Fault, Strike, Target
from local.storm.kernel import HOUR
from local.storm.needs import Need, needs_of


@dataclass(frozen=True, slots=True)
class Act:
    """Something that the world or a person does, `second` seconds after the start, to `whom`; `how` says which way."""

    second: float
    what: str
    whom: str = ""
    how: int = 0


type Deed = Callable[[Act], object]


@dataclass(frozen=True, slots=True)
class Cue:
    """The first call that any run of the flow makes is when the act happens, before it."""

    flow: str
    act: Act


@dataclass(frozen=True, slots=True)
class Choices:
    """The stack's parameters, and the nature of its neighbours."""

    shipments: str = "order"
    partial: str = "hold"
    returns: str = "adjustment"
    trigger: str = "posted"
    increase: str = "review"
    corrections: str = "record"
    receipts: str = "record"
    concurrency: int = 2
    skew: float = 0.5
    pace: float = 1.0
    list_lag: float = 60.0
    sweep_every: float = 60.0
    poll_every: float = 300.0
    gp_poll_every: float = 900.0
    is_oauth: bool = False
    token_lives: float = 4 * HOUR
    is_first_deployment: bool = False
    unmapped: str = ""  # until somebody maps it
    keeps_login: bool = True
    keeps_history: bool = True


@dataclass(frozen=True, slots=True)
class Plan:
    """One schedule. `background` is how likely a fault is at each call; `strikes` and `targets` name some beside it."""

    seed: int
    choices: Choices = field(default_factory=Choices)
    acts: tuple[Act, ...] = ()
    ends: float = 6 * HOUR
    background: float = 0.0
    strikes: tuple[Strike, ...] = ()
    targets: tuple[Target, ...] = ()
    cues: tuple[Cue, ...] = ()

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        found: dict[str, Any] = json.loads(text)
        return cls(
            seed=found["seed"],
            choices=Choices(**found["choices"]),
            acts=tuple(Act(**each) for each in found["acts"]),
            ends=found["ends"],
            background=found["background"],
            strikes=tuple(Strike(each["run"], each["number"], Fault(each["fault"])) for each in found["strikes"]),
            targets=tuple(
                Target(each["flow"], each["call"], each["number"], Fault(each["fault"])) for each in found["targets"]
            ),
            cues=tuple(Cue(each["flow"], Act(**each["act"])) for each in found.get("cues", ())),
        )


def draw(seed: int, *, is_long: bool = False) -> Plan:
    """The schedule of a seed. Where a fault is aimed at a call, it is such that the call is made."""
    chance = random.Random(seed)  # noqa: S311 - the same each time, by design
    targets = _targets(chance, seed)
    needs = [need for target in targets for need in needs_of(target)]
    choices = replace(_choices(chance), **{name: value for need in needs for name, value in need.choices.items()})
    documents, ends = _length(chance, is_long=is_long)
    ends = max([ends, *(need.hours * HOUR for need in needs)])
    targets += tuple(target for need in needs for target in need.beside)
    lives = [need.life for need in needs if need.life]
    of_orders = 0.3 if lives else 0.5
    while (left := documents - sum(map(_documents_in, lives))) > 0:
        kind = LIVES if chance.random() < of_orders else STOCK
        lives.append(chance.choice([life for life in kind if _documents_in(life) <= left]))
    lives += _besides(lives)
    acts = [act for number, life in enumerate(lives) for act in _document(chance, number, life, ends)]
    acts += _people(chance, acts, ends)
    acts += _mishaps(chance, ends)
    acts += [_act_of(chance, need, ends) for need in needs if need.act and not need.cue]
    cues = tuple(Cue(need.cue, Act(0.0, need.act, "order 0", need.how)) for need in needs if need.cue)
    background = chance.choice((0.0, 0.003, 0.003, 0.01, 0.03))
    return Plan(seed, choices, tuple(sorted(acts, key=lambda act: act.second)), ends, background, (), targets, cues)


def _act_of(chance: random.Random, need: Need, ends: float) -> Act:
    return Act(round(chance.uniform(need.after * ends, need.before * ends), 1), need.act, "order 0", need.how)


def _length(chance: random.Random, *, is_long: bool) -> tuple[int, float]:
    """How many documents, and within how many seconds. Most are short: many schedules find more than long ones."""
    if is_long:
        return chance.randint(50, 70), 24 * HOUR
    if chance.random() < 0.97:
        return 3, chance.choice((0.3, 0.3, 0.3, 0.6)) * HOUR
    return chance.randint(4, 8), chance.choice((1, 2, 12)) * HOUR


def _choices(chance: random.Random) -> Choices:
    return Choices(
        shipments=chance.choice(("order", "order", "invoice")),
        partial=chance.choice(("hold", "release")),
        returns=chance.choice(("adjustment", "adjustment", "sales_return")),
        trigger=chance.choice(("posted", "posted", "work")),
        increase=chance.choice(("review", "receiving_order")),
        corrections=chance.choice(("record", "record", "review")),
        receipts=chance.choice(("record", "review")),
        concurrency=chance.choice((2, 2, 3, 4)),
        skew=chance.choice((0.0, 0.5, 5.0)),
        pace=chance.choice((0.1, 0.5, 2.0)),
        list_lag=chance.choice((0.0, 5.0, 300.0)),
        sweep_every=chance.choice((60.0, 300.0)),
        poll_every=chance.choice((300.0, 900.0, 900.0, 900.0, 1800.0)),
        gp_poll_every=chance.choice((900.0, 3600.0)),
        is_oauth=chance.random() < 0.3,
        token_lives=chance.choice((1, 4, 12)) * HOUR,
        is_first_deployment=chance.random() < 0.1,
        unmapped=chance.choice(("", "", "", "sku/GADGET", "location/9", "disposition/Quarantine")),
        keeps_login=chance.random() < 0.8,
        keeps_history=chance.random() < 0.8,
    )


LIVES = (
    *(("place", "ship"),) * 4,
    *(("place and ship",),) * 3,
    ("place", "split", "ship"),
    ("place", "split", "ship", "ship"),
    ("place", "add", "ship"),
    ("place", "split", "ship", "add", "ship"),
    ("place", "cancel"),
    ("place", "address", "ship", "retrack"),
    ("place", "hold", "unhold", "ship"),
    ("place", "move", "ship"),
    ("place", "split", "ship", "cancel the rest"),
    ("place", "ship", "announce return", "count return"),
    ("place",),
    ("place",),
)
STOCK = (
    ("correct",),
    ("correct", "correct"),
    ("adjust in GP",),
    ("ask for less", "answer"),
    ("ask for less", "answer", "answer"),
    ("transfer",),
    ("transfer", "stow"),
)


EARLY = frozenset({"place", "transfer", "place and ship", "correct", "adjust in GP", "ask for less"})
FURTHER = frozenset({"correct", "announce return", "stow", "stow short", "answer"})  # each makes one document more
QUIET = frozenset({"place", "correct", "transfer", "adjust in GP"})  # nothing goes on with what they begin
LATE = frozenset({"stow", "stow short", "count return", "answer"})


def _documents_in(life: Sequence[str]) -> int:
    """How many documents a life makes: the first, and each that comes of it. A cancelled order may come to nothing."""
    return ("cancel" not in life) + sum(what in FURTHER for what in life[1:])


def _besides(lives: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """One life more where little comes of the others, and nothing meets: where they are all of orders, or of stock."""
    are_orders = [life[0].startswith("place") for life in lives]
    if QUIET.issuperset(chain(*lives)) or not any(are_orders):
        return [("place and ship",)]
    return [("correct",)] if all(are_orders) and FURTHER.isdisjoint(chain(*lives)) else []


def _document(chance: random.Random, number: int, life: Sequence[str], ends: float) -> list[Act]:
    """What becomes of one document, from its first moment to its last."""
    whom = f"{'order' if life[0].startswith('place') else 'stock'} {number}"
    moments = sorted(_moment(chance, what, ends) for what in life)
    return [Act(round(at, 1), what, whom, chance.randrange(1000)) for at, what in zip(moments, life, strict=True)]


def _moment(chance: random.Random, what: str, ends: float) -> float:
    """At any time; what others wait for rather early, and what waits for others rather late."""
    if what in EARLY and chance.random() < 0.7:
        return chance.uniform(0, 120)
    return chance.uniform(0.8, 1.0) * ends if what in LATE else chance.uniform(0, ends)


AT_GP = (
    "transfer order",
    "void order",
    "delete order",
    "comment on order",
    "change quantity",
    "move to a batch",
    "post adjustments",
    "post adjustments",
)
AT_THE_DESK = ("map", "replay", "replay", "pause and resume", "redrive", "close a review")


def _people(chance: random.Random, acts: Sequence[Act], ends: float) -> list[Act]:
    orders = sorted({act.whom for act in acts if act.whom.startswith("order")})
    found = [Act(round(chance.uniform(0, ends), 1), "map", "", 0)] if chance.random() < 0.6 else []
    if orders and chance.random() < 0.35:
        found += [
            Act(round(chance.uniform(0, ends), 1), chance.choice(AT_GP), chance.choice(orders), chance.randrange(1000))
            for _ in range(chance.choice((1, 1, 2)))
        ]
    if chance.random() < 0.4:
        whom = chance.choice(orders) if orders else ""
        at = round(chance.uniform(0, ends), 1)
        found.append(Act(at, chance.choice(AT_THE_DESK), whom, chance.randrange(1000)))
    return found


MISHAPS = (
    "GP is away",
    "ShipBob is away",
    "the password changes",
    "the token is revoked",
    "a deployment",
    "State is restored",
    "a dry run",
)


def _mishaps(chance: random.Random, ends: float) -> list[Act]:
    drawn = [chance.choice(MISHAPS) for _ in range(chance.choice((0, 0, 0, 1, 1, 2)))]
    return [Act(round(chance.uniform(0, ends), 1), what, "", chance.randrange(1000)) for what in drawn]


UNANSWERED = (Fault.LATE, Fault.LOST, Fault.TIMEOUT)
# What has hurt most comes first: a defect is found sooner.
FIRST = (Fault.RIVAL, Fault.TWICE, Fault.LOST, Fault.LATE, Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.MOVED)
AIMED = tuple(sorted(cells(), key=lambda cell: FIRST.index(cell[2]) if cell[2] in FIRST else len(FIRST)))
WRITES = tuple((flow, call) for flow, call in CALLS if call in WRITES_AT_NEIGHBOURS)


def _targets(chance: random.Random, seed: int) -> tuple[Target, ...]:
    """Every other schedule has the next fault of all; many others a write at a neighbour whose outcome nobody knows."""
    if seed % 2:
        flow, call, fault = AIMED[seed // 2 % len(AIMED)]
        return (Target(flow, call, chance.choice((1, 1, 1, 2)), fault),)
    if chance.random() < 0.5:  # for that is what hurts
        return (Target(*chance.choice(WRITES), chance.choice((1, 1, 1, 1, 2, 3)), chance.choice(UNANSWERED)),)
    return ()
