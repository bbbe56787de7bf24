"""`gp-shipbob --through operate …`: the words go in as they were typed, what is printed comes out, secrets stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from bridge.console import cli, remote
from bridge.domain.outcome import MappingKey, Misconfigured
from bridge.ports import Ports

from local.memory.world import World

CALLER = "arn:aws:iam::123456789012:user/clerk"


class Inside:
    """The function, without the wire: it runs what it is asked to as its caller."""

    def __init__(self, world: World) -> None:
        self.asked: list[tuple[str, list[str], str]] = []
        self._world = world

    def __call__(self, stack: str) -> Inside:
        self._stack = stack
        return self

    def run(self, command: Sequence[str], text: str) -> Mapping[str, Any]:
        self.asked.append((self._stack, list(command), text))
        code, output, error = remote.run(command, text, self._world, CALLER)
        return {"exit": code, "output": output, "error": error}


def nobody_here(_stack: str) -> tuple[Ports, str]:
    raise AssertionError("the command was run here")


@pytest.fixture
def inside() -> Inside:
    return Inside(World())


def run(inside: Inside, *arguments: str) -> int:
    return cli.main(arguments, of_stack=nobody_here, operate=inside)


@pytest.mark.parametrize("through", [["--through", "operate"], ["--through=operate"]])
def test_the_command_is_run_inside_and_what_it_prints_is_printed_here(
    inside: Inside, capsys: pytest.CaptureFixture[str], through: list[str]
) -> None:
    assert run(inside, "--stack", "bridge-2", *through, "--json", "reviews") == 0

    assert inside.asked == [("bridge-2", ["--stack", "bridge-2", "--json", "reviews"], "")]
    assert capsys.readouterr().out == "[]\n"


def test_what_goes_wrong_inside_is_complained_of_here_with_its_code(
    inside: Inside, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(inside, "--through", "operate", "replay", "ordre/1", "--why", "x") == 1

    assert "ordre/1" in capsys.readouterr().err


def test_a_file_is_read_here_and_its_text_goes_along(inside: Inside, tmp_path: Path) -> None:
    file = tmp_path / "mappings.csv"
    file.write_text("kind,key,value\nsku,A,ITEM-A\n")

    assert run(inside, "--through", "operate", "mappings", "import", str(file)) == 0

    assert inside.asked[0][1:] == (["mappings", "import", "-"], "kind,key,value\nsku,A,ITEM-A\n")
    assert inside._world.state.mapped == {MappingKey.parse("sku/A"): "ITEM-A"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["connect", "shipbob", "--pat"], "reads a secret"),
        (["backfill", "--follow"], "leave out --follow"),
        (["backfill", "orders", "--file", "ids.txt", "--why", "x"], "give the ids themselves"),
        (["webhooks", "connect"], "--url"),
    ],
)
def test_what_must_stay_here_is_refused_before_anything_is_sent(
    inside: Inside, capsys: pytest.CaptureFixture[str], arguments: list[str], says: str
) -> None:
    assert run(inside, "--through", "operate", *arguments) == 1

    assert says in capsys.readouterr().err
    assert inside.asked == []


@pytest.mark.parametrize(
    "arguments", [["connect", "shipbob", "--status"], ["backfill"], ["webhooks", "connect", "--url", "https://x"]]
)
def test_the_same_commands_go_through_where_nothing_keeps_them_here(inside: Inside, arguments: list[str]) -> None:
    run(inside, "--through", "operate", *arguments)

    assert [words for _, words, _ in inside.asked] == [arguments]


def test_a_command_that_is_misused_is_not_sent(inside: Inside) -> None:
    with pytest.raises(SystemExit) as misused:
        run(inside, "--through", "operate", "replay", "order/1")

    assert misused.value.code == 2
    assert inside.asked == []


def test_a_function_that_is_not_there_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    def gone(_stack: str) -> Inside:
        raise Misconfigured("the stack x cannot be read")

    assert cli.main(["--through", "operate", "reviews"], of_stack=nobody_here, operate=gone) == 1
    assert capsys.readouterr().err == "gp-shipbob: the stack x cannot be read\n"
