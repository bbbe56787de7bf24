"""Documents as JSON: nothing is lost on the way, everything sent is of the schema, and all of its answers are read."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    Lot,
    QuantityType,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Refused
from bridge.domain.sales_document import (
    SalesDocument,
    SalesInvoice,
    SalesLine,
    SalesOrder,
    SalesReturn,
    SalesUpdate,
    ShipTo,
)
from bridge.gp import sba, sba_stock_wire, sba_wire
from bridge.gp.sba_json import Row, dump, parse, plain
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contract.gp_port import an_order
from tests.contract.sba_port import of, over, service, told

ROOT = Path(__file__).parents[2]
KINDS: list[type[SalesDocument]] = [SalesOrder, SalesInvoice, SalesReturn]

days = st.dates(dt.date(1901, 1, 1), dt.date(2199, 12, 31))
maybe_days = st.none() | days
amounts = st.decimals(Decimal("-99999999999999.99999"), Decimal("99999999999999.99999"), places=5)


def texts(longest: int, shortest: int = 0) -> st.SearchStrategy[str]:
    """What a column holds: no control characters, and no blanks behind."""
    letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    return st.text(letters, min_size=shortest, max_size=longest).filter(lambda text: text == text.rstrip())


ship_tos = st.builds(
    ShipTo, texts(64), texts(60), texts(60), texts(60), texts(35), texts(29), texts(10), texts(60), texts(21)
)
tracking = st.lists(texts(40, 1), max_size=3).map(tuple)
holds = st.frozensets(texts(15, 1), max_size=2)
a_lot = st.builds(Lot, texts(20, 1), amounts, maybe_days)
lots = st.lists(a_lot, max_size=2).map(tuple)
serials = st.lists(texts(20, 1), max_size=2).map(tuple)
sequences = st.integers(1, 2**31 - 1)
sales_lines = st.builds(
    SalesLine,
    sequences,
    texts(30, 1),
    texts(10),
    amounts,
    amounts,
    amounts,
    amounts,
    texts(8),
    st.sampled_from(QuantityType),
    lots,
    serials,
    st.none() | amounts,
)
in_common = {
    "number": texts(21, 1),
    "customer": texts(15, 1),
    "customer_po": texts(20),
    "date": days,
    "document_type": texts(15, 1),
    "batch": texts(15, 1),
    "lines": st.lists(sales_lines, max_size=2).map(tuple),
    "currency": texts(15),
    "ship_to": ship_tos,
    "shipping_method": texts(15),
    "comment": texts(500),
    "freight": amounts,
    "miscellaneous": amounts,
    "tax": amounts,
    "trade_discount": amounts,
    "tracking": tracking,
    "holds": holds,
    "shipped_on": maybe_days,
}
sales_documents = st.one_of(
    st.builds(SalesOrder, **in_common),
    st.builds(SalesInvoice, order=texts(21), **in_common),
    st.builds(SalesReturn, **in_common),
)
by_line = st.lists(st.tuples(sequences, amounts), max_size=2).map(tuple)
updates = st.builds(
    SalesUpdate,
    st.none() | texts(15, 1),
    maybe_days,
    st.none() | texts(15, 1),
    st.none() | ship_tos,
    st.none() | texts(500),
    st.none() | amounts,
    st.none() | amounts,
    st.none() | amounts,
    st.none() | amounts,
    tracking,
    tracking,
    st.lists(sales_lines, max_size=2).map(tuple),
    st.lists(sequences, max_size=2).map(tuple),
    by_line,
    by_line,
    by_line,
    by_line,
    by_line,
    st.tuples(st.tuples(sequences, a_lot)),
    st.tuples(st.tuples(sequences, texts(20, 1))),
    holds,
    holds,
)
inventory_lines = st.builds(
    InventoryLine,
    amounts,
    texts(30, 1),
    texts(10, 1),
    amounts,
    texts(8),
    st.none() | amounts,
    texts(30),
    lots,
    serials,
    texts(10),
    st.sampled_from(QuantityType),
    st.sampled_from(QuantityType),
)
inventory_documents = st.builds(
    InventoryDocument,
    st.sampled_from(InventoryDocumentType),
    texts(17, 1),
    texts(15),
    days,
    st.lists(inventory_lines, max_size=2).map(tuple),
)


def crossed(written: object) -> Row:
    """As it comes out at the other end of the wire."""
    return Row.of(parse(dump(written).encode()))  # type: ignore[arg-type]


@settings(deadline=None)
@given(sales_documents)
def test_a_sales_document_crosses_the_wire_whole(document: SalesDocument) -> None:
    written = sba_wire.write_sales_document(document)

    assert sba_wire.read_sales_document(crossed(written), type(document), b"") == document


@settings(deadline=None)
@given(inventory_documents)
def test_an_inventory_document_crosses_the_wire_whole(document: InventoryDocument) -> None:
    written = sba_stock_wire.write_inventory_document(document)
    kept = {"Posted": False, **json.loads(dump(written), parse_float=Decimal)}

    assert sba_stock_wire.read_inventory_document(Row(kept)) == document


@settings(deadline=None)
@given(sales_documents)
def test_every_create_is_of_the_schema(document: SalesDocument) -> None:
    answers = service(told(payload={"written": True}))

    over(answers)._create(document)

    assert answers.asked[0].headers["GP-Custom-Action"] == "POST"
    assert list(of("Request").iter_errors(answers.asked[0].body)) == []


@settings(deadline=None)
@given(updates)
def test_every_update_is_of_the_schema(update: SalesUpdate) -> None:
    answers = service(told(payload={"written": True}))

    over(answers).update_sales_order(an_order(), update)

    assert list(of("Request").iter_errors(answers.asked[0].body)) == []


moments = st.datetimes(dt.datetime(1901, 1, 1), dt.datetime(2199, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001


@settings(deadline=None)
@given(st.builds(Window, st.sampled_from(WindowOf), moments, moments), st.sampled_from(TransactionState))
def test_every_window_is_of_the_schema(window: Window, state: TransactionState) -> None:
    asked = {"operation": sba.LIST_INVENTORY, "type": "Transfer", "state": state.value, **sba_wire.write_window(window)}

    assert list(of("Request").iter_errors({"Payload": asked})) == []


def test_a_window_in_another_zone_is_asked_for_in_utc() -> None:
    zone = dt.timezone(dt.timedelta(hours=-6))
    edge = dt.datetime(2026, 11, 16, 20, 30, 0, 999_999, zone)

    assert sba_wire.write_window(Window(WindowOf.MODIFIED, edge, edge))["start"] == "2026-11-17T02:30:00.999Z"
    assert sba_wire.write_window(Window(WindowOf.DOCUMENT, edge, edge))["start"] == "2026-11-16T00:00:00Z", "GP's day"


# Numbers --------------------------------------------------------------------------------------------------------------


@settings(deadline=None)
@given(amounts)
def test_a_number_is_written_digit_by_digit(value: Decimal) -> None:
    assert Decimal(plain(value)) == value
    assert json.loads(dump(value), parse_float=Decimal, parse_int=Decimal) == value


@pytest.mark.parametrize(
    "value",
    ["0.000001", "1.123456", "123456789012345", "NaN", "Infinity", "1E+99", "1E-99", "1.00000000000000000000000000001"],
)
def test_a_number_that_gp_has_no_room_for_is_refused_and_never_rounded(value: str) -> None:
    answers = service()

    with pytest.raises(Refused, match="no room"):
        over(answers).create_sales_order(an_order(freight=Decimal(value)))

    assert answers.asked == []


@pytest.mark.parametrize("text", ["bell \x07", "nought \x00", "half \ud83d", "no character \uffff"])
def test_a_text_that_gp_cannot_hold_is_refused_before_it_is_sent(text: str) -> None:
    answers = service()

    with pytest.raises(Refused, match="characters"):
        over(answers).create_sales_order(an_order(comment=text))
    with pytest.raises(Refused, match="characters"):
        over(answers).sales_order(text)

    assert answers.asked == []
