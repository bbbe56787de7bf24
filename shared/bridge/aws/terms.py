"""The company's choices, from the variables that the template sets."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

from bridge.domain import terms
from bridge.domain.receiving import BoxPackaging, PackageType

if TYPE_CHECKING:
    from bridge.aws.settings import Reader


def chosen(reader: Reader) -> terms.Terms:
    """All of them."""
    zone = reader.zone("GP_TIME_ZONE")
    return terms.Terms(
        number_prefix=reader.text("NUMBER_PREFIX"),
        currency=reader.text("CURRENCY"),
        zone=zone,
        cut_over=dt.datetime.combine(reader.day("CUT_OVER_DATE"), dt.time(), zone),
        orders=_orders(reader),
        returns=_returns(reader),
        sending=_sending(reader),
        corrections=_corrections(reader),
        quiet_hours=reader.parsed("QUIET_HOURS", _hours, "hours such as 22:00-04:00, or empty", None),
        is_dry_run=reader.choice("DRY_RUN", ("false", "true")) == "true",
    )


def _orders(reader: Reader) -> terms.OrderTerms:
    return terms.OrderTerms(
        document_type=reader.text("SALES_ORDER_TYPE"),
        draft_hold=reader.text("DRAFT_HOLD_ID"),
        invoice_type=reader.text("SALES_INVOICE_TYPE"),
        shipments=_word(reader, "SHIPMENT_RECORD", terms.ShipmentRecord),
        partial=_word(reader, "PARTIAL_SHIPMENT", terms.PartialShipment),
        amounts=_word(reader, "AMOUNT_SOURCE", terms.AmountSource),
        difference=_word(reader, "DIFFERENCE_TO", terms.DifferenceTo),
        prices=_word(reader, "PRICE_SOURCE", terms.PriceSource),
        closed_period=_word(reader, "CLOSED_PERIOD", terms.ClosedPeriod),
        batch_documents=reader.number("BATCH_DOCUMENTS"),
        batch_hours=reader.number("BATCH_HOURS"),
    )


def _returns(reader: Reader) -> terms.ReturnTerms:
    return terms.ReturnTerms(
        record=_word(reader, "RETURN_RECORD", terms.ReturnRecord),
        document_type=reader.text("SALES_RETURN_TYPE"),
        offset_account=reader.text("RETURN_OFFSET_ACCOUNT"),
        cost=_word(reader, "RETURN_COST", terms.CostRule),
    )


def _sending(reader: Reader) -> terms.SendingTerms:
    return terms.SendingTerms(
        trigger=_word(reader, "TRANSFER_TRIGGER", terms.TransferTrigger),
        increase=_word(reader, "STOCK_INCREASE", terms.StockIncrease),
        no_sync_batch_prefix=reader.text("NO_SYNC_BATCH_PREFIX"),
        package_type=_word(reader, "WRO_PACKAGE_TYPE", PackageType),
        packaging=_word(reader, "WRO_PACKAGING", BoxPackaging),
        units_per_box=reader.number("WRO_UNITS_PER_BOX"),
        lead_days=reader.number("WRO_LEAD_DAYS"),
        surge_documents=reader.number("SURGE_DOCUMENTS"),
        surge_days=reader.number("SURGE_DAYS"),
    )


def _corrections(reader: Reader) -> terms.CorrectionTerms:
    return terms.CorrectionTerms(
        corrections=_word(reader, "STOCK_CORRECTIONS", terms.StockCorrections),
        receipts=_word(reader, "RECEIPT_DIFFERENCES", terms.ReceiptDifferences),
        offset_account=reader.text("CORRECTION_OFFSET_ACCOUNT"),
        cost=_word(reader, "CORRECTION_COST", terms.CostRule),
    )


def _word[W: StrEnum](reader: Reader, name: str, words: type[W]) -> W:
    return words(reader.choice(name, tuple(words)))


def _hours(text: str) -> terms.QuietHours | None:
    if not text:
        return None
    start, _, end = text.partition("-")
    hours = terms.QuietHours(dt.time.fromisoformat(start.strip()), dt.time.fromisoformat(end.strip()))
    if hours.start == hours.end:
        raise ValueError("all day is no quiet hour")
    return hours
