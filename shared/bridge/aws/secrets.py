"""Secrets, read when needed and kept in memory for at most five minutes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.aws.calls import translated
from bridge.domain.outcome import Misconfigured

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SECONDS_KEPT = 300


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret's text, which nothing prints, and the version of it that this is."""

    text: str = field(repr=False)
    version: str


class Secrets:
    """Secrets Manager. `seconds` reads a clock in seconds."""

    def __init__(self, client: SecretsManagerClient, seconds: Callable[[], float]) -> None:
        self._client = client
        self._seconds = seconds
        self._kept: dict[str, tuple[float, Secret]] = {}

    def current(self, secret_id: str) -> Secret:
        """The current version of a secret; its text goes nowhere else."""
        kept = self._kept.get(secret_id)
        if kept is None or self._seconds() - kept[0] > SECONDS_KEPT:
            kept = (self._seconds(), self._read(secret_id))
            self._kept[secret_id] = kept
        return kept[1]

    def _read(self, secret_id: str) -> Secret:
        with translated("Secrets Manager"):
            found = self._client.get_secret_value(SecretId=secret_id)
        if "SecretString" not in found:
            raise Misconfigured(f"the secret {secret_id} holds bytes, and must hold text")
        return Secret(found["SecretString"], found["VersionId"])
