"""How the GP simulator is set up: policies, shortages, credit, fiscal periods, batches, several companies."""

from __future__ import annotations

import pytest

from local.gp import GpSimulator
from tests.contract.gp_bodies import CONTEXT, Client, Control, faultstring, found, line, order, text
from tests.contract.gp_documents import asked_policy, create_invoice, create_return, invoice, invoice_line, send

SELL_BALANCE, OVERRIDE, BACK_ORDER_ALL, BACK_ORDER_BALANCE, CANCEL_ALL, CANCEL_BALANCE = range(1, 7)


# Policies -------------------------------------------------------------------------------------------------------------


def test_a_policy_says_which_options_there_are_and_which_are_chosen(client: Client, gp: GpSimulator) -> None:
    gp.books.choose_option("Calculate Unit Price", "Calculate")
    shown = asked_policy(client, "CreateSalesOrder")
    assert text(shown, "Key", "Id") == "4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce"
    by_name = {text(each, "Name"): each for each in shown.iter("{*}Behavior")}
    price, shortage = by_name["Calculate Unit Price"], by_name["Quantity Shortage"]
    assert text(price, "Key", "Id") == "2e873316-fee1-460e-8da1-12167013401b"
    assert (text(price, "Internal"), text(price, "SelectedOption", "Name")) == ("true", "Calculate")
    assert (text(shortage, "Internal"), text(shortage, "SelectedOption", "Key", "Id")) == ("false", "2")
    names = [text(option, "Name") for option in shortage.iterfind("{*}Options/{*}BehaviorOption")]
    assert names == [
        "Sell Balance",
        "Override Shortage",
        "Back Order All",
        "Back Order Balance",
        "Cancel All",
        "Cancel Balance",
    ]


def test_a_policy_without_behaviors_is_one_all_the_same(client: Client) -> None:
    shown = asked_policy(client, "VoidSalesReturn")
    assert text(shown, "Key", "Id") == "dc7b7235-9901-43c4-ab34-7cce936b3ea4"
    assert list(shown.iter("{*}Behavior")) == []


def test_gp_puts_its_own_price_where_it_is_set_to_calculate(client: Client, control: Control) -> None:
    assert control.post("/options", behavior="Calculate Unit Price", option="Calculate") == 200
    assert client.create(lines=line(price="30.00"), total="60.00").status_code == 200, "nothing is said about it"
    document = control.get("/documents/SB100")
    assert (document["lines"][0]["unit_price"], document["total"]) == ("34.00", "68.00")
    control.post("/documents/SB100/edit_price", sequence=16384, price="31.00")
    client.update(lines=line("SOAP-BAR", "1", "1.00"))
    prices = [each["unit_price"] for each in control.get("/documents/SB100")["lines"]]
    assert prices == ["31.00", "6.25"], "a line that was not sent is left alone"


@pytest.mark.parametrize("chosen", [{"Calculate_Unit_Price": 1}, {"Quantity_Shortage": 9}])
def test_a_client_may_not_choose_what_is_internal_or_does_not_exist(client: Client, chosen: dict[str, int]) -> None:
    refusal = send(client, "CreateSalesOrder", order(), **chosen)
    assert any(word in faultstring(refusal) for word in ("internal", "not one of"))
    assert client.listed("") == []


def test_a_client_may_send_the_options_back_as_they_are(client: Client) -> None:
    answer = send(client, "CreateSalesOrder", order(), Calculate_Unit_Price=0, Quantity_Shortage=2)
    assert answer.status_code == 200


# Shortages ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "left"),
    [
        (SELL_BALANCE, {"quantity": "3", "to_invoice": "3", "back_ordered": "0", "canceled": "0"}),
        (OVERRIDE, {"quantity": "5", "to_invoice": "5", "back_ordered": "0", "canceled": "0"}),
        (BACK_ORDER_ALL, {"quantity": "5", "to_invoice": "0", "back_ordered": "5", "canceled": "0"}),
        (BACK_ORDER_BALANCE, {"quantity": "5", "to_invoice": "3", "back_ordered": "2", "canceled": "0"}),
        (CANCEL_ALL, {"quantity": "5", "to_invoice": "0", "back_ordered": "0", "canceled": "5"}),
        (CANCEL_BALANCE, {"quantity": "5", "to_invoice": "3", "back_ordered": "0", "canceled": "2"}),
    ],
)
def test_what_is_short_goes_by_the_option(client: Client, control: Control, option: int, left: dict[str, str]) -> None:
    control.post("/on_hand", item="SERUM-30", site="SB-CICERO", quantity=7)
    client.create("OTHER", lines=line(count="4"))
    answer = send(client, "CreateSalesOrder", order(lines=line(count="5")), Quantity_Shortage=option)
    assert answer.status_code == 200, client.problems(answer)
    [its_line] = control.get("/documents/SB100")["lines"]
    assert {name: its_line[name] for name in left} == left
    assert its_line["allocated"] == left["to_invoice"]


