"""Where a list of ShipBob's goes on. Orders and receiving orders say it in headers, the rest in the answer's `next`.

Either may be an absolute address, a path or the bare place; only the place is used, so that a token is never sent to
an address that an answer names.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlsplit

from bridge.shipbob.wire import Model, Text, read


class _Envelope(Model):
    next: Text = ""


def next_in(body: bytes) -> str:
    """The `next` of an answer that is an envelope; empty where there is none."""
    return read(_Envelope, body).next if body.lstrip().startswith(b"{") else ""


def number_in(told: str) -> int:
    """The page's number, or the cursor that is one, in whatever form; 0 where there is none."""
    text = told.strip()
    if not _is_number(text):
        given = {name.casefold(): value for name, value in parse_qsl(_query(text))}
        text = given.get("page") or given.get("cursor") or ""
    return int(text) if _is_number(text) else 0


def page_after(page: int, told: str, headers: Mapping[str, str], count: int, limit: int) -> str:
    """The number of the page after one with `count` rows, as text; empty after the last.

    It is told by name, else by how many pages there are, else known by the page's being short.
    """
    if not count:
        return ""
    if (named := number_in(told)) > page:
        return str(named)
    if _is_number(pages := headers.get("total-pages", "").strip()):
        return str(page + 1) if page < int(pages) else ""
    size = headers.get("page-size", "").strip()
    return str(page + 1) if count >= (int(size) if _is_number(size) else limit) else ""


def query_after(told: str, query: str) -> str:
    """The query of the page after that of `query`; empty after the last."""
    text = told.strip()
    if not text:
        return ""
    following = _query(text)
    if not following and not {"/", ":"} & set(text):
        following = f"{query}&Cursor={quote(text, safe='')}"
    return quote(following, safe="=&,:;%/+-_.~()*'!$@?")


def _query(address: str) -> str:
    try:
        return urlsplit(address).query
    except ValueError:  # brackets that hold no address
        return ""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 20
