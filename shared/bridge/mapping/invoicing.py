"""The invoices that bill an order's shipments, and what of the order is left beside them.

The lines are at the order's prices. Header amounts are on the first invoice, a trade discount as far as it fits there;
the last takes what rounding has left, so that together they come to the order's total to the cent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bridge.domain.recording import Parcel, Recording
from bridge.domain.sales_document import SalesInvoice, SalesLine, SalesOrder

NOUGHT = Decimal(0)


def invoices(
    meant: Recording, parcels: Sequence[Parcel], numbers: Mapping[int, str], document_type: str
) -> tuple[SalesInvoice, ...]:
    """One for each parcel, in the order of billing; `numbers` by shipment. Each parcel has its ship date.

    They are in no batch yet: that is chosen when one is written.
    """
    made: list[SalesInvoice] = []
    discount = meant.order.trade_discount
    for parcel in parcels:
        invoice = _invoice(meant.order, parcel, numbers[parcel.shipment], document_type, is_first=not made)
        taken = min(discount, invoice.total)
        discount -= taken
        made.append(replace(invoice, trade_discount=taken))
    if made and is_all_billed(meant, parcels):
        made[-1] = _rounded(made[-1], meant.order.total - sum((each.total for each in made), NOUGHT))
    return tuple(made)


def _invoice(order: SalesOrder, parcel: Parcel, number: str, document_type: str, *, is_first: bool) -> SalesInvoice:
    lines = {line.sequence: line for line in order.lines}
    assert parcel.shipped_on is not None, "it is billed once the day is known"
    return SalesInvoice(
        number=number,
        customer=order.customer,
        customer_po=order.customer_po,
        date=parcel.shipped_on,
        document_type=document_type,
        batch="",
        currency=order.currency,
        lines=tuple(
            SalesLine(
                sequence=part.sequence,
                item=lines[part.sequence].item,
                site=lines[part.sequence].site,
                quantity=part.quantity,
                unit_price=lines[part.sequence].unit_price,
                fulfilled=part.quantity,
                unit_of_measure=lines[part.sequence].unit_of_measure,
                lots=part.lots,
                serials=part.serials,
            )
            for part in parcel.lines
        ),
        ship_to=order.ship_to,
        shipping_method=order.shipping_method,
        comment=order.comment if is_first else "",
        freight=order.freight if is_first else NOUGHT,
        miscellaneous=order.miscellaneous if is_first else NOUGHT,
        tax=order.tax if is_first else NOUGHT,
        tracking=(parcel.tracking_number,) if parcel.tracking_number else (),
        shipped_on=parcel.shipped_on,
        order=order.number,
        is_priced_by_gp=order.is_priced_by_gp,
    )


def _rounded(last: SalesInvoice, difference: Decimal) -> SalesInvoice:
    """Cents that the lines' rounding left: a miscellaneous amount, or a trade discount."""
    return replace(
        last,
        miscellaneous=last.miscellaneous + max(difference, NOUGHT),
        trade_discount=last.trade_discount + max(-difference, NOUGHT),
    )


def _billed(parcels: Sequence[Parcel]) -> Counter[int]:
    quantities: Counter[int] = Counter()
    for parcel in parcels:
        quantities.update({line.sequence: line.quantity for line in parcel.lines})
    return quantities


def is_all_billed(meant: Recording, parcels: Sequence[Parcel]) -> bool:
    """Nothing of the order is left beside what these parcels bill."""
    billed = _billed(parcels)
    return all(line.quantity - line.canceled <= billed[line.sequence] for line in meant.order.lines)


def remaining(meant: Recording, parcels: Sequence[Parcel], batch: str, hold: str) -> SalesOrder:
    """The held order as it should stand beside the invoices of these parcels: what they bill is cancelled in it.

    GP neither transfers an invoice's quantities from the order that it names nor reduces the order, and a line of an
    order keeps a quantity above nought; a cancelled quantity says that nothing more is to come of it.
    """
    billed = _billed(parcels)
    lines = tuple(
        replace(line, canceled=min(line.canceled + billed[line.sequence], line.quantity)) for line in meant.order.lines
    )
    order = replace(meant.order.as_draft(batch, hold), lines=tuple(_unshipped(line) for line in lines))
    if not parcels:
        return order
    return replace(order, freight=NOUGHT, miscellaneous=NOUGHT, tax=NOUGHT, trade_discount=NOUGHT)


def _unshipped(line: SalesLine) -> SalesLine:
    """Lots and serials go with the goods, onto the invoice."""
    return replace(line, fulfilled=NOUGHT, lots=(), serials=())
