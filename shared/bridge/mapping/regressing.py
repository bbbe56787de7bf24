"""What GP has as shipped, and ShipBob no longer shows so: by item, for one does not make up for another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from bridge.domain.outcome import Reason
from bridge.domain.sales_document import SalesOrder
from bridge.mapping.written import Written

LOOK = "Look at the shipments in ShipBob; correct the order in GP by hand if they were undone"


def regressing(present: SalesOrder, wanted: SalesOrder, last: Written) -> Iterator[Reason]:
    """Goods that were written as shipped cannot come back by a change of mind in ShipBob's records.

    The site says nothing: a shipment may move to another.
    """
    items = {line.sequence: line.item for line in (*present.lines, *last.order.lines)}
    written = _by_item((items.get(sequence, ""), quantity) for sequence, quantity in last.shipped)
    held = _by_item((line.item, line.fulfilled) for line in present.lines)
    meant = _by_item((line.item, line.fulfilled) for line in wanted.lines)
    for item in dict.fromkeys((*held, *written)):
        was, now = max(held[item], written[item]), meant[item]
        if now < was:
            text = f"{present.number} has {was.normalize():f} of {item} as shipped, and ShipBob now says"
            yield Reason(f"{text} {now.normalize():f}", LOOK)


def _by_item(quantities: Iterable[tuple[str, Decimal]]) -> Mapping[str, Decimal]:
    found: defaultdict[str, Decimal] = defaultdict(Decimal)
    for item, quantity in quantities:
        found[item] += quantity
    return found
