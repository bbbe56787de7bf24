"""`gp-shipbob connect shipbob --client-id`: a merchant agrees in a browser, here or elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping

import httpx
import pytest
from bridge.protocols.grant import GrantKind

from local.memory.tokens import APPLICATION
from tests.connected import HOUR, Connection
from tests.console.connect_terminal import CONSENT, Person, a_world, free_port, land, pasting, run, said


@pytest.fixture
def world() -> Connection:
    return a_world()


def by_browser(world: Connection, port: int, way: str, **otherwise: str) -> Callable[[str], object]:
    """The merchant agrees, and the browser lands; `otherwise` changes what it brings."""

    def browse(address: str) -> object:
        return land(f"http://127.0.0.1:{port}/callback", world.authority.agree(address) | otherwise, way)

    return browse


@pytest.mark.parametrize("way", ["form", "query", "fragment"])
def test_a_consent_lands_on_this_machine_and_is_stored(
    world: Connection, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    port = free_port()
    person = Person(APPLICATION.client_secret, browses=by_browser(world, port, way))

    arguments = ("connect", "shipbob", "--client-id", APPLICATION.client_id, "--port", str(port))
    assert run(world.ports, person, "--json", *arguments) == 0

    assert world.is_alive
    grant = world.shipbob_secret.grant
    assert (grant.kind, grant.application) == (GrantKind.OAUTH, APPLICATION)
    assert (grant.expires_at, grant.redirect_uri) == (
        world.clock.now() + HOUR,
        f"http://127.0.0.1:{port}/callback",
    )
    told = said(capsys)
    assert (told["kind"], told["missing"], told["trouble"]) == ("oauth", [], None)
    assert person.prompts == ["Client secret"]


def paste_code(world: Connection) -> Callable[[str], str]:
    return lambda address: world.authority.agree(address)["code"]


@pytest.mark.parametrize("what", ["fragment", "query", "code"])
def test_a_browser_elsewhere_is_served_by_pasting_where_it_landed(world: Connection, what: str) -> None:
    pasted = paste_code(world) if what == "code" else pasting(world, "#" if what == "fragment" else "?")
    person = Person(APPLICATION.client_secret, pasted)

    assert run(world.ports, person, *CONSENT, "--paste") == 0

    assert world.is_alive
    assert person.opened == []
    assert "posted=False" in person.page(), "a code that is posted shows in no address"


def test_where_nothing_lands_in_good_time_a_person_may_paste(world: Connection) -> None:
    person = Person(APPLICATION.client_secret, pasting(world))
    person.consent_seconds = 0.01

    assert run(world.ports, person, *CONSENT, "--port", str(free_port())) == 0

    assert len(person.opened) == 1
    assert "posted=False" in person.page()


def test_where_somebody_else_listens_a_person_pastes(world: Connection) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        person = Person(APPLICATION.client_secret, pasting(world))

        assert run(world.ports, person, *CONSENT, "--port", str(taken.getsockname()[1])) == 0

    assert any("Nothing can listen" in line for line in person.said)


def test_a_redirect_address_elsewhere_is_kept_to_the_letter_and_pasted(world: Connection) -> None:
    person = Person(APPLICATION.client_secret, pasting(world))

    assert run(world.ports, person, *CONSENT, "--redirect-uri", "https://example.com/done") == 0

    assert world.shipbob_secret.grant.redirect_uri == "https://example.com/done"


@pytest.mark.parametrize(
    ("brought", "words"),
    [
        ({"error": "access_denied"}, "the consent was refused"),
        ({"state": "another"}, "answers another consent"),
        ({"code": "code-99"}, "ShipBob does not take the code"),
    ],
)
def test_a_consent_that_fails_says_why_and_changes_nothing(
    world: Connection, capsys: pytest.CaptureFixture[str], brought: Mapping[str, str], words: str
) -> None:
    before = world.shipbob_secret.versions.copy()

    assert run(world.ports, Person(APPLICATION.client_secret, pasting(world, **brought)), *CONSENT, "--paste") == 1

    assert words in capsys.readouterr().err
    assert world.shipbob_secret.versions == before
    assert world.token_row.lease is None, "the schedule may go on at once"


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("login rejected", "refuses the login"),
        ("down", "cannot be reached"),
        ("lost reply", "did not reply"),
    ],
)
def test_an_exchange_that_fails_says_why_and_changes_nothing(
    world: Connection, capsys: pytest.CaptureFixture[str], how: str, words: str
) -> None:
    before = world.shipbob_secret.versions.copy()
    world.authority.fail_next("exchange", how)

    assert run(world.ports, Person(APPLICATION.client_secret, pasting(world)), *CONSENT, "--paste") == 1

    assert words in capsys.readouterr().err
    assert world.shipbob_secret.versions == before


def test_tokens_that_would_end_within_the_hour_are_not_stored(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.authority.gives_refresh_tokens = False
    before = world.shipbob_secret.versions.copy()

    assert run(world.ports, Person(APPLICATION.client_secret, pasting(world)), *CONSENT, "--paste") == 1

    assert "offline_access" in capsys.readouterr().err
    assert world.shipbob_secret.versions == before


def test_a_scope_that_shipbob_did_not_give_is_named(world: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    world.authority.scopes = world.authority.scopes - {"webhooks_write"}

    assert run(world.ports, Person(APPLICATION.client_secret, pasting(world)), *CONSENT, "--paste") == 1

    told = capsys.readouterr().out
    assert "MISSING: webhooks_write" in told
    assert "have ShipBob allow the application these scopes" in told


def test_nothing_secret_is_shown_whatever_happens(world: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    person = Person(APPLICATION.client_secret, pasting(world))
    run(world.ports, person, *CONSENT, "--paste")
    run(world.ports, Person(APPLICATION.client_secret, pasting(world, code="code-99")), *CONSENT, "--paste")
    run(world.ports, Person(), "connect", "shipbob", "--status")

    told = capsys.readouterr()
    grant = world.shipbob_secret.grant
    for secret in (APPLICATION.client_secret, grant.access_token, grant.refresh_token, "code-1"):
        assert secret not in told.out + told.err


# ---- The landing


def test_the_landing_waits_for_the_answer_among_all_that_a_browser_sends(world: Connection) -> None:
    port = free_port()

    def browse(address: str) -> None:
        with socket.create_connection(("127.0.0.1", port)), httpx.Client(trust_env=False) as browser:
            assert browser.get(f"http://127.0.0.1:{port}/favicon.ico").status_code == 404
            assert browser.post(f"http://127.0.0.1:{port}/", data={"code": "forged"}).status_code == 404
            land(f"http://127.0.0.1:{port}/callback", world.authority.agree(address), "form")

    person = Person(APPLICATION.client_secret, browses=browse)

    assert run(world.ports, person, *CONSENT, "--port", str(port)) == 0
    assert world.is_alive


def test_an_answer_that_is_not_to_our_question_is_not_taken(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    person = Person(APPLICATION.client_secret, browses=by_browser(world, port, "form", state="forged"))

    assert run(world.ports, person, *CONSENT, "--port", str(port)) == 1

    assert "answers another consent" in capsys.readouterr().err
