"""The order of elements that SoapGp writes by is the order of the schema that a real GP published."""

from __future__ import annotations

import pytest
from bridge.gp import sales_tables, stock
from bridge.gp.wire import Table

from tests.vendor import gp_contract, gp_instances

pytestmark = pytest.mark.skipif(
    not gp_contract.CONTRACTS.is_dir(), reason=f"the vendor's contract is not at {gp_contract.CONTRACTS}"
)

TABLES: dict[str, Table] = {
    **{shape.name: shape.fields for shape in sales_tables.SHAPES.values()},
    **{shape.line: shape.line_fields for shape in sales_tables.SHAPES.values()},
    "SalesTrackingNumber": sales_tables.TRACKING_NUMBER,
    "SalesProcessHold": sales_tables.PROCESS_HOLD,
    "SalesLineLot": sales_tables.LOT,
    "SalesLineSerial": sales_tables.SERIAL,
    "SalesDocumentCriteria": sales_tables.CRITERIA,
    "InventoryAdjustment": stock.DOCUMENT,
    "InventoryAdjustmentLine": stock.LINE,
    "InventoryLot": stock.LOT,
    "InventorySerial": stock.SERIAL,
    "InventoryAdjustmentCriteria": stock.CRITERIA,
}


@pytest.mark.parametrize("name", sorted(TABLES))
def test_a_table_is_the_contracts(name: str) -> None:
    assert list(TABLES[name]) == gp_instances.elements(name)
