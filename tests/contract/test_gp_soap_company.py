"""A company's set-up over SOAP: cards, the company itself, and the policies that writes are sent with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from bridge.domain.company import Certificate, Company, Customer, HoldSetup, Site
from bridge.domain.outcome import Misconfigured, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesInvoice, SalesLine
from bridge.gp.soap import SoapGp
from bridge.neighbours import Gp

from local.gp import GpSimulator
from tests.contract.gp_bodies import nils
from tests.contract.gp_carrier import Carrier, answer, companies, fault, result, soap_with
from tests.contract.gp_port import COMPANY, NUMBER, an_order, port, transport

SHORTAGE = "Quantity Shortage"
TOO_MANY = (SalesLine(16384, "SERUM-30", "SB-CICERO", Decimal(401), Decimal("34.00")),)  # 400 are there


@pytest.fixture
def gp(folder: Path) -> Iterator[GpSimulator]:
    with GpSimulator(folder) as simulator:
        yield simulator


@pytest.fixture
def soap(gp: GpSimulator) -> Iterator[SoapGp]:
    with port(gp) as made:
        yield made


@contextmanager
def choosing(gp: GpSimulator, **options: str) -> Iterator[SoapGp]:
    """The port that chooses options of CreateSalesOrder's policy; `_` stands for a blank in a behaviour's name."""
    chosen = {name.replace("_", " "): option for name, option in options.items()}
    carrier = transport(gp)
    try:
        yield SoapGp(carrier, COMPANY, {"CreateSalesOrder": chosen})
    finally:
        carrier.close()


# Cards


def test_a_customer_says_whether_documents_may_be_made(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.add_customer("GONE", "Gone Ltd", active=False)
    gp.books.add_customer("LATE", "Late Ltd", on_hold=True)

    assert soap.customer("SHIPBOB-DTC") == Customer("SHIPBOB-DTC", "ShipBob DTC")
    assert soap.customer("GONE") == Customer("GONE", "Gone Ltd", is_active=False)
    assert soap.customer("LATE") == Customer("LATE", "Late Ltd", is_on_hold=True)
    assert soap.customer("NO-SUCH") is None


def test_sites_methods_and_holds_are_listed(soap: SoapGp) -> None:
    assert Site("SB-CICERO", "ShipBob Cicero (IL)") in soap.sites()
    assert {method.id for method in soap.shipping_methods()} == {"GROUND", "2DAY", "OVERNIGHT"}
    [hold] = soap.hold_setups()
    assert hold == HoldSetup("SHIPBOB", "Not shipped by ShipBob yet", stops_transfer=True, stops_posting=True)


# The company


def test_the_companies_are_those_that_the_login_may_reach(gp: GpSimulator, soap: SoapGp) -> None:
    gp.add_company(3, "Northwind")
    gp.add_company(4, "Hidden", web_enabled=False)

    assert list(soap.companies()) == [Company(2, gp.books.company_name), Company(3, "Northwind")]


def test_a_probe_returns_where_the_company_is(soap: SoapGp) -> None:
    soap.probe()


def test_a_probe_names_the_company_and_those_that_there_are(gp: GpSimulator) -> None:
    with port(gp, company=7) as soap, pytest.raises(Misconfigured, match=r"company 7 .*; enabled: 2 \(Wingtip"):
        soap.probe()


def test_with_the_wrong_company_nothing_was_written(gp: GpSimulator) -> None:
    with port(gp, company=7) as soap:
        with pytest.raises(Misconfigured, match="company 7"):
            soap.create_sales_order(an_order())
        with pytest.raises(Misconfigured, match="company 7"):
            soap.sales_order(NUMBER)
    assert gp.books.documents() == []


def test_a_company_that_a_person_enables_again_is_found_again(gp: GpSimulator) -> None:
    books = gp.add_company(7, web_enabled=False)
    with port(gp, company=7) as soap:
        with pytest.raises(Misconfigured):
            soap.sales_order(NUMBER)

        books.web_enabled = True

        assert soap.sales_order(NUMBER) is None


def test_a_system_exception_asks_for_the_company_once() -> None:
    soap, carrier = soap_with(
        GetSalesOrderByKey=fault("Timeout expired."),
        CreateSalesOrder=fault("Timeout expired."),
        GetWSEnabledCompanyForUserList=companies(3, COMPANY),
    )

    with pytest.raises(UnknownOutcome):
        soap.create_sales_order(an_order())
    for _ in range(2):
        with pytest.raises(Transient):
            soap.sales_order(NUMBER)

    assert carrier.operations.count("GetWSEnabledCompanyForUserList") == 1


def test_a_gp_that_does_not_tell_its_companies_is_asked_once() -> None:
    soap, carrier = soap_with(
        GetSalesOrderByKey=fault("Timeout expired."), GetWSEnabledCompanyForUserList=fault("Timeout expired.")
    )

    for _ in range(2):
        with pytest.raises(Transient):
            soap.sales_order(NUMBER)

    assert carrier.operations.count("GetWSEnabledCompanyForUserList") == 1


def test_companies_are_asked_of_gp_and_not_of_a_company() -> None:
    soap, carrier = soap_with(GetWSEnabledCompanyForUserList=companies(COMPANY))

    soap.probe()

    assert b"OrganizationKey" not in carrier.bodies("GetWSEnabledCompanyForUserList")[0]


# The server


def test_the_server_can_do_all_of_the_port(soap: SoapGp) -> None:
    for _ in range(2):
        soap.sales_order(NUMBER)

    server = soap.server()

    assert {ability.call for ability in server.abilities} == {name for name in dir(Gp) if not name.startswith("_")}
    assert {(ability.transport, ability.missing) for ability in server.abilities} == {("SOAP", "")}
    assert server.keeps_login
    assert server.now is not None


def test_the_certificate_that_is_shown_is_looked_at_without_a_message() -> None:
    carrier, shown = Carrier(), Certificate("gp.example.com:48620")

    assert list(SoapGp(carrier, COMPANY, shown=lambda: [shown]).certificates()) == [shown]
    assert carrier.sent == []


# Policies


def test_a_policy_tells_what_is_chosen(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.choose_option(SHORTAGE, "Back Order All")

    policy = soap.policy("CreateSalesOrder")

    [shortage] = [behavior for behavior in policy.behaviors if behavior.name == SHORTAGE]
    assert policy.option(SHORTAGE) == shortage.option == "Back Order All"
    assert "Override Shortage" in shortage.options
    assert not shortage.is_internal
    assert [behavior.is_internal for behavior in policy.behaviors if behavior.name == "Check Hold"] == [True]


def test_without_options_gp_does_as_it_is_set_up(gp: GpSimulator, soap: SoapGp) -> None:
    gp.books.choose_option(SHORTAGE, "Back Order All")

    soap.create_sales_order(an_order(lines=TOO_MANY))

    assert gp.books.document(NUMBER).lines[16384]["QuantityToBackorder"]["Value"] == 401
    assert "GetPolicyByOperation" not in [exchange.operation for exchange in gp.exchanges]


@pytest.mark.parametrize("option", ["Override Shortage", "override shortage", "2"])
@pytest.mark.parametrize("behavior", ["Quantity_Shortage", "quantity_shortage_behavior"])
def test_an_option_that_is_asked_for_is_chosen(gp: GpSimulator, behavior: str, option: str) -> None:
    gp.books.choose_option(SHORTAGE, "Back Order All")

    with choosing(gp, **{behavior: option}) as soap:
        soap.create_sales_order(an_order(lines=TOO_MANY))

    assert gp.books.document(NUMBER).lines[16384]["QuantityToInvoice"]["Value"] == 401


def test_a_policy_is_read_once(gp: GpSimulator) -> None:
    with choosing(gp, Quantity_Shortage="Override Shortage") as soap:
        for number in ("SB1", "SB2", "SB3"):
            soap.create_sales_order(an_order(number, lines=TOO_MANY))

    assert [exchange.operation for exchange in gp.exchanges].count("GetPolicyByOperation") == 1


def test_an_internal_behaviour_that_is_as_it_should_be_goes_through(gp: GpSimulator) -> None:
    with choosing(gp, Check_Hold="Check Status") as soap:
        soap.create_sales_order(an_order())

    assert len(gp.books.documents()) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"Check_Hold": "Override Hold"}, "'Check Hold' set to 'Check Status': choose 'Override Hold'"),
        ({"No_Such": "Anything"}, "no behaviour 'No Such' .* it has: Assign Batch Prefix"),
        ({"Quantity_Shortage": "Panic"}, "no option 'Panic' for 'Quantity Shortage'; it has: Sell Balance, Override"),
    ],
)
def test_what_nobody_here_can_choose_is_the_operators_to_repair(
    gp: GpSimulator, options: dict[str, str], told: str
) -> None:
    why = f"the policy of CreateSalesOrder in GP has .*{told}"
    with choosing(gp, **options) as soap, pytest.raises(Misconfigured, match=why):
        soap.create_sales_order(an_order())

    assert gp.books.documents() == []


def test_an_operation_without_a_policy_is_the_operators_to_repair() -> None:
    soap, _ = soap_with(GetPolicyByOperation=answer("GetPolicyByOperation"))

    with pytest.raises(Misconfigured, match="CreateSalesInvoice"):
        soap.policy("CreateSalesInvoice")


def test_a_policy_that_cannot_be_read_leaves_nothing_in_doubt() -> None:
    soap, carrier = soap_with(GetPolicyByOperation=fault("Timeout expired."))

    with pytest.raises(Transient):
        soap.create_sales_invoice(SalesInvoice("SBI1", "SHIPBOB-DTC", "", dt.date(2026, 11, 18), "STDINV", "SBD", ()))

    assert "CreateSalesInvoice" not in carrier.operations


def test_an_option_without_a_name_goes_by_its_number() -> None:
    option = "<Key><Id>2</Id></Key>"
    behavior = (
        f"<Name>Create Batch</Name>{nils('Internal')}<Options><BehaviorOption>{option}</BehaviorOption></Options>"
        f"<SelectedOption>{option}</SelectedOption>"
    )
    soap, _ = soap_with(
        GetPolicyByOperation=result(
            "GetPolicyByOperation", f"<Behaviors><Behavior>{behavior}</Behavior></Behaviors>".replace("xsi:", "i:")
        )
    )

    assert soap.policy("CreateSalesOrder").option("Create Batch") == "2"
