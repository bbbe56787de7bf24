"""An order's lots and serial numbers in the GP simulator: they go where the goods go, and posting asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.domain.inventory import Lot
from bridge.domain.sales_document import SalesDocument, SalesLine, SalesUpdate
from bridge.gp.soap import SoapGp

from local.gp import GpSimulator, entry, policies
from local.gp.documents import ORDER
from tests.contract.gp_port import NUMBER, an_order, port

CREAM = SalesLine(
    16384,
    "CREAM-50",
    "SB-CICERO",
    Decimal(5),
    Decimal("21.00"),
    lots=(Lot("L-1", Decimal(3)), Lot("L-2", Decimal(2))),
)
PUMP = SalesLine(32768, "PUMP-1", "SB-CICERO", Decimal(2), Decimal("80.00"), serials=("S-1", "S-2"))
BATCH = "SBR261116-01"


@pytest.fixture
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder) as simulator:
        simulator.books.add_item("CREAM-50", price="21.00", on_hand={"SB-CICERO": 9}, tracking="Lot Numbers")
        simulator.books.add_item("PUMP-1", price="80.00", on_hand={"SB-CICERO": 9}, tracking="Serial Numbers")
        yield simulator


@pytest.fixture
def soap(gp: GpSimulator) -> Iterator[SoapGp]:
    with port(gp) as made:
        yield made


def pieces(document: SalesDocument | None) -> list[str]:
    assert document is not None
    lots = [f"{lot.quantity.normalize():f} of {lot.number}" for line in document.lines for lot in line.lots]
    return [*lots, *(serial for line in document.lines for serial in line.serials)]


def test_lots_and_serials_go_with_what_is_transferred_and_the_rest_stays(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_sales_order(an_order(lines=(CREAM, PUMP), holds=frozenset()))

    first = gp.books.transfer(NUMBER, {"16384": 4, "32768": 1})

    assert pieces(soap.sales_invoice(first)) == ["3 of L-1", "1 of L-2", "S-1"]
    assert pieces(soap.sales_order(NUMBER)) == ["1 of L-2", "S-2"]
    second = gp.books.transfer(NUMBER)
    assert pieces(soap.sales_invoice(second)) == ["1 of L-2", "S-2"]


@pytest.mark.parametrize(
    ("line", "lacking"),
    [
        (SalesLine(16384, "CREAM-50", "SB-CICERO", Decimal(5), Decimal("21.00")), "CREAM-50"),
        (SalesLine(16384, "CREAM-50", "SB-CICERO", Decimal(4), Decimal("21.00"), lots=CREAM.lots[:1]), "CREAM-50"),
        (SalesLine(16384, "PUMP-1", "SB-CICERO", Decimal(2), Decimal("80.00"), serials=("S-1",)), "PUMP-1"),
    ],
    ids=["none", "too few", "a serial short"],
)
def test_an_invoice_without_all_its_lots_or_serials_cannot_be_posted(
    gp: GpSimulator, soap: SoapGp, line: SalesLine, lacking: str
) -> None:
    soap.create_sales_order(an_order(lines=(line,), holds=frozenset()))
    number = gp.books.transfer(NUMBER, batch=BATCH)

    with pytest.raises(ValueError, match=f"{number} lacks lots or serial numbers of {lacking}"):
        gp.books.post_batch(BATCH)


def test_once_they_are_entered_it_posts(gp: GpSimulator, soap: SoapGp) -> None:
    soap.create_sales_order(an_order(lines=(SalesLine(16384, "CREAM-50", "SB-CICERO", Decimal(5), Decimal(21)),)))
    present = soap.sales_order(NUMBER)
    assert present is not None
    lots = tuple((16384, lot) for lot in CREAM.lots)
    soap.update_sales_order(present, SalesUpdate(lots=lots, lifted_holds=present.holds))

    number = gp.books.transfer(NUMBER, batch=BATCH)

    assert gp.books.post_batch(BATCH) == [number]
    assert gp.books.items["CREAM-50"].on_hand["SB-CICERO"] == 4


def test_a_lot_that_is_deleted_by_an_update_is_gone_and_what_it_does_not_name_stays(
    gp: GpSimulator, soap: SoapGp
) -> None:
    """DeleteOnUpdate is on every lot of the contract, though the bridge never says it."""
    soap.create_sales_order(an_order(lines=(CREAM, PUMP)))
    gone = {"Key": {"LineSequenceNumber": 16384}, "Lots": [{"LotNumber": "L-1", "DeleteOnUpdate": True}]}

    entry.update(gp.books, ORDER, {"Key": {"Id": NUMBER}, "Lines": [gone]}, policies.Choices())

    assert pieces(soap.sales_order(NUMBER)) == ["2 of L-2", "S-1", "S-2"]
