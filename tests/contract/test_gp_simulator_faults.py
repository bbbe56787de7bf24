"""Every way in which the GP simulator can be made to fail, seen from a client that knows nothing of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
import requests
from lxml import etree

from local.gp import GpSimulator
from tests.contract.gp_bodies import CONTEXT, CREATE_POLICY, GP, Client, Control, envelope, order
from tests.contract.gp_wire import Person, line

CREATE = "CreateSalesOrder"
MINUTES = 60.0


def numbers(gp: GpSimulator) -> list[str]:
    return [document.number for document in gp.books.documents()]


# Another status than the one that was due


@pytest.mark.parametrize("status", [429, 500, 502, 503])
@pytest.mark.parametrize(("when", "executed"), [("before", 0), ("after", 1)])
def test_an_operation_can_be_answered_by_something_that_is_not_gp(
    gp: GpSimulator, client: Client, when: str, executed: int, status: int
) -> None:
    gp.stops.add(CREATE, when, status)
    answer = client.create()

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "text/html; charset=us-ascii")
    assert b"<html>" in answer.content
    assert "Retry-After" not in answer.headers
    assert len(gp.books.documents()) == executed
    assert client.read().status_code == (200 if executed else 500), "it happens once, and the connection goes on"
    assert gp.counters.connections == 1


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_server_can_say_when_to_come_back(gp: GpSimulator, client: Client, status: int) -> None:
    gp.stops.add(CREATE, "before", status, seconds=7)
    assert client.create().headers["Retry-After"] == "7"


def test_the_bare_leg_can_be_refused_with_nothing_to_log_in_with(gp: GpSimulator, client: Client) -> None:
    gp.stops.add(CREATE, "bare", 503, seconds=2)
    answer = client.create()

    assert (answer.status_code, answer.headers["Retry-After"], len(answer.history)) == (503, "2", 0)
    assert "WWW-Authenticate" not in answer.headers
    assert gp.counters.legs_by_kind == {"bare": 1}
    assert client.create().status_code == 200


def test_a_handshake_can_break_off_with_no_word_of_a_login(gp: GpSimulator, client: Client) -> None:
    gp.stops.add(CREATE, "login", 503)
    with pytest.raises(KeyError, match="www-authenticate"):  # requests-ntlm's own way to say it
        client.create()
    assert gp.counters.legs_by_kind == {"bare": 1, "type 1": 1}
    assert (gp.counters.refused, numbers(gp)) == (0, [])


def test_a_handshake_can_be_answered_without_a_challenge(gp: GpSimulator, client: Client) -> None:
    gp.stops.add(CREATE, "login", 401)
    with pytest.raises(PermissionError):  # requests-ntlm's own way to say it
        client.create()
    assert (gp.counters.refused, gp.counters.bad_passwords) == (0, 0)
    assert client.create().status_code == 200


def test_a_login_can_be_forgotten_between_two_requests(gp: GpSimulator, client: Client) -> None:
    client.create()
    gp.stops.add("GetSalesOrderByKey", "before", 401)
    login, client.session.auth = client.session.auth, None
    assert [client.read().status_code, client.read().status_code] == [401, 401]

    client.session.auth = login
    assert client.read().status_code == 200
    assert (gp.counters.logins, gp.counters.connections) == (2, 1)


def test_a_server_can_close_after_its_challenge_and_nobody_is_refused(gp: GpSimulator) -> None:
    gp.stops.add("*", "login", "close", count=0)
    with line(gp) as straight:
        challenged = straight.get(Person(gp).opening())
        assert (challenged.status, challenged.headers["Connection"], bool(challenged.challenge)) == (401, "close", True)

    client = Client(gp)
    with client.session:
        answer = client.get()
    assert answer.status_code == 401
    assert (gp.counters.connections, gp.counters.refused, gp.counters.bad_passwords) == (3, 0, 0)


# Executed, though nobody waits


def test_a_request_is_executed_later_though_its_client_was_cut_off(gp: GpSimulator, client: Client) -> None:
    gp.stops.add(CREATE, "before", "late", seconds=MINUTES)
    gp.stops.add(CREATE, "after", "hold", seconds=MINUTES)
    with pytest.raises(requests.ConnectionError):
        client.create()
    assert numbers(gp) == []
    assert client.read().status_code == 500, "whoever looks now finds nothing"

    gp.stops.release()
    _wait_executed(gp)
    assert numbers(gp) == ["SB100"]
    assert client.read().status_code == 200


def test_a_late_request_is_executed_by_itself(gp: GpSimulator, client: Client) -> None:
    gp.stops.add(CREATE, "before", "late", seconds=0.01)
    gp.stops.add(CREATE, "after", "hold", seconds=MINUTES)
    with pytest.raises(requests.ConnectionError):
        client.create()
    _wait_executed(gp)
    assert numbers(gp) == ["SB100"]


def test_a_held_request_is_executed_after_its_client_gave_up(gp: GpSimulator, client: Client) -> None:
    client.get()
    gp.stops.add(CREATE, "before", "hold", seconds=MINUTES)
    gp.stops.add(CREATE, "after", "hold", seconds=MINUTES)
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{GP}/{CREATE}"'}
    body = envelope(CREATE, order() + CONTEXT + CREATE_POLICY)
    with pytest.raises(requests.ReadTimeout):
        client.session.post(gp.url, body, headers=headers, verify=str(gp.ca_bundle), timeout=0.2)
    client.session.close()
    assert numbers(gp) == []

    gp.stops.release()
    _wait_executed(gp)
    assert numbers(gp) == ["SB100"]


def _wait_executed(gp: GpSimulator) -> None:
    held = gp.stops.wait_reached(30)
    while held and held[0].when != "after":
        held = gp.stops.wait_reached(30)
    assert held


# Another answer than the one that was due


def test_an_answer_can_trickle(gp: GpSimulator, client: Client) -> None:
    client.get()
    gp.stops.add(CREATE, "replying", "trickle", seconds=0.4)
    started = time.monotonic()
    answer = client.create()

    assert time.monotonic() - started >= 0.4
    assert answer.content == gp.exchanges[-1].response


def test_an_answer_can_be_larger_than_anybody_should_keep(gp: GpSimulator, client: Client) -> None:
    gp.stops.add(CREATE, "replying", "giant")
    answer = client.create()

    assert len(answer.content) == int(answer.headers["Content-Length"]) > 20_000_000
    assert answer.content.rstrip() == gp.exchanges[-1].response


def is_no_xml(answer: requests.Response) -> bool:
    try:
        etree.fromstring(answer.content, etree.XMLParser(resolve_entities=True))
    except etree.XMLSyntaxError:
        return True
    return False


@pytest.mark.parametrize(
    ("deed", "is_so"),
    [
        ("truncated", lambda answer, due: is_no_xml(answer) and due.startswith(answer.content) and answer.content),
        ("not_xml", lambda answer, _: is_no_xml(answer) and b"<" not in answer.content),
        ("bomb", lambda answer, _: is_no_xml(answer) and b"<!DOCTYPE" in answer.content and len(answer.content) < 2000),
        ("wrong_type", lambda answer, due: answer.content == due and answer.headers["Content-Type"] == "text/html"),
        ("empty", lambda answer, _: answer.content == b""),
    ],
)
def test_an_answer_can_be_nonsense(
    gp: GpSimulator, client: Client, deed: str, is_so: Callable[[requests.Response, bytes], bool]
) -> None:
    gp.stops.add(CREATE, "replying", deed)
    answer = client.create()

    assert answer.status_code == 200
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert is_so(answer, gp.exchanges[-1].response)
    assert answer.headers["Content-Type"].startswith("text/html" if deed == "wrong_type" else "text/xml")
    assert numbers(gp) == ["SB100"], "what was executed stays"
    assert client.read().headers["Content-Type"] == "text/xml; charset=utf-8"


def test_half_an_answer_says_how_long_it_would_have_been(gp: GpSimulator, client: Client) -> None:
    gp.stops.add(CREATE, "replying", "drop")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        client.create()
    assert numbers(gp) == ["SB100"]


# Which requests a stop concerns


def test_a_stop_concerns_its_operation_and_is_used_up(gp: GpSimulator, client: Client) -> None:
    gp.stops.add("GetSalesOrderByKey", "before", 503, count=2)
    assert client.create().status_code == 200
    assert [client.read().status_code for _ in range(3)] == [503, 503, 200]


def test_a_page_is_no_operation(gp: GpSimulator, client: Client) -> None:
    gp.stops.add("*", "before", 503)
    gp.stops.add("*", "replying", "empty")
    assert client.get().content
    assert client.create().status_code == 503


@pytest.mark.parametrize("when", ["bare", "login"])
def test_a_stop_of_a_login_concerns_the_page_that_a_client_logs_in_with(gp: GpSimulator, when: str) -> None:
    gp.stops.add(CREATE, when, 502)
    with line(gp) as straight:
        token = Person(gp).opening() if when == "login" else None
        assert [straight.get(token).status, straight.get(token).status] == [502, 401]


@pytest.mark.parametrize(
    ("when", "do"),
    [("never", "hold"), ("before", "explode"), ("login", "late"), ("before", "giant"), ("replying", "503")],
)
def test_what_cannot_be_done_is_refused(gp: GpSimulator, control: Control, when: str, do: str) -> None:
    with pytest.raises(ValueError, match="cannot be done"):
        gp.stops.add("*", when, do)
    assert control.post("/stops", operation="*", when=when, do=do) == 409
    assert gp.stops.as_json()["stops"] == []


@pytest.mark.parametrize("status", [200, 302, 399, 600])
def test_only_a_failure_is_put_in_the_place_of_an_answer(gp: GpSimulator, status: int) -> None:
    with pytest.raises(ValueError, match="cannot be done"):
        gp.stops.add("*", "before", status)


def test_a_failure_can_be_asked_for_from_outside(gp: GpSimulator, client: Client, control: Control) -> None:
    assert control.post("/stops", operation=CREATE, when="before", do=503, seconds=9) == 200
    answer = client.create()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "9")
