"""Secrets, read when needed and kept in memory for at most five minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bridge.aws.calls import translated

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SECONDS_KEPT = 300


class Secrets:
    """Secrets Manager. `seconds` reads a clock that only goes forward."""

    def __init__(self, client: SecretsManagerClient, seconds: Callable[[], float]) -> None:
        self._client = client
        self._seconds = seconds
        self._kept: dict[str, tuple[float, str]] = {}

    def value(self, secret_id: str) -> str:
        """The current value of a secret; its text goes nowhere else."""
        kept = self._kept.get(secret_id)
        if kept is None or self._seconds() - kept[0] > SECONDS_KEPT:
            kept = (self._seconds(), self._read(secret_id))
            self._kept[secret_id] = kept
        return kept[1]

    def _read(self, secret_id: str) -> str:
        with translated("Secrets Manager"):
            return self._client.get_secret_value(SecretId=secret_id)["SecretString"]
