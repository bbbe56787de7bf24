"""The GP simulator's login as any client sees it: real NTLM over TLS, bound to its connection."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from requests.auth import HTTPBasicAuth
from requests_ntlm import HttpNtlmAuth

from local.certificates import authority
from local.gp import GpSimulator
from local.gp.account import Account
from local.gp.faces import Answer, Begin, Call, Face, Request, face_of
from local.gp.server import Door, Service, handler_for
from local.serving import Server
from tests.contract.gp_bodies import Client
from tests.contract.gp_wire import Person, line


def test_the_first_call_of_a_connection_takes_three_requests_and_the_next_ones_one(
    gp: GpSimulator, client: Client
) -> None:
    assert client.get().status_code == 200
    assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 3, 1)
    assert client.create().status_code == 200
    assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 4, 1)
    assert (gp.counters.requests, gp.counters.operations) == (1, {"CreateSalesOrder": 1})
    assert gp.counters.legs_by_kind == {"bare": 1, "type 1": 1, "type 3": 1, "kept": 1}
    assert gp.counters.bodies == {"CreateSalesOrder": 1}


def test_a_body_that_comes_before_the_login_crosses_the_wire_three_times(gp: GpSimulator, client: Client) -> None:
    assert client.create().status_code == 200
    assert (gp.counters.bodies, gp.counters.operations) == ({"CreateSalesOrder": 3}, {"CreateSalesOrder": 1})


def test_every_call_takes_three_requests_where_logins_are_not_kept(folder: Path) -> None:
    with GpSimulator(folder, keeps_login=False) as gp:
        client = Client(gp)
        with client.session:
            assert client.get().status_code == client.create().status_code == client.read().status_code == 200
        assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 9, 3)


def test_a_wrong_password_is_refused_and_counted_once_for_each_request(gp: GpSimulator) -> None:
    client = Client(gp, "not the password")
    with client.session:
        assert [client.get().status_code, client.create().status_code] == [401, 401]
    assert (gp.counters.refused, gp.counters.logins, gp.counters.requests) == (2, 0, 0)
    assert gp.books.documents() == []


def test_a_changed_password_holds_for_new_connections(gp: GpSimulator, client: Client) -> None:
    gp.password = "another one"  # noqa: S105
    assert client.get().status_code == 401
    again = Client(gp)
    with again.session:
        assert again.get().status_code == 200


def test_a_login_belongs_to_its_connection(gp: GpSimulator, client: Client) -> None:
    client.get()
    stranger = Client(gp)
    with stranger.session:
        stranger.session.auth = None
        answer = stranger.get()
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "NTLM")


def test_connections_in_parallel_do_not_disturb_one_another(gp: GpSimulator) -> None:
    statuses: list[int] = []

    def work(worker: int) -> None:
        client = Client(gp)
        with client.session:
            statuses.extend(client.create(f"SB{worker}-{n}").status_code for n in range(5))

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 40
    assert len(gp.books.documents()) == 40
    assert (gp.counters.logins, gp.counters.refused) == (8, 0)


# What a 401 offers


def status(gp: GpSimulator, auth: requests.auth.AuthBase | None = None) -> int:
    """Of the help page."""
    with requests.Session() as session:
        session.trust_env, session.auth = False, auth
        return session.get(gp.url, verify=str(gp.ca_bundle), timeout=30).status_code


@pytest.mark.parametrize(
    ("offers", "said", "taken"),
    [
        ("ntlm", ["NTLM"], {"NTLM"}),
        ("negotiate", ["Negotiate", "NTLM"], {"NTLM", "Negotiate"}),
        ("negotiate_only", ["Negotiate"], {"Negotiate"}),
        ("basic", ['Basic realm="Dynamics GP"'], set()),
    ],
)
def test_a_login_is_taken_under_the_names_that_are_offered(
    folder: Path, offers: str, said: list[str], taken: set[str]
) -> None:
    with GpSimulator(folder, offers=offers) as gp:
        for scheme in ("NTLM", "Negotiate"):
            with line(gp) as straight:
                assert straight.get().offers == said
                challenged = straight.get((person := Person(gp)).opening(), scheme)
                if scheme in taken:
                    assert challenged.offers[0].startswith(f"{scheme} ")
                    assert straight.get(person.proof(challenged.challenge), scheme).status == 200
                else:
                    assert (challenged.status, challenged.offers) == (401, said)
        assert gp.counters.logins == len(taken)


@pytest.mark.parametrize("offers", ["negotiate", "negotiate_only"])
def test_a_client_of_ntlm_finds_its_way_in_by_negotiate(folder: Path, offers: str) -> None:
    with GpSimulator(folder, offers=offers) as gp:
        assert status(gp, HttpNtlmAuth(gp.username, gp.password)) == 200


def test_where_basic_is_all_there_is_a_client_of_ntlm_tries_nothing(folder: Path) -> None:
    with GpSimulator(folder, offers="basic") as gp:
        assert status(gp, HttpNtlmAuth(gp.username, gp.password)) == 401
        assert (gp.counters.legs_by_kind, gp.counters.refused) == ({"bare": 1}, 0)


def test_basic_is_judged_as_any_login(folder: Path) -> None:
    with GpSimulator(folder, offers="basic", lockout_threshold=2) as gp:
        right, wrong = HTTPBasicAuth(gp.username, gp.password), HTTPBasicAuth(gp.username, "wrong")
        assert [status(gp, right), status(gp, wrong), status(gp, wrong), status(gp, right)] == [200, 401, 401, 401]
        assert (gp.counters.logins, gp.counters.refused, gp.counters.bad_passwords) == (1, 3, 2)


def test_a_login_that_is_none_is_not_judged(gp: GpSimulator) -> None:
    with line(gp) as straight:
        for scheme, token in [
            ("NTLM", b"NTLMSSP"),
            ("NTLM", b"NTLMSSP\0\1\0\0\0"),
            ("Digest", b""),
            ("Negotiate", b""),
        ]:
            answer = straight.get(token, scheme)
            assert (answer.status, answer.offers) == (401, ["NTLM"])
    assert (gp.counters.refused, gp.counters.bad_passwords) == (0, 0)


# The help page


def test_a_site_can_show_its_help_page_to_anybody_and_nothing_else(folder: Path) -> None:
    with GpSimulator(folder, anonymous_help=True) as gp:
        client = Client(gp)
        with client.session:
            assert client.get().status_code == 200
            assert (gp.counters.legs_by_kind, gp.counters.logins) == ({"bare": 1}, 0)
            assert client.create().status_code == 200
        assert (gp.counters.logins, gp.counters.bodies) == (1, {"CreateSalesOrder": 3})


@pytest.mark.parametrize("answered", [400, 405])
def test_a_help_page_that_is_switched_off_still_lets_its_asker_log_in(folder: Path, answered: int) -> None:
    with GpSimulator(folder, help_status=answered) as gp:
        assert status(gp) == 401
        client = Client(gp)
        with client.session:
            assert [client.get().status_code, client.create().status_code] == [answered, 200]
        assert (gp.counters.logins, gp.counters.bodies) == (1, {"CreateSalesOrder": 1})


# Faces


@dataclass(frozen=True, slots=True)
class Echo:
    """A face that tells what reached it."""

    operation: str

    def __call__(self, request: Request) -> Call:
        def work(begin: Begin) -> Answer:
            if request.query == "unreadable":
                return Answer(400)
            begin()
            told = f"{request.method} {request.path}?{request.query} {request.headers.get('accept')} ".encode()
            return Answer(201, told + request.body, "application/json", (("X-Face", self.operation),))

        return Call(f"{request.method} {self.operation}", work)


@contextmanager
def faced(folder: Path, faces: dict[str, Face]) -> Iterator[tuple[Service, requests.Session, str]]:
    """A server with these faces and a session that may log in."""
    signed, account = authority(folder), Account(folder, None)
    service = Service(account, Door(), faces)
    server = Server(handler_for(service), tls=signed.server_context())
    try:
        with requests.Session() as session:
            session.trust_env, session.verify = False, str(signed.bundle)
            session.auth = HttpNtlmAuth(account.username, account.password)
            yield service, session, f"https://localhost:{server.port}"
    finally:
        server.stop()


def test_all_faces_share_one_login_and_its_counters(folder: Path) -> None:
    with faced(folder, {"/soap.asmx": Echo("soap"), "/GPService/": Echo("rest")}) as (service, session, root):
        address = f"{root}/gpservice/Tenants(DefaultTenant)/Companies(Fabrikam,%20Inc.)/Items?a=b"
        for method in ("GET", "POST", "PATCH", "DELETE"):
            answer = session.request(method, address, data=b"{}", headers={"Accept": "text/x"}, timeout=30)
            told = f"{method} /gpservice/Tenants(DefaultTenant)/Companies(Fabrikam,%20Inc.)/Items?a=b text/x {{}}"
            assert (answer.status_code, answer.text) == (201, told)
            assert (answer.headers["Content-Type"], answer.headers["X-Face"]) == ("application/json", "rest")
        assert session.post(f"{root}/soap.asmx", b"<a/>", timeout=30).headers["X-Face"] == "soap"
        assert session.get(f"{root}/gpservice", timeout=30).status_code == 404

        counters = service.counters
        assert (counters.connections, counters.logins, counters.requests) == (1, 1, 5)
        assert counters.operations == dict.fromkeys(
            ["GET rest", "POST rest", "PATCH rest", "DELETE rest", "POST soap"], 1
        )
        assert [exchange.operation for exchange in service.exchanges] == list(counters.operations)


def test_stops_act_on_every_face_by_the_operation_that_it_names(folder: Path) -> None:
    with faced(folder, {"/GPService/": Echo("rest")}) as (service, session, root):
        service.stops.add("PATCH rest", "after", 502)
        service.stops.add("PATCH rest", "replying", "empty")
        answers = [session.request(how, f"{root}/GPService/x", timeout=30) for how in ("GET", "PATCH", "PATCH")]
        assert [(answer.status_code, bool(answer.content)) for answer in answers] == [
            (201, True),
            (502, True),
            (200, False),
        ]


def test_a_request_that_breaks_the_contract_is_no_request_for_an_operation(folder: Path) -> None:
    with faced(folder, {"/GPService/": Echo("rest")}) as (service, session, root):
        assert session.get(f"{root}/GPService/x?unreadable", timeout=30).status_code == 400
        assert (service.counters.requests, len(service.exchanges)) == (0, 1)


def test_the_longest_path_that_fits_has_the_request() -> None:
    faces: dict[str, Face] = {"/a/": Echo("a"), "/a/B/": Echo("b"), "/a/c": Echo("c")}
    asked = {"/a/x": "a", "/A/b/x": "b", "/a/C": "c", "/a/c/d": "a", "/a": None, "/b": None}
    got = {path: face_of(faces, path) for path in asked}
    assert {path: face.operation if isinstance(face, Echo) else None for path, face in got.items()} == asked
