"""The real SAM CLI against the local cloud: `build`, `deploy`, and where the deployed HTTP API answers."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from local.cloud.cloud import BIN, ROOT, LocalCloud, LocalCloudError, interpreter

LAST_LINES = 40


def build(template: Path, build_dir: Path) -> Path:
    """`sam build` of the template; the built template.

    Options come from the samconfig.toml beside the template, whether it builds from its cache among them: what SAM
    thinks unchanged need not be, where a makefile reaches beyond its own folder.
    """
    cache = build_dir.parent / f"{build_dir.name}-cache"
    options = ["--build-dir", str(build_dir.resolve()), "--cache-dir", str(cache.resolve())]
    cache.mkdir(parents=True, exist_ok=True)  # SAM keeps downloaded packages below the folder it runs in
    sam(["build", "--template-file", str(template.resolve()), *options], folder=cache)
    return build_dir / "template.yaml"


def deploy(cloud: LocalCloud, stack_name: str, parameters: dict[str, str], *, built: Path) -> dict[str, str]:
    """`sam deploy` of a built template, as a new stack or over the old one; the stack's outputs."""
    overrides = [f"{name}={quoted(value)}" for name, value in parameters.items()]
    arguments = [
        *["deploy", "--template-file", str(built.resolve()), "--stack-name", stack_name, "--resolve-s3"],
        *["--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-fail-on-empty-changeset"],
        *["--no-progressbar", "--region", cloud.region],
        *(["--parameter-overrides", *overrides] if overrides else []),
    ]
    sam(arguments, folder=built.resolve().parent, environment=cloud.environment())
    return outputs(cloud, stack_name)


def outputs(cloud: LocalCloud, stack_name: str) -> dict[str, str]:
    stack = cloud.client("cloudformation").describe_stacks(StackName=stack_name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def resources(cloud: LocalCloud, stack_name: str) -> dict[str, str]:
    """Physical ids by logical id: the name of a function, the address of a queue, the name of a table."""
    pages = cloud.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack_name)
    found = [summary for page in pages for summary in page["StackResourceSummaries"]]
    return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found if "PhysicalResourceId" in each}


def http_api_url(cloud: LocalCloud, api_id: str) -> str:
    """Where the API answers, as in AWS by its host name. Needs a resolver that knows `*.localhost`: most do."""
    return f"http://{api_id}.execute-api.localhost:{cloud.port}"


def http_api_url_by_path(cloud: LocalCloud, api_id: str) -> str:
    """The same API for a client whose resolver does not: plain 127.0.0.1. The function sees the same event."""
    return f"{cloud.endpoint_url}/_aws/execute-api/{api_id}/$default"


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def sam(arguments: list[str], *, folder: Path, environment: dict[str, str] | None = None) -> str:
    """Run the SAM CLI; its output, or an error that ends with its own last lines."""
    program = interpreter("sam").parent / ("sam.exe" if os.name == "nt" else "sam")
    done = subprocess.run(
        [str(program), *arguments],
        cwd=folder,
        env={**without_aws(), **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        last = "\n".join(done.stdout.splitlines()[-LAST_LINES:])
        raise LocalCloudError(f"sam {arguments[0]} ended with {done.returncode}:\n{last}")
    return done.stdout


def without_aws() -> dict[str, str]:
    """This process's environment, with nothing that names a real account and our Python of the runtime first."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ours = [str(ROOT / ".venv" / BIN), str(Path(sys.executable).parent)]
    return {
        **kept,
        "PATH": os.pathsep.join([*ours, kept.get("PATH", os.defpath)]),
        "SAM_CLI_TELEMETRY": "0",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
