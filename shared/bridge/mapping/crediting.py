"""From a counted return and the sale it belongs to, to the sales return that credits the customer.

Prices, customer and customer PO are those of the document in GP, as it stands there. What the sale carries in its
header (freight, tax, discount) is not credited: the return is unposted, and a person adds what is owed beyond it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.returns import Return
from bridge.domain.sales_document import LINE_STEP, SalesDocument, SalesLine, SalesReturn
from bridge.domain.terms import Terms
from bridge.mapping import columns
from bridge.mapping.returning import Counted, Goods, Heading


@dataclass(frozen=True, slots=True)
class Sale:
    """The document in GP that sold the goods, and the lines of earlier returns that credit it."""

    document: SalesDocument
    credited: tuple[SalesLine, ...] = ()


@dataclass(slots=True)
class _Sold:
    """What of one line of the sale is not credited yet."""

    line: SalesLine
    left: Decimal


def sales_return(
    returned: Return, counted: Counted, sale: Sale, heading: Heading, terms: Terms
) -> SalesReturn | NeedsReview:
    """The sales return as GP should hold it; or what keeps it from being credited.

    An item that was sold at several prices is credited in the order of the sale's lines, first line first.
    """
    if sale.document.is_voided:
        text = f"{sale.document.number} is voided in GP: there is no sale to credit"
        return NeedsReview((Reason(text, f"Enter {heading.number} by hand if the customer is to be credited"),))
    sold = _not_credited(sale)
    lines: list[SalesLine] = []
    reasons: list[Reason] = []
    for goods in counted.goods:
        parts = list(_priced(goods, sold))
        missing = goods.quantity - sum((part for _, part in parts), Decimal(0))
        if missing:
            reasons.append(_unsold(goods, missing, sale.document, heading))
        for line, part in parts:
            lines.append(_credited(goods, line, part, len(lines) + 1))
    return NeedsReview(tuple(reasons)) if reasons else _written(returned, sale, heading, terms, tuple(lines))


def _written(returned: Return, sale: Sale, heading: Heading, terms: Terms, lines: tuple[SalesLine, ...]) -> SalesReturn:
    reference = f", RMA {returned.reference}" if returned.reference else ""
    return SalesReturn(
        number=heading.number,
        customer=sale.document.customer,
        customer_po=sale.document.customer_po,
        date=heading.date,
        document_type=terms.returns.document_type,
        batch=heading.batch,
        lines=lines,
        currency=sale.document.currency or terms.currency,
        comment=columns.Cutter().fit(
            "Comment", f"ShipBob return {returned.id}{reference}, of {sale.document.number}", columns.COMMENT
        ),
    )


def _credited(goods: Goods, line: SalesLine, part: Decimal, number: int) -> SalesLine:
    """`part` of the goods at the line's price, in its unit of measure, with as much of the lot."""
    pieces = Fraction(goods.pieces) * Fraction(part) / Fraction(goods.quantity)
    return SalesLine(
        sequence=number * LINE_STEP,
        item=goods.item,
        site=goods.site,
        quantity=part,
        unit_price=line.unit_price,
        unit_of_measure=line.unit_of_measure or goods.unit,
        quantity_type=goods.kind,
        lots=goods.lots(Decimal(pieces.numerator) / Decimal(pieces.denominator)),
    )


def _not_credited(sale: Sale) -> list[_Sold]:
    lines = sorted(sale.document.lines, key=lambda line: line.sequence)
    sold = [_Sold(line, line.quantity - line.canceled) for line in lines]
    for credited in sale.credited:
        same = (each for each in sold if (each.line.item, each.line.unit_price) == (credited.item, credited.unit_price))
        _draw(same, credited.quantity)
    return sold


def _priced(goods: Goods, sold: Iterable[_Sold]) -> list[tuple[SalesLine, Decimal]]:
    """The lines of the sale that the goods are credited by, and how much by each."""
    return _draw((each for each in sold if _is_of(goods, each.line)), goods.quantity)


def _is_of(goods: Goods, line: SalesLine) -> bool:
    """An empty unit is the item's own, on either side."""
    return line.item == goods.item and (not goods.unit or goods.unit == line.unit_of_measure)


def _draw(sold: Iterable[_Sold], wanted: Decimal) -> list[tuple[SalesLine, Decimal]]:
    drawn: list[tuple[SalesLine, Decimal]] = []
    for each in sold:
        part = min(wanted, each.left)
        if part > 0:
            each.left -= part
            wanted -= part
            drawn.append((each.line, part))
    return drawn


def _unsold(goods: Goods, missing: Decimal, sale: SalesDocument, heading: Heading) -> Reason:
    of = f"{missing.normalize():f} of {goods.item}" + (f" in {goods.unit}" if goods.unit else "")
    text = f"{of} came back that {sale.number} does not have, or that other returns credit already"
    fix = f"Compare the return with {sale.number}; enter {heading.number}, dated {heading.date}, in GP by hand"
    return Reason(text, fix)


def return_contradictions(present: SalesReturn, wanted: SalesReturn) -> tuple[str, ...]:
    """Where the sales return in GP is not the one we mean: a sentence each, naming both values."""
    number = wanted.number
    pairs = [
        ("customer", present.customer, wanted.customer),
        ("date", f"{present.date}", f"{wanted.date}"),
        ("state", "voided" if present.is_voided else "valid", "valid"),
        ("lines", told(present.lines), told(wanted.lines)),
    ]
    return tuple(f"The {label} of {number} in GP: {a}; from ShipBob: {b}" for label, a, b in pairs if a != b)


def told(lines: Iterable[SalesLine]) -> str:
    """The lines of a sales return for a clerk, in an order of their own."""
    return "; ".join(sorted(Counter(_told(line) for line in lines).elements()))


def _told(line: SalesLine) -> str:
    price = line.unit_price if line.unit_price != round(line.unit_price, 2) else round(line.unit_price, 2)
    lots = "".join(f", lot {lot.number}" for lot in line.lots)
    at = f"{line.quantity.normalize():f} × {line.item} at {line.site}"
    return f"{at} for {price:f} as {line.quantity_type}{lots}"
