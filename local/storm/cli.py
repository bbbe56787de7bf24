"""`python -m local storm`: play schedules, hunt mutants, tell a failing one as a story."""

from __future__ import annotations

import argparse
import gc
import json
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from local.storm import mutants
from local.storm.tally import Log, Tally

AT_ONCE = 50  # schedules that a worker plays before it reports
LONG_EVERY = 1000  # of so many schedules one is long
LOGGED_EVERY = 2000  # schedules
HUNTED = 10_000  # schedules a mutant may survive before the storm is said to have missed it
SHOWN = 3  # failing seeds that are shrunk and told

console = Console(highlight=False)


def add_arguments(verb: argparse.ArgumentParser) -> None:
    """What `python -m local storm` takes."""
    verb.add_argument("--seed", type=int, default=0, help="the first seed (default 0)")
    verb.add_argument("--schedules", type=int, default=5000, help="how many, one for each seed (default 5000)")
    verb.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one for each core)")
    verb.add_argument("--mutants", action="store_true", help="put deliberate defects in, and see each caught")
    verb.add_argument("--mutant", choices=[each.name for each in mutants.MUTANTS], help="hunt this one alone")
    verb.add_argument("--story", action="store_true", help="tell the schedule of --seed, whatever it comes to")
    verb.add_argument("--play", type=Path, metavar="FILE", help="play the schedule in this file, and tell it")
    verb.add_argument("--keep", type=Path, default=Path(".local/storm"), help="where failing schedules are kept")
    verb.add_argument("--log", type=Path, metavar="FILE", help="note there what was played; go on from what it says")
    verb.add_argument("--json", action="store_true", help="the outcome as JSON, for a script")
    verb.add_argument("--coverage", action="store_true", help="show which faults met which calls of which flow")


def run(options: argparse.Namespace) -> int:
    """0 where nothing is wrong."""
    if options.mutant:
        return _hunt_here(options)
    if options.mutants:
        return _hunt_all(options)
    if options.story or options.play:
        return _tell(options)
    return _play_all(options)


# Schedules ------------------------------------------------------------------------------------------------------------


def _is_long(seed: int) -> bool:
    return seed % LONG_EVERY == LONG_EVERY - 1


def play_some(given: tuple[int, int]) -> Tally:
    """Play the schedules of some seeds."""
    from local.storm.plan import draw
    from local.storm.storm import play

    tally = Tally()
    gc.disable()  # what a schedule leaves refers to itself all around: it goes at once, after the schedule,
    gc.freeze()  # and nobody looks through what stays
    for seed in range(*given):
        result = play(draw(seed, is_long=_is_long(seed)))
        failing = {seed: result.violations} if result.violations else {}
        calls, faults = result.calls, len(result.fired)
        tally.add(
            Tally(1, calls, result.documents, faults, calls, 0.0, result.met, result.struck, result.ended, failing)
        )
        del result
        gc.collect()
    return tally


def _tallies(first: int, ends: int, jobs: int) -> Iterator[Tally]:
    """In the order of the seeds, so that what is logged has none left out."""
    parts = [(start, min(start + AT_ONCE, ends)) for start in range(first, ends, AT_ONCE)]
    if jobs == 1:
        yield from map(play_some, parts)
        return
    with multiprocessing.get_context("fork").Pool(jobs) as pool:
        yield from pool.imap(play_some, parts)


def _play_all(options: argparse.Namespace) -> int:
    log = Log(options.log, options.seed) if options.log else None
    try:
        tally = log.read() if log else Tally()
    except ValueError as refusal:
        console.print(str(refusal), style="red")
        return 2
    before, started = tally.seconds, time.monotonic()
    first, ends = options.seed + tally.schedules, options.seed + options.schedules
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=options.json or not console.is_terminal) as progress:
        task = progress.add_task("schedules", total=options.schedules)
        for part in _tallies(first, ends, options.jobs):
            tally.add(part)
            tally.seconds = before + time.monotonic() - started
            progress.update(task, completed=tally.schedules, description=f"{len(tally.failing)} failing")
            if log and (tally.schedules % LOGGED_EVERY < AT_ONCE or tally.schedules == options.schedules):
                log.write(tally)
    if options.json:
        print(json.dumps(_summary(tally, options)))
    else:
        _report(tally, options)
    if options.coverage:
        _show_coverage(tally)
    for seed in sorted(tally.failing)[:SHOWN]:
        _shrink_and_tell(seed, options)
    return 1 if tally.failing else 0


def _summary(tally: Tally, options: argparse.Namespace) -> dict[str, Any]:
    from local.storm.cells import CALLS

    holes = list(_holes(tally))
    return {
        "seeds": [options.seed, options.seed + tally.schedules - 1],
        "schedules": tally.schedules,
        "seconds": round(tally.seconds, 1),
        "per_minute_and_core": round(tally.schedules / tally.seconds * 60 / options.jobs),
        "calls": tally.calls,
        "calls_per_schedule": round(tally.calls / tally.schedules, 1),
        "fewest_calls": tally.fewest_calls,
        "documents": tally.documents,
        "faults": tally.faults,
        "calls_at_gp": dict(sorted(tally.ended.items())),
        "faults_met": len(tally.struck),
        "faults_not_met": holes,
        "calls_not_listed": sorted(" ".join(call) for call in {*tally.met} - {*CALLS}),
        "failing": {seed: list(found) for seed, found in sorted(tally.failing.items())},
    }


