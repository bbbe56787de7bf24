"""The schema of the bridge's own SBA service, the adapter and the consultant's page say the same."""

from __future__ import annotations

import copy
import dataclasses
import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.inventory import (
    InventoryDocumentType,
    InventorySummary,
    Lot,
    QuantityType,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Transient
from bridge.domain.sales_document import (
    SalesDocument,
    SalesInvoice,
    SalesLine,
    SalesOrder,
    SalesReturn,
    SalesUpdate,
    ShipTo,
)
from bridge.gp import sba, sba_stock, sba_stock_wire
from bridge.gp.sba import SbaGp

from tests.contract.sba_port import SCHEMA, of, over, service, told

ROOT = Path(__file__).parents[2]
KINDS: list[type[SalesDocument]] = [SalesOrder, SalesInvoice, SalesReturn]

LINE = {
    "sequence": 16384,
    "item": "SERUM-30",
    "site": "MAIN",
    "quantity": "2.00000",
    "unit_price": "34.00",
    "fulfilled": "1",
    "canceled": "0.5",
    "unit_of_measure": "EACH",
    "quantity_type": "Damaged",
    "lots": [{"number": "L1", "quantity": "2", "expires_on": "2027-01-31"}],
    "serials": ["S1"],
}
DOCUMENT = {
    "type": "Invoice",
    "number": "SBI1",
    "customer": "SHIPBOB-DTC",
    "customer_po": "#1",
    "date": "2026-11-16",
    "document_type": "STDINV",
    "batch": "B",
    "lines": [LINE],
    "currency": "USD",
    "ship_to": {name: name[:10] for name in ShipTo.__slots__},
    "shipping_method": "GROUND",
    "comment": "Leave at the door",
    "freight": "1.00",
    "miscellaneous": "2",
    "tax": "3.1",
    "trade_discount": "-4.00001",
    "tracking": ["1Z1"],
    "holds": ["SHIPBOB"],
    "shipped_on": "2026-11-18",
    "state": "History",
    "is_voided": True,
    "is_priced_by_gp": True,
    "master_number": 77,
    "order": "SBO1",
}
SALES_SUMMARY = {
    "type": "Return",
    "number": "SBR1",
    "customer": "SHIPBOB-DTC",
    "customer_po": "#1",
    "date": "2026-11-16",
    "batch": "B",
    "total": "9.99",
    "state": "Work",
    "master_number": None,
    "modified_at": "2026-11-16T10:11:12.123Z",
}
INVENTORY_SUMMARY = {
    "type": "Transfer",
    "number": "T1",
    "batch": "B",
    "date": "2026-11-16",
    "state": "Work",
    "modified_at": "2026-11-16T10:11:12Z",
}
HOLD = {
    "id": "SHIPBOB",
    "description": "Not shipped",
    "stops_transfer": True,
    "stops_posting": False,
    "stops_fulfilment": True,
    "stops_printing": False,
}
ANY_WINDOW = Window(WindowOf.MODIFIED, dt.datetime(2026, 1, 1, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, tzinfo=dt.UTC))
ANSWERS = {
    "read_sales_document": "DocumentAnswer",
    "list_sales_documents": "SalesListAnswer",
    "list_inventory_documents": "InventoryListAnswer",
    "list_shipping_methods": "ShippingMethodsAnswer",
    "list_hold_setups": "HoldSetupsAnswer",
}
READS: dict[str, tuple[Any, Callable[[SbaGp], object]]] = {
    "read_sales_document": ({"document": DOCUMENT}, lambda port: port.sales_invoice("SBI1")),
    "list_sales_documents": ({"sales_documents": [SALES_SUMMARY]}, lambda port: port.sales_documents("C", "#1")),
    "list_inventory_documents": (
        {"inventory_documents": [INVENTORY_SUMMARY]},
        lambda port: port.inventory_documents(InventoryDocumentType.TRANSFER, ANY_WINDOW, TransactionState.WORK),
    ),
    "list_shipping_methods": (
        {"shipping_methods": [{"id": "G", "description": "Ground"}]},
        lambda port: port.shipping_methods(),
    ),
    "list_hold_setups": ({"hold_setups": [HOLD]}, lambda port: port.hold_setups()),
}
WRONG: list[Any] = [
    None,
    True,
    7,
    1.5,
    "",
    "x",
    "NaN",
    "1e3",
    "2026-1-1",
    "2026-11-16T10:11:12",
    [],
    ["x"],
    [7],
    {},
    {"x": 1},
]
# Where the reader asks for less than the schema does: how long or large a thing is, members it does not know, null for
# what may be left out, and leaving out what may be null.
LENIENT = {"minLength", "maxLength", "minimum", "additionalProperties"}


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each part of a payload."""
    if path:
        yield path
    for key in node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ():
        yield from places(node[key], (*path, key))


def changed(payload: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The payload with another value in that place; without the place at all for Ellipsis."""
    made = copy.deepcopy(payload)
    parent = made
    for step in path[:-1]:
        parent = parent[step]
    if value is ...:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return made


def must_be_read(operation: str, payload: Any, path: tuple[Any, ...], value: Any) -> bool | None:
    """By the schema; None where the reader may do as it likes."""
    schema = of(ANSWERS[operation])
    found = schema.iter_errors(changed(payload, path, value))
    errors = [error for each in found for error in each.context or [each] if error.validator_value != "null"]
    if not errors:
        return True
    is_nothing = value is None and schema.is_valid(changed(payload, path, ...))
    is_left_out = value is ... and schema.is_valid(changed(payload, path, None))
    is_lenient = all(error.validator in LENIENT for error in errors)
    return None if is_nothing or is_left_out or is_lenient else False


@pytest.mark.parametrize("operation", READS)
def test_an_answer_is_read_when_it_is_of_the_schema_and_not_otherwise(operation: str) -> None:
    payload, read = READS[operation]
    assert of(ANSWERS[operation]).is_valid(payload)
    tried = {True: 0, False: 0, None: 0}
    for path in places(payload):
        if path in {("document", "type"), ("document", "number")}:
            continue  # would be another document's
        for value in [..., *WRONG]:
            expected = must_be_read(operation, payload, path, value)
            tried[expected] += 1
            try:
                read(over(service(told(payload=changed(payload, path, value)))))
                was_read = True
            except Transient:
                was_read = False
            assert expected in {was_read, None}, (path, value)
    assert min(tried[True], tried[False]) > 3


def test_what_an_answer_holds_is_what_is_read() -> None:
    port = over(service(*(told(payload=payload) for payload, _ in READS.values())))

    invoice = port.sales_invoice("SBI1")
    [sales] = port.sales_documents("C", "#1")
    [moved] = port.inventory_documents(InventoryDocumentType.TRANSFER, ANY_WINDOW, TransactionState.WORK)

    assert invoice is not None
    assert (invoice.state, invoice.is_voided, invoice.master_number) == (TransactionState.HISTORY, True, 77)
    assert (invoice.order, invoice.trade_discount) == ("SBO1", Decimal("-4.00001"))
    assert invoice.lines[0].lots == (Lot("L1", Decimal(2), dt.date(2027, 1, 31)),)
    assert invoice.ship_to == ShipTo(*(name[:10] for name in ShipTo.__slots__))
    assert (sales.total, sales.master_number) == (Decimal("9.99"), None)
    assert sales.modified_at == dt.datetime(2026, 11, 16, 10, 11, 12, 123_000, dt.UTC)
    assert moved == InventorySummary(
        InventoryDocumentType.TRANSFER,
        "T1",
        "B",
        dt.date(2026, 11, 16),
        TransactionState.WORK,
        dt.datetime(2026, 11, 16, 10, 11, 12, tzinfo=dt.UTC),
    )


def test_the_blanks_that_fill_gps_columns_are_taken_off() -> None:
    padded = {
        **DOCUMENT,
        "number": "SBI1".ljust(21),
        "customer": "C".ljust(15),
        "lines": [{**LINE, "item": "I".ljust(31)}],
    }

    invoice = over(service(told(payload={"document": padded}))).sales_invoice("SBI1")

    assert invoice is not None
    assert (invoice.number, invoice.customer, invoice.lines[0].item) == ("SBI1", "C", "I")


def definition(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA["$defs"][name]
    return found


def test_the_schema_and_the_adapter_name_the_same_things() -> None:
    operations = definition("AboutAnswer")["properties"]["about"]["properties"]["operations"]["items"]["enum"]
    documents = {field.name for kind in KINDS for field in dataclasses.fields(kind)} - {"image"}

    assert set(sba.SERVICE_CALLS.values()) | {"about"} == set(operations)
    assert set(definition("SalesDocument")["properties"]) == documents | {"type"}
    assert set(definition("SalesLine")["properties"]) == {field.name for field in dataclasses.fields(SalesLine)}
    assert set(definition("ShipTo")["properties"]) == {field.name for field in dataclasses.fields(ShipTo)}
    assert set(definition("Lot")["properties"]) == {field.name for field in dataclasses.fields(Lot)}
    assert set(definition("SalesChanges")["properties"]) == {field.name for field in dataclasses.fields(SalesUpdate)}
    assert set(definition("QuantityType")["enum"]) == set(QuantityType)
    assert set(definition("InventoryType")["enum"]) == set(InventoryDocumentType)
    assert set(definition("State")["enum"]) == set(TransactionState)
    assert set(definition("ListInventoryDocuments")["properties"]["by"]["enum"]) == set(WindowOf)


def test_every_name_of_the_stock_services_is_on_the_page_for_the_consultant() -> None:
    page = (ROOT / "docs" / "gp-sba.md").read_text()
    sources = [Path(module.__file__ or "").read_text() for module in (sba_stock, sba_stock_wire)]
    read = set(re.findall(r'\(\s*(?:found, )?"([A-Z]\w+)"', sources[1]))
    written = set(re.findall(r'^\s+"?([A-Z]\w+)(?:": |=)', sources[1], re.M))

    assert {"QuantityOnHand", "SerialNumber", "Hold"} <= read
    assert {"LineSequence", "ToSiteID"} <= written
    for name in read | written:
        assert f"`{name}`" in page, name
    for resource in re.findall(r'= "((?:Inventory|Sales)/[\w/]+)"', sources[0]):
        assert resource.partition("/ItemSites")[0] in page, resource


def test_the_example_on_that_page_is_of_the_schema() -> None:
    page = (ROOT / "docs" / "gp-sba.md").read_text()
    request, answer = re.findall(r'^\{"Payload": .*?\}\}*$', page, re.M | re.S)

    assert list(of("Request").iter_errors(json.loads(request))) == []
    assert list(of("Answer").iter_errors(json.loads(answer))) == []


@pytest.mark.parametrize(
    "changes", [{"type": "Order"}, {"date": "2026-02-30"}, {"comment": "half \ud83d"}, {"number": "SBI2"}]
)
def test_what_the_schema_cannot_say_is_looked_at_as_well(changes: dict[str, str]) -> None:
    with pytest.raises(Transient):
        over(service(told(payload={"document": {**DOCUMENT, **changes}}))).sales_invoice("SBI1")
