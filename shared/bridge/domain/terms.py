"""The company's own choices: what a deployment's parameters say of how documents are to be written."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from zoneinfo import ZoneInfo

from bridge.domain.receiving import BoxPackaging, PackageType


class ShipmentRecord(StrEnum):
    """What carries a shipment in GP."""

    ORDER = "order"  # the order itself, which people then transfer
    INVOICE = "invoice"  # an unposted invoice for each shipment


class PartialShipment(StrEnum):
    """What becomes of an order of which a part has left."""

    HOLD = "hold"  # it stays a draft until all has left
    RELEASE = "release"  # what has left is released at once


class AmountSource(StrEnum):
    """Where tax, freight and discount come from; ShipBob itself tells the total only."""

    STORE_ORDER = "store_order"
    DIFFERENCE = "difference"


class DifferenceTo(StrEnum):
    """What the customer paid beyond the lines is taken for."""

    FREIGHT = "freight"
    MISCELLANEOUS = "miscellaneous"
    TAX = "tax"
    REVIEW = "review"


class PriceSource(StrEnum):
    """Whose unit prices are written."""

    SHIPBOB = "shipbob"
    GP_PRICE_LEVEL = "gp_price_level"


class ClosedPeriod(StrEnum):
    """What becomes of a document whose fiscal period GP has closed."""

    REVIEW = "review"
    NEXT_OPEN = "next_open"


class ReturnRecord(StrEnum):
    """What carries a return in GP."""

    ADJUSTMENT = "adjustment"  # stock alone; whoever refunds does it elsewhere
    SALES_RETURN = "sales_return"  # stock, and a credit at the order's price


class CostRule(StrEnum):
    """What stock that comes in by an adjustment is worth."""

    GP = "gp"  # what GP's own card says
    ZERO = "zero"


class TransferTrigger(StrEnum):
    """When a GP transfer is announced to ShipBob."""

    WORK = "work"  # as soon as it is entered
    POSTED = "posted"


class StockIncrease(StrEnum):
    """What an increase at a ShipBob site becomes that leads away from ShipBob's own figure."""

    RECEIVING_ORDER = "receiving_order"
    REVIEW = "review"


class StockCorrections(StrEnum):
    """What a correction of stock by ShipBob becomes in GP."""

    REVIEW = "review"
    RECORD = "record"
    OFF = "off"


class ReceiptDifferences(StrEnum):
    """What becomes of it when ShipBob put away more or less than was announced."""

    REVIEW = "review"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """How orders are written. With `draft_hold` empty the draft batch alone keeps an order from being posted.

    A batch takes `batch_documents` documents, for `batch_hours` hours; then the next begins. That and `closed_period`
    hold for returns, receipts and corrections as well.
    """

    document_type: str
    draft_hold: str = ""
    invoice_type: str = "STDINV"
    shipments: ShipmentRecord = ShipmentRecord.ORDER
    partial: PartialShipment = PartialShipment.HOLD
    amounts: AmountSource = AmountSource.DIFFERENCE
    difference: DifferenceTo = DifferenceTo.FREIGHT
    prices: PriceSource = PriceSource.SHIPBOB
    closed_period: ClosedPeriod = ClosedPeriod.REVIEW
    batch_documents: int = 100
    batch_hours: int = 4


@dataclass(frozen=True, slots=True)
class ReturnTerms:
    """How returns are booked. An empty account leaves the offset to GP."""

    record: ReturnRecord = ReturnRecord.ADJUSTMENT
    document_type: str = "STDRTN"
    offset_account: str = ""
    cost: CostRule = CostRule.GP


@dataclass(frozen=True, slots=True)
class SendingTerms:
    """How stock that moved in GP is told to ShipBob.

    More than `surge_documents` new documents in one poll, or one older than `surge_days`, is a person's to decide.
    """

    trigger: TransferTrigger = TransferTrigger.POSTED
    increase: StockIncrease = StockIncrease.REVIEW
    no_sync_batch_prefix: str = ""
    package_type: PackageType = PackageType.PACKAGE
    packaging: BoxPackaging = BoxPackaging.EVERYTHING_IN_ONE_BOX
    units_per_box: int = 0  # 0: one box for all, or one for each SKU, as `packaging` says
    lead_days: int = 7
    surge_documents: int = 50
    surge_days: int = 35


@dataclass(frozen=True, slots=True)
class CorrectionTerms:
    """How ShipBob's corrections and receipts are booked. An empty account leaves the offset to GP."""

    corrections: StockCorrections = StockCorrections.REVIEW
    receipts: ReceiptDifferences = ReceiptDifferences.REVIEW
    offset_account: str = ""
    cost: CostRule = CostRule.GP


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `start` to `end` of GP's day, over midnight where `end` is the earlier, GP is left alone."""

    start: dt.time
    end: dt.time


@dataclass(frozen=True, slots=True)
class Terms:
    """All of them. `cut_over`: what was finished before is left alone, on both sides."""

    number_prefix: str
    currency: str
    zone: ZoneInfo
    cut_over: dt.datetime
    orders: OrderTerms
    returns: ReturnTerms = field(default_factory=ReturnTerms)
    sending: SendingTerms = field(default_factory=SendingTerms)
    corrections: CorrectionTerms = field(default_factory=CorrectionTerms)
    quiet_hours: QuietHours | None = None
    is_dry_run: bool = False
