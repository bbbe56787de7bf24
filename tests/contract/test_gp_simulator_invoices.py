"""The GP simulator's invoices and returns: what is kept, what posting moves, how an order becomes an invoice."""

from __future__ import annotations

import pytest
from lxml import etree

from local.gp import GpSimulator
from tests.contract.gp_bodies import CONTEXT, GP, Client, Control, found, hold, line, text, tracking
from tests.contract.gp_documents import (
    create_invoice,
    create_return,
    invoice,
    invoice_line,
    on_hand,
    policy,
    quantity,
    read,
    return_line,
    sales_return,
    send,
)

INVOICE_BATCH = "SBD261123-01"


# Invoices and returns of their own ------------------------------------------------------------------------------------


def test_an_invoice_comes_back_as_it_was_sent_and_bills_and_ships_all_of_it(client: Client) -> None:
    answer = create_invoice(client, freight="5.00", total="73.00", after_batch=tracking("1Z999"))
    assert answer.status_code == 200, client.problems(answer)
    made = read(client, "SalesInvoice", "INV100")
    assert text(made, "Type") == "Invoice"
    assert text(made, "TotalAmount", "Value") == "73.00"
    [its_line] = made.iter("{*}SalesInvoiceLine")
    quantities = ("Quantity", "BillingQuantity", "QuantityFulfilled", "QuantityAllocated")
    assert [text(its_line, name, "Value") for name in quantities] == ["2"] * 4
    assert [text(each, "Key", "Id").strip() for each in made.iter("{*}SalesTrackingNumber")] == ["1Z999"]


def test_an_invoice_is_changed_by_its_number(client: Client, control: Control) -> None:
    create_invoice(client)
    answer = send(client, "UpdateSalesInvoice", invoice(lines=invoice_line(count="3", key="16384")))
    assert answer.status_code == 200, client.problems(answer)
    [its_line] = control.get("/invoices/INV100")["lines"]
    assert (its_line["quantity"], its_line["billed"], its_line["extended"]) == ("3", "3", "102.00")


@pytest.mark.parametrize(("kind", "path"), [("SalesInvoice", "/invoices/INV100"), ("SalesReturn", "/returns/RET100")])
def test_a_whole_document_as_read_can_be_sent_back(client: Client, control: Control, kind: str, path: str) -> None:
    create_invoice(client, freight="5.00", after_batch=hold() + tracking("1Z999"))
    create_return(client, lines=return_line(returned=quantity("InUseQuantity", "2")))
    before = control.get(path)
    as_read = read(client, kind, before["number"])
    as_read.tag = f"{{{GP}}}s{kind[1:]}"
    answer = send(client, f"Update{kind}", etree.tostring(as_read).decode())
    assert answer.status_code == 200, client.problems(answer)
    after = control.get(path)
    assert after == {**before, "modified_count": 2, "modified": after["modified"]}


def test_kinds_have_numbers_of_their_own(client: Client, control: Control) -> None:
    assert client.create("SAME").status_code == 200
    assert create_invoice(client, "SAME").status_code == 200
    assert create_return(client, "SAME").status_code == 200
    assert [problem for problem, _ in client.problems(create_invoice(client, "SAME"))] == ["DuplicateDocument"]
    assert [document["kind"] for document in control.get("/returns")] == ["Return"]


@pytest.mark.parametrize(
    ("operation", "document", "object_type"),
    [
        ("CreateSalesInvoice", invoice(type="STDORD"), "Microsoft.Dynamics.GP.SalesInvoice"),
        ("CreateSalesReturn", sales_return(type="STDINV"), "Microsoft.Dynamics.GP.SalesReturn"),
    ],
)
def test_a_document_type_of_another_kind_is_refused_with_a_result_about_the_right_kind(
    client: Client, operation: str, document: str, object_type: str
) -> None:
    refusal = send(client, operation, document)
    assert [problem for problem, _ in client.problems(refusal)] == ["UnknownDocumentType"]
    log_id = found(refusal, "Message")[0].text
    question = f"<logId>{log_id}</logId>{CONTEXT}"
    [error] = found(client.post("GetLoggedValidationResultByKey", question), "ValidationError")
    assert text(error, "ObjectType") == object_type
    assert text(error, "PropertyNames", "string") == "DocumentTypeKey"
    [logged] = found(client.post("GetLoggedExceptionDataByKey", question), "GetLoggedExceptionDataByKeyResult")
    assert (text(logged, "ServiceType"), text(logged, "BusinessObjectType")) == ("Create", object_type)


