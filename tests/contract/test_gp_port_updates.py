"""What an update changes and what it leaves is the same over memory, over SOAP and over SBA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from bridge.domain.inventory import Lot
from bridge.domain.sales_document import SalesLine, SalesUpdate, ShipTo

from local.gp import GpSimulator
from tests.contract.gp_bench import FORMS, Bench, an_invoice, as_sent, benches
from tests.contract.gp_port import NUMBER, an_order

ELSEWHERE = ShipTo(name="Dana Whitfield", line1="9 Elm Road", city="Akron", state="OH", postal_code="44301")


@pytest.fixture(params=FORMS)
def bench(request: pytest.FixtureRequest, gp: GpSimulator) -> Iterator[Bench]:
    with benches(request.param, gp) as made:
        yield made


@pytest.mark.parametrize(
    "update",
    [
        SalesUpdate(batch="SBR261116-10"),
        SalesUpdate(shipped_on=dt.date(2026, 11, 17)),
        SalesUpdate(shipping_method="GROUND"),
        SalesUpdate(ship_to=ELSEWHERE),
        SalesUpdate(comment="Ring twice"),
        SalesUpdate(comment=""),
        SalesUpdate(freight=Decimal("7.25")),
        SalesUpdate(freight=Decimal(0)),
        SalesUpdate(miscellaneous=Decimal("1.10")),
        SalesUpdate(tax=Decimal("3.33")),
        SalesUpdate(trade_discount=Decimal("2.00")),
        SalesUpdate(prices=((32768, Decimal("6.50")),)),
        SalesUpdate(added_tracking=("1Z1", "1Z2")),
        SalesUpdate(quantities=((16384, Decimal(5)),)),
        SalesUpdate(fulfilled=((16384, Decimal(2)), (32768, Decimal(4)))),
        SalesUpdate(canceled=((32768, Decimal(3)),)),
        SalesUpdate(lifted_holds=frozenset({"SHIPBOB"})),
    ],
    ids=lambda update: next(
        name for name in SalesUpdate.__slots__ if getattr(update, name) != getattr(SalesUpdate(), name)
    ),
)
def test_an_update_changes_what_it_names_and_nothing_else(bench: Bench, update: SalesUpdate) -> None:
    bench.gp.create_sales_order(an_order())
    present = bench.gp.sales_order(NUMBER)
    assert present is not None

    bench.gp.update_sales_order(present, update)

    assert as_sent(bench.gp.sales_order(NUMBER)) == replace(
        an_order(),
        batch=update.batch or an_order().batch,
        shipped_on=update.shipped_on,
        shipping_method=update.shipping_method or "",
        ship_to=update.ship_to or an_order().ship_to,
        comment=an_order().comment if update.comment is None else update.comment,
        freight=an_order().freight if update.freight is None else update.freight,
        miscellaneous=update.miscellaneous or Decimal(0),
        tax=update.tax or Decimal(0),
        trade_discount=update.trade_discount or an_order().trade_discount,
        tracking=update.added_tracking,
        holds=an_order().holds - update.lifted_holds,
        lines=tuple(
            replace(
                line,
                unit_price=dict(update.prices).get(line.sequence, line.unit_price),
                quantity=dict(update.quantities).get(line.sequence, line.quantity),
                fulfilled=dict(update.fulfilled).get(line.sequence, Decimal(0)),
                canceled=dict(update.canceled).get(line.sequence, Decimal(0)),
            )
            for line in an_order().lines
        ),
    )


SOAP_BAR_AT_CICERO = SalesLine(49152, "SOAP-BAR", "SB-CICERO", Decimal(3), Decimal("6.25"))


def test_an_update_adds_a_line_and_removes_another(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order())
    present = bench.gp.sales_order(NUMBER)
    assert present is not None

    bench.gp.update_sales_order(present, SalesUpdate(added_lines=(SOAP_BAR_AT_CICERO,), removed_lines=(32768,)))

    found = as_sent(bench.gp.sales_order(NUMBER))
    assert found == replace(an_order(), lines=(an_order().lines[0], SOAP_BAR_AT_CICERO))
    assert found.total == Decimal("90.25"), "2 × 34.00 + 3 × 6.25 + 5.00 freight - 1.50"


def test_a_tracking_number_that_is_replaced_is_taken_away_as_the_new_one_comes(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order(tracking=("1Z1", "1Z2")))
    present = bench.gp.sales_order(NUMBER)
    assert present is not None

    bench.gp.update_sales_order(present, SalesUpdate(added_tracking=("1Z3",), removed_tracking=("1Z1",)))

    assert as_sent(bench.gp.sales_order(NUMBER)).tracking == ("1Z2", "1Z3")


def test_what_the_next_invoice_takes_of_a_line_is_said_and_read_again(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order())
    present = bench.gp.sales_order(NUMBER)
    assert present is not None

    released = SalesUpdate(fulfilled=((16384, Decimal(1)),), to_invoice=((16384, Decimal(1)), (32768, Decimal(0))))
    bench.gp.update_sales_order(present, released)

    found = bench.gp.sales_order(NUMBER)
    assert found is not None
    assert [f"{line.quantity} {line.fulfilled} {line.to_invoice}" for line in found.lines] == ["2 1 1", "10 0 0"]


def test_what_remains_to_be_invoiced_moves_with_what_is_ordered_and_cancelled(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order())
    present = bench.gp.sales_order(NUMBER)
    assert present is not None
    bench.gp.update_sales_order(present, SalesUpdate(to_invoice=((16384, Decimal(1)), (32768, Decimal(4)))))
    present = bench.gp.sales_order(NUMBER)
    assert present is not None

    bench.gp.update_sales_order(
        present, SalesUpdate(quantities=((16384, Decimal(3)),), canceled=((32768, Decimal(2)),))
    )

    found = bench.gp.sales_order(NUMBER)
    assert found is not None
    assert [f"{line.quantity} {line.canceled} {line.to_invoice}" for line in found.lines] == ["3 0 2", "10 2 2"]


EXPIRES = dt.date(2027, 3, 31)


@pytest.fixture
def tracked(gp: GpSimulator) -> tuple[SalesLine, ...]:
    """Lines of an item in lots and of one in serials, as they are ordered."""
    gp.books.add_item("CREAM-50", price="21.00", on_hand={"SB-CICERO": 9}, tracking="Lot Numbers")
    gp.books.add_item("PUMP-1", price="80.00", on_hand={"SB-CICERO": 9}, tracking="Serial Numbers")
    return (
        SalesLine(16384, "CREAM-50", "SB-CICERO", Decimal(5), Decimal("21.00")),
        SalesLine(32768, "PUMP-1", "SB-CICERO", Decimal(2), Decimal("80.00")),
    )


def test_lots_and_serials_come_onto_the_lines_that_had_none(bench: Bench, tracked: tuple[SalesLine, ...]) -> None:
    bench.gp.create_sales_order(an_order(lines=tracked))
    present = bench.gp.sales_order(NUMBER)
    assert present is not None
    lots = (Lot("L-1", Decimal(2), EXPIRES), Lot("L-2", Decimal("1")))

    bench.gp.update_sales_order(
        present,
        SalesUpdate(lots=tuple((16384, lot) for lot in lots), serials=((32768, "S-1"), (32768, "S-2"))),
    )

    cream, pump = tracked
    wanted = (replace(cream, lots=lots), replace(pump, serials=("S-1", "S-2")))
    assert as_sent(bench.gp.sales_order(NUMBER)) == an_order(lines=wanted), "and nothing else is changed"


def test_more_of_a_lot_and_another_join_what_the_line_has(bench: Bench, tracked: tuple[SalesLine, ...]) -> None:
    cream, pump = tracked
    cream, pump = replace(cream, lots=(Lot("L-1", Decimal(2), EXPIRES),)), replace(pump, serials=("S-1",))
    bench.gp.create_sales_order(an_order(lines=(cream, pump)))
    present = bench.gp.sales_order(NUMBER)
    assert present is not None
    update = SalesUpdate(
        lots=((16384, Lot("L-1", Decimal(3))), (16384, Lot("L-2", Decimal(2)))),
        serials=((32768, "S-2"), (32768, "S-1")),
    )

    bench.gp.update_sales_order(present, update)

    found = as_sent(bench.gp.sales_order(NUMBER)).lines
    assert {lot.number: lot.quantity for lot in found[0].lots} == {"L-1": 3, "L-2": 2}
    assert found[1].serials == ("S-1", "S-2"), "one that the line has is not entered twice"


def test_an_update_that_names_no_lots_leaves_them(bench: Bench, tracked: tuple[SalesLine, ...]) -> None:
    cream, pump = tracked
    lines = (replace(cream, lots=(Lot("L-1", Decimal(2), EXPIRES),)), replace(pump, serials=("S-1",)))
    bench.gp.create_sales_order(an_order(lines=lines))
    present = bench.gp.sales_order(NUMBER)
    assert present is not None

    bench.gp.update_sales_order(present, SalesUpdate(fulfilled=((16384, Decimal(2)),)))

    assert as_sent(bench.gp.sales_order(NUMBER)).lines == (replace(lines[0], fulfilled=Decimal(2)), lines[1])


def test_lots_come_onto_an_invoice(bench: Bench, tracked: tuple[SalesLine, ...]) -> None:
    bench.gp.create_sales_invoice(an_invoice(lines=tracked[:1]))
    present = bench.gp.sales_invoice("SBI1")
    assert present is not None

    bench.gp.update_sales_invoice(present, SalesUpdate(lots=((16384, Lot("L-1", Decimal(5), EXPIRES)),)))

    assert as_sent(bench.gp.sales_invoice("SBI1")).lines[0].lots == (Lot("L-1", Decimal(5), EXPIRES),)


def test_a_hold_can_be_put_on_an_order_that_has_none(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order(holds=frozenset()))
    present = bench.gp.sales_order(NUMBER)
    assert present is not None

    bench.gp.update_sales_order(present, SalesUpdate(added_holds=frozenset({"SHIPBOB"})))

    assert as_sent(bench.gp.sales_order(NUMBER)).holds == {"SHIPBOB"}


def test_tracking_is_added_to_an_invoice(bench: Bench) -> None:
    bench.gp.create_sales_invoice(an_invoice())
    present = bench.gp.sales_invoice("SBI1")
    assert present is not None

    bench.gp.update_sales_invoice(present, SalesUpdate(added_tracking=("1Z000",)))

    assert as_sent(bench.gp.sales_invoice("SBI1")).tracking == ("1Z999", "1Z000")


def test_an_order_of_which_every_piece_is_cancelled_comes_to_nothing_and_can_be_voided(bench: Bench) -> None:
    """So it stands once invoices of its own bill it."""
    bench.gp.create_sales_order(an_order())
    present = bench.gp.sales_order(NUMBER)
    assert present is not None
    everything = ((16384, Decimal(2)), (32768, Decimal(10)))

    bench.gp.update_sales_order(
        present, SalesUpdate(canceled=everything, freight=Decimal(0), trade_discount=Decimal(0))
    )

    assert as_sent(bench.gp.sales_order(NUMBER)).total == Decimal(0)
    bench.gp.void_sales_order(NUMBER)
    assert as_sent(bench.gp.sales_order(NUMBER)).is_voided
