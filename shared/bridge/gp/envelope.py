"""One call of GP's legacy SOAP endpoint: SOAP 1.1, document/literal wrapped, one POST, and what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from lxml import etree

from bridge.domain.company import Company
from bridge.domain.outcome import (
    Failure,
    Misconfigured,
    RefusalKind,
    Refused,
    Transient,
    UnknownOutcome,
    Withheld,
)
from bridge.gp import faults, refusals, wire
from bridge.gp.company import read_companies
from bridge.gp.ending import Reply, answered
from bridge.gp.faults import SOAP, Complaint, Fault
from bridge.gp.wire import DYN, GP, NAMES, TYPE, Content

LOGIN_SECONDS = 20
READ_SECONDS = 45
WRITE_SECONDS = 60  # nobody publishes how long CreateSalesOrder takes; seconds are usual, and batches make it worse

COMPANIES = "GetWSEnabledCompanyForUserList"
VALIDATION_RESULT = "GetLoggedValidationResultByKey"
_OF_THE_SYSTEM = frozenset({COMPANIES})  # asked of GP's system database: no company has a part in it


class Carrier(Protocol):
    """What carries a body to GP and an answer back: `transport.Transport`."""

    @property
    def server_time(self) -> dt.datetime | None: ...
    @property
    def keeps_login(self) -> bool: ...
    @property
    def is_dry(self) -> bool: ...

    def login(self, seconds: float) -> Reply: ...
    def post(self, body: bytes, headers: dict[str, str], seconds: float) -> Reply: ...
    def close(self) -> None: ...


class _Absent(Exception):
    """GP has no such thing."""


class Endpoint:
    """GP's operations by their names, for one company. Every failure is one of ours."""

    def __init__(self, carrier: Carrier, company: int) -> None:
        self._carrier = carrier
        self._company = company
        self._suspects_company = True

    def login(self) -> None:
        """Log in, unless the connection still is."""
        answered(self._carrier.login(LOGIN_SECONDS), is_write=False)

    def read[T](
        self, operation: str, arguments: Mapping[str, Content], reader: Callable[[etree._Element], T]
    ) -> T | None:
        """What `reader` makes of the operation's result; None when GP has no such thing, in whatever way it says so.

        `reader` raises ValueError or ArithmeticError for what it cannot read.
        """
        with writable():
            asked = [wire.element(name, content) for name, content in arguments.items()]
        try:
            response = self._call(operation, asked, is_write=False)
        except _Absent:
            return None
        result = response.find(f"{{{GP}}}{operation}Result")
        if result is None or wire.is_nil(result) or not len(result):
            return None
        try:
            return reader(result)
        except (ValueError, ArithmeticError):
            raise _unreadable(is_write=False) from None  # the cause may quote a value, and that may be personal

    def write(self, operation: str, argument: etree._Element, policy: etree._Element) -> None:
        """Carry out an operation that changes GP. Its answer is empty: its coming is the confirmation."""
        try:
            self._call(operation, [argument], policy, is_write=True)
        except _Absent as failure:
            text = f"GP cannot {faults.in_words(operation)}: it has none of that number"
            raise Refused(text, kind=RefusalKind.NOT_IN_WORK) from failure

    def companies(self) -> tuple[Company, ...]:
        """The companies that the Windows account may reach."""
        return self.read(COMPANIES, {}, read_companies) or ()

    def wrong_company(self) -> Misconfigured | None:
        """Ask GP for its companies: what is wrong when ours is not among them."""
        return self._wrong(self.companies())

    def _wrong(self, found: tuple[Company, ...]) -> Misconfigured | None:
        if any(company.id == self._company for company in found):
            return None
        enabled = ", ".join(f"{company.id} ({company.name})" for company in found) or "none"
        return Misconfigured(f"GP company {self._company} is not enabled for this Windows login; enabled: {enabled}")

    def _call(
        self, operation: str, arguments: list[etree._Element], policy: etree._Element | None = None, *, is_write: bool
    ) -> etree._Element:
        body = self._envelope(operation, arguments, policy)
        if is_write and self._carrier.is_dry:
            raise Withheld(body, operation)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{GP}/{operation}"'}
        reply = self._carrier.post(body, headers, WRITE_SECONDS if is_write else READ_SECONDS)
        answer = _parsed(answered(reply, is_write=is_write), is_write=is_write)
        fault = faults.read_fault(answer)
        if fault is not None:
            raise self._meaning(fault, operation, arguments, is_write=is_write)
        response = answer.find(f"{{{SOAP}}}Body/{{{GP}}}{operation}Response")
        if response is None or reply.status != 200:
            raise _unreadable(is_write=is_write)
        return response

    def _envelope(self, operation: str, arguments: list[etree._Element], policy: etree._Element | None) -> bytes:
        envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
        body = etree.SubElement(envelope, f"{{{SOAP}}}Body")
        call = etree.SubElement(body, f"{{{GP}}}{operation}", nsmap=NAMES)  # type: ignore[arg-type] # the stubs know no default namespace
        call.extend(arguments)
        call.append(self._context(operation))
        if policy is not None:
            call.append(policy)
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def _context(self, operation: str) -> etree._Element:
        """Which company, and in which currency amounts are given."""
        context = wire.element("context", [])
        if operation not in _OF_THE_SYSTEM:
            company = etree.SubElement(context, f"{{{DYN}}}OrganizationKey")
            company.set(TYPE, "dyn:CompanyKey")
            etree.SubElement(company, f"{{{DYN}}}Id").text = str(self._company)
        etree.SubElement(context, f"{{{DYN}}}CurrencyType").text = "Transactional"
        return context

    def _meaning(
        self, fault: Fault, operation: str, asked: list[etree._Element], *, is_write: bool
    ) -> Failure | _Absent:
        if fault.is_absence:
            return _Absent(fault.text)
        if fault.log_id:
            return self._refusal(fault, operation, asked)
        if operation not in _OF_THE_SYSTEM and (wrong := self._suspected_company()) is not None:
            return wrong  # then GP has executed nothing
        text = f"GP reports a system exception: {faults.without_persons(fault.text, asked)}"
        # It may come from before or after the commit.
        return UnknownOutcome(text) if is_write else Transient(text)

    def _suspected_company(self) -> Misconfigured | None:
        """A frequent cause of system exceptions, looked into once: again only until a person has repaired it."""
        if not self._suspects_company:
            return None
        try:
            # A list without any company is GP's trouble, and proves nothing about ours.
            found = self.companies()
            wrong = self._wrong(found) if found else None
        except Failure:
            wrong = None
        self._suspects_company = wrong is not None
        return wrong

    def _refusal(self, fault: Fault, operation: str, asked: list[etree._Element]) -> Failure:
        """A refusal in GP's own sentences. One without them is still a refusal."""
        refused = f"GP refuses to {faults.in_words(operation)}"
        complaints = self._reasons(fault.log_id) if operation != VALIDATION_RESULT else ()
        if not complaints:
            where = f"GP's exception log has it under {fault.log_id}"
            return Refused(f"{refused}: {where}", (where,))
        evidence = tuple(faults.without_persons(complaint.line, asked) for complaint in complaints)
        if faults.is_busy(tuple(complaint.line for complaint in complaints)):
            return Transient(f"{refused} just now: {evidence[0]}", is_answer=True)
        return Refused(f"{refused}: {evidence[0]}", evidence, refusals.kind_of(complaints))

    def _reasons(self, log_id: str) -> tuple[Complaint, ...]:
        try:
            return self.read(VALIDATION_RESULT, {"logId": log_id}, faults.reasons) or ()
        except Failure:
            return ()


@contextmanager
def writable() -> Iterator[None]:
    """Whoever builds elements may meet text that XML cannot hold, or an image that is none."""
    try:
        yield
    except ValueError:
        raise Refused("GP's interface cannot carry the document as it is") from None


def _parsed(reply: Reply, *, is_write: bool) -> etree._Element:
    try:
        return wire.parse(reply.body)
    except ValueError:
        raise _unreadable(is_write=is_write) from None


def _unreadable(*, is_write: bool) -> Failure:
    text = "GP's answer is not the SOAP message that was asked for"
    return UnknownOutcome(text) if is_write else Transient(text)
