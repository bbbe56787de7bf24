"""GP's port over SOAP: what is written is what GP holds, and every trouble is one of our failures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.domain.inventory import TransactionState
from bridge.domain.outcome import Refused, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesLine, SalesOrder, SalesUpdate
from bridge.gp.soap import SoapGp

from local.gp import GpSimulator
from tests.contract.gp_port import NUMBER, an_order, as_written, port

SHIPPED = SalesUpdate(
    batch="SBR261118-15",
    shipped_on=dt.date(2026, 11, 18),
    added_tracking=("1Z999",),
    fulfilled=((16384, Decimal(2)), (32768, Decimal(10))),
    lifted_holds=frozenset({"SHIPBOB"}),
)


@pytest.fixture(params=[True, False], ids=["login kept", "login for each request"])
def gp(folder: Path, request: pytest.FixtureRequest) -> Iterator[GpSimulator]:
    with GpSimulator(folder, keeps_login=request.param) as simulator:
        yield simulator


@pytest.fixture
def soap(gp: GpSimulator) -> Iterator[SoapGp]:
    with port(gp) as made:
        yield made


def created(soap: SoapGp, order: SalesOrder | None = None) -> SalesOrder:
    """The order, created as the flow does it, and as GP gives it back."""
    soap.login()
    soap.create_sales_order(order or an_order())
    found = soap.sales_order((order or an_order()).number)
    assert found is not None
    return found


# What is written


def test_a_created_order_is_read_as_it_was_written(soap: SoapGp) -> None:
    assert as_written(created(soap)) == an_order()


def test_an_order_of_nothing_but_what_gp_requires_is_read_as_it_was_written(soap: SoapGp) -> None:
    bare = SalesOrder(
        number=NUMBER,
        customer="SHIPBOB-B2B",
        customer_po="",
        date=dt.date(2026, 2, 28),
        document_type="STDORD",
        batch="SBD",
        currency="USD",
        lines=(SalesLine(16384, "MUG-WHT", "MAIN", Decimal(1), Decimal("0.00")),),
    )

    assert as_written(created(soap, bare)) == bare


def test_a_number_that_gp_does_not_have_is_absent(soap: SoapGp) -> None:
    assert soap.sales_order("SBO404") is None


def test_the_blanks_that_fill_gps_columns_are_trimmed(gp: GpSimulator, soap: SoapGp) -> None:
    found = created(soap)

    assert f"<Id>{NUMBER.ljust(21)}</Id>".encode() in gp.exchanges[-1].response, "the witness pads"
    assert (found.number, found.lines[0].item, found.ship_to.city) == (NUMBER, "SERUM-30", "Dayton")


@pytest.mark.parametrize("text", ["<5% & \"fragile\" 'glass' ]]>", "Zürich – São Tomé", "東京都 😀", "&amp; &#65;"])
def test_text_survives_whatever_it_is_made_of(soap: SoapGp, text: str) -> None:
    address = an_order().ship_to
    order = an_order(comment=text, ship_to=type(address)(name=text, line1=text, city=text))

    assert as_written(created(soap, order)) == order


def test_a_shipment_lifts_the_hold_and_writes_what_has_left(soap: SoapGp) -> None:
    present = created(soap)

    soap.update_sales_order(present, SHIPPED)

    found = soap.sales_order(NUMBER)
    assert found is not None
    assert (found.batch, found.shipped_on, found.tracking) == ("SBR261118-15", dt.date(2026, 11, 18), ("1Z999",))
    assert found.holds == frozenset()
    assert [line.fulfilled for line in found.lines] == [Decimal(2), Decimal(10)]


def test_a_second_parcel_adds_its_tracking_number(soap: SoapGp) -> None:
    soap.update_sales_order(created(soap), SalesUpdate(added_tracking=("1Z1",)))
    present = soap.sales_order(NUMBER)
    assert present is not None

    soap.update_sales_order(present, SalesUpdate(added_tracking=("1Z2", "1Z3")))

    found = soap.sales_order(NUMBER)
    assert found is not None
    assert found.tracking == ("1Z1", "1Z2", "1Z3")
    assert found.holds == {"SHIPBOB"}, "nobody lifted it"


def test_an_update_keeps_what_a_person_put_there(gp: GpSimulator, soap: SoapGp) -> None:
    created(soap)
    gp.books.add_hold("CREDIT")
    kept = gp.books.document(NUMBER)
    kept.holds["CREDIT"] = gp.books.now()
    kept.fields["Comment"] = "Call before delivery"
    kept.fields["Reference"] = "Asked for by Kim"
    kept.fields["SalespersonKey"] = {"Id": "KIM"}
    gp.books.edit_quantity(NUMBER, 16384, 3)
    present = soap.sales_order(NUMBER)
    assert present is not None

    soap.update_sales_order(present, SHIPPED)

    found = soap.sales_order(NUMBER)
    assert found is not None
    assert (found.holds, found.comment) == (frozenset({"CREDIT"}), "Call before delivery")
    assert [line.quantity for line in found.lines] == [Decimal(3), Decimal(10)]
    fields = gp.books.document(NUMBER).fields
    assert (fields["Reference"], fields["SalespersonKey"]["Id"]) == ("Asked for by Kim", "KIM")


def test_a_transferred_and_a_voided_order_say_so(gp: GpSimulator, soap: SoapGp) -> None:
    for number in ("SB1", "SB2"):
        created(soap, an_order(number, holds=frozenset()))
    gp.books.transfer("SB1")
    gp.books.void("SB2")

    transferred, voided = soap.sales_order("SB1"), soap.sales_order("SB2")

    assert transferred is not None
    assert voided is not None
    assert (transferred.state, transferred.is_voided) == (TransactionState.HISTORY, False)
    assert voided.is_voided


# What GP refuses


def test_a_number_that_is_taken_is_refused_in_gps_words(soap: SoapGp) -> None:
    created(soap)

    with pytest.raises(Refused) as refusal:
        soap.create_sales_order(an_order())

    assert refusal.value.evidence == (f"Sales document {NUMBER} already exists. (Key)",)
    assert refusal.value.reason == f"GP refuses to create the sales order: {refusal.value.evidence[0]}"


def test_an_item_that_gp_does_not_have_is_refused_by_its_name(gp: GpSimulator, soap: SoapGp) -> None:
    lines = (SalesLine(16384, "NO-SUCH", "MAIN", Decimal(1), Decimal("1.00")),)

    with pytest.raises(Refused) as refusal:
        soap.create_sales_order(an_order(lines=lines))

    assert refusal.value.evidence == ("Item 'NO-SUCH' on line 16384 does not exist. (Lines, ItemKey)",)
    assert gp.books.documents() == []


def test_an_order_that_has_left_work_takes_no_update(gp: GpSimulator, soap: SoapGp) -> None:
    present = created(soap, an_order(holds=frozenset()))
    gp.books.transfer(NUMBER)

    with pytest.raises(Refused) as refusal:
        soap.update_sales_order(present, SalesUpdate(added_tracking=("1Z1",)))

    assert "is in History" in refusal.value.evidence[0]


def test_a_batch_that_somebody_has_open_is_tried_again_later(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.change_set_up(checks_batches=True)
    gp.books.hold_batch(an_order().batch)
    with pytest.raises(Transient, match="just now"):
        soap.create_sales_order(an_order())

    gp.books.hold_batch(an_order().batch, busy=False)

    assert as_written(created(soap)) == an_order()


def test_an_order_that_somebody_deleted_takes_no_update(gp: GpSimulator, soap: SoapGp) -> None:
    present = created(soap)
    gp.books.delete(NUMBER)

    with pytest.raises(Refused, match="update the sales order"):
        soap.update_sales_order(present, SHIPPED)


# What gets lost


def test_while_gp_is_away_nothing_is_written(gp: GpSimulator, soap: SoapGp) -> None:
    soap.login()
    gp.offline()

    with pytest.raises(Transient):
        soap.create_sales_order(an_order())
    with pytest.raises(Transient):
        soap.sales_order(NUMBER)
    with pytest.raises(Transient):
        soap.login()

    gp.online()
    assert soap.sales_order(NUMBER) is None


@pytest.mark.parametrize("when", ["after", "replying"])
def test_a_create_whose_reply_is_lost_is_unknown_and_done(gp: GpSimulator, soap: SoapGp, when: str) -> None:
    gp.stops.add("CreateSalesOrder", when, "drop")
    soap.login()

    with pytest.raises(UnknownOutcome):
        soap.create_sales_order(an_order())

    found = soap.sales_order(NUMBER)
    assert found is not None
    assert as_written(found) == an_order()


def test_a_create_lost_before_its_execution_is_unknown_and_not_done(gp: GpSimulator, soap: SoapGp) -> None:
    gp.stops.add("CreateSalesOrder", "before", "drop")
    soap.login()

    with pytest.raises(UnknownOutcome):
        soap.create_sales_order(an_order())

    assert soap.sales_order(NUMBER) is None


def test_a_login_lost_on_its_way_is_no_lost_write(gp: GpSimulator, soap: SoapGp) -> None:
    gp.stops.add("CreateSalesOrder", "login", "drop")

    with pytest.raises(Transient):
        soap.create_sales_order(an_order())

    assert gp.books.documents() == []


@pytest.mark.parametrize("when", ["login", "before", "after", "replying"])
@pytest.mark.parametrize("call", ["read", "create", "update"])
def test_whatever_is_called_safe_to_do_again_was_not_done(gp: GpSimulator, soap: SoapGp, call: str, when: str) -> None:
    present = created(soap)
    count = gp.books.document(NUMBER).modified_count
    soap.login()
    gp.stops.add("*", when, "drop")

    try:
        if call == "read":
            soap.sales_order(NUMBER)
        elif call == "create":
            soap.create_sales_order(an_order("SB2"))
        else:
            soap.update_sales_order(present, SHIPPED)
    except Transient:
        assert [order.number for order in gp.books.documents()] == [NUMBER]
        assert gp.books.document(NUMBER).modified_count == count
    except UnknownOutcome:
        assert call != "read"


def test_a_read_of_which_half_comes_back_is_tried_again_later(gp: GpSimulator, soap: SoapGp) -> None:
    created(soap)
    gp.stops.add("GetSalesOrderByKey", "replying", "drop")

    with pytest.raises(Transient):
        soap.sales_order(NUMBER)
