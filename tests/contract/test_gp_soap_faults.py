"""GP's faults: what was refused and why, what is only busy, and what leaves a write in doubt."""

from __future__ import annotations

import pytest
from bridge.domain.outcome import Refused, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesUpdate, ShipTo
from bridge.gp.transport import Ending, Reply

from tests.contract.gp_bodies import GP
from tests.contract.gp_carrier import LOG_ID, fault, reasons, refusal, soap_with
from tests.contract.gp_port import NUMBER, an_order, envelope


def refused(*messages: str, properties: str = "") -> Refused:
    """How a create is refused for these reasons."""
    soap, _ = soap_with(
        CreateSalesOrder=refusal(), GetLoggedValidationResultByKey=reasons(*messages, properties=properties)
    )
    with pytest.raises(Refused) as caught:
        soap.create_sales_order(an_order())
    return caught.value


def test_a_refusal_says_what_was_refused_and_gps_first_reason() -> None:
    failure = refused("The item is unknown.", "The site is unknown.")

    assert failure.reason == "GP refuses to create the sales order: The item is unknown."
    assert failure.evidence == ("The item is unknown.", "The site is unknown.")


def test_a_reason_names_the_properties_it_is_about() -> None:
    assert refused("Not found.", properties="Lines ItemKey").evidence == ("Not found. (Lines, ItemKey)",)


def test_a_reason_is_one_line_and_no_novel() -> None:
    failure = refused("a\n  long\tstory " + "x" * 1000, *["again"] * 20)

    assert failure.evidence[0].startswith("a long story x")
    assert {len(line) <= 300 for line in failure.evidence} == {True}
    assert len(failure.evidence) == 10


def test_what_was_sent_about_a_person_is_not_in_the_evidence() -> None:
    told = "418 Alder Street of Dana Whitfield, phone 555-0142, note 'Leave at the door' is not in OH 45402."

    failure = refused(told, "Danaides is not a state. Item SERUM-30 is.")

    assert failure.evidence[0] == "… of …, phone …, note '…' is not in OH …."
    assert failure.evidence[1] == "Danaides is not a state. Item SERUM-30 is."
    assert "Whitfield" not in failure.reason


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("DANA WHITFIELD is unknown.", "… is unknown."),
        ("Dana\n  Whitfield is unknown.", "… is unknown."),
        ("Mr Whitfield is unknown.", "Mr … is unknown."),
        ("x" * 290 + " Whitfield", "x" * 290 + " …"),
    ],
    ids=["in capitals", "over two lines", "in part", "at the end of a long line"],
)
def test_a_person_is_struck_out_however_gp_quotes_them(told: str, kept: str) -> None:
    assert refused(told).evidence == (kept,)


def test_what_an_update_gives_back_about_a_person_is_not_in_the_evidence() -> None:
    image = f'<R xmlns="{GP}"><CustomerName>Old Name  </CustomerName></R>'
    soap, _ = soap_with(
        UpdateSalesOrder=refusal(), GetLoggedValidationResultByKey=reasons("Old Name is not Kim Okafor.")
    )

    with pytest.raises(Refused) as caught:
        soap.update_sales_order(an_order(image=image.encode()), SalesUpdate(ship_to=ShipTo(name="Kim Okafor")))

    assert caught.value.evidence == ("… is not ….",)


@pytest.mark.parametrize(
    "words",
    [
        "Batch SBD261116-09 is locked by user sa.",
        "The batch is being posted.",
        "This document is being edited by another user.",
        "Record in use by another user",
    ],
)
def test_a_batch_or_a_record_that_somebody_has_is_tried_again_later(words: str) -> None:
    soap, _ = soap_with(CreateSalesOrder=refusal(), GetLoggedValidationResultByKey=reasons(words, words))

    with pytest.raises(Transient, match=words):
        soap.create_sales_order(an_order())


@pytest.mark.parametrize(
    "words",
    [
        ("The batch is being posted.", "Item 'X' does not exist."),
        ("The fiscal period is closed.",),
        ("Item LOCKED-BOX does not exist.",),
        ("Item 'PADLOCK' on line 16384 is inactive.",),
    ],
)
def test_waiting_does_not_mend_what_else_is_wrong(words: tuple[str, ...]) -> None:
    assert refused(*words).evidence == words


def test_a_refusal_without_errors_tells_its_warnings() -> None:
    warned = "<Warnings><ValidationWarning><Message>Beyond the credit limit.</Message></ValidationWarning></Warnings>"
    logged = reasons()
    body = logged.body.replace(b"<Errors></Errors>", warned.encode())
    soap, _ = soap_with(CreateSalesOrder=refusal(), GetLoggedValidationResultByKey=Reply(Ending.ANSWERED, 200, body))

    with pytest.raises(Refused, match=r"Beyond the credit limit\."):
        soap.create_sales_order(an_order())


def test_a_refusal_without_reasons_says_where_they_are() -> None:
    assert refused().evidence == (f"GP's exception log has it under {LOG_ID}",)


@pytest.mark.parametrize("status", [200, 500])
def test_a_fault_is_one_whatever_status_it_comes_with(status: int) -> None:
    detail = f"<detail><Reason xmlns='urn:x'><Message>{LOG_ID}</Message></Reason></detail>"
    soap, _ = soap_with(
        CreateSalesOrder=fault("No.", detail, status), GetLoggedValidationResultByKey=reasons("Not like this.")
    )

    with pytest.raises(Refused, match=r"Not like this\."):
        soap.create_sales_order(an_order())


@pytest.mark.parametrize(
    "detail",
    [
        "",
        "<detail/>",
        "<detail><ExceptionDetail><Message>Object reference not set.</Message></ExceptionDetail></detail>",
    ],
)
def test_a_system_exception_leaves_a_write_in_doubt_and_a_read_for_later(detail: str) -> None:
    soap, carrier = soap_with(
        CreateSalesOrder=fault("Transaction was deadlocked.", detail),
        GetSalesOrderByKey=fault("Transaction was deadlocked.", detail),
    )

    with pytest.raises(UnknownOutcome, match="deadlocked"):
        soap.create_sales_order(an_order())
    with pytest.raises(Transient, match="deadlocked"):
        soap.sales_order(NUMBER)
    assert "GetLoggedValidationResultByKey" not in carrier.operations, "there is no log id"


def test_a_500_that_is_no_fault_leaves_a_write_in_doubt() -> None:
    body = envelope(f'<CreateSalesOrderResponse xmlns="{GP}"/>').encode()
    soap, _ = soap_with(CreateSalesOrder=Reply(Ending.BUSINESS_FAULT, 500, body))

    with pytest.raises(UnknownOutcome):
        soap.create_sales_order(an_order())


def test_a_document_type_with_an_entity_is_not_expanded() -> None:
    body = envelope(f'<GetSalesOrderByKeyResponse xmlns="{GP}">&e;</GetSalesOrderByKeyResponse>')
    evil = body.replace("?>", '?><!DOCTYPE s [<!ENTITY e SYSTEM "file:///etc/hostname">]>', 1)
    soap, _ = soap_with(GetSalesOrderByKey=Reply(Ending.ANSWERED, 200, evil.encode()))

    with pytest.raises(Transient, match="not the SOAP message"):
        soap.sales_order(NUMBER)