def test_two_lines_of_an_item_share_what_there_is(client: Client, control: Control) -> None:
    control.post("/on_hand", item="SERUM-30", site="SB-CICERO", quantity=6)
    lines = line(count="4") + line(count="4")
    send(client, "CreateSalesOrder", order(lines=lines), Quantity_Shortage=BACK_ORDER_BALANCE)
    assert [each["back_ordered"] for each in control.get("/documents/SB100")["lines"]] == ["0", "2"]


def test_a_shortage_is_refused_where_no_override_is_permitted(client: Client, control: Control) -> None:
    control.post("/set_up", permits_override=False)
    control.post("/on_hand", item="SERUM-30", site="SB-CICERO", quantity=1)
    [(problem, _)] = client.problems(client.create())
    assert problem == "QuantityShortage"
    assert create_return(client).status_code == 200, "a return takes no stock"
    [(problem, _)] = client.problems(create_invoice(client))
    assert problem == "QuantityShortage"


def test_what_a_line_has_allocated_it_keeps_when_stock_falls(client: Client, control: Control) -> None:
    client.create()
    control.post("/set_up", permits_override=False)
    control.post("/on_hand", item="SERUM-30", site="SB-CICERO", quantity=0)
    assert client.update(lines=line(key="16384", fulfilled="2")).status_code == 200
    refusal = client.update(lines=line(count="3", key="16384"))
    assert [problem for problem, _ in client.problems(refusal)] == ["QuantityShortage"]


def test_what_a_document_has_itself_is_no_shortage_to_it(client: Client, control: Control) -> None:
    control.post("/set_up", permits_override=False)
    control.post("/on_hand", item="SERUM-30", site="SB-CICERO", quantity=3)
    client.create()
    assert client.update(lines=line(count="3", key="16384")).status_code == 200


def test_an_invoice_bills_what_is_not_back_ordered(client: Client, control: Control) -> None:
    control.post("/on_hand", item="SERUM-30", site="SB-CICERO", quantity=3)
    short = invoice(lines=invoice_line(count="5"))
    assert send(client, "CreateSalesInvoice", short, Quantity_Shortage=BACK_ORDER_BALANCE).status_code == 200
    made = control.get("/invoices/INV100")
    [its_line] = made["lines"]
    assert (its_line["billed"], its_line["fulfilled"], its_line["back_ordered"]) == ("3", "3", "2")
    assert made["total"] == "102.00"


def test_a_document_type_that_does_not_allocate_meets_no_shortage(client: Client, control: Control) -> None:
    control.post("/set_up", permits_override=False)
    control.post("/document_types", key="NOALLOC", kind="Order", allocates="none")
    control.post("/on_hand", item="SERUM-30", site="SB-CICERO", quantity=0)
    assert client.create(type="NOALLOC").status_code == 200
    assert control.get("/documents/SB100")["lines"][0]["allocated"] == "0"


# Credit, periods, batches ---------------------------------------------------------------------------------------------


def test_an_order_over_the_credit_limit_is_refused_unless_the_policy_overrides_it(
    client: Client, control: Control
) -> None:
    control.post("/customers", key="LIMITED", credit_limit="100.00")
    assert client.create(customer="LIMITED").status_code == 200
    assert [problem for problem, _ in client.problems(client.create("SB200", customer="LIMITED"))] == ["CreditLimit"]
    assert client.update(customer="LIMITED", lines=line(key="16384")).status_code == 200, "itself does not count twice"
    control.post("/options", behavior="Check Credit Limit", option=0)
    assert client.create("SB200", customer="LIMITED").status_code == 200


def test_a_customer_on_hold_is_refused_unless_the_policy_overrides_it(client: Client, control: Control) -> None:
    control.post("/customers", key="HELD", on_hold=True)
    assert [problem for problem, _ in client.problems(client.create(customer="HELD"))] == ["CustomerOnHold"]
    control.post("/options", behavior="Check Hold", option="Override Hold")
    assert client.create(customer="HELD").status_code == 200


