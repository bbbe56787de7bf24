"""Where a command is run: at a person's terminal, or inside the stack, where nobody sits."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bridge.console.cli_backfill import Screen

STDIN = "-"


def read(name: str) -> str:
    """A file's text, or what is piped in. A ValueError where it cannot be read."""
    try:
        return sys.stdin.read() if name == STDIN else Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as failure:
        raise ValueError(f"{name} cannot be read as UTF-8 text: {failure}") from failure


@dataclass(frozen=True, slots=True)
class Desk:
    """Who watches and answers, and how a file that a command names is read."""

    screen: Screen = field(default_factory=Screen)
    read: Callable[[str], str] = read
    is_remote: bool = False