@pytest.mark.parametrize(
    ("returned", "problem"),
    [
        (quantity("OnHandQuantity", "1"), "BadQuantity"),
        (quantity("OnHandQuantity", "3") + quantity("DamagedQuantity", "-1"), "BadQuantity"),
    ],
)
def test_returned_quantities_by_type_must_add_up(client: Client, returned: str, problem: str) -> None:
    refusal = create_return(client, lines=return_line(returned=returned))
    assert [problem for problem, _ in client.problems(refusal)] == [problem]


# Posting --------------------------------------------------------------------------------------------------------------


def test_posting_a_batch_moves_stock_and_leaves_orders_and_held_documents(client: Client, control: Control) -> None:
    client.create()
    create_invoice(client, lines=invoice_line(count="5", price="1.00"))
    create_invoice(client, "HELD", after_batch=hold())
    assert on_hand(client, "SERUM-30", "SB-CICERO", "AllocatedQuantity") == "9"
    assert control.post(f"/batches/{INVOICE_BATCH}/post") == 200
    states = [control.get(path)["state"] for path in ("/documents/SB100", "/invoices/INV100", "/invoices/HELD")]
    assert states == ["Work", "History", "Work"]
    assert on_hand(client, "SERUM-30", "SB-CICERO") == "395"
    assert on_hand(client, "SERUM-30", "SB-CICERO", "AllocatedQuantity") == "4"
    posted = read(client, "SalesInvoice", "INV100")
    assert (text(posted, "TransactionState"), text(posted, "IsVoided")) == ("History", "false")
    assert text(posted, "GeneralLedgerPostingDate") == "2026-11-23T00:00:00"


def test_returned_goods_are_back_by_quantity_type_once_posted(client: Client, control: Control) -> None:
    split = quantity("OnHandQuantity", "2") + quantity("DamagedQuantity", "1")
    create_return(client, lines=return_line(count="3", returned=split) + return_line("SOAP-BAR", "4", "6.25"))
    assert on_hand(client, "SERUM-30", "SB-CICERO") == "400", "a return in Work moves nothing"
    control.post(f"/batches/{INVOICE_BATCH}/post")
    assert on_hand(client, "SERUM-30", "SB-CICERO") == "402"
    assert on_hand(client, "SERUM-30", "SB-CICERO", "DamagedQuantity") == "1"
    assert on_hand(client, "SOAP-BAR", "SB-CICERO") == "404", "without types it is on hand, as set up"


def test_a_batch_that_is_posted_empty_is_gone(client: Client, control: Control) -> None:
    create_invoice(client)
    question = f"<criteria><Id><EqualValue>{INVOICE_BATCH}</EqualValue></Id></criteria>{CONTEXT}"
    [batch] = found(client.post("GetBatchList", question), "Batch")
    assert (text(batch, "NumberOfTransactions"), text(batch, "Total", "Value")) == ("1", "68.00")
    control.post(f"/batches/{INVOICE_BATCH}/post")
    assert found(client.post("GetBatchList", question), "Batch") == []
    assert text(read(client, "SalesInvoice", "INV100"), "BatchKey", "Id").strip() == INVOICE_BATCH


# An order becomes an invoice ------------------------------------------------------------------------------------------


def test_a_transferred_order_is_an_invoice_in_work_that_says_where_it_came_from(
    client: Client, gp: GpSimulator
) -> None:
    client.create("OTHER", po="#1002")
    client.create(freight="5.00", after_batch=tracking("1Z999"))
    number = gp.books.transfer("SB100")
    ordered, made = read(client, "SalesOrder", "SB100"), read(client, "SalesInvoice", number)
    assert (text(ordered, "TransactionState"), text(made, "TransactionState")) == ("History", "Work")
    assert text(made, "OriginalSalesDocumentKey", "Id").strip() == "SB100"
    assert text(made, "OriginalSalesDocumentType") == "Order"
    assert text(made, "MasterNumber") == text(ordered, "MasterNumber")
    assert text(made, "MasterNumber") != text(read(client, "SalesOrder", "OTHER"), "MasterNumber")
    assert text(made, "CustomerPONumber").strip() == "#1001"
    assert text(made, "TotalAmount", "Value") == "73.00"
    assert [text(each, "Key", "Id").strip() for each in made.iter("{*}SalesTrackingNumber")] == ["1Z999"]
    listed = client.post(
        "GetSalesInvoiceList",
        "<criteria><CustomerPONumber><EqualValue>#1001</EqualValue></CustomerPONumber><Scope>Return All</Scope>"
        f"</criteria>{CONTEXT}",
    )
    assert [text(row, "Key", "Id").strip() for row in found(listed, "SalesInvoiceSummary")] == [number]


