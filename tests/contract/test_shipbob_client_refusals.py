"""What ShipBob refuses is told in its own words, in whichever of its shapes, without what is personal or secret."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bridge.domain.outcome import Failure, RefusalKind, Refused
from bridge.shipbob.failures import evidence, kind_of

from tests.contract.shipbob_calls import CALLS, WRITES
from tests.contract.shipbob_strangers import TOKEN, failures_of, kinds, meeting, says

pytestmark = pytest.mark.usefixtures("trusted")


@pytest.mark.parametrize("status", [400, 409, 422])
def test_what_shipbob_refuses_is_told_with_its_words(folder: Path, status: int) -> None:
    found = failures_of(folder, says(status, b'{"Page": ["The field Page is bad."]}'))

    assert kinds(found) == dict.fromkeys(CALLS, Refused)
    assert {getattr(failure, "evidence", ()) for failure in found.values()} == {("Page: The field Page is bad.",)}


def test_a_refusal_may_come_as_a_success(folder: Path) -> None:
    told = {"is_success": False, "error": {"code": "CONFLICT", "message": "Not now."}}

    found = failures_of(folder, says(200, json.dumps(told)), WRITES)

    assert kinds(found) == dict.fromkeys(WRITES, Refused)
    assert {getattr(failure, "evidence", ()) for failure in found.values()} == {("CONFLICT: Not now.",)}


def test_a_receiving_order_for_a_centre_that_is_not_there_is_refused(folder: Path) -> None:
    told = {"title": "Not Found", "status": 404, "errors": {"FulfillmentCenter": ["Unknown."]}}

    (failure,) = failures_of(folder, says(404, json.dumps(told)), ["create_receiving_order"]).values()

    assert isinstance(failure, Refused)
    assert failure.evidence == ("Not Found", "FulfillmentCenter: Unknown.")


SHAPES: dict[str, tuple[object, tuple[str, ...]]] = {
    "fields": ({"Limit": ["Too large.", "Odd."], "Page": ["Bad."]}, ("Limit: Too large.", "Limit: Odd.", "Page: Bad.")),
    "a field without a name": ({"": ["No such reference."]}, ("No such reference.",)),
    "errors": ({"errors": ["One.", "Two."]}, ("One.", "Two.")),
    "a problem": ({"type": "t", "title": "Bad Request", "status": 400, "detail": "Why."}, ("Bad Request", "Why.")),
    "a problem with fields": (
        {"title": "Errors.", "status": 422, "detail": None, "errors": {"Boxes": ["Too many."]}},
        ("Errors.", "Boxes: Too many."),
    ),
    "ApiError": ({"message": "No.", "errors": ["Why."], "details": None, "stackTrace": "at X"}, ("No.", "Why.")),
    "code and message": ({"code": "NOT_FOUND", "message": "Gone."}, ("NOT_FOUND: Gone.",)),
    "a bare text": ("Something is required.", ("Something is required.",)),
    "a result object": (
        {
            "$type": "UnprocessableEntityObjectResult",
            "value": {"Topics": ["Bad."]},
            "formatters": [],
            "status_code": 422,
        },
        ("Topics: Bad.",),
    ),
    "the limit": ({"statusCode": 429, "message": "Later."}, ("Later.",)),
    "OAuth": ({"error": "invalid_grant"}, ("invalid_grant",)),
    "each by itself": (
        {"results": [{"is_success": True}, {"is_success": False, "error": {"code": "C", "message": "m"}}]},
        ("C: m",),
    ),
    "the same twice": ({"a": ["Same."], "errors": {"a": ["Same."]}}, ("a: Same.",)),
    "nothing": ({}, ()),
}


@pytest.mark.parametrize(("told", "words"), SHAPES.values(), ids=SHAPES)
def test_shipbobs_words_are_found_in_each_of_its_shapes(told: object, words: tuple[str, ...]) -> None:
    assert evidence(json.dumps(told).encode()) == words


@pytest.mark.parametrize(
    ("errors", "kind"),
    [
        ({"": ["Request could not be completed, PO reference already exists"]}, RefusalKind.NUMBER_TAKEN),
        ({"Boxes[0].BoxItems[2].LotNumber": ["It is required for lot items."]}, RefusalKind.LOT_OR_SERIAL),
        ({"boxes[0].box_items[2].lot_date": ["It is required."]}, RefusalKind.LOT_OR_SERIAL),
        ({"Boxes[0].BoxItems[2].InventoryId": ["Inventory 1 does not exist."]}, RefusalKind.ITEM_UNKNOWN),
        ({"Boxes[0].BoxItems[2].Sku": ["Sku QUANTITY has no inventory."]}, RefusalKind.ITEM_UNKNOWN),
        ({"FulfillmentCenter.Id": ["It does not receive."]}, RefusalKind.SITE_UNKNOWN),
        ({"Boxes": ["There are at most 50."]}, RefusalKind.QUANTITY),
        ({"WRO_UNIQUE_SKU_LIMIT_EXCEEDED": ["At most 10000."]}, RefusalKind.QUANTITY),
        ({"Status": ["A receiving order that is Completed cannot be changed."]}, RefusalKind.NOT_IN_WORK),
        ({"ExpectedArrivalDate": ["Arrival date must be in the future."]}, RefusalKind.OTHER),
        ({}, RefusalKind.OTHER),
    ],
)
def test_what_shipbob_says_no_to_is_told_by_its_fields_and_its_words(
    folder: Path, errors: dict[str, list[str]], kind: RefusalKind
) -> None:
    told = {"title": "One or more validation errors occurred.", "status": 422, "errors": errors}

    (failure,) = failures_of(folder, says(422, json.dumps(told)), ["create_receiving_order"]).values()

    assert isinstance(failure, Refused)
    assert failure.kind is kind


def test_a_sentence_that_speaks_of_a_field_is_not_that_field() -> None:
    assert kind_of(("The sku: of lot_number: is well",)) is RefusalKind.OTHER


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ()),
        (b"Not possible.", ("Not possible.",)),
        (b"<html>Dana Whitfield</html>", ("a text of 27 bytes",)),
        (b"\x00\x01", ("a text of 2 bytes",)),
        (b"No. " * 100, ("No. " * 50,)),
        (b"\xff\xfe", ("��",)),
    ],
)
def test_what_is_no_json_is_shown_in_part_or_by_its_size(body: bytes, words: tuple[str, ...]) -> None:
    assert evidence(body) == words


@pytest.mark.parametrize(
    "personal",
    ["dana.whitfield@example.com", "555-0142", "(312) 555-0142", "312-555-0142", TOKEN, "whsec_" + "QUJD" * 8],
)
def test_what_may_be_personal_or_secret_is_not_shown(personal: str) -> None:
    (line,) = evidence(json.dumps({"Field": [f"The value '{personal}' is bad, PO 915001 of 2026-11-25."]}).encode())

    assert personal not in line
    assert "915001 of 2026-11-25" in line


def test_what_is_echoed_of_a_request_is_not_shown() -> None:
    echo = {
        "value": {"recipient": {"name": "Dana Whitfield", "lines": [{"name": "Dana"}]}},
        "recipient": {"name": "Dana"},
    }

    assert evidence(json.dumps(echo).encode()) == ()


def test_our_channel_goes_with_every_write_and_with_no_read(folder: Path) -> None:
    with meeting(folder, says(422, b""), channel=180001) as (port, met):
        for call in CALLS.values():
            with pytest.raises(Failure):
                call(port)

    with_channel = {
        (each.method, each.path) for each in met.requests if each.headers.get("shipbob_channel_id") == "180001"
    }
    assert len(met.requests) == len(CALLS)
    assert with_channel == {
        ("POST", "/2026-07/receiving"),
        ("POST", "/2026-07/webhook"),
        ("DELETE", "/2026-07/webhook/ep_1"),
    }
