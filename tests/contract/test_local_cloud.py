"""The local cloud keeps the promises of AWS that the product builds on: a small stack, deployed by the real SAM CLI."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from local.cloud import sam
from local.cloud.breakpoints import Held
from local.cloud.cloud import ROOT, LocalCloud, LocalCloudError

TEMPLATE = Path(__file__).parent / "local_cloud_stack" / "template.yaml"


class Stack:
    """The deployed fixture stack, and what a test asks of it."""

    def __init__(self, cloud: LocalCloud, outputs: dict[str, str]) -> None:
        self.cloud = cloud
        self.outputs = outputs
        self.sqs = cloud.client("sqs")
        self.dynamodb = cloud.client("dynamodb")

    def post(self, body: bytes, *, group: str, webhook_id: str) -> httpx.Response:
        url = sam.http_api_url_by_path(self.cloud, self.outputs["ApiId"]) + "/documents"
        headers = {"content-type": "application/json", "x-group": group, "webhook-id": webhook_id}
        return httpx.post(url, content=body, headers=headers, trust_env=False, timeout=20)

    def send(self, text: str, *, group: str, once: str = "", queue: str = "Documents") -> str:
        sent = self.sqs.send_message(
            QueueUrl=self.outputs[queue],
            MessageBody=text,
            MessageGroupId=group,
            MessageDeduplicationId=once or text.replace(" ", "-"),
        )
        return sent["MessageId"]

    def row(self, name: str) -> dict[str, str]:
        """The row a message left; empty when there is none."""
        found = self.dynamodb.get_item(TableName=self.outputs["Rows"], Key={"id": {"S": name}}, ConsistentRead=True)
        return {column: str(next(iter(value.values()))) for column, value in found.get("Item", {}).items()}

    def wait_for_row(self, name: str) -> dict[str, str]:
        return wait(lambda: self.row(name), f"a row for {name!r}", self.cloud)

    def put_row(self, name: str) -> None:
        self.dynamodb.put_item(TableName=self.outputs["Rows"], Item={"id": {"S": name}})

    def waiting(self, queue: str) -> int:
        names: list[Any] = ["ApproximateNumberOfMessages"]
        answer = self.sqs.get_queue_attributes(QueueUrl=self.outputs[queue], AttributeNames=names)
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def wait[T](condition: Callable[[], T], what: str, cloud: LocalCloud, seconds: float = 60) -> T:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.03)  # noqa: TID251 -- between two looks at another process
    pytest.fail(f"no {what} within {seconds} s; the emulator's last words:\n{cloud.last_log_lines()}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cloud")


@pytest.fixture(scope="module")
def cloud(folder: Path) -> Iterator[LocalCloud]:
    with LocalCloud(folder, function_environment={"SSL_CERT_FILE": "/the/laptop/trust.pem"}) as running:
        yield running


@pytest.fixture(scope="module")
def stack(cloud: LocalCloud, folder: Path) -> Stack:
    built = sam.build(TEMPLATE, folder / "built")
    return Stack(cloud, sam.deploy(cloud, "fixture", {"Cron": "cron(30 4 * * ? *)", "AwsEndpointUrl": ""}, built=built))


@pytest.fixture
def probed(stack: Stack) -> dict[str, Any]:
    answer = stack.cloud.client("lambda").invoke(FunctionName=stack.outputs["Probe"])
    found = json.load(answer["Payload"])
    assert "FunctionError" not in answer, found
    return dict(found)


def test_a_post_reaches_the_function_as_payload_2_with_the_exact_body_and_leaves_a_row(stack: Stack) -> None:
    body = '{"a" : 1,\n "emoji": "\N{SNOWMAN}", "trailing": "space"}  '
    answer = stack.post(body.encode(), group="g1", webhook_id="post-1")
    assert answer.status_code == 202, answer.text
    event = answer.json()
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "POST /documents", "/documents")
    assert (event["body"], event["isBase64Encoded"]) == (body, False)
    assert stack.wait_for_row(body)["deliveries"] == "1"


def test_the_api_also_answers_by_its_host_name(stack: Stack) -> None:
    url = sam.http_api_url(stack.cloud, stack.outputs["ApiId"])
    host = url.removeprefix("http://").split(":")[0]
    headers = {"host": host, "x-group": "g1", "webhook-id": "by-host", "content-type": "text/plain"}
    answer = httpx.post(f"{stack.cloud.endpoint_url}/documents", content=b"by host", headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["body"]) == (202, "by host")


def test_functions_run_in_a_clean_interpreter_under_the_real_runtime_client(probed: dict[str, Any]) -> None:
    assert probed["importable"] == {"awslambdaric": True, "ministack": False, "from_the_layer": True}
    assert probed["version"] == [3, 13]


def test_functions_see_their_own_variables_and_none_of_the_hosts(stack: Stack, probed: dict[str, Any]) -> None:
    environment = probed["environment"]
    assert environment["ROWS"] == stack.outputs["Rows"]
    assert environment["SSL_CERT_FILE"] == "/the/laptop/trust.pem"
    assert "HOME" not in environment
    assert not [name for name in environment if "MINISTACK" in name or "VIRTUAL_ENV" in name or "GATEWAY" in name]


def test_an_empty_endpoint_variable_still_means_this_cloud(stack: Stack, probed: dict[str, Any]) -> None:
    assert probed["environment"]["AWS_ENDPOINT_URL"] == stack.cloud.endpoint_url
    assert "key" in json.loads(probed["secret"])


def test_a_role_is_denied_what_its_policies_do_not_allow(stack: Stack, probed: dict[str, Any]) -> None:
    assert probed["write"] == "AccessDeniedException"
    assert not stack.row("not allowed")


def test_a_table_is_deployed_with_its_time_to_live_and_recovery(stack: Stack) -> None:
    table = stack.outputs["Rows"]
    life = stack.dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    backups = stack.dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert life == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_a_fifo_repeat_is_dropped_even_after_the_first_was_delivered(stack: Stack) -> None:
    first = stack.send("told once", group="repeat", once="same-id")
    stack.wait_for_row("told once")
    wait(lambda: stack.waiting("Documents") == 0, "empty queue", stack.cloud)
    assert stack.send("told once", group="repeat", once="same-id") == first
    stack.send("after the repeat", group="repeat")
    stack.wait_for_row("after the repeat")
    assert stack.row("told once")["deliveries"] == "1"


def test_the_same_deduplication_id_in_another_group_is_another_message(stack: Stack) -> None:
    first = stack.send("in group one", group="one", once="shared-id")
    assert stack.send("in group two", group="two", once="shared-id") != first
    stack.wait_for_row("in group one")
    stack.wait_for_row("in group two")


def test_groups_run_side_by_side_and_one_group_in_order(stack: Stack) -> None:
    # The second execution environment starts cold: however long that takes, the first waits for it.
    texts_of_a, texts_of_b = ["a meets b", "slow a1", "slow a2"], ["b meets a", "slow b1", "slow b2"]
    for in_turn in zip(texts_of_a, texts_of_b, strict=True):
        for group, text in zip(("a", "b"), in_turn, strict=True):
            stack.send(text, group=group)
    in_a = [spent(stack.wait_for_row(text)) for text in texts_of_a]
    in_b = [spent(stack.wait_for_row(text)) for text in texts_of_b]
    for one_group in (in_a, in_b):
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(one_group))
    assert any(a[0] < b[1] and b[0] < a[1] for a in in_a for b in in_b), "no two groups at the same time"


def spent(row: dict[str, str]) -> tuple[float, float]:
    return float(row["started"]), float(row["finished"])


def test_a_partial_failure_brings_back_only_the_named_message(stack: Stack) -> None:
    texts = ["chunk one", "fail once chunk two", "chunk three"]
    entries: list[Any] = [
        {"Id": f"m{n}", "MessageBody": text, "MessageGroupId": f"chunk-{n}", "MessageDeduplicationId": f"chunk-{n}"}
        for n, text in enumerate(texts)
    ]
    stack.sqs.send_message_batch(QueueUrl=stack.outputs["Chunks"], Entries=entries)
    rows = [stack.wait_for_row(text) for text in texts]
    assert [row["receives"] for row in rows] == ["1", "2", "1"]
    assert [row["in_batch"] for row in rows] == ["3", "1", "3"]


def test_a_poison_message_ends_in_the_dead_letter_queue_and_a_move_task_brings_it_back(stack: Stack) -> None:
    stack.send("poison", group="poisoned")
    wait(lambda: stack.waiting("Dead") == 1, "message in the dead-letter queue", stack.cloud)
    stack.put_row("the cure")
    task = stack.sqs.start_message_move_task(SourceArn=stack.outputs["DeadArn"])
    assert task["TaskHandle"]
    assert stack.wait_for_row("poison")["receives"] == "1"
    results = stack.sqs.list_message_move_tasks(SourceArn=stack.outputs["DeadArn"])["Results"]
    assert (results[0]["Status"], results[0]["ApproximateNumberOfMessagesMoved"]) == ("COMPLETED", 1)
    assert stack.waiting("Dead") == 0


def killed_in(stack: Stack, text: str, **rule: Any) -> Held:
    """A message whose function is killed in the middle of its write."""
    points = stack.cloud.breakpoints
    points.stop("dynamodb", "UpdateItem", function="Work", contains=text, **rule)
    stack.send(text, group=text.replace(" ", "-"))
    held = points.reached(20)
    assert [(each.operation, "Work" in str(each.function)) for each in held] == [("UpdateItem", True)]
    assert held[0].pid in {process.pid for process in points.processes("Work")}
    os.kill(held[0].pid or 0, signal.SIGKILL)
    return held[0]


def test_a_call_held_before_its_effect_never_happens_when_its_function_dies_and_it_is_abandoned(stack: Stack) -> None:
    held = killed_in(stack, "abandoned")
    assert stack.cloud.breakpoints.release(held, abandon=True) == 1
    assert not stack.row("abandoned")
    again = stack.wait_for_row("abandoned")
    assert (again["receives"], again["deliveries"]) == ("2", "1")


def test_a_call_held_after_its_effect_has_happened_though_its_function_never_learns_of_it(stack: Stack) -> None:
    held = killed_in(stack, "reply lost", when="after")
    assert stack.row("reply lost")["receives"] == "1"
    stack.cloud.breakpoints.release(held, abandon=True)
    wait(lambda: stack.row("reply lost")["deliveries"] == "2", "second delivery", stack.cloud)


def test_the_next_invocation_after_a_kill_is_never_given_to_the_dead(stack: Stack) -> None:
    client, probe = stack.cloud.client("lambda"), stack.outputs["Probe"]
    for _ in range(5):
        client.invoke(FunctionName=probe)
        assert stack.cloud.breakpoints.kill_functions("Probe") == 1
        assert "FunctionError" not in client.invoke(FunctionName=probe)


def test_state_survives_a_kill_and_a_restart(stack: Stack) -> None:
    cloud = stack.cloud
    cloud.breakpoints.stop("dynamodb", "UpdateItem", contains="in flight")
    stack.send("in flight", group="kill")
    assert cloud.breakpoints.reached(20)
    stack.put_row("kept")
    cloud.breakpoints.save()
    cloud.kill()
    with pytest.raises(httpx.TransportError):
        httpx.get(cloud.endpoint_url, trust_env=False)
    cloud.start()
    assert stack.row("kept")
    assert stack.post(b"again", group="kill", webhook_id="again").status_code == 202
    assert stack.wait_for_row("in flight")["deliveries"] == "1"
    stack.wait_for_row("again")


def test_a_second_deployment_changes_the_stack_in_place(stack: Stack, folder: Path) -> None:
    scheduler = stack.cloud.client("scheduler")
    schedule = scheduler.get_schedule(Name="fixture-nightly")
    assert (schedule["ScheduleExpression"], schedule["State"]) == ("cron(30 4 * * ? *)", "ENABLED")
    parameters = {"Cron": "rate(5 minutes)", "AwsEndpointUrl": stack.cloud.endpoint_url}
    again = sam.deploy(stack.cloud, "fixture", parameters, built=folder / "built" / "template.yaml")
    assert again == stack.outputs
    assert scheduler.get_schedule(Name="fixture-nightly")["ScheduleExpression"] == "rate(5 minutes)"
    assert stack.post(b"after the update", group="update", webhook_id="update").status_code == 202
    stack.wait_for_row("after the update")


def test_a_failed_build_says_what_sam_said(tmp_path: Path) -> None:
    broken = tmp_path / "template.yaml"
    broken.write_text("Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: AWS::Serverless::Function}}\n")
    with pytest.raises(LocalCloudError, match="sam build ended with"):
        sam.build(broken, tmp_path / "built")


def test_a_folder_keeps_its_port(cloud: LocalCloud) -> None:
    assert LocalCloud(cloud.folder).port == cloud.port
    with pytest.raises(LocalCloudError, match="belongs to port"):
        LocalCloud(cloud.folder, port=cloud.port + 1)


def test_the_emulator_ends_with_the_process_that_started_it(cloud: LocalCloud, tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        "from local.cloud.cloud import LocalCloud\n"
        "other = LocalCloud(pathlib.Path(sys.argv[1]))\n"
        "other.start()\n"
        "print(other.pid, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    orphan = int(done.stdout)
    wait(lambda: not psutil.pid_exists(orphan), "end of the orphan", cloud)
    assert cloud.breakpoints.emulator_pid() == cloud.pid


def test_no_process_is_left_after_stop(stack: Stack) -> None:
    stack.post(b"one more", group="last", webhook_id="last")
    emulator = psutil.Process(stack.cloud.pid)
    family = [emulator, *emulator.children(recursive=True)]
    assert len(family) > 1
    stack.cloud.stop()
    wait(lambda: not [each for each in family if each.is_running()], "end of all processes", stack.cloud)
    stack.cloud.start()
