"""The certificate of GP's server: how it is verified, and what to tell an administrator when it is not accepted.

Python 3.13 began to verify strictly by RFC 5280, and the private authorities of many companies are older than that
habit. What is missing is named here before it stops anything; one setting forgives it, and nothing switches the
verification off.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa

from bridge.domain.company import Certificate
from bridge.gp.tls import context

PREFLIGHT_SECONDS = 10.0
RSA_BITS_MIN = 2048
WEAK_DIGESTS = frozenset({"md5", "sha1"})


def preflight(url: str, ca_bundle: str, *, now: dt.datetime) -> Certificate:
    """Connect and judge, without a login and without a request. `ca_bundle` is a file; every failure is a problem."""
    place = url
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 443
        place = f"{host}:{port}"
        refusal = _refusal(host, port, ca_bundle, is_strict=True)
        passes_leniently = refusal is not None and _refusal(host, port, ca_bundle, is_strict=False) is None
        shown = [x509.load_der_x509_certificate(each) for each in _chain(_reader(), host, port)]
        trusted = x509.load_pem_x509_certificates(Path(ca_bundle).read_bytes())
        problems = _problems(refusal, host, shown, trusted, now) if refusal else ()
        return Certificate(place, shown[0].not_valid_after_utc, problems, passes_leniently)
    except ssl.SSLError as failure:
        return Certificate(place, problems=(f"it does not speak TLS 1.2 or later ({failure.reason})",))
    except OSError as failure:
        return Certificate(place, problems=(f"it cannot be reached ({type(failure).__name__})",))
    except Exception as failure:  # noqa: BLE001 - a certificate can be wrong in more ways than its reader has names for
        return Certificate(
            place, problems=(f"its certificate or the ca_bundle is unreadable ({type(failure).__name__})",)
        )


def _refusal(host: str, port: int, ca_bundle: str, *, is_strict: bool) -> str | None:
    """Why OpenSSL refuses the server, in its own words; None where it accepts it."""
    trusting = context(is_strict=is_strict)
    trusting.load_verify_locations(ca_bundle)
    trusting.verify_mode = ssl.CERT_REQUIRED
    trusting.check_hostname = True
    try:
        _chain(trusting, host, port)
    except ssl.SSLCertVerificationError as failure:
        return failure.verify_message
    return None


def _chain(tls: ssl.SSLContext, host: str, port: int) -> list[bytes]:
    """The certificates that the server shows, its own first. Nothing is sent on the connection."""
    with (
        socket.create_connection((host, port), timeout=PREFLIGHT_SECONDS) as plain,
        tls.wrap_socket(plain, server_hostname=host) as secured,
    ):
        if hasattr(secured, "get_unverified_chain"):  # from Python 3.13 on
            return list(secured.get_unverified_chain())
        return [secured.getpeercert(binary_form=True) or b""]


def _reader() -> ssl.SSLContext:
    """Trusts anybody, so that what is wrong can be read; used for nothing else."""
    reader = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    reader.check_hostname = False
    reader.verify_mode = ssl.CERT_NONE
    reader.set_ciphers("DEFAULT@SECLEVEL=0")  # also a certificate that is too weak can be named
    return reader


def _problems(
    refusal: str, host: str, shown: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate], now: dt.datetime
) -> tuple[str, ...]:
    """In our words; in OpenSSL's where it knows more than we look for."""
    found = tuple(_findings(host, shown, trusted, now))
    return found or (f"the server's certificate is refused: {refusal}",)


def _findings(
    host: str, shown: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate], now: dt.datetime
) -> Iterator[str]:
    leaf, path = shown[0], _path(shown, trusted)
    yield from _name_findings(leaf, host)
    for certificate in path:
        yield from _age_findings(certificate, now)
        yield from _strength_findings(certificate)
    if path[-1] not in trusted:
        yield (
            f"nobody in the ca_bundle signed {_name(path[-1])}: add the certificate of its issuer, "
            f"{path[-1].issuer.rfc4514_string()}, to ca_bundle in the GP secret"
        )
    if leaf.issuer != leaf.subject and not _has(leaf, x509.AuthorityKeyIdentifier):
        yield (
            f"{_name(leaf)} lacks the extension Authority Key Identifier: have the authority issue it anew with the "
            "extension, or set GpStrictX509=false"
        )
    for authority in path[1:]:
        yield from _authority_findings(authority)


def _path(shown: Sequence[x509.Certificate], trusted: Sequence[x509.Certificate]) -> list[x509.Certificate]:
    """From the server's certificate upwards, as far as the issuers are known."""
    path = [shown[0]]
    while path[-1] not in trusted:
        issuer = next((each for each in (*trusted, *shown) if each not in path and _signed(each, path[-1])), None)
        if issuer is None:
            break
        path.append(issuer)
    return path


def _signed(issuer: x509.Certificate, certificate: x509.Certificate) -> bool:
    if issuer.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(issuer)
    except InvalidSignature:
        return False
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return True  # with an algorithm that nobody should use any more: by its name, then
    return True


def _name_findings(leaf: x509.Certificate, host: str) -> Iterator[str]:
    if not _has(leaf, x509.SubjectAlternativeName):
        yield (
            f"{_name(leaf)} lacks the extension subjectAltName: have it issued anew with DNS:{host}; "
            "a common name alone has not counted for years"
        )
        return
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    known = names.get_values_for_type(x509.DNSName)
    addresses = [str(address) for address in names.get_values_for_type(x509.IPAddress)]
    if not any(_covers(name, host) for name in known) and _address(host) not in addresses:
        yield (
            f"{_name(leaf)} is for {', '.join([*known, *addresses])}, not for {host}: use one of these names in "
            f"GpServiceUrl, or have it issued anew with {host} in subjectAltName"
        )


def _covers(name: str, host: str) -> bool:
    name, host = name.lower(), host.lower()
    return name == host or (name.startswith("*.") and host.partition(".")[2] == name[2:])


def _address(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return ""


def _age_findings(certificate: x509.Certificate, now: dt.datetime) -> Iterator[str]:
    if now > certificate.not_valid_after_utc:
        yield f"{_name(certificate)} expired on {certificate.not_valid_after_utc:%Y-%m-%d}: have it renewed"
    if now < certificate.not_valid_before_utc:
        yield f"{_name(certificate)} is not valid before {certificate.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"


def _strength_findings(certificate: x509.Certificate) -> Iterator[str]:
    digest = certificate.signature_hash_algorithm
    is_own_root = certificate.issuer == certificate.subject  # nobody relies on the signature of a root
    if digest is not None and digest.name in WEAK_DIGESTS and not is_own_root:
        yield f"{_name(certificate)} is signed with {digest.name.upper()}: have it issued anew with SHA-256"
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_BITS_MIN:
        yield f"{_name(certificate)} has an RSA key of {key.key_size} bits: have it issued anew with {RSA_BITS_MIN}"


def _authority_findings(authority: x509.Certificate) -> Iterator[str]:
    if not _has(authority, x509.BasicConstraints):
        yield f"{_name(authority)} lacks the extension basicConstraints, by which it would be an authority"
    elif not authority.extensions.get_extension_for_class(x509.BasicConstraints).critical:
        yield (
            f"the basicConstraints of {_name(authority)} are not marked critical: have the authority renewed with the "
            "mark, or set GpStrictX509=false"
        )


def _has(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> bool:
    return any(isinstance(extension.value, kind) for extension in certificate.extensions)


def _name(certificate: x509.Certificate) -> str:
    return f"the certificate of {certificate.subject.rfc4514_string() or 'nobody'}"
