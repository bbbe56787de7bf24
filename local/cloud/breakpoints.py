"""The emulator's control surface, typed: hold an AWS call in the middle, see and count function processes."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from typing import Any, Literal

import httpx


@dataclass(frozen=True)
class Held:
    """An AWS request that waits in the emulator. `function` and `pid` are None where no function made the call."""

    id: int
    stop: int
    when: str
    service: str
    operation: str
    function: str | None
    pid: int | None
    body: str


@dataclass(frozen=True)
class FunctionProcess:
    function: str
    pid: int
    busy: bool


class Breakpoints:
    def __init__(self, endpoint_url: str) -> None:
        self._base = f"{endpoint_url}/_local"

    def stop(  # noqa: PLR0913 -- the parameters of one rule
        self,
        service: str,
        operation: str,
        *,
        function: str = "",
        contains: str = "",
        when: Literal["before", "after"] = "before",
        count: int = 1,
        skip: int = 0,
    ) -> int:
        """Hold the next `count` matching requests after `skip` others; the id of this rule."""
        rule = {"service": service, "operation": operation, "function": function, "contains": contains}
        made = self._call("POST", "/stops", {**rule, "when": when, "count": count, "skip": skip})
        return int(made["id"])

    def reached(self, seconds: float = 30.0) -> list[Held]:
        """All that is held, as soon as anything is; empty when nothing was within the time."""
        answer = self._call("GET", f"/stops/reached?seconds={seconds}", timeout=seconds + 10)
        return [Held(**held) for held in answer["held"]]

    def release(self, held: Held | None = None, *, abandon: bool = False) -> int:
        """Let one request go, or all; with `abandon`, one held before its effect never takes effect."""
        answer = self._call("POST", "/stops/release", {"id": held.id if held else None, "abandon": abandon})
        return int(answer["released"])

    def clear(self) -> None:
        self._call("DELETE", "/stops")

    def processes(self, function: str = "") -> list[FunctionProcess]:
        found = (FunctionProcess(**each) for each in self._call("GET", "/processes"))
        return [process for process in found if function in process.function]

    def kill_functions(self, function: str = "") -> int:
        """SIGKILL for every process of the functions whose name contains this text. They are gone when this returns."""
        chosen = {process.pid for process in self.processes(function)}
        for pid in chosen:
            with contextlib.suppress(ProcessLookupError):  # it has ended by itself meanwhile
                os.kill(pid, signal.SIGKILL)
        # Until the emulator has seen it, it would give the next invocation to one that is dead.
        while chosen & {process.pid for process in self.processes(function)}:
            time.sleep(0.01)
        return len(chosen)

    def invocations(self, function: str = "") -> int:
        """How often the functions whose name contains this text ran to an end since the emulator started."""
        counts: dict[str, dict[str, int]] = self._call("GET", "/invocations")
        return sum(count["invocations"] for name, count in counts.items() if function in name)

    def save(self) -> None:
        """Everything acknowledged so far survives a kill from here on."""
        self._call("POST", "/save")

    def emulator_pid(self) -> int:
        """The process that answers on this port; 0 when none does."""
        try:
            return int(self._call("GET", "/ready", timeout=5)["pid"])
        except httpx.HTTPError:
            return 0

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None, timeout: float = 30) -> Any:
        answer = httpx.request(method, self._base + path, json=body or {}, timeout=timeout, trust_env=False)
        answer.raise_for_status()
        return answer.json()
