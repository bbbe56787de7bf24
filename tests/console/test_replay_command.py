"""`gp-shipbob replay`: a person has documents looked at again, by name or by what is so of them."""

from __future__ import annotations

import json

import pytest
from bridge.console import replaying
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message, Snapshot
from bridge.protocols.ledger import LedgerRow, Status

from local.memory.world import START, World
from tests.console.replay_desk import EVENT, OPERATOR, TRANSFER, a_ledger, order, queued, reviewed, run
from tests.orders import DAY, HOUR, ORDER, a_world, unshipped


@pytest.fixture
def world() -> World:
    world = a_world()
    world.shipbob.put(unshipped())
    return world


# ---- Named


def test_a_replayed_document_is_looked_at_again_and_its_trail_says_who_asked_and_why(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.attempt(ORDER)

    assert run(world, str(ORDER), "--why", "customer changed in GP") == 0
    world.deliver()

    assert json.loads(capsys.readouterr().out) == {"queued": [str(ORDER)], "left": []}
    seen = [entry for entry in world.audit.entries(ORDER) if entry.what == "seen"][-1]
    assert (seen.by, seen.facts["reason"]) == (OPERATOR, "replay: customer changed in GP")


def test_each_document_goes_onto_its_own_writers_queue(world: World) -> None:
    assert run(world, "order/1", "return/2", str(TRANSFER), "order/1", "--why", "x") == 0

    assert [str(message.document) for message in world.to_gp.waiting()] == ["order/1", "return/2"]
    assert [message.document for message in world.to_shipbob.waiting()] == [TRANSFER]


def test_of_documents_of_which_one_is_misspelt_none_is_queued(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "order/1", "ordre/2", "--why", "x") == 1

    assert "ordre/2" in capsys.readouterr().err
    assert queued(world) == []


@pytest.mark.parametrize("ways", [[], ["order/1", "--status", "review"], ["order/1", "--dead-letters"]])
def test_documents_are_named_or_chosen_or_dead_letters_one_of_three(world: World, ways: list[str]) -> None:
    with pytest.raises(SystemExit) as misused:
        run(world, *ways, "--why", "x")

    assert misused.value.code == 2


def test_nothing_is_replayed_without_a_reason(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "order/1", "--why", "  ") == 1

    assert "needs a reason" in capsys.readouterr().err
    assert queued(world) == []


def test_a_few_named_documents_do_not_wait_for_a_full_queue(world: World) -> None:
    world.to_gp.send((Message(order(n), "poll", "run", START), f"{n}") for n in range(1000, 1300))

    assert run(world, "order/1", "--why", "the customer is on the phone") == 0

    assert "order/1" in queued(world)


# ---- Chosen


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["--status", "review"], ["order/1", "order/2"]),
        (["--status", "waiting", "--status", "broken"], ["order/3", "return/4"]),
        (["--status", "done"], ["order/5"]),
        (["--kind", "return"], ["return/4"]),
        (["--status", "waiting", "--kind", "order"], ["order/3"]),
        (["--reason", "no gp ITEM"], ["order/1"]),
        (["--cause", "sku/WIDGET-RED"], ["order/1"]),
        (["--cause", "price"], ["order/2"]),
        (["--cause", "pric"], []),
        (["--kind", "stock"], []),
    ],
)
def test_documents_are_chosen_by_what_is_so_of_them(
    world: World, capsys: pytest.CaptureFixture[str], chosen: list[str], expected: list[str]
) -> None:
    a_ledger(
        world,
        reviewed(1, "ShipBob SKU 'WIDGET-RED' has no GP item", "sku/WIDGET-RED"),
        reviewed(2, cause="price"),
        LedgerRow(order(3), status=Status.WAITING, due_at=START),
        LedgerRow(DocumentId(DocumentKind.RETURN, 4), status=Status.BROKEN, due_at=START),
        LedgerRow(order(5), status=Status.DONE),
    )

    assert run(world, *chosen, "--why", "x") == (0 if expected else 1)
    assert sorted(queued(world)) == expected


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        (["--from", "2026-11-17T08:05", "--to", "2026-11-17T09:05"], ["order/1"]),
        (["--from", "2026-11-17T08:06"], ["order/2", "order/3"]),
        (["--to", "2026-11-18"], ["order/1", "order/2"]),
        (["--from", "2026-11-17T16:05+00:00"], ["order/3"]),
    ],
)
def test_a_time_range_is_of_the_last_read_in_gps_zone_and_reaches_what_is_done(
    world: World, between: list[str], expected: list[str]
) -> None:
    """In Chicago START is 08:05; the third was read two days later, and the fourth never."""
    moments = (START, START + HOUR, START + 2 * DAY, None)
    a_ledger(
        world,
        *(
            LedgerRow(order(number), status=Status.DONE, read_at=read_at)
            for number, read_at in enumerate(moments, start=1)
        ),
    )

    assert run(world, *between, "--why", "the wrong site was mapped then") == 0
    assert queued(world) == expected


def test_what_was_not_read_for_the_longest_goes_first() -> None:
    world = World()
    moments = (START, START - HOUR, None, START - DAY)
    rows = [LedgerRow(order(n), status=Status.WAITING, read_at=at, due_at=START) for n, at in enumerate(moments)]
    a_ledger(world, *rows)

    chosen = replaying.choose(world, replaying.Choice(statuses=frozenset({Status.WAITING})))

    assert [row.document.number for row in chosen] == [2, 3, 1, 0]


def test_what_is_unfinished_is_found_without_reading_the_whole_ledger(world: World) -> None:
    a_ledger(world, reviewed(1))

    run(world, "--status", "review", "--why", "x")

    assert "ledger" not in world.calls.of("state")


# ---- What was recorded goes along


def test_a_stock_event_is_replayed_with_what_was_recorded_of_it(world: World) -> None:
    """ShipBob shows none by its id."""
    trail = world.audit.trail(EVENT, "run-1")
    trail.record("read from ShipBob", {}, b"the event")
    trail.record("done", {})

    assert run(world, str(EVENT), "--why", "x") == 0

    (message,) = world.to_gp.waiting()
    assert message.snapshot == Snapshot(b"the event", START, START)


def test_a_stock_event_whose_image_is_no_longer_kept_goes_without(world: World) -> None:
    world.audit.trail(EVENT, "run-1").record("read from ShipBob", {}, b"the event")
    world.audit.payloads.clear()

    assert run(world, str(EVENT), "--why", "x") == 0

    (message,) = world.to_gp.waiting()
    assert message.snapshot is None


def test_an_order_is_replayed_as_it_is_now(world: World) -> None:
    world.attempt(ORDER)

    run(world, str(ORDER), "--why", "x")

    (message,) = world.to_gp.waiting()
    assert message.snapshot is None
