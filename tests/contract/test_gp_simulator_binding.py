"""What the GP simulator shows of itself in TLS, and whether a login must be bound to it (Extended Protection)."""

from __future__ import annotations

import hashlib
import os
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from requests_ntlm import HttpNtlmAuth
from spnego._ntlm_raw.crypto import compute_response_v2, ntowfv1, ntowfv2
from spnego._ntlm_raw.messages import Authenticate, AvId, Challenge, FileTime, NegotiateFlags

from local.certificates import DIGESTS, STYLES, Authority, authority
from local.gp import GpSimulator
from tests.contract.gp_wire import Person, line

END_POINT = b"tls-server-end-point:"


@contextmanager
def bound(folder: Path, binding: str, digest: str = "sha256") -> Iterator[GpSimulator]:
    with GpSimulator(folder, binding=binding, certificates=authority(folder, digest=digest)) as gp:
        yield gp


def status(gp: GpSimulator, *, send_cbt: bool) -> int:
    with requests.Session() as session:
        session.trust_env = False
        session.auth = HttpNtlmAuth(gp.username, gp.password, send_cbt=send_cbt)
        return session.get(gp.url, verify=str(gp.ca_bundle), timeout=30).status_code


@pytest.mark.parametrize(
    ("binding", "with_binding", "without"), [("off", 200, 200), ("allow", 200, 200), ("require", 200, 401)]
)
def test_a_login_needs_the_binding_that_the_server_asks_for(
    folder: Path, binding: str, with_binding: int, without: int
) -> None:
    with bound(folder, binding) as gp:
        assert (status(gp, send_cbt=True), status(gp, send_cbt=False)) == (with_binding, without)
        assert gp.counters.refused == gp.counters.bad_passwords == (1 if without == 401 else 0)


@pytest.mark.parametrize(("binding", "expected"), [("off", 200), ("allow", 401), ("require", 401)])
def test_a_binding_to_another_certificate_is_refused_wherever_bindings_are_looked_at(
    folder: Path, binding: str, expected: int
) -> None:
    """As behind a proxy that ends TLS with a certificate of its own."""
    with bound(folder, binding) as gp, line(gp) as straight:
        answer = straight.logs_in(Person(gp, binding=END_POINT + bytes(32)))
        assert answer.status == expected
        assert gp.counters.refused == gp.counters.bad_passwords == (1 if expected == 401 else 0)


def test_a_login_refused_for_its_binding_looks_like_a_wrong_password(folder: Path) -> None:
    with bound(folder, "require") as gp, line(gp) as unbound, line(gp) as wrong:
        answers = [unbound.logs_in(Person(gp)), wrong.logs_in(Person(gp, "wrong", binding=authority(folder).end_point))]
    assert [(answer.status, answer.offers, answer.body) for answer in answers] == [(401, ["NTLM"], b"")] * 2


@pytest.mark.parametrize(("binding", "expected"), [("off", 200), ("allow", 200), ("require", 401)])
def test_sixteen_zeros_are_no_binding(folder: Path, binding: str, expected: int) -> None:
    """What Windows clients send that know of bindings and have none ([MS-NLMP] 3.1.5.1.2)."""
    with bound(folder, binding) as gp, line(gp) as straight:
        challenge = straight.get(Person(gp).opening()).challenge
        assert straight.get(_answer_with_zeros(gp, challenge)).status == expected


def _answer_with_zeros(gp: GpSimulator, message: bytes) -> bytes:
    challenge = Challenge.unpack(message)
    domain, user = gp.username.split("\\")
    assert challenge.target_info is not None
    pairs = challenge.target_info.copy()
    pairs[AvId.channel_bindings] = bytes(16)
    secret = ntowfv2(user, ntowfv1(gp.password), domain)
    proof, _, _ = compute_response_v2(secret, challenge.server_challenge, os.urandom(8), FileTime.now(), pairs)
    flags = challenge.flags & ~NegotiateFlags.key_exch
    return Authenticate(flags, bytes(24), proof, domain_name=domain, username=user).pack()


@pytest.mark.parametrize("digest", DIGESTS)
def test_the_binding_is_hashed_as_the_certificate_was_signed(folder: Path, digest: str) -> None:
    with bound(folder, "require", digest) as gp:
        assert status(gp, send_cbt=True) == 200


@pytest.mark.parametrize("digest", DIGESTS)
def test_the_end_point_is_the_hash_of_the_certificate_that_is_shown(folder: Path, digest: str) -> None:
    signed = authority(folder, digest=digest)
    with GpSimulator(folder, certificates=signed) as gp:
        shown = _shown(gp, signed, is_strict=True)
    assert signed.end_point == END_POINT + hashlib.new(digest, shown).digest()


def test_a_binding_that_no_server_has_is_not_made(folder: Path) -> None:
    with pytest.raises(ValueError, match="off"):
        GpSimulator(folder, binding="sometimes")


# Certificates


def _shown(gp: GpSimulator, signed: Authority, *, is_strict: bool) -> bytes:
    """The certificate of a finished TLS handshake, as clients up to Python 3.12 or from 3.13 on check it."""
    trust = ssl.create_default_context(cafile=str(signed.bundle))
    trust.hostname_checks_common_name = False  # as urllib3 has it
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    trust.verify_flags |= ssl.VERIFY_X509_STRICT if is_strict else ssl.VERIFY_DEFAULT
    port = int(gp.url.split(":")[2].split("/")[0])
    with (
        socket.create_connection(("127.0.0.1", port), 30) as line_out,
        trust.wrap_socket(line_out, server_hostname="localhost") as secured,
    ):
        shown = secured.getpeercert(binary_form=True)
        assert shown
        return shown


REFUSED_STRICTLY = {
    "no_authority_key": "Missing Authority Key Identifier",
    "root_not_critical": "Basic Constraints of CA cert not marked critical",
}
REFUSED_ALWAYS = {
    "no_names": "Hostname mismatch",
    "other_name": "Hostname mismatch",
    "expired": "certificate has expired",
}


@pytest.mark.parametrize("is_strict", [True, False], ids=["strict", "lenient"])
@pytest.mark.parametrize("style", STYLES)
def test_each_style_of_certificate_fails_for_its_own_reason(
    folder: Path,
    style: str,
    is_strict: bool,  # noqa: FBT001 - a case
) -> None:
    signed = authority(folder, style)
    refused = REFUSED_ALWAYS | (REFUSED_STRICTLY if is_strict else {})
    with GpSimulator(folder, certificates=signed) as gp:
        if style in refused:
            with pytest.raises(ssl.SSLCertVerificationError, match=refused[style]):
                _shown(gp, signed, is_strict=is_strict)
            assert gp.counters.legs == 0
        else:
            assert _shown(gp, signed, is_strict=is_strict)


def test_an_authority_is_made_once_for_each_style(folder: Path) -> None:
    made = {style: authority(folder, style).bundle.read_bytes() for style in STYLES}
    assert len(set(made.values())) == len(STYLES)
    assert {style: authority(folder, style).bundle.read_bytes() for style in STYLES} == made
    with pytest.raises(ValueError, match="expired"):
        authority(folder, "pink")
