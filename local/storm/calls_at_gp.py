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
    """How all calls ended, and which documents' last write is in doubt. `violate` is told of one that is written on."""

    def __init__(self, violate: Callable[[str], None]) -> None:
        self.ended: Counter[Ending] = Counter()
        self.in_doubt: dict[str, str] = {}  # which write, by document
        self._violate = violate

    def make[R](self, run: Run, call: str, effect: Callable[[], R]) -> R:
        """Make the call, and class it by how it ends."""
        document = run.name.split()[1] if call in WRITES_AT_NEIGHBOURS or call in LOOKS else ""
        if call in WRITES_AT_NEIGHBOURS and document in self.in_doubt:
            self._violate(f"{document}: {call} before anybody has looked what became of {self.in_doubt[document]}")
        try:
            result = effect()
        except (UnknownOutcome, Crash):
            self.ended[Ending.INDEFINITE] += 1
            if call in WRITES_AT_NEIGHBOURS:
                self.in_doubt[document] = call
            raise
        except Exception:
            self.ended[Ending.FAIL] += 1
            raise
        self.ended[Ending.OK] += 1
        if call in LOOKS:
            self.in_doubt.pop(document, None)
        return result
