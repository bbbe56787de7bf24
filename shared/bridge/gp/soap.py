"""GP's sales orders over the legacy SOAP endpoint: SOAP 1.1, document/literal wrapped, one POST a call."""

from __future__ import annotations

from lxml import etree

from bridge.domain.outcome import Misconfigured, Refused, Transient, UnknownOutcome
from bridge.domain.sales_order import SalesOrder, ShipmentUpdate
from bridge.gp import wire
from bridge.gp.transport import Ending, Reply, Transport
from bridge.gp.wire import GP, XSI

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
DYN = "http://schemas.microsoft.com/dynamics/2006/01"

LOGIN_SECONDS = 20
READ_SECONDS = 45
WRITE_SECONDS = 60  # nobody publishes how long CreateSalesOrder takes; seconds are usual, and batches make it worse
LINES_OF_A_REFUSAL = 10

# What a live client sends as policy is its key; GP then applies the options set in its own policy window.
CREATE_POLICY = "4d060bdc-fa1e-4ea1-9e89-e1d19a5cb2ce"
UPDATE_POLICY = "150401c6-7467-4853-9146-236fc5fa7bf8"

NAMES: dict[str | None, str] = {None: GP, "dyn": DYN, "xsi": XSI}

VALIDATION_RESULT = "GetLoggedValidationResultByKey"

# The legacy endpoint says "absent" with a fault of this text.
ABSENT = "Business object not found."


class SoapGp:
    """The port to GP over SOAP, for one company."""

    def __init__(self, transport: Transport, company: int) -> None:
        self._transport = transport
        self._company = company

    def login(self) -> None:
        """Log in before a write, so that a refused login or a lost handshake is never a lost write."""
        _understood(self._transport.login(LOGIN_SECONDS), is_write=False)

    def sales_order(self, number: str) -> SalesOrder | None:
        """The order in Work or History; None when GP has no such number."""
        try:
            result = self._call("GetSalesOrderByKey", [wire.element("key", {"Id": number})])
        except _Absent:
            return None
        found = result.find(f"{{{GP}}}GetSalesOrderByKeyResult")
        if found is None or found.get(wire.NIL) == "true" or not len(found):
            return None
        try:
            return wire.read_sales_order(found)
        except (ValueError, ArithmeticError) as failure:
            raise _unreadable(is_write=False) from failure

    def create_sales_order(self, order: SalesOrder) -> None:
        """Create under the order's own number. GP's answer is empty: its coming is the confirmation."""
        try:
            written = wire.write_sales_order(order)
        except ValueError as failure:
            raise Refused("The order holds characters that GP's interface cannot carry") from failure
        self._call("CreateSalesOrder", [written], CREATE_POLICY)

    def update_sales_order(self, present: SalesOrder, update: ShipmentUpdate) -> None:
        """Write onto the order as it was read. GP has no version check: the last writer wins."""
        self._call("UpdateSalesOrder", [wire.write_shipment_update(present, update)], UPDATE_POLICY)

    def _call(self, operation: str, arguments: list[etree._Element], policy: str = "") -> etree._Element:
        is_write = bool(policy)
        body = self._envelope(operation, arguments, policy)
        headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{GP}/{operation}"'}
        reply = self._transport.post(body, headers, WRITE_SECONDS if is_write else READ_SECONDS)
        answer = _read(_understood(reply, is_write=is_write), is_write=is_write)
        if reply.status == 500:
            raise self._fault(operation, answer, is_write=is_write)
        response = answer.find(f"{{{SOAP}}}Body/{{{GP}}}{operation}Response")
        if response is None:
            raise _unreadable(is_write=is_write)
        return response

    def _envelope(self, operation: str, arguments: list[etree._Element], policy: str) -> bytes:
        call = etree.Element(f"{{{GP}}}{operation}", nsmap=NAMES)  # type: ignore[arg-type] # the stubs know no default namespace
        call.extend(arguments)
        call.append(self._context())
        if policy:
            call.append(wire.element("policy", {"Key": {"Id": policy}}))
        envelope = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soap": SOAP})
        etree.SubElement(envelope, f"{{{SOAP}}}Body").append(call)
        return etree.tostring(envelope, xml_declaration=True, encoding="utf-8")

    def _context(self) -> etree._Element:
        """Which company, and in which currency amounts are given."""
        context = wire.element("context", [])
        company = etree.SubElement(context, f"{{{DYN}}}OrganizationKey")
        company.set(f"{{{XSI}}}type", "dyn:CompanyKey")
        etree.SubElement(company, f"{{{DYN}}}Id").text = str(self._company)
        etree.SubElement(context, f"{{{DYN}}}CurrencyType").text = "Transactional"
        return context

    def _fault(self, operation: str, answer: etree._Element, *, is_write: bool) -> Exception:
        """A fault with a log id is a validation result that can be fetched; one without is GP's own trouble."""
        text = answer.findtext(f"{{{SOAP}}}Body/{{{SOAP}}}Fault/faultstring") or ""
        if text.strip() == ABSENT:
            return _Absent(text)
        log_id = answer.findtext(f"{{{SOAP}}}Body/{{{SOAP}}}Fault/detail//{{*}}Message")
        if log_id is not None:
            words = text.strip() or "GP refused the document"
            return Refused(words, self._evidence(log_id.strip()) if operation != VALIDATION_RESULT else ())
        if is_write:
            # A system exception may come from before or after the commit.
            return UnknownOutcome("GP reported a system exception while writing")
        return Transient("GP reported a system exception")

    def _evidence(self, log_id: str) -> tuple[str, ...]:
        """What GP logged under that id, as its own sentences. A refusal without them is still a refusal."""
        try:
            result = self._call(VALIDATION_RESULT, [wire.element("logId", log_id)])
        except (_Absent, Refused, Transient, Misconfigured):
            return (f"GP's exception log has it under {log_id}",)
        errors = result.iterfind(f".//{{{GP}}}ValidationError")
        return tuple(wire.read_text(error, "Message") for error in errors)[:LINES_OF_A_REFUSAL]


class _Absent(Exception):
    """GP has no such document."""


def _understood(reply: Reply, *, is_write: bool) -> Reply:
    """The reply, if GP answered; otherwise what its absence means."""
    match reply.ending:
        case Ending.ANSWERED:
            return reply
        case Ending.REJECTED_LOGIN | Ending.MISCONFIGURED:
            raise Misconfigured(reply.why)
        case Ending.UNKNOWN if is_write:
            raise UnknownOutcome(reply.why)
        case _:
            raise Transient(reply.why)


def _read(reply: Reply, *, is_write: bool) -> etree._Element:
    try:
        return wire.parse(reply.body)
    except (etree.XMLSyntaxError, ValueError) as failure:
        raise _unreadable(is_write=is_write) from failure


def _unreadable(*, is_write: bool) -> Exception:
    text = "GP's answer is not the SOAP message that was asked for"
    return UnknownOutcome(text) if is_write else Transient(text)
