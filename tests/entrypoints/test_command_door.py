"""An operator's command comes in through IAM: it is done as the caller that STS confirms, or not at all."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from bridge.aws import callers
from bridge.console import remote
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.outcome import MappingKey, NotAuthentic, Transient
from bridge.ports import Ports
from bridge.protocols.ledger import LedgerRow, Status
from hypothesis import given
from hypothesis import strategies as st

from local.memory.world import World
from tests.entrypoints.waking import Context, Json, sample
from tests.orders import ORDER, a_world, unshipped

OPERATOR = "arn:aws:sts::123456789012:assumed-role/OnCall/night-shift"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:bridge"


class Sts:
    """Knows one proof, made for one function and one command."""

    def __init__(self, *words: str, text: str = "", function: str = FUNCTION) -> None:
        self._known = ("a proof", function, callers.digest(words, text))
        self.is_away = False
        self.asked = 0

    def name(self, given: object, *, function: str, command: str) -> str:
        self.asked += 1
        if self.is_away:
            raise Transient("STS cannot be asked who calls")
        if (given, function, command) != self._known:
            raise NotAuthentic("STS does not confirm who calls")
        return OPERATOR


def call(world: Ports, sts: Sts, event: object, arn: str = FUNCTION, run: Any = remote.run) -> Json:
    from bridge.aws.command_door import command_door

    handle = command_door(run, lambda _seconds: world, lambda: sts)  # type: ignore[arg-type,return-value] # a stand-in
    return handle(event, Context(invoked_function_arn=arn))  # type: ignore[arg-type] # whatever somebody sends


def asked(*words: str, text: str = "", caller: object = "a proof") -> Json:
    return {"v": 1, "command": list(words), "text": text, "caller": caller}


@pytest.fixture
def world() -> World:
    world = a_world()
    world.shipbob.put(unshipped())
    return world


def test_a_command_is_run_as_its_caller_whose_name_is_in_the_trail(world: World) -> None:
    words = ("replay", str(ORDER), "--why", "customer changed in GP")

    told = call(world, Sts(*words), asked(*words))
    world.deliver()

    assert (told["exit"], told["error"], told["by"]) == (0, "", OPERATOR)
    assert told["output"].startswith(f"{ORDER} is queued")
    assert {entry.by for entry in world.audit.entries(ORDER)} == {OPERATOR}


def test_what_the_command_complains_of_comes_back_with_its_exit_code(world: World) -> None:
    assert call(world, Sts("trace", "nobody"), asked("trace", "nobody"))["exit"] == 1

    told = call(world, Sts("replay", "ordre/1", "--why", "x"), asked("replay", "ordre/1", "--why", "x"))
    assert (told["exit"], "ordre/1" in told["error"]) == (1, True)

    told = call(world, Sts("replay"), asked("replay"))
    assert (told["exit"], "--why" in told["error"]) == (2, True)


@pytest.mark.parametrize(
    "event",
    [
        asked("map", "sku/X=Y", caller="forged"),
        asked("map", "sku/X=Z"),  # the proof is for Y
        asked("map", "sku/X=Y", text="of another file"),
        asked("map", "sku/X=Y", caller=None),
        {"v": 1, "command": ["map", "sku/X=Y"]},
    ],
)
def test_without_the_callers_proof_for_this_very_command_nothing_is_done(
    world: World, event: Json, capsys: pytest.CaptureFixture[str]
) -> None:
    told = call(world, Sts("map", "sku/X=Y"), event)

    assert (told["exit"], told["output"]) == (1, "")
    assert "nothing was done" in told["error"]
    assert MappingKey.parse("sku/X") not in world.state.mapped
    assert '"CommandsRefused":[1.0]' in capsys.readouterr().out


def test_a_proof_for_another_stacks_function_is_refused(world: World) -> None:
    theirs = FUNCTION.replace("bridge", "their-bridge")

    told = call(world, Sts("map", "sku/X=Y", function=theirs), asked("map", "sku/X=Y"))

    assert told["exit"] == 1
    assert MappingKey.parse("sku/X") not in world.state.mapped


def test_a_proof_is_for_the_function_whatever_version_of_it_was_called(world: World) -> None:
    assert call(world, Sts("reviews"), asked("reviews"), arn=f"{FUNCTION}:live")["exit"] == 0


def test_while_sts_is_away_nothing_is_done_and_the_caller_is_told(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    sts = Sts("map", "sku/X=Y")
    sts.is_away = True

    told = call(world, sts, asked("map", "sku/X=Y"))

    assert (told["exit"], "STS cannot be asked" in told["error"]) == (1, True)
    assert MappingKey.parse("sku/X") not in world.state.mapped
    assert '"CommandsFailed":[1.0]' in capsys.readouterr().out


@pytest.mark.parametrize("words", [("connect", "shipbob", "--pat"), ("connect", "shipbob", "--client-id", "x")])
def test_a_command_that_reads_a_secret_is_refused_with_the_way_it_can_be_done(
    world: World, words: tuple[str, ...]
) -> None:
    told = call(world, Sts(*words), asked(*words))

    assert told["exit"] == 1
    assert "reads a secret" in told["error"]
    assert "without --through" in told["error"]


@pytest.mark.parametrize("words", [("backfill", "--follow"), ("webhooks", "connect")])
def test_what_needs_the_terminal_is_refused(world: World, words: tuple[str, ...]) -> None:
    assert "cannot go through the function" in call(world, Sts(*words), asked(*words))["error"]


def test_nobody_inside_agrees_to_many_replays_or_waits_until_there_is_room_for_them(world: World) -> None:
    for number in range(1, 271):
        world.state.save(LedgerRow(DocumentId(DocumentKind.ORDER, number), status=Status.DONE))
    words = ("replay", "--status", "done", "--why", "x")

    assert "add --yes" in call(world, Sts(*words), asked(*words))["error"]
    assert world.to_gp.depth() == 0

    told = call(world, Sts(*words, "--yes"), asked(*words, "--yes"))
    assert (told["exit"], world.to_gp.depth()) == (1, 250)
    assert "20 documents not queued" in told["output"]


def test_a_bug_is_answered_and_counted_and_its_text_stays_in_the_log(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def run(*_: object) -> tuple[int, str, str]:
        raise KeyError("Sample Customer")

    told = call(world, Sts("reviews"), asked("reviews"), run=run)

    assert told["error"] == "gp-shipbob: a bug (KeyError): the log of Operate has it\n"
    assert '"CommandsFailed":[1.0]' in capsys.readouterr().out
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [KeyError]


def test_what_does_not_fit_into_an_answer_is_cut_and_said(world: World) -> None:
    told = call(world, Sts("reviews"), asked("reviews"), run=lambda *_: (0, "x" * 2_000_000, ""))

    assert (told["exit"], len(told["output"])) == (1, 1_500_000)
    assert "did not fit" in told["error"]


def test_the_log_has_the_verb_and_nothing_that_a_person_typed(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        call(world, Sts("trace", "Sample Customer"), asked("trace", "Sample Customer"))

    assert [record.__dict__.get("verb") for record in caplog.records if record.message == "runs"] == ["trace"]
    assert "Sample Customer" not in caplog.text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FORGED = st.fixed_dictionaries(
    {},
    optional={
        "v": st.just(1) | JSON,
        "command": st.just(["map", "sku/X=Y"]) | JSON,
        "text": st.text(max_size=5) | JSON,
        "caller": JSON,
    },
)


@given(event=JSON | FORGED)
def test_whatever_comes_in_is_answered_and_nothing_is_run_for_a_stranger(event: object) -> None:
    ran: list[Sequence[str]] = []

    def run(words: Sequence[str], *_: object) -> tuple[int, str, str]:
        ran.append(words)
        return 0, "", ""

    told = call(World(), Sts("map", "sku/X=Y"), event, run=run)

    assert told["exit"] == 1
    assert json.dumps(told)
    assert ran == []


@given(words=st.lists(st.text(max_size=12), min_size=1, max_size=5))
def test_whatever_the_words_are_the_command_ends_with_a_code(words: list[str]) -> None:
    told = call(World(), Sts(*words), asked(*words))

    assert told["exit"] in {0, 1, 2}


def test_the_sample_command_is_signed_by_nobody_and_refused(world: World) -> None:
    event = sample("operate_reviews.json")

    told = call(world, Sts("--json", "reviews"), event)

    assert told["exit"] == 1
    assert event["command"] == ["--json", "reviews"]


def test_the_sample_command_is_answered_once_its_caller_is_known(world: World) -> None:
    event = sample("operate_reviews.json") | {"caller": "a proof"}

    assert call(world, Sts("--json", "reviews"), event) == {
        "v": 1,
        "exit": 0,
        "output": "[]\n",
        "error": "",
        "by": OPERATOR,
    }


def test_the_words_that_help_was_asked_for_with_are_answered_with_help(world: World) -> None:
    told = call(world, Sts("--help"), asked("--help"))

    assert told["exit"] == 0
    assert "gp-shipbob" in told["output"]
