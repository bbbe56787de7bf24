"""People who may call the function `Operate` and do nothing else in AWS, and the commands that they run through it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from local.world import World


@dataclass(frozen=True, slots=True)
class Employee:
    """A user of the account, whose rights are those that docs/operating.md asks for `--through operate`."""

    world: World
    arn: str
    access_key: str
    secret_key: str

    def asks(self, *arguments: str) -> Any:
        """The answer of the command, as JSON."""
        return self.world.operator(*THROUGH, *arguments, keys=self._keys)

    def is_told(self, *arguments: str) -> str:
        """What the command says to a person who reads it."""
        done = self.world.command(*THROUGH, *arguments, keys=self._keys)
        assert done.returncode == 0, done.stderr
        return done.stdout

    @property
    def _keys(self) -> dict[str, str]:
        return {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}


THROUGH = ("--through", "operate")


def employed(world: World, name: str) -> Employee:
    """A new user of that name."""
    iam = world.cloud.client("iam")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    functions = world.cloud.client("lambda")
    operate = functions.get_function_configuration(FunctionName=world.function("Operate"))["FunctionArn"]
    looks = ["cloudformation:DescribeStackResource", "lambda:GetFunctionConfiguration"]
    rights = [
        {"Effect": "Allow", "Action": looks, "Resource": "*"},
        {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": operate},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": rights})
    iam.put_user_policy(UserName=name, PolicyName="operates", PolicyDocument=policy)
    made = iam.create_access_key(UserName=name)["AccessKey"]
    return Employee(world, arn, made["AccessKeyId"], made["SecretAccessKey"])
