"""Which business document something is about, and what we call it in GP."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote, unquote

GP_NUMBER_LENGTH = 17  # SOPNUMBE holds 21, but GP's Field Service trigger on SOP10100 truncates to char(17)


class DocumentKind(StrEnum):
    """The kinds a message may name. `LOCATE` stands for a shipment whose order is still to be found."""

    ORDER = "order"
    LOCATE = "locate"
    RETURN = "return"
    RECEIVING = "receiving"  # a warehouse receiving order, WRO
    STOCK = "stock"  # an event of ShipBob's inventory history
    ADJUSTMENT = "adjustment"  # from here on GP's own documents, named as GP names them
    VARIANCE = "variance"
    TRANSFER = "transfer"


GP_KINDS = frozenset({DocumentKind.ADJUSTMENT, DocumentKind.VARIANCE, DocumentKind.TRANSFER})


# Frozen: a number once given to GP must be computed the same way forever. A letter is never used twice.
NUMBER_LETTERS = {
    DocumentKind.ORDER: "O",
    DocumentKind.RETURN: "R",
    DocumentKind.RECEIVING: "W",
    DocumentKind.STOCK: "C",
    DocumentKind.LOCATE: "I",  # of a shipment: the invoice that bills it
}


@dataclass(frozen=True, slots=True, order=True)
class DocumentId:
    """A document, written `order/250000001` or `transfer/00000012`: the queue's message group and the ledger's key.

    `number` is ShipBob's id. GP's own documents have a `name` instead, which may be any text that GP takes as a number.
    """

    kind: DocumentKind
    number: int = 0
    name: str = ""

    def __str__(self) -> str:
        # A message group takes no blank, and no more than the plain characters.
        return f"{self.kind}/{quote(self.name, safe='') if self.name else self.number}"

    @classmethod
    def parse(cls, text: str) -> DocumentId:
        """Read `order/250000001` or `transfer/00000012`; anything else is a ValueError."""
        kind, _, number = text.partition("/")
        if kind in GP_KINDS and number:
            name = unquote(number)
            name.encode()  # half a character is a ValueError: nothing could be called so
            return cls(DocumentKind(kind), name=name)
        if not (number.isascii() and number.isdigit() and kind in DocumentKind and kind not in GP_KINDS):
            raise ValueError(f"not a document: {text!r}; a document is written like order/250000001")
        return cls(DocumentKind(kind), int(number))


def gp_number(prefix: str, document: DocumentId) -> str:
    """Our own number in GP, computed from the ShipBob id so that a second create can only collide, never double."""
    number = f"{prefix}{NUMBER_LETTERS[document.kind]}{document.number}"
    if len(number) > GP_NUMBER_LENGTH:
        raise ValueError(f"{number} is longer than the {GP_NUMBER_LENGTH} characters GP keeps; shorten NumberPrefix")
    return number