def test_a_closed_period_refuses_what_is_posted_and_orders_only_where_set_up_so(
    client: Client, control: Control
) -> None:
    control.post("/periods", first="2026-11-01", last="2026-11-30")
    assert client.create().status_code == 200
    assert [problem for problem, _ in client.problems(create_invoice(client))] == ["PeriodClosed"]
    assert [problem for problem, _ in client.problems(create_return(client))] == ["PeriodClosed"]
    assert create_invoice(client, date="2026-12-01T00:00:00").status_code == 200
    control.post("/set_up", periods_bind_orders=True)
    assert [problem for problem, _ in client.problems(client.create("SB200"))] == ["PeriodClosed"]


def test_a_document_that_fell_into_a_closed_period_cannot_be_posted(client: Client, control: Control) -> None:
    create_invoice(client)
    control.post("/periods", first="2026-11-01", last="2026-11-30")
    assert control.post("/batches/SBD261123-01/post") == 409
    assert control.get("/invoices/INV100")["state"] == "Work"


def test_a_busy_batch_refuses_documents_only_where_gp_is_told_to_look(client: Client, control: Control) -> None:
    control.post("/batches/SBD261123-01/hold")
    assert client.create().status_code == 200, "what lies under the web services does not look"
    control.post("/set_up", checks_batches=True)
    assert [problem for problem, _ in client.problems(client.create("SB200"))] == ["BatchBusy"]
    control.post("/batches/SBD261123-01/hold", busy=False)
    assert client.create("SB200").status_code == 200


def test_a_renamed_batch_takes_its_documents_along(client: Client, control: Control) -> None:
    client.create()
    assert control.post("/batches/SBD261123-01/roll", to="MONDAY") == 200
    assert control.get("/documents/SB100")["batch"] == "MONDAY"
    assert control.get("/batches") == [{"id": "MONDAY", "busy": False, "documents": ["SB100"]}]


def test_people_edit_documents_in_windows(client: Client, control: Control) -> None:
    client.create()
    control.post("/holds", key="CREDIT")
    assert control.post("/documents/SB100/edit_address", address={"Name": "Jo", "City": "Berwyn"}) == 200
    assert control.post("/documents/SB100/change_batch", batch="BY-HAND") == 200
    assert control.post("/documents/SB100/add_hold", hold="CREDIT") == 200
    assert control.post("/documents/SB100/add_hold", hold="NOHOLD") == 404
    assert control.post("/documents/SB100/edit_quantity", sequence=16384, quantity=7) == 200
    document = control.get("/documents/SB100")
    assert (document["batch"], document["holds"], document["total"]) == ("BY-HAND", ["CREDIT"], "238.00")
    assert document["address"] == {"Name": "Jo", "City": "Berwyn"}


# Companies ------------------------------------------------------------------------------------------------------------


def in_company(company_id: int) -> str:
    return CONTEXT.replace(">2<", f">{company_id}<")


def test_companies_keep_books_of_their_own(client: Client, gp: GpSimulator, control: Control) -> None:
    gp.add_company(3, "Wingtip Europe", currency="EUR")
    document = order("SB3").replace("<Currency>USD</Currency>", "<Currency>EUR</Currency>")
    policy = "<policy><Key><Id>4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce</Id></Key></policy>"
    assert client.post("CreateSalesOrder", document + in_company(3) + policy).status_code == 200
    assert client.listed("") == []
    assert [each.number for each in gp.company(3).documents()] == ["SB3"]
    assert control.get("/companies/3/documents/SB3")["total"] == "68.00"
    made = client.post("GetSalesOrderByKey", f"<key><Id>SB3</Id></key>{in_company(3)}")
    assert text(found(made, "GetSalesOrderByKeyResult")[0], "CurrencyKey", "ISOCode").strip() == "EUR"
    refusal = client.post("CreateSalesOrder", order("SB4") + in_company(3) + policy)
    assert {problem for problem, _ in client.problems(refusal)} == {"UnknownCurrency"}
    log_id = found(refusal, "Message")[0].text
    logged = client.post("GetLoggedValidationResultByKey", f"<logId>{log_id}</logId>{in_company(3)}")
    assert found(logged, "ValidationError"), "there is one log for all companies"


def test_companies_are_listed_and_those_without_web_services_cannot_be_asked(client: Client, control: Control) -> None:
    control.post("/companies", company_id=5, name="Archive", web_enabled=False)

    def names(operation: str, asked: str) -> list[str]:
        return [text(each, "Name").strip() for each in found(client.post(operation, asked + CONTEXT), "Company")]

    assert names("GetCompanyList", "<criteria/>") == ["Wingtip Distribution, Inc.", "Archive"]
    assert names("GetWSEnabledCompanyForUserList", "") == ["Wingtip Distribution, Inc."]
    every_order = "<criteria><Scope>Return All</Scope></criteria>"
    assert "Company 5" in faultstring(client.post("GetSalesOrderList", every_order + in_company(5)))
