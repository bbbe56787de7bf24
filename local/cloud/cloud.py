"""The local cloud as a context manager: `with LocalCloud(Path(".local/cloud")) as cloud: cloud.client("sqs")`."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, overload

import boto3

from local.cloud.breakpoints import Breakpoints

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = "Scripts" if os.name == "nt" else "bin"
SERVICES = (
    "sqs,dynamodb,dynamodbstreams,lambda,iam,sts,secretsmanager,cloudformation,s3,events,scheduler,apigateway,"
    "logs,cloudwatch,ssm,kms,sns"
)
START_SECONDS = 30.0
STOP_SECONDS = 8.0


class LocalCloudError(Exception):
    """The local cloud could not do what was asked; the text says why, with the last lines of its log."""


class LocalCloud:
    """One emulator process and the functions it runs, with all they keep in `folder`.

    State survives `stop()`, `kill()` and a new LocalCloud on the same folder, which also takes the same port: queue
    addresses contain it. `function_environment` is given to each function process beside its own variables.
    """

    def __init__(
        self,
        folder: Path,
        port: int = 0,
        *,
        region: str = "us-east-1",
        function_environment: dict[str, str] | None = None,
    ) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.region = region
        self.port = self._choose_port(port)
        self._function_environment = dict(function_environment or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._clients: dict[str, Any] = {}
        self.breakpoints = Breakpoints(self.endpoint_url)

    @property
    def endpoint_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The emulator's own log; functions write to `function_logs`."""
        return self.folder / "emulator.log"

    @property
    def function_logs(self) -> Path:
        return self.folder / "functions"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def environment(self) -> dict[str, str]:
        """What a process needs to take this cloud for AWS: the SAM CLI, the operator's command, a script."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_POLL_DELAY": "0.3",
        }

    # fmt: off
    @overload
    def client(self, service: Literal["cloudformation"]) -> CloudFormationClient: ...
    @overload
    def client(self, service: Literal["dynamodb"]) -> DynamoDBClient: ...
    @overload
    def client(self, service: Literal["lambda"]) -> LambdaClient: ...
    @overload
    def client(self, service: Literal["secretsmanager"]) -> SecretsManagerClient: ...
    @overload
    def client(self, service: Literal["sqs"]) -> SQSClient: ...
    @overload
    def client(self, service: str) -> Any: ...
    # fmt: on
    def client(self, service: str) -> Any:
        """A client of the account's root, whatever this process's environment and configuration files say."""
        if service not in self._clients:  # to make one takes longer than most of its calls
            self._clients[service] = boto3.session.Session().client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.endpoint_url,
                region_name=self.region,
                aws_access_key_id="test",
                aws_secret_access_key="test",  # noqa: S106 -- the emulator's root account
            )
        return self._clients[service]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start, or start again from the saved state; returns when it answers."""
        if self._process is not None:
            raise LocalCloudError("this local cloud runs already")
        for name in ("state", "tmp", "functions"):
            (self.folder / name).mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(interpreter("emulator")), "-m", "local.cloud.emulator"],
                cwd=self.folder,
                env=self._emulator_environment(),
                stdin=subprocess.PIPE,  # its end tells the emulator that we are gone, however we went
                stdout=log,
                stderr=log,
                start_new_session=True,  # so that one signal reaches the emulator and all function processes
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """Save and stop; no process is left. A second call does nothing."""
        if self._process is None:
            return
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """SIGKILL for the emulator and every function at the same time, as when the power goes."""
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def last_log_lines(self, count: int = 25) -> str:
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])

    def _choose_port(self, asked: int) -> int:
        remembered = self.folder / "port"
        known = int(remembered.read_text()) if remembered.exists() else 0
        if asked and known and asked != known:
            raise LocalCloudError(f"{self.folder} belongs to port {known}: its queue addresses contain it")
        port = asked or known or free_port()
        remembered.write_text(str(port))
        return port

    def _emulator_environment(self) -> dict[str, str]:
        folder = self.folder
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "TMPDIR": str(folder / "tmp"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "MINISTACK_REGION": self.region,
            "AUTH": "true",
            "SERVICES": SERVICES,
            "PERSIST_STATE": "1",
            "STATE_DIR": str(folder / "state"),
            "S3_PERSIST": "1",
            "S3_DATA_DIR": str(folder / "s3"),
            "LOG_LEVEL": "WARNING",
            "LAMBDA_PYTHON_3_13": str(interpreter("runtime")),
            "LOCAL_FUNCTION_ENV": json.dumps(self._function_environment),
            "LOCAL_FUNCTION_LOGS": str(self.function_logs),
            "LOCAL_STARTER_ON_STDIN": "1",
        }

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            if self.breakpoints.emulator_pid() == self._process.pid:
                return
            time.sleep(0.03)
        raise LocalCloudError(f"the local cloud did not start on port {self.port}:\n{self.last_log_lines()}")


def interpreter(environment: str) -> Path:
    """The Python of one of the tools' environments (see local/setup.py)."""
    found = ROOT / ".venvs" / environment / BIN / ("python.exe" if os.name == "nt" else "python")
    if not found.exists():
        raise LocalCloudError(f"the environment {found.parent.parent} is missing: run `python3 local/setup.py`")
    return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
