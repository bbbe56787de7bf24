"""The night on which State is lost: the engineer on call puts an earlier one back, by the runbook's page, step by step.

The calls of AWS are those of the page; a backup stands for what AWS would restore of that moment.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from bridge.runtime import SystemClock

from local.world import World
from tests.stories.distributor import MAPPED, deployed
from tests.stories.passing import is_of_long_ago
from tests.stories.staff import Employee, employed
from tests.stories.watching import comes_to, in_gp, in_time, place, story_of

WRITERS = ("WriteShipBob", "WriteGp")
SCHEDULED = ("KeepConnected", "PollGp", "Sweep", "PollShipBob")
WHY = "State restored to the moment of the backup"
BLUE = "sku/WIDGET-BLUE"
ORDERED = {
    "S-known": ["7"],  # of 2, while State was away
    "S-before": ["5"],  # of 2, and in GP, between the backup and the loss
    "S-twice": ["7"],  # both
    "S-waits": ["2"],  # was a review, for want of a mapping, when State was lost
    "S-written": ["2"],
    "S-since": ["2"],
    "S-meanwhile": ["2"],
}


class Night:
    """What the engineer does in AWS, and with the operator's command inside the stack."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.engineer: Employee = employed(world, "engineer-on-call")
        self._tables = world.cloud.client("dynamodb")
        self._functions = world.cloud.client("lambda")
        self._table = world.outputs["StateTable"]

    def trigger(self, function: str, *, is_on: bool) -> None:
        """Whether a queue wakes the function."""
        name = self.world.function(function)
        (found,) = self._functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        self._functions.update_event_source_mapping(UUID=found["UUID"], Enabled=is_on)

    def stop(self) -> None:
        """Step 1: nobody writes, nothing on a schedule runs."""
        self.engineer.asks("pause", "--why", WHY)
        for writer in WRITERS:
            self.trigger(writer, is_on=False)
        for function in SCHEDULED:
            name = self.world.function(function)
            self._functions.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)

    def backup(self) -> str:
        made = self._tables.create_backup(TableName=self._table, BackupName="earlier")
        return made["BackupDetails"]["BackupArn"]

    def restore(self, backup: str) -> None:
        """Step 2: State is lost, and there again under its own name, as it was at the backup."""
        self._tables.delete_table(TableName=self._table)
        self._tables.get_waiter("table_not_exists").wait(TableName=self._table)
        self._tables.restore_table_from_backup(TargetTableName=self._table, BackupArn=backup)
        self._tables.get_waiter("table_exists").wait(TableName=self._table)
        self._tables.update_continuous_backups(
            TableName=self._table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )

    def relist(self) -> list[dict[str, Any]]:
        """Step 3: what would be set back, what is, and what the lists say of it then."""
        since = (SystemClock().now() - dt.timedelta(days=14)).date().isoformat()
        would = self.engineer.asks("relist", "--since", since, "--why", WHY, "--dry-run")
        assert "orders-inserted" in would["lists"], would
        did = self.engineer.asks("relist", "--since", since, "--why", WHY)
        assert did["lists"].keys() == would["lists"].keys()
        told: list[dict[str, Any]] = self.engineer.asks("relist")
        return told

    def begin_with_what_goes_to_shipbob(self) -> None:
        """Step 5: until GP's stock is known again."""
        self._let_run("KeepConnected", "PollGp", "Sweep")
        self.trigger("WriteShipBob", is_on=True)
        self.world.run("PollGp")
        (stock,) = [each for each in self.engineer.asks("relist") if each["list"] == "gp-stock"]
        assert stock["stands_at"] > stock["set_back"]["at"], stock

    def let_the_rest_run(self) -> None:
        """Step 6."""
        self.trigger("WriteGp", is_on=True)
        self._let_run("PollShipBob")
        self.world.run("PollShipBob")

    def _let_run(self, *functions: str) -> None:
        for function in functions:
            self._functions.delete_function_concurrency(FunctionName=self.world.function(function))


