"""The port keeps its promises whatever carries it: the same suite over memory, over SOAP and over SBA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryDocumentType, ItemType, TransactionState, Window, WindowOf
from bridge.domain.outcome import Misconfigured, Refused, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesDocumentType, SalesUpdate
from bridge.neighbours import Gp

from local.gp import GpSimulator
from local.memory.gp import CALLS
from tests.contract.gp_bench import (
    FORMS,
    LAST_MONTH,
    READS,
    TODAY,
    WRITES,
    Bench,
    a_return,
    an_adjustment,
    an_invoice,
    as_sent,
    benches,
    stand,
    stock_lines,
    times_done,
)
from tests.contract.gp_port import NUMBER, an_order

ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
NOT_A_QUESTION = {"login", "server", "certificates"}  # they neither read the company nor write


@pytest.fixture(params=FORMS)
def bench(request: pytest.FixtureRequest, gp: GpSimulator) -> Iterator[Bench]:
    with benches(request.param, gp) as made:
        yield made


def test_the_tables_of_this_suite_hold_every_call_of_the_port() -> None:
    assert READS.keys() | WRITES.keys() | NOT_A_QUESTION == set(CALLS)


# ---- Sales documents


def test_an_order_is_read_as_it_was_written(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order())

    assert as_sent(bench.gp.sales_order(NUMBER)) == an_order()


def test_an_invoice_is_read_as_it_was_written(bench: Bench) -> None:
    bench.gp.create_sales_invoice(an_invoice())

    assert as_sent(bench.gp.sales_invoice("SBI1")) == an_invoice()


def test_a_return_is_read_as_it_was_written(bench: Bench) -> None:
    bench.gp.create_sales_return(a_return())

    assert as_sent(bench.gp.sales_return("SBR1")) == a_return()


def test_the_same_number_may_stand_once_in_each_kind_of_document(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order("SB1"))
    bench.gp.create_sales_invoice(an_invoice("SB1"))

    assert as_sent(bench.gp.sales_order("SB1")) == an_order("SB1")
    assert as_sent(bench.gp.sales_invoice("SB1")) == an_invoice("SB1")


def test_a_number_that_gp_does_not_have_is_absent_in_every_kind(bench: Bench) -> None:
    gp = bench.gp

    assert (gp.sales_order("NONE"), gp.sales_invoice("NONE"), gp.sales_return("NONE")) == (None, None, None)
    assert (gp.inventory_document(ADJUSTMENT, "NONE"), gp.item("NONE"), gp.customer("NONE")) == (None, None, None)


def test_a_second_create_under_a_number_is_refused_and_the_first_stays(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order())

    with pytest.raises(Refused):
        bench.gp.create_sales_order(an_order(customer_po="#9999"))

    assert as_sent(bench.gp.sales_order(NUMBER)) == an_order()


def test_a_voided_order_is_found_in_history_and_takes_no_change(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order())
    before = bench.gp.sales_order(NUMBER)
    assert before is not None

    bench.gp.void_sales_order(NUMBER)

    voided = as_sent(bench.gp.sales_order(NUMBER))
    assert (voided.is_voided, voided.state) == (True, TransactionState.HISTORY)
    with pytest.raises(Refused):
        bench.gp.void_sales_order(NUMBER)
    with pytest.raises(Refused):
        bench.gp.update_sales_order(before, SalesUpdate(added_tracking=("1Z1",)))


def test_an_order_that_a_person_deleted_is_absent(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order())

    bench.delete(NUMBER)

    assert bench.gp.sales_order(NUMBER) is None


def test_the_documents_of_a_po_are_listed_whatever_their_kind_and_state(bench: Bench) -> None:
    bench.gp.create_sales_order(an_order("SBO1"))
    bench.gp.create_sales_order(an_order("SBO2"))
    bench.gp.create_sales_order(an_order("SBO3", customer_po="#1043"))
    bench.gp.create_sales_order(an_order("SBO4", customer="SHIPBOB-B2B"))
    bench.gp.create_sales_invoice(an_invoice())
    bench.gp.create_sales_return(a_return())
    bench.void("SBO2")

    found = {(row.type, row.number): row for row in bench.gp.sales_documents("SHIPBOB-DTC", "#1042")}

    order, invoice, returned = SalesDocumentType.ORDER, SalesDocumentType.INVOICE, SalesDocumentType.RETURN
    assert found.keys() == {(order, "SBO1"), (order, "SBO2"), (invoice, "SBI1"), (returned, "SBR1")}
    assert {found[order, number].state for number in ("SBO1", "SBO2")} == set(TransactionState)
    assert (found[invoice, "SBI1"].total, found[invoice, "SBI1"].batch) == (Decimal("73.00"), "SBR261116-09")
    assert found[order, "SBO1"].date == TODAY


# ---- Stock


def test_an_adjustment_is_read_as_it_was_written(bench: Bench) -> None:
    bench.gp.create_inventory_adjustment(an_adjustment())

    found = bench.gp.inventory_document(ADJUSTMENT, "SBA1")

    assert stock_lines(found) == stock_lines(an_adjustment())
    assert found is not None
    assert (found.number, found.batch, found.date, found.state) == (
        "SBA1",
        "SBA261116-09",
        TODAY,
        TransactionState.WORK,
    )


def test_a_second_adjustment_under_one_number_is_appended_to_the_first_which_is_why_we_look_first(
    bench: Bench,
) -> None:
    bench.gp.create_inventory_adjustment(an_adjustment())
    bench.gp.create_inventory_adjustment(an_adjustment())

    assert sorted(stock_lines(bench.gp.inventory_document(ADJUSTMENT, "SBA1"))) == sorted(
        stock_lines(an_adjustment()) * 2
    )


def test_an_adjustment_is_listed_in_work_until_it_is_posted_and_in_history_from_then_on(bench: Bench) -> None:
    def listed(state: TransactionState) -> list[str]:
        return [row.number for row in bench.gp.inventory_documents(ADJUSTMENT, LAST_MONTH, state)]

    bench.gp.create_inventory_adjustment(an_adjustment())
    before = listed(TransactionState.WORK), listed(TransactionState.HISTORY)
    bench.post_inventory("SBA1")

    assert before == (["SBA1"], [])
    assert (listed(TransactionState.WORK), listed(TransactionState.HISTORY)) == ([], ["SBA1"])
    found = bench.gp.inventory_document(ADJUSTMENT, "SBA1")
    assert found is not None
    assert found.state is TransactionState.HISTORY


@pytest.mark.parametrize("of", WindowOf)
def test_a_window_has_what_lies_in_it_and_not_what_lies_before_or_after(bench: Bench, of: WindowOf) -> None:
    bench.gp.create_inventory_adjustment(an_adjustment())
    day = dt.timedelta(days=1)
    middle = bench.now() if of is WindowOf.MODIFIED else dt.datetime.combine(TODAY, dt.time(), dt.UTC)

    def listed(start: dt.datetime, end: dt.datetime) -> list[str]:
        rows = bench.gp.inventory_documents(ADJUSTMENT, Window(of, start, end), TransactionState.WORK)
        return [row.number for row in rows]

    assert listed(middle - day, middle + day) == ["SBA1"]
    assert listed(middle - 3 * day, middle - 2 * day) == []
    assert listed(middle + 2 * day, middle + 3 * day) == []
    assert not bench.gp.inventory_documents(InventoryDocumentType.TRANSFER, LAST_MONTH, TransactionState.WORK)


def test_an_item_tells_what_lies_at_each_site_and_no_sum_of_them(bench: Bench) -> None:
    item = bench.gp.item("SERUM-30")

    assert item is not None
    assert (item.type, item.unit_of_measure) == (ItemType.SALES, "EACH")
    assert {stock.site: stock.on_hand for stock in item.stock} == {
        "MAIN": Decimal(1000),
        "SB-CICERO": Decimal(400),
        "SB-MORENO": Decimal(300),
        "SB-BETHLE": Decimal(200),
    }


def test_items_are_listed_by_number_and_assigned_to_their_sites(bench: Bench) -> None:
    numbers = bench.gp.item_numbers()

    assert list(numbers) == sorted(numbers)
    assert {"SERUM-30", "SOAP-BAR", "MUG-WHT"} <= set(numbers)
    assert set(bench.gp.sites_of("SERUM-30")) == {"MAIN", "SB-CICERO", "SB-MORENO", "SB-BETHLE"}


# ---- The company


def test_the_company_s_cards_are_read(bench: Bench) -> None:
    gp = bench.gp
    customer = gp.customer("SHIPBOB-DTC")

    assert customer is not None
    assert (customer.id, customer.is_active, customer.is_on_hold) == ("SHIPBOB-DTC", True, False)
    assert {"SB-CICERO", "MAIN"} <= {site.id for site in gp.sites()}
    assert "GROUND" in {method.id for method in gp.shipping_methods()}
    assert 2 in {company.id for company in gp.companies()}
    [hold] = [hold for hold in gp.hold_setups() if hold.id == "SHIPBOB"]
    assert (hold.stops_transfer, hold.stops_posting) == (True, True)


def test_a_probe_of_a_gp_that_works_says_nothing(bench: Bench) -> None:
    assert bench.gp.probe() is None  # type: ignore[func-returns-value] # that it comes back is the answer


def test_the_server_says_of_every_call_whether_it_can_be_made(bench: Bench) -> None:
    bench.gp.probe()

    server = bench.gp.server()

    assert {ability.call for ability in server.abilities} >= READS.keys() | WRITES.keys()
    assert {ability.call for ability in server.abilities if ability.missing} <= {"policy"}
    assert server.now is not None
    assert abs(server.now - bench.now()) < dt.timedelta(minutes=1)


def test_what_the_server_cannot_do_is_ours_to_repair_when_it_is_asked_for(bench: Bench) -> None:
    missing = {ability.call for ability in bench.gp.server().abilities if ability.missing}

    for call in missing:
        with pytest.raises(Misconfigured):
            (READS | WRITES)[call](bench.gp)()


# ---- When GP is away, or answers nothing


def _able(gp: Gp) -> set[str]:
    return {ability.call for ability in gp.server().abilities if not ability.missing}


def test_while_gp_is_away_every_call_is_to_be_tried_again_and_nothing_is_written(bench: Bench) -> None:
    stand(bench.gp)
    able = _able(bench.gp)
    prepared = {call: make(bench.gp) for call, make in (READS | WRITES).items() if call in able}

    bench.go_away()

    for go in prepared.values():
        with pytest.raises(Transient):
            go()


@pytest.mark.parametrize("call", WRITES)
def test_a_write_whose_reply_is_lost_is_unknown_and_done_once(bench: Bench, gp: GpSimulator, call: str) -> None:
    stand(bench.gp)
    go = WRITES[call](bench.gp)
    bench.lose_replies()

    with pytest.raises(UnknownOutcome):
        go()

    gp.stops.clear()
    assert times_done(call, bench.gp) == 1
