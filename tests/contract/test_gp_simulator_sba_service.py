"""The GP simulator's custom REST service on the wire: its contract, and what it shares with the SOAP face."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from local.gp import GpSimulator
from tests.contract import gp_rest
from tests.contract.gp_bodies import Client
from tests.contract.gp_rest import COMPANY, SERVICE, Rest, line, messages, order


@pytest.fixture
def rest(gp: GpSimulator) -> Iterator[Rest]:
    with gp_rest.client(gp) as made:
        yield made


# The contract of the service ------------------------------------------------------------------------------------------


def test_it_says_what_it_can_do_and_only_that_can_be_asked(gp: GpSimulator, rest: Rest) -> None:
    gp.sba_operations.discard("create_sales_document")
    about = rest.done("about")["about"]
    assert about["version"] == 1
    assert "read_sales_document" in about["operations"]
    assert "create_sales_document" not in about["operations"]
    assert rest.create()["refusal"]["evidence"] == ["create_sales_document"]
    assert gp.books.documents() == []


def test_it_is_where_it_was_installed_and_nowhere_else(gp: GpSimulator, rest: Rest) -> None:
    gp.sba_service_path = "Custom/Sales/Bridge"
    moved = rest.send("POST", f"{COMPANY}/Custom/Sales/Bridge", {"Payload": {"operation": "about"}}, **gp_rest.ACTION)
    assert moved.status_code == 200
    assert rest.asked("about").status_code == 404
    gp.sba_service_path = None
    assert rest.asked("about").status_code == 404


@pytest.mark.parametrize("headers", [{}, {"GP-Custom-Action": "GET"}])
def test_a_post_without_the_custom_action_is_refused(rest: Rest, headers: dict[str, str]) -> None:
    assert rest.send("POST", SERVICE, {"Payload": {"operation": "about"}}, **headers).status_code == 405
    assert rest.send("GET", SERVICE, **gp_rest.ACTION).status_code == 405


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (order(colour="red"), "$.Payload.document: additionalProperties"),
        (order(lines=None), "$.Payload.document.lines: type"),
        (order(lines=[line(quantity=2)]), "$.Payload.document.lines[0].quantity: type"),
        (order(lines=[line(quantity="2.123456")]), "$.Payload.document.lines[0].quantity: pattern"),
        (order(customer_po="x" * 21), "$.Payload.document.customer_po: maxLength"),
        (order(type="Quote"), "$.Payload.document.type: enum"),
        (order(date="23/11/2026"), "$.Payload.document.date: pattern"),
        (order(ship_to={"street": "1 Main St"}), "$.Payload.document.ship_to: additionalProperties"),
    ],
)
def test_a_request_that_breaks_the_schema_is_refused_without_repeating_it(
    gp: GpSimulator, rest: Rest, document: object, said: str
) -> None:
    refusal = rest.asked("create_sales_document", document=document)
    assert (refusal.status_code, messages(refusal)) == (400, [said])
    assert gp.books.documents() == []
    assert rest.asked("post_sales_batch", batch="SBR").status_code == 400


# Login, stops, counters -----------------------------------------------------------------------------------------------


def test_both_faces_share_a_login_and_the_counters(gp: GpSimulator, client: Client, rest: Rest) -> None:
    rest.session = client.session
    rest.create()
    client.read()
    rest.read("Inventory/Items")
    assert (gp.counters.connections, gp.counters.logins, gp.counters.refused) == (1, 1, 0)
    assert gp.counters.operations == {
        "SBA create_sales_document": 1,
        "GetSalesOrderByKey": 1,
        "SBA GET Inventory/Items": 1,
    }
    assert [each.status for each in gp.exchanges] == [200, 200, 200]


def test_nobody_is_served_without_a_login(gp: GpSimulator, rest: Rest) -> None:
    rest.session.auth = None
    assert rest.asked("create_sales_document", document=order()).status_code == 401
    assert rest.send("GET", "help").status_code == 401
    assert rest.get("Inventory/Nothing").status_code == 401
    assert gp.books.documents() == []


@pytest.mark.parametrize(("when", "executed"), [("login", 0), ("before", 0), ("after", 1), ("replying", 1)])
def test_a_dropped_connection_leaves_what_was_executed(gp: GpSimulator, rest: Rest, when: str, executed: int) -> None:
    gp.stops.add("SBA create_sales_document", when, "drop")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        rest.asked("create_sales_document", document=order())
    assert len(gp.books.documents()) == executed


def test_a_request_that_is_refused_unread_reaches_no_operation(gp: GpSimulator, rest: Rest) -> None:
    rest.asked("create_sales_document", document=order(type="Quote"))
    rest.get("Inventory/Items", Accept="*/*")
    assert gp.counters.operations == {}
