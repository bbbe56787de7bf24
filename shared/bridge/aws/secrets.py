"""Secrets, read when needed and kept in memory for at most five minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bridge.aws.calls import translated
from bridge.domain.connection import Secret
from bridge.domain.outcome import Misconfigured

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

SECONDS_KEPT = 300


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
            return self.afresh(secret_id)
        return kept[1]

    def afresh(self, secret_id: str) -> Secret:
        """The current version, read now. A change of the last moment may not show yet."""
        read_at = self._seconds()
        with translated("Secrets Manager"):
            found = self._client.get_secret_value(SecretId=secret_id)
        if "SecretString" not in found:
            raise Misconfigured(f"the secret {secret_id} holds bytes, and must hold text")
        return self._keep(secret_id, Secret(found["SecretString"], found["VersionId"]), read_at)

    def store(self, secret_id: str, text: str) -> Secret:
        """Make the text the current version; durable when this returns. The version before stays AWSPREVIOUS."""
        stored_at = self._seconds()
        with translated("Secrets Manager"):
            stored = self._client.put_secret_value(SecretId=secret_id, SecretString=text)
        return self._keep(secret_id, Secret(text, stored["VersionId"]), stored_at)

    def _keep(self, secret_id: str, secret: Secret, since: float) -> Secret:
        self._kept[secret_id] = (since, secret)
        return secret


class StoredSecret:
    """One secret, that the bridge itself may replace."""

    def __init__(self, secrets: Secrets, secret_id: str) -> None:
        self._secrets = secrets
        self._secret_id = secret_id

    def current(self) -> Secret:
        """The present version, at most five minutes old."""
        return self._secrets.current(self._secret_id)

    def afresh(self) -> Secret:
        """The present version, read now."""
        return self._secrets.afresh(self._secret_id)

    def store(self, text: str) -> Secret:
        """Make it the present version."""
        return self._secrets.store(self._secret_id, text)
