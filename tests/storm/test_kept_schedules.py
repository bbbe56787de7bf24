"""Schedules that once went wrong: what they showed is mended, and stays so."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.storm.plan import Plan
from local.storm.storm import play
from local.storm.story import tell

KEPT = sorted((Path(__file__).parent / "regressions").glob("*.json"))


def test_there_are_kept_schedules() -> None:
    assert KEPT


@pytest.mark.parametrize("kept", KEPT, ids=lambda kept: kept.stem)
def test_what_a_schedule_once_showed_is_mended(kept: Path) -> None:
    plan = Plan.from_json(kept.read_text(encoding="utf-8"))

    result = play(plan)

    assert not result.violations, "\n".join(tell(plan, result))
