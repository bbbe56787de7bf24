"""What GP says no to is told as the same kind whatever carries its words: refused for real, over SOAP and over SBA."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from bridge.domain.inventory import InventoryLine
from bridge.domain.outcome import RefusalKind as Kind
from bridge.domain.outcome import Refused
from bridge.domain.sales_document import SalesLine, SalesOrder, SalesUpdate
from bridge.gp.faults import Complaint
from bridge.gp.refusals import kind_of
from bridge.neighbours import Gp
from hypothesis import given
from hypothesis import strategies as st

from local.gp import GpSimulator
from local.gp.books import Books
from tests.contract.gp_bench import a_return, an_adjustment, benches
from tests.contract.gp_port import NUMBER, an_order

type Occasion = Callable[[Books, Gp], object]


@pytest.fixture(params=("SOAP", "SBA"))
def gp_port(request: pytest.FixtureRequest, gp: GpSimulator) -> Iterator[Gp]:
    with benches(request.param, gp) as bench:
        yield bench.gp


def of_line(**changes: object) -> SalesOrder:
    fields = {"item": "SERUM-30", "site": "SB-CICERO", "quantity": Decimal(2), "unit_price": Decimal("34.00")}
    return an_order(lines=(SalesLine(16384, **{**fields, **changes}),))  # type: ignore[arg-type] # of the test's own


def on_hold(books: Books, port: Gp) -> None:
    books.add_customer("STOPPED", on_hold=True)
    port.create_sales_order(an_order(customer="STOPPED"))


def inactive(books: Books, port: Gp) -> None:
    books.add_customer("GONE", active=False)
    port.create_sales_order(an_order(customer="GONE"))


def over_its_limit(books: Books, port: Gp) -> None:
    books.add_customer("POOR", credit_limit="100.00")  # the order comes to 134.00
    port.create_sales_order(an_order(customer="POOR"))


def inactive_item(books: Books, port: Gp) -> None:
    books.add_item("OLD-1", on_hand={"SB-CICERO": 9}, active=False)
    port.create_sales_order(of_line(item="OLD-1"))


def item_elsewhere(books: Books, port: Gp) -> None:
    books.add_item("ELSE-1", on_hand={"MAIN": 9}, sites=["MAIN"])
    port.create_sales_order(of_line(item="ELSE-1"))


def item_adjusted_elsewhere(books: Books, port: Gp) -> None:
    books.add_item("ELSE-1", on_hand={"MAIN": 9}, sites=["MAIN"])
    port.create_inventory_adjustment(
        an_adjustment(lines=(InventoryLine(Decimal(16384), "ELSE-1", "SB-CICERO", Decimal(2)),))
    )


def inactive_item_adjusted(books: Books, port: Gp) -> None:
    books.add_item("OLD-1", on_hand={"SB-CICERO": 9}, active=False)
    port.create_inventory_adjustment(
        an_adjustment(lines=(InventoryLine(Decimal(16384), "OLD-1", "SB-CICERO", Decimal(2)),))
    )


def kit_adjusted(books: Books, port: Gp) -> None:
    books.add_item("KIT-1", kind="Kit")
    port.create_inventory_adjustment(
        an_adjustment(lines=(InventoryLine(Decimal(16384), "KIT-1", "SB-CICERO", Decimal(2)),))
    )


def closed_to_stock(books: Books, port: Gp) -> None:
    books.close_period("2026-10-01", "2026-10-31")
    port.create_inventory_adjustment(an_adjustment(date=dt.date(2026, 10, 31)))


def closed_to_returns(books: Books, port: Gp) -> None:
    books.close_period("2026-10-01", "2026-10-31")
    port.create_sales_return(a_return(date=dt.date(2026, 10, 31)))


def short(books: Books, port: Gp) -> None:
    books.set_on_hand("SERUM-30", "SB-CICERO", 1)
    books.change_set_up(permits_override=False)
    books.choose_option("Quantity Shortage", "Override Shortage")
    port.create_sales_order(of_line())


def short_adjustment(books: Books, port: Gp) -> None:
    books.set_on_hand("SOAP-BAR", "SB-MORENO", 0)
    port.create_inventory_adjustment(an_adjustment())


def taken(_: Books, port: Gp) -> None:
    port.create_sales_order(an_order())
    port.create_sales_order(an_order())


def moved_on(books: Books, port: Gp) -> None:
    port.create_sales_order(an_order())
    order = port.sales_order(NUMBER)
    assert order is not None
    books.void(NUMBER)
    port.update_sales_order(order, SalesUpdate(added_tracking=("1Z9",)))


def lot_missing(books: Books, port: Gp) -> None:
    books.add_item("LOT-1", on_hand={"SB-CICERO": 9}, tracking="Lot Numbers")
    port.create_inventory_adjustment(
        an_adjustment(lines=(InventoryLine(Decimal(16384), "LOT-1", "SB-CICERO", Decimal(2)),))
    )


def held_by_nothing(_: Books, port: Gp) -> None:
    port.create_sales_order(an_order(holds=frozenset({"NO-HOLD"})))


OCCASIONS: dict[str, tuple[Kind, Occasion]] = {
    "a customer on hold": (Kind.CUSTOMER_ON_HOLD, on_hold),
    "an inactive customer": (Kind.CUSTOMER_INACTIVE, inactive),
    "an unknown customer": (Kind.CUSTOMER_UNKNOWN, lambda _, gp: gp.create_sales_order(an_order(customer="NOBODY"))),
    "a credit limit": (Kind.CREDIT_LIMIT, over_its_limit),
    "an inactive item": (Kind.ITEM_INACTIVE, inactive_item),
    "an inactive item adjusted": (Kind.ITEM_INACTIVE, inactive_item_adjusted),
    "an unknown item": (Kind.ITEM_UNKNOWN, lambda _, gp: gp.create_sales_order(of_line(item="NO-ITEM"))),
    "an item that is not at the site": (Kind.ITEM_NOT_AT_SITE, item_elsewhere),
    "an item adjusted where it is not": (Kind.ITEM_NOT_AT_SITE, item_adjusted_elsewhere),
    "a kit adjusted": (Kind.ITEM_NOT_STOCKED, kit_adjusted),
    "an unknown site": (Kind.SITE_UNKNOWN, lambda _, gp: gp.create_sales_order(of_line(site="NO-SITE"))),
    "a unit of measure": (
        Kind.UNIT_OF_MEASURE,
        lambda _, gp: gp.create_sales_order(of_line(unit_of_measure="PALLET")),
    ),
    "a shipping method": (
        Kind.SHIPPING_METHOD,
        lambda _, gp: gp.create_sales_order(an_order(shipping_method="ROCKET")),
    ),
    "a document type": (Kind.DOCUMENT_TYPE, lambda _, gp: gp.create_sales_order(an_order(document_type="NO-TYPE"))),
    "a process hold": (Kind.PROCESS_HOLD, held_by_nothing),
    "a closed period": (Kind.CLOSED_PERIOD, closed_to_stock),
    "a closed period for a return": (Kind.CLOSED_PERIOD, closed_to_returns),
    "a shortage": (Kind.SHORTAGE, short),
    "a shortage of an adjustment": (Kind.SHORTAGE, short_adjustment),
    "a lot that is not named": (Kind.LOT_OR_SERIAL, lot_missing),
    "a number twice": (Kind.NUMBER_TAKEN, taken),
    "a document that moved on": (Kind.NOT_IN_WORK, moved_on),
    "a currency": (Kind.CURRENCY, lambda _, gp: gp.create_sales_order(an_order(currency="EUR"))),
}


@pytest.mark.parametrize(("kind", "occasion"), OCCASIONS.values(), ids=OCCASIONS)
def test_what_gp_refuses_is_told_as_its_kind(kind: Kind, occasion: Occasion, gp: GpSimulator, gp_port: Gp) -> None:
    with pytest.raises(Refused) as caught:
        occasion(gp.books, gp_port)

    assert caught.value.kind is kind, caught.value
    assert caught.value.evidence, "the clerk is shown GP's own words"


def test_the_first_complaint_that_is_understood_gives_the_kind() -> None:
    assert (
        kind_of([Complaint("Something else."), Complaint("The batch is missing."), Complaint("On hold")]) is Kind.BATCH
    )


@pytest.mark.parametrize(
    ("complaint", "kind"),
    [
        (Complaint("Not found.", ("Lines", "ItemKey")), Kind.ITEM_UNKNOWN),
        (Complaint("Not found.", ("WarehouseKey",)), Kind.SITE_UNKNOWN),
        (Complaint("Not valid.", ("Lines", "UofM")), Kind.UNIT_OF_MEASURE),
        (Complaint("", (), "CustomerOnHold"), Kind.CUSTOMER_ON_HOLD),
        (Complaint("THE FISCAL PERIOD IS CLOSED."), Kind.CLOSED_PERIOD),
        (Complaint("The customer's credit limit was exceeded."), Kind.CREDIT_LIMIT),
        (Complaint("Item number/Site ID does not exist in inventory."), Kind.ITEM_NOT_AT_SITE),
        (Complaint("This item has been discontinued."), Kind.ITEM_INACTIVE),
        (Complaint("The deposit has not been removed."), Kind.DEPOSIT),
        (Complaint("Quantity 0 on line 1 is not possible."), Kind.QUANTITY),
        (Complaint("TotalAmount is 1, but adds up to 2.", ("TotalAmount",)), Kind.AMOUNT),
        (Complaint("Account '000-1100' does not exist."), Kind.ACCOUNT),
        (Complaint("The moon is in the wrong house."), Kind.OTHER),
        (Complaint(""), Kind.OTHER),
    ],
    ids=str,
)
def test_a_complaint_is_understood_by_its_words_or_by_what_it_is_about(complaint: Complaint, kind: Kind) -> None:
    assert kind_of([complaint]) is kind


@given(
    name=st.sampled_from(["LOT-5", "CREDIT LIMIT", "ON HOLD", "BATCH", "UOFM-12", "DEPOSIT", "7", "PERIOD CLOSED"]),
    sentence=st.sampled_from(
        [
            ("Item '{}' on line 16384 does not exist.", Kind.ITEM_UNKNOWN),
            ("Customer '{}' is inactive.", Kind.CUSTOMER_INACTIVE),
            ("Item {} is not assigned to site MAIN.", Kind.ITEM_NOT_AT_SITE),
            ('Site "{}" does not exist.', Kind.SITE_UNKNOWN),
            ("The moon stands over {}.", Kind.OTHER),
        ]
    ),
)
def test_what_a_thing_is_called_does_not_make_it_another_kind(name: str, sentence: tuple[str, Kind]) -> None:
    text, kind = sentence

    assert kind_of([Complaint(text.format(name))]) is kind
