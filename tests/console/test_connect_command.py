"""`gp-shipbob connect shipbob`: a token or a consent becomes the stack's connection, and says what it may do."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from bridge.console import cli
from bridge.domain.connection import Channel
from bridge.domain.outcome import Failure, Misconfigured, Transient
from bridge.protocols import token
from bridge.protocols.consent import REQUIRED_SCOPES
from bridge.protocols.grant import GrantKind

from local.memory.points import Crash, Cut
from local.memory.tokens import APPLICATION
from tests.connected import HOUR, MINUTE, Connection
from tests.console.connect_terminal import CONSENT, OPERATOR, OWN, SHOP, Person, a_world, pasting, run, said

PAT = "PAT0123456789"


@pytest.fixture
def world() -> Connection:
    return a_world()


# ---- A personal access token


def test_a_pat_is_asked_for_stored_and_introduced(world: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    person = Person(PAT)

    assert run(world.ports, person, "connect", "shipbob", "--pat") == 0

    assert (world.shipbob_secret.grant.kind, world.shipbob_secret.grant.access_token) == (GrantKind.PAT, PAT)
    told = capsys.readouterr()
    assert "channel 180001 GP Integration of the application SMA" in told.out
    assert "orders_read" in told.out
    assert PAT not in told.out + told.err
    assert "MISSING" not in told.out


def test_a_pat_is_read_from_stdin_by_the_whole_command(
    world: Connection, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"  {PAT}\n"))

    assert cli.main(["--json", "connect", "shipbob", "--pat", "--stdin"], lambda _: (world.ports, OPERATOR)) == 0

    assert world.shipbob_secret.grant.access_token == PAT
    told = said(capsys)
    assert (told["kind"], told["channel_id"], told["missing"], told["fix"]) == ("pat", 180001, [], None)


def whole_process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """In a session of its own: there is no terminal to ask at, and the input is empty."""
    return subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}"],
        env={"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        start_new_session=True,
        check=False,
        timeout=60,
    )


def test_where_the_input_ends_at_the_prompt_one_line_says_so() -> None:
    ended = whole_process(
        "from bridge.console import cli\n"
        "sys.exit(cli.main(['connect', 'shipbob', '--pat'], lambda _: (None, 'somebody')))"
    )

    assert (ended.returncode, ended.stdout) == (1, "")
    assert "gp-shipbob: ShipBob personal access token: nothing was given" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_what_a_browser_prints_is_not_the_commands_result() -> None:
    ended = whole_process(
        "from bridge.console.terminal import Terminal\n"
        "Terminal(bytes).open('https://auth.example/x')\n"
        "print('the result')",
        BROWSER="echo opened %s",
    )

    assert ended.stdout == "the result\n"
    assert "opened https://auth.example/x" in ended.stderr


def test_a_token_is_no_argument(world: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as misused:
        run(world.ports, Person(), "connect", "shipbob", "--pat", PAT)

    assert misused.value.code == 2
    assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["", "two words", "naïve"])
def test_what_is_no_token_is_not_stored(world: Connection, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    before = world.shipbob_secret.versions.copy()

    assert run(world.ports, Person(typed), "connect", "shipbob", "--pat") == 1

    assert world.shipbob_secret.versions == before
    assert typed not in capsys.readouterr().err or not typed


def test_a_right_that_is_missing_is_named_with_what_to_do(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.shipbob.installations = [replace(OWN, scopes=OWN.scopes - {"returns_read", "receiving_write"})]

    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 1

    told = capsys.readouterr().out
    assert "MISSING: receiving_write returns_read" in told
    assert "make a new token in ShipBob's dashboard" in told


def test_a_token_that_may_write_nowhere_says_so(world: Connection, capsys: pytest.CaptureFixture[str]) -> None:
    world.shipbob.installations = [SHOP]

    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 1

    assert "no channel that the token may write on" in capsys.readouterr().out


@pytest.mark.parametrize(("is_pat", "channel"), [(True, OWN.id), (False, 180101)])
def test_of_two_installations_that_may_be_written_the_token_is_of_its_own(
    world: Connection,
    capsys: pytest.CaptureFixture[str],
    is_pat: bool,  # noqa: FBT001 - a parameter
    channel: int,
) -> None:
    installed = Channel(180101, "Dynamics GP", "GP bridge", frozenset(REQUIRED_SCOPES))
    world.shipbob.installations = [SHOP, installed, OWN, replace(OWN, id=170000, application="Old")]
    if is_pat:
        run(world.ports, Person(PAT), "--json", "connect", "shipbob", "--pat")
    else:
        run(world.ports, Person(APPLICATION.client_secret, pasting(world)), "--json", *CONSENT, "--paste")

    assert said(capsys)["channel_id"] == channel


def test_what_is_stored_stays_stored_though_shipbob_cannot_be_asked(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.shipbob.fail_next("channels", "down")

    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 1

    assert "Stored, but ShipBob could not be asked" in capsys.readouterr().out
    assert world.shipbob_secret.grant.access_token == PAT


def test_who_connected_and_when_is_kept(world: Connection) -> None:
    run(world.ports, Person(PAT), "connect", "shipbob", "--pat")

    assert (world.token_row.connected_by, world.token_row.connected_at) == (OPERATOR, world.clock.now())
    assert world.token_row.lease is None


def test_a_store_that_fails_at_first_is_tried_again(world: Connection) -> None:
    world.shipbob_secret.fail_next(Transient("Secrets Manager is away"), 2)

    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 0


def test_a_command_that_is_broken_off_leaves_the_connection_as_it_was(world: Connection) -> None:
    world.run()
    world.crash_at(4, Cut.BEFORE)  # the row and the secret read, the lease taken, nothing stored
    with pytest.raises(Crash, match=r"secret\.store"):
        run(world.ports, Person(PAT), "connect", "shipbob", "--pat")
    world.until_the_lease_is_over()

    world.run()

    assert world.authority.shown.total() == 0
    assert world.worker().call() == "done"


@pytest.mark.parametrize("arguments", [("connect", "shipbob", "--pat"), (*CONSENT, "--paste")])
def test_a_store_that_fails_for_good_lets_the_next_person_try_at_once(
    world: Connection, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    before = world.shipbob_secret.version
    answers = (PAT,) if "--pat" in arguments else (APPLICATION.client_secret, pasting(world))
    world.shipbob_secret.fail_next(Misconfigured("Secrets Manager answers AccessDeniedException"))

    assert run(world.ports, Person(*answers), *arguments) == 1

    assert "AccessDenied" in capsys.readouterr().err
    assert (world.token_row.lease, world.shipbob_secret.version) == (None, before)
    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 0


def test_while_a_refresh_is_under_way_a_person_is_asked_to_come_again(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.run()
    world.token_rows.save(token.take(world.token_row, "run-7", world.clock.now()))

    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 1

    assert "connect again, at 14:07:30 UTC at the latest" in capsys.readouterr().err
    assert world.shipbob_secret.grant.kind is GrantKind.OAUTH
    world.until_the_lease_is_over()
    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 0


# ---- How it stands


def status(world: Connection, capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    capsys.readouterr()
    code = run(world.ports, Person(), "--json", "connect", "shipbob", "--status")
    return code, said(capsys)


def test_a_good_connection_says_how_old_it_is_and_when_it_ends(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world.ports, Person(APPLICATION.client_secret, pasting(world)), *CONSENT, "--paste")
    world.clock.advance(46 * MINUTE)
    world.run()
    world.clock.advance(MINUTE)

    code, told = status(world, capsys)

    assert (code, told["kind"], told["state"], told["why"]) == (0, "oauth", "good", None)
    assert (told["refreshed_at"], told["age_seconds"]) == ("2026-11-17T14:51:00+00:00", 60)
    assert told["expires_at"] == "2026-11-17T15:51:00+00:00"
    assert (told["connected_at"], told["connected_by"]) == ("2026-11-17T14:05:00+00:00", OPERATOR)


def test_a_revoked_connection_says_so_before_and_after_its_token_ends(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.authority.revoke()
    world.clock.advance(46 * MINUTE)
    world.run()

    code, told = status(world, capsys)
    assert (code, told["state"], told["since"]) == (1, "revoked", "2026-11-17T14:51:00+00:00")

    world.clock.advance(HOUR)
    code, told = status(world, capsys)
    assert (code, told["state"]) == (1, "broken")
    assert "connect shipbob" in told["why"]


def test_a_token_that_ended_and_that_nobody_replaced_is_not_good(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.clock.advance(59 * MINUTE)
    assert status(world, capsys)[0] == 0
    world.clock.advance(MINUTE)

    code, told = status(world, capsys)

    assert (code, told["state"]) == (1, "ended")
    assert "KeepConnected" in told["why"]


def test_a_revoked_pat_says_so_and_since_when_until_another_is_put_in(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.shipbob_secret.put(world.authority.personal("OLDPAT"))
    world.authority.kill("OLDPAT")
    world.worker().call()
    world.clock.advance(HOUR)

    code, told = status(world, capsys)
    assert (code, told["state"], told["since"]) == (1, "refused", "2026-11-17T14:05:00+00:00")
    assert "does not accept the token" in told["why"]

    run(world.ports, Person(PAT), "connect", "shipbob", "--pat")
    code, told = status(world, capsys)
    assert (code, told["state"], told["since"]) == (0, "good", None)


def test_a_pat_that_shipbob_does_not_take_is_refused_from_the_moment_it_is_connected(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.authority.personal(PAT)
    world.authority.kill(PAT)

    assert run(world.ports, Person(PAT), "connect", "shipbob", "--pat") == 1

    assert status(world, capsys)[1]["state"] == "refused"
    world.run()
    assert world.counted["ConnectionLost"] == 1


def test_fresh_tokens_that_shipbob_refuses_are_said_to_be_rejected(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.keep_connected.answer = world.run
    for _ in range(3):
        world.clock.advance(2 * MINUTE)
        with contextlib.suppress(Failure):
            world.worker().bearing.refused(world.shipbob_secret.grant.access_token)

    code, told = status(world, capsys)

    assert (code, told["state"]) == (1, "rejected")
    assert "scopes" in told["why"]


def test_a_stack_that_was_never_connected_says_what_to_do(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    world.shipbob_secret.put("{}")

    code, told = status(world, capsys)

    assert (code, told["kind"], told["state"]) == (1, None, "not connected")


def test_how_it_stands_is_told_in_a_few_lines_and_asks_shipbob_nothing(
    world: Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    run(world.ports, Person(PAT), "connect", "shipbob", "--pat")
    capsys.readouterr()
    before = len(world.calls.made)

    assert run(world.ports, Person(), "connect", "shipbob", "--status") == 0

    told = capsys.readouterr().out.splitlines()
    assert told[0] == "pat: good"
    assert f"  connected by: {OPERATOR}" in told
    assert {name.partition(".")[0] for name in world.calls.made[before:]} == {"secret", "token_rows"}