def taken_in(world: World, *order_ids: int, status: str = "done") -> None:
    """The poll finds them, and each has come so far."""
    world.run("PollShipBob")
    for order_id in order_ids:
        comes_to(world, order_id, status)


def changed(world: World, order_id: int, quantity: int) -> None:
    """The merchant has so many widgets packed instead."""
    shipment = world.shipbob.account.order(order_id)["shipments"][0]["id"]
    world.shipbob.account.edits.edit_lines(shipment, [("WIDGET-RED", quantity)])


def ordered_in_gp(world: World, number: str) -> list[str]:
    """Of each document that GP has of the shop's order, how much is ordered."""
    return [document["lines"][0]["quantity"] for document in in_gp(world, number)]


def lived_until_the_loss(world: World, night: Night) -> tuple[dict[str, int], str]:
    """The orders of that day, and the backup of which they are not all."""
    ids = {number: place(world, number) for number in ("S-known", "S-before", "S-twice")}
    taken_in(world, *ids.values())

    # Two are listed, and no more than messages on the queue, when the table is as it will be again.
    night.trigger("WriteGp", is_on=False)
    ids |= {"S-waits": place(world, "S-waits", sku="WIDGET-BLUE"), "S-written": place(world, "S-written")}
    world.run("PollShipBob")
    backup = night.backup()
    night.trigger("WriteGp", is_on=True)
    taken_in(world, ids["S-written"])
    taken_in(world, ids["S-waits"], status="review")
    for number in ("S-waits", "S-written"):
        is_of_long_ago(world, ids[number], hours=3)

    # What happened since will be forgotten as well, but the lists of this hour have it.
    for number in ("S-before", "S-twice"):
        changed(world, ids[number], 5)
    ids["S-since"] = place(world, "S-since")
    taken_in(world, ids["S-since"])
    assert in_time(world, lambda: ordered_in_gp(world, "S-before") == ordered_in_gp(world, "S-twice") == ["5"])
    return ids, backup


def test_each_order_is_in_gp_once_and_as_shipbob_has_it_after_the_runbooks_last_step(
    built: Path, tmp_path: Path
) -> None:
    with deployed(tmp_path, built) as world:
        world.operator("map", *(mapping for mapping in MAPPED if not mapping.startswith(BLUE)))
        for poll in ("PollGp", "PollShipBob"):
            world.run(poll)
        night = Night(world)
        ids, backup = lived_until_the_loss(world, night)

        night.stop()
        night.restore(backup)
        for number in ("S-known", "S-twice"):
            changed(world, ids[number], 7)
        ids["S-meanwhile"] = place(world, "S-meanwhile")
        assert {told["set_back"]["by"] for told in night.relist()} == {night.engineer.arn}
        night.engineer.asks("map", f"{BLUE}=WID-BLU-01")  # step 4: a person's deed of that day
        night.begin_with_what_goes_to_shipbob()
        night.let_the_rest_run()

        for number in ids.keys() - {"S-twice"}:
            comes_to(world, ids[number], "done")
        entered_by_a_person(world, night, ids["S-twice"])
        assert in_time(world, lambda: ordered_in_gp(world, "S-known") == ["7"])
        assert {number: ordered_in_gp(world, number) for number in ids} == ORDERED
        assert {story_of(world, each)["chain"] for each in ids.values()} == {"whole"}


def entered_by_a_person(world: World, night: Night, order_id: int) -> None:
    """The draft that the bridge changed since looks like a person's work: a review tells both, and ends with them."""
    comes_to(world, order_id, "review")
    story = story_of(world, order_id)
    assert story["reasons"][0]["text"] == (
        "The lines in GP: 5 × WID-RED-01 at SB-CICERO for 19.95; from ShipBob: 7 × WID-RED-01 at SB-CICERO for 19.95"
    )
    (document,) = in_gp(world, "S-twice")
    world.gp.books.edit_quantity(document["number"], document["lines"][0]["sequence"], 7)
    night.engineer.asks("replay", f"order/{order_id}", "--why", "the draft is right now")
    comes_to(world, order_id, "done")
