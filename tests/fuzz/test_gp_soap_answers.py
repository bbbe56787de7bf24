"""Whatever GP's legacy endpoint answers is read soundly or is one of our failures, in no time, and nobody is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from bridge.domain.inventory import InventoryDocumentType, TransactionState, Window, WindowOf
from bridge.domain.outcome import Misconfigured, Refused, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesOrder, SalesUpdate
from bridge.gp import sales, wire
from bridge.gp.ending import Ending, Reply, of_soap
from bridge.gp.soap import SoapGp
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.contract.gp_carrier import answer, companies, fault, reasons, refusal, result, soap_with
from tests.contract.gp_port import NUMBER, an_order
from tests.fuzz.bounds import PERSON, fuzzed, reads
from tests.fuzz.broken_xml import bodies, documents
from tests.vendor import gp_contract, gp_instances

NOON = dt.datetime(2026, 11, 17, 12, tzinfo=dt.UTC)
WINDOW = Window(WindowOf.MODIFIED, NOON, NOON + dt.timedelta(hours=1))
ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
WRITTEN = an_order(currency="", comment=PERSON, tracking=("1Z999",), shipped_on=NOON.date())
KEY = "<Key><Id>SBC1</Id></Key><BatchKey><Id>SBC261116</Id></BatchKey><Date>2026-11-16T00:00:00</Date>"
MODIFIED = "<ModifiedDate>2026-11-16T10:00:00</ModifiedDate><TransactionState>Work</TransactionState>"
HEADED = f"{KEY}{MODIFIED}"
MOVED = (
    f"{HEADED}<Lines><InventoryAdjustmentLine><Key><SequenceNumber>16384</SequenceNumber></Key><ItemKey><Id>A</Id>"
    "</ItemKey><Quantity><Value>-3</Value></Quantity><WarehouseKey><Id>WEST</Id></WarehouseKey><Lots><InventoryLot>"
    "<LotNumber>L</LotNumber><Quantity><Value>3</Value></Quantity></InventoryLot></Lots></InventoryAdjustmentLine></Lines>"
)
SUMMARY = (
    "<SalesDocumentSummary><Key><Id>SBO1</Id></Key><Type>Order</Type><CustomerKey><Id>C</Id></CustomerKey>"
    "<Date>2026-11-16T00:00:00</Date><TotalAmount><Value>30.00</Value></TotalAmount><MasterNumber>7</MasterNumber>"
    "<TransactionState>Work</TransactionState><ModifiedDate>2026-11-16T10:00:00</ModifiedDate></SalesDocumentSummary>"
)
ITEM = (
    "<Key><Id>A</Id></Key><Description>Serum</Description><Type>SalesItem</Type><IsDiscontinued>false</IsDiscontinued>"
    "<QuantityDecimalPlaces>Zero</QuantityDecimalPlaces><TrackingOption>None</TrackingOption><Quantities>"
    "<SalesItemWarehouse><Key><WarehouseKey><Id>WEST</Id></WarehouseKey></Key><OnHandQuantity><Value>4</Value>"
    "</OnHandQuantity></SalesItemWarehouse></Quantities>"
)
CUSTOMER = f"<Key><Id>C</Id></Key><Name>{PERSON}</Name><IsActive>true</IsActive><IsOnHold>false</IsOnHold>"
POLICY = (
    "<Key><Id>4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce</Id></Key><Behaviors><Behavior><Key><Id>1</Id></Key><Name>Quantity "
    "Shortage</Name><Internal>false</Internal><Options><BehaviorOption><Key><Id>3</Id></Key><Name>Override</Name>"
    "</BehaviorOption></Options><SelectedOption><Key><Id>1</Id></Key><Name>Backorder</Name></SelectedOption></Behavior>"
    "</Behaviors>"
)

type Ask = Callable[[SoapGp], object]


def _order() -> str:
    """The order as we write it ourselves, in the place of GP's."""
    element = wire.element("GetSalesOrderByKeyResult", sales.content(WRITTEN))
    return "".join(etree.tostring(child).decode() for child in element)


def _published(kind: str) -> list[bytes]:
    """A document with everything that GP's own schema allows; none where the schema is not at hand."""
    if not gp_contract.CONTRACTS.is_dir():
        return []
    operation = f"Get{kind}ByKey"
    return [answer(operation, gp_instances.full(kind, f"{operation}Result").decode()).body]


