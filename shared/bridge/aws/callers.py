"""Who asks the function `operate` for something. Lambda does not tell; AWS's own token service (STS) does.

The caller signs a request that asks STS who they are, and hands it over instead of sending it: whoever holds it can
learn the caller's name by it, and nothing else. The function sends it. Two signed headers bind it to this function and
to this one command, so that it proves nothing elsewhere, and its time is a minute. AWS's own EKS knows callers so.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.exceptions import BotoCoreError, HTTPClientError
from botocore.httpsession import URLLib3Session

from bridge.domain.outcome import NotAuthentic, Transient

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials

FUNCTION_HEADER, COMMAND_HEADER = "x-gp-shipbob-function", "x-gp-shipbob-command"
VERSION = 1  # of the form in which a command is handed over and answered
LIFE = dt.timedelta(minutes=1)
CLOCKS_DIFFER = dt.timedelta(seconds=30)  # a laptop's, that is, from Lambda's
PROOF_LENGTH_MAX = 8_192  # a session's token is about 1,000 characters, and may be more
TIMEOUTS = (2, 5)  # seconds to connect, and to hear
STAMP = "%Y%m%dT%H%M%SZ"
ASKED = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
FIXED = {
    **ASKED,
    "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
    "X-Amz-SignedHeaders": f"host;{COMMAND_HEADER};{FUNCTION_HEADER}",
    "X-Amz-Expires": str(int(LIFE.total_seconds())),
}
GIVEN = frozenset({"X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"})
OF_A_SESSION = "X-Amz-Security-Token"
ARN = re.compile(r"<Arn>(arn:[a-z-]+:(?:iam|sts)::(\d{12}):[^<\s]+)</Arn>")


def digest(command: Sequence[str], text: str) -> str:
    """What a command is signed by: its words, and the text that goes with it."""
    return hashlib.sha256(json.dumps([list(command), text]).encode()).hexdigest()


def proof(credentials: ReadOnlyCredentials, region: str, endpoint: str, function: str, command: str) -> str:
    """A request, signed and not sent, that tells STS who the caller is. `function` is an ARN, `command` a digest."""
    request = AWSRequest("GET", f"{endpoint}/?{urlencode(ASKED)}", headers=_headers(function, command))
    SigV4QueryAuth(credentials, "sts", region, expires=int(LIFE.total_seconds())).add_auth(request)
    return str(request.url)


def _headers(function: str, command: str) -> dict[str, str]:
    return {FUNCTION_HEADER: function, COMMAND_HEADER: command}


class Callers:
    """STS, at its one address: a proof that names another is not sent anywhere."""

    def __init__(self, endpoint: str, now: Callable[[], dt.datetime]) -> None:
        self._endpoint = endpoint.rstrip("/")
        self._now = now
        # It follows no redirects, tries once, and takes a pair of timeouts, whatever its types say.
        self._session = URLLib3Session(timeout=TIMEOUTS)  # type: ignore[arg-type]

    def name(self, given: object, *, function: str, command: str) -> str:
        """The caller's ARN by STS; `NotAuthentic` says why nobody is believed, `Transient` that STS is away."""
        fields = self._fields(given)
        query = urlencode(fields, quote_via=quote, safe="-_.~")
        request = AWSRequest("GET", f"{self._endpoint}/?{query}", headers=_headers(function, command))
        try:
            answer = self._session.send(request.prepare())
            text = answer.content.decode(errors="replace")
        except (BotoCoreError, HTTPClientError) as failure:
            raise Transient(f"STS cannot be asked who calls ({type(failure).__name__})") from failure
        if answer.status_code >= 500:
            raise Transient(f"STS answers {answer.status_code}")
        found = ARN.search(text) if answer.status_code == 200 else None
        if found is None:
            raise NotAuthentic(
                "STS does not confirm who calls: signed for another command, too late, or by nobody it knows"
            )
        if found[2] != function.split(":")[4]:
            raise NotAuthentic(f"the caller is of another account, {found[2]}")
        return found[1]

    def _fields(self, given: object) -> Mapping[str, str]:
        """What was signed, if it asks STS who the caller is, now, and nothing else."""
        if not isinstance(given, str) or not given.isascii() or len(given) > PROOF_LENGTH_MAX:
            raise NotAuthentic("nobody is named")
        try:
            address = urlsplit(given)
            pairs = parse_qsl(address.query, keep_blank_values=True, strict_parsing=True, max_num_fields=20)
        except ValueError as unreadable:
            raise NotAuthentic("the caller's proof cannot be read") from unreadable
        if f"{address.scheme}://{address.netloc}" != self._endpoint or address.path not in ("", "/"):
            raise NotAuthentic("the caller's proof is for another address than STS of this region")
        fields = dict(pairs)
        names = fields.keys() - {OF_A_SESSION}
        if len(fields) != len(pairs) or names != FIXED.keys() | GIVEN or not FIXED.items() <= fields.items():
            raise NotAuthentic("the caller's proof asks for something else than who calls")
        self._refuse_another_time(fields["X-Amz-Date"])
        return fields

    def _refuse_another_time(self, stamp: str) -> None:
        try:
            signed_at = dt.datetime.strptime(stamp, STAMP).replace(tzinfo=dt.UTC)
        except ValueError as unreadable:
            raise NotAuthentic("the caller's proof says no time") from unreadable
        if not -CLOCKS_DIFFER <= self._now() - signed_at <= LIFE + CLOCKS_DIFFER:
            raise NotAuthentic(f"the caller's proof is of {signed_at:%H:%M:%S} UTC, and good for a minute: ask again")
