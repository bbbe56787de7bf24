"""The clerk's page says of each refusal what the bridge says."""

from __future__ import annotations

from pathlib import Path

from bridge.mapping.refusals import REMEDIES

PAGE = Path(__file__).parents[2] / "docs" / "reviews.md"


def test_the_page_has_every_kind_of_refusal_in_the_bridges_own_words() -> None:
    rows = [line for line in PAGE.read_text().splitlines() if line.endswith(("| every night |", "| daily |"))]

    assert rows == [
        f"| {kind} | {remedy.says} | {remedy.fix.removesuffix('; it is tried again every night')} | "
        f"{'every night' if remedy.is_master_data else 'daily'} |"
        for kind, remedy in REMEDIES.items()
    ]
