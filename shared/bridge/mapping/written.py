"""What a sales document said when we last wrote it, so that a person's change can be told from ours.

It lies in the ledger for as long as the row does: of what it says about a person it keeps digests.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import Any

from bridge.domain.inventory import Lot
from bridge.domain.sales_document import SalesDocument, SalesLine, SalesOrder, ShipTo

type Shipped = Mapping[int, Decimal]

AMOUNTS = ("freight", "miscellaneous", "tax", "trade_discount")
_TEXTS = ("number", "customer", "customer_po", "document_type", "batch", "currency", "shipping_method")
_ADDRESS = tuple(field.name for field in fields(ShipTo))


def filled(address: ShipTo) -> tuple[str, ...]:
    """The fields of an address that say something: the others are GP's to fill."""
    return tuple(name for name in _ADDRESS if getattr(address, name))


@dataclass(frozen=True, slots=True)
class Written:
    """`order` as it was written, without address and comment; of the address, which fields it `filled`.

    `shipped` is what of each line had left by then, by the line's sequence: GP's own figure may start afresh when a
    person transfers a part. `entered` is what of lots and serials that write entered: the line's sequence, the number
    and the quantity of it that the line holds then; the lines have all that were picked by then.
    """

    order: SalesDocument
    filled: tuple[str, ...] = ()
    address: str = ""
    comment: str = ""
    shipped: tuple[tuple[int, Decimal], ...] = ()
    entered: tuple[tuple[int, str, Decimal], ...] = ()

    @classmethod
    def of(cls, order: SalesDocument, shipped: Shipped | None = None) -> Written:
        named = filled(order.ship_to)
        by_line = shipped if shipped is not None else {line.sequence: line.fulfilled for line in order.lines}
        return cls(
            replace(order, ship_to=ShipTo(), comment="", image=b"", lines=tuple(map(_bare, order.lines))),
            named,
            _address_digest(order.number, order.ship_to, named),
            _digest(order.number, [order.comment]),
            tuple(sorted(by_line.items())),
        )

    def is_address(self, address: ShipTo) -> bool:
        """Does that address say what was written, in the fields that were?"""
        return self.address == _address_digest(self.order.number, address, self.filled)

    def is_comment(self, comment: str) -> bool:
        return self.comment == _digest(self.order.number, [comment])

    def to_text(self) -> str:
        order = self.order
        plain = {
            **{name: getattr(order, name) for name in _TEXTS},
            **{name: str(getattr(order, name)) for name in AMOUNTS},
            "is_priced_by_gp": order.is_priced_by_gp,
            "date": order.date.isoformat(),
            "shipped_on": order.shipped_on.isoformat() if order.shipped_on else "",
            "tracking": list(order.tracking),
            "holds": sorted(order.holds),
            "lines": [_line_fields(line) for line in order.lines],
            "filled": list(self.filled),
            "address": self.address,
            "comment": self.comment,
            "shipped": [[sequence, str(quantity)] for sequence, quantity in self.shipped],
            "entered": [[sequence, number, str(quantity)] for sequence, number, quantity in self.entered],
        }
        return json.dumps(plain, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Written | None:
        """What `to_text` gave; None of nothing."""
        return _parsed(json.loads(text)) if text else None


def _parsed(plain: Mapping[str, Any]) -> Written:
    amounts: dict[str, Any] = {name: Decimal(plain[name]) for name in AMOUNTS}
    order = SalesOrder(
        **{name: plain[name] for name in _TEXTS},
        **amounts,
        is_priced_by_gp=plain.get("is_priced_by_gp", False),
        date=dt.date.fromisoformat(plain["date"]),
        shipped_on=dt.date.fromisoformat(plain["shipped_on"]) if plain["shipped_on"] else None,
        tracking=tuple(plain["tracking"]),
        holds=frozenset(plain["holds"]),
        lines=tuple(_tracked(_line(*each[:9]), *each[9:]) for each in plain["lines"]),
    )
    shipped = tuple((sequence, Decimal(quantity)) for sequence, quantity in plain["shipped"])
    entered = tuple((sequence, number, Decimal(quantity)) for sequence, number, quantity in plain.get("entered", ()))
    return Written(order, tuple(plain["filled"]), plain["address"], plain["comment"], shipped, entered)


def _bare(line: SalesLine) -> SalesLine:
    """Of a lot its number and quantity alone are compared."""
    return replace(line, lots=tuple(replace(lot, expires_on=None) for lot in line.lots))


def _line_fields(line: SalesLine) -> list[Any]:
    quantities = (line.quantity, line.unit_price, line.fulfilled, line.canceled)
    rest = "" if line.to_invoice is None else str(line.to_invoice)
    picked = [[[lot.number, str(lot.quantity)] for lot in line.lots], list(line.serials)]
    tracked = picked if any(picked) else []
    return [line.sequence, line.item, line.site, line.unit_of_measure, *map(str, quantities), rest, *tracked]


def _line(sequence: int, item: str, site: str, unit: str, *quantities: str) -> SalesLine:  # a line is its fields
    quantity, price, fulfilled, canceled = map(Decimal, quantities[:4])
    rest = Decimal(quantities[4]) if quantities[4] else None
    return SalesLine(sequence, item, site, quantity, price, fulfilled, canceled, unit, to_invoice=rest)


def _tracked(line: SalesLine, lots: Iterable[tuple[str, str]] = (), serials: Iterable[str] = ()) -> SalesLine:
    """The line with what was picked of it; lines of older rows say nothing of that."""
    return replace(
        line, lots=tuple(Lot(number, Decimal(quantity)) for number, quantity in lots), serials=tuple(serials)
    )


def _address_digest(number: str, address: ShipTo, names: Iterable[str]) -> str:
    return _digest(number, [getattr(address, name) for name in names])


def _digest(number: str, texts: list[str]) -> str:
    """Of one document alone, so that the same address in two rows cannot be told from the digests."""
    return hashlib.sha256(json.dumps([number, *texts]).encode()).hexdigest()
