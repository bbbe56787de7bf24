"""What the bridge leans on where it books a return: lots, an offset account, a cost of nothing, and kinds of stock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryDocumentType, InventoryLine, Lot, QuantityType
from bridge.domain.sales_document import SalesLine
from bridge.mapping.comparing import inventory_contradictions
from bridge.mapping.crediting import return_contradictions

from local.gp import GpSimulator
from tests.contract.gp_bench import FORMS, Bench, a_return, an_adjustment, benches

EXPIRES = dt.date(2027, 6, 30)
ACCOUNT = "000-4700-00"


@pytest.fixture(params=FORMS)
def bench(request: pytest.FixtureRequest, gp: GpSimulator) -> Iterator[Bench]:
    gp.books.add_item("CREAM-50", price="21.00", on_hand={"SB-CICERO": 9}, tracking="Lot Numbers")
    with benches(request.param, gp) as made:
        yield made


def test_an_adjustment_keeps_its_lots_its_account_and_its_cost(bench: Bench) -> None:
    lots = (Lot("L1", Decimal(3), EXPIRES),)
    lines = (
        InventoryLine(
            Decimal(16384),
            "CREAM-50",
            "SB-CICERO",
            Decimal(3),
            unit_cost=Decimal(0),
            offset_account=ACCOUNT,
            lots=lots,
        ),
        InventoryLine(Decimal(32768), "SERUM-30", "SB-MORENO", Decimal(1), offset_account=ACCOUNT),
    )
    wanted = an_adjustment("SBR700001", lines=lines)

    bench.gp.create_inventory_adjustment(wanted)
    found = bench.gp.inventory_document(InventoryDocumentType.ADJUSTMENT, "SBR700001")

    assert found is not None
    assert (found.lines[0].lots, found.lines[0].unit_cost) == (lots, Decimal(0))
    assert [line.offset_account for line in found.lines] == [ACCOUNT, ACCOUNT]
    assert inventory_contradictions(found, wanted) == ()


def test_another_lot_in_gp_is_told_apart(bench: Bench) -> None:
    line = InventoryLine(Decimal(16384), "CREAM-50", "SB-CICERO", Decimal(3), lots=(Lot("L1", Decimal(3)),))
    bench.gp.create_inventory_adjustment(an_adjustment("SBR700001", lines=(line,)))
    found = bench.gp.inventory_document(InventoryDocumentType.ADJUSTMENT, "SBR700001")

    wanted = an_adjustment("SBR700001", lines=(replace(line, lots=(Lot("L2", Decimal(3)),)),))

    assert found is not None
    (sentence,) = inventory_contradictions(found, wanted)
    assert ("lot L1" in sentence, "lot L2" in sentence) == (True, True)


def test_a_sales_return_keeps_what_its_goods_come_back_as_with_their_lots_and_prices(bench: Bench) -> None:
    lines = (
        SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(1), Decimal("34.00")),
        SalesLine(32768, "SERUM-30", "SB-CICERO", Decimal(1), Decimal("29.50"), quantity_type=QuantityType.RETURNED),
        SalesLine(
            49152,
            "CREAM-50",
            "SB-CICERO",
            Decimal(2),
            Decimal("21.00"),
            quantity_type=QuantityType.DAMAGED,
            lots=(Lot("L1", Decimal(2), EXPIRES),),
        ),
    )
    wanted = a_return("SBR700001", lines=lines, comment="ShipBob return 700001, RMA RMA-77, of SBO250000001")

    bench.gp.create_sales_return(wanted)
    found = bench.gp.sales_return("SBR700001")

    assert found is not None
    assert return_contradictions(found, wanted) == ()
    assert (found.comment, found.lines[2].lots) == (wanted.comment, lines[2].lots)
    assert found.total == Decimal("105.50")  # 34.00 and 29.50 and twice 21.00
