"""What travels on the queue."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
ORDER = DocumentId(DocumentKind.ORDER, 1)
MOMENTS = st.datetimes(
    min_value=dt.datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=dt.datetime(2040, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.just(dt.UTC),
)


@given(st.builds(Message, st.just(ORDER), st.text(), st.text(), MOMENTS))
def test_a_message_written_and_read_again_is_the_same(message: Message) -> None:
    assert Message.from_json(message.to_json(), received_at=NOW) == message


def test_only_the_document_is_needed() -> None:
    message = Message.from_json('{"v": 1, "document": "order/1"}', received_at=NOW)

    assert message == Message(ORDER, "", "", NOW)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_of_an_unknown_version_only_the_document_is_believed(version: object) -> None:
    body = {"v": version, "document": "order/1", "reason": "x", "origin": "y", "seen_at": "2001-01-01T00:00:00+00:00"}

    message = Message.from_json(json.dumps(body), received_at=NOW)

    assert (message.document, message.origin, message.seen_at) == (ORDER, "", NOW)


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"v": 1}', '{"v": 1, "document": "invoice/1"}'])
def test_a_body_that_names_no_document_is_refused(body: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Message.from_json(body, received_at=NOW)
