"""Whatever answers at GP's address, nothing but one of our failures leaves the port, and no doubt is called safety."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from bridge.domain.outcome import Failure, Misconfigured, Refused, Transient, UnknownOutcome
from bridge.domain.sales_document import SalesUpdate
from bridge.gp.soap import SoapGp

from local.gp import GpSimulator
from tests.contract.gp_bodies import GP
from tests.contract.gp_carrier import LOG_ID
from tests.contract.gp_port import (
    COMPANY,
    NUMBER,
    Deed,
    an_order,
    envelope,
    found,
    port,
    refusal,
    says,
    stranger,
    transport_to,
)

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><b>&d;</b>'
)
FILE = '<?xml version="1.0"?><!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/hostname">]><f>&x;</f>'
LINE = "<Lines><SalesOrderLine><Key><LineSequenceNumber>{}</LineSequenceNumber></Key></SalesOrderLine></Lines>"
IMAGE = f'<Result xmlns="{GP}"><Key><Id>SB1</Id></Key></Result>'.encode()
TWO = "<Quantity><Value>two</Value></Quantity>"
DATED = "<Key><Id>SB1</Id></Key><Date>2026-11-16T00:00:00</Date>"


def closes(handler: BaseHTTPRequestHandler) -> None:
    """Not a byte comes back."""
    handler.close_connection = True


def breaks_off(handler: BaseHTTPRequestHandler) -> None:
    """Content-Length says more than comes."""
    says(200, found(DATED)[:60], Content_Length="900")(handler)
    handler.close_connection = True


def breaks_tls(handler: BaseHTTPRequestHandler) -> None:
    """Bytes that belong to no TLS record, once the request has been read."""
    os.write(handler.connection.fileno(), b"HTTP/1.1 200 OK\r\n\r\n")
    handler.close_connection = True


# Nothing that can be believed: was it done, or not?
DOUBTFUL: dict[str, Deed] = {
    "not XML": says(200, "<not <xml"),
    "an entity bomb": says(200, BOMB),
    "an entity that reads a file": says(200, FILE),
    "a document type": says(200, found(DATED).replace("?>", "?><!DOCTYPE s>", 1)),
    "HTML": says(200, "<html><body>Service unavailable<br></body></html>", Content_Type="text/html"),
    "another SOAP answer": says(200, envelope("<OtherResponse/>")),
    "an XML that is not SOAP": says(200, "<a/>"),
    "nothing": says(200, b""),
    "another encoding than it says": says(200, b'<?xml version="1.0" encoding="utf-8"?><a>\xff\xfe</a>'),
    "gzip that is none": says(200, b"plain", Content_Encoding="gzip"),
    "a zip bomb": says(200, gzip.compress(bytes(30_000_000)), Content_Encoding="gzip"),
    "a giant": says(200, b"<a>" + b"a" * 20_000_001),
    "a deep nest": says(200, b"<a>" * 100_000),
    "HTML as an error": says(500, "<html><body>Runtime Error</body></html>", Content_Type="text/html"),
    "an error without a body": says(500, b""),
    "a fault without a log id": says(500, envelope("<s:Fault><faultstring>Timeout</faultstring><detail/></s:Fault>")),
    "a fault that says 200": says(200, envelope("<s:Fault><faultstring>Timeout</faultstring></s:Fault>")),
    "a gateway that gave up": says(504, b""),
    "a bad gateway": says(502, b""),
    "503": says(503, b""),
    "429": says(429, b""),
    "a status nobody knows": says(799, b""),
    "no reply": closes,
    "half a reply": breaks_off,
}
CLEAR: dict[str, Deed] = {
    "a redirect": says(302, b"", Location="https://elsewhere.example.com/"),
    "forbidden": says(403, b""),
    "not found": says(404, b""),
    "401 without NTLM": says(401, b""),
    "401 with Basic only": says(401, b"", WWW_Authenticate='Basic realm="gp"'),
}


def soap_of(url: str, bundle: Path) -> SoapGp:
    return SoapGp(transport_to(url, bundle), COMPANY)


def read(soap: SoapGp) -> None:
    soap.sales_order(NUMBER)


def create(soap: SoapGp) -> None:
    soap.create_sales_order(an_order())


def update(soap: SoapGp) -> None:
    soap.update_sales_order(an_order(image=IMAGE), SalesUpdate(added_tracking=("1Z1",)))


WRITES: list[Callable[[SoapGp], None]] = [create, update]


@pytest.mark.parametrize("deed", DOUBTFUL.values(), ids=DOUBTFUL)
@pytest.mark.parametrize("write", WRITES)
def test_a_write_without_an_answer_to_believe_is_unknown(
    folder: Path, deed: Deed, write: Callable[[SoapGp], None]
) -> None:
    with stranger(folder, deed) as met:
        soap = soap_of(met.url, met.bundle)
        soap.login()
        with pytest.raises(UnknownOutcome):
            write(soap)


@pytest.mark.parametrize("deed", DOUBTFUL.values(), ids=DOUBTFUL)
def test_a_read_without_an_answer_to_believe_is_tried_again_later(folder: Path, deed: Deed) -> None:
    with stranger(folder, deed) as met, pytest.raises(Transient):
        read(soap_of(met.url, met.bundle))


@pytest.mark.parametrize("deed", CLEAR.values(), ids=CLEAR)
@pytest.mark.parametrize("call", [SoapGp.login, read, create, update])
def test_a_server_that_lets_nobody_in_is_the_operators_to_repair(
    folder: Path, deed: Deed, call: Callable[[SoapGp], None]
) -> None:
    with stranger(folder, deed, everywhere=True) as met, pytest.raises(Misconfigured):
        call(soap_of(met.url, met.bundle))


def test_a_write_after_which_tls_breaks_is_unknown(folder: Path) -> None:
    with stranger(folder, breaks_tls) as met:
        soap = soap_of(met.url, met.bundle)
        soap.login()
        with pytest.raises(UnknownOutcome):
            create(soap)
        assert len(met.posts) == 1, "it was received whole"


UNUSABLE = {
    "a line number that is none": DATED + LINE.format("first"),
    "no line number": DATED + LINE.format(""),
    "a quantity that is none": DATED
    + LINE.format("1").replace("</Key>", "</Key><Quantity><Value>two</Value></Quantity>"),
    "a date that is none": DATED.replace("2026-11-16", "16.11.2026"),
    "a state nobody knows": DATED + "<TransactionState>Archive</TransactionState>",
    "an amount that is none": DATED + "<FreightAmount><Value>USD 5</Value></FreightAmount>",
}


@pytest.mark.parametrize("inner", UNUSABLE.values(), ids=UNUSABLE)
def test_an_order_that_cannot_be_read_is_one_of_our_failures(folder: Path, inner: str) -> None:
    with stranger(folder, says(200, found(inner))) as met, pytest.raises(Failure):
        read(soap_of(met.url, met.bundle))


def test_an_order_without_a_date_is_one_of_our_failures(folder: Path) -> None:
    with stranger(folder, says(200, found("<Key><Id>SB1</Id></Key>"))) as met, pytest.raises(Failure):
        read(soap_of(met.url, met.bundle))


def test_an_empty_result_is_absence(folder: Path) -> None:
    with stranger(folder, says(200, found(""))) as met:
        assert soap_of(met.url, met.bundle).sales_order(NUMBER) is None


def test_a_refusal_whose_reasons_gp_refuses_to_tell_is_asked_for_once(folder: Path) -> None:
    with stranger(folder, says(500, refusal(LOG_ID))) as met:
        with pytest.raises(Refused, match="create the sales order"):
            create(soap_of(met.url, met.bundle))
        assert len(met.posts) == 2


def test_a_refusal_whose_reasons_get_lost_is_still_a_refusal(folder: Path) -> None:
    def deed(handler: BaseHTTPRequestHandler) -> None:
        if "CreateSalesOrder" in handler.headers["SOAPAction"]:
            says(500, refusal(LOG_ID))(handler)
        else:
            closes(handler)

    with stranger(folder, deed) as met, pytest.raises(Refused) as refused:
        create(soap_of(met.url, met.bundle))

    assert refused.value.evidence == (f"GP's exception log has it under {LOG_ID}",)


def test_an_element_of_a_later_gp_is_given_back_as_it_came(folder: Path) -> None:
    """A company updates its GP, and its orders come with one element more."""
    image = IMAGE.replace(b"</Key>", b"</Key><Later>1</Later>")
    with stranger(folder, says(200, envelope(f'<UpdateSalesOrderResponse xmlns="{GP}"/>'))) as met:
        soap = soap_of(met.url, met.bundle)
        soap.update_sales_order(an_order(image=image), SalesUpdate(added_tracking=("1Z1",)))

    assert b"<Later>1</Later>" in met.posts[0]


@pytest.mark.parametrize("text", ["a\x00b", "a\x01b", "a\ufffeb"])
def test_text_that_xml_cannot_hold_is_one_of_our_failures(gp: GpSimulator, text: str) -> None:
    with port(gp) as soap, pytest.raises(Failure):
        soap.create_sales_order(an_order(comment=text))
