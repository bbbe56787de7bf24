"""The /_local/ routes, in front of ministack on the same loopback port.

POST   /_local/stops            a stop (see stops.Stop) -> {"id"}
GET    /_local/stops/reached    ?seconds=30 -> {"held": [...]}, at once when something is held
POST   /_local/stops/release    {"abandon": false, "id": null} -> {"released"}
DELETE /_local/stops            forget all stops and release what is held
GET    /_local/processes        [{"function", "pid", "busy"}]
GET    /_local/invocations      {function: {"invocations", "errors"}}
POST   /_local/save             state is on disk when this answers
GET    /_local/ready            {"pid"} of the emulator
"""
# mypy: ignore-errors

import collections
import json
import os
from collections.abc import Callable
from urllib.parse import parse_qs

from ministack.services import lambda_svc

from local.cloud.emulator import runtime
from local.cloud.emulator.stops import Stops, read_whole

PREFIX = "/_local/"
_counts: dict[str, collections.Counter] = collections.defaultdict(collections.Counter)


def install() -> None:
    dispatch = lambda_svc._execute_function_dispatch

    def counted(func: dict, config: dict, *args: object, **kwargs: object) -> dict:
        result = dispatch(func, config, *args, **kwargs)
        count = _counts[config.get("FunctionName", "")]
        count["invocations"] += 1
        count["errors"] += bool(result.get("error"))
        return result

    lambda_svc._execute_function_dispatch = counted


class Control:
    def __init__(self, app: Callable, saving: object) -> None:
        self._stops = Stops(app)
        self._saving = saving

    async def __call__(self, scope: dict, receive: Callable, send: Callable) -> None:
        if scope["type"] == "http" and scope["path"].startswith(PREFIX):
            await self._answer(scope, receive, send)
        else:
            await self._stops(scope, receive, send)

    async def _answer(self, scope: dict, receive: Callable, send: Callable) -> None:
        body = await read_whole(receive)
        try:
            status, answer = 200, await self._route(scope, json.loads(body or b"{}"))
        except (ValueError, TypeError) as wrong:
            status, answer = 400, {"message": str(wrong)}
        except LookupError as unknown:
            status, answer = 404, {"message": f"no such route: {unknown}"}
        await send(
            {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
        )
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    async def _route(self, scope: dict, asked: dict) -> object:
        if (scope.get("client") or ("",))[0] not in {"127.0.0.1", "::1"}:
            raise LookupError(scope["path"])
        query = parse_qs(scope.get("query_string", b"").decode())
        if scope["path"] == PREFIX + "stops/reached":
            return await self._stops.reached(float(query.get("seconds", ["30"])[0]))
        routes = {
            "POST stops": lambda: self._stops.add(asked),
            "DELETE stops": self._stops.clear,
            "POST stops/release": lambda: self._stops.release(asked),
            "GET processes": lambda: [
                {k: each[k] for k in ("function", "pid", "busy")} for each in runtime.processes()
            ],
            "GET invocations": lambda: {name: dict(count) for name, count in _counts.items()},
            "POST save": self._saving.save_everything,
            "GET ready": lambda: {"pid": os.getpid()},
        }
        return routes[f"{scope['method']} {scope['path'].removeprefix(PREFIX)}"]()
