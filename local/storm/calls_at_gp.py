"""Every call at GP as its caller knows it: ok, fail or indefinite. While a write is in doubt, no other may follow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from enum import StrEnum

from bridge.domain.outcome import UnknownOutcome

from local.memory.points import Crash
from local.storm.faults import WRITES_AT_NEIGHBOURS
from local.storm.kernel import Run

LOOKS = frozenset(
    "gp.sales_order gp.sales_invoice gp.sales_return gp.sales_documents gp.inventory_document".split()
)  # they show what became of a write


class Ending(StrEnum):
    """What a caller knows of its call: it was answered; it was not done; nobody knows, not even whether it was sent."""

    OK = "ok"
    FAIL = "fail"
    INDEFINITE = "indefinite"


class CallsAtGp:
    """How all calls ended, and which documents' last write is in doubt. `violate` is told of one that is written on.

    A write is in doubt from the moment it is sent, for whoever else works on its document meanwhile.
    """

    def __init__(self, violate: Callable[[str], None]) -> None:
        self.ended: Counter[Ending] = Counter()
        self.in_doubt: dict[str, tuple[Run, str]] = {}  # whose write, and which, by document
        self._violate = violate

    def make[R](self, run: Run, call: str, effect: Callable[[], R]) -> R:
        """Make the call, and class it by how it ends. A look settles what was in doubt, an answered write itself."""
        is_write = call in WRITES_AT_NEIGHBOURS
        document = run.name.split()[1] if is_write or call in LOOKS else ""
        sent = (run, call)
        if is_write:
            self._send(document, sent)
        try:
            result = effect()
        except (UnknownOutcome, Crash):
            self.ended[Ending.INDEFINITE] += 1
            raise
        except Exception:
            self.ended[Ending.FAIL] += 1
            self._settle(document, sent)
            raise
        self.ended[Ending.OK] += 1
        self._settle(document, self.in_doubt.get(document) if call in LOOKS else sent)
        return result

    def _send(self, document: str, sent: tuple[Run, str]) -> None:
        if document in self.in_doubt:
            _, before = self.in_doubt[document]
            self._violate(f"{document}: {sent[1]} before anybody has looked what became of {before}")
        self.in_doubt[document] = sent

    def _settle(self, document: str, sent: tuple[Run, str] | None) -> None:
        if sent is not None and self.in_doubt.get(document) == sent:
            del self.in_doubt[document]
