"""The environment is what the template gives, or a cold start says at once everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from bridge.aws import settings
from hypothesis import given
from hypothesis import strategies as st

from tests.stack import environment_names

CHICAGO = ZoneInfo("America/Chicago")
GIVEN = {
    "STATE_TABLE": "State",
    "AUDIT_TABLE": "Audit",
    "TO_GP_QUEUE_URL": "https://sqs.example.com/ToGp.fifo",
    "GP_SECRET": "gp",
    "SHIPBOB_SECRET": "shipbob",
    "WEBHOOK_SECRET": "webhook",
    "GP_SERVICE_URL": "https://gp.example.com/DynamicsGPService.asmx",
    "GP_SBA_URL": "https://gp.example.com/GPService/Tenants(DefaultTenant)",
    "GP_SBA_COMPANY": "Fabrikam, Inc.",
    "GP_SBA_SERVICE_PATH": "Bridge/Documents",
    "GP_LOGIN_PATH": "",
    "GP_STRICT_X509": "true",
    "QUANTITY_SHORTAGE": "override",
    "GP_COMPANY_ID": "-1",
    "GP_TIME_ZONE": "America/Chicago",
    "GP_SETTLE_SECONDS": "600",
    "SHIPBOB_API_URL": "https://api.shipbob.com",
    "SHIPBOB_AUTH_URL": "https://auth.shipbob.com",
    "KEEP_CONNECTED": "gp-shipbob-bridge-KeepConnected",
    "NUMBER_PREFIX": "SB",
    "SALES_ORDER_TYPE": "STDORD",
    "DRAFT_HOLD_ID": "",
    "CURRENCY": "USD",
    "CUT_OVER_DATE": "2026-11-01",
    "PAYLOAD_RETENTION_DAYS": "90",
}


def test_the_template_gives_every_function_all_that_is_read() -> None:
    assert set(GIVEN) <= environment_names()


def test_what_the_template_gives_is_read_in_its_own_types() -> None:
    read = settings.read(GIVEN)

    assert (read.gp_company_id, read.gp_settle_time, read.payload_retention) == (
        -1,
        dt.timedelta(minutes=10),
        dt.timedelta(days=90),
    )
    assert (read.gp_time_zone, read.draft_hold_id) == (CHICAGO, "")


def test_the_cut_over_is_the_days_beginning_in_gps_own_zone() -> None:
    # Chicago is five hours behind until two in the morning of that day.
    assert settings.read(GIVEN).cut_over == dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC)


@given(st.sets(st.sampled_from(sorted(GIVEN)), min_size=1))
def test_every_variable_that_is_missing_is_named_at_once(missing: set[str]) -> None:
    with pytest.raises(RuntimeError) as refused:
        settings.read({name: value for name, value in GIVEN.items() if name not in missing})

    named = {word for word in str(refused.value).replace(";", " ").split() if word in GIVEN}
    assert named == missing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GP_COMPANY_ID", "one"),
        ("GP_SETTLE_SECONDS", ""),
        ("GP_TIME_ZONE", "Chicago"),
        ("GP_TIME_ZONE", "America"),
        ("GP_TIME_ZONE", "../etc/passwd"),
        ("GP_TIME_ZONE", ""),
        ("CUT_OVER_DATE", "01/11/2026"),
        ("CUT_OVER_DATE", "2026-02-30"),
        ("PAYLOAD_RETENTION_DAYS", "90.5"),
        ("GP_STRICT_X509", "yes"),
        ("QUANTITY_SHORTAGE", "ignore"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named_with_its_value_and_what_it_must_be(name: str, value: str) -> None:
    with pytest.raises(RuntimeError, match=f"{name} must be a .*, not '{value}'"):
        settings.read(GIVEN | {name: value})


@given(st.sampled_from(sorted(GIVEN)), st.text(max_size=30))
def test_whatever_a_variable_holds_reading_it_raises_nothing_but_what_says_so(name: str, value: str) -> None:
    try:
        settings.read(GIVEN | {name: value})
    except RuntimeError as refused:
        assert name in str(refused)  # noqa: PT017 - either end is right
