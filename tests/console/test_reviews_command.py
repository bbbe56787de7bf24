"""`gp-shipbob reviews --by-cause`, `close` and `reopen`, at a terminal."""

from __future__ import annotations

import json

import pytest
from bridge.console import cli
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.orders import NUMBER, ORDER, a_world, a_world_with, an_order, parcel

CLERK = "arn:aws:iam::123456789012:user/clerk"
CHANNEL = MappingKey.parse("channel/101")


def run(world: World, *command: str) -> int:
    return cli.main(command, of_stack=lambda _: (world, CLERK))


def waiting_world() -> World:
    """Seven orders wait for the item of one SKU, the first of them for the channel's customer as well."""
    world = a_world("sku/WIDGET-BLUE", "channel/101")
    for number in range(7):
        order = an_order(parcel(301, ("WIDGET-RED", 2), ("WIDGET-BLUE", 1)), order_id=ORDER.number + number)
        world.shipbob.put(order)
        world.attempt(DocumentId(DocumentKind.ORDER, order.id))
        world.state.mapped[CHANNEL] = "AARONFIT0001"
    return world


def test_reviews_are_listed_by_cause_what_most_wait_for_first(capsys: pytest.CaptureFixture[str]) -> None:
    code = run(waiting_world(), "reviews", "--by-cause")

    first, documents, second, _ = capsys.readouterr().out.splitlines()
    assert code == 0
    assert first == "7  ShipBob SKU 'WIDGET-BLUE' has no GP item. Map it: gp-shipbob map sku/WIDGET-BLUE=ITEM"
    assert documents.startswith("  since 2026-11-17 14:05 UTC: order/250000001, order/250000002, ")
    assert documents.endswith(" and 2 more")
    assert second.startswith("1  ")


def test_a_script_is_told_every_document_of_a_cause(capsys: pytest.CaptureFixture[str]) -> None:
    run(waiting_world(), "--json", "reviews", "--by-cause")

    told = json.loads(capsys.readouterr().out)
    assert [(each["cause"], each["count"]) for each in told] == [("sku/WIDGET-BLUE", 7), ("channel/101", 1)]
    assert len(told[0]["documents"]) == 7


def test_where_nothing_waits_that_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(a_world(), "reviews", "--by-cause") == 0
    assert capsys.readouterr().out == "Nothing waits for a person.\n"


def test_a_review_is_closed_and_reopened_by_whoever_aws_says(capsys: pytest.CaptureFixture[str]) -> None:
    world = a_world_with("unshipped")
    world.gp.fail_next("create_sales_order", "refused: customer on hold")
    world.attempt(ORDER)

    closed = run(world, "close", str(ORDER), "--why", "entered by hand as ORD123")
    status = world.row(ORDER).status
    reopened = run(world, "reopen", str(ORDER), "--why", "removed ORD123")
    world.deliver()

    assert (closed, status, reopened) == (0, Status.DONE, 0)
    assert world.gp.created == {NUMBER: 1}
    assert [entry.by for entry in world.audit.entries(ORDER) if "by a person" in entry.what] == [CLERK, CLERK]
    assert capsys.readouterr().out.splitlines() == [
        "order/250000001 is closed as it stands now. Should it change, that is a new review.",
        "order/250000001 is queued; gp-shipbob trace order/250000001 tells how it went.",
    ]


def test_what_cannot_be_closed_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(a_world_with("draft"), "close", str(ORDER), "--why", "done by hand") == 1
    assert "order/250000001 is done, not in review: there is nothing to close" in capsys.readouterr().err
