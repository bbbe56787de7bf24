"""That webhooks are wanted, and where; who is looking after them right now; and the two secrets they are signed with.

One row for the connection. A run *claims* it before it looks at ShipBob's list or writes the secret, and lets it go
afterwards; a claim that nobody lets go ends by itself. Subscriptions would survive two runs at once. The secret would
not: Secrets Manager takes whatever is written last, so who writes it claims anew first, and writes at once.

Relies on this: a write to the secret that was begun is over before the claim ends.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from bridge.domain.outcome import Misconfigured
from bridge.protocols.subscription import SubscriptionRow, Wanted, signs_otherwise

CLAIM = dt.timedelta(minutes=5)
LOOK_EVERY = dt.timedelta(minutes=58)  # who runs every few minutes then looks once an hour, and not a run later
LOOK_AGAIN_AFTER_TROUBLE = dt.timedelta(minutes=13)  # the same for a quarter of an hour
FORMER_KEPT = dt.timedelta(hours=48)  # ShipBob tries a delivery again for up to 28 h
READS_LAG = dt.timedelta(minutes=10)  # Secrets Manager calls itself eventually consistent: a read may show the former
PREFIX = "whsec_"
SECRET_BYTES = 24
SECRET_LENGTH = 32  # of base64: ShipBob takes ^whsec_[A-Za-z0-9+/]{32}$


@dataclass(frozen=True, slots=True)
class Registration:
    """`url` empty: no webhooks are wanted. `look_at` None: there is nothing to look after.

    `rotated_to` is the generation of the secret that was going to be stored at `rotated_at`.
    """

    version: int = 0
    url: str = ""
    asked_by: str = ""
    asked_at: dt.datetime | None = None
    look_at: dt.datetime | None = None
    looked_at: dt.datetime | None = None
    holder: str = ""
    held_until: dt.datetime | None = None
    rotated_by: str = ""
    rotated_at: dt.datetime | None = None
    rotated_to: str = ""


@dataclass(frozen=True, slots=True)
class Denied:
    """Not now, and why; empty where nothing is due."""

    why: str = ""


def register(row: Registration, url: str, by: str, now: dt.datetime) -> Registration:
    """Somebody wants webhooks at a url; empty: none any more. The next run looks at once."""
    return replace(row, url=url, asked_by=by, asked_at=now, look_at=now)


def claim_due(row: Registration, holder: str, now: dt.datetime) -> Registration | Denied:
    """Claim the row if it is time to look."""
    if row.look_at is None or now < row.look_at:
        return Denied()
    return claim(row, holder, now)


def claim(row: Registration, holder: str, now: dt.datetime) -> Registration | Denied:
    """Claim the row for a run, by its name."""
    if row.holder != holder and row.held_until is not None and now < row.held_until:
        return Denied(f"another run is looking after the subscriptions, until {row.held_until:%H:%M:%S} UTC at most")
    return replace(row, holder=holder, held_until=now + CLAIM)


def hold(row: Registration, holder: str, now: dt.datetime) -> Registration | Denied:
    """Claim for longer what is still claimed, right before the secret is written: nobody has written it since."""
    if row.holder != holder:
        return Denied("another run has taken over")
    return replace(row, held_until=now + CLAIM)


def rotate(row: Registration, holder: str, by: str, generation: str, now: dt.datetime) -> Registration | Denied:
    """The same, right before a new secret is stored; the subscriptions follow it at the next look, which is due."""
    held = hold(row, holder, now)
    if isinstance(held, Denied):
        return held
    return replace(held, rotated_by=by, rotated_at=now, rotated_to=generation, look_at=now)


def visible_at(row: Registration, generation: str, now: dt.datetime) -> dt.datetime | None:
    """When the newest secret is to be seen for certain, if what was read may not be it; else None."""
    if row.rotated_at is None or generation == row.rotated_to or now >= row.rotated_at + READS_LAG:
        return None
    return row.rotated_at + READS_LAG


def release(row: Registration, claimed: Registration) -> Registration:
    """Give back what was claimed, and nothing else."""
    return replace(row, holder="", held_until=None) if row.holder == claimed.holder else row


def looked(
    row: Registration, claimed: Registration, look_at: dt.datetime | None, looked_at: dt.datetime | None
) -> Registration:
    """Give back what was claimed, and say when to look next. `looked_at` None: the look did not come to its end.

    Where somebody has asked for something else meanwhile, the next look stays as they set it.
    """
    is_other = (row.url, row.asked_at) != (claimed.url, claimed.asked_at)
    if row.holder != claimed.holder or is_other:
        return release(row, claimed)
    return replace(release(row, claimed), look_at=look_at, looked_at=looked_at or row.looked_at)


def next_look(row: Registration, rows: Iterable[SubscriptionRow], started: dt.datetime) -> dt.datetime | None:
    """After a look that found nothing amiss. Once nothing is wanted and nothing there, one more look is the last."""
    is_empty = not row.url and not any(each.present or each.leaving for each in rows)
    was_last = row.looked_at is not None and row.asked_at is not None and row.looked_at > row.asked_at
    return None if is_empty and was_last else started + LOOK_EVERY


def former_until(row: Registration, rows: Iterable[SubscriptionRow], generation: str) -> dt.datetime | None:
    """Until when the former secret is needed; None while a subscription may still sign with it.

    Counted from the last subscription with it that went, and never from less than the last that somebody asked for.
    """
    rows = list(rows)
    if any(signs_otherwise(each, generation) for each in rows):
        return None
    moments = [row.asked_at, row.rotated_at, *(each.removed_at for each in rows)]
    last = max((moment for moment in moments if moment), default=None)
    return last + FORMER_KEPT if last else None


@dataclass(frozen=True, slots=True)
class SigningSecrets:
    """The secret that ShipBob signs with, and the former one while deliveries signed with it may come."""

    current: str = field(repr=False)
    previous: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str) -> SigningSecrets:
        """Read the secret's JSON. `Misconfigured` where its `current` is none that ShipBob takes."""
        try:
            fields = json.loads(text)
            current, previous = (_bare(fields.get(name) or "") for name in ("current", "previous"))
        except (ValueError, AttributeError) as unreadable:
            raise Misconfigured("the webhook secret must be JSON with the fields current and previous") from unreadable
        if not _is_secret(current):
            raise Misconfigured(f"the webhook secret's current must be the base64 of {SECRET_BYTES} bytes")
        return cls(current, previous)

    @classmethod
    def of(cls, random: bytes, previous: str = "") -> SigningSecrets:
        """A new secret from 24 random bytes, and the former one, if it is still to be accepted."""
        if len(random) != SECRET_BYTES:
            raise ValueError(f"a webhook secret is {SECRET_BYTES} bytes")
        return cls(base64.b64encode(random).decode(), previous)

    def rotated(self, random: bytes) -> SigningSecrets:
        """The next secrets, from 24 random bytes."""
        return SigningSecrets.of(random, self.current)

    def without_former(self) -> SigningSecrets:
        return SigningSecrets(self.current)

    def to_json(self) -> str:
        return json.dumps({"current": self.current, "previous": self.previous})

    @property
    def generation(self) -> str:
        """What tells this secret from others, and nothing else of it."""
        return _generation(self.current)

    @property
    def former_generation(self) -> str:
        return _generation(self.previous) if self.previous else ""

    @property
    def signing(self) -> str:
        """As ShipBob wants it."""
        return PREFIX + self.current


def wanted(row: Registration, generation: str) -> Wanted | None:
    """What every family's subscription is to be; None where none is wanted."""
    return Wanted(row.url, generation) if row.url else None


def url_of(text: str) -> str:
    """The url, if ShipBob can deliver there; else a ValueError. Plain http is for a laptop's own door."""
    url = text.strip()
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_laptop = parts.scheme == "http" and (host in {"localhost", "127.0.0.1"} or host.endswith(".localhost"))
    if not host or not (parts.scheme == "https" or is_laptop):
        raise ValueError(f"ShipBob delivers to https://… only, and {text!r} is no such url")
    return url


def _generation(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()[:8]


def _bare(secret: str) -> str:
    return secret.strip().removeprefix(PREFIX)


def _is_secret(text: str) -> bool:
    try:
        return len(text) == SECRET_LENGTH and len(base64.b64decode(text, validate=True)) == SECRET_BYTES
    except (binascii.Error, ValueError):
        return False
