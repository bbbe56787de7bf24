"""What goes wrong, and when: drawn at each call, or named in the plan."""

from __future__ import annotations

from collections import Counter

from local.storm.faults import Fault, Strike, Target, possible
from local.storm.kernel import Run
from local.storm.plan import Act, Plan


class Weather:
    """Says of each call what befalls it; keeps what befell."""

    def __init__(self, plan: Plan) -> None:
        self.is_calm = False
        self.last_struck = 0.0  # second
        self.met: Counter[tuple[str, str]] = Counter()  # how often each flow made each call
        self.struck: Counter[tuple[str, str, Fault]] = Counter()
        self.fired: list[Strike] = []
        self._background = plan.background
        self._cues = {each.flow: each.act for each in plan.cues}
        self._strikes = {(each.run, each.number): each.fault for each in plan.strikes}
        self._targets: dict[tuple[str, str], list[Target]] = {}
        for target in plan.targets:
            self._targets.setdefault((target.flow, target.call), []).append(target)

    def fault_at(self, run: Run, call: str, second: float, *, is_from_queue: bool) -> Fault | None:
        """What befalls the run's present call, if anything. Once it is calm, only what is aimed at it or named."""
        self.met[run.flow, call] += 1
        fault = self._strikes.get((run.name, run.calls)) or self._targeted(run.flow, call)
        if fault is None and not self.is_calm and self._background and run.fate.random() < self._background:
            fault = run.fate.choice(possible(call, is_from_queue=is_from_queue))
        if fault is None:
            return None
        self.last_struck = second
        self.fired.append(Strike(run.name, run.calls, fault))
        self.struck[run.flow, call, fault] += 1
        return fault

    def cued_by(self, run: Run) -> Act | None:
        """What happens before the run's present call, if it is the first of its flow."""
        return self._cues.pop(run.flow, None) if self._cues else None

    def _targeted(self, flow: str, call: str) -> Fault | None:
        for target in self._targets.get((flow, call), ()):
            if self.met[flow, call] == target.number:
                return target.fault
        return None
