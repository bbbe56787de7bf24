"""The transport to GP: few requests, one login for a connection, one try of a password, and nothing told twice."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from bridge.gp.transport import ANSWER_BYTES_MAX, Ending, Pace

from local.certificates import authority
from local.gp import GpSimulator
from tests.contract.gp_calls import SECONDS, WRONG, Clock, connected, create, read, two_permits
from tests.contract.gp_port import pause, permits, says, stranger, transport_to


@pytest.fixture
def forgetful(folder: Path) -> Iterator[GpSimulator]:
    """GP as it comes: a login lasts for one request."""
    with GpSimulator(folder, keeps_login=False) as simulator:
        yield simulator


# One try of a password


def test_a_refused_password_is_never_tried_again(gp: GpSimulator) -> None:
    one_permit, other_permit = two_permits()
    with (
        connected(gp, password=WRONG, permit=one_permit) as one,
        connected(gp, password=WRONG, permit=other_permit) as other,
    ):
        endings = [to.login(SECONDS).ending for _ in range(3) for to in (one, other)]
        endings += [create(to).ending for _ in range(2) for to in (one, other)]

    assert set(endings) == {Ending.REJECTED_LOGIN}
    assert (gp.counters.refused, gp.counters.legs) == (1, 3)


def test_a_refused_password_on_a_write_is_tried_once_too(gp: GpSimulator) -> None:
    with connected(gp, password=WRONG) as to:
        assert [create(to).ending for _ in range(11)] == [Ending.REJECTED_LOGIN] * 11

    assert gp.counters.refused == 1
    assert gp.books.documents() == []


def test_a_new_version_of_the_secret_may_be_tried(gp: GpSimulator) -> None:
    with connected(gp, password=WRONG) as old:
        old.login(SECONDS)
    with connected(gp) as new:
        assert new.login(SECONDS).ending is Ending.ANSWERED

    assert (gp.counters.refused, gp.counters.logins) == (1, 1)


def test_nobody_logs_in_again_with_a_password_that_another_has_seen_refused(forgetful: GpSimulator) -> None:
    one_permit, other_permit = two_permits()
    with connected(forgetful, permit=one_permit) as one, connected(forgetful, permit=other_permit) as other:
        one.login(SECONDS)
        other.login(SECONDS)
        forgetful.password = WRONG[::-1]  # changed in the directory, and not yet in the secret

        assert [create(one).ending, create(other).ending] == [Ending.REJECTED_LOGIN] * 2

    assert forgetful.counters.refused == 1


def test_a_server_that_closes_after_its_challenge_refuses_nobody(folder: Path) -> None:
    """A proof for one connection's challenge, sent on another, would cost the account a bad logon: it stays here."""
    proofs: list[str] = []

    def deed(handler: BaseHTTPRequestHandler) -> None:
        said = "NTLM TlRMTVNTUAACAAAAAAAAADgAAAABAoIiASNFZ4mrze8AAAAAAAAAAAAAAAA4AAAABgBxFwAAAA8="
        is_type_1 = handler.headers.get("Authorization", "").startswith("NTLM TlRMTVNTUAAB")
        if "TlRMTVNTUAAD" in handler.headers.get("Authorization", ""):
            proofs.append(handler.path)
        says(401, b"", WWW_Authenticate=said if is_type_1 else "NTLM", Connection="close")(handler)
        handler.close_connection = True

    store = permits()
    with stranger(folder, deed, everywhere=True) as met:
        permit = store.login("svc-bridge", "v1", "worker-1")
        reply = transport_to(met.url, met.bundle, permit=permit).login(SECONDS)

    assert reply.ending is Ending.BROKEN_HANDSHAKE
    assert proofs == []
    assert [row.refusals for row in store.show()] == [()]


# The deadline


