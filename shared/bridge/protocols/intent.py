"""The promise around one write to GP: said before, settled after, and never sent again on suspicion.

    planned ── announce ──▶ sending(attempt, deadline) ── a reply ──▶ done
                               │ no reply, or the sender died         ▲
                               ▼                                      │ found
                            unknown ── settle: look in GP ────────────┤
                               ▲            │ absent, twice, after the deadline
                               └────────────┴──▶ planned again: sent with the next attempt

Planned and done have no intent in the ledger; sending and unknown have. GP's reply to a create is empty, a lost reply
looks like a lost request, and the server goes on working after the client has given up. So a write whose outcome is
unknown is answered by looking. *Found* settles it at once. *Absent* means something only once GP has had time to
finish, and then only the second time. Once the ledger has seen the document in GP it is never sent again: what is
gone, and what stands there otherwise than announced, is a person's. Nothing of it is in the air any more as soon as
looks after the deadline have found it gone twice, or its number taken once.
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
    VOID = "void"


class Phase(StrEnum):
    """Where an announced write stands, as far as the ledger knows."""

    SENDING = "sending"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Intent:
    """A write that was announced. `digest` is of the document as it was going to be, `number` its own.

    `deadline` is the moment before which a look in GP does not tell whether it is still to come. `is_settled`: a look
    after that found its number taken, be it by another document than was announced.
    """

    effect: Effect
    digest: str
    attempt: int
    sent_at: dt.datetime
    deadline: dt.datetime
    phase: Phase = Phase.SENDING
    absences: int = 0
    number: str = ""  # empty for the document's main one, whose number the row has
    is_settled: bool = False


def announce(
    effect: Effect, digest: str, before: Intent | None, *, now: dt.datetime, settle_time: dt.timedelta
) -> Intent:
    """Planned → sending. Stored before the request goes out; `before` is the attempt that was found absent, if any."""
    attempt = before.attempt + 1 if before else 1
    return Intent(effect, digest, attempt, sent_at=now, deadline=now + settle_time)


def lose(intent: Intent) -> Intent:
    """Sending → unknown: no reply came, or whoever sent it is gone."""
    return replace(intent, phase=Phase.UNKNOWN)


def is_in_the_air(intent: Intent | None) -> bool:
    """May the write still come, or have come unseen? Not of one that was found undone as often as it takes."""
    return intent is not None and not intent.is_settled and intent.absences < ABSENCES_THAT_COUNT


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
    lost = lose(intent)
    is_over = now >= lost.deadline
    if found:
        return Settlement(Verdict.ADOPT, replace(lost, is_settled=lost.is_settled or is_over), now)
    # It was there and is gone: a person voided or deleted it. To send it again would undo their work.
    is_gone = lost.effect is Effect.CREATE and ever_seen
    if not is_over:
        return Settlement(Verdict.ASK if is_gone else Verdict.LOOK_AGAIN, lost, lost.deadline)
    next_look = now + settle_time / LOOKS_IN_A_SETTLE_TIME
    counted = replace(lost, absences=lost.absences + 1, deadline=next_look)
    if is_gone:
        return Settlement(Verdict.ASK, counted, next_look)
    if counted.absences < ABSENCES_THAT_COUNT:
        return Settlement(Verdict.LOOK_AGAIN, counted, next_look)
    return Settlement(Verdict.SEND_AGAIN, counted, now)
