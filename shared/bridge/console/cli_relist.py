"""`gp-shipbob relist`: have the polls go through every list again, after State was restored to an earlier moment."""

from __future__ import annotations

import argparse
import datetime as dt

from bridge.console.relisting import Relisting, relist
from bridge.console.voice import say
from bridge.ports import Ports


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    verb = verbs.add_parser(
        "relist", help="have the polls list everything again from a day on: after State was restored"
    )
    verb.add_argument("--since", required=True, type=dt.date.fromisoformat, metavar="DATE", help="a day in GP")
    verb.add_argument("--dry-run", action="store_true", help="say which lists it would be, and change nothing")
    verb.set_defaults(command=_relist)


def _relist(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    since = dt.datetime.combine(options.since, dt.time(), ports.terms.zone).astimezone(dt.UTC)
    found = relist(ports, since, is_dry=options.dry_run)
    say(options, summary(found), _lines(found, is_dry=options.dry_run))
    return 0


def summary(found: Relisting) -> dict[str, object]:
    """What is listed again, in plain words and plain types."""
    return {"since": found.since.isoformat(), "lists": {name: was.isoformat() for name, was in found.lists.items()}}


def _lines(found: Relisting, *, is_dry: bool) -> list[str]:
    if not found.lists:
        return ["No list has come further than that: nothing is to be done."]
    verb = "would be" if is_dry else "are"
    lines = [f"From {found.since:%Y-%m-%d %H:%M} UTC on these lists {verb} gone through again, by the next polls:"]
    return [*lines, *(f"  {name}: had come to {was:%Y-%m-%d %H:%M} UTC" for name, was in found.lists.items())]
