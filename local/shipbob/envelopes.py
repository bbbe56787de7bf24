"""Pages of a list: the cursor that names a place in it, and the envelope with links to the other pages."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode, urlsplit

from local.shipbob.doors import Request
from local.shipbob.listing import BadQueryError, Query
from local.shipbob.paths import VERSION
from local.shipbob.payloads import Json
from local.shipbob.switches import LinkForm

DEFAULT_SIZE = 50


@dataclass(frozen=True, slots=True)
class Page[Row]:
    """One page of a list, with how to link to the others."""

    rows: list[Row]
    start: int
    size: int
    count: int
    link: Callable[[int], str]

    def envelope(self, shown: Callable[[Row], Json]) -> Json:
        """`first` and `last` are null on the first and on the last page, as the reference says."""
        last = max(0, self.count - 1) // self.size * self.size
        return {
            "items": [shown(each) for each in self.rows],
            "first": self.link(0) if self.start else None,
            "prev": self.link(max(0, self.start - self.size)) if self.start else None,
            "next": self.link(self.start + self.size) if self.start + self.size < self.count else None,
            "last": self.link(last) if self.start < last else None,
        }


class Links:
    """Links to other pages, in the form that the account is set to."""

    def __init__(self, form: Callable[[], LinkForm]) -> None:
        self._form = form

    def href(self, request: Request, path: str, parameters: Mapping[str, str]) -> str:
        """A link to an operation's path; commas and colons stand as they are."""
        before = {
            "unversioned": "",
            "versioned": f"/{VERSION}",
            "absolute": f"https://{request.headers.get('host', 'localhost')}/{VERSION}",
        }
        return f"{before[self._form()]}{path}?{urlencode(parameters, safe=',:')}"

    def page[Row](self, request: Request, query: Query, rows: list[Row], most: int) -> Page[Row]:
        """The page that a request asks for with PageSize and Cursor; its links repeat the request's filters."""
        size = query.whole("PageSize", DEFAULT_SIZE, most)
        start = from_cursor(query.text("Cursor"))
        path = request.path.removeprefix(f"/{VERSION}")

        def link(place: int) -> str:
            return self.href(request, path, {**request.query, "Cursor": cursor(place)})

        return Page(rows[start : start + size], start, size, len(rows), link)


def strict_query(request: Request) -> Query:
    """The parameters where percent-encoded commas and colons are no separators: what holds one finds nothing."""
    given: dict[str, Any] = {}
    for part in urlsplit(request.target).query.split("&"):
        name, _, value = part.partition("=")
        kept = value.replace("%2C", "%252C").replace("%2c", "%252c").replace("%3A", "%253A").replace("%3a", "%253a")
        given[unquote(name)] = unquote(kept.replace("+", " "))
    return Query(given)


def cursor(start: int) -> str:
    """An opaque place in a list."""
    return base64.urlsafe_b64encode(f"at:{start}".encode()).decode()


def from_cursor(text: str | None) -> int:
    """The place a cursor names; one that was tampered with is refused."""
    try:
        return max(0, int(base64.urlsafe_b64decode(text).removeprefix(b"at:"))) if text else 0
    except ValueError:
        raise BadQueryError("Cursor", f"The value '{text}' is not valid for Cursor.") from None
