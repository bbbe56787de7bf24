"""What travels on the queues: a hint that a document deserves a look, perhaps with the document as a list showed it."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import zlib
from dataclasses import dataclass, field
from typing import Any

from bridge.domain.document import DocumentId

VERSION = 1
REPLAY = "replay"
LEFT_ALONE = "left alone"  # how the reason begins of a message that a person has chosen not to have sent
DUE = "due"  # nobody told anything: the document's own time has come, or its gate is open
SNAPSHOT_VERSION = 1
SNAPSHOT_TEXT_MAX = 20_000  # ten of them go into one call of SQS, which takes 256 KiB; a larger document is read again
IMAGE_BYTES_MAX = 2_000_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A document as a list showed it, and when that list was asked for and had been read."""

    image: bytes = field(repr=False)
    read_started: dt.datetime
    read_finished: dt.datetime

    def to_fields(self) -> dict[str, Any] | None:
        """Plain fields, the image compressed; None where it is too large to travel."""
        image = base64.b64encode(zlib.compress(self.image, 9)).decode()
        if len(image) > SNAPSHOT_TEXT_MAX or len(self.image) > IMAGE_BYTES_MAX:
            return None
        return {
            "v": SNAPSHOT_VERSION,
            "image": image,
            "read_started": self.read_started.isoformat(),
            "read_finished": self.read_finished.isoformat(),
        }

    @classmethod
    def from_fields(cls, fields: object) -> Snapshot | None:
        """Read a snapshot. Whatever cannot be understood is none: then the document is read instead."""
        if not isinstance(fields, dict) or fields.get("v") != SNAPSHOT_VERSION:
            return None
        try:
            unpacking = zlib.decompressobj()
            image = unpacking.decompress(base64.b64decode(fields["image"], validate=True), IMAGE_BYTES_MAX)
            started, finished = (dt.datetime.fromisoformat(fields[name]) for name in ("read_started", "read_finished"))
        except (KeyError, TypeError, ValueError, binascii.Error, zlib.error):
            return None
        is_sound = unpacking.eof and started.tzinfo and finished.tzinfo and started <= finished
        return cls(image, started, finished) if is_sound else None


@dataclass(frozen=True, slots=True)
class Message:
    """Look at `document`. `reason` and `origin` (a webhook-id, a run) say who asked, `seen_at` when.

    `seen_at` is never before the fact behind the hint: a read that began after it has that fact. `as_recorded`: the
    entry of the document's trail whose image a person wants to be gone by; 0: what ShipBob shows now.
    """

    document: DocumentId
    reason: str
    origin: str
    seen_at: dt.datetime
    snapshot: Snapshot | None = None
    as_recorded: int = 0

    @property
    def is_replay(self) -> bool:
        """A person asked, whatever the clock on their desk says."""
        return self.reason.startswith(REPLAY)

    def to_json(self) -> str:
        """The message as it travels; a snapshot too large for that stays behind."""
        fields = {
            "v": VERSION,
            "document": str(self.document),
            "reason": self.reason,
            "origin": self.origin,
            "seen_at": self.seen_at.isoformat(),
        }
        snapshot = self.snapshot.to_fields() if self.snapshot else None
        more = {"snapshot": snapshot, "as_recorded": self.as_recorded}
        return json.dumps(fields | {name: value for name, value in more.items() if value})

    @classmethod
    def from_json(cls, body: str, *, received_at: dt.datetime) -> Message:
        """Read a message; a ValueError where it names no document, which alone is needed.

        Of an unknown version nothing else is believed, nor is what is not of its kind: the document is looked at all
        the same.
        """
        fields = _object(body)
        document = DocumentId.parse(_text(fields, "document"))
        if fields.get("v") != VERSION:
            return cls(document, "unknown message version", "", received_at)
        seen_at = _moment(_text(fields, "seen_at")) or received_at
        snapshot = Snapshot.from_fields(fields.get("snapshot"))
        return cls(document, _text(fields, "reason"), _text(fields, "origin"), seen_at, snapshot, _entry(fields))


def _object(body: str) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except RecursionError:
        fields = None
    if not isinstance(fields, dict):
        raise ValueError("a message is a JSON object")  # noqa: TRY004 - whatever is wrong with a message is a ValueError
    return fields


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _entry(fields: dict[str, Any]) -> int:
    """What a person wants gone by is not guessed: anything but a number of an entry is a ValueError."""
    value = fields.get("as_recorded", 0)
    if not isinstance(value, int) or value < 0:
        raise ValueError("as_recorded names no entry of a trail")
    return int(value)


def _moment(text: str) -> dt.datetime | None:
    """A moment with its zone; None for anything else."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
