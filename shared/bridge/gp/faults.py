"""What a SOAP fault of GP means: nothing there, a refusal with its reasons, or trouble of GP's own.

The legacy endpoint declares no faults. Its rule (web service reference, ff623150): where the fault's detail holds a
`Message` it is the GUID under which GP logged a validation result; without one it is a system exception. A server that
shows exceptions puts words into `Message`: those are no GUID, and so a system exception too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from bridge.gp import wire

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"

# The legacy endpoint says "absent" with a fault of this text.
ABSENT = "Business object not found."

LINES_MAX = 10
LINE_LENGTH_MAX = 300
_READ_MAX = 1_000  # of a sentence: its kind is told by its beginning, and nobody is shown more

# How GP says that somebody else has the batch or the record just now. Nobody publishes the wording: these are the words
# of GP's own windows, and too few of them costs a review, too many an endless wait.
_BUSY = re.compile(
    r"\b(is|are|has been|currently) locked\b|\bbeing posted\b|\bin use by another user\b|\bbeing edited\b",
    re.IGNORECASE,
)
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)

# What of a document is about a person, and how short a word may be to be struck out of a sentence.
_PERSONAL = ("ShipToAddress", "Comment", "CustomerName")
_WORD_MIN = 4


@dataclass(frozen=True, slots=True)
class Fault:
    """`log_id` is where GP logged its reasons for a refusal; empty for a system exception."""

    text: str
    log_id: str

    @property
    def is_absence(self) -> bool:
        return self.text.casefold().rstrip(".") == ABSENT.casefold().rstrip(".")


def read_fault(envelope: etree._Element) -> Fault | None:
    """The fault in an envelope, whatever HTTP status it came with."""
    fault = envelope.find(f"{{{SOAP}}}Body/{{{SOAP}}}Fault")
    if fault is None:
        return None
    messages = ((message.text or "").strip() for message in fault.iterfind("{*}detail//{*}Message"))
    log_id = next((text for text in messages if _GUID.fullmatch(text)), "")
    return Fault((fault.findtext("{*}faultstring") or "").strip(), log_id)


@dataclass(frozen=True, slots=True)
class Complaint:
    """One reason of a refusal: GP's sentence, the properties it is about, and GP's own word, where it has one."""

    message: str
    properties: tuple[str, ...] = ()
    id: str = ""

    @property
    def line(self) -> str:
        told = self.message or self.id
        return f"{told} ({', '.join(self.properties)})" if self.properties else told


def reasons(result: etree._Element) -> tuple[Complaint, ...]:
    """What a ValidationResult says."""
    found = wire.rows(result, "Errors/ValidationError") or wire.rows(result, "Warnings/ValidationWarning")
    complaints = (_complaint(each) for each in found)
    return tuple(complaint for complaint in complaints if complaint.line)[:LINES_MAX]


def _complaint(problem: etree._Element) -> Complaint:
    properties = [(name.text or "").strip() for name in wire.rows(problem, "PropertyNames/string")]
    message = " ".join(wire.read_text(problem, "Message")[:_READ_MAX].split())
    id_ = wire.read_text(problem, "Id")[:_READ_MAX]
    return Complaint(message, tuple(name[:_READ_MAX] for name in properties if name)[:LINES_MAX], id_)


def is_busy(lines: tuple[str, ...]) -> bool:
    """Does nothing stand against the document but somebody who has the batch or the record just now?"""
    return bool(lines) and all(_BUSY.search(line) for line in lines)


def without_persons(text: str, asked: list[etree._Element]) -> str:
    """The sentence without what was sent about a person, which GP may quote; and then no longer than a line."""
    for said in sorted(_personal(asked), key=len, reverse=True):
        pattern = r"\s+".join(map(re.escape, said.split()))
        text = re.sub(rf"(?<!\w){pattern}(?!\w)", "…", text, flags=re.IGNORECASE)
    return text[:LINE_LENGTH_MAX]


def _personal(asked: list[etree._Element]) -> set[str]:
    """What was said of a person, whole and word by word: GP may quote a part of it."""
    found = (each for argument in asked for name in _PERSONAL for each in argument.iter(f"{{{wire.GP}}}{name}"))
    texts = {str(text).strip() for each in found for text in each.itertext()}
    return {said for text in texts for said in (text, *text.split()) if len(said) >= _WORD_MIN}


def in_words(operation: str) -> str:
    """`create the sales order` of `CreateSalesOrder`."""
    verb, *rest = re.findall(r"[A-Z][a-z]+", operation)
    return f"{verb} the {' '.join(rest)}".lower()
