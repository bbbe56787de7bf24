"""The GP simulator against the contract that a real GP published: its answers, its tables, and what it accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

from local.gp.books import Books
from local.gp.contract import ENUMERATIONS, OPERATIONS, TYPES, Field, fields_of, namespace_of
from local.gp.faces import Face, Request
from local.gp.policies import POLICIES
from local.gp.reading import read_request
from local.gp.soap import PATH, soap_face
from tests.contract.gp_bodies import order
from tests.contract.gp_documents import invoice, sales_return
from tests.vendor import gp_contract, gp_inventory_contract
from tests.vendor.gp_contract import CONTRACTS, SCHEMAS

XS = "{http://www.w3.org/2001/XMLSchema}"

GP = "http://schemas.microsoft.com/dynamics/gp/2006/01"
DYN = "http://schemas.microsoft.com/dynamics/2006/01"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
CONTEXT = (
    '<context><dyn:OrganizationKey xsi:type="dyn:CompanyKey"><dyn:Id>2</dyn:Id></dyn:OrganizationKey>'
    "<dyn:CurrencyType>Local</dyn:CurrencyType></context>"
)

pytestmark = pytest.mark.skipif(not CONTRACTS.is_dir(), reason=f"the vendor's contract is not at {CONTRACTS}")


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return gp_contract.schema()


@pytest.fixture(scope="module")
def subset() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((CONTRACTS / "legacy-types-subset.json").read_text())
    return loaded


@pytest.fixture
def books() -> Books:
    """With the cards that the sample bodies name."""
    made = Books()
    made.add_customer("SHIPBOB")
    made.add_site("SHIPBOB")
    made.add_item("SKU-1")
    return made


@pytest.fixture
def service(books: Books) -> Face:
    """The simulator without its HTTP."""
    return soap_face(books)


def sample(name: str) -> str:
    return (CONTRACTS / "samples" / f"{name}.body.xml").read_text()


def envelope(body: str) -> bytes:
    return (
        f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>{body}</s:Body></s:Envelope>'.encode()
    )


def asking(operation: str, inner: str) -> str:
    return f'<{operation} xmlns="{GP}" xmlns:dyn="{DYN}" xmlns:xsi="{XSI}">{inner}{CONTEXT}</{operation}>'


def answer(service: Face, operation: str, body: str) -> tuple[int, etree._Element]:
    headers = {"content-type": "text/xml; charset=utf-8", "soapaction": f'"{GP}/{operation}"'}
    said = service(Request("POST", PATH, "", headers, envelope(body))).work(lambda: None)
    return said.status, etree.fromstring(etree.tostring(etree.fromstring(said.body)[0][0]))


HELD = (
    "<ProcessHolds><SalesProcessHold><Key><SalesProcessHoldSetupKey><Id>SHIPBOB</Id></SalesProcessHoldSetupKey></Key>"
    '<IsTransferHold xsi:nil="true"/><IsPostHold xsi:nil="true"/><IsFulfillHold xsi:nil="true"/>'
    '<IsPrintHold xsi:nil="true"/><HoldDateTime xsi:nil="true"/><DeleteOnUpdate xsi:nil="true"/>'
    '<IsDeleted xsi:nil="true"/></SalesProcessHold></ProcessHolds>'
)

SALES = {"SalesOrder": order("DOC"), "SalesInvoice": invoice("DOC"), "SalesReturn": sales_return("DOC")}
"""A document of each kind."""

QUESTIONS = {
    "GetSalesOrderByKey": "<key><Id>SB100200300</Id></key>",
    "GetSalesOrderList": "<criteria><Scope>Return All</Scope></criteria>",
    "GetSalesInvoiceByKey": "<key><Id>DOC</Id></key>",
    "GetSalesInvoiceList": "<criteria><Scope>Return All</Scope></criteria>",
    "GetSalesReturnByKey": "<key><Id>DOC</Id></key>",
    "GetSalesReturnList": "<criteria><Scope>Return All</Scope></criteria>",
    "GetSalesDocumentList": "<criteria><Scope>Return All</Scope></criteria>",
    "GetBatchByKey": "<key><Id>SB20250131</Id><CreatedDateTime>0001-01-01T00:00:00</CreatedDateTime></key>",
    "GetBatchList": "<criteria><Source><Like>Sales%</Like></Source></criteria>",
    "GetShippingMethodByKey": "<key><Id>GROUND</Id></key>",
    "GetShippingMethodList": "<criteria/>",
    "GetCustomerByKey": "<key><Id>SHIPBOB</Id></key>",
    "GetCustomerList": "<criteria><Id><Items><string>SHIPBOB</string></Items></Id><Scope>Return All</Scope></criteria>",
    "GetItemByKey": "<key><Id>SKU-1</Id></key>",
    "GetInventoriedItemByKey": "<key><Id>SKU-1</Id></key>",
    "GetItemList": "<criteria><ItemId><Like>%-%</Like></ItemId></criteria>",
    "GetWarehouseByKey": "<key><Id>MAIN</Id></key>",
    "GetWarehouseList": "<criteria/>",
    "GetSalesProcessHoldSetupByKey": "<key><Id>SHIPBOB</Id></key>",
    "GetSalesProcessHoldSetupList": "<criteria/>",
    "GetPolicyByOperation": "<operation>CreateSalesOrder</operation>",
    "GetCompanyList": "<criteria/>",
    "GetWSEnabledCompanyForUserList": "",
}
WRITES = {*(f"{verb}{kind}" for verb in ("Create", "Update", "Void") for kind in SALES), "DeleteSalesOrder"}
LOGS = {"GetLoggedValidationResultByKey", "GetLoggedExceptionDataByKey"}


def test_every_operation_of_the_simulator_is_asked_here() -> None:
    inventory = {*gp_inventory_contract.QUESTIONS, *gp_inventory_contract.WRITES}
    assert {*QUESTIONS, *WRITES, *LOGS, *inventory} == OPERATIONS


@pytest.mark.parametrize("operation", sorted(QUESTIONS))
def test_an_answer_is_valid(service: Face, schema: etree.XMLSchema, operation: str) -> None:
    create = sample("CreateSalesOrder").replace("<TrackingNumbers>", f"{HELD}<TrackingNumbers>")
    assert answer(service, "CreateSalesOrder", create)[0] == 200
    for kind in ("SalesInvoice", "SalesReturn"):
        assert answer(service, f"Create{kind}", writing(f"Create{kind}", SALES[kind]))[0] == 200
    status, said = answer(service, operation, asking(operation, QUESTIONS[operation]))
    assert status == 200, etree.tostring(said)
    schema.assertValid(said)
    assert len(said) == 1, "there is a result"
    assert len(said[0]), "and something in it"


@pytest.mark.parametrize("operation", sorted(WRITES))
def test_the_answer_to_a_write_is_valid_and_empty(service: Face, schema: etree.XMLSchema, operation: str) -> None:
    verb, _, kind = operation.partition("Sales")
    kind = f"Sales{kind}"
    create = writing(f"Create{kind}", SALES[kind])
    schema.assertValid(etree.fromstring(create))
    said = answer(service, f"Create{kind}", create)
    if verb != "Create":
        again = SALES[kind] if verb == "Update" else "<key><Id>DOC</Id></key>"
        said = answer(service, operation, writing(operation, again))
    status, element = said
    assert status == 200, etree.tostring(element)
    schema.assertValid(element)
    assert len(element) == 0


def writing(operation: str, inner: str) -> str:
    policy = f"<policy><Key><Id>{POLICIES[operation]}</Id></Key></policy>"
    return asking(operation, inner).replace("</context>", f"</context>{policy}")


def test_a_transferred_order_and_what_is_posted_are_valid(service: Face, schema: etree.XMLSchema, books: Books) -> None:
    for kind in SALES:
        assert answer(service, f"Create{kind}", writing(f"Create{kind}", SALES[kind]))[0] == 200
    invoice_number = books.transfer("DOC")
    assert len(books.post_batch("SBD261123-01")) == 3
    for kind, number in {"SalesOrder": "DOC", "SalesInvoice": invoice_number, "SalesReturn": "DOC"}.items():
        question = asking(f"Get{kind}ByKey", f"<key><Id>{number}</Id></key>")
        status, said = answer(service, f"Get{kind}ByKey", question)
        assert status == 200
        schema.assertValid(said)
        assert said.findtext(".//{*}TransactionState") == "History"


@pytest.mark.parametrize("operation", sorted(WRITES))
def test_the_policy_of_every_write_is_valid(service: Face, schema: etree.XMLSchema, operation: str) -> None:
    question = asking("GetPolicyByOperation", f"<operation>{operation}</operation>")
    status, said = answer(service, "GetPolicyByOperation", question)
    assert status == 200
    schema.assertValid(said)
    assert said.findtext(".//{*}Key/{*}Id") == POLICIES[operation]


@pytest.mark.parametrize("operation", sorted(LOGS))
def test_what_is_logged_is_valid(service: Face, schema: etree.XMLSchema, operation: str) -> None:
    body = sample("CreateSalesOrder").replace("SKU-1", "NO-SUCH")
    status, refusal = answer(service, "CreateSalesOrder", body)
    assert status == 500
    log_id = refusal.findtext("detail/Message")
    status, said = answer(service, operation, asking(operation, f"<logId>{log_id}</logId>"))
    assert status == 200
    schema.assertValid(said)
    assert "NO-SUCH" in etree.tostring(said).decode()


@pytest.mark.parametrize("operation", ["CreateSalesOrder", "GetSalesOrderList"])
def test_a_sample_body_is_accepted_by_the_reader(operation: str) -> None:
    request = read_request(envelope(sample(operation)), f'"{GP}/{operation}"')
    assert request.operation == operation


def _row(field: Field) -> tuple[str, str, str, bool, str]:
    occurs = {"*": "0..unbounded", "?": "0..1", "|": "0..1"}.get(field.mark, "1..1")
    return field.name, field.type, occurs, field.nillable, namespace_of(field.owner)


def _their_rows(elements: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, bool, str]]:
    """Elements only: the list also holds markers of a choice and, with an @, attributes."""
    for each in elements:
        if "type" in each and not each["name"].startswith("@"):
            yield each["name"], each["type"], each["occurs"], each["nillable"], each.get("ns", GP)


def test_the_tables_say_what_the_contract_says(subset: dict[str, Any]) -> None:
    both = sorted(TYPES & subset["types"].keys())
    assert len(both) > 90
    for name in both:
        assert [_row(field) for field in fields_of(name)] == [*_their_rows(subset["types"][name]["elements"])], name


def test_arrays_and_restrictions_follow_the_rules_they_are_made_by(subset: dict[str, Any]) -> None:
    used = {field.type for name in {*TYPES, *OPERATIONS} for field in fields_of(name)}
    made = sorted(
        name for name in used & subset["types"].keys() if name not in TYPES and "enum" not in subset["types"][name]
    )
    ours = [name for name in made if name.startswith("ArrayOf") or "RestrictionOf" in name]
    assert len(ours) > 20
    for name in ours:
        assert [_row(field) for field in fields_of(name)] == [*_their_rows(subset["types"][name]["elements"])], name


def test_the_operations_take_and_give_what_the_contract_says(subset: dict[str, Any]) -> None:
    for name in sorted(OPERATIONS & subset["operations"].keys()):
        for wrapper in (name, f"{name}Response"):
            ours = [_row(field) for field in fields_of(wrapper)]
            assert ours == [*_their_rows(subset["operations"][wrapper])], wrapper


def test_types_declare_the_elements_that_the_schema_declares() -> None:
    """The bases and the types of process hold set-up, which the flattened list has not."""
    root = etree.parse(SCHEMAS / "DynamicsGPWebServices.xsd").getroot()
    theirs = {each.get("name"): each for each in root.iter(f"{XS}complexType")}
    checked = 0
    for name in sorted(TYPES & theirs.keys()):
        own = [field.name for field in fields_of(name) if field.owner == name]
        assert own == [each.get("name") for each in theirs[name].iter(f"{XS}element")], name
        checked += 1
    assert checked > 100


def test_the_enumerations_are_the_contract_s(subset: dict[str, Any]) -> None:
    for name, words in ENUMERATIONS.items():
        assert words == frozenset(subset["types"][name]["enum"]), name
