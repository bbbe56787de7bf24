"""The page on returns has a rule for every status and disposition, and every review with what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bridge.domain.returns import Disposition, ReturnStatus
from bridge.mapping.returning import COMES_BACK_AS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "returns.md").read_text()
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("status", [each for each in ReturnStatus if each is not ReturnStatus.UNKNOWN])
def test_every_status_has_one_row(status: ReturnStatus) -> None:
    assert sum(status in re.split(r",\s*", row[0]) for row in ROWS) == 1


@pytest.mark.parametrize("disposition", COMES_BACK_AS)
def test_every_disposition_has_a_row_with_the_kind_of_stock_that_the_code_has(disposition: Disposition) -> None:
    (row,) = [row for row in ROWS if row[0] == disposition]

    assert row[2] == COMES_BACK_AS[disposition]


def test_every_disposition_is_on_the_page_or_unknown() -> None:
    assert set(Disposition) - set(COMES_BACK_AS) == {Disposition.UNKNOWN}
