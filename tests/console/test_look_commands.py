"""`gp-shipbob status`, `reviews`, `trace`: what a person sees who asks how things stand."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from bridge.console import cli
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.gate import Gate
from bridge.domain.message import Message
from bridge.domain.outcome import MappingKey, Reason
from bridge.domain.terms import QuietHours
from bridge.protocols.ledger import LedgerRow, Status
from bridge.protocols.permit import LoginResult

from local.memory.points import Calls
from local.memory.world import START, World
from tests.orders import DAY, HOUR, MINUTE, NUMBER, ORDER, a_world, unshipped

OPERATOR = "arn:aws:iam::123456789012:user/night-shift"
TRANSFER = DocumentId(DocumentKind.TRANSFER, name="TRX 1")


def run(world: World, *arguments: str) -> int:
    return cli.main(arguments, of_stack=lambda _name: (world, OPERATOR))


def told(world: World, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> Any:
    capsys.readouterr()
    assert run(world, "--json", *arguments) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def world() -> World:
    world = a_world()
    world.shipbob.put(unshipped())
    return world


# ---- Status


def test_a_stack_where_documents_wait_for_a_person_or_a_neighbour_is_well(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.state.save(LedgerRow(DocumentId(DocumentKind.ORDER, 1), status=Status.REVIEW, opened_at=START, due_at=START))
    world.state.save(
        LedgerRow(DocumentId(DocumentKind.ORDER, 2), status=Status.WAITING, waiting_since=START - HOUR, due_at=START)
    )
    world.state.save(
        LedgerRow(DocumentId(DocumentKind.ORDER, 3), status=Status.WAITING, waiting_since=START, due_at=START + HOUR)
    )

    found = told(world, capsys, "status")

    assert found["well"] is True
    assert found["unfinished"]["waiting"] == {
        "count": 2,
        "oldest_since": "2026-11-17T13:05:00+00:00",
        "oldest": "order/2",
    }
    assert found["unfinished"]["review"]["count"] == 1
    assert "done" not in found["unfinished"]


def test_what_somebody_should_get_up_for_is_said_and_ends_with_1(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.to_gp.dead_letters.append(Message(ORDER, "poll", "run", START))

    assert run(world, "status") == 1

    out = capsys.readouterr().out
    assert "Somebody should look at this." in out
    assert "ToGp: 0 queued; 1 DEAD LETTERS" in out
    assert "ToShipBob: 0 queued\n" in out


def test_a_broken_document_is_not_well(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.state.save(LedgerRow(ORDER, status=Status.BROKEN, due_at=START + HOUR))

    assert told(world, capsys, "status", code=1)["well"] is False


@pytest.mark.parametrize(("since", "late"), [(15 * MINUTE - MINUTE, 0), (15 * MINUTE, 1)])
def test_what_is_due_for_long_says_that_nobody_sweeps(
    world: World, capsys: pytest.CaptureFixture[str], since: Any, late: int
) -> None:
    world.state.save(LedgerRow(ORDER, status=Status.WAITING, waiting_since=START, due_at=START))
    world.clock.advance(since)

    assert told(world, capsys, "status", code=late)["late"] == late


def test_an_account_that_may_not_log_in_is_named_until_a_newer_secret_is_there(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    login = world.permits.login("WINGTIP\\svc", "v1", "a worker")
    login.take()
    login.give_back(LoginResult.REFUSED)

    assert "wingtip\\svc" in told(world, capsys, "status", code=1)["shut_out"]

    login = world.permits.login("WINGTIP\\svc", "v2", "a worker")
    login.take()
    login.give_back(LoginResult.PROVEN)
    assert told(world, capsys, "status")["shut_out"] == {}


def test_a_neighbour_that_is_down_is_named_since_when_and_is_not_well(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    down = replace(world.gates.stored.shipbob, down_since=START - HOUR, why="ShipBob answers 503")
    world.gates.save_health(down)
    world.state.save(LedgerRow(ORDER, status=Status.WAITING, due_at=START + DAY, gate=Gate.SHIPBOB))

    assert told(world, capsys, "status", code=1)["shut_gates"] == [
        {
            "gate": "ShipBob",
            "is_open": False,
            "why": "since 2026-11-17 13:05 UTC: ShipBob answers 503",
            "documents": 1,
        }
    ]
    run(world, "status")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Somebody should look at this."
    assert "  ShipBob           SHUT  1 documents     since 2026-11-17 13:05 UTC: ShipBob answers 503" in lines


def test_what_the_company_itself_holds_back_is_shown_and_is_well(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    night = QuietHours(dt.time(8), dt.time(9, 30))  # it is 08:05 in Chicago
    world.terms = replace(world.terms, is_dry_run=True, quiet_hours=night)
    run(world, "pause", "--side", "gp", "--why", "month-end")
    capsys.readouterr()

    assert run(world, "status") == 0

    assert capsys.readouterr().out.splitlines()[-3:] == [
        "  dry run           SHUT  0 documents",
        f"  pause of GP       SHUT  0 documents     since 2026-11-17 14:05 UTC by {OPERATOR}: month-end",
        "  quiet hours       SHUT  0 documents     until 09:30 of GP's day",
    ]


def test_of_open_gates_nothing_is_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(world, capsys, "status")["shut_gates"] == []


def test_what_lies_on_the_queues_is_counted(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.hint(ORDER)

    assert told(world, capsys, "status")["queued"] == {"ToGp": 1, "ToShipBob": 0}


# ---- Reviews


def a_review(number: int, kind: DocumentKind, key: str = "", cause: str = "", days: int = 0) -> LedgerRow:
    reason = Reason("Something is missing", "Repair it", MappingKey.parse(key) if key else None, cause)
    return LedgerRow(
        DocumentId(kind, number), status=Status.REVIEW, reasons=(reason,), opened_at=START - days * DAY, due_at=START
    )


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ([], ["order/3", "return/2", "order/1"]),
        (["--kind", "return"], ["return/2"]),
        (["--cause", "sku/A"], ["order/1"]),
        (["--cause", "period"], ["order/3"]),
        (["--cause", "perio"], []),
        (["--older-than", "1d"], ["order/3", "return/2"]),
        (["--older-than", "25h"], ["order/3"]),
    ],
)
def test_reviews_are_sought_by_kind_cause_and_age(
    world: World, capsys: pytest.CaptureFixture[str], sought: list[str], found: list[str]
) -> None:
    for row in (
        a_review(1, DocumentKind.ORDER, "sku/A"),
        a_review(2, DocumentKind.RETURN, "sku/B", days=1),
        a_review(3, DocumentKind.ORDER, cause="period", days=2),
    ):
        world.state.save(row)

    assert [each["document"] for each in told(world, capsys, "reviews", *sought)] == found


@pytest.mark.parametrize("age", ["", "3", "3w", "-1d", "d"])
def test_an_age_that_is_none_is_misuse(world: World, age: str) -> None:
    with pytest.raises(SystemExit) as misused:
        run(world, "reviews", f"--older-than={age}")
    assert misused.value.code == 2


# ---- Trace


@pytest.mark.parametrize(
    ("document", "typed"),
    [
        (DocumentId(DocumentKind.RETURN, 77), "77"),
        (DocumentId(DocumentKind.RECEIVING, 77), "77"),
        (DocumentId(DocumentKind.STOCK, 77), " 77 "),
        (TRANSFER, "TRX 1"),
        (TRANSFER, "transfer/TRX 1"),
    ],
)
def test_a_document_of_any_kind_is_found_by_its_own_number(
    world: World, capsys: pytest.CaptureFixture[str], document: DocumentId, typed: str
) -> None:
    world.state.save(LedgerRow(document, status=Status.WAITING, due_at=START))

    assert [each["document"] for each in told(world, capsys, "trace", typed)] == [str(document)]


@pytest.mark.parametrize("typed", ["250000001", "#1042", "shop-77", NUMBER, "order/250000001"])
def test_an_order_is_found_by_every_number_it_has(world: World, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    world.attempt(ORDER)

    (found,) = told(world, capsys, "trace", typed)
    assert (found["document"], found["gp_number"], found["chain"]) == (str(ORDER), NUMBER, "whole")


class DoneMeanwhile(Calls):
    """The order is written at the moment somebody asks for its row."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world
        self._is_done = False

    def run[R](self, name: str, effect: Callable[[], R]) -> R:
        if name == "state.row" and not self._is_done:
            self._is_done = True
            self._world.attempt(ORDER)
        return super().run(name, effect)


