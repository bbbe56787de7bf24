"""What the fuzz has found, kept: each of these once came through as a crash, a hang, or a name in a log."""

from __future__ import annotations

import datetime as dt
import json

import httpx
import pytest
from bridge.console import mappings
from bridge.domain.document import DocumentId
from bridge.domain.message import Message
from bridge.domain.outcome import Misconfigured, RefusalKind, Refused, Transient, UnknownOutcome
from bridge.gp import refusals
from bridge.gp.ending import Ending, Reply
from bridge.shipbob import failures, wire_orders, wire_store
from bridge.shipbob.call import Answer, Call
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.gp_carrier import reasons, refusal, result, soap_with
from tests.contract.gp_port import NUMBER, an_order
from tests.contract.sba_port import Told, about, over, service, told
from tests.fuzz.bounds import PERSON, SECRET, bounded, says_nothing_of_persons
from tests.fuzz.shipbob_documents import ORDER
from tests.fuzz.test_shipbob_answers import application, authority

NOW = dt.datetime(2026, 11, 17, 14, 5, tzinfo=dt.UTC)
CALL = Call("the order", "/order/1", "orders_read")


@pytest.mark.parametrize("number", ["1e99999999999999999999", "1e400", "1e1000000", "9e999999", "9" * 4000, "NaN"])
def test_a_number_that_nobody_can_have_meant_is_no_answer_of_shipbobs(number: str) -> None:
    text = json.dumps(ORDER)
    for body in (text.replace("250000001", number), text.replace("10.5", number), text.replace("10.5", f'"{number}"')):
        with bounded(), pytest.raises(Transient):
            wire_orders.read_order(body.encode())
    with bounded(), pytest.raises(Transient):
        wire_orders.read_order_of_shipment(f'{{"order_id": {number}}}'.encode())


@pytest.mark.parametrize("number", ['"9e999999"', "1e1000000", "1e99999999999999999999"])
def test_a_shops_amount_that_nobody_can_have_meant_is_none(number: str) -> None:
    with bounded():
        assert wire_store.read_store_amounts(f'{{"total_tax": {number}, "shipping_total": 1}}'.encode()) is None


def test_a_page_with_a_number_that_no_decimal_holds_is_transient() -> None:
    with pytest.raises(Transient):
        wire_orders.read_listed(b'[{"id": 1e99999999999999999999}]')


@pytest.mark.parametrize("moment", [1700000000, "1700000000", "9999-12-31T23:59:59-14:00", 0.5, True])
def test_a_number_is_no_moment_and_neither_is_the_end_of_time(moment: object) -> None:
    with pytest.raises(Transient, match="created_date"):
        wire_orders.read_order(json.dumps({**ORDER, "created_date": moment}).encode())


def test_a_shops_order_with_half_a_character_is_none_or_readable() -> None:
    assert wire_orders.read_store_order(b'"\\ud800"') is None


@pytest.mark.parametrize("body", [b"a" * 100_000, b'{"message": "' + b"a" * 100_000 + b'"}', b"[" * 100_000])
def test_the_words_of_a_refusal_are_looked_through_in_no_time(body: bytes) -> None:
    with bounded():
        assert isinstance(failures.of(Answer(400, httpx.Headers(), body), CALL), Refused)


@pytest.mark.parametrize("depth", [400, 3_000])
def test_a_refusal_nested_without_end_is_a_refusal(depth: int) -> None:
    for body in (b'{"errors":' * depth + b"1" + b"}" * depth, b"[" * depth + b"]" * depth):
        assert isinstance(failures.of(Answer(400, httpx.Headers(), body), CALL), Refused)


def test_a_code_that_is_no_word_is_not_told() -> None:
    assert failures.evidence(json.dumps({"code": {"name": PERSON}, "message": "no"}).encode()) == ("no",)


