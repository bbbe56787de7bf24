"""From a counted return and the sale it belongs to, to the sales return that credits the customer.

Prices, customer and customer PO are those of the document in GP, as it stands there. What the sale carries in its
header (freight, tax, discount) is not credited: the return is unposted, and a person adds what is owed beyond it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from bridge.domain.outcome import NeedsReview, Reason
from bridge.domain.returns import Return
from bridge.domain.sales_document import LINE_STEP, SalesDocument, SalesLine, SalesReturn
from bridge.domain.terms import Terms
from bridge.mapping import columns
from bridge.mapping.returning import Counted, Goods, Heading


@dataclass(frozen=True, slots=True)
class Sale:
    """The document in GP that sold the goods, and the lines of earlier returns that credit it.

    `own_units` are those of the items whose cards name one: what goods count in whose SKU is mapped without a unit.
    """

    document: SalesDocument
    credited: tuple[SalesLine, ...] = ()
    own_units: Mapping[str, str] = field(default_factory=dict)

    def unit_of(self, goods: Goods) -> str:
        """What the goods are counted in, as a line on a document in GP names it; empty where nobody says."""
        return goods.unit or self.own_units.get(goods.item, "")


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
        parts = _priced(goods, sale.unit_of(goods), sold)
        missing = goods.quantity - sum((part for _, part in parts), Decimal(0))
        if missing:
            reasons.append(_unsold(goods, missing, sale, heading))
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
    return SalesLine(
        sequence=number * LINE_STEP,
        item=goods.item,
        site=goods.site,
        quantity=part,
        unit_price=line.unit_price,
        unit_of_measure=line.unit_of_measure or goods.unit,
        quantity_type=goods.kind,
        lots=goods.lots(part),
    )


def _not_credited(sale: Sale) -> list[_Sold]:
    lines = sorted(sale.document.lines, key=lambda line: line.sequence)
    sold = [_Sold(line, line.quantity - line.canceled) for line in lines]
    for credited in sale.credited:
        same = (each for each in sold if _is_credited(each.line, credited))
        _draw(same, credited.quantity)
    return sold


def _is_credited(line: SalesLine, credited: SalesLine) -> bool:
    """By a line of another return: in the same unit, where both name one."""
    units = {line.unit_of_measure, credited.unit_of_measure} - {""}
    return (line.item, line.unit_price) == (credited.item, credited.unit_price) and len(units) <= 1


def _priced(goods: Goods, unit: str, sold: Iterable[_Sold]) -> list[tuple[SalesLine, Decimal]]:
    """The lines of the sale that the goods are credited by, and how much by each: none that count in another unit."""
    return _draw((each for each in sold if _is_of(goods, unit, each.line)), goods.quantity)


def _is_of(goods: Goods, unit: str, line: SalesLine) -> bool:
    return line.item == goods.item and line.unit_of_measure in {unit, goods.unit}


def _draw(sold: Iterable[_Sold], wanted: Decimal) -> list[tuple[SalesLine, Decimal]]:
    drawn: list[tuple[SalesLine, Decimal]] = []
    for each in sold:
        part = min(wanted, each.left)
        if part > 0:
            each.left -= part
            wanted -= part
            drawn.append((each.line, part))
    return drawn


def _unsold(goods: Goods, missing: Decimal, sale: Sale, heading: Heading) -> Reason:
    number, unit = sale.document.number, sale.unit_of(goods)
    of = f"{missing.normalize():f} of {goods.item}" + (f" in {unit}" if unit else "")
    by_hand = f"enter {heading.number}, dated {heading.date}, in GP by hand"
    if heading.is_booked:
        by_hand = "enter the difference in GP by hand, and close this review"
    units = {line.unit_of_measure for line in sale.document.lines if line.item == goods.item} - {unit, ""}
    if units:
        named = unit or "a unit that neither its mapping nor its card in GP names"
        text = f"{missing.normalize():f} of {goods.item} came back in {named}, and {number} sells it in {min(units)}"
        return Reason(text, f"Map the SKU with the unit that it is sold in, or {by_hand}")
    text = f"{of} came back that {number} does not have, or that other returns credit already"
    return Reason(text, f"Compare the return with {number}; {by_hand}")


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


def together(documents: Iterable[SalesReturn], first: SalesReturn) -> SalesReturn:
    """What all of them credit, as if it stood in the first one: what is voided credits nothing."""
    valid = [each for each in documents if not each.is_voided]
    lines = tuple(line for each in valid for line in each.lines)
    return replace(first, lines=lines, is_voided=False) if valid else first


def told(lines: Iterable[SalesLine]) -> str:
    """The lines of sales returns for a clerk, in an order of their own: those that say the same as one."""
    return _spoken(_summed(lines))


def beyond(lines: Iterable[SalesLine], others: Iterable[SalesLine]) -> str:
    """What lines credit that the others do not, for a clerk; empty where that is nothing."""
    less = _summed(others)
    return _spoken({of: quantity - less.get(of, Decimal(0)) for of, quantity in _summed(lines).items()})


def _summed(lines: Iterable[SalesLine]) -> Mapping[str, Decimal]:
    summed: dict[str, Decimal] = {}
    for line in lines:
        of = _of(line)
        summed[of] = summed.get(of, Decimal(0)) + line.quantity
    return summed


def _spoken(quantities: Mapping[str, Decimal]) -> str:
    return "; ".join(sorted(f"{quantity.normalize():f} × {of}" for of, quantity in quantities.items() if quantity > 0))


def _of(line: SalesLine) -> str:
    """All of a line but its quantity, for a clerk."""
    price = line.unit_price if line.unit_price != round(line.unit_price, 2) else round(line.unit_price, 2)
    lots = "".join(f", lot {lot.number}" for lot in line.lots)
    return f"{line.item} at {line.site} for {price:f} as {line.quantity_type}{lots}"
