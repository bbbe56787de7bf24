"""The whole world on a laptop: both neighbours, the local cloud, and the bridge deployed between them.

The bridge is the one that `sam build` and `sam deploy` make of the template, unchanged. What an operator does once
after a deployment is done here too: the secrets are filled in and ShipBob is told where to deliver.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import certifi

from local.cloud import sam
from local.cloud.cloud import ROOT, LocalCloud
from local.gp.simulator import GpSimulator
from local.shipbob import ShipBobSimulator

STACK = "gp-shipbob-bridge"
COMPANY = 2
HOLD = "SHIPBOB"
FUNCTIONS = ("ReceiveWebhook", "PollShipBob", "PollGp", "KeepConnected", "WriteGp", "WriteShipBob", "Sweep")
ORDER_TYPE = "STDORD"


@dataclass(frozen=True, slots=True)
class Choices:
    """What differs between a demo, a story and a crash test. `parameters` are of the template, by its own names."""

    cut_over: str = "2026-01-01"
    settle_seconds: int = 600
    gp_keeps_login: bool = True
    gp_over: str = "SOAP"  # or "SBA"
    poll_schedule: str = "rate(5 minutes)"
    gp_poll_schedule: str = "rate(15 minutes)"
    sweep_schedule: str = "rate(1 minute)"
    connection_schedule: str = "rate(5 minutes)"
    parameters: Mapping[str, str] = field(default_factory=dict)


class World:
    """Everything running, from `with` to its end. `built` is a template built before; `say` is told of each step."""

    def __init__(
        self,
        folder: Path,
        choices: Choices | None = None,
        *,
        built: Path | None = None,
        say: Callable[[str], object] = lambda _: None,
    ) -> None:
        self.folder = folder
        self._built = built
        self.choices = choices or Choices()
        self._say = say
        self._functions: dict[str, str] = {}
        self.outputs: dict[str, str] = {}

    def __enter__(self) -> Self:
        self._say("starting GP, ShipBob and the local cloud")
        certificates = self.folder / "certificates"
        self.gp = GpSimulator(certificates, keeps_login=self.choices.gp_keeps_login)
        self.shipbob = ShipBobSimulator(certificates)
        # As an administrator adds a private authority to a laptop's own: the product does not know of it.
        self._trusted = self.folder / "trusted.pem"
        self._trusted.write_text(Path(certifi.where()).read_text() + self.shipbob.ca_bundle.read_text())
        self.cloud = LocalCloud(self.folder / "cloud", function_environment={"SSL_CERT_FILE": str(self._trusted)})
        try:
            self.cloud.start()
            self._deploy()
            self._connect()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Stop everything; no process is left."""
        self.shipbob.stop()
        self.gp.close()
        self.cloud.stop()

    def _deploy(self) -> None:
        built = self._built
        if built is None:
            self._say("sam build: layers from the lock, byte-compiled")
            built = build(self.folder / "build")
        self._say("sam deploy: the unchanged template")
        parameters = {
            **self._gp_addresses(),
            "GpCompanyId": str(COMPANY),
            "GpSettleSeconds": str(self.choices.settle_seconds),
            "SalesOrderType": ORDER_TYPE,
            "DraftHoldId": HOLD,
            "CutOverDate": self.choices.cut_over,
            "ShipBobApiUrl": self.shipbob.url,
            "ShipBobAuthUrl": self.shipbob.auth_url,
            "ShipBobPollSchedule": self.choices.poll_schedule,
            "GpPollSchedule": self.choices.gp_poll_schedule,
            "SweepSchedule": self.choices.sweep_schedule,
            "KeepConnectedSchedule": self.choices.connection_schedule,
            "AwsEndpointUrl": self.cloud.endpoint_url,
            **self.choices.parameters,
        }
        self._built = built
        self.outputs = sam.deploy(self.cloud, STACK, parameters, built=built)
        self._functions = sam.resources(self.cloud, STACK)

    def redeploy(self, **parameters: str) -> None:
        """Deploy the same template over the stack with these parameters changed, as an operator does."""
        self.choices = replace(self.choices, parameters={**self.choices.parameters, **parameters})
        self._deploy()

    def _gp_addresses(self) -> dict[str, str]:
        if self.choices.gp_over == "SOAP":
            return {"GpServiceUrl": self.gp.url}
        return {"GpSbaUrl": self.gp.sba_url, "GpSbaCompany": self.gp.books.company_name}

    def _connect(self) -> None:
        """Fill in GP's secret, and connect ShipBob with the operator's own commands."""
        self._say("connecting: GP's secret, ShipBob's token, webhook subscriptions")
        self.put_gp_secret()
        self.operator("connect", "shipbob", "--pat", "--stdin", given=self.shipbob.token)
        self.operator("webhooks", "connect", "--url", self.webhook_url)

    def put_gp_secret(self) -> None:
        """The Windows account as it is now, as a new version of the secret."""
        account = {
            "username": self.gp.username,
            "password": self.gp.password,
            "ca_bundle": self.gp.ca_bundle.read_text(),
        }
        self.cloud.client("secretsmanager").put_secret_value(
            SecretId=self.outputs["GpSecretArn"], SecretString=json.dumps(account)
        )

    @property
    def webhook_url(self) -> str:
        return f"{sam.http_api_url(self.cloud, self.outputs['DoorId'])}/webhooks/shipbob"

    def function(self, logical_id: str) -> str:
        """The deployed name of a function of the template."""
        return self._functions[logical_id]

    def run(self, logical_id: str) -> dict[str, Any]:
        """Wake a scheduled function now instead of within the minute."""
        answer = self.cloud.client("lambda").invoke(FunctionName=self.function(logical_id), Payload=b"{}")
        result: dict[str, Any] = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise RuntimeError(f"{logical_id} failed: {result}")
        return result

    def environments(self) -> dict[str, dict[str, str]]:
        """Each function's variables by its logical id, as `sam local invoke --env-vars` takes them."""
        functions = self.cloud.client("lambda")
        return {
            logical_id: functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            for logical_id, name in self._functions.items()
            if logical_id in FUNCTIONS
        }

    def command(
        self, *arguments: str, given: str = "", keys: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """The operator's own command, as a person would type it; `given` is what it reads.

        `keys` are the variables by which AWS knows who that is; without them it is the account's root.
        """
        command = [sys.executable, "-m", "bridge.console.cli", "--stack", STACK, *arguments]
        own = {"PYTHONPATH": str(ROOT / "shared"), "SSL_CERT_FILE": str(self._trusted)}
        environment = {**os.environ, **self.cloud.environment(), **own, **(keys or {})}
        return subprocess.run(command, env=environment, input=given, capture_output=True, text=True, check=False)

    def operator(self, *arguments: str, given: str = "", keys: Mapping[str, str] | None = None) -> Any:
        """The answer of the operator's command, as JSON."""
        done = self.command("--json", *arguments, given=given, keys=keys)
        if done.returncode:
            raise RuntimeError(f"gp-shipbob {' '.join(arguments)} ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)


def build(folder: Path) -> Path:
    """`sam build` of the project's template; where the machine is not Lambda's platform, with its own wheels."""
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        os.environ["WHEELS"] = ""
    shutil.rmtree(folder, ignore_errors=True)
    return sam.build(ROOT / "template.yaml", folder)
