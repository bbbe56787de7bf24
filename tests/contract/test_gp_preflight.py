"""The certificate of GP's server: what is accepted, what is not, and what its administrator is told."""

from __future__ import annotations

import datetime as dt
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from bridge.domain.company import Certificate
from bridge.gp.certificates import preflight
from bridge.gp.transport import Ending
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from local.certificates import VALID_DAYS, Authority, authority
from local.gp import GpSimulator
from local.serving import Server
from tests.contract.gp_calls import SECONDS, connected
from tests.contract.gp_port import transport_to

TODAY = dt.datetime.now(dt.UTC)  # noqa: TID251 - the certificates are made today

# What the chain lacks, a word that the finding must name, and whether the setting would help.
LACKING = {
    "no_authority_key": ("Authority Key Identifier", True),
    "root_not_critical": ("basicConstraints", True),
    "no_names": ("subjectAltName", False),
    "other_name": ("gp-old.wingtip.example", False),
    "expired": ("expired on", False),
}


@contextmanager
def served(tls: ssl.SSLContext | None) -> Iterator[int]:
    """The port of a server that nobody asks anything."""
    made = Server(BaseHTTPRequestHandler, tls=tls)
    try:
        yield made.port
    finally:
        made.stop()


def look(
    signed: Authority, *, host: str = "localhost", now: dt.datetime = TODAY, bundle: Path | None = None
) -> Certificate:
    with served(signed.server_context()) as port:
        return preflight(f"https://{host}:{port}/gp.asmx", str(bundle or signed.bundle), now=now)


def test_a_chain_as_it_should_be_has_nothing_to_report(folder: Path) -> None:
    found = look(authority(folder))

    assert (found.problems, found.would_pass_leniently) == ((), False)
    assert found.expires_at is not None
    assert (found.expires_at - TODAY).days in {VALID_DAYS - 2, VALID_DAYS - 1}, "it began yesterday"


@pytest.mark.parametrize("style", LACKING)
def test_what_a_chain_lacks_is_named_and_whether_the_setting_would_help(folder: Path, style: str) -> None:
    word, would_help = LACKING[style]

    found = look(authority(folder, style))

    assert [word in finding for finding in found.problems] == [True]
    assert found.would_pass_leniently is would_help
    assert ("GpStrictX509=false" in found.problems[0]) is would_help


def test_the_certificate_of_an_authority_that_is_not_in_the_bundle_is_named(folder: Path, tmp_path: Path) -> None:
    found = look(authority(folder), bundle=authority(tmp_path).bundle)

    assert [("ca_bundle" in each, "Wingtip Distribution private CA" in each) for each in found.problems] == [
        (True, True)
    ]
    assert not found.would_pass_leniently


SHA256_WITH_RSA = bytes.fromhex("2a864886f70d01010b")  # RFC 8017 appendix C, as DER writes the identifiers
SHA1_WITH_RSA = bytes.fromhex("2a864886f70d010105")


def of_an_old_authority(folder: Path, *, bits: int = 2048, is_sha1: bool = False) -> Authority:
    """A leaf that is too weak by its key or by its signature, in a chain that is otherwise as it should be."""
    root_key, leaf_key = (rsa.generate_private_key(65537, size) for size in (2048, bits))
    root = begun("Old CA", root_key).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    leaf = (
        begun("localhost", leaf_key)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key()), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    made = Authority(folder / "old.pem", folder / "old-chain.pem")
    made.bundle.write_text(pem(root.sign(root_key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)))
    key = leaf_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    shown = with_sha1(leaf, root_key) if is_sha1 else leaf.public_bytes(serialization.Encoding.DER)
    made.chain.write_text(key.decode() + pem(shown))
    return made


