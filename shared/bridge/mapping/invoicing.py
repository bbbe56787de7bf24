"""The invoices that bill an order's shipments, and what of the order is left beside them.

The lines are at the order's prices. Header amounts are on the first invoice, a trade discount as far as it fits there.
GP rounds each line by itself; each invoice takes the cent by which that leads away from what the goods come to so far,
so that none comes to less than nought, and all together come to the order's total to the cent.
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
    billed: dict[int, Decimal] = {}
    for parcel in parcels:
        whole = _invoice(meant.order, parcel, numbers[parcel.shipment], document_type, is_first=not made)
        invoice = _rounded(whole, _cents(whole, billed))
        taken = min(discount, invoice.total)
        discount -= taken
        made.append(replace(invoice, trade_discount=invoice.trade_discount + taken))
        for line in parcel.lines:
            billed[line.sequence] = billed.get(line.sequence, NOUGHT) + line.quantity
    return tuple(made)


def _cents(invoice: SalesInvoice, billed: Mapping[int, Decimal]) -> Decimal:
    """How much more the goods come to, counted on from what was billed before, than GP makes of the lines."""
    difference, before = NOUGHT, dict(billed)
    for line in invoice.lines:
        held = before.get(line.sequence, NOUGHT)
        before[line.sequence] = held + line.quantity
        in_all, until_then = (replace(line, quantity=each).amount for each in (before[line.sequence], held))
        difference += in_all - until_then - line.amount
    return difference


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


def _rounded(invoice: SalesInvoice, cents: Decimal) -> SalesInvoice:
    """Cents that the lines' rounding leaves: a miscellaneous amount, or a trade discount."""
    return replace(
        invoice,
        miscellaneous=invoice.miscellaneous + max(cents, NOUGHT),
        trade_discount=invoice.trade_discount + max(-cents, NOUGHT),
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
