"""What the gates' port promises, kept by memory and by DynamoDB with the table as the template declares it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from bridge.aws.gates import Gates
from bridge.domain.gate import NEIGHBOURS, Gate
from bridge.domain.outcome import RowMoved, Transient
from bridge.ports import Gates as GatesPort
from bridge.protocols.health import Health, Probing
from bridge.protocols.pause import Deed, Pause, Side
from bridge.protocols.standing import Standing

from local.memory.gates import MemoryGates

NOW = dt.datetime(2026, 11, 17, 14, 5, 0, 123456, dt.UTC)
HOUR = dt.timedelta(hours=1)
WHOLE = Health(
    Gate.GP,
    ("order/1", "return/2"),
    NOW - HOUR,
    "Größe “7”",
    needs_repair=True,
    probes=3,
    next_probe=NOW,
    probing=Probing("run-1", NOW + HOUR),
    up_since=NOW - 2 * HOUR,
)
PAUSED = Pause(
    (
        Deed(Side.GP, is_pause=True, at=NOW, by="arn:aws:iam::1:user/größe", why="month-end"),
        Deed(Side.SHIPBOB, is_pause=False, at=NOW + HOUR, by="a person", why="counted"),
    )
)


@pytest.fixture(params=["memory", "dynamodb"])
def gates(request: pytest.FixtureRequest) -> GatesPort:
    if request.param == "memory":
        return MemoryGates()
    return Gates(request.getfixturevalue("moto"), "State")


def test_before_anything_is_written_all_is_well(gates: GatesPort) -> None:
    assert gates.standing() == Standing(Health(Gate.GP), Health(Gate.SHIPBOB), Pause())


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
@pytest.mark.parametrize("health", [WHOLE, Health(Gate.GP)])
def test_how_a_neighbour_does_is_read_as_it_was_saved(gates: GatesPort, neighbour: Gate, health: Health) -> None:
    saved = gates.save_health(replace(health, neighbour=neighbour))

    assert saved == replace(health, neighbour=neighbour, version=1)
    assert gates.standing().of(neighbour) == saved
    assert [gates.standing().of(each).version for each in NEIGHBOURS if each is not neighbour] == [0]


def test_a_pause_is_read_as_it_was_saved(gates: GatesPort) -> None:
    assert gates.save_pause(PAUSED) == gates.standing().pause == replace(PAUSED, version=1)


@pytest.mark.parametrize("version", [0, 1])
def test_of_two_who_read_the_same_one_saves(gates: GatesPort, version: int) -> None:
    read = gates.save_health(WHOLE) if version else WHOLE
    paused = gates.save_pause(PAUSED) if version else PAUSED
    first = gates.save_health(replace(read, why="first")), gates.save_pause(paused)

    with pytest.raises(RowMoved):
        gates.save_health(replace(read, why="second"))
    with pytest.raises(RowMoved):
        gates.save_pause(replace(paused, deeds=()))

    assert (gates.standing().gp, gates.standing().pause) == first


@pytest.mark.parametrize("name", ["GP", "pause"])
def test_a_gate_that_newer_code_wrote_waits_for_that_code(moto: Any, name: str) -> None:
    key = {"pk": {"S": "gates"}, "sk": {"S": name}}
    moto.put_item(TableName="State", Item=key | {"version": {"N": "1"}, "schema": {"N": "2"}, "gate": {"S": "{}"}})

    with pytest.raises(Transient, match="newer code"):
        Gates(moto, "State").standing()