def test_an_order_that_is_done_while_it_is_looked_for_is_shown_with_the_entry_that_says_so(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.state.calls = DoneMeanwhile(world)

    (found,) = told(world, capsys, "trace", str(ORDER))

    assert found["status"] == "done"
    assert found["entries"][-1]["what"] == "done"


def test_a_number_nobody_knows_finds_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "trace", "W-1007") == 1

    assert capsys.readouterr().out == "Nothing is known of W-1007.\n"


def test_a_payload_is_named_in_the_story_and_printed_with_a_warning(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    world.attempt(ORDER)
    (found,) = told(world, capsys, "trace", str(ORDER))
    name = next(entry["payload"] for entry in found["entries"] if entry["what"] == "intends")

    run(world, "trace", str(ORDER), "--payloads")
    assert f"[{name[:12]}]" in capsys.readouterr().out

    assert run(world, "trace", str(ORDER), "--payload", name[:12]) == 0
    printed = capsys.readouterr()
    assert json.loads(printed.out)["number"] == NUMBER
    assert "may hold names and addresses" in printed.err


def test_a_story_without_payloads_asked_for_names_none(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.attempt(ORDER)

    run(world, "trace", str(ORDER))

    assert "[" not in capsys.readouterr().out


@pytest.mark.parametrize("name", ["0000", ""])
def test_a_payload_that_is_not_one_is_not_printed(world: World, capsys: pytest.CaptureFixture[str], name: str) -> None:
    world.attempt(ORDER)

    assert run(world, "trace", str(ORDER), "--payload", name or "not hex") == 1
    assert "no payloads begin with" in capsys.readouterr().err


def test_a_payload_whose_time_is_over_is_said_to_be_so(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.attempt(ORDER)
    (found,) = told(world, capsys, "trace", str(ORDER))
    name = next(entry["payload"] for entry in found["entries"] if "payload" in entry)
    world.audit.payloads.clear()

    assert run(world, "trace", str(ORDER), "--payload", name) == 1
    assert "no longer kept" in capsys.readouterr().err
