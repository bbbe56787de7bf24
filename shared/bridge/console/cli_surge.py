"""`gp-shipbob surge`: what moved in GP and is held back as too much or too old; have it sent, or left alone."""

from __future__ import annotations

import argparse

from bridge.console.voice import say
from bridge.ports import Ports
from bridge.protocols import surge
from bridge.protocols.surge import Decision, StockPoll

SAID = {True: "to be sent with the next poll of GP", False: "to be left alone for good, with the next poll of GP"}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    verb = verbs.add_parser("surge", help="show GP stock documents that are held back, being too many or too old")
    verb.set_defaults(command=_show)
    deeds = verb.add_subparsers(metavar="[allow | dismiss]")
    about = {"allow": "have ShipBob told of all of it", "dismiss": "have ShipBob told of none of it, now or later"}
    for name, help_text in about.items():
        deed = deeds.add_parser(name, help=help_text)
        deed.add_argument("--why", required=True, help="the reason, for the audit")
        deed.set_defaults(command=_decide, is_to_be_sent=name == "allow")


def _show(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    row = ports.stock_poll.row()
    say(options, summary(row), _lines(row))
    return 0


def _decide(options: argparse.Namespace, ports: Ports, by: str) -> int:
    why = options.why.strip()
    if not why:
        raise ValueError("what becomes of what is held back needs a reason")
    decided = surge.decide(ports.stock_poll.row(), Decision(options.is_to_be_sent, by, why, ports.clock.now()))
    row = ports.stock_poll.save(decided)
    say(options, summary(row), _lines(row))
    return 0


def summary(row: StockPoll) -> dict[str, object]:
    """What is held back, in plain words and plain types."""
    if row.surge is None:
        return {"held": 0}
    held, said = row.surge, row.decision
    return {
        "held": held.documents,
        "since": held.since.isoformat(),
        "oldest": held.oldest.isoformat(),
        "why": held.why,
        "some": list(held.some),
        "decision": SAID[said.is_to_be_sent] if said else None,
        "by": said.by if said else None,
        "reason": said.why if said else None,
    }


def _lines(row: StockPoll) -> list[str]:
    if row.surge is None:
        return ["Nothing is held back: GP's stock documents are told to ShipBob as they come."]
    held = row.surge
    lines = [
        f"{held.documents} stock documents of GP's are held back since {held.since:%Y-%m-%d %H:%M} UTC: {held.why}.",
        f"  The oldest is of {held.oldest}. Among them: {', '.join(held.some)}",
    ]
    if row.decision is None:
        return [*lines, "  Look at them in GP. Then: gp-shipbob surge allow --why ..., or surge dismiss --why ..."]
    return [*lines, f"  {row.decision.by} has said: {SAID[row.decision.is_to_be_sent]} ({row.decision.why})"]
