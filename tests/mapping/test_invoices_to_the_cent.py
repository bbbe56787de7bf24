"""However an order is split, its invoices come to what the order comes to, and none to less than nought."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bridge.domain.recording import Parcel, ParcelLine, Recording
from bridge.domain.sales_document import SalesLine, SalesOrder
from bridge.mapping.invoicing import invoices
from hypothesis import given
from hypothesis import strategies as st

DAY = dt.date(2026, 11, 18)


def billed(price: str, parcels: list[int], *, freight: str = "0", discount: str = "0") -> list[Decimal]:
    """What each invoice comes to, of an order of one line that leaves in so many pieces a parcel."""
    line = SalesLine(16384, "RED-100", "CHICAGO", Decimal(sum(parcels)), Decimal(price))
    order = SalesOrder(
        "SBO1", "C", "#1", DAY, "STDORD", "B", (line,), freight=Decimal(freight), trade_discount=Decimal(discount)
    )
    left = tuple(
        Parcel(number, True, "", DAY, (ParcelLine(16384, Decimal(pieces)),))  # noqa: FBT003
        for number, pieces in enumerate(parcels)
    )
    numbers = {parcel.shipment: f"SBI{parcel.shipment}" for parcel in left}
    made = invoices(Recording(order, left), left, numbers, "STDINV")
    assert sum(each.total for each in made) == order.total
    return [each.total for each in made]


def test_a_thousand_half_cents_are_five_dollars() -> None:
    made = billed("0.005", [1] * 1000)

    assert sum(made) == Decimal("5.00")
    assert set(made) == {Decimal("0.00"), Decimal("0.01")}


def test_freight_is_on_the_first_and_a_discount_goes_on_to_the_next() -> None:
    assert billed("1.00", [1, 1, 1], freight="2.00", discount="3.50") == [0, Decimal("0.50"), Decimal("1.00")]


@given(
    st.decimals(0, 20, places=5).map(str),
    st.lists(st.integers(1, 40), min_size=1, max_size=12),
    st.decimals(0, 10, places=2).map(str),
)
def test_none_is_below_nought_and_all_are_the_order_to_the_cent(price: str, parcels: list[int], freight: str) -> None:
    assert min(billed(price, parcels, freight=freight)) >= 0