def test_an_order_transferred_in_part_stays_with_the_rest_to_invoice(client: Client, control: Control) -> None:
    client.create(lines=line(count="5") + line("SOAP-BAR", "1", "6.25"), freight="5.00")
    assert control.post("/documents/SB100/transfer", quantities={"16384": 2}) == 200
    rest = control.get("/documents/SB100")
    assert rest["state"] == "Work"
    assert [(each["quantity"], each["to_invoice"], each["invoiced"]) for each in rest["lines"]] == [
        ("5", "3", "2"),
        ("1", "1", "0"),
    ]
    assert on_hand(client, "SERUM-30", "SB-CICERO", "AllocatedQuantity") == "5", "3 by the order, 2 by the invoice"
    assert control.post("/documents/SB100/transfer", quantities={"16384": 4}) == 409, "more than there is to invoice"
    assert control.post("/documents/SB100/transfer") == 200
    assert control.get("/documents/SB100")["state"] == "History"
    invoices = control.get("/invoices")
    assert [(each["original"], each["total"], each["freight"]) for each in invoices] == [
        ("SB100", "73.00", "5.00"),
        ("SB100", "108.25", "0"),
    ]
    assert len({each["master"] for each in [rest, *invoices]}) == 1


def test_an_update_cannot_invoice_again_what_went_to_an_invoice(client: Client, gp: GpSimulator) -> None:
    client.create(lines=line(count="5"))
    stale = read(client, "SalesOrder", "SB100")
    stale.tag = f"{{{GP}}}salesOrder"
    gp.books.transfer("SB100", {"16384": 2})
    refusal = send(client, "UpdateSalesOrder", etree.tostring(stale).decode())
    assert [problem for problem, _ in client.problems(refusal)] == ["BadQuantity"], "it says 5 are to be invoiced"
    assert client.update(lines=line(count="5", key="16384")).status_code == 200
    assert gp.books.document("SB100").lines[16384]["QuantityToInvoice"]["Value"] == 3
    [(problem, _)] = client.problems(client.update(lines=line(count="1", key="16384")))
    assert problem == "BadQuantity"


def test_without_history_a_transferred_order_is_simply_gone(client: Client, gp: GpSimulator, control: Control) -> None:
    control.post("/set_up", keeps_history=False)
    client.create()
    client.create("SB200")
    gp.books.transfer("SB100")
    assert control.post("/documents/SB200/void") == 200
    assert control.get("/documents") == []
    assert len(control.get("/invoices")) == 1


def test_every_kind_is_listed_together_by_type(client: Client) -> None:
    client.create()
    create_invoice(client)
    create_return(client)
    kinds = "<Type><EqualValue xsi:nil='true'/><NotEqualValue xsi:nil='true'/><Items>{}</Items></Type>"
    wanted = "<SalesDocumentType>Order</SalesDocumentType><SalesDocumentType>Return</SalesDocumentType>"
    asked = f"<criteria><Scope>Return All</Scope>{kinds.format(wanted)}</criteria>{CONTEXT}"
    rows = found(client.post("GetSalesDocumentList", asked), "SalesDocumentSummary")
    assert [(text(row, "Key", "Id").strip(), text(row, "Type")) for row in rows] == [
        ("SB100", "Order"),
        ("RET100", "Return"),
    ]


@pytest.mark.parametrize("kind", ["SalesOrder", "SalesInvoice", "SalesReturn"])
def test_a_voided_document_is_in_history_marked(client: Client, kind: str) -> None:
    client.create("DOC")
    create_invoice(client, "DOC")
    create_return(client, "DOC")
    question = f"<key><Id>DOC</Id></key>{CONTEXT}" + policy(client, f"Void{kind}")
    assert client.post(f"Void{kind}", question).status_code == 200
    document = read(client, kind, "DOC")
    assert (text(document, "TransactionState"), text(document, "IsVoided")) == ("History", "true")
    assert [problem for problem, _ in client.problems(client.post(f"Void{kind}", question))] == ["NotInWork"]


def test_a_deposit_must_be_removed_before_its_order_is_voided(client: Client) -> None:
    deposit = "<DepositAmount><Currency>USD</Currency><Value>5</Value><DecimalDigits>2</DecimalDigits></DepositAmount>"
    client.create(after_batch=deposit)
    question = f"<key><Id>SB100</Id></key>{CONTEXT}"
    kept = client.post("VoidSalesOrder", question + policy(client, "VoidSalesOrder", Remove_Posted_Deposits=0))
    assert [problem for problem, _ in client.problems(kept)] == ["DepositNotRemoved"]
    assert client.post("VoidSalesOrder", question + policy(client, "VoidSalesOrder")).status_code == 200


def test_a_deleted_order_is_nowhere(client: Client) -> None:
    client.create()
    question = f"<key><Id>SB100</Id></key>{CONTEXT}" + policy(client, "DeleteSalesOrder")
    assert client.post("DeleteSalesOrder", question).status_code == 200
    assert client.listed("") == []
