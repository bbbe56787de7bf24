"""The audit trail's chain: each entry holds the digest of the one before, so that a missing or altered one shows."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """Entry number `number` (from 1) of one document's trail.

    `facts` hold numbers and words, never a name, an address or a secret. `payload_digest` names the payload kept apart,
    with a shorter life; empty where there is none.
    """

    document: str
    number: int
    at: dt.datetime
    what: str
    facts: Mapping[str, str]
    by: str
    payload_digest: str
    previous: str
    digest: str


def link(  # noqa: PLR0913 - an entry is its fields
    previous: Entry | None,
    *,
    document: str,
    at: dt.datetime,
    what: str,
    facts: Mapping[str, str],
    by: str,
    payload_digest: str = "",
) -> Entry:
    """The entry that follows `previous` (None: the trail's first)."""
    number = previous.number + 1 if previous else 1
    before = previous.digest if previous else BEGINNING
    fields = [document, number, at.isoformat(), what, dict(sorted(facts.items())), by, payload_digest, before]
    return Entry(document, number, at, what, dict(facts), by, payload_digest, before, digest(fields))


def digest(value: object) -> str:
    """SHA-256 of a value's canonical JSON, in hexadecimal."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def first_break(entries: Iterable[Entry]) -> int | None:
    """The number of the first entry that does not follow from the one before it; None when the trail is whole."""
    previous: Entry | None = None
    for position, entry in enumerate(entries, start=1):
        expected = link(
            previous,
            document=entry.document,
            at=entry.at,
            what=entry.what,
            facts=entry.facts,
            by=entry.by,
            payload_digest=entry.payload_digest,
        )
        if entry.number != position or entry != expected:
            return position
        previous = entry
    return None