def begun(name: str, key: rsa.RSAPrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Old CA")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY - dt.timedelta(days=1))
        .not_valid_after(TODAY + dt.timedelta(days=90))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def with_sha1(leaf: x509.Certificate, root_key: rsa.RSAPrivateKey) -> bytes:
    """The certificate signed anew with SHA-1, which no library does any more."""
    signed = leaf.tbs_certificate_bytes.replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    signature = root_key.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - that is what is tested
    whole = leaf.public_bytes(serialization.Encoding.DER).replace(SHA256_WITH_RSA, SHA1_WITH_RSA)
    return whole.replace(leaf.signature, signature)


def pem(der: bytes) -> str:
    return ssl.DER_cert_to_PEM_cert(der)


@pytest.mark.parametrize(("weakness", "word"), [({"bits": 1024}, "1024 bits"), ({"is_sha1": True}, "SHA1")])
def test_a_certificate_that_is_too_weak_is_named(tmp_path: Path, weakness: dict[str, Any], word: str) -> None:
    signed = of_an_old_authority(tmp_path, **weakness)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.set_ciphers("DEFAULT@SECLEVEL=0")  # as a server of its time
    tls.load_cert_chain(signed.chain)

    with served(tls) as port:
        found = preflight(f"https://localhost:{port}/gp.asmx", str(signed.bundle), now=TODAY)

    assert [word in finding for finding in found.problems] == [True]
    assert not found.would_pass_leniently


def test_an_address_is_a_name_too(folder: Path) -> None:
    assert look(authority(folder), host="127.0.0.1").problems == ()


def test_a_server_that_is_not_there_is_a_finding(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    found = preflight(f"https://localhost:{port}/gp.asmx", str(authority(folder).bundle), now=TODAY)

    assert ["cannot be reached" in each for each in found.problems] == [True]
    assert found.address == f"localhost:{port}"


def test_a_server_without_tls_is_a_finding(folder: Path) -> None:
    with served(None) as port:
        found = preflight(f"https://localhost:{port}/gp.asmx", str(authority(folder).bundle), now=TODAY)

    assert ["does not speak TLS" in each for each in found.problems] == [True]


def test_a_look_at_the_certificate_sends_no_request_and_no_login(gp: GpSimulator) -> None:
    assert preflight(gp.url, str(gp.ca_bundle), now=TODAY).problems == ()

    assert (gp.counters.legs, gp.counters.logins, gp.counters.refused) == (0, 0, 0)


# The setting


@pytest.mark.parametrize("style", [style for style, (_, would_help) in LACKING.items() if would_help])
def test_what_is_only_old_is_forgiven_where_the_setting_says_so_and_the_log_tells(
    folder: Path, caplog: pytest.LogCaptureFixture, style: str
) -> None:
    caplog.set_level(logging.WARNING)
    with GpSimulator(folder, certificates=authority(folder, style)) as gp:
        with connected(gp) as strict:
            refused = strict.login(SECONDS)
        assert (refused.ending, gp.counters.legs) == (Ending.MISCONFIGURED, 0)
        assert "certificate" in refused.why
        assert caplog.records == []

        with connected(gp, is_strict=False) as lenient:
            assert [lenient.login(SECONDS).ending, lenient.login(SECONDS).ending] == [Ending.ANSWERED] * 2

    assert ["GpStrictX509=false" in record.message for record in caplog.records] == [True]


@pytest.mark.parametrize("style", [style for style, (_, would_help) in LACKING.items() if not would_help])
def test_what_is_wrong_is_never_forgiven(folder: Path, style: str) -> None:
    with (
        GpSimulator(folder, certificates=authority(folder, style)) as gp,
        connected(gp, is_strict=False) as lenient,
    ):
        assert lenient.login(SECONDS).ending is Ending.MISCONFIGURED
    assert gp.counters.legs == 0


def test_another_authority_is_never_forgiven(gp: GpSimulator, tmp_path: Path) -> None:
    to = transport_to(gp.url, authority(tmp_path).bundle, gp.username, gp.password, is_strict=False)

    assert to.login(SECONDS).ending is Ending.MISCONFIGURED
    assert gp.counters.legs == 0
