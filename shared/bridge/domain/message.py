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
        """Read a message. Only `document` is needed: of an unknown version nothing else is believed."""
        fields = json.loads(body)
        document = DocumentId.parse(fields["document"])
        if fields.get("v") != VERSION:
            return cls(document, "unknown message version", "", received_at)
        seen_at = dt.datetime.fromisoformat(fields["seen_at"]) if fields.get("seen_at") else received_at
        snapshot = Snapshot.from_fields(fields.get("snapshot"))
        entry = int(fields.get("as_recorded", 0))
        return cls(document, fields.get("reason", ""), fields.get("origin", ""), seen_at, snapshot, entry)