def _report(tally: Tally, options: argparse.Namespace) -> None:
    found = _summary(tally, options)
    console.print(
        f"{tally.schedules:,} schedules (seeds {found['seeds'][0]} to {found['seeds'][1]}) in {tally.seconds:,.1f} s"
        f" with {options.jobs} processes: {found['per_minute_and_core']:,} a minute and core."
    )
    console.print(
        f"{tally.calls:,} port calls, {found['calls_per_schedule']} a schedule, {tally.fewest_calls} at least;"
        f" {tally.documents:,} documents; {tally.faults:,} faults."
    )
    ended = ", ".join(f"{times:,} {ending}" for ending, times in found["calls_at_gp"].items())
    console.print(f"Of the calls at GP {ended}.")
    met, missed = found["faults_met"], len(found["faults_not_met"])
    console.print(f"{met:,} of {met + missed:,} faults were met, each at each call of each flow.")
    for call in found["calls_not_listed"]:
        console.print(f"cells.py does not list: {call}", style="yellow")
    for seed, violations in sorted(tally.failing.items()):
        console.print(f"seed {seed}: {violations[0]}", style="red")
    console.print("Nothing is wrong." if not tally.failing else f"{len(tally.failing)} schedules show something wrong.")


def _holes(tally: Tally) -> Iterator[str]:
    """Which fault has not met which call of which flow, of all that could."""
    from local.storm.cells import CALLS, cells

    for flow, call, fault in cells(sorted({*CALLS, *tally.met})):
        if not tally.struck[flow, call, fault]:
            yield f"{flow} {call}: {fault}"


def _show_coverage(tally: Tally) -> None:
    from local.storm.faults import Fault

    table = Table("flow", "call", "calls", *(each.name.lower().replace("_", " ") for each in Fault))
    for (flow, call), calls in sorted(tally.met.items()):
        counts = (tally.struck[flow, call, each] for each in Fault)
        table.add_row(flow, call, f"{calls:,}", *(f"{count:,}" if count else "" for count in counts))
    Console(width=240).print(table)
    for hole in _holes(tally):
        console.print(f"not met: {hole}")


# Stories --------------------------------------------------------------------------------------------------------------


def _shrink_and_tell(seed: int, options: argparse.Namespace) -> None:
    from local.storm.plan import draw
    from local.storm.shrink import shrink
    from local.storm.story import tell

    plan, result = shrink(draw(seed, is_long=_is_long(seed)))
    options.keep.mkdir(parents=True, exist_ok=True)
    kept = options.keep / f"seed-{seed}.json"
    kept.write_text(plan.to_json(), encoding="utf-8")
    out = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    for line in tell(plan, result):
        out.print(line)
    out.print(
        f"Kept in {kept}: play it again with python -m local storm --play {kept}, and once it is mended move it to"
    )
    out.print("tests/storm/regressions, where it stays.")


def _tell(options: argparse.Namespace) -> int:
    from local.storm.plan import Plan, draw
    from local.storm.storm import play
    from local.storm.story import tell

    if options.play:
        plan = Plan.from_json(options.play.read_text(encoding="utf-8"))
    else:
        plan = draw(options.seed, is_long=_is_long(options.seed))
    result = play(plan)
    for line in tell(plan, result):
        print(line)
    return 1 if result.violations else 0


# Mutants --------------------------------------------------------------------------------------------------------------


def _hunt_here(options: argparse.Namespace) -> int:
    """In this process: 0 where the mutant is caught."""
    mutants.put_in(next(each for each in mutants.MUTANTS if each.name == options.mutant))
    from local.storm.plan import draw
    from local.storm.storm import play

    for seed in range(options.seed, options.seed + options.schedules):
        if violations := play(draw(seed)).violations:
            if "NameError" in violations[0]:
                raise RuntimeError(f"the defect itself does not run: {violations[0]}")
            print(json.dumps({"schedules": seed - options.seed + 1, "seed": seed, "violation": violations[0]}))
            return 0
    return 1


def _hunt_all(options: argparse.Namespace) -> int:
    started = time.monotonic()
    table = Table("mutant", "schedules until caught", "by", title="Deliberate defects")
    survivors = []
    with ThreadPoolExecutor(options.jobs) as pool:
        hunts = pool.map(lambda mutant: _hunt(mutant.name, options), mutants.MUTANTS)
        for mutant, found in zip(mutants.MUTANTS, hunts, strict=True):
            table.add_row(mutant.name, f"{found['schedules']:,}" if found else "SURVIVED", found.get("violation", ""))
            survivors += [] if found else [mutant.name]
            console.print(f"{mutant.name}: {found['schedules']:,} schedules" if found else f"{mutant.name}: SURVIVED")
    Console(width=160).print(table)
    caught, seconds = len(mutants.MUTANTS) - len(survivors), time.monotonic() - started
    console.print(f"{caught} of {len(mutants.MUTANTS)} caught in {seconds:.0f} s.")
    return 1 if survivors else 0


def _hunt(name: str, options: argparse.Namespace) -> dict[str, Any]:
    """What caught it; empty where nothing did."""
    hunt = ["--mutant", name, "--seed", str(options.seed), "--schedules", str(HUNTED)]
    command = [sys.executable, "-m", "local", "storm", *hunt]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or (done.returncode and done.stderr):
        raise RuntimeError(f"the hunt for {name!r} failed:\n{done.stderr}")
    return dict(json.loads(done.stdout)) if done.stdout else {}
