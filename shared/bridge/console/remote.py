"""The operator's command inside the stack: the same words, the same actions, and nobody at a terminal."""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout

from bridge.console import cli
from bridge.console.cli_backfill import Screen
from bridge.console.desk import Desk
from bridge.ports import Ports


class Nobody(Screen):
    """No terminal: nothing is drawn, nobody waits, and nobody agrees to anything."""

    @property
    def is_terminal(self) -> bool:
        return False

    def write(self, text: str) -> None:
        """There is nobody to see it."""

    def pause(self, seconds: float) -> bool:
        return False

    def agrees(self, question: str) -> bool:
        return False


def run(command: Sequence[str], text: str, ports: Ports, by: str) -> tuple[int, str, str]:
    """Run one command as `by`: its exit code, what it printed, and what it complained of."""
    printed, complained = io.StringIO(), io.StringIO()
    desk = Desk(screen=Nobody(), read=lambda _name: text, is_remote=True)
    with redirect_stdout(printed), redirect_stderr(complained):
        try:
            code = cli.main(command, of_stack=lambda _stack: (ports, by), desk=desk)
        except SystemExit as misused:  # argparse has said why
            code = misused.code if isinstance(misused.code, int) else 2
    return code, printed.getvalue(), complained.getvalue()
