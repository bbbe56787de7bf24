"""The writer's queue: what raises comes back with all that follows it in its group; what was done does not."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import pytest
from bridge import runtime
from bridge.aws import settings
from bridge.domain.document import DocumentId, DocumentKind
from bridge.domain.message import Message
from bridge.domain.outcome import RowMoved, Unchanged
from bridge.gp.soap import SoapGp
from bridge.gp.transport import Pace
from bridge.ports import Ports
from bridge.protocols.ledger import Status

from local.gp import GpSimulator
from local.memory.world import START, World
from tests.contract.gp_port import COMPANY, pause, transport
from tests.entrypoints.waking import ENVIRONMENT, Context, batch, sample, writer
from tests.orders import NUMBER, ORDER, a_world, shipped

OTHER = DocumentId(DocumentKind.ORDER, 250000002)


def hint(document: DocumentId = ORDER) -> Message:
    return Message(document, "webhook order.shipped", "msg_1", START)


@pytest.fixture
def world() -> World:
    world = a_world()
    world.shipbob.put(shipped())
    return world


def failed(response: dict[str, list[dict[str, str]]]) -> list[str]:
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def test_a_message_is_worked_on_and_leaves_the_queue(world: World) -> None:
    assert writer(world)(batch(("1", hint()))) == {"batchItemFailures": []}

    assert NUMBER in world.gp.orders


def test_a_document_that_waits_or_is_under_review_leaves_the_queue_too(world: World) -> None:
    world.gp.fail_all("down")

    assert failed(writer(world)(batch(("1", hint()), ("2", hint(OTHER))))) == []

    assert world.row(ORDER).status is Status.WAITING


def test_what_raises_comes_back_with_all_that_follows_it_in_its_group(world: World) -> None:
    world.shipbob.fail_next("order", "bug")

    response = writer(world)(batch(("1", hint()), ("2", hint(OTHER)), ("3", hint()), ("4", hint(OTHER))))

    assert failed(response) == ["1", "3"]
    assert world.row(ORDER).status is Status.BROKEN


def test_a_row_that_another_has_written_brings_the_message_back(world: World) -> None:
    world.state.fail_next(RowMoved("somebody else has written"))

    assert failed(writer(world)(batch(("1", hint(OTHER)), ("2", hint())))) == ["1"]


@pytest.mark.parametrize("body", ["", "not JSON", "[]", "{}", '{"document": "invoice/7"}', '{"document": null}'])
def test_a_message_that_cannot_be_read_comes_back_and_disturbs_nobody(world: World, body: str) -> None:
    assert failed(writer(world)(batch(("1", body), ("2", hint())))) == ["1"]

    assert NUMBER in world.gp.orders


def test_a_message_that_cannot_be_read_is_logged_and_counted(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Or it would go to the dead letters without a word."""
    writer(world)(batch(("1", "not JSON")))

    assert '"DocumentsFailed":[1.0]' in capsys.readouterr().out
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [json.JSONDecodeError]


def test_what_a_person_must_repair_is_counted_for_the_alarm(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.gp.fail_all("login rejected")

    writer(world)(batch(("1", hint())))

    assert '"NeedsRepair":[1.0]' in capsys.readouterr().out


def test_a_message_that_is_alone_and_raises_is_named_too(world: World) -> None:
    world.shipbob.fail_next("order", "bug")

    assert failed(writer(world)(batch(("1", hint())))) == ["1"]


def test_a_message_that_raises_is_counted_too(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.shipbob.fail_next("order", "bug")

    writer(world)(batch(("1", hint())))

    assert '"DocumentsFailed":[1.0]' in capsys.readouterr().out


def test_what_failed_once_is_worked_on_when_it_comes_back(world: World) -> None:
    world.shipbob.fail_next("order", "bug")
    woken = writer(world)
    woken(batch(("1", hint()), ("2", hint(OTHER))))

    assert failed(woken(batch(("1", hint())))) == []
    assert NUMBER in world.gp.orders


def test_a_message_of_another_version_is_still_looked_at(world: World) -> None:
    body = json.dumps({"v": 99, "document": str(ORDER), "reason": ["of a later day"], "seen_at": 7})

    assert failed(writer(world)(batch(("1", body)))) == []

    assert NUMBER in world.gp.orders


def test_the_flow_is_given_the_ports_and_the_message_as_it_was_sent(world: World) -> None:
    from bridge.aws.entrypoint import sqs_fifo

    answered: list[tuple[Message, Ports]] = []

    def answer(message: Message, ports: Ports) -> Unchanged:
        answered.append((message, ports))
        return Unchanged("seen")

    sqs_fifo(answer, lambda _: world)(batch(("1", hint())), Context())  # type: ignore[arg-type] # a stand-in

    assert answered == [(hint(), world)]


def test_each_message_may_go_on_for_what_is_left_of_the_function_but_for_what_the_ledger_needs(world: World) -> None:
    bounds: list[float] = []

    writer(world, bounds.append)(batch(("1", hint()), ("2", hint(OTHER))))

    assert bounds == [170.0, 170.0]


@pytest.mark.parametrize("seconds_left", [5, 11])
def test_a_function_that_is_nearly_over_asks_gp_for_nothing_and_the_document_waits(
    world: World, tmp_path: Path, seconds_left: int
) -> None:
    bounds: list[float] = []
    with GpSimulator(tmp_path) as gp:
        pace = Pace(time.monotonic, pause, lambda: bounds[-1])
        connection = transport(gp, pace=pace)
        world.gp = SoapGp(connection, COMPANY)  # type: ignore[assignment] # the port itself, not its fake

        assert failed(writer(world, bounds.append, seconds_left)(batch(("1", hint())))) == []
        assert (gp.counters.connections, gp.counters.legs) == (0, 0)

        bounds.append(170)
        connection.login(20)
        assert gp.counters.logins == 1, "GP was there to be asked"
        connection.close()

    assert world.row(ORDER).status is Status.WAITING


def test_the_ports_of_the_writer_know_how_long_they_may_go_on() -> None:
    assert runtime.Runtime(settings.read(ENVIRONMENT)).seconds_left() == math.inf, "nobody ends an operator's command"

    made = runtime.ports()
    assert runtime.ports_for(30) is made
    assert 29 < made.seconds_left() <= 30
    made.run_for(math.inf)


def test_the_sample_hint_is_recorded_in_gp(world: World) -> None:
    event = sample("write_gp_order_hint.json")

    assert failed(writer(world)(event)) == []

    (record,) = event["Records"]
    message = Message.from_json(record["body"], received_at=START)
    assert json.loads(message.to_json()) == json.loads(record["body"]), "as a message is written"
    assert record["attributes"]["MessageGroupId"] == str(message.document)
    assert NUMBER in world.gp.orders
