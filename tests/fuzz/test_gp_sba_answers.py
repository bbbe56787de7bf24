"""Whatever GP's service based architecture answers is read soundly or is one of our failures, in no time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from bridge.domain.inventory import InventoryDocument, InventoryDocumentType
from bridge.domain.outcome import Misconfigured, Refused, Transient, UnknownOutcome
from bridge.gp import sba_wire
from bridge.gp.ending import Ending, Reply
from bridge.gp.sba import SbaGp
from bridge.gp.sba_json import dump, parse
from hypothesis import given
from hypothesis import strategies as st

from tests.contract.gp_port import NUMBER, an_order
from tests.contract.sba_port import HELP, SERVICE, UNDER, Told, over
from tests.fuzz.bounds import PERSON, bounded, fuzzed, reads
from tests.fuzz.broken_json import ODD, bodies, documents, written

WRITTEN = an_order(number=NUMBER, comment=PERSON)
ITEM = {
    "ItemNumber": "A",
    "ItemDescription": "Serum",
    "ItemType": 1,
    "SellingUofM": "EACH",
    "QuantityDecimals": 0,
    "ItemTrackingOption": 1,
}
MOVED = {
    "DocumentType": 1,
    "DocumentNumber": "SBC1",
    "BatchNumber": "B",
    "DocumentDate": "2026-11-16",
    "Posted": False,
    "Lines": [{"LineSequence": 16384, "ItemNumber": "A", "SiteID": "WEST", "Quantity": -3.5, "Lots": []}],
}
CUSTOMER = {"CustomerNumber": "C", "CustomerName": PERSON, "Inactive": False, "Hold": False}
COMPANY = {"CompanyID": 2, "CompanyName": "Wingtip Distribution, Inc."}
REFUSED = {"Status": {"Errors": [{"Message": "Item 'A' does not exist."}]}}

type Ask = Callable[[SbaGp], object]


def _document() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(dump(sba_wire.write_sales_document(WRITTEN)))
    return {**found, "state": "Work", "is_voided": False}


def _answers(payload: object) -> list[Any]:
    return [{"Payload": payload}, {"Payload": payload, "Status": {"Errors": []}}, REFUSED]


ADJUSTMENT = InventoryDocumentType.ADJUSTMENT
OF_SERVICE = f"POST {UNDER}/{SERVICE}"
READS: dict[str, tuple[str, Ask, list[Any]]] = {
    "an order": (
        OF_SERVICE,
        lambda gp: gp.sales_order(NUMBER),
        [*_answers({"document": _document()}), {"Payload": {"refusal": {"reason": "no", "evidence": ["why"]}}}],
    ),
    "an adjustment": (
        f"GET {UNDER}/Inventory/Transactions(1;SBC1)",
        lambda gp: gp.inventory_document(ADJUSTMENT, "SBC1"),
        _answers(MOVED),
    ),
    "an item": (f"GET {UNDER}/Inventory/Items(A)", lambda gp: gp.item("A"), _answers(ITEM)),
    "a customer": (f"GET {UNDER}/Sales/Customers(C)", lambda gp: gp.customer("C"), _answers(CUSTOMER)),
    "sites": (
        f"GET {UNDER}/Inventory/Sites",
        lambda gp: gp.sites(),
        _answers([{"SiteID": "WEST", "SiteDescription": "x"}]),
    ),
    "companies": ("GET Companies", lambda gp: gp.companies(), _answers([COMPANY])),
}
STATUSES = st.sampled_from([200, 200, 200, 201, 400, 404, 405, 500, 501])


def port(path: str, body: bytes, status: int, page: bytes = HELP.encode()) -> SbaGp:
    """A server that answers so at that address, and 404 at every other but its help page."""
    companies = Reply(Ending.ANSWERED, 200, json.dumps({"Payload": [COMPANY]}).encode())
    told = {"GET help": Reply(Ending.ANSWERED, 200, page), "GET Companies": companies}
    return over(Told({**told, path: Reply(Ending.ANSWERED, status, body)}))


@pytest.mark.parametrize("read", READS.values(), ids=READS)
@fuzzed(100)
@given(data=st.data())
def test_an_answer_is_read_or_one_of_our_failures(read: tuple[str, Ask, list[Any]], data: st.DataObject) -> None:
    path, ask, valid = read
    body, status = data.draw(bodies(*valid)), data.draw(STATUSES)

    reads(lambda: ask(port(path, body, status)), Transient, Refused, Misconfigured)


@pytest.mark.parametrize("read", READS.values(), ids=READS)
def test_every_odd_thing_alone_is_one_of_our_failures(read: tuple[str, Ask, list[Any]]) -> None:
    path, ask, _ = read
    for strange in ODD:
        body = written({"Payload": strange}).encode(errors="surrogatepass")
        reads(lambda body=body: ask(port(path, body, 200)), Transient, Refused, Misconfigured)  # type: ignore[misc]


TOLD = [REFUSED, {"Payload": {"written": True}}, {"Payload": {"refusal": {"reason": "no", "evidence": ["x"]}}}]


@fuzzed(150)
@given(bodies(*TOLD), STATUSES, st.booleans())
def test_a_write_is_done_or_one_of_our_failures(body: bytes, status: int, is_sale: bool) -> None:  # noqa: FBT001
    move = InventoryDocument(ADJUSTMENT, "SBC1", "B", WRITTEN.date, ())

    def write() -> None:
        if is_sale:
            port(OF_SERVICE, body, status).create_sales_order(WRITTEN)
        else:
            port(f"POST {UNDER}/Inventory/Transactions", body, status).create_inventory_adjustment(move)

    reads(write, Transient, Refused, Misconfigured, UnknownOutcome)


@fuzzed(100)
@given(bodies("&#38; &amp;", HELP))
def test_whatever_the_help_page_holds_what_is_missing_is_named(page: bytes) -> None:
    reads(lambda: port("GET nowhere", b"", 200, page).item("A"), Transient, Misconfigured)


@fuzzed(150)
@given(documents([MOVED, ITEM]))
def test_json_is_parsed_and_written_again_as_it_was(text: str) -> None:
    try:
        with bounded():
            found = parse(text.encode())
            again = dump(found)
    except (ValueError, RecursionError):  # nothing of ours is nested without end
        return

    assert parse(again.encode()) == found