def test_the_time_of_a_call_is_for_all_its_legs_together(gp: GpSimulator) -> None:
    """Each leg alone would be in time."""
    gp.stops.add("CreateSalesOrder", "login", "latency", seconds=2)
    gp.stops.add("CreateSalesOrder", "before", "latency", seconds=0.8)
    with connected(gp) as to:
        assert create(to, seconds=2.5).ending is Ending.UNKNOWN


def test_a_leg_waits_only_for_the_time_that_the_legs_before_it_left(gp: GpSimulator) -> None:
    gp.stops.add("CreateSalesOrder", "login", "latency", seconds=2)
    gp.stops.add("CreateSalesOrder", "before", "hold")
    with connected(gp) as to:
        started = time.monotonic()
        assert create(to, seconds=2.5).ending is Ending.UNKNOWN
        took = time.monotonic() - started

    assert took < 3.5, "the legs' waits must not add up to 4.5 s"


def test_a_call_ends_with_the_run_that_makes_it(gp: GpSimulator) -> None:
    gp.stops.add("CreateSalesOrder", "before", "hold")
    pace = Pace(time.monotonic, pause, lambda: 2.2)
    with connected(gp, pace=pace) as to:
        to.login(SECONDS)
        started = time.monotonic()
        assert create(to, seconds=60).ending is Ending.UNKNOWN
        took = time.monotonic() - started

    assert took < 3.5


def test_a_call_is_not_made_longer_by_a_run_that_has_time(gp: GpSimulator) -> None:
    gp.stops.add("CreateSalesOrder", "before", "hold")
    with connected(gp, pace=Pace(time.monotonic, pause, lambda: 900.0)) as to:
        to.login(SECONDS)
        started = time.monotonic()
        create(to, seconds=0.3)

        assert time.monotonic() - started < 1.5


def test_a_run_that_is_nearly_over_sends_nothing(gp: GpSimulator) -> None:
    clock = Clock()
    clock.ends_at = clock.seconds + 1.9
    with connected(gp, pace=clock.pace) as to:
        replies = [to.login(SECONDS), read(to), create(to)]
        assert [(reply.ending, reply.why) for reply in replies] == [
            (Ending.NOT_SENT, "the function's time is nearly up")
        ] * 3
        assert (gp.counters.connections, gp.counters.legs) == (0, 0)

        clock.ends_at = clock.seconds + 30
        assert create(to).ending is Ending.ANSWERED


def test_a_login_that_takes_too_long_is_no_lost_write(gp: GpSimulator) -> None:
    gp.stops.add("*", "login", "hold", seconds=5)
    with connected(gp) as to:
        assert create(to, seconds=0.3).ending is Ending.NOT_EXECUTED
    assert gp.counters.requests == 0


def test_a_write_that_takes_too_long_is_unknown(gp: GpSimulator) -> None:
    gp.stops.add("CreateSalesOrder", "before", "hold")
    with connected(gp) as to:
        to.login(SECONDS)
        assert create(to, seconds=0.3).ending is Ending.UNKNOWN


def test_an_answer_that_trickles_is_not_waited_for_beyond_the_calls_time(folder: Path) -> None:
    enough = threading.Event()

    def trickle(handler: BaseHTTPRequestHandler) -> None:
        says(200, b"", Content_Length="1000")(handler)
        for _ in range(20):
            enough.wait(0.1)
            handler.wfile.write(b" ")
        handler.close_connection = True

    with stranger(folder, trickle) as met:
        started = time.monotonic()
        reply = transport_to(met.url, met.bundle).post(b"<a/>", {}, 0.5)
        took = time.monotonic() - started
        enough.set()

    assert reply.ending is not Ending.ANSWERED
    assert took < 1.5


# What is lost, and when


def test_a_write_on_a_connection_that_a_read_logged_in_is_unknown_when_its_reply_is_lost(gp: GpSimulator) -> None:
    gp.stops.add("CreateSalesOrder", "after", "drop")
    with connected(gp) as to:
        assert read(to).status == 500, "the fault of an absent document"
        assert create(to).ending is Ending.UNKNOWN
    assert len(gp.books.documents()) == 1


