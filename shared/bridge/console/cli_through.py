"""`gp-shipbob --through operate …`: the same command, run inside the stack, where GP can be reached and this laptop
cannot. The text of a file that a command reads goes along; what it prints comes back."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from bridge.console.desk import STDIN

OPERATE = "operate"


class Operate(Protocol):
    """The stack's function, as whoever runs this command."""

    def run(self, command: Sequence[str], text: str) -> Mapping[str, Any]: ...


def add(parser: argparse.ArgumentParser) -> None:
    """Add the option, and what a command says of itself that cannot leave the terminal."""
    parser.add_argument(
        "--through", choices=[OPERATE], help="run the command inside the stack, as whom AWS knows you to be"
    )
    parser.set_defaults(stays_here=lambda _options: "")


def refuse_what_stays_here(options: argparse.Namespace) -> None:
    """A ValueError for a command that needs its terminal, or a secret that must not travel in an event."""
    if why := options.stays_here(options):
        raise ValueError(f"this cannot go through the function: {why}. Run it without --through")


def ask(
    options: argparse.Namespace, arguments: Sequence[str], operate: Callable[[str], Operate], read: Callable[[str], str]
) -> int:
    """Have the function run the command; its exit code, what it printed on stdout, what it complained of on stderr."""
    refuse_what_stays_here(options)
    file = getattr(options, "file", None)
    text = read(str(file)) if file else ""
    told = operate(options.stack).run(list(_words(arguments, str(file) if file else None)), text)
    sys.stdout.write(str(told["output"]))
    sys.stderr.write(str(told["error"]))
    return int(told["exit"])


def _words(arguments: Sequence[str], file: str | None) -> Sequence[str]:
    """The command without where it is run, and with the file as what is piped in."""
    rest = [word for word in arguments if word != f"--through={OPERATE}"]
    if "--through" in rest:
        at = rest.index("--through")
        del rest[at : at + 2]
    return [STDIN if file is not None and word == file else word for word in rest]
