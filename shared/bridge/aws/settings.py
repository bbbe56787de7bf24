"""The one reader of the environment: names of things, never a secret."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bridge.aws.terms import chosen
from bridge.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Settings:
    """What the template tells every function. Empty strings where the template has them so."""

    state_table: str
    audit_table: str
    to_gp_queue_url: str
    to_shipbob_queue_url: str
    gp_secret_id: str
    shipbob_secret_id: str
    webhook_secret_id: str
    gp_service_url: str
    gp_sba_url: str
    gp_sba_company: str
    gp_sba_service_path: str
    gp_login_path: str
    gp_strict_x509: bool
    quantity_shortage: str
    gp_company_id: int
    gp_settle_time: dt.timedelta
    shipbob_api_url: str
    shipbob_auth_url: str
    keep_connected: str
    alarms_topic: str
    payload_retention: dt.timedelta
    terms: Terms


class Reader:
    """Reads variables one by one and remembers what is wrong with them."""

    def __init__(self, found: Mapping[str, str]) -> None:
        self._found = found
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        if name not in self._found:
            self.problems.append(f"{name} is missing")
        return self._found.get(name, "")

    def parsed[T](self, name: str, parse: Callable[[str], T], expected: str, instead: T) -> T:
        text = self.text(name)
        try:
            return parse(text)
        except (ValueError, KeyError, OSError):
            if name in self._found:
                self.problems.append(f"{name} must be {expected}, not {text!r}")
            return instead

    def choice(self, name: str, words: tuple[str, ...]) -> str:
        return self.parsed(name, lambda text: words[words.index(text)], f"a word among {', '.join(words)}", words[0])

    def number(self, name: str) -> int:
        return self.parsed(name, int, "a whole number", 0)

    def zone(self, name: str) -> ZoneInfo:
        return self.parsed(name, ZoneInfo, "a time zone such as America/Chicago", ZoneInfo("UTC"))

    def day(self, name: str) -> dt.date:
        return self.parsed(name, dt.date.fromisoformat, "a date such as 2027-01-31", dt.date(1970, 1, 1))


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Build the settings once a cold start, naming every variable that is missing or unreadable."""
    reader = Reader(os.environ if environment is None else environment)  # noqa: TID251 - the one reader
    settings = Settings(
        state_table=reader.text("STATE_TABLE"),
        audit_table=reader.text("AUDIT_TABLE"),
        to_gp_queue_url=reader.text("TO_GP_QUEUE_URL"),
        to_shipbob_queue_url=reader.text("TO_SHIPBOB_QUEUE_URL"),
        gp_secret_id=reader.text("GP_SECRET"),
        shipbob_secret_id=reader.text("SHIPBOB_SECRET"),
        webhook_secret_id=reader.text("WEBHOOK_SECRET"),
        gp_service_url=reader.text("GP_SERVICE_URL"),
        gp_sba_url=reader.text("GP_SBA_URL"),
        gp_sba_company=reader.text("GP_SBA_COMPANY"),
        gp_sba_service_path=reader.text("GP_SBA_SERVICE_PATH"),
        gp_login_path=reader.text("GP_LOGIN_PATH"),
        gp_strict_x509=reader.choice("GP_STRICT_X509", ("true", "false")) == "true",
        quantity_shortage=reader.choice("QUANTITY_SHORTAGE", ("override", "backorder", "review")),
        gp_company_id=reader.number("GP_COMPANY_ID"),
        gp_settle_time=dt.timedelta(seconds=reader.number("GP_SETTLE_SECONDS")),
        shipbob_api_url=reader.text("SHIPBOB_API_URL"),
        shipbob_auth_url=reader.text("SHIPBOB_AUTH_URL"),
        keep_connected=reader.text("KEEP_CONNECTED"),
        alarms_topic=reader.text("ALARMS_TOPIC"),
        payload_retention=dt.timedelta(days=reader.number("PAYLOAD_RETENTION_DAYS")),
        terms=chosen(reader),
    )
    if reader.problems:
        raise RuntimeError(
            "the function's environment is not what the template gives it: " + "; ".join(reader.problems)
        )
    return settings
