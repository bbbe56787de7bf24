"""What many schedules came to, and the log by which a long run goes on after it was interrupted."""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from local.storm.calls_at_gp import Ending
    from local.storm.faults import Fault

ROOT = Path(__file__).parents[2]
CODE = ("shared/bridge", "local/memory", "local/storm")


@dataclass
class Tally:
    """What all schedules came to, and in how many seconds."""

    schedules: int = 0
    calls: int = 0
    documents: int = 0
    faults: int = 0
    fewest_calls: int = sys.maxsize
    seconds: float = 0.0
    met: Counter[tuple[str, str]] = field(default_factory=Counter)
    struck: Counter[tuple[str, str, Fault]] = field(default_factory=Counter)
    ended: Counter[Ending] = field(default_factory=Counter)  # how the calls at GP did
    failing: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def add(self, other: Tally) -> None:
        self.schedules += other.schedules
        self.calls += other.calls
        self.documents += other.documents
        self.faults += other.faults
        self.fewest_calls = min(self.fewest_calls, other.fewest_calls)
        self.met.update(other.met)
        self.struck.update(other.struck)
        self.ended.update(other.ended)
        self.failing |= other.failing

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return vars(self) | {
            "met": [[*call, times] for call, times in sorted(self.met.items())],
            "ended": dict(self.ended),
            "struck": [[*cell, times] for cell, times in sorted(self.struck.items())],
            "failing": {str(seed): found for seed, found in self.failing.items()},
        }

    @classmethod
    def of_plain(cls, plain: dict[str, Any]) -> Self:
        from local.storm.calls_at_gp import Ending
        from local.storm.faults import Fault

        return cls(
            **plain
            | {
                "met": Counter({(flow, call): times for flow, call, times in plain["met"]}),
                "ended": Counter({Ending(ending): times for ending, times in plain["ended"].items()}),
                "struck": Counter({(flow, call, Fault(fault)): times for flow, call, fault, times in plain["struck"]}),
                "failing": {int(seed): tuple(found) for seed, found in plain["failing"].items()},
            }
        )


def code() -> str:
    """A digest of all that a schedule runs, in hexadecimal: the same seed comes to the same only with the same code."""
    found = hashlib.sha256()
    for path in sorted(path for part in CODE for path in (ROOT / part).rglob("*.py")):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()[:16]


class Log:
    """A file that each line of is all that was played until then, from its first seed on, with one code."""

    def __init__(self, path: Path, first: int) -> None:
        self._path = path
        self._head = {"code": code(), "first": first}

    def read(self) -> Tally:
        """What was played before. ValueError where the file is of other code, or of other seeds."""
        lines = self._path.read_text(encoding="utf-8").splitlines(keepends=True) if self._path.exists() else []
        whole = [line for line in lines if line.endswith("\n")]  # one that was cut off in the middle is as good as none
        if not whole:
            return Tally()
        last = json.loads(whole[-1])
        if {"code": last["code"], "first": last["first"]} != self._head:
            raise ValueError(f"{self._path} is of other code or of other seeds: name another file, or remove it")
        return Tally.of_plain(last["tally"])

    def write(self, tally: Tally) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(self._head | {"tally": tally.plain()}) + "\n")
