"""What ShipBob's answers mean that are not what was asked for. It has seven shapes for an error, and others speak for
it: Cloudflare in front, an identity server beside it. Nothing here assumes JSON.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from itertools import islice

from bridge.domain.outcome import Failure, Misconfigured, RefusalKind, Refused, Transient, UnknownOutcome
from bridge.shipbob.call import Answer, Call, Deed

OK, NO_MORE_OK = 200, 300
FOUND, SEE_OTHER = 302, 303
UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TIMED_OUT, TOO_MANY = 401, 403, 404, 408, 429
FIRST_OF_SERVER = 500

WAIT_SECONDS = 60.0  # the width of ShipBob's window, where a refusal does not say when it ends
WAIT_SECONDS_MAX = 3600.0
LINES_MAX, LINE_MAX, TEXT_MAX = 12, 300, 200
READ_MAX, SIGNS_MAX, DEPTH_MAX = 100, 4_000, 20  # sentences that are read, of each so much, and how far in

_LOGIN_PLACE = re.compile(r"login|log-in|signin|sign-in|authorize|/account/", re.IGNORECASE)
_LOGIN_PAGE = re.compile(rb"""type\s*=\s*["']?password|sign[ -]?in|log[ -]?in""", re.IGNORECASE)
_TRY_AGAIN = re.compile(rb"try again in (\d+)", re.IGNORECASE)

_HELD = frozenset({"errors", "error", "value", "results"})  # what holds an error that is told further in
_TOLD = frozenset({"message", "title", "detail", "details", "reason", "error_description"})
# A field stands before the colon of its line, `Boxes[0].BoxItems[2].LotNumber: …`.
_SIGNS = tuple(
    (kind, re.compile(sign))
    for kind, sign in (
        (RefusalKind.NUMBER_TAKEN, r"already exists and must be|reference already exists"),
        (RefusalKind.LOT_OR_SERIAL, r"^[^:\s]*lot_?(number|date): "),
        (RefusalKind.ITEM_UNKNOWN, r"^[^:\s]*(inventory_?id|sku): "),
        (RefusalKind.SITE_UNKNOWN, r"^[^:\s]*fulfillment_?center(\.id|_?id)?: "),
        (RefusalKind.QUANTITY, r"^[^:\s]*(quantity|boxes|sku_limit_exceeded): "),
        (RefusalKind.NOT_IN_WORK, r"cannot be (changed|cancell?ed)"),
    )
)
_PERSONAL = (
    re.compile(r"(?<![^\s'\"<>@])[^\s'\"<>@]*+@[^\s'\"<>]+"),  # an e-mail address
    re.compile(r"(?:\(?\d{3}\)?[ .-])?\b\d{3}[ .-]\d{4}\b"),  # a telephone number
    re.compile(  # a secret
        r"whsec_[A-Za-z0-9+/=]+|(?<![\w+/=-])(?:[\w+/=-]{40,}|(?=[A-Za-z+/_=-]*\d)[\w+/=-]{32,})", re.ASCII
    ),
)


def wants_login(answer: Answer, call: Call) -> bool:
    """ShipBob did not take the token. Its authentication layer was seen to redirect to a page for people instead.

    The page itself, where it comes as an answer, is believed of a read only: a write might be sent twice.
    """
    if answer.status == UNAUTHORIZED or _is_sent_to_login(answer):
        return True
    is_page = OK <= answer.status < NO_MORE_OK and is_html(answer.body)
    return is_page and call.deed is Deed.READ and bool(_LOGIN_PAGE.search(answer.body))


def _is_sent_to_login(answer: Answer) -> bool:
    if not NO_MORE_OK <= answer.status < 400:
        return False
    return answer.status in {FOUND, SEE_OTHER} or bool(_LOGIN_PLACE.search(answer.headers.get("location", "")))


def is_html(body: bytes) -> bool:
    """Told by its first sign: the declared type has been wrong either way."""
    return body.lstrip().startswith(b"<")


def of(answer: Answer, call: Call) -> Failure | None:
    """The failure that an answer means; None for what was asked for, and for a 404 that says there is no such thing."""
    status = answer.status
    if OK <= status < NO_MORE_OK:
        return _of_success(answer, call)
    if NO_MORE_OK <= status < 400 or status in {UNAUTHORIZED, FORBIDDEN}:
        return _of_token(answer, call)
    if 400 <= status < FIRST_OF_SERVER:
        return _of_request(answer, call)
    why = f"ShipBob is failing ({status})"
    return UnknownOutcome(why) if call.deed is Deed.CREATE else Transient(why, _asked_wait(answer) or dt.timedelta())


def _of_success(answer: Answer, call: Call) -> Failure | None:
    if is_html(answer.body):
        return call.unread(f"ShipBob's answer is a page for people ({answer.status})")
    if call.deed is Deed.READ or not _says_no(answer.body):
        return None
    return _refusal(answer, call)


