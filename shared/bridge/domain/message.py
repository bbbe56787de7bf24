"""What travels on the queues: a hint that a document deserves a look."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from bridge.domain.document import DocumentId

VERSION = 1
REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Message:
    """Look at `document`. `reason` and `origin` (a webhook-id, a run) say who asked, `seen_at` when."""

    document: DocumentId
    reason: str
    origin: str
    seen_at: dt.datetime

    @property
    def is_replay(self) -> bool:
        """A person asked, whatever the clock on their desk says."""
        return self.reason.startswith(REPLAY)

    def to_json(self) -> str:
        return json.dumps(
            {
                "v": VERSION,
                "document": str(self.document),
                "reason": self.reason,
                "origin": self.origin,
                "seen_at": self.seen_at.isoformat(),
            }
        )

    @classmethod
    def from_json(cls, body: str, *, received_at: dt.datetime) -> Message:
        """Read a message. Only `document` is needed: of an unknown version nothing else is believed."""
        fields = json.loads(body)
        document = DocumentId.parse(fields["document"])
        if fields.get("v") != VERSION:
            return cls(document, "unknown message version", "", received_at)
        seen_at = dt.datetime.fromisoformat(fields["seen_at"]) if fields.get("seen_at") else received_at
        return cls(document, fields.get("reason", ""), fields.get("origin", ""), seen_at)
