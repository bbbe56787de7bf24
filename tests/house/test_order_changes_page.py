"""The page on what happens to an order after its first write names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLAIM = re.compile(r"`(?P<name>[a-z]+(?:_[a-z]+){4,})(?P<more>…?)`")


def test_every_claim_that_the_page_names_is_checked() -> None:
    page = (ROOT / "docs" / "order-changes.md").read_text(encoding="utf-8")
    tests = {
        name
        for path in (ROOT / "tests" / "flows").glob("test_*.py")
        for name in re.findall(r"^def test_(\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }

    named = [(found["name"], bool(found["more"])) for found in CLAIM.finditer(page)]

    assert len(named) > 20
    assert [
        name
        for name, is_begun in named
        if not any(test == name or (is_begun and test.startswith(name)) for test in tests)
    ] == []
