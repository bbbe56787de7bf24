"""The desk from which a test replays documents: the command, a person who watches, a ledger to choose from."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from bridge.console import cli, cli_backfill, cli_replay
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey, Reason
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.world import START, World
from tests.orders import DAY

OPERATOR = "arn:aws:iam::123456789012:user/night-shift"
TRANSFER = DocumentId(DocumentKind.TRANSFER, name="TRX 1")
EVENT = DocumentId(DocumentKind.STOCK, 7)


def order(number: int) -> DocumentId:
    return DocumentId(DocumentKind.ORDER, number)


def run(world: World, *arguments: str) -> int:
    return cli.main(["--json", "replay", *arguments], of_stack=lambda _name: (world, OPERATOR))


def queued(world: World) -> list[str]:
    return [str(message.document) for message in [*world.to_gp.waiting(), *world.to_shipbob.waiting()]]


class Person(cli_backfill.Screen):
    """Somebody who watches and answers; while they wait, something happens."""

    def __init__(self, *, answers: bool = False, meanwhile: Callable[[], bool | None] = lambda: True) -> None:
        self.drawn: list[str] = []
        self.asked: list[str] = []
        self._answers = answers
        self._meanwhile = meanwhile

    @property
    def is_terminal(self) -> bool:
        return True

    def write(self, text: str) -> None:
        self.drawn.append(text)

    def pause(self, seconds: float) -> bool | None:
        assert seconds > 0
        return self._meanwhile()

    def agrees(self, question: str) -> bool:
        self.asked.append(question)
        return self._answers


def replay_before(person: Person, world: World, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--json", action="store_true")
    cli_replay.add(parser.add_subparsers(), person)
    options = parser.parse_args(["--json", "replay", "--why", "a test", *arguments])
    code: int = options.command(options, world, OPERATOR)
    return code


def a_ledger(world: World, *rows: LedgerRow) -> None:
    for row in rows:
        world.state.save(row)


def reviewed(number: int, text: str = "A price is missing", key: str = "", cause: str = "") -> LedgerRow:
    reason = Reason(text, "Set it", MappingKey.parse(key) if key else None, cause)
    return LedgerRow(order(number), status=Status.REVIEW, due_at=START + DAY, reasons=(reason,))


def many(world: World, count: int) -> None:
    a_ledger(world, *(reviewed(number) for number in range(1, count + 1)))
