"""The simulation itself: the same each time, unsparing, and able to say what went wrong in few words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
from bridge.domain.outcome import Refused, Transient, UnknownOutcome
from hypothesis import given
from hypothesis import strategies as st

from local.memory.points import Crash
from local.storm.calls_at_gp import CallsAtGp, Ending
from local.storm.cli import play_some
from local.storm.faults import Fault, Strike, Target
from local.storm.kernel import Kernel, Run
from local.storm.mutants import MUTANTS, Mutant, broken
from local.storm.plan import Act, Choices, Cue, Plan, draw
from local.storm.shrink import shorter
from local.storm.storm import play
from local.storm.tally import Log, Tally, code

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("seed", range(20))
def test_a_seed_plays_the_same_schedule_each_time(seed: int) -> None:
    first, second = play(draw(seed)), play(draw(seed))

    assert first == second
    assert first.calls >= 100, "a schedule of realistic length"


def test_a_schedule_is_played_from_its_text_as_it_was_drawn() -> None:
    plan = replace(draw(7), cues=(Cue("record_order", Act(0.0, "GP is away", how=1)),))

    assert plan.targets
    assert Plan.from_json(plan.to_json()) == plan


def test_faults_that_were_drawn_befall_the_same_calls_when_they_are_named() -> None:
    plan = replace(draw(5), background=0.05)
    drawn = play(plan)
    named = play(replace(plan, background=0.0, strikes=drawn.fired))

    assert drawn.fired
    assert (named.fired, named.story) == (drawn.fired, drawn.story)


def test_an_act_that_has_a_cue_happens_at_the_first_call_of_its_flow() -> None:
    acts = (Act(1.0, "place", "order 0", 4), Act(300.0, "place", "order 1", 4))
    result = play(Plan(1, Choices(), acts, 3600.0, cues=(Cue("record_order", Act(0.0, "GP is away", how=0)),)))

    told = [line for _, line in result.story]
    first = next(number for number, line in enumerate(told) if line.startswith("write_gp order/5001 1 begins"))
    assert told.count("GP is away") == 1
    assert told[first + 1] == "GP is away"
    assert not result.violations


def test_what_is_aimed_at_a_call_is_met_however_late_the_call_is_made() -> None:
    aimed = Target("record_order", "gp.create_sales_order", 1, Fault.LOST)
    result = play(Plan(1, Choices(poll_every=1800.0), (Act(500.0, "place", "order 0", 4),), 900.0, targets=(aimed,)))

    assert [strike.fault for strike in result.fired] == [Fault.LOST]
    assert not result.violations


def _raises(failure: BaseException) -> Callable[[], None]:
    def call() -> None:
        raise failure

    return call


def test_a_call_at_gp_is_ok_or_fail_or_indefinite_as_its_caller_knows_it() -> None:
    calls, run = CallsAtGp(pytest.fail), Run("write_gp order/5001 1", "record_order", None, 60.0, 1)

    calls.make(run, "gp.login", lambda: None)
    for failure in (Transient("busy"), Refused("a credit limit", ()), UnknownOutcome("no reply"), Crash("it died")):
        with pytest.raises(type(failure)):
            calls.make(run, "gp.sales_order", _raises(failure))

    assert calls.ended == {Ending.OK: 1, Ending.FAIL: 2, Ending.INDEFINITE: 2}


def test_a_write_in_doubt_is_looked_for_before_the_next_of_its_document() -> None:
    told: list[str] = []
    calls = CallsAtGp(told.append)
    first, second = (Run(f"write_gp order/5001 {number}", "record_order", None, 60.0, 1) for number in (1, 2))
    other = Run("write_gp order/5002 1", "record_order", None, 60.0, 1)
    with pytest.raises(UnknownOutcome):
        calls.make(first, "gp.create_sales_order", _raises(UnknownOutcome("no reply")))

    calls.make(other, "gp.create_sales_order", lambda: None)
    assert told == []
    calls.make(second, "gp.create_sales_order", lambda: None)
    assert told == ["order/5001: gp.create_sales_order before anybody has looked what became of gp.create_sales_order"]
    calls.make(second, "gp.sales_order", lambda: None)
    calls.make(second, "gp.update_sales_order", lambda: None)
    assert len(told) == 1
    assert calls.in_doubt == {}


@pytest.mark.parametrize("fault", Fault)
def test_an_order_survives_every_fault_at_each_of_its_first_calls(fault: Fault) -> None:
    acts = (Act(1.0, "place", "order 0", 4), Act(900.0, "ship", "order 0", 4))
    for number in range(1, 41):
        strike = Strike("write_gp order/5001 1", number, fault)

        result = play(Plan(number, Choices(), acts, 3600.0, strikes=(strike,)))

        assert not result.violations, (number, result.story)


def test_a_run_that_its_platform_ended_calls_nobody_any_more() -> None:
    kernel = Kernel()
    ended: list[BaseException | None] = []
    run = Run("a run", "a flow", None, 10.0, 1)

    def body() -> None:
        for _ in range(3):
            try:
                kernel.wait(8.0)
            except Crash:
                continue

    kernel.at(0.0, lambda: kernel.start(run, body, ended.append))
    kernel.go_on(60.0)

    assert ended == [None]
    assert kernel.now == 60.0


@given(st.sets(st.integers(0, 40), max_size=4), st.integers(0, 41))
def test_what_is_shrunk_holds_what_matters_and_nothing_else(needles: set[int], length: int) -> None:
    whole: Sequence[int] = range(length)
    needed = needles & set(whole)
    parts = list(shorter(whole, lambda part: needed <= set(part)))

    assert set(parts[-1] if parts else whole) == needed


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_every_deliberate_defect_still_finds_its_place(mutant: Mutant) -> None:
    found = find_spec(mutant.module)
    assert found is not None
    assert found.origin is not None
    source = Path(found.origin).read_text(encoding="utf-8")

    compile(broken(mutant, source), mutant.module, "exec")


def test_a_deliberate_defect_is_caught_in_a_process_of_its_own() -> None:
    command = [sys.executable, "-m", "local", "storm", "--mutant", "write before the audit knows", "--schedules", "50"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)

    assert "the audit did not know" in json.loads(done.stdout)["violation"]


def test_a_long_run_goes_on_from_its_log_as_if_it_had_never_ended(tmp_path: Path) -> None:
    whole, parts = Log(tmp_path / "whole", 0), Log(tmp_path / "parts", 0)
    whole.write(play_some((0, 6)))

    parts.write(play_some((0, 4)))
    begun = parts.read()
    begun.add(play_some((4, 6)))
    parts.write(begun)
    with (tmp_path / "parts").open("a") as file:
        file.write('{"code": "cut off in the mid')

    assert parts.read() == whole.read()
    assert begun.schedules == 6


def test_a_log_is_not_gone_on_with_from_another_seed_or_with_other_code(tmp_path: Path) -> None:
    Log(tmp_path / "log", 0).write(Tally(schedules=1))
    with pytest.raises(ValueError, match="of other seeds"):
        Log(tmp_path / "log", 7).read()

    text = (tmp_path / "log").read_text()
    (tmp_path / "log").write_text(text.replace(code(), "0" * 16))
    with pytest.raises(ValueError, match="of other code"):
        Log(tmp_path / "log", 0).read()
