"""Whatever is on the queue is a hint or a ValueError; what was written comes back the same."""

from __future__ import annotations

import datetime as dt

from bridge.domain.document import DocumentId
from bridge.domain.message import Message
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.bounds import bounded, fuzzed
from tests.fuzz.broken_json import ODD, TEXTS, documents, written

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
SNAPSHOT = {
    "v": 1,
    "image": "eJyrVspMUbIyqgUAD1sC5A==",
    "read_started": NOW.isoformat(),
    "read_finished": NOW.isoformat(),
}
HINT = {"v": 1, "document": "order/1", "reason": "poll", "origin": "run-1", "seen_at": NOW.isoformat()}
MESSAGES = [
    HINT,
    HINT | {"snapshot": SNAPSHOT, "as_recorded": 3},
    HINT | {"document": "transfer/TRX%201"},
    {"document": "order/1"},
]
BODIES = documents(MESSAGES) | st.sampled_from(ODD).map(written) | st.text(max_size=40)


@fuzzed(400)
@given(BODIES)
def test_a_message_is_a_hint_or_a_value_error(body: str) -> None:
    with bounded():
        message = _read(body)
    if message is None:
        return

    assert message.seen_at.tzinfo is not None
    assert (message.seen_at - NOW) is not None, "it can be compared"
    assert isinstance(message.is_replay, bool)
    assert Message.from_json(message.to_json(), received_at=NOW) == message


def _read(body: str) -> Message | None:
    try:
        return Message.from_json(body, received_at=NOW)
    except ValueError:
        return None


@fuzzed(200)
@given(st.text(max_size=30) | st.sampled_from(TEXTS), st.sampled_from(["order", "transfer", "adjustment", "locate"]))
def test_a_document_is_parsed_soundly_or_not_at_all(text: str, kind: str) -> None:
    try:
        with bounded():
            document = DocumentId.parse(f"{kind}/{text}")
    except ValueError:
        return

    assert DocumentId.parse(str(document)) == document
