"""Who calls: proofs are signed by AWS's own SDK and judged by a service that verifies each signature, as STS does."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import boto3
import pytest
from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from bridge.aws.callers import Callers, digest, proof
from bridge.domain.outcome import NotAuthentic, Transient

REGION = "us-east-1"
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:gp-shipbob-Operate"
OTHERS = FUNCTION.replace("gp-shipbob", "their-bridge")
NIGHT = "arn:aws:sts::123456789012:assumed-role/OnCall/night-shift"
STRANGER = "arn:aws:iam::999999999999:user/stranger"
KEYS = {"KNOWN": ("known secret", NIGHT), "STRANGER": ("their secret", STRANGER)}
COMMAND = digest(["reviews"], "")


@dataclass
class Sts:
    """Signs the same request anew with the caller's secret, and compares: any change of it shows."""

    address: str = ""
    status: int = 200
    location: str = ""
    received: list[str] = field(default_factory=list)

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, str]:
        self.received.append(path)
        if self.status != 200:
            return self.status, "<Arn>arn:aws:iam::123456789012:user/redirected</Arn>"
        fields = dict(parse_qsl(urlsplit(path).query))
        secret, arn = KEYS.get(fields["X-Amz-Credential"].partition("/")[0], ("", ""))
        if not arn or self._signature(fields, headers, secret) != fields["X-Amz-Signature"]:
            return 403, "<Error><Code>SignatureDoesNotMatch</Code></Error>"
        return 200, f"<GetCallerIdentityResult><Arn>{arn}</Arn></GetCallerIdentityResult>"

    def _signature(self, fields: dict[str, str], headers: dict[str, str], secret: str) -> str:
        signed = {n: headers[n] for n in fields["X-Amz-SignedHeaders"].split(";") if n != "host" and n in headers}
        unsigned = {name: value for name, value in fields.items() if name != "X-Amz-Signature"}
        query = urlencode(unsigned, quote_via=quote, safe="-_.~")
        request = AWSRequest("GET", f"{self.address}/?{query}", headers=signed)
        request.context["timestamp"] = fields["X-Amz-Date"]
        keys = ReadOnlyCredentials("any", secret, fields.get("X-Amz-Security-Token", ""))
        auth = SigV4QueryAuth(keys, "sts", REGION)
        _, date, region, service, ending = fields["X-Amz-Credential"].split("/")
        text = auth.string_to_sign(request, auth.canonical_request(request))
        given = f"{date}/{region}/{service}/{ending}"
        lines = text.split("\n")
        return auth.signature("\n".join([lines[0], lines[1], given, lines[3]]), request)


