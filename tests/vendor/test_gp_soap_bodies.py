"""Every body that SoapGp sends is valid against the schema that a real GP published."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    Lot,
    TransactionState,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Misconfigured, Refused
from bridge.domain.sales_document import (
    SalesDocument,
    SalesInvoice,
    SalesLine,
    SalesOrder,
    SalesReturn,
    SalesUpdate,
    ShipTo,
)
from bridge.gp.soap import SoapGp
from bridge.neighbours import Gp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.contract.gp_carrier import Carrier, answer, refusal
from tests.vendor import gp_contract, gp_instances
from tests.vendor.gp_documents import EVERYTHING, NOTHING, POOR, RICH, TRACKED

pytestmark = pytest.mark.skipif(
    not gp_contract.CONTRACTS.is_dir(), reason=f"the vendor's contract is not at {gp_contract.CONTRACTS}"
)

GP = gp_instances.GP
DAY = dt.date(2026, 11, 16)
NOON = dt.datetime(2026, 11, 16, 12, 30, 15, 123456, tzinfo=dt.UTC)
WRITES = (
    "CreateSalesOrder",
    "CreateSalesInvoice",
    "CreateSalesReturn",
    "UpdateSalesOrder",
    "UpdateSalesInvoice",
    "VoidSalesOrder",
    "CreateInventoryAdjustment",
)


def recorder(*, refuses: bool = False) -> Carrier:
    """Answers with nothing, but shows a whole policy; refuses every write, if it shall."""
    policy = gp_instances.full("Policy", "GetPolicyByOperationResult").decode()
    answers = {"GetPolicyByOperation": answer("GetPolicyByOperation", policy)}
    return Carrier(answers | {write: refusal() for write in WRITES if refuses})


def faults(carrier: Carrier) -> list[str]:
    """What is wrong with what was sent."""
    return [fault for _, body in carrier.sent for fault in gp_contract.faults(body)]


MOVES = {
    "rich": (
        InventoryLine(
            Decimal(16384),
            "SERUM-30",
            "SB-CICERO",
            Decimal(-3),
            unit_of_measure="EACH",
            unit_cost=Decimal("1.23456"),
            offset_account="000-5100-00",
            **TRACKED,
        ),
        InventoryLine(Decimal(32768), "SOAP-BAR", "MAIN", Decimal("1E+2")),
    ),
    "poor": (),
}


def document[D: SalesDocument](kind: type[D], fields: dict[str, Any], **more: Any) -> D:
    names = {"number": "SBO1", "customer": "SHIPBOB-DTC", "document_type": "STD", "batch": "SBD261116-09", "date": DAY}
    return kind(**{**names, **fields, **more})


def held[D: SalesDocument](kind: type[D]) -> D:
    """A document with everything in it that GP could have sent."""
    return document(kind, RICH, image=gp_instances.full(kind.__name__, "Result"))


def bare[D: SalesDocument](kind: type[D]) -> D:
    """A document of which GP sent its scalars only."""
    image = etree.fromstring(gp_instances.full(kind.__name__, "Result"))
    for child in [child for child in image if len(child)]:
        image.remove(child)
    return document(kind, POOR, image=etree.tostring(image))


def adjustment(richness: str) -> InventoryDocument:
    return InventoryDocument(InventoryDocumentType.ADJUSTMENT, "SBC1", "SBC261116", DAY, MOVES[richness])


def windows(soap: SoapGp) -> None:
    for kind in InventoryDocumentType:
        for of in WindowOf:
            for state in TransactionState:
                soap.inventory_documents(kind, Window(of, NOON, NOON + dt.timedelta(days=1)), state)


def documents(soap: SoapGp) -> None:
    for kind in InventoryDocumentType:
        soap.inventory_document(kind, "00000000000000117")


def asks_for_companies(soap: SoapGp) -> None:
    with pytest.raises(Misconfigured):
        soap.probe()  # the answer has none


type Deed = Callable[[SoapGp], object]
DEEDS: dict[str, list[Deed]] = {
    "probe": [asks_for_companies],
    "sales_order": [lambda soap: soap.sales_order("SBO1")],
    "sales_invoice": [lambda soap: soap.sales_invoice("SBI1")],
    "sales_return": [lambda soap: soap.sales_return("SBR1")],
    "sales_documents": [lambda soap: soap.sales_documents("SHIPBOB-DTC", "#1042")],
    "create_sales_order": [
        lambda soap: soap.create_sales_order(document(SalesOrder, RICH)),
        lambda soap: soap.create_sales_order(document(SalesOrder, POOR)),
    ],
    "create_sales_invoice": [
        lambda soap: soap.create_sales_invoice(document(SalesInvoice, RICH, order="SBO1")),
        lambda soap: soap.create_sales_invoice(document(SalesInvoice, POOR)),
    ],
    "create_sales_return": [
        lambda soap: soap.create_sales_return(document(SalesReturn, RICH)),
        lambda soap: soap.create_sales_return(document(SalesReturn, POOR)),
    ],
    "update_sales_order": [
        lambda soap: soap.update_sales_order(held(SalesOrder), EVERYTHING),
        lambda soap: soap.update_sales_order(held(SalesOrder), NOTHING),
        lambda soap: soap.update_sales_order(bare(SalesOrder), EVERYTHING),
    ],
    "update_sales_invoice": [
        lambda soap: soap.update_sales_invoice(held(SalesInvoice), EVERYTHING),
        lambda soap: soap.update_sales_invoice(held(SalesInvoice), NOTHING),
        lambda soap: soap.update_sales_invoice(bare(SalesInvoice), EVERYTHING),
    ],
    "void_sales_order": [lambda soap: soap.void_sales_order("SBO1")],
    "inventory_document": [documents],
    "inventory_documents": [windows],
    "create_inventory_adjustment": [
        lambda soap: soap.create_inventory_adjustment(adjustment("rich")),
        lambda soap: soap.create_inventory_adjustment(adjustment("poor")),
    ],
    "item": [lambda soap: soap.item("SERUM-30")],
    "item_numbers": [SoapGp.item_numbers],
    "sites_of": [lambda soap: soap.sites_of("SERUM-30")],
    "companies": [SoapGp.companies],
    "customer": [lambda soap: soap.customer("SHIPBOB-DTC")],
    "sites": [SoapGp.sites],
    "shipping_methods": [SoapGp.shipping_methods],
    "hold_setups": [SoapGp.hold_setups],
    "policy": [lambda soap: soap.policy("CreateSalesOrder")],
}
SILENT = {"login", "server", "certificates"}
"""These send no message."""


def done(*deeds: Deed, options: dict[str, dict[str, str]] | None = None) -> Carrier:
    carrier = recorder()
    soap = SoapGp(carrier, 2, options)
    for deed in deeds:
        deed(soap)
    return carrier


def test_every_call_of_the_port_is_made_here() -> None:
    assert {name for name in dir(Gp) if not name.startswith("_")} - SILENT == DEEDS.keys()


@pytest.mark.parametrize("call", sorted(DEEDS))
def test_what_is_sent_is_valid(call: str) -> None:
    carrier = done(*DEEDS[call])

    assert faults(carrier) == []
    assert carrier.sent, "something was sent"


def test_every_write_is_made_here() -> None:
    sent = done(*(deed for deeds in DEEDS.values() for deed in deeds)).operations

    assert {operation for operation in sent if not operation.startswith("Get")} == {*WRITES}


@pytest.mark.parametrize("call", sorted(call for call in DEEDS if call.startswith(("create", "update", "void"))))
def test_the_question_why_gp_refused_is_valid(call: str) -> None:
    carrier = recorder(refuses=True)
    for deed in DEEDS[call]:
        with pytest.raises(Refused):
            deed(SoapGp(carrier, 2))

    assert faults(carrier) == []
    assert len(carrier.bodies("GetLoggedValidationResultByKey")) == len(DEEDS[call])


def test_a_policy_that_goes_back_whole_is_valid() -> None:
    option = gp_instances.PADDED.strip()
    options = {"CreateSalesOrder": {option: option}, "CreateInventoryAdjustment": {option: "2"}}

    carrier = done(*DEEDS["create_sales_order"], *DEEDS["create_inventory_adjustment"], options=options)

    assert faults(carrier) == []
    assert len(carrier.bodies("GetPolicyByOperation")) == 2, "each is read once"
    for body in carrier.bodies("CreateSalesOrder") + carrier.bodies("CreateInventoryAdjustment"):
        assert b"<SelectedOption>" in body


def said(document: etree._Element) -> list[tuple[str, str]]:
    """All names and texts below an element, in their order."""
    return [(str(each.tag), (each.text or "").rstrip()) for each in document.iter()][1:]


def test_an_update_of_nothing_gives_back_everything() -> None:
    present = held(SalesInvoice)

    carrier = done(lambda soap: soap.update_sales_invoice(present, NOTHING))

    [call] = carrier.arguments("UpdateSalesInvoice")
    assert said(call[0]) == said(etree.fromstring(present.image))
    assert carrier.bodies("UpdateSalesInvoice")[0].count(b'="MoneyAmount"') == 2, "what a distribution's amounts are"


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), max_size=60)
AMOUNTS = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=5)
SALES_LINES = st.builds(
    SalesLine,
    sequence=st.integers(1, 2**31 - 1),
    item=TEXT,
    site=TEXT,
    quantity=AMOUNTS,
    unit_price=AMOUNTS,
    fulfilled=AMOUNTS,
    canceled=AMOUNTS,
    unit_of_measure=TEXT,
    lots=st.lists(st.builds(Lot, TEXT, AMOUNTS, st.none() | st.dates())).map(tuple),
    serials=st.lists(TEXT).map(tuple),
)
ORDERS = st.builds(
    SalesOrder,
    number=TEXT,
    customer=TEXT,
    customer_po=TEXT,
    date=st.dates(),
    document_type=TEXT,
    batch=TEXT,
    lines=st.lists(SALES_LINES, max_size=3).map(tuple),
    currency=st.sampled_from(["", "USD", "CAD"]),
    ship_to=st.builds(ShipTo, *[TEXT] * 9),
    shipping_method=TEXT,
    comment=TEXT,
    freight=AMOUNTS,
    miscellaneous=AMOUNTS,
    tax=AMOUNTS,
    trade_discount=AMOUNTS,
    tracking=st.lists(TEXT).map(tuple),
    holds=st.frozensets(TEXT),
    shipped_on=st.none() | st.dates(),
)


@given(ORDERS)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_whatever_an_order_holds_it_is_sent_as_the_contract_says(order: SalesOrder) -> None:
    assert faults(done(lambda soap: soap.create_sales_order(order))) == []


@given(st.text(max_size=20))
def test_whatever_text_comes_it_is_sent_as_the_contract_says_or_refused(text: str) -> None:
    carrier = recorder()
    soap = SoapGp(carrier, 2)
    deeds: list[Deed] = [
        lambda soap: soap.sales_order(text),
        lambda soap: soap.create_sales_order(document(SalesOrder, POOR, comment=text)),
        lambda soap: soap.update_sales_order(held(SalesOrder), SalesUpdate(added_tracking=(text,))),
    ]
    for deed in deeds:
        with contextlib.suppress(Refused):
            deed(soap)

    assert faults(carrier) == []
