"""State that survives `kill -9`: all services taken at one moment, about every second, each file replaced at once.

A save lags what was acknowledged by up to a second, or by ten times its own length if that is more: a test that must
not lose that second asks for a save first. Function code, layers and logs are saved only after a call that could change
them, and logs at a clean stop as well.
"""
# mypy: ignore-errors

import asyncio
import itertools
import json
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from ministack import app as ministack
from ministack.core import persistence
from ministack.services import sqs

from local.cloud.emulator.envelope import Request

EVERY_SECONDS = float(os.environ.get("SAVE_EVERY", "1"))
MOST_OF_THE_TIME = 10  # a save of length t is followed by a pause of at least 10 t
HEAVY = {"lambda", "cloudwatch_logs", "s3"}  # large, and changed by management calls; the rest is small or hot
MANAGEMENT = {"lambda", "s3", "logs"}


class Saving:
    def __init__(self) -> None:
        self._folder = Path(persistence.STATE_DIR)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._moments = itertools.count(1)
        self._written: dict[str, tuple[int, int]] = {}  # service -> moment it was taken at, hash of its text
        self._heavy_changed = False

    def noticing(self, app: Callable) -> Callable:
        """The application, with an eye on what passes through it."""

        async def noticed(scope: dict, receive: Callable, send: Callable) -> None:
            if scope["type"] == "http" and not self._heavy_changed:
                self._heavy_changed = may_change_heavy(Request.of(scope), scope["path"])
            await app(scope, receive, send)

        return noticed

    async def every_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            started = time.monotonic()
            heavy, self._heavy_changed = self._heavy_changed, False
            moment, snapshots = self.take(set() if heavy else HEAVY)
            await asyncio.to_thread(self.write, moment, snapshots)
            await asyncio.sleep((time.monotonic() - started) * MOST_OF_THE_TIME)

    def save_everything(self) -> None:
        self.write(*self.take(set()))

    def take(self, without: set[str]) -> tuple[int, dict[str, object]]:
        """One moment of all services: runs on the event loop, as do the requests, and keeps the queues' pollers out."""
        with sqs._queues_lock:
            states = ministack._build_persistence_save_dict().items()
            taken = {name: patiently(state_of) for name, state_of in states if name not in without}
        return next(self._moments), {name: state for name, state in taken.items() if state is not None}

    def write(self, moment: int, snapshots: dict[str, object]) -> None:
        for name, state in snapshots.items():
            wrapped = {"__ministack_format__": persistence._state_format_version(name), "payload": state}
            text = json.dumps(wrapped, default=persistence._json_default)
            with self._lock:
                self._replace(name, moment, text)

    def _replace(self, name: str, moment: int, text: str) -> None:
        last_moment, last_hash = self._written.get(name, (0, 0))
        if moment < last_moment:  # a later snapshot was quicker to the disk
            return
        if last_hash != hash(text):
            fresh = self._folder / f"{name}.json.fresh"
            fresh.write_text(text)
            fresh.replace(self._folder / f"{name}.json")
        self._written[name] = (moment, hash(text))


def may_change_heavy(request: Request, path: str) -> bool:
    """A deployment goes on in the background, so any look at it may follow a change; an invocation changes nothing."""
    if request.service == "cloudformation":
        return True
    return request.service in MANAGEMENT and not request.reads_only and not path.endswith("/invocations")


def patiently(state_of: Callable[[], object]) -> object:
    """A copy of the state, or none where a background thread changed it under each of a few tries."""
    for _ in range(5):
        try:
            return state_of()
        except RuntimeError as changed:  # dictionary changed size during iteration
            print(f"saving: {changed}", file=sys.stderr)
    return None
