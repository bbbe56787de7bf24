"""Whatever answers at SBA's address, nothing but one of our failures leaves the port, and no doubt is called safety."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.inventory import (
    InventoryDocument,
    InventoryDocumentType,
    InventoryLine,
    Window,
    WindowOf,
)
from bridge.domain.outcome import Failure, Misconfigured, Refused, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesUpdate
from bridge.gp.ending import Ending, Reply
from bridge.gp.sba import SbaGp, login_page

from tests.contract.gp_port import NUMBER, Deed, an_order, says, stranger, transport_to
from tests.contract.sba_port import COMPANY, HELP, SERVICE, UNDER, Told, about, over, service, stock, told
from tests.contract.test_gp_soap_strangers import breaks_off, closes

LINE = InventoryLine(Decimal(16384), "SERUM-30", "MAIN", Decimal(1))
ADJUSTMENT = InventoryDocument(InventoryDocumentType.ADJUSTMENT, "SBC1", "B", dt.date(2026, 11, 16), (LINE,))
ONE_DAY = Window(WindowOf.DOCUMENT, dt.datetime(2026, 11, 16), dt.datetime(2026, 11, 16))  # noqa: DTZ001
OPERATIONS = ("create_sales_document", "update_sales_document", "void_sales_document", "read_sales_document")


def create(sba: SbaGp) -> None:
    sba.create_sales_order(an_order())


def update(sba: SbaGp) -> None:
    sba.update_sales_order(an_order(), SalesUpdate(added_tracking=("1Z1",)))


def void(sba: SbaGp) -> None:
    sba.void_sales_order(NUMBER)


def adjust(sba: SbaGp) -> None:
    sba.create_inventory_adjustment(ADJUSTMENT)


def read(sba: SbaGp) -> None:
    sba.sales_order(NUMBER)


def body(text: str | bytes, status: int = 200) -> Reply:
    return Reply(Ending.ANSWERED, status, text if isinstance(text, bytes) else text.encode())


# What no JSON of GP's looks like.
NO_JSON = {
    "not JSON": body("{not json"),
    "HTML": body("<html><body>Service unavailable</body></html>"),
    "nothing": body(""),
    "a list": body("[]"),
    "a number": body("7"),
    "null": body("null"),
    "no encoding": body(b"\xff\xfe{"),
    "a deep nest": body("[" * 100_000),
    "a deep nest of objects": body('{"Payload":' * 100_000),
    "NaN": body('{"Payload": {"written": NaN}}'),
    "a huge whole number": body('{"Payload": ' + "9" * 5000 + "}"),
}
# What may be an answer, but not to this.
NOT_OURS = {
    "no payload": told(Status={"Errors": []}),
    "an empty payload": told(payload={}),
    "a payload of nothing": told(payload=None),
    "a payload in a list": told(payload=[{"written": True}]),
    "not written": told(payload={"written": False}),
    "written as a word": told(payload={"written": "true"}),
    "another answer": told(payload={"shipping_methods": []}),
    "a refusal without a reason": told(payload={"refusal": {"evidence": []}}),
    "a refusal that is a sentence": told(payload={"refusal": "No"}),
    "a fault": body("{}", 500),
    "a bad gateway": body("", 502),
    "GP's way to refuse, from a service that promised another": told(400, Status={"Errors": [{"Message": "No"}]}),
    "a status nobody knows": body("", 299),
    "created": told(201, payload={"written": True}),
}


@pytest.mark.parametrize("answer", [*NO_JSON.values(), *NOT_OURS.values()], ids=[*NO_JSON, *NOT_OURS])
@pytest.mark.parametrize("write", [create, update, void])
def test_a_write_without_an_answer_to_believe_is_unknown(answer: Reply, write: Callable[[SbaGp], None]) -> None:
    with pytest.raises(UnknownOutcome):
        write(over(service(answer, about(*OPERATIONS))))


@pytest.mark.parametrize("answer", [*NO_JSON.values(), *NOT_OURS.values()], ids=[*NO_JSON, *NOT_OURS])
def test_a_read_without_an_answer_to_believe_is_tried_again_later(answer: Reply) -> None:
    with pytest.raises(Transient):
        read(over(service(answer, about(*OPERATIONS))))


ADJUSTMENTS = f"POST {UNDER}/Inventory/Transactions"


@pytest.mark.parametrize(
    "answer",
    [
        *(reply for name, reply in NO_JSON.items() if name != "NaN"),
        body("{}", 400),
        body("<html>Bad Request</html>", 400),
        told(400, Status={"Errors": "No"}),
        told(400, Status={"Errors": [{}]}),
        body("", 500),
        body("", 502),
        body("", 299),
        body("   "),
    ],
)
def test_an_adjustment_without_an_answer_to_believe_is_unknown(answer: Reply) -> None:
    connection = stock()
    connection.answers[ADJUSTMENTS] = answer

    with pytest.raises(UnknownOutcome):
        adjust(over(connection))


@pytest.mark.parametrize("answer", [told(payload=None), told(201, payload={"DocumentNumber": "SBC1"}), body("", 201)])
def test_an_adjustment_that_gp_calls_done_is_done(answer: Reply) -> None:
    connection = stock()
    connection.answers[ADJUSTMENTS] = answer

    adjust(over(connection))

    assert connection.paths == [ADJUSTMENTS]


@pytest.mark.parametrize("status", [200, 400])
def test_gps_errors_are_a_refusal_in_gps_words_whatever_the_status(status: int) -> None:
    connection = stock()
    connection.answers[ADJUSTMENTS] = told(status, Status={"Errors": [{"Message": "The site does not exist."}]})

    with pytest.raises(Refused) as refusal:
        adjust(over(connection))

    assert refusal.value.evidence == ("The site does not exist.",)


def test_a_batch_that_somebody_has_locked_is_waited_for() -> None:
    refusal = told(payload={"refusal": {"reason": "Not saved", "evidence": ["Batch B is being posted."]}})

    with pytest.raises(Transient, match="being posted"):
        create(over(service(refusal, about(*OPERATIONS))))


def test_a_refusal_quotes_no_address() -> None:
    order = an_order()
    evidence = [f"{order.ship_to.name} of {order.ship_to.line1} is no customer.", order.comment]
    refusal = told(payload={"refusal": {"reason": f"{order.ship_to.name} is unknown", "evidence": evidence}})

    with pytest.raises(Refused) as refused:
        create(over(service(refusal, about(*OPERATIONS))))

    assert (refused.value.reason, *refused.value.evidence) == ("… is unknown", "… of … is no customer.", "…")


def test_a_refusal_stands_though_the_service_will_not_tell_of_itself() -> None:
    refusal = told(payload={"refusal": {"reason": "The number is taken", "evidence": []}})

    with pytest.raises(Refused, match="taken"):
        create(over(service(refusal, body("", 500))))


def test_a_lost_write_stays_unknown_though_the_service_will_not_tell_of_itself() -> None:
    with pytest.raises(UnknownOutcome):
        create(over(service(body("", 500), Reply(Ending.UNKNOWN, why="gone"))))


def test_a_service_of_another_version_is_named() -> None:
    connection = service(about(*OPERATIONS, version=2))
    connection.answers["GET help"] = body(HELP)

    missing = {each.call: each.missing for each in over(connection).server().abilities}

    assert missing["create_sales_order"] == "version 1 of the bridge's own SBA service: installed is 2"
    assert missing["item"] == ""


# The wire -------------------------------------------------------------------------------------------------------------

TENANT = "/GPService/Tenants(DefaultTenant)"
ON_THE_WIRE: dict[str, Deed] = {
    "a gateway that gave up": says(504, b""),
    "503": says(503, b""),
    "a giant": says(200, b'{"Payload": "' + b"a" * 20_000_001),
    "no reply": closes,
    "half a reply": breaks_off,
}


def sba_at(origin: str, bundle: Path) -> SbaGp:
    tenant = origin + TENANT
    return SbaGp(transport_to(tenant, bundle, login_path=login_page(tenant)), COMPANY, SERVICE)


@pytest.mark.parametrize("deed", ON_THE_WIRE.values(), ids=ON_THE_WIRE)
@pytest.mark.parametrize("write", [create, update, adjust])
def test_a_write_that_is_lost_on_the_wire_is_unknown(folder: Path, deed: Deed, write: Callable[[SbaGp], None]) -> None:
    with stranger(folder, deed) as met:
        sba = sba_at(met.origin, met.bundle)
        sba.login()
        with pytest.raises(UnknownOutcome):
            write(sba)


@pytest.mark.parametrize("deed", ON_THE_WIRE.values(), ids=ON_THE_WIRE)
def test_a_read_that_is_lost_on_the_wire_is_tried_again_later(folder: Path, deed: Deed) -> None:
    with stranger(folder, deed, everywhere=True) as met, pytest.raises(Transient):
        sba_at(met.origin, met.bundle).customer("X")


@pytest.mark.parametrize(
    "deed",
    [says(302, b"", Location="https://elsewhere.example.com/"), says(403, b""), says(401, b""), says(404, b"")],
    ids=["a redirect", "forbidden", "401 without NTLM", "nothing there"],
)
@pytest.mark.parametrize("call", [SbaGp.login, SbaGp.probe, read, create, adjust])
def test_a_server_that_lets_nobody_in_is_the_operators_to_repair(
    folder: Path, deed: Deed, call: Callable[[SbaGp], None]
) -> None:
    with stranger(folder, deed, everywhere=True) as met, pytest.raises(Misconfigured):
        call(sba_at(met.origin, met.bundle))


@pytest.mark.parametrize("ending", Ending)
@pytest.mark.parametrize("call", [SbaGp.probe, SbaGp.server, read, create, update, void, adjust])
def test_however_a_request_ends_it_is_one_of_our_failures(ending: Ending, call: Callable[[SbaGp], None]) -> None:
    class Ended(Told):
        def request(self, *_: Any, **__: Any) -> Reply:
            return Reply(ending, 500, why="as it ended")

    with pytest.raises(Failure):
        call(over(Ended()))