def _refusal(answer: Answer, call: Call) -> Refused:
    told = evidence(answer.body)
    return Refused(f"ShipBob refuses {call.noun} ({answer.status})", told, kind_of(told))


def kind_of(told: tuple[str, ...]) -> RefusalKind:
    """What ShipBob says no to, by the fields that its answer names and its sentences; `OTHER` if neither tells."""
    lines = [line.casefold() for line in told]
    return next((kind for kind, sign in _SIGNS if any(sign.search(line) for line in lines)), RefusalKind.OTHER)


def _says_no(body: bytes) -> bool:
    """Failures were seen to arrive as 200 with `is_success` false."""
    told = _json(body)
    return isinstance(told, dict) and False in (told.get("is_success"), told.get("isSuccess"))


def _of_token(answer: Answer, call: Call) -> Failure:
    if answer.status == FORBIDDEN:
        text = f"ShipBob lets this token not come near {call.noun} (403): it needs the scope {call.scope}."
        return Misconfigured(f"{text} A token made before ShipBob had a feature lacks its scope: make a new one")
    if answer.status == UNAUTHORIZED or _is_sent_to_login(answer):
        text = f"ShipBob does not accept the token ({answer.status}): put a new one into the ShipBob secret"
        return Misconfigured(f"{text}, with the scope {call.scope}")
    return Misconfigured(f"ShipBob is elsewhere ({answer.status}): look at ShipBobApiUrl")


def _of_request(answer: Answer, call: Call) -> Failure | None:
    status = answer.status
    if status == TOO_MANY:
        return too_many(answer)
    if status == TIMED_OUT or is_html(answer.body):
        return Transient(f"something in front of ShipBob answers ({status}): look at ShipBobApiUrl if it goes on")
    if status == NOT_FOUND and call.may_be_of_nothing:
        return None
    return _refusal(answer, call)


def too_many(answer: Answer) -> Transient:
    """Over the limit: nothing was done. `after` is how long to wait, by whichever name ShipBob tells it."""
    return Transient("ShipBob is busy (429)", _asked_wait(answer) or dt.timedelta(seconds=WAIT_SECONDS))


def _asked_wait(answer: Answer) -> dt.timedelta | None:
    """Its rate-limit page names one header, clients have read another, and the text of the refusal says it, too."""
    found = _TRY_AGAIN.search(answer.body)
    told = [answer.headers.get(name, "") for name in ("x-retry-after", "retry-after")]
    for text in (*told, found[1].decode() if found else ""):
        try:
            seconds = float(text)
        except ValueError:
            continue  # a date, or nothing
        if seconds >= 0:
            return dt.timedelta(seconds=min(max(seconds, 1.0), WAIT_SECONDS_MAX))
    return None


def evidence(body: bytes) -> tuple[str, ...]:
    """ShipBob's own words in whatever shape they came, without what may be personal or secret."""
    told = _json(body)
    if told is None:
        return (_unparsed(body),) if body.strip() else ()
    lines = dict.fromkeys(_shown(line, LINE_MAX) for line in islice(_lines(told, DEPTH_MAX), READ_MAX))
    return tuple(line for line in lines if line)[:LINES_MAX]


def _lines(told: object, depth: int) -> Iterator[str]:
    """Sentences only where an error shape has them: what is echoed of a request is passed over."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, list) and depth:
        for each in told:
            yield from _lines(each, depth - 1)
    elif isinstance(told, dict) and depth:
        code = told.get("code")
        for name, held in told.items():
            yield from _of_field(str(name), held, str(code) if code and isinstance(code, str | int) else "", depth - 1)


def _of_field(name: str, held: object, code: str, depth: int) -> Iterator[str]:
    if name.casefold() in _HELD:
        yield from _lines(held, depth)
    elif name.casefold() in _TOLD and isinstance(held, str):
        yield f"{code}: {held}" if code and name == "message" else held
    elif isinstance(held, list):
        for text in held:
            if isinstance(text, str):
                yield f"{name}: {text}" if name else text


def _unparsed(body: bytes) -> str:
    text = body.decode(errors="replace")
    if is_html(body) or not text.isprintable():
        return f"a text of {len(body)} bytes"
    return _shown(text, TEXT_MAX)


def _shown(text: str, most: int) -> str:
    if len(text) > SIGNS_MAX:
        text = text[:SIGNS_MAX].rpartition(" ")[0] + " …"  # a secret that is cut in two is not known for one
    text = " ".join(text.split())
    for personal in _PERSONAL:
        text = personal.sub("…", text)
    return "".join(sign for sign in text if sign.isprintable())[:most]


def _json(body: bytes) -> object:
    """None for what is no JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
