"""The GP simulator's login as any client sees it: real NTLM over TLS, bound to its connection."""

from __future__ import annotations

import threading
from pathlib import Path

from local.gp import GpSimulator
from tests.contract.gp_bodies import Client


def test_the_first_call_of_a_connection_takes_three_requests_and_the_next_ones_one(
    gp: GpSimulator, client: Client
) -> None:
    assert client.get().status_code == 200
    assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 3, 1)
    assert client.create().status_code == 200
    assert (gp.counters.connections, gp.counters.legs, gp.counters.logins) == (1, 4, 1)
    assert (gp.counters.requests, gp.counters.operations) == (1, {"CreateSalesOrder": 1})


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
