"""`gp-shipbob backfill`: bring in older orders, watch how far that has come, stop it, or name orders one by one."""

from __future__ import annotations

import argparse
import datetime as dt
import re
import sys
import time
from pathlib import Path

from bridge.console import backfill
from bridge.console.voice import say
from bridge.ports import Ports
from bridge.protocols.cursor import Backfill

WATCHED_EVERY = 2.0  # seconds
BAR = 24


class Screen:
    """Where progress is drawn: beside the command's result, on stderr."""

    @property
    def is_terminal(self) -> bool:
        return sys.stderr.isatty()

    def write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()

    def pause(self, seconds: float) -> bool | None:
        """Wait; False where there is no time left to wait."""
        time.sleep(seconds)  # noqa: TID251 - a person watches, and no function of the stack waits
        return True

    def agrees(self, question: str) -> bool:
        """Does the person say yes? Nobody does where nobody can be asked."""
        if not (sys.stdin.isatty() and self.is_terminal):
            return False
        self.write(f"{question} [y/N] ")
        return sys.stdin.readline().strip().casefold() in {"y", "yes"}


def add(verbs: argparse._SubParsersAction[argparse.ArgumentParser], screen: Screen) -> None:
    """Add the commands."""
    verb = verbs.add_parser("backfill", help="bring in older orders, and show how far that has come")
    verb.add_argument("--follow", action="store_true", help="watch it until it has ended")
    verb.set_defaults(command=_show, screen=screen, stays_here=_stays_here)
    deeds = verb.add_subparsers(metavar="[start | stop | orders]")

    deed = deeds.add_parser("start", help="bring in the orders that ShipBob took in from a day on, until now")
    deed.add_argument("--since", required=True, type=_day, metavar="DATE", help="such as 2027-01-31, a day in GP")
    deed.add_argument("--follow", action="store_true", default=argparse.SUPPRESS, help="watch it until it has ended")
    deed.set_defaults(command=_start)

    deeds.add_parser("stop", help="end it where it stands").set_defaults(command=_stop)

    deed = deeds.add_parser("orders", help="have orders looked at again at once, by ShipBob's ids")
    deed.add_argument("orders", nargs="*", metavar="ID", help="such as 250000001")
    deed.add_argument("--file", type=Path, help="a file of ids, one a line or with commas between")
    deed.add_argument("--why", required=True, help="the reason, for the audit")
    deed.set_defaults(command=_orders, misused=deed.error)


def _stays_here(options: argparse.Namespace) -> str:
    if getattr(options, "file", None):
        return "the file of ids is on this machine; give the ids themselves"
    return "nobody watches in there, so leave out --follow" if options.follow else ""


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _start(options: argparse.Namespace, ports: Ports, by: str) -> int:
    backfill.start(ports, options.since, by)
    return _show(options, ports, by)


def _stop(options: argparse.Namespace, ports: Ports, by: str) -> int:
    backfill.stop(ports, by)
    return _show(options, ports, by)


def _show(options: argparse.Namespace, ports: Ports, _by: str) -> int:
    if options.follow:
        _follow(options.screen, ports)
    filling = backfill.show(ports)
    say(options, backfill.summary(filling), _lines(filling))
    return 0


def _follow(screen: Screen, ports: Ports) -> None:
    """Draw how far it has come until it has ended, or the person has seen enough: it goes on without them."""
    drawn = ""
    try:
        while (filling := backfill.show(ports)) is not None and filling.is_under_way:
            line = _progress(filling)
            if screen.is_terminal:
                screen.write("\r" + line.ljust(len(drawn)))
            elif line != drawn:
                screen.write(line + "\n")
            drawn = line
            screen.pause(WATCHED_EVERY)
    except KeyboardInterrupt:
        pass
    if drawn and screen.is_terminal:
        screen.write("\n")


def _progress(filling: Backfill) -> str:
    share = backfill.share(filling)
    bar = ("#" * int(share * BAR)).ljust(BAR, ".")
    return f"[{bar}] {share:4.0%}  {_counts(filling)}"


def _counts(filling: Backfill) -> str:
    reached = f", up to {filling.last:%Y-%m-%d}" if filling.last else ""
    return f"{filling.pages:,} pages, {filling.queued:,} orders queued, {filling.dropped:,} dropped{reached}"


def _lines(filling: Backfill | None) -> list[str]:
    if filling is None:
        return ["No back-fill was ever asked for."]
    asked = (
        f"  asked for by {filling.by}: orders from {filling.since:%Y-%m-%d %H:%M} to {filling.until:%Y-%m-%d %H:%M} UTC"
    )
    ends = {
        "under way": [f"  {_progress(filling)}"],
        "stopped": [f"  stopped by {filling.stopped_by}: {_counts(filling)}"],
        "finished": [f"  finished: {_counts(filling)}"],
    }
    state = backfill.state(filling)
    return [f"The back-fill is {state}.", asked, *ends[state]]


def _orders(options: argparse.Namespace, ports: Ports, by: str) -> int:
    texts = [*options.orders, *(_words(options.file) if options.file else [])]
    if not texts:
        options.misused("name orders by their ids, or a file of them with --file")
    named = backfill.replay_orders(ports, [_order_id(text) for text in texts], by, options.why)
    lines = [f"{len(named.queued):,} orders are queued; gp-shipbob trace ID tells how one went."]
    if named.missing:
        lines.append(f"ShipBob has no order {', '.join(map(str, named.missing))}.")
    say(options, {"queued": list(named.queued), "missing": list(named.missing)}, lines)
    return int(bool(named.missing))


def _words(file: Path) -> list[str]:
    try:
        text = file.read_text()
    except OSError as failure:
        raise ValueError(f"{file} cannot be read: {failure.strerror}") from failure
    return [word for word in re.split(r"[\s,;]+", text) if word]


def _order_id(text: str) -> int:
    number = text.removeprefix("order/")
    if not (number.isascii() and number.isdigit()):
        raise ValueError(f"not an order's id: {text!r}; one is written like 250000001")
    return int(number)
