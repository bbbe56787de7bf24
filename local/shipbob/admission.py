"""Who may come in at ShipBob's REST door, how often, and for what.

What goes wrong in front of ShipBob comes first. Then, in this order: a bearer token that is known and alive (else 401),
a request left in the budget of its user and application (else 429), the operation's scope (else 403). No specification
gives 401 and 403 a body, but the inventory operations theirs: ProblemDetails. The rate limit is told on every answer
past the first of the three.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from typing import Literal, cast, get_args

from local.shipbob.catalogue import Channel
from local.shipbob.doors import Answer, Request, json_answer
from local.shipbob.faults import TEXT, Faults
from local.shipbob.limit import SlidingWindow
from local.shipbob.scopes import are_held, needed
from local.shipbob.tokens import Caller, Tokens

Refusal = Literal["empty", "login", "text"]

_WITH_PROBLEM = re.compile(r"\w+ /inventory(-level)?\b.*")


class Admission:
    """Lets requests in.

    `refuse_with` is how one without a good token is answered: 401 without a body, 302 to the login page or 401 with a
    line of text, as users of the API saw. `missing_scope` is 403, or 401: a token made before the tracking operations
    existed was answered so on them.
    """

    def __init__(self, tokens: Tokens, limit: SlidingWindow, faults: Faults, login_url: str) -> None:
        self._tokens, self._limit, self._faults, self._login_url = tokens, limit, faults, login_url
        self._refuse_with: Refusal = "empty"
        self._missing_scope = 403

    def behave(self, refuse_with: str | None = None, missing_scope: int | None = None) -> None:
        """Change how it refuses; None leaves a thing as it is. ValueError for a way that is none."""
        if refuse_with not in {None, *get_args(Refusal)} or missing_scope not in {None, 401, 403}:
            raise ValueError(f"refuse_with is one of {get_args(Refusal)}, missing_scope 401 or 403")
        if refuse_with is not None:
            self._refuse_with = cast("Refusal", refuse_with)
        self._missing_scope = missing_scope or self._missing_scope

    def answer(self, request: Request, operation: str, run: Callable[[], Answer]) -> Answer:
        """What `run` answers, or a refusal or a fault instead. An operation "" is one that ShipBob does not have."""
        return self._faults.play(operation, lambda: self._admitted(request, operation, run))

    def _admitted(self, request: Request, operation: str, run: Callable[[], Answer]) -> Answer:
        caller = self._caller(request)
        if caller is None:
            return self._nobody(operation)
        allowance = self._limit.take((caller.user, caller.application))
        if not allowance.granted:
            given = self._limit.refusal(allowance)
        elif operation and not are_held(needed(operation, request.body), caller.scopes):
            given = refused(self._missing_scope, operation)
        else:
            given = run()
        return replace(given, headers={**given.headers, **self._limit.headers(allowance)})

    def channels(self, request: Request) -> list[Channel]:
        """The merchant's channels as the request's application sees them."""
        return self._tokens.channels(self._caller(request))

    def _caller(self, request: Request) -> Caller | None:
        return self._tokens.caller(request.headers.get("authorization"))

    def _nobody(self, operation: str) -> Answer:
        match self._refuse_with:
            case "login":
                return Answer(302, headers={"Location": self._login_url})
            case "text":
                return Answer(401, b"Unauthorized", TEXT)
            case "empty":
                return refused(401, operation)


def refused(status: int, operation: str) -> Answer:
    """A 401 or 403 as the operation's reference has it."""
    if not _WITH_PROBLEM.fullmatch(operation):
        return Answer(status)
    problem = {"type": f"https://httpstatuses.io/{status}", "title": HTTPStatus(status).phrase, "status": status}
    return json_answer({**problem, "detail": None, "instance": None}, status)
