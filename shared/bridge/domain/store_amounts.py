"""What the shop's own order says of the money beyond the lines."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class StoreAmounts:
    """None of them below nought. `currency` is empty where the shop does not say; a tax within the prices is none."""

    tax: Decimal
    freight: Decimal
    discount: Decimal
    currency: str = ""
