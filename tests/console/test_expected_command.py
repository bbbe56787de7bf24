"""`gp-shipbob expected`: a person sees what ShipBob is still to do, and says what it is not to do any more."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bridge.console import cli, remote
from bridge.protocols.ledger import Status

from local.memory.world import World
from tests.orders import DAY
from tests.stock import ADJUSTMENT, RED, TRANSFER, a_stock_world, document, gp_has, line, shipbob_has

CLERK = "arn:aws:iam::123456789012:user/clerk"
ADJ = "adjustment/ADJ%207/CHICAGO/RED-100/"
AT_CHICAGO = "transfer/00000012/CHICAGO/RENO/BLUE-100/"
AT_RENO = "transfer/00000012/RENO/CHICAGO/BLUE-100/"
WHY = ("--why", "nobody asked for it")


@pytest.fixture
def world() -> World:
    """Five red widgets are to be taken out of Chicago, and a day later two blue ones moved from there to Reno."""
    world = a_stock_world(
        document(ADJUSTMENT, line("RED-100", -5, "CHICAGO")), document(TRANSFER, line("BLUE-100", 2, "CHICAGO", "RENO"))
    )
    gp_has(world, "RED-100", "CHICAGO", 5)
    shipbob_has(world, RED, "WIDGET-RED", 8, 10)
    world.attempt(ADJUSTMENT)
    world.clock.advance(DAY)
    world.attempt(TRANSFER)
    return world


def run(world: World, *command: str) -> int:
    return cli.main(command, of_stack=lambda _: (world, CLERK))


def told(world: World, capsys: pytest.CaptureFixture[str], *command: str) -> Any:
    assert run(world, "--json", "expected", *command) == 0
    return json.loads(capsys.readouterr().out)


def answered(world: World, pieces: int) -> None:
    """Event 99 has answered so much of what the adjustment asked for."""
    key = ("RED-100", "CHICAGO", ADJ)
    world.expectations.kept[key] = replace(world.expectations.kept[key], taken=((99, Decimal(pieces)),))


def test_what_is_expected_is_listed_the_oldest_first(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    answered(world, -3)

    assert run(world, "expected") == 0

    assert capsys.readouterr().out.splitlines() == [
        "-5 of RED-100 at CHICAGO, -3 answered: asked for by adjustment/ADJ%207, since 2026-11-17, until 2027-02-15",
        f"  {ADJ}",
        "-2 of BLUE-100 at CHICAGO: asked for by transfer/00000012, since 2026-11-18, until 2027-02-16",
        f"  {AT_CHICAGO}",
        "+2 of BLUE-100 at RENO: asked for by transfer/00000012, since 2026-11-18, until 2027-02-16",
        f"  {AT_RENO}",
    ]


def test_a_script_is_told_which_events_have_answered(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    answered(world, -3)

    (row,) = told(world, capsys, "--item", "RED-100")

    assert {name: row[name] for name in ("id", "lot", "quantity", "remaining", "answered", "document")} == {
        "id": ADJ,
        "lot": None,
        "quantity": "-5",
        "remaining": "-2",
        "answered": {"stock/99": "-3"},
        "document": "adjustment/ADJ%207",
    }


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        (["--item", "blue-100"], [AT_CHICAGO, AT_RENO]),
        (["--site", " chicago "], [ADJ, AT_CHICAGO]),
        (["--document", "transfer/00000012"], [AT_CHICAGO, AT_RENO]),
        (["--document", "transfer/00000012", "--site", "RENO"], [AT_RENO]),
        (["--item", "GREEN-100"], []),
    ],
)
def test_it_is_searched_by_item_site_and_document(
    world: World, capsys: pytest.CaptureFixture[str], sought: list[str], found: list[str]
) -> None:
    assert [row["id"] for row in told(world, capsys, *sought)] == found


def test_what_is_answered_or_has_ended_is_listed_no_more(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    answered(world, -5)
    world.clock.advance(90 * DAY)

    assert run(world, "expected") == 0
    assert capsys.readouterr().out == "Nothing is expected of ShipBob.\n"


def test_a_dry_run_says_what_would_be_withdrawn_and_withdraws_nothing(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    answered(world, -3)

    assert run(world, "expected", "withdraw", ADJ, "--dry-run", *WHY) == 0

    assert capsys.readouterr().out == (
        "-5 of RED-100 at CHICAGO: the rest, -2, would be withdrawn; the -3 that were answered stay answered.\n"
    )
    assert world.expectations.kept["RED-100", "CHICAGO", ADJ].withdrawn_at is None
    assert "withdrawn by a person" not in world.trail(ADJUSTMENT)


def test_one_is_withdrawn_by_its_id_and_the_rest_of_its_document_stays(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "expected", "withdraw", AT_RENO, *WHY) == 0
    line_told = capsys.readouterr().out
    world.deliver()

    assert line_told == ("+2 of BLUE-100 at RENO is withdrawn: what ShipBob corrects is told or booked from now on.\n")
    assert [row["id"] for row in told(world, capsys)] == [ADJ, AT_CHICAGO]
    assert world.row(TRANSFER).status is Status.REVIEW, "the other end of the move is still awaited"


def test_all_that_a_document_asked_for_is_withdrawn_by_its_name_and_its_review_ends(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "expected", "withdraw", "transfer/00000012", *WHY) == 0
    capsys.readouterr()
    world.deliver()

    assert [row["id"] for row in told(world, capsys)] == [ADJ]
    assert world.row(TRANSFER).status is Status.DONE
    entries = [each for each in world.audit.entries(TRANSFER) if each.what == "withdrawn by a person"]
    assert [(each.by, each.facts["id"]) for each in entries] == [(CLERK, AT_CHICAGO), (CLERK, AT_RENO)]


def test_the_trail_tells_a_script_what_was_withdrawn_by_whom_and_why(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world, "expected", "withdraw", ADJ, *WHY)
    capsys.readouterr()

    assert run(world, "--json", "trace", str(ADJUSTMENT)) == 0

    ((entry,),) = (
        [each for each in row["entries"] if each["what"] == "withdrawn by a person"]
        for row in json.loads(capsys.readouterr().out)
    )
    assert (entry["by"], entry["correction"], entry["why"]) == (CLERK, "-5 of RED-100 at CHICAGO", WHY[1])


@pytest.mark.parametrize("named", [ADJ, "adjustment/ADJ%207"])
def test_what_is_withdrawn_twice_is_withdrawn_once(
    world: World, capsys: pytest.CaptureFixture[str], named: str
) -> None:
    run(world, "expected", "withdraw", named, *WHY)
    capsys.readouterr()

    assert run(world, "expected", "withdraw", named, *WHY) == 0

    assert capsys.readouterr().out == f"{named} was withdrawn before: nothing is expected of it.\n"
    assert world.trail(ADJUSTMENT).count("withdrawn by a person") == 1


def test_a_document_of_which_one_end_was_answered_and_the_other_withdrawn_is_withdrawn_before(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    key = ("BLUE-100", "CHICAGO", AT_CHICAGO)
    world.expectations.kept[key] = replace(world.expectations.kept[key], taken=((98, Decimal(-2)),))
    run(world, "expected", "withdraw", AT_RENO, *WHY)
    capsys.readouterr()

    assert run(world, "expected", "withdraw", "transfer/00000012", *WHY) == 0
    assert capsys.readouterr().out == "transfer/00000012 was withdrawn before: nothing is expected of it.\n"


def test_the_reference_that_shipbobs_people_answer_with_leads_to_the_document(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(world, "trace", "A ADJ 7") == 0
    assert capsys.readouterr().out.startswith("adjustment/ADJ%207  review")


def test_what_is_answered_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    answered(world, -5)

    assert run(world, "expected", "withdraw", ADJ, *WHY) == 1
    assert "is answered, by stock/99: nothing of it is left to withdraw" in capsys.readouterr().err


def test_what_has_ended_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.clock.advance(90 * DAY)

    assert run(world, "expected", "withdraw", "adjustment/ADJ%207", *WHY) == 1
    assert "is expected no longer: it ended on 2027-02-15" in capsys.readouterr().err


def test_what_is_unknown_is_refused(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "expected", "withdraw", "transfer/12", *WHY) == 1
    assert "nothing is expected as transfer/12; gp-shipbob expected lists what is" in capsys.readouterr().err


def test_without_a_reason_nothing_is_withdrawn(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "expected", "withdraw", ADJ, "--why", " ") == 1
    assert "needs a reason" in capsys.readouterr().err
    assert world.expectations.kept["RED-100", "CHICAGO", ADJ].withdrawn_at is None


def test_it_is_withdrawn_from_inside_the_stack_as_well(world: World) -> None:
    code, printed, _ = remote.run(["expected", "withdraw", ADJ, *WHY], "", world, CLERK)

    assert (code, "is withdrawn" in printed) == (0, True)


@pytest.mark.parametrize(("word", "left"), [("keep", [ADJ, AT_CHICAGO, AT_RENO]), ("withdraw", [AT_CHICAGO, AT_RENO])])
def test_who_closes_a_review_says_what_becomes_of_its_request(
    world: World, capsys: pytest.CaptureFixture[str], word: str, left: list[str]
) -> None:
    assert run(world, "close", "adjustment/ADJ%207", *WHY) == 1
    refused = capsys.readouterr().err
    assert run(world, "close", "adjustment/ADJ%207", "--requests", word, *WHY) == 0
    capsys.readouterr()

    assert "add --requests keep; is it not to do that, add --requests withdraw" in refused
    assert [row["id"] for row in told(world, capsys)] == left
