"""A private certificate authority, as a company that runs GP in its own building has one.

The chain satisfies the strict X.509 checks that Python 3.13 turned on: a critical basicConstraints and a key usage on
the root, an Authority Key Identifier and a subjectAltName on the leaf. A `style` other than "strict" lacks one thing,
as the chains of many companies do.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_DAYS = 825  # the longest that Apple's clients accept of a server certificate

STYLES = ("strict", "no_authority_key", "root_not_critical", "no_names", "other_name", "expired")
"""What a chain can be.

no_authority_key: the leaf has no Authority Key Identifier; root_not_critical: the root's basicConstraints are not
critical. Both are fine up to Python 3.12 and refused from 3.13 on. no_names: the leaf has no subjectAltName, only a
common name, which urllib3 and browsers no longer look at; other_name: it is another machine's; expired: since a week.
"""

DIGESTS: dict[str, hashes.SHA256 | hashes.SHA384 | hashes.SHA512] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
"""What the leaf can be signed with."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The private authority's files: `bundle` is what a client trusts, `chain` what a server shows."""

    bundle: Path
    chain: Path

    def server_context(self) -> ssl.SSLContext:
        """The TLS context of a simulated server: localhost and 127.0.0.1."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain)
        return context

    @property
    def end_point(self) -> bytes:
        """The server's channel binding: RFC 5929 section 4.1 hashes the leaf with the digest it was signed with."""
        leaf = x509.load_pem_x509_certificate(self.chain.read_bytes())
        assert leaf.signature_hash_algorithm is not None
        return b"tls-server-end-point:" + leaf.fingerprint(leaf.signature_hash_algorithm)


def authority(folder: Path, style: str = "strict", *, digest: str = "sha256") -> Authority:
    """The authority of that style kept in `folder`, made on first use.

    Its private key is thrown away once the leaf is signed. ValueError for a style, KeyError for a digest, that is none.
    """
    if style not in STYLES:
        raise ValueError(f"style is one of {STYLES}")
    kind = "" if (style, digest) == ("strict", "sha256") else f"-{style}-{digest}"
    made = Authority(folder / f"private-ca{kind}.pem", folder / f"server-chain{kind}.pem")
    if not (made.bundle.exists() and made.chain.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        root, root_key = _root(is_critical=style != "root_not_critical")
        leaf, leaf_key = _leaf(root, root_key, style, digest)
        made.chain.touch(mode=0o600)
        made.chain.write_bytes(_key_pem(leaf_key) + _pem(leaf))
        made.bundle.write_bytes(_pem(root))
    return made


def _root(*, is_critical: bool) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name("Wingtip Distribution private CA")
    certificate = (
        _builder(name, name, key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=is_critical)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .sign(key, hashes.SHA256())
    )
    return certificate, key


def _leaf(
    root: x509.Certificate, root_key: ec.EllipticCurvePrivateKey, style: str, digest: str
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(_name("localhost"), root.subject, key, is_over=style == "expired")
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    )
    if style != "no_names":
        builder = builder.add_extension(_names(style), critical=False)
    if style != "no_authority_key":
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
        builder = builder.add_extension(issuer, critical=False)
    return builder.sign(root_key, DIGESTS[digest]), key


def _names(style: str) -> x509.SubjectAlternativeName:
    if style == "other_name":
        return x509.SubjectAlternativeName([x509.DNSName("gp-old.wingtip.example")])
    return x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, *, is_over: bool = False
) -> x509.CertificateBuilder:
    """A certificate from yesterday on, or one whose last day was a week ago."""
    begins = dt.datetime.now(dt.UTC) - dt.timedelta(days=1 + (VALID_DAYS + 7 if is_over else 0))
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + dt.timedelta(days=VALID_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