@pytest.fixture
def sts() -> Iterator[Sts]:
    judge = Sts()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, text = judge.answer(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            if judge.location:
                self.send_header("Location", judge.location)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    judge.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield judge
    server.shutdown()
    server.server_close()


def signed(sts: Sts, key: str = "KNOWN", function: str = FUNCTION, command: str = COMMAND, token: str = "") -> str:
    secret, _ = KEYS[key]
    keys = ReadOnlyCredentials(key, secret, token or None)
    return proof(keys, REGION, sts.address, function, command)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - the SDK signs by the real clock


def name(sts: Sts, given: object, *, at: Callable[[], dt.datetime] = now) -> str:
    return Callers(sts.address, at).name(given, function=FUNCTION, command=COMMAND)


@pytest.mark.parametrize("token", ["", "a session/token+with=odd&letters"])
def test_the_caller_is_whom_sts_names(sts: Sts, token: str) -> None:
    assert name(sts, signed(sts, token=token)) == NIGHT


def test_a_proof_for_another_stacks_function_is_not_confirmed(sts: Sts) -> None:
    with pytest.raises(NotAuthentic, match="does not confirm"):
        name(sts, signed(sts, function=OTHERS))


@pytest.mark.parametrize(
    "other", [digest(["map", "sku/X=Y"], ""), digest(["reviews"], "text"), digest(["rev", "iews"], "")]
)
def test_a_proof_for_another_command_is_not_confirmed(sts: Sts, other: str) -> None:
    with pytest.raises(NotAuthentic, match="does not confirm"):
        name(sts, signed(sts, command=other))


def test_a_forged_signature_is_not_confirmed(sts: Sts) -> None:
    forged = signed(sts)[:-4] + "0000"

    with pytest.raises(NotAuthentic, match="does not confirm"):
        name(sts, forged)


def test_a_caller_of_another_account_is_refused(sts: Sts) -> None:
    with pytest.raises(NotAuthentic, match="another account, 999999999999"):
        name(sts, signed(sts, "STRANGER"))


@pytest.mark.parametrize("late", [-40, 100])
def test_a_proof_of_another_minute_is_not_even_sent(sts: Sts, late: int) -> None:
    given = signed(sts)

    with pytest.raises(NotAuthentic, match="good for a minute"):
        name(sts, given, at=lambda: now() + dt.timedelta(seconds=late))
    assert sts.received == []


def changed(change: str) -> Callable[[str], object]:
    def apply(given: str) -> str:
        before, _, after = change.partition(" → ")
        assert before in given, given
        return given.replace(before, after)

    return apply


@pytest.mark.parametrize(
    "spoil",
    [
        changed("http://127.0.0.1 → http://evil.example"),
        changed("http://127.0.0.1 → http://127.0.0.1@evil.example"),
        changed("http:// → https://"),
        changed("/? → /redirect?"),
        changed("GetCallerIdentity → AssumeRole"),
        changed("Version=2011-06-15 → Version=2010-01-01"),
        changed("X-Amz-Expires=60 → X-Amz-Expires=3600"),
        changed("X-Amz-SignedHeaders=host%3Bx-gp-shipbob-command%3Bx-gp-shipbob-function → X-Amz-SignedHeaders=host"),
        changed("Action=GetCallerIdentity → Action=GetCallerIdentity&Action=GetCallerIdentity"),
        changed("Action=GetCallerIdentity → Action=GetCallerIdentity&RoleArn=x"),
        changed("X-Amz-Date=2 → X-Amz-Date=x"),
        lambda given: given + "ü",
        lambda given: given + "&x=" + "x" * 9_000,
        lambda _: "",
        lambda _: "http://[",
        lambda _: None,
        lambda _: ["a"],
    ],
)
def test_what_is_no_plain_question_of_who_calls_is_never_sent(sts: Sts, spoil: Callable[[str], object]) -> None:
    with pytest.raises(NotAuthentic):
        name(sts, spoil(signed(sts)))

    assert sts.received == []


def test_a_redirect_is_not_followed(sts: Sts) -> None:
    sts.status, sts.location = 302, f"{sts.address}/elsewhere"

    with pytest.raises(NotAuthentic):
        name(sts, signed(sts))
    assert len(sts.received) == 1


@pytest.mark.parametrize("status", [500, 503])
def test_an_sts_that_is_not_well_is_no_verdict(sts: Sts, status: int) -> None:
    sts.status = status

    with pytest.raises(Transient):
        name(sts, signed(sts))


def test_an_sts_out_of_reach_is_no_verdict(sts: Sts) -> None:
    given = signed(sts)
    gone = "http://127.0.0.1:1"

    with pytest.raises(Transient, match="cannot be asked who calls"):
        Callers(gone, now).name(given.replace(sts.address, gone), function=FUNCTION, command=COMMAND)


def test_a_proof_says_no_secret(sts: Sts) -> None:
    assert "secret" not in signed(sts)


def test_the_regions_own_sts_is_asked_whichever_the_sdk_would_have_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    from bridge import runtime

    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)

    client = boto3.session.Session(region_name="us-west-2").client("sts")
    assert runtime.sts_endpoint(client) == "https://sts.us-west-2.amazonaws.com"
