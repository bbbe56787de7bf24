"""The promise around one write to GP: said before, settled after, and never sent again on suspicion.

GP's reply to a create is empty, a lost reply looks like a lost request, and the server goes on working after the client
has given up. So a write whose outcome is unknown is answered by looking. *Found* settles it at once. *Absent* means
something only once GP has had time to finish, and then only the second time.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

ABSENCES_THAT_COUNT = 2
LOOKS_IN_A_SETTLE_TIME = 20  # so the second look comes half a minute after the first, at ten minutes to settle


class Effect(StrEnum):
    """What was going to be written."""

    CREATE = "create"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that was announced. `digest` is of the document as it was going to be."""

    effect: Effect
    digest: str
    attempt: int
    sent_at: dt.datetime
    absences: int = 0
    look_at: dt.datetime | None = None  # a look before this counts for nothing


class Verdict(StrEnum):
    """What a look in GP says of a write whose outcome is unknown."""

    ADOPT = "adopt"
    LOOK_AGAIN = "look again"
    SEND_AGAIN = "send again"
    ASK = "ask a person"


@dataclass(frozen=True, slots=True)
class Settlement:
    """The verdict, the intent as it stands after this look, and when to look next."""

    verdict: Verdict
    intent: Intent
    look_at: dt.datetime


def settle(intent: Intent, *, found: bool, ever_seen: bool, now: dt.datetime, settle_time: dt.timedelta) -> Settlement:
    """Judge one look in GP. `found` means GP holds what the intent announced, `ever_seen` that it once held it."""
    if found:
        return Settlement(Verdict.ADOPT, intent, now)
    if intent.effect is Effect.CREATE and ever_seen:
        # It was there and is gone: a person voided or deleted it. To send it again would undo their work.
        return Settlement(Verdict.ASK, intent, now)
    look_at = intent.look_at or intent.sent_at + settle_time
    if now < look_at:
        return Settlement(Verdict.LOOK_AGAIN, intent, look_at)
    next_look = now + settle_time / LOOKS_IN_A_SETTLE_TIME
    counted = replace(intent, absences=intent.absences + 1, look_at=next_look)
    if counted.absences < ABSENCES_THAT_COUNT:
        return Settlement(Verdict.LOOK_AGAIN, counted, next_look)
    return Settlement(Verdict.SEND_AGAIN, counted, now)