READS: dict[str, tuple[Ask, list[bytes]]] = {
    "GetSalesOrderByKey": (
        lambda soap: soap.sales_order(NUMBER),
        [result("GetSalesOrderByKey", _order()).body, *_published("SalesOrder")],
    ),
    "GetSalesInvoiceByKey": (
        lambda soap: soap.sales_invoice(NUMBER),
        [result("GetSalesInvoiceByKey", _order().replace("SalesOrder", "SalesInvoice")).body],
    ),
    "GetSalesReturnByKey": (
        lambda soap: soap.sales_return(NUMBER),
        [result("GetSalesReturnByKey", _order().replace("SalesOrder", "SalesReturn")).body],
    ),
    "GetSalesDocumentList": (
        lambda soap: soap.sales_documents("C", "#1"),
        [result("GetSalesDocumentList", SUMMARY).body],
    ),
    "GetInventoryAdjustmentByKey": (
        lambda soap: soap.inventory_document(ADJUSTMENT, "SBC1"),
        [result("GetInventoryAdjustmentByKey", MOVED).body],
    ),
    "GetInventoryAdjustmentList": (
        lambda soap: soap.inventory_documents(ADJUSTMENT, WINDOW, TransactionState.WORK),
        [
            result(
                "GetInventoryAdjustmentList", f"<InventoryAdjustmentSummary>{HEADED}</InventoryAdjustmentSummary>"
            ).body
        ],
    ),
    "GetItemByKey": (lambda soap: soap.item("A"), [result("GetItemByKey", ITEM).body]),
    "GetCustomerByKey": (lambda soap: soap.customer("C"), [result("GetCustomerByKey", CUSTOMER).body]),
    "GetWSEnabledCompanyForUserList": (lambda soap: soap.companies(), [companies(2).body]),
    "GetPolicyByOperation": (
        lambda soap: soap.policy("CreateSalesOrder"),
        [result("GetPolicyByOperation", POLICY).body],
    ),
}


def port(operation: str, body: bytes, status: int = 200) -> SoapGp:
    """GP that answers the operation so, as the transport hands it over."""
    ending = of_soap(status, body)
    reply = Reply(ending, status, body) if ending else Reply(Ending.UNKNOWN, status, why="no word of GP's")
    _, carrier = soap_with(**{operation: reply})
    return SoapGp(carrier, 2, {"CreateSalesOrder": {"Quantity Shortage": "Override"}})


@pytest.mark.parametrize(("operation", "read"), list(READS.items()), ids=READS)
def test_what_is_valid_is_read(operation: str, read: tuple[Ask, list[bytes]]) -> None:
    ask, valid = read
    for body in valid:
        assert ask(port(operation, body)) is not None


@pytest.mark.parametrize(("operation", "read"), list(READS.items()), ids=READS)
@fuzzed(70)
@given(data=st.data())
def test_an_answer_is_read_or_one_of_our_failures(
    operation: str, read: tuple[Ask, list[bytes]], data: st.DataObject
) -> None:
    ask, valid = read
    body = data.draw(bodies(valid) | st.binary(max_size=50))
    status = data.draw(st.sampled_from([200, 200, 200, 500]))

    reads(lambda: ask(port(operation, body, status)), Transient, Misconfigured)


FAULTS = [
    *(fault("Business object not found.").body, fault("A system exception has occurred.").body, refusal().body),
    fault(f"The comment {PERSON} is too long", "<detail><Message>no such thing</Message></detail>").body,
]
REASONS = [
    reasons("Item 'A' does not exist.", properties="ItemKey").body,
    reasons(f"The comment {PERSON} is too long", "The batch is locked").body,
]


@fuzzed(250)
@given(documents(FAULTS) | bodies(FAULTS), documents(REASONS) | bodies(REASONS), st.sampled_from([200, 500]))
def test_a_fault_to_a_write_is_one_of_our_failures(told: bytes, why: bytes, status: int) -> None:
    def write() -> None:
        ending = of_soap(status, told)
        reply = Reply(ending or Ending.UNKNOWN, status, told)
        soap, _ = soap_with(CreateSalesOrder=reply, GetLoggedValidationResultByKey=Reply(Ending.ANSWERED, 200, why))
        soap.create_sales_order(WRITTEN)

    reads(write, Transient, Refused, UnknownOutcome, Misconfigured)


@fuzzed(150)
@given(documents([f'<o xmlns="{wire.GP}">{_order()}</o>'.encode()]))
def test_whatever_was_read_it_is_given_back_or_refused(image: bytes) -> None:
    """An update gives back the document as GP sent it, whose image comes out of our own rows."""
    soap, _ = soap_with()
    update = SalesUpdate(comment="Leave at the door", added_tracking=("1Z",), lifted_holds=frozenset({"SHIPBOB"}))

    reads(lambda: soap.update_sales_order(an_order(image=image), update), Refused, Misconfigured, UnknownOutcome)


@fuzzed(150)
@given(bodies([answer("X", "<a>0</a>").body]))
def test_xml_is_parsed_or_a_value_error(body: bytes) -> None:
    root = reads(lambda: wire.parse(body), ValueError)

    assert root is None or root.getroottree().docinfo.internalDTD is None


def test_an_order_that_we_write_is_read_back_as_it_was() -> None:
    found = port("GetSalesOrderByKey", READS["GetSalesOrderByKey"][1][0]).sales_order(NUMBER)

    assert isinstance(found, SalesOrder)
    assert found == WRITTEN
