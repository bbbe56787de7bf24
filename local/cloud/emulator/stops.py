"""Breakpoints: hold an AWS request just before or just after it takes effect, so that a test can kill its caller.

A request held `before` and let go takes effect even if its caller is dead (it was on the wire); let go with `abandon`
it never does (it was not). A request held `after` has taken effect; `abandon` only withholds the answer.
"""
# mypy: ignore-errors

import asyncio
import contextlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from local.cloud.emulator import runtime
from local.cloud.emulator.envelope import Request

FIELDS = {"service", "operation", "function", "contains", "when", "count", "skip"}
_ids = itertools.count(1)


@dataclass
class Stop:
    """A rule. Empty text matches anything; `function` and `contains` match within the name and the body."""

    service: str = ""
    operation: str = ""
    function: str = ""
    contains: str = ""
    when: str = "before"
    count: int = 1
    skip: int = 0
    id: int = field(default_factory=lambda: next(_ids))

    @classmethod
    def of(cls, asked: dict) -> "Stop":
        unknown = set(asked) - FIELDS
        if unknown or asked.get("when", "before") not in {"before", "after"}:
            raise ValueError(f"a stop has {sorted(FIELDS)}, and `when` is before or after; got {asked}")
        return cls(**asked)

    def may_match(self, request: Request) -> bool:
        return self.service in {"", request.service} and self.operation in {"", request.operation}

    def takes(self, caller: dict | None, body: bytes) -> bool:
        """Whether this request is to be held; counts it."""
        name = caller["function"] if caller else ""
        if self.count < 1 or self.function not in name or self.contains.encode() not in body:
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        self.count -= 1
        return True


@dataclass
class Held:
    stop: Stop
    request: Request
    caller: dict | None
    body: bytes
    released: asyncio.Event = field(default_factory=asyncio.Event)
    abandon: bool = False
    id: int = field(default_factory=lambda: next(_ids))

    def shown(self) -> dict:
        return {
            "id": self.id,
            "stop": self.stop.id,
            "when": self.stop.when,
            "service": self.request.service,
            "operation": self.request.operation,
            "function": self.caller["function"] if self.caller else None,
            "pid": self.caller["pid"] if self.caller else None,
            "body": self.body.decode("utf-8", "replace"),
        }


class Stops:
    def __init__(self, app: Callable) -> None:
        self._app = app
        self._rules: list[Stop] = []
        self._held: list[Held] = []
        self._arrived = asyncio.Condition()

    def add(self, asked: dict) -> dict:
        stop = Stop.of(asked)
        self._rules.append(stop)
        return {"id": stop.id}

    def clear(self) -> dict:
        """No more stops, and all that is held goes on."""
        self._rules.clear()
        return self.release({})

    def release(self, asked: dict) -> dict:
        chosen = [held for held in self._held if asked.get("id") in {None, held.id}]
        for held in chosen:
            held.abandon = bool(asked.get("abandon"))
            held.released.set()
        self._held = [held for held in self._held if held not in chosen]
        return {"released": len(chosen)}

    async def reached(self, seconds: float) -> dict:
        """What is held now, after waiting for the first one at most so long."""
        async with self._arrived:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait_for(lambda: self._held), seconds)
            return {"held": [held.shown() for held in self._held]}

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        self._rules = [stop for stop in self._rules if stop.count > 0]
        request = Request.of(scope) if self._rules and scope["type"] == "http" else None
        rules = [stop for stop in self._rules if request and stop.may_match(request)]
        if not rules:
            await self._app(scope, receive, send)
            return
        body = await read_whole(receive)
        caller = runtime.caller(request.access_key)
        stop = next((stop for stop in rules if stop.takes(caller, body)), None)
        if stop is None:
            await self._app(scope, replaying(body, receive), send)
            return
        await self._hold(Held(stop, request, caller, body), scope, receive, send)

    async def _hold(self, held: Held, scope: dict, receive: Callable, send: Callable) -> None:
        answer: list[dict] = []
        if held.stop.when == "after":
            await self._app(scope, replaying(held.body, receive), keeping(answer))
        await self._wait(held)
        if held.abandon:
            await refuse(send)
        elif held.stop.when == "after":
            for message in answer:
                await send(message)
        else:
            await self._app(scope, replaying(held.body, receive), send)

    async def _wait(self, held: Held) -> None:
        async with self._arrived:
            self._held.append(held)
            self._arrived.notify_all()
        await held.released.wait()


async def read_whole(receive: Callable) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def replaying(body: bytes, receive: Callable) -> Callable:
    waiting = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> dict:
        return waiting.pop() if waiting else await receive()

    return replay


def keeping(answer: list[dict]) -> Callable:
    async def keep(message: dict) -> None:
        answer.append(message)

    return keep


async def refuse(send: Callable) -> None:
    """An answer no SDK retries, for a caller that lives after all."""
    await send({"type": "http.response.start", "status": 400, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": b'{"__type":"AbandonedByTest","message":"abandoned"}'})
