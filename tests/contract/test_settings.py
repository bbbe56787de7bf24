"""The environment is what the template gives, or a cold start says at once everything that is wrong with it."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from bridge.aws import settings
from bridge.domain.terms import CorrectionTerms, OrderTerms, QuietHours, ReturnTerms, SendingTerms
from hypothesis import given
from hypothesis import strategies as st

from tests.stack import environment

CHICAGO = ZoneInfo("America/Chicago")
GIVEN = {
    "STATE_TABLE": "State",
    "AUDIT_TABLE": "Audit",
    "TO_GP_QUEUE_URL": "https://sqs.example.com/ToGp.fifo",
    "TO_SHIPBOB_QUEUE_URL": "https://sqs.example.com/ToShipBob.fifo",
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
    "ALARMS_TOPIC": "arn:aws:sns:us-east-1:123456789012:gp-shipbob-bridge-Alarms",
    "NUMBER_PREFIX": "SB",
    "SALES_ORDER_TYPE": "STDORD",
    "DRAFT_HOLD_ID": "",
    "CURRENCY": "USD",
    "CUT_OVER_DATE": "2026-11-01",
    "SHIPMENT_RECORD": "order",
    "SALES_INVOICE_TYPE": "STDINV",
    "PARTIAL_SHIPMENT": "hold",
    "PRICE_SOURCE": "shipbob",
    "AMOUNT_SOURCE": "difference",
    "DIFFERENCE_TO": "freight",
    "CLOSED_PERIOD": "review",
    "BATCH_DOCUMENTS": "100",
    "BATCH_HOURS": "4",
    "RETURN_RECORD": "adjustment",
    "SALES_RETURN_TYPE": "STDRTN",
    "RETURN_OFFSET_ACCOUNT": "",
    "RETURN_COST": "gp",
    "TRANSFER_TRIGGER": "posted",
    "STOCK_INCREASE": "review",
    "NO_SYNC_BATCH_PREFIX": "",
    "WRO_PACKAGE_TYPE": "Package",
    "WRO_PACKAGING": "EverythingInOneBox",
    "WRO_UNITS_PER_BOX": "0",
    "WRO_LEAD_DAYS": "7",
    "SURGE_DOCUMENTS": "50",
    "SURGE_DAYS": "35",
    "STOCK_CORRECTIONS": "review",
    "RECEIPT_DIFFERENCES": "review",
    "CORRECTION_OFFSET_ACCOUNT": "",
    "CORRECTION_COST": "gp",
    "DRY_RUN": "false",
    "QUIET_HOURS": "",
    "PAYLOAD_RETENTION_DAYS": "90",
}


def test_the_template_gives_every_function_all_that_is_read() -> None:
    assert set(GIVEN) <= environment().keys()


def test_what_the_template_gives_is_read_in_its_own_types() -> None:
    read = settings.read(GIVEN)

    assert (read.gp_company_id, read.gp_settle_time, read.payload_retention) == (
        -1,
        dt.timedelta(minutes=10),
        dt.timedelta(days=90),
    )
    assert (read.terms.zone, read.terms.orders.draft_hold) == (CHICAGO, "")


def test_the_cut_over_is_the_days_beginning_in_gps_own_zone() -> None:
    # Chicago is five hours behind until two in the morning of that day.
    assert settings.read(GIVEN).terms.cut_over == dt.datetime(2026, 11, 1, 5, tzinfo=dt.UTC)


def test_quiet_hours_are_of_gps_day_and_none_where_none_are_given() -> None:
    read = settings.read(GIVEN | {"QUIET_HOURS": "22:00-04:30"}).terms.quiet_hours

    assert read == QuietHours(dt.time(22), dt.time(4, 30))
    assert settings.read(GIVEN).terms.quiet_hours is None


def test_the_templates_own_defaults_are_the_terms_own() -> None:
    """Who makes terms by hand, as tests do, means what a deployment without parameters means."""
    read = settings.read(GIVEN).terms

    assert (read.orders, read.returns) == (OrderTerms("STDORD"), ReturnTerms())
    assert (read.sending, read.corrections) == (SendingTerms(), CorrectionTerms())


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
        ("SHIPMENT_RECORD", "both"),
        ("STOCK_CORRECTIONS", "on"),
        ("BATCH_DOCUMENTS", "many"),
        ("QUIET_HOURS", "at night"),
        ("QUIET_HOURS", "22:00-22:00"),
    ],
)
def test_a_variable_that_cannot_be_read_is_named_with_its_value_and_what_it_must_be(name: str, value: str) -> None:
    with pytest.raises(RuntimeError, match=f"{name} must be .*, not '{value}'"):
        settings.read(GIVEN | {name: value})


@given(st.sampled_from(sorted(GIVEN)), st.text(max_size=30))
def test_whatever_a_variable_holds_reading_it_raises_nothing_but_what_says_so(name: str, value: str) -> None:
    try:
        settings.read(GIVEN | {name: value})
    except RuntimeError as refused:
        assert name in str(refused)  # noqa: PT017 - either end is right