@given(st.integers(3_900, 4_100))
def test_a_secret_is_not_known_by_its_half(blanks: int) -> None:
    body = json.dumps({"message": "x " * (blanks // 2) + SECRET}).encode()

    assert SECRET[:10] not in " ".join(failures.evidence(body))


def test_the_authoritys_own_words_are_told_and_no_secret_that_it_gives_back() -> None:
    says = authority(400, {"error": SECRET}), authority(400, {"error": "invalid_scope"})

    with pytest.raises(Misconfigured, match="an error"):
        says[0].refresh(application(), "r")
    with pytest.raises(Misconfigured, match="invalid_scope"):
        says[1].refresh(application(), "r")


@pytest.mark.parametrize("wait", ["9" * 5000, "\u0663"])
def test_an_authority_that_asks_for_an_endless_wait_is_tried_again(wait: str) -> None:
    with pytest.raises(Transient) as raised:
        authority(429, {}, wait).refresh(application(), "r")
    assert raised.value.after == dt.timedelta()


def test_a_token_that_no_header_holds_is_none() -> None:
    with pytest.raises(UnknownOutcome, match="no token"):
        authority(200, {"access_token": "\ud800"}).refresh(application(), "r")


def test_a_document_of_gp_with_a_name_where_a_word_or_a_date_belongs_is_not_quoted() -> None:
    for inner in (f"<Date>{PERSON}</Date>", f"<Date>2026-11-16</Date><TransactionState>{PERSON}</TransactionState>"):
        soap, _ = soap_with(GetSalesOrderByKey=result("GetSalesOrderByKey", f"<Key><Id>1</Id></Key>{inner}"))
        with pytest.raises(Transient) as raised:
            soap.sales_order(NUMBER)
        says_nothing_of_persons(raised.value)


@pytest.mark.parametrize("sentence", ["!" * 200_000, "exceed " * 50_000])
def test_a_complaint_of_any_length_is_told_apart_in_no_time(sentence: str) -> None:
    soap, _ = soap_with(CreateSalesOrder=refusal(), GetLoggedValidationResultByKey=reasons(sentence))
    with bounded(), pytest.raises(Refused):
        soap.create_sales_order(an_order())
    answers = service(
        told(payload={"refusal": {"reason": sentence, "evidence": [sentence]}}), about("create_sales_document")
    )
    with bounded(), pytest.raises(Refused) as raised:
        over(answers).create_sales_order(an_order())
    assert len(raised.value.reason) <= 300
    assert refusals.kind_of([]) is RefusalKind.OTHER


def test_a_help_page_with_a_character_of_no_number_is_a_page() -> None:
    page = Reply(Ending.ANSWERED, 200, b"&#" + b"9" * 5000 + b";")
    with pytest.raises(Misconfigured, match="does not list"):
        over(Told({"GET help": page})).item("A")


@pytest.mark.parametrize(
    "changes", [{"reason": 7}, {"origin": []}, {"seen_at": "2026-11-17T14:05:00"}, {"seen_at": "soon"}, {"seen_at": 5}]
)
def test_what_is_odd_in_a_message_is_not_believed_and_the_document_is_looked_at(changes: dict[str, object]) -> None:
    message = Message.from_json(json.dumps({"v": 1, "document": "order/1", **changes}), received_at=NOW)

    assert message == Message(DocumentId.parse("order/1"), "", "", NOW)


@pytest.mark.parametrize("body", ['{"v": 1, "document": 7}', "[" * 100_000, "7", '{"v": 1, "document": ["order/1"]}'])
def test_a_message_that_names_no_document_is_a_value_error(body: str) -> None:
    with pytest.raises(ValueError, match=r"message|document"):
        Message.from_json(body, received_at=NOW)


def test_a_file_with_an_endless_heading_is_told_of_its_first_line() -> None:
    with pytest.raises(ValueError, match="first line"):
        mappings.read("kind,key," + "v" * 140_000 + "\n")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("bundle,GIFT,A*1" + " " * 100_000 + "+ B", "longer than any mapping"),
        ("sku," + "K" * 401 + ",A", "longer than any mapping"),
        ("sku,\ud800,A", "half a character"),
        ("location,8,\udfff", "half a character"),
    ],
)
def test_a_mapping_that_state_cannot_keep_is_named_with_its_line(line: str, says: str) -> None:
    with bounded(), pytest.raises(ValueError, match=f"line 2: .*{says}"):
        mappings.read(f"kind,key,value\n{line}\n")


def test_a_file_that_is_piped_in_may_begin_as_windows_begins_one() -> None:
    assert len(mappings.read("\ufeffkind,key,value\nsku,A,B\n")) == 1


def test_the_longest_key_and_value_are_mapped() -> None:
    (pair,) = mappings.read(f"kind,key,value\nsku,{'K' * 400},{'V' * 2_000}\n").items()
    assert (len(pair[0].key), len(pair[1])) == (400, 2_000)
