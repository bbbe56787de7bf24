"""The audit's promises, kept by memory and by DynamoDB with the table as the template declares it."""

from __future__ import annotations

import datetime as dt
import hashlib
import random
from collections.abc import Iterator

import boto3
import pytest
from bridge.aws.audit import AuditTable
from bridge.aws.calls import put_once
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import RowMoved
from bridge.ports import Audit
from bridge.protocols.trail import BEGINNING, first_break
from moto import mock_aws

from local.memory.world import MemoryAudit, MemoryClock
from tests.stack import THROWAWAY, make_table, properties

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
ORDER = DocumentId(DocumentKind.ORDER, 250000001)
OTHER = DocumentId(DocumentKind.ORDER, 250000002)
RETENTION = dt.timedelta(days=90)


@pytest.fixture
def clock() -> MemoryClock:
    return MemoryClock(NOW)


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch, clock: MemoryClock) -> Iterator[AuditTable]:
    for name, value in THROWAWAY.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("dynamodb")
        yield AuditTable(client, make_table(client, "Audit"), now=clock.now, payload_retention=RETENTION)


@pytest.fixture(params=["memory", "dynamodb"])
def audit(request: pytest.FixtureRequest, clock: MemoryClock) -> Audit:
    if request.param == "memory":
        return MemoryAudit(clock)
    table: Audit = request.getfixturevalue("table")
    return table


def test_a_document_nobody_has_seen_has_no_entries(audit: Audit) -> None:
    assert list(audit.entries(ORDER)) == []


def test_an_entry_is_read_as_it_was_recorded(audit: Audit) -> None:
    facts = {"reason": "webhook", "größe": "7 × “blue”"}

    recorded = audit.trail(ORDER, "msg_1").record("seen", facts)

    assert list(audit.entries(ORDER)) == [recorded]
    assert (recorded.number, recorded.at, recorded.what, recorded.by) == (1, NOW, "seen", "msg_1")
    assert (recorded.facts, recorded.previous, recorded.payload_digest) == (facts, BEGINNING, "")


def test_entries_of_one_run_are_numbered_and_chained(audit: Audit) -> None:
    trail = audit.trail(ORDER, "msg_1")
    for what in ("seen", "intends", "done"):
        trail.record(what, {})

    entries = audit.entries(ORDER)
    assert [(entry.number, entry.what) for entry in entries] == [(1, "seen"), (2, "intends"), (3, "done")]
    assert [entry.previous for entry in entries[1:]] == [entry.digest for entry in entries[:-1]]


def test_a_later_run_continues_the_chain(audit: Audit, clock: MemoryClock) -> None:
    audit.trail(ORDER, "msg_1").record("seen", {})
    clock.advance(dt.timedelta(hours=1))
    audit.trail(ORDER, "run-2").record("seen", {"again": "yes"})

    entries = audit.entries(ORDER)
    assert [(entry.number, entry.by) for entry in entries] == [(1, "msg_1"), (2, "run-2")]
    assert first_break(entries) is None


def test_a_long_trail_comes_in_its_order_and_whole(audit: Audit) -> None:
    trail = audit.trail(ORDER, "msg_1")
    for number in range(1, 121):
        trail.record("seen", {"text": "x" * 10_000, "number": str(number)})

    entries = audit.entries(ORDER)
    assert [entry.number for entry in entries] == list(range(1, 121))
    assert first_break(entries) is None


def test_of_two_runs_that_write_at_once_the_slower_one_fails_and_overwrites_nothing(audit: Audit) -> None:
    fast, slow = audit.trail(ORDER, "fast"), audit.trail(ORDER, "slow")
    fast.record("seen", {})
    slow.record("seen", {})

    with pytest.raises(RowMoved):
        fast.record("done", {})

    assert [entry.by for entry in audit.entries(ORDER)] == ["fast", "slow"]
    assert first_break(audit.entries(ORDER)) is None


def test_trails_of_two_documents_do_not_mix(audit: Audit) -> None:
    audit.trail(ORDER, "msg_1").record("seen", {})
    audit.trail(OTHER, "msg_1").record("seen", {})

    assert [entry.number for entry in audit.entries(OTHER)] == [1]


