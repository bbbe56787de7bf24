"""The two functions that tell ShipBob of stock: woken as AWS wakes them, with the sample events."""

from __future__ import annotations

import json

import pytest
from bridge.domain.message import Message

from local.memory.world import START
from tests.entrypoints.waking import batch, gp_poller, sample, sender
from tests.stock import TRANSFER, a_stock_world, document, line, wros

IN = document(TRANSFER, line("RED-100", 5, "MAIN", "CHICAGO"))


def test_the_sample_poll_finds_the_transfer() -> None:
    world = a_stock_world(IN)

    assert gp_poller(world)(sample("poll_gp_schedule.json")) == {"result": "Polled(queued=1, held=0)"}

    assert [(str(message.document), message.origin) for message in world.to_shipbob.waiting()] == [
        ("transfer/00000012", "run-req-1")
    ]


def test_how_many_documents_are_held_back_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    many = [document(TRANSFER, line("RED-100", 1, "MAIN", "CHICAGO"), number=f"T{each}") for each in range(3)]
    world = a_stock_world(*many, surge_documents=2)

    gp_poller(world)(sample("poll_gp_schedule.json"))

    counted = [json.loads(text) for text in capsys.readouterr().out.splitlines() if "StockDocumentsHeld" in text]
    assert [each["StockDocumentsHeld"] for each in counted if "_aws" in each] == [[3.0]]


def test_the_sample_hint_has_shipbob_expect_the_transfer() -> None:
    world = a_stock_world(IN)

    assert sender(world)(sample("write_shipbob_transfer_hint.json")) == {"batchItemFailures": []}

    assert list(wros(world)) == ["T 00000012 CHICAGO 1"]


def test_a_document_that_fails_comes_back_alone() -> None:
    world = a_stock_world(IN, document(TRANSFER, line("RED-100", 1, "MAIN", "RENO"), number="T2"))
    world.gp.fail_next("inventory_document", "bug")
    other = Message.from_json('{"document": "transfer/T2"}', received_at=START)

    answer = sender(world)(batch(("m1", Message(TRANSFER, "poll transfer", "r", START)), ("m2", other)))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert list(wros(world)) == ["T T2 RENO 1"]
