"""What can go wrong with an answer, each as a change to the answer that would have been given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from local.gp.faces import Answer

MOMENTS = ("bare", "login", "before", "after", "replying")
GIANT_BYTES = 24 * 1024 * 1024

_EARLIER = MOMENTS[:-1]
_ENTITIES = "".join(f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in zip("abcdefgh", "bcdefghi", strict=True))
_BOMB = (
    f'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE s:Envelope [<!ENTITY a "0123456789">{_ENTITIES}]>'
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><answer>&i;</answer></s:Body></s:Envelope>'
).encode()


class Dropped(ConnectionAbortedError):
    """The connection is to be closed here, without another byte."""


class Instead(Exception):
    """The request is to be answered with this HTTP status, whatever else would have come of it."""

    def __init__(self, status: int, retry_after: float) -> None:
        super().__init__(f"answered {status} instead")
        self.status = status
        self.retry_after = int(retry_after)


Change = Callable[[Answer, float], Answer]

CHANGES: dict[str, Change] = {
    "trickle": lambda answer, seconds: replace(answer, seconds=seconds),
    "giant": lambda answer, _: replace(answer, padding=max(0, GIANT_BYTES - len(answer.body))),
    "truncated": lambda answer, _: replace(answer, body=answer.body[: len(answer.body) // 2]),
    "not_xml": lambda answer, _: replace(answer, body=b"The object reference is not set to an instance of an object."),
    "bomb": lambda answer, _: replace(answer, status=200, body=_BOMB),
    "wrong_type": lambda answer, _: replace(answer, content_type="text/html"),
    "empty": lambda answer, _: replace(answer, status=200, body=b""),
}
"""A deed at `replying` that gives another answer than the one that was due; `seconds` are the stop's."""

_MOMENTS_OF: dict[str, tuple[str, ...]] = {
    "hold": MOMENTS,
    "drop": MOMENTS,
    "latency": MOMENTS,
    "late": ("before",),
    "close": _EARLIER,
    **dict.fromkeys(CHANGES, ("replying",)),
}
DEEDS = tuple(_MOMENTS_OF)


def check(when: str, do: str) -> None:
    """ValueError unless the deed can be done at that moment."""
    if when not in (_EARLIER if status_of(do) else _MOMENTS_OF.get(do, ())):
        raise ValueError(f"{do!r} cannot be done at {when!r}: when is one of {MOMENTS}, do one of {DEEDS} or a status")


def status_of(do: str) -> int:
    """The HTTP status that a deed names, 0 when it names none."""
    return int(do) if do.isascii() and do.isdecimal() and 400 <= int(do) <= 599 else 0


def error_page(status: int, retry_after: int) -> Answer:
    """What HTTP.sys and the proxies before it say: a page for a person, no SOAP."""
    title = HTTPStatus(status).phrase if status in HTTPStatus else "Error"
    page = f"<html><head><title>{title}</title></head><body><h2>{title}</h2><p>HTTP Error {status}.</p></body></html>"
    headers = (("Retry-After", str(retry_after)),) if retry_after else ()
    return Answer(status, page.encode(), "text/html; charset=us-ascii", headers)
