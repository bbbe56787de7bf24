"""The day that `make demo` plays, claim by claim."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from local.day import ORDERS
from local.demo import Day, Ended, problems
from local.world import World
from tests.vendor import gp_contract, shipbob_contract

FORGED = 401


@dataclass(frozen=True)
class PlayedDay:
    world: World
    day: Day
    ended: list[Ended]
    trails: dict[int, dict[str, Any]]


@pytest.fixture(scope="module")
def played(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PlayedDay]:
    with World(tmp_path_factory.mktemp("day"), built=built) as world:
        day = Day(world, Console(quiet=True))
        ended = day.play()
        yield PlayedDay(world, day, ended, {each.order_id: day.trail(f"order/{each.order_id}") for each in ended})


def test_every_order_is_in_gp_once_as_it_should_be(played: PlayedDay) -> None:
    assert {ended.played.story: ended.problems for ended in played.ended if ended.problems} == {}
    assert len(played.world.gp.books.documents()) == len(ORDERS)


def test_a_forged_webhook_is_turned_away(played: PlayedDay) -> None:
    assert played.day.forged_status == FORGED


def test_each_missing_mapping_is_named_and_released_by_itself(played: PlayedDay) -> None:
    waited_for = {reason["waits_for"] for review in played.day.reviews for reason in review["reasons"]}

    assert waited_for == {"sku/TOTE-NATURAL", "location/320"}
    assert played.world.operator("reviews") == []
    for number in ("W-1007", "W-1008"):
        entries = played.day.trail(number)["entries"]
        told = [entry["what"] for entry in entries]
        assert told.index("review") < told.index("created in GP")
        assert not any(entry.get("reason", "").startswith("replay") for entry in entries), "nobody had to ask"


def test_no_login_was_refused_and_calls_ride_on_few_logins(played: PlayedDay) -> None:
    """GP keeps a login for as long as its connection lives: calls after the first on it cost one request."""
    counters = played.world.gp.counters

    assert counters.refused == 0
    assert counters.legs == counters.requests + 3 * counters.logins


def test_an_order_costs_three_gp_calls_from_first_sight_to_shipment(played: PlayedDay) -> None:
    operations = played.world.gp.counters.operations
    shipped_in_part_or_whole = sum(1 for each in ORDERS if each.parcels)

    assert operations["CreateSalesOrder"] == len(ORDERS)
    assert operations["GetSalesOrderByKey"] == shipped_in_part_or_whole
    assert operations["UpdateSalesOrder"] == shipped_in_part_or_whole


def test_a_policy_is_read_once_by_each_worker_for_each_operation_it_governs(played: PlayedDay) -> None:
    counters = played.world.gp.counters

    assert 1 <= counters.operations["GetPolicyByOperation"] <= 2 * counters.connections


def test_every_trail_is_whole_and_says_who_asked(played: PlayedDay) -> None:
    for story in played.trails.values():
        assert story["chain"] == "whole"
        assert story["status"] == "done"
        assert all(entry["by"] for entry in story["entries"])


def test_an_order_is_found_by_any_number_a_person_may_hold(played: PlayedDay) -> None:
    ended = next(each for each in played.ended if each.played.order.order_number == "W-1003")
    assert ended.document is not None
    tracking = ended.document["tracking"][0]
    numbers = [str(ended.order_id), "w-1003", ended.document["number"], tracking]

    assert {played.day.trail(number)["document"] for number in numbers} == {f"order/{ended.order_id}"}


def test_nobody_is_named_in_the_trail(played: PlayedDay) -> None:
    """Personal data stays in the payloads, which expire."""
    told = str(played.trails)
    assert "Alder Street" not in told
    assert "Whitfield" not in told


def test_nothing_is_left_on_the_queues(played: PlayedDay) -> None:
    sqs = played.world.cloud.client("sqs")
    for queue in ("ToGpDeadLettersUrl",):
        attributes = sqs.get_queue_attributes(
            QueueUrl=played.world.outputs[queue], AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        assert attributes["ApproximateNumberOfMessages"] == "0"


def test_every_soap_body_is_valid_by_gps_own_schema(played: PlayedDay) -> None:
    exchanges = played.world.gp.exchanges

    assert {exchange.operation for exchange in exchanges} == {
        "CreateSalesOrder",
        "GetPolicyByOperation",
        "GetSalesOrderByKey",
        "UpdateSalesOrder",
    }
    assert [fault for exchange in exchanges for fault in gp_contract.faults(exchange.request)] == []
    assert [fault for exchange in exchanges for fault in gp_contract.faults(exchange.response)] == []


def test_every_shipbob_request_and_answer_is_valid_by_shipbobs_own_document(played: PlayedDay) -> None:
    exchanges = played.world.shipbob.exchanges

    assert {"GET /order", "GET /order/{orderId}"} <= {exchange.operation for exchange in exchanges}
    assert [fault for exchange in exchanges for fault in shipbob_contract.request_faults(exchange)] == []
    assert [fault for exchange in exchanges for fault in shipbob_contract.answer_faults(exchange)] == []


def test_the_demo_fails_when_gp_holds_something_else(played: PlayedDay) -> None:
    ended = played.ended[0]
    assert ended.document is not None
    order = played.world.shipbob.account.order(ended.order_id)
    found = tuple(problems(ended.played, order, {**ended.document, "total": "39.91"}))

    assert found == ("amount 39.91 instead of 39.90",)
    assert played.day.is_as_expected(played.ended)
    assert not played.day.is_as_expected([*played.ended[1:], dataclasses.replace(ended, problems=found)])


def test_the_operators_command_speaks_to_a_person(played: PlayedDay) -> None:
    told = played.world.command("trace", "W-1001")
    unknown = played.world.command("trace", "W-9999")
    misspelt = played.world.command("map", "colour/RED=WID-RED-01")

    assert told.returncode == 0
    assert "GP SBO250000001" in told.stdout
    assert "chain whole" in told.stdout
    assert (unknown.returncode, unknown.stdout) == (1, "Nothing is known of W-9999.\n")
    assert misspelt.returncode == 1
    assert "colour" in misspelt.stderr
    assert "Traceback" not in misspelt.stderr
