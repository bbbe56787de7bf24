"""What can befall a call of a port, and which calls it can befall."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from bridge.domain.outcome import Failure, Misconfigured, RefusalKind, Refused, RowMoved, Transient, UnknownOutcome


class Fault(StrEnum):
    """In the words of a story."""

    CRASH_BEFORE = "the process dies before it"
    CRASH_AFTER = "the process dies after it"
    BUSY = "busy: nothing is done"  # throttled, 429, 5xx of a read, a record locked
    TIMEOUT = "no reply, and nothing done"
    LOST = "done, and the reply is lost"
    LATE = "no reply, and done only minutes later"
    SLOW = "slow, up to the end of the run"
    REFUSED = "refused"
    DENIED = "nobody is let in"  # a certificate, a company, a right: a person repairs it
    MOVED = "somebody else has written first"
    RIVAL = "somebody else acts at this moment"
    TWICE = "the message is handed out a second time meanwhile"
    BUG = "a bug raises"


WRITES_AT_NEIGHBOURS = frozenset(
    {
        "gp.create_sales_order",
        "gp.create_sales_invoice",
        "gp.create_sales_return",
        "gp.create_inventory_adjustment",
        "gp.update_sales_order",
        "gp.update_sales_invoice",
        "gp.void_sales_order",
        "shipbob.create_receiving_order",
        "authority.refresh",
    }
)
NEIGHBOURS = frozenset({"gp", "shipbob", "authority"})
CONDITIONAL = frozenset(
    {
        "state.save",
        "state.save_cursor",
        "state.save_batch",
        "audit.record",
        "expectations.save",
        "gates.save_health",
        "gates.save_pause",
        "token_rows.save",
        "stock_poll.save",
        "alerts.save",
    }
)
OWN_WRITES = CONDITIONAL | {
    "state.remember_aliases",
    "state.map",
    "queue.send",
    "secret.store",
    "bell.ring",
    "notices.tell",
    "alerts.forget",
}
ANY = (Fault.CRASH_BEFORE, Fault.CRASH_AFTER, Fault.BUSY, Fault.TIMEOUT, Fault.SLOW, Fault.RIVAL, Fault.BUG)
REFUSALS = (RefusalKind.CREDIT_LIMIT, RefusalKind.CUSTOMER_ON_HOLD, RefusalKind.OTHER)


@cache
def possible(call: str, *, is_from_queue: bool) -> tuple[Fault, ...]:
    """The faults that the call can meet, made by a run that a queue woke, or another."""
    found = list(ANY)
    if call in WRITES_AT_NEIGHBOURS:
        found += [Fault.LOST, Fault.LATE, Fault.REFUSED]
    if call in OWN_WRITES:
        found.append(Fault.LOST)
    if call in CONDITIONAL:
        found.append(Fault.MOVED)
    if call.partition(".")[0] in NEIGHBOURS:
        found.append(Fault.DENIED)
    if is_from_queue:
        found.append(Fault.TWICE)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Strike:
    """At its `number`th call the run of that name meets the fault."""

    run: str
    number: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Target:
    """The `number`th time that any run of the flow makes the call, it meets the fault."""

    flow: str
    call: str
    number: int
    fault: Fault


def failure(call: str, fault: Fault, chance: random.Random) -> Exception:
    """What the port raises, in the words of ports.py, as the adapter behind it would."""
    is_write = call in WRITES_AT_NEIGHBOURS
    who = {"gp": "GP", "shipbob": "ShipBob", "authority": "ShipBob's authorization server"}.get(
        call.split(".", maxsplit=1)[0], "AWS"
    )
    unanswered: Failure = UnknownOutcome(f"{who} did not reply") if is_write else Transient(f"{who} did not reply")
    match fault:
        case Fault.BUSY:
            return Transient(f"{who} is busy", dt.timedelta(seconds=chance.choice((0, 0, 60, 900))))
        case Fault.REFUSED:
            kind = chance.choice(REFUSALS) if who == "GP" else RefusalKind.OTHER
            return Refused(f"{who} refuses it", (f"It says: {kind}",), kind)
        case Fault.DENIED:
            return Misconfigured(f"{who} lets nobody in")
        case Fault.MOVED:
            return RowMoved("somebody else has written since the read")
        case Fault.BUG:
            return ZeroDivisionError("a bug")
        case _:
            return unanswered
