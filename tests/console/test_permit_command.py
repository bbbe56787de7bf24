"""`gp-shipbob permit`: an operator at night sees why nobody logs in to GP, and allows it again with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bridge.console import cli
from bridge.domain.outcome import Transient
from bridge.protocols.permit import LoginResult

from local.memory.world import World

OPERATOR = "arn:aws:iam::123456789012:user/night-shift"
USER = "WINGTIP\\svc-bridge"


@pytest.fixture
def world() -> World:
    return World()


def run(world: World, *arguments: str) -> int:
    return cli.main(arguments, of_stack=lambda _name: (world, OPERATOR))


def log_in(world: World, result: LoginResult, username: str = USER, version: str = "v1") -> None:
    login = world.permits.login(username, version, f"worker with {version}")
    assert login.take() is None
    login.give_back(result)


def may_log_in(world: World, username: str = USER) -> bool:
    return world.permits.login(username, "v1", "anybody").take() is None


def shown(world: World, capsys: pytest.CaptureFixture[str]) -> Any:
    assert run(world, "--json", "permit") == 0
    return json.loads(capsys.readouterr().out)


def test_before_anybody_logged_in_there_is_nothing_to_show(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(world, "permit") == 0

    assert capsys.readouterr().out == "Nobody has logged in to GP yet.\n"


def test_a_refused_login_is_shown_with_when_it_was_and_what_to_do(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    log_in(world, LoginResult.REFUSED)

    assert run(world, "permit") == 0

    told = capsys.readouterr().out
    for words in (USER.lower(), "GP secret v1: rejected", "refused at 14:05 UTC on 2026-11-17", "permit clear --why"):
        assert words in told


def test_each_version_of_the_secret_is_shown_for_scripts_newest_first(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    log_in(world, LoginResult.REFUSED, version="old")
    world.clock.advance_to(world.clock.now().replace(hour=15))
    log_in(world, LoginResult.PROVEN, version="new")

    (account,) = shown(world, capsys)

    assert [(each["version"], each["state"], each["may_log_in"]) for each in account["versions"]] == [
        ("new", "proven", True),
        ("old", "rejected", False),
    ]
    assert account["refused_at"] == ["2026-11-17T14:05:00+00:00"]


def test_an_operator_allows_the_login_again_and_the_permit_says_who_and_why(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    log_in(world, LoginResult.REFUSED)

    assert run(world, "permit", "clear", "--why", "unlocked on the domain controller") == 0

    assert "may log in again" in capsys.readouterr().out
    assert shown(world, capsys)[0]["clearings"] == [
        {"at": "2026-11-17T14:05:00+00:00", "by": OPERATOR, "why": "unlocked on the domain controller"}
    ]
    assert may_log_in(world)


@pytest.mark.parametrize("why", ["", "  "])
def test_nobody_clears_without_a_reason(world: World, capsys: pytest.CaptureFixture[str], why: str) -> None:
    log_in(world, LoginResult.REFUSED)

    assert run(world, "permit", "clear", "--why", why) == 1

    assert "reason" in capsys.readouterr().err
    assert not may_log_in(world)


def test_a_reason_cannot_be_left_out(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    log_in(world, LoginResult.REFUSED)

    with pytest.raises(SystemExit) as misused:
        run(world, "permit", "clear")

    assert misused.value.code == 2
    assert "--why" in capsys.readouterr().err
    assert not may_log_in(world)


def test_of_two_accounts_the_one_to_clear_is_named(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    for username in (USER, "WINGTIP\\svc-spare"):
        log_in(world, LoginResult.REFUSED, username)

    assert run(world, "permit", "clear", "--why", "unlocked") == 1
    assert "wingtip\\svc-bridge or wingtip\\svc-spare" in capsys.readouterr().err
    assert run(world, "permit", "clear", "--why", "unlocked", "--account", USER) == 0
    assert (may_log_in(world), may_log_in(world, "WINGTIP\\svc-spare")) == (True, False)


def test_an_account_that_never_logged_in_is_not_cleared(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    log_in(world, LoginResult.REFUSED)

    assert run(world, "permit", "clear", "--why", "unlocked", "--account", "WINGTIP\\svc-brigde") == 1

    assert "wingtip\\svc-bridge" in capsys.readouterr().err
    assert not may_log_in(world)


def test_a_table_out_of_reach_is_said_in_one_line(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    log_in(world, LoginResult.REFUSED)
    world.permits.failure = Transient("DynamoDB cannot be reached")

    assert run(world, "permit", "clear", "--why", "unlocked") == 1

    assert capsys.readouterr().err == "gp-shipbob: DynamoDB cannot be reached\n"
