"""What must hold of the template beyond what the linters know, read from its transformed form."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import Any, Literal

import boto3
import pytest
from bridge.aws import settings
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from local.storm.stack import LASTS

ROOT = Path(__file__).parents[2]
RUNTIME = "python3.13"
DAYS_14 = 1_209_600

type Json = dict[str, Any]


@functools.cache
def source() -> Json:
    loaded: Json = yaml_parse((ROOT / "template.yaml").read_text())
    return loaded


@functools.cache
def transformed() -> Json:
    """The template as CloudFormation gets it."""
    template = json.loads(json.dumps(source()))
    for resource in template["Resources"].values():
        for name in ("CodeUri", "ContentUri"):
            if name in resource.get("Properties", {}):
                resource["Properties"][name] = "s3://bucket/key"
    here = boto3.session.Session(region_name="us-east-1")
    made: Json = Translator({}, Parser(), boto_session=here).translate(template, {})
    return made


def of_type(kind: str) -> dict[str, Json]:
    return {name: found for name, found in transformed()["Resources"].items() if found["Type"] == kind}


def functions() -> dict[str, Json]:
    return {name: found["Properties"] for name, found in of_type("AWS::Lambda::Function").items()}


def statements(role: Json) -> list[Json]:
    policies = role["Properties"].get("Policies", [])
    return [statement for policy in policies for statement in policy["PolicyDocument"]["Statement"]]


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def test_each_folder_of_functions_is_one_function_of_the_template() -> None:
    folders = {f"functions/{folder.name}" for folder in (ROOT / "functions").iterdir() if folder.is_dir()}
    declared = {
        resource["Properties"]["CodeUri"]
        for resource in source()["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }

    assert declared == folders


def test_every_function_has_a_role_of_its_own_and_a_log_group_that_forgets() -> None:
    roles = [json.dumps(function["Role"]) for function in functions().values()]
    groups = {name: group["Properties"] for name, group in of_type("AWS::Logs::LogGroup").items()}

    assert len(set(roles)) == len(roles)
    for function in functions().values():
        assert "RetentionInDays" in groups[function["LoggingConfig"]["LogGroup"]["Ref"]]


def test_no_policy_of_ours_grants_everything() -> None:
    """X-Ray's two actions have no resource to name; the tracing of a function is AWS's own policy."""
    for role in of_type("AWS::IAM::Role").values():
        for statement in statements(role):
            assert all("*" not in action for action in listed(statement["Action"]))
            assert "*" not in listed(statement["Resource"])


def test_no_role_reaches_every_queue_of_the_account() -> None:
    """As SAM's own role for a function with a queue would."""
    for role in of_type("AWS::IAM::Role").values():
        assert "AWSLambdaSQSQueueExecutionRole" not in json.dumps(role["Properties"].get("ManagedPolicyArns", []))


def test_nobody_in_the_stack_may_delete_from_the_audit_or_read_it_whole() -> None:
    for role in of_type("AWS::IAM::Role").values():
        for statement in statements(role):
            if "Audit" in json.dumps(statement["Resource"]):
                assert set(listed(statement["Action"])) <= {"dynamodb:PutItem", "dynamodb:Query"}


def test_only_who_speaks_to_gp_reads_the_windows_account() -> None:
    """The writer, the operator's `check` from inside the network, and who lists and who reads GP's stock documents."""
    readers = [
        name
        for name, role in of_type("AWS::IAM::Role").items()
        if any("GpSecret" in json.dumps(statement["Resource"]) for statement in statements(role))
    ]

    assert sorted(readers) == ["OperateRole", "PollGpRole", "WriteGpRole", "WriteShipBobRole"]


def allowed(role: str) -> dict[str, set[str]]:
    """What a role may do, by the resources it may do it to, as the template names them."""
    found: dict[str, set[str]] = {}
    for statement in statements(of_type("AWS::IAM::Role")[role]):
        for resource in listed(statement["Resource"]):
            name = re.sub(r"[^A-Za-z]", "", str(next(iter(resource.values()))).replace("Arn", "").replace("Id", ""))
            found.setdefault(name, set()).update(listed(statement["Action"]))
    return found


def test_an_operators_command_may_do_inside_what_its_actions_need_and_no_more() -> None:
    may = allowed("OperateRole")

    assert may["GpSecret"] == may["ShipBobSecret"] == {"secretsmanager:GetSecretValue"}, "tokens come from a terminal"
    assert may["ToGp"] == may["ToShipBob"] == {"sqs:SendMessage", "sqs:GetQueueAttributes"}
    assert may["Audit"] == {"dynamodb:PutItem", "dynamodb:Query"}
    assert not any("Delete" in action for name in ("State", "Audit") for action in may[name])
    assert may["KeepConnected"] == {"lambda:InvokeFunction"}
    assert not any(
        action.startswith(("iam:", "sts:", "cloudformation:", "sns:")) for each in may.values() for action in each
    )