def test_a_payload_is_named_by_its_sha_256(audit: Audit) -> None:
    recorded = audit.trail(ORDER, "msg_1").record("read", {}, b"payload")

    assert recorded.payload_digest == hashlib.sha256(b"payload").hexdigest()
    assert first_break(audit.entries(ORDER)) is None


def test_a_payload_is_read_again_as_it_was_recorded(audit: Audit) -> None:
    recorded = audit.trail(ORDER, "msg_1").record("read", {}, b"payload")

    assert audit.payload(ORDER, recorded.payload_digest) == b"payload"


def test_a_document_gives_no_payload_of_another(audit: Audit) -> None:
    recorded = audit.trail(ORDER, "msg_1").record("read", {}, b"payload")

    assert audit.payload(OTHER, recorded.payload_digest) is None
    assert audit.payload(ORDER, "0" * 64) is None


# ---- DynamoDB alone


def incompressible(length: int) -> bytes:
    """The same noise every time."""
    return random.Random(1).randbytes(length)  # noqa: S311 - noise, no secret


def stored(key: str) -> list[dict[str, dict[str, str]]]:
    items = boto3.client("dynamodb").scan(TableName="Audit")["Items"]
    return [item for item in items if item["pk"]["S"].startswith(key)]  # type: ignore[misc]


def test_a_payload_can_be_read_again(table: AuditTable) -> None:
    payload = incompressible(100_000)
    recorded = table.trail(ORDER, "msg_1").record("read", {}, payload)

    assert table.payload(ORDER, recorded.payload_digest) == payload


def test_a_payload_that_is_gone_is_none(table: AuditTable) -> None:
    assert table.payload(ORDER, "0" * 64) is None


def test_a_payload_too_large_for_an_item_leaves_its_digest_and_no_failure(table: AuditTable) -> None:
    payload = incompressible(400_000)

    recorded = table.trail(ORDER, "msg_1").record("read", {}, payload)

    assert recorded.payload_digest == hashlib.sha256(payload).hexdigest()
    assert table.payload(ORDER, recorded.payload_digest) is None


def test_payloads_expire_by_the_attribute_that_the_template_names_and_entries_never(table: AuditTable) -> None:
    table.trail(ORDER, "msg_1").record("read", {}, b"payload")

    attribute = properties("Audit")["TimeToLiveSpecification"]["AttributeName"]
    (payload,) = stored("payload#")
    (entry,) = stored("order/")
    assert payload[attribute]["N"] == str(int((NOW + RETENTION).timestamp()))
    assert attribute not in entry


def test_a_document_whose_number_begins_another_does_not_share_its_trail(table: AuditTable) -> None:
    table.trail(DocumentId(DocumentKind.ORDER, 1), "msg_1").record("seen", {})

    assert table.entries(DocumentId(DocumentKind.ORDER, 11)) == []


def test_a_write_that_meets_its_own_first_try_has_succeeded(table: AuditTable) -> None:
    """The SDK tries again when a reply is lost; somebody else's entry under that number is still somebody else's."""
    client = boto3.client("dynamodb")
    ours = {"pk": {"S": "order/9"}, "sk": {"S": "000001"}, "what": {"S": "seen"}}
    is_free = {"ConditionExpression": "attribute_not_exists(pk)"}

    put_once(client, "Audit", ours, **is_free)
    put_once(client, "Audit", ours, **is_free)
    with pytest.raises(RowMoved):
        put_once(client, "Audit", ours | {"what": {"S": "done"}}, **is_free)

    assert [item["what"]["S"] for item in stored("order/9")] == ["seen"]


def test_a_payload_is_kept_before_the_entry_that_names_it(table: AuditTable) -> None:
    """An entry that could not be written shows it: its payload is there, and the other way round would be a loss."""
    fast, slow = table.trail(ORDER, "fast"), table.trail(ORDER, "slow")
    fast.record("seen", {})
    slow.record("seen", {})
    with pytest.raises(RowMoved):
        fast.record("read", {}, b"payload")

    assert table.payload(ORDER, hashlib.sha256(b"payload").hexdigest()) == b"payload"
