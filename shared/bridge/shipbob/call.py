"""A request to ShipBob and its answer, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from urllib.parse import quote

from bridge.domain.outcome import Failure, Transient, UnknownOutcome


class Deed(Enum):
    """What a request does, which decides what it means that its answer cannot be had."""

    READ = auto()
    WRITE = auto()  # nobody knows what became of it; but of ShipBob's own failure (5xx), that it was not done
    CREATE = auto()  # nobody knows, either way: what it makes cannot be unmade


@dataclass(frozen=True, slots=True)
class Call:
    """One operation of ShipBob's. `path` and `query` are percent-encoded already; `scope` is what the token needs.

    `noun` is what ShipBob refuses when it refuses, for a person to read.
    """

    noun: str
    path: str
    scope: str
    query: str = ""
    method: str = "GET"
    body: bytes | None = field(default=None, repr=False)
    deed: Deed = Deed.READ

    @property
    def target(self) -> str:
        return f"{self.path}?{self.query}" if self.query else self.path

    @property
    def may_be_of_nothing(self) -> bool:
        """Whether 404 is an answer to it: there is no such thing, or not any more."""
        return self.deed is Deed.READ or self.method == "DELETE"

    def unread(self, why: str) -> Failure:
        """What it means that ShipBob has the request and its answer cannot be had."""
        return Transient(why) if self.deed is Deed.READ else UnknownOutcome(why)


@dataclass(frozen=True, slots=True)
class Answer:
    """What ShipBob answered. The names of the headers are found in whatever case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def is_there(self) -> bool:
        return self.status != 404


def parameters(given: Mapping[str, str]) -> str:
    """A query as ShipBob reads it: commas and colons go as they are, for in lists it was seen to know no others."""
    return "&".join(f"{name}={quote(value, safe=',:')}" for name, value in given.items())
