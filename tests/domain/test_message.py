"""What travels on the queue."""

from __future__ import annotations

import base64
import datetime as dt
import json
import random
import zlib
from typing import Any

import pytest
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import SNAPSHOT_TEXT_MAX, Message, Snapshot
from hypothesis import given
from hypothesis import strategies as st

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
ORDER = DocumentId(DocumentKind.ORDER, 1)
MOMENTS = st.datetimes(
    min_value=dt.datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=dt.datetime(2040, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.just(dt.UTC),
)


SNAPSHOTS = st.builds(
    lambda image, started, took: Snapshot(image, started, started + took),
    st.binary(max_size=2_000),
    MOMENTS,
    st.timedeltas(dt.timedelta(), dt.timedelta(minutes=5)),
)


@given(st.builds(Message, st.just(ORDER), st.text(), st.text(), MOMENTS, st.none() | SNAPSHOTS, st.integers(0)))
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


# ---- Snapshots

TAKEN = Snapshot(b'{"id": 1, "recipient": {"name": "Zebulon Quux"}}', NOW - dt.timedelta(seconds=2), NOW)
MESSAGE = Message(ORDER, "poll orders-updated", "run-1", NOW, TAKEN)


def sent(**changes: object) -> str:
    """The message as JSON, with other fields in its snapshot."""
    fields = json.loads(MESSAGE.to_json())
    fields["snapshot"] |= changes
    return json.dumps(fields)


def received(body: str) -> Message:
    return Message.from_json(body, received_at=NOW)


def test_a_snapshot_travels_with_its_message() -> None:
    assert received(MESSAGE.to_json()) == MESSAGE


def test_a_large_order_is_packed_small() -> None:
    image = json.dumps([{"sku": f"WIDGET-{number}", "quantity": number} for number in range(1_000)]).encode()
    message = Message(ORDER, "", "", NOW, Snapshot(image, NOW, NOW))

    assert len(message.to_json()) < len(image) / 3
    assert received(message.to_json()) == message


def test_ten_messages_fit_into_one_call_however_large_their_documents_and_what_is_too_large_is_left_out() -> None:
    noise = random.Random(1).randbytes(SNAPSHOT_TEXT_MAX)  # noqa: S311 - nothing secret
    fits, too_large = (Message(ORDER, "", "", NOW, Snapshot(noise[:size], NOW, NOW)) for size in (14_900, 15_000))

    assert received(fits.to_json()).snapshot == fits.snapshot
    assert received(too_large.to_json()) == Message(ORDER, "", "", NOW)
    assert 10 * len(fits.to_json()) < 256 * 1024, "what SQS takes in one call"


def test_what_is_printed_of_a_message_shows_nothing_of_the_document() -> None:
    assert "Zebulon" not in repr(MESSAGE)
    assert "read_started" in repr(MESSAGE)


BOMB = base64.b64encode(zlib.compress(bytes(3_000_000))).decode()


@pytest.mark.parametrize(
    "changes",
    [
        {"v": 2},
        {"v": None},
        {"image": "?"},
        {"image": "Zm9v"},
        {"image": None},
        {"image": BOMB},
        {"image": base64.b64encode(zlib.compress(b"cut short")[:-3]).decode()},
        {"read_started": "yesterday"},
        {"read_started": None},
        {"read_finished": "2026-11-17T14:05:00"},
        {"read_finished": "2001-01-01T00:00:00+00:00"},
    ],
)
def test_a_snapshot_that_cannot_be_understood_is_none_and_its_message_is_a_hint(changes: dict[str, Any]) -> None:
    assert received(sent(**changes)) == Message(ORDER, "poll orders-updated", "run-1", NOW)


@pytest.mark.parametrize("snapshot", [None, "", [], 7, {}])
def test_whatever_stands_in_the_place_of_a_snapshot_the_message_is_a_hint(snapshot: object) -> None:
    fields = json.loads(MESSAGE.to_json()) | {"snapshot": snapshot}

    assert received(json.dumps(fields)).snapshot is None


def test_of_an_unknown_version_the_snapshot_is_not_believed_either() -> None:
    fields = json.loads(MESSAGE.to_json()) | {"v": 2}

    assert received(json.dumps(fields)).snapshot is None


def test_a_message_that_asks_for_no_image_travels_as_it_always_did() -> None:
    """Code of before a deploy reads it, too."""
    assert set(json.loads(Message(ORDER, "poll", "run-1", NOW).to_json())) == {
        "v",
        "document",
        "reason",
        "origin",
        "seen_at",
    }


@pytest.mark.parametrize("entry", ["twelve", None, []])
def test_an_image_that_is_not_named_by_its_number_is_no_message_of_ours(entry: object) -> None:
    """Read as something else it would have the document read, which is not what was asked for."""
    body = {"v": 1, "document": "order/1", "as_recorded": entry}

    with pytest.raises((ValueError, TypeError)):
        Message.from_json(json.dumps(body), received_at=NOW)


@pytest.mark.parametrize(
    "body", ["[]", '"order/1"', "7", "null", "[" * 200_000], ids=["list", "text", "number", "null", "deep"]
)
def test_what_is_no_json_object_is_no_message(body: str) -> None:
    with pytest.raises(ValueError, match="a message is a JSON object"):
        Message.from_json(body, received_at=NOW)