def test_an_operators_command_comes_in_through_iam_alone() -> None:
    """No route, no schedule, no queue, no address of its own, and no permission given to another service."""
    operate = source()["Resources"]["Operate"]["Properties"]

    assert "Events" not in operate
    assert "FunctionUrlConfig" not in operate
    permissions = of_type("AWS::Lambda::Permission").values()
    assert not any("Operate" in json.dumps(each["Properties"]["FunctionName"]) for each in permissions)


def test_a_command_is_given_the_time_that_its_caller_waits_for() -> None:
    from bridge import stack

    assert functions()["Operate"]["Timeout"] == stack.OPERATE_SECONDS


def test_every_queue_is_encrypted_and_keeps_messages_for_two_weeks() -> None:
    for queue in of_type("AWS::SQS::Queue").values():
        assert queue["Properties"]["SqsManagedSseEnabled"] is True
        assert queue["Properties"]["MessageRetentionPeriod"] == DAYS_14


def test_every_queue_has_a_dead_letter_queue_with_an_alarm() -> None:
    queues = of_type("AWS::SQS::Queue")
    targets = {
        queue["Properties"]["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]
        for queue in queues.values()
        if "RedrivePolicy" in queue["Properties"]
    }
    watched = {
        dimension["Value"]["Fn::GetAtt"][0]
        for alarm in of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"]["Dimensions"]
        if dimension["Name"] == "QueueName"
    }

    assert {name for name, queue in queues.items() if "RedrivePolicy" not in queue["Properties"]} == targets
    assert targets <= watched


def test_a_message_stays_hidden_for_six_times_its_functions_timeout() -> None:
    for mapping in of_type("AWS::Lambda::EventSourceMapping").values():
        properties = mapping["Properties"]
        queue = transformed()["Resources"][properties["EventSourceArn"]["Fn::GetAtt"][0]]["Properties"]
        function = functions()[properties["FunctionName"]["Ref"]]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"]
        assert properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_both_tables_survive_the_stack_and_can_be_restored() -> None:
    for table in of_type("AWS::DynamoDB::Table").values():
        assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
        assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}


def test_functions_layers_set_up_and_locks_mean_the_same_python() -> None:
    assert {function["Runtime"] for function in functions().values()} == {RUNTIME}
    layers = of_type("AWS::Lambda::LayerVersion").values()
    assert all(layer["Properties"]["CompatibleRuntimes"] == [RUNTIME] for layer in layers)
    assert f'RUNTIME = "{RUNTIME.removeprefix("python")}"' in (ROOT / "local/setup.py").read_text()
    assert f"PYTHON ?= {RUNTIME}" in (ROOT / "layers/wheels.mk").read_text()


def environment() -> dict[str, Any]:
    variables: dict[str, Any] = functions()["WriteGp"]["Environment"]["Variables"]
    return variables


def test_the_settings_read_what_the_template_sets_and_nothing_else() -> None:
    with pytest.raises(RuntimeError) as missing:
        settings.read({})

    read = set(re.findall(r"([A-Z0-9_]+) is missing", str(missing.value)))
    not_ours = {name for name in environment() if name.startswith(("POWERTOOLS_", "AWS_", "NETBIOS_"))}
    assert read == environment().keys() - not_ours


def test_the_laptops_only_trace_is_an_endpoint_that_is_empty_in_the_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    """And harmless there: the SDK takes an empty AWS_ENDPOINT_URL for none."""
    assert environment()["AWS_ENDPOINT_URL"] == {"Ref": "AwsEndpointUrl"}
    assert source()["Parameters"]["AwsEndpointUrl"]["Default"] == ""
    assert not re.search(r"localhost|127\.0\.0\.1|ministack", (ROOT / "template.yaml").read_text())

    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    services: tuple[Literal["sqs", "dynamodb", "secretsmanager"], ...] = ("sqs", "dynamodb", "secretsmanager")
    for service in services:
        client = boto3.session.Session(region_name="eu-west-1").client(service)
        assert client.meta.endpoint_url == f"https://{service}.eu-west-1.amazonaws.com"


def test_no_secret_has_a_value_in_the_template() -> None:
    for secret in of_type("AWS::SecretsManager::Secret").values():
        properties = secret["Properties"]
        assert properties.get("SecretString", "{}") == "{}"
        assert not any("Password" in name or "Token" in name for name in source()["Parameters"])


def test_the_storm_ends_a_run_when_its_function_times_out() -> None:
    declared = {
        Path(resource["Properties"]["CodeUri"]).name: resource["Properties"].get("Timeout")
        for resource in source()["Resources"].values()
        if resource["Type"] == "AWS::Serverless::Function"
    }

    assert {function: declared[function] for function in LASTS} == LASTS
