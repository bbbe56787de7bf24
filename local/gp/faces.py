"""What the faces of the service have in common: the shape of a request, of an answer, and of the work between them.

GP shows the same books through two families of paths, SOAP and REST. A `Face` takes a request and says what is to be
done about it; the connection around it (local/gp/server.py) knows HTTP, the login, the stops, the counters and the
exchanges, and is the same for all. To add a face:

1. write a function that gives a `Face` over the books, as `soap_face` in local/gp/soap.py does;
2. enter it in `GpSimulator` (local/gp/simulator.py) under its path: one that ends in "/" takes everything below it,
   any other is met exactly; letter case does not count, the longest wins.

A face is called before the login, to learn the operation that a stop or a counter may name: it looks at the head of
the request only. `Call.work` is called once the caller is known. It reads the request, calls `begin()` when the request
keeps the contract and is about to be executed (there it is counted, and there "before" stops act), then executes and
answers. A request that breaks the contract is answered without `begin()`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Request:
    """GET, POST, PATCH or DELETE. `path` and `query` are as sent (percent-encoded), header names in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` are those beyond type and length. `padding` blanks follow the body; `seconds` is how long it takes."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain"
    headers: tuple[tuple[str, str], ...] = ()
    padding: int = 0
    seconds: float = 0.0


Begin = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Call:
    """What a request asks for.

    `operation` is its name for stops, counters and exchanges; "" for a page, which is none. `is_open`: needs no login.
    """

    operation: str
    work: Callable[[Begin], Answer]
    is_open: bool = False


Face = Callable[[Request], Call]


def face_of(faces: Mapping[str, Face], path: str) -> Face | None:
    """The face that serves a path, if any."""
    asked = path.lower()
    served = [known for known in faces if asked == known.lower() or _is_below(known.lower(), asked)]
    return faces[max(served, key=len)] if served else None


def _is_below(known: str, asked: str) -> bool:
    return known.endswith("/") and asked.startswith(known)
