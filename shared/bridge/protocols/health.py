"""Is a neighbour up? Over a row and a clock, by what became of the documents that needed it.

    up ── three different documents fail, none between succeeds ──▶ down ── a probe, or any call, is answered ──▶ up
     └── a login, a certificate, a setting is refused (one will do) ──▶┘

While it is down documents wait without a call, and one worker at a time asks it something harmless, more seldom as time
goes on. Up again, what has waited is let in by waves that double each minute, so that a server that has just come back
is not run over. A worker that dies in a probe holds its lease, and nobody else up for longer than that.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from bridge.domain.gate import Gate

SCHEMA = 1  # a row written by newer code than this waits until that code runs

DIFFERENT_DOCUMENTS = 3  # one alone may itself be what the neighbour chokes on
PROBE_AGAIN_AFTER = tuple(dt.timedelta(seconds=each) for each in (30, 60, 120, 300, 600))
PROBE_LASTS = dt.timedelta(minutes=2)  # a login, a read, and some more
FIRST_WAVE = 5
WAVE_EVERY = dt.timedelta(minutes=1)
WAVES = 6  # the sixth is of 160; from then on the queue's own depth is limit enough


@dataclass(frozen=True, slots=True)
class Probing:
    """Who asks at present, and when that is taken to have failed."""

    holder: str
    until: dt.datetime


@dataclass(frozen=True, slots=True)
class Health:
    """`failing` are the documents that failed since the neighbour last answered. `version` 0: not stored yet.

    `down_since` and `why` while it is down, `up_since` once it has come back. `probes` were made in vain.
    """

    neighbour: Gate
    failing: tuple[str, ...] = ()
    down_since: dt.datetime | None = None
    why: str = ""
    needs_repair: bool = False
    probes: int = 0
    next_probe: dt.datetime | None = None
    probing: Probing | None = None
    up_since: dt.datetime | None = None
    version: int = 0

    @property
    def is_down(self) -> bool:
        return self.down_since is not None


def failed(health: Health, document: str, why: str, now: dt.datetime, *, needs_repair: bool = False) -> Health:
    """A document met no answer. What needs a person's repair is the same for every document: one is enough."""
    if health.is_down:
        return health
    failing = tuple(dict.fromkeys((*health.failing, document)))
    if len(failing) < DIFFERENT_DOCUMENTS and not needs_repair:
        return replace(health, failing=failing)
    # It may be one kind of call that is refused: the next document finds that out at once.
    first = now if needs_repair else now + PROBE_AGAIN_AFTER[0]
    down = Health(health.neighbour, (), now, why, needs_repair, next_probe=first)
    return replace(down, version=health.version)


def answered(health: Health, now: dt.datetime) -> Health:
    """It answered: a document, or a probe."""
    if health.is_down:
        return Health(health.neighbour, up_since=now, version=health.version)
    return replace(health, failing=()) if health.failing else health


def may_probe(health: Health, now: dt.datetime) -> bool:
    """Is it time to ask, and does nobody else?"""
    is_time = health.next_probe is None or health.next_probe <= now
    return health.is_down and is_time and (health.probing is None or health.probing.until <= now)


def probing(health: Health, worker: str, now: dt.datetime) -> Health:
    """This worker asks. Stored before it does."""
    return replace(health, probing=Probing(worker, now + PROBE_LASTS))


def probed_in_vain(health: Health, why: str, now: dt.datetime, *, needs_repair: bool) -> Health:
    """No answer: asked again later. Nothing to say of one that has come up meanwhile."""
    if not health.is_down:
        return health
    delay = PROBE_AGAIN_AFTER[min(health.probes + 1, len(PROBE_AGAIN_AFTER) - 1)]
    later = replace(health, probes=health.probes + 1, next_probe=now + delay, probing=None)
    return replace(later, why=why, needs_repair=needs_repair)


def wave(health: Health, now: dt.datetime) -> int | None:
    """How many of those that waited for it may be under way at once; None for no limit."""
    if health.is_down:
        return 0
    if health.up_since is None:
        return None
    number = max((now - health.up_since) // WAVE_EVERY, 0)
    return None if number >= WAVES else int(FIRST_WAVE << number)
