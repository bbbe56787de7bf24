"""What GP says no to, told from its complaints: by its own word for each, the properties it is about, and its sentence.

The properties are those of the service's contract. Words and sentences nobody publishes: what is recognised here are
the terms of GP's windows and of Microsoft's references for the web services and for eConnect, on which they stand,
wherever they stand in a sentence. What is not recognised is `OTHER`, which is never tried again before its day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bridge.domain.outcome import RefusalKind as Kind
from bridge.gp.faults import Complaint

_MISSING = r"does(n't| not) exist|not found|not set up|unknown|invalid|is missing|not valid|no such"
_SITE = r"site|warehouse|location"

# The first that fits: all of its patterns are somewhere in the complaint.
_SIGNS: tuple[tuple[Kind, tuple[str, ...]], ...] = (
    (Kind.CREDIT_LIMIT, ("credit limit|over the limit|exceeds? .*credit",)),
    (Kind.CUSTOMER_ON_HOLD, ("customer", "on hold")),
    (Kind.CUSTOMER_INACTIVE, ("customer", "inactive|not active")),
    (Kind.ITEM_NOT_STOCKED, ("not inventoried|not (an )?inventory item",)),
    (Kind.ITEM_NOT_AT_SITE, ("item", _SITE, f"not assigned|at site|{_MISSING}")),
    (Kind.ITEM_INACTIVE, ("item", "inactive|discontinued")),
    (Kind.UNIT_OF_MEASURE, (r"units? of measure|\bu ?of ?m\b",)),
    (Kind.SHORTAGE, ("shortage|insufficient|not enough|quantity available|are available",)),
    (Kind.LOT_OR_SERIAL, (r"\b(lots?|serials?) numbers?|\b(lots|serials)\b|not tracked by",)),
    (Kind.CLOSED_PERIOD, ("period", f"closed|not open|{_MISSING}")),
    (Kind.DOCUMENT_TYPE, ("document type|document id|doc id",)),
    (Kind.SHIPPING_METHOD, ("shipping method",)),
    (Kind.PROCESS_HOLD, (r"process hold|\bholds?\b", _MISSING)),
    (Kind.ACCOUNT, (r"\baccount\b",)),
    (Kind.DEPOSIT, ("deposit",)),
    (Kind.NUMBER_TAKEN, ("already exists|duplicate document",)),
    (Kind.NOT_IN_WORK, ("in history|not in work|posted|voided",)),
    (Kind.CURRENCY, ("currency|company keeps its books in",)),
    (Kind.CUSTOMER_UNKNOWN, ("customer", _MISSING)),
    (Kind.ITEM_UNKNOWN, (r"\bitem\b", _MISSING)),
    (Kind.SITE_UNKNOWN, (_SITE, _MISSING)),
    (Kind.BATCH, (r"\bbatch\b",)),
    (Kind.QUANTITY, (r"\bquantity\b",)),
    (Kind.AMOUNT, (r"\b(amount|total|price|cost)\b",)),
)
_READ = tuple((kind, tuple(re.compile(sign) for sign in signs)) for kind, signs in _SIGNS)

# What a complaint names is a person's own choice of letters: an item may be called LOT-5, a site 'ON HOLD'.
_NAMED = re.compile(r"(?<!\w)'[^']*'(?!\w)|\"[^\"]*\"|(?<![\w-])(?=[^\sa-z]*[A-Z0-9])[^\sa-z]{2,}(?![\w-])")
_SEAM = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def kind_of(complaints: Iterable[Complaint]) -> Kind:
    """The kind of the first complaint that is recognised, `OTHER` where none is."""
    return next((kind for kind in map(_kind, complaints) if kind is not Kind.OTHER), Kind.OTHER)


def _kind(complaint: Complaint) -> Kind:
    about = " ".join([complaint.id, *complaint.properties]).replace("UofM", " uofm ")
    message = complaint.message
    said = message if message.isupper() else _NAMED.sub("…", message)
    told = f"{_SEAM.sub(' ', about)} {said}".casefold()
    return next((kind for kind, signs in _READ if all(sign.search(told) for sign in signs)), Kind.OTHER)
