"""Whether what stands in GP is the document we mean, told in sentences."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType, InventoryLine
from bridge.domain.sales_document import SalesLine, SalesOrder
from bridge.mapping.comparing import contradictions, inventory_contradictions

DAY = dt.date(2026, 11, 17)
ORDER = SalesOrder(
    number="SBO1",
    customer="AARONFIT0001",
    customer_po="#1042",
    date=DAY,
    document_type="STDORD",
    batch="SBD261117-09",
    currency="USD",
    lines=(SalesLine(16384, "RED-100", "CHICAGO", Decimal(2), Decimal("10.00")),),
)
LINE = InventoryLine(Decimal(16384), "RED-100", "CHICAGO", Decimal(2))
ADJUSTMENT = InventoryDocument(InventoryDocumentType.ADJUSTMENT, "SBR1", "SBR261117-09", DAY, (LINE,))


def test_an_order_is_itself() -> None:
    assert contradictions(ORDER, ORDER) == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"customer": "OTHER"},
        {"customer_po": "#1043"},
        {"is_voided": True},
        {"freight": Decimal("0.01")},
        {"tax": Decimal("1.20")},
        {"miscellaneous": Decimal("999.00")},
        {"trade_discount": Decimal("0.01")},
        {"currency": "CAD"},
        {"lines": (replace(ORDER.lines[0], quantity=Decimal(3)),)},
        {"lines": (replace(ORDER.lines[0], unit_price=Decimal("10.01")),)},
        {"lines": ORDER.lines * 2},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_another_order_is_told_apart_by_one_sentence_with_both_values(changed: dict[str, Any]) -> None:
    [sentence] = contradictions(replace(ORDER, **changed), ORDER)

    assert "in GP: " in sentence
    assert "from ShipBob: " in sentence


def test_what_a_setting_became_since_does_not_make_an_order_another() -> None:
    assert contradictions(replace(ORDER, document_type="OLDORD", batch="SBD261101-09"), ORDER) == ()


def test_a_currency_that_gp_does_not_tell_is_not_another() -> None:
    assert contradictions(replace(ORDER, currency=""), ORDER) == ()


def test_an_inventory_document_is_itself_in_whatever_order_its_lines_come() -> None:
    other = replace(LINE, sequence=Decimal(32768), item="BLUE-100")
    wanted = replace(ADJUSTMENT, lines=(LINE, other))

    assert inventory_contradictions(replace(wanted, lines=(other, LINE)), wanted) == ()


def test_lines_that_were_appended_twice_are_called_that() -> None:
    [sentence] = inventory_contradictions(replace(ADJUSTMENT, lines=(LINE, LINE)), ADJUSTMENT)

    assert "twice" in sentence


@pytest.mark.parametrize(
    "changed",
    [
        {"date": DAY + dt.timedelta(days=1)},
        {"lines": ()},
        {"lines": (LINE, LINE, LINE)},
        {"lines": (replace(LINE, to_site="RENO"),)},
        {"lines": (replace(LINE, quantity=Decimal(-2)),)},
    ],
    ids=str,
)
def test_another_inventory_document_is_told_apart(changed: dict[str, Any]) -> None:
    assert inventory_contradictions(replace(ADJUSTMENT, **changed), ADJUSTMENT)
