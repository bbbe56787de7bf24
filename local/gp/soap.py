"""The SOAP face: SOAP 1.1 by POST, and a help page by GET."""

from __future__ import annotations

from functools import partial

from local.gp.books import Books
from local.gp.faces import Answer, Begin, Call, Face, Request
from local.gp.faults import ContractBreak
from local.gp.operations import execute
from local.gp.reading import operation_named, read_request
from local.gp.writing import fault

PATH = "/DynamicsGPWebServices/DynamicsGPService.asmx"
_XML = "text/xml; charset=utf-8"
_HTML = "text/html; charset=utf-8"
_HELP_PAGE = b"<html><head><title>Dynamics GP Web Services</title></head><body>Dynamics GP Web Services</body></html>"


def soap_face(books: Books, *, help_status: int = 200, anonymous_help: bool = False) -> Face:
    """The service over these books.

    `help_status` 400 or 405 is what WCF answers a GET with its help page switched off; `anonymous_help` shows the page
    without a login, as a site does that allows anonymous reading.
    """

    def face(request: Request) -> Call:
        if request.method == "GET":
            page = Answer(help_status, _HELP_PAGE if help_status == 200 else b"", _HTML)
            return Call("", lambda _: page, is_open=anonymous_help)
        if request.method != "POST":
            return Call("", lambda _: Answer(405))
        operation = operation_named(request.headers.get("soapaction")) or "(unnamed)"
        return Call(operation, partial(_post, books, operation, request))

    return face


def _post(books: Books, operation: str, request: Request, begin: Begin) -> Answer:
    if request.headers.get("content-type", "").replace(" ", "").lower() != "text/xml;charset=utf-8":
        return Answer(415)
    try:
        asked = read_request(request.body, request.headers.get("soapaction"))
    except ContractBreak as problem:
        books.write_log(operation, str(problem), request.body, ())
        return Answer(500, fault(str(problem)), _XML)
    begin()
    status, envelope = execute(books, asked, request.body)
    return Answer(status, envelope, _XML)
