"""The order of the tests, and the summary by ring at the end of a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes says who else uses the machine, and nothing of the claim.
settings.register_profile("unhurried", settings(), deadline=None)
settings.register_profile("thorough", settings.get_profile("unhurried"), max_examples=2_000)  # of `make fuzz`
settings.load_profile("unhurried")

TESTS = Path(__file__).parent
OUTCOMES = ("passed", "failed", "error", "skipped", "xfailed")


@pytest.hookimpl(wrapper=True, tryfirst=True)  # around the plugin that shuffles
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Generator[None]:
    """The stories first, which take longest: two processes share the tests, file by file."""
    yield
    items.sort(key=lambda item: _ring(item.nodeid) != "stories")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """A line for each ring: how many tests passed, failed or were skipped, and how long they took."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    seconds: dict[str, float] = defaultdict(float)
    for outcome in OUTCOMES:
        for report in terminalreporter.stats.get(outcome, []):
            counts[_ring(report.nodeid)][outcome] += 1
    for reports in terminalreporter.stats.values():
        for report in reports:
            if hasattr(report, "duration") and hasattr(report, "nodeid"):
                seconds[_ring(report.nodeid)] += report.duration
    terminalreporter.section("rings")
    for ring, found in sorted(counts.items()):
        told = ", ".join(f"{found[outcome]} {outcome}" for outcome in OUTCOMES if found[outcome])
        terminalreporter.write_line(f"{ring:<12} {seconds[ring]:7.1f} s   {told}")
    if seed := terminalreporter.config.getoption("randomly_seed", None):
        terminalreporter.write_line(f"in this order again: --randomly-seed={seed}")


def _ring(nodeid: str) -> str:
    return nodeid.removeprefix("tests/").split("/")[0]
