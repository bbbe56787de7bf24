"""The house itself: sizes, locks, words, and nothing that nobody uses."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
FILE_LINES_MAX = 350
FUNCTION_LINES_MAX = 60
FUNCTION_LINES_MEDIAN_MAX = 10
FUNCTION_LINES_95_MAX = 40
HANDLER_LINES_MAX = 25
LOCKS = sorted([*(ROOT / "requirements").glob("*.txt"), *(ROOT / "layers").glob("*/requirements.txt")])


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).exists()]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef) and node.end_lineno is not None:
            yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in tracked("*.py")}

    assert {name: length for name, length in lengths.items() if length > FILE_LINES_MAX} == {}


def test_functions_are_short() -> None:
    lengths = dict(pair for path in tracked("shared/*.py", "functions/*.py", "local/*.py") for pair in functions(path))

    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES_MAX} == {}
    assert median(lengths.values()) <= FUNCTION_LINES_MEDIAN_MAX
    assert quantiles(lengths.values(), n=20)[-1] <= FUNCTION_LINES_95_MAX


def test_a_handler_says_what_wakes_it_and_no_more() -> None:
    for handler in tracked("functions/*/handler.py"):
        assert len(handler.read_text().splitlines()) <= HANDLER_LINES_MAX
        assert list(functions(handler)) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.relative_to(ROOT)))
def test_a_lock_pins_every_package_by_hash_and_names_no_index(lock: Path) -> None:
    text = lock.read_text()
    pinned = re.findall(r"^[a-z0-9][\w.\[\],-]*==\S+", text, re.MULTILINE | re.IGNORECASE)
    hashed = re.findall(r"^[a-z0-9][^\n]*\\\n    --hash=sha256:", text, re.MULTILINE | re.IGNORECASE)

    assert pinned
    assert len(hashed) == len(pinned)
    assert not re.search(r"--(extra-)?index-url|--find-links|https?://|file:", text)


def test_the_layers_pin_what_the_tests_run_with() -> None:
    tested = dict(
        re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^ \\]+)", (ROOT / "requirements/dev.txt").read_text(), re.M)
    )
    for lock in ("layers/light", "layers/heavy"):
        shipped = dict(re.findall(r"^([\w.-]+)==([^ \\]+)", (ROOT / lock / "requirements.txt").read_text(), re.M))
        assert {name: tested.get(name) for name in shipped} == shipped


def test_every_sample_event_is_used_by_a_test() -> None:
    tests = "".join(path.read_text() for path in tracked("tests/*.py"))
    readme = (ROOT / "README.md").read_text()
    for event in tracked("events/*"):
        assert event.name in tests
        assert event.name in readme


def test_every_page_that_a_page_points_to_exists() -> None:
    for page in tracked("*.md"):
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} points to {target}"