@pytest.mark.parametrize(
    ("when", "ending", "documents"),
    [("login", Ending.NOT_EXECUTED, 0), ("before", Ending.UNKNOWN, 0), ("after", Ending.UNKNOWN, 1)],
)
def test_what_is_lost_is_told_by_the_leg_that_lost_it(
    gp: GpSimulator, when: str, ending: Ending, documents: int
) -> None:
    gp.stops.add("CreateSalesOrder", when, "drop")
    with connected(gp) as to:
        assert create(to).ending is ending
    assert len(gp.books.documents()) == documents


def test_nobody_at_home_is_not_sent(gp: GpSimulator) -> None:
    gp.offline()
    with connected(gp) as to:
        assert {to.login(SECONDS).ending, create(to).ending} == {Ending.NOT_SENT}


def test_a_giant_answer_is_not_kept(folder: Path) -> None:
    with stranger(folder, says(200, bytes(ANSWER_BYTES_MAX + 1))) as met:
        reply = transport_to(met.url, met.bundle).post(b"<a/>", {}, SECONDS)

    assert (reply.ending, reply.body) == (Ending.UNKNOWN, b"")


# Whom it trusts


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """The bundle of another private authority."""
    return authority(tmp_path / "elsewhere").bundle


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_the_environment_does_not_replace_the_companys_authority(
    gp: GpSimulator, elsewhere: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(elsewhere))
    with connected(gp) as to:
        assert to.login(SECONDS).ending is Ending.ANSWERED

    monkeypatch.setenv(name, str(gp.ca_bundle))
    stray = transport_to(gp.url, elsewhere, gp.username, gp.password)
    assert stray.login(SECONDS).ending is Ending.MISCONFIGURED


def test_a_certificate_of_another_authority_gets_no_login(gp: GpSimulator, elsewhere: Path) -> None:
    stray = transport_to(gp.url, elsewhere, gp.username, gp.password)

    assert stray.login(SECONDS).ending is create(stray).ending is Ending.MISCONFIGURED
    assert (gp.counters.connections, gp.counters.legs) == (0, 0)


def test_a_certificate_for_another_name_gets_no_login(gp: GpSimulator) -> None:
    by_another_name = gp.url.replace("localhost", "127.1")  # the same address, which the certificate does not name
    reply = transport_to(by_another_name, gp.ca_bundle, gp.username, gp.password).login(SECONDS)

    assert reply.ending is Ending.MISCONFIGURED
    assert gp.counters.legs == 0


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(gp: GpSimulator, folder: Path, status: int) -> None:
    with stranger(folder, says(status, b"", Location=gp.url), everywhere=True) as met:
        to = transport_to(met.url, met.bundle, gp.username, gp.password)
        assert to.login(SECONDS).ending is create(to).ending is Ending.MISCONFIGURED
    assert gp.counters.connections == 0


@pytest.mark.parametrize("url", ["http://localhost/gp.asmx", "gp.asmx", "https://", "https://.example.com/"])
def test_an_address_that_is_none_is_the_operators_to_repair(url: str) -> None:
    to = transport_to(url, Path("none.pem"))

    assert to.login(SECONDS).ending is create(to).ending is Ending.MISCONFIGURED


@pytest.mark.parametrize(
    ("seconds", "rest"), [(90, 90.0), (86400, 3600.0), (0, 0.0)], ids=["a while", "a day", "unsaid"]
)
def test_a_busy_server_is_left_alone_for_as_long_as_it_asks_within_reason(
    gp: GpSimulator, seconds: int, rest: float
) -> None:
    gp.stops.add("*", "bare", "503", seconds=seconds)

    with connected(gp) as to:
        reply = create(to)

    assert (reply.ending, reply.retry_after) == (Ending.BUSY, rest)
