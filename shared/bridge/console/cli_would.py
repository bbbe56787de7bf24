"""`gp-shipbob would`: what a dry run would write. And `gates`, `pause`, `resume`: what keeps documents back."""

from __future__ import annotations

import argparse

from bridge.console import gates
from bridge.console.gates import LISTED, WouldWrite
from bridge.console.voice import say
from bridge.domain.document import DocumentId
from bridge.ports import Ports
from bridge.protocols.pause import Side


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    verb = verbs.add_parser("would", help="show what a dry run would write: every document, or one to the byte")
    verb.add_argument("document", nargs="?", default="", metavar="DOCUMENT", help="such as order/250000001")
    verb.set_defaults(command=_would)

    verb = verbs.add_parser("gates", help="show what keeps documents back: neighbours, pause, quiet hours, dry run")
    verb.set_defaults(command=_gates)

    for name, told in (("pause", "stop the writing; documents wait"), ("resume", "have the writing go on")):
        verb = verbs.add_parser(name, help=told)
        verb.add_argument("--side", choices=list(Side), help="only what is written there (default: both)")
        verb.add_argument("--why", required=True, help="the reason, which stays with your name")
        verb.set_defaults(command=_pause, is_pause=name == "pause")


def _would(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    if options.document:
        return _would_of(options, ports)
    found = list(gates.would(ports))
    lines = [f"{each.row.document}  {_summary(each)}" for each in found]
    if len(found) == LISTED:
        lines.append(f"These are the first {LISTED}. gp-shipbob gates says how many there are.")
    say(options, [_plain(each) for each in found], lines or ["No document waits in a dry run."])
    return 0


def _would_of(options: argparse.Namespace, ports: Ports) -> int:
    document = DocumentId.parse(options.document)
    found = gates.would_of(ports, document)
    told = [_plain(each) | {"request": _text(each)} for each in found]
    lines = [line for each in found for line in (_summary(each), _text(each))]
    say(options, told, lines or [f"No dry run has come to a write of {document}."])
    return 0 if found else 1


def _plain(would: WouldWrite) -> dict[str, str]:
    return {"document": str(would.row.document), "at": would.entry.at.isoformat(), **would.entry.facts}


def _summary(would: WouldWrite) -> str:
    facts = would.entry.facts
    return f"{would.entry.at:%Y-%m-%d %H:%M} UTC  {facts['call']}  GP {facts['number'] or '-'}"


def _text(would: WouldWrite) -> str:
    if would.request is None:
        return "The request is no longer kept (PayloadRetentionDays); replay the document to have it anew."
    return would.request.decode(errors="replace")


def _gates(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    found = gates.show(ports)
    say(options, [gates.plain(each) for each in found], [gates.said(each) for each in found])
    return 0


def _pause(options: argparse.Namespace, ports: Ports, by: str) -> int:
    sides = [Side(options.side)] if options.side else list(Side)
    gates.pause(ports, sides, by, options.why, is_pause=options.is_pause)
    return _gates(options, ports, by)
