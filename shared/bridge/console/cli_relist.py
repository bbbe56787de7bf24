"""`gp-shipbob relist`: see how far the polls have come, and have every list gone through again from a moment on."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Sequence

from bridge.console import relisting
from bridge.console.cli_replay import in_zone, moment
from bridge.console.voice import say
from bridge.ports import Ports
from bridge.protocols.cursor import Cursor, SetBack


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    verb = verbs.add_parser(
        "relist",
        help="show how far each list was followed, or have all of them gone through again: after State was restored",
        epilog="Go back to 14 days before the moment that State was restored to: so long a message may have lain on a"
        " queue. Too far costs calls and nothing else. What is known already is passed over.",
    )
    verb.add_argument(
        "--since", type=moment, metavar="WHEN", help="2026-11-14 or 2026-11-14T08:00, in GP's zone if none is given"
    )
    verb.add_argument("--why", help="the reason, kept with each list that is set back; needed with --since")
    verb.add_argument("--dry-run", action="store_true", help="only say which lists would be set back")
    verb.set_defaults(command=_relist, misused=verb.error)


def _relist(options: argparse.Namespace, ports: Ports, by: str) -> int:
    if options.since is None:
        if options.why is not None or options.dry_run:
            options.misused("say from when on with --since")
        return _show(options, ports)
    if options.why is None:
        options.misused("a reason is needed: --why")
    since = in_zone(options.since, ports)
    assert since is not None
    if options.dry_run:
        return _tell(
            options, since, relisting.would_relist(ports, since, by, options.why), "Would be gone through again"
        )
    return _tell(options, since, relisting.relist(ports, since, by, options.why), "Gone through again")


def _show(options: argparse.Namespace, ports: Ports) -> int:
    cursors = relisting.show(ports)
    lines = [line for cursor in cursors for line in (_stands(cursor), *_set_back(cursor))]
    say(options, [_summary(cursor) for cursor in cursors], lines or ["No list was ever followed."])
    return 0


def _tell(options: argparse.Namespace, since: dt.datetime, cursors: Sequence[Cursor], what: str) -> int:
    told = {
        "dry_run": options.dry_run,
        "since": since.astimezone(dt.UTC).isoformat(),
        "lists": {cursor.name: cursor.reached.isoformat() for cursor in cursors},
    }
    head = f"{what} from {since:%Y-%m-%d %H:%M %Z} on, with the next runs of the polls; where each list stood:"
    none = f"No list has come further than {since:%Y-%m-%d %H:%M %Z}: nothing is to be set back."
    say(options, told, [head, *map(_stands, cursors)] if cursors else [none])
    return 0


def _stands(cursor: Cursor) -> str:
    pass_ = ", and a pass is under way" if cursor.under_way is not None else ""
    return f"  {cursor.name:<22} {cursor.reached:%Y-%m-%d %H:%M} UTC{pass_}"


def _set_back(cursor: Cursor) -> list[str]:
    said = cursor.set_back
    if said is None:
        return []
    return [f"    set back to {said.since:%Y-%m-%d %H:%M %Z} at {said.at:%Y-%m-%d %H:%M} UTC by {said.by}: {said.why}"]


def _summary(cursor: Cursor) -> dict[str, object]:
    said = cursor.set_back
    return {
        "list": cursor.name,
        "stands_at": cursor.reached.isoformat(),
        "is_under_way": cursor.under_way is not None,
        "set_back": _said(said) if said else None,
    }


def _said(said: SetBack) -> dict[str, str]:
    return {"to": said.since.isoformat(), "at": said.at.isoformat(), "by": said.by, "why": said.why}
