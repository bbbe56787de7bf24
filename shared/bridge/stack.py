"""A stack as an operator at a terminal finds it: its ports, its door's address, its function for commands."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from bridge.aws import settings
from bridge.aws.clients import client
from bridge.domain.outcome import Misconfigured
from bridge.runtime import Runtime, sts_endpoint

if TYPE_CHECKING:
    from bridge.aws.operate import OperateFunction
    from bridge.ports import Ports

OPERATE_SECONDS = 300  # of the function's own time, as the template says


def of_stack(stack: str) -> tuple[Ports, str]:
    """The same ports for an operator at a terminal, and who AWS says that is, for the audit.

    The environment is read from the stack's own writer. `Misconfigured` where AWS or the stack is out of reach.
    """
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        function = _function_of(stack, "WriteGp")
        who = client("sts").get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError) as failure:
        raise Misconfigured(f"the stack {stack} cannot be read: {failure}") from failure
    variables = function["Environment"]["Variables"]
    try:
        chosen = settings.read(variables)
    except RuntimeError as unfit:
        raise Misconfigured(f"the stack {stack} is of another version than this command: {unfit}") from unfit
    # The account may be allowed to log in from there alone, and a refusal here would shut the stack's own permit.
    os.environ["NETBIOS_COMPUTER_NAME"] = variables["NETBIOS_COMPUTER_NAME"]  # noqa: TID251 - the composition root
    return Runtime(chosen), str(who)


def _function_of(stack: str, logical_id: str) -> Any:
    resource = client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return client("lambda").get_function_configuration(
        FunctionName=resource["StackResourceDetail"]["PhysicalResourceId"]
    )


def operate_of_stack(stack: str) -> OperateFunction:
    """The stack's function `Operate`, as whoever has this terminal's credentials. `Misconfigured` as of `of_stack`."""
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    from bridge.aws.operate import OperateFunction

    # A command is not for the SDK to repeat, and goes on for as long as the function may.
    once: Any = Config(connect_timeout=3, read_timeout=OPERATE_SECONDS + 10, retries={"total_max_attempts": 1})
    try:
        arn = str(_function_of(stack, "Operate")["FunctionArn"])
        credentials = boto3.Session().get_credentials()
    except (BotoCoreError, ClientError) as failure:
        raise Misconfigured(f"the stack {stack} cannot be read: {failure}") from failure
    if credentials is None:
        raise Misconfigured("there are no AWS credentials here, so nobody to run the command as")
    sts = client("sts")
    return OperateFunction(
        boto3.client("lambda", config=once),
        arn,
        credentials.get_frozen_credentials(),
        region=sts.meta.region_name,
        endpoint=sts_endpoint(sts),
    )


def webhook_url(stack: str) -> str:
    """Where ShipBob is to deliver: the stack's output. `Misconfigured` where the stack cannot be read."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        (found,) = client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    except (BotoCoreError, ClientError) as failure:
        raise Misconfigured(f"the stack {stack} cannot be read: {failure}") from failure
    return next(
        (str(each["OutputValue"]) for each in found.get("Outputs", []) if each["OutputKey"] == "WebhookUrl"), ""
    )
