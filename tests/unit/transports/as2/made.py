"""Two partners with certificates made for the test, and the messages between them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from crossdock.transports.as2.message import Relationship, relationship_of
from crossdock.transports.as2.profile import As2Settings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
DATE = "Sat, 21 Nov 2026 12:00:00 +0000"
X12 = b"ISA*00*          *00*          ~\nGS*PO*\xc4\xd6~\r\nIEA*1~\n"


@cache
def identity(name: str, days: int = 36_500) -> str:
    """Private key and self-signed certificate in PEM, in force since a day and for these days."""
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return (private + certificate.public_bytes(serialization.Encoding.PEM)).decode()


def certificate(pem: str) -> str:
    """Only what may be given away."""
    return pem[pem.index("-----BEGIN CERTIFICATE") :]


def pair(url: str = "https://partner.example/as2", **changes: object) -> tuple[Relationship, Relationship]:
    """Us and them: what was agreed, from both sides."""
    ours, theirs = identity("us"), identity("them")
    settings = As2Settings(
        kind="as2", url=url, as2_from="CROSSDOCK", as2_to="Partner One", certificates=(certificate(theirs),)
    )
    settings = msgspec.structs.replace(settings, **changes)
    mirrored = msgspec.structs.replace(
        settings, as2_from=settings.as2_to, as2_to=settings.as2_from, certificates=(certificate(ours),)
    )
    return relationship_of(settings, [ours]), relationship_of(mirrored, [theirs])


def lower(headers: dict[str, str] | object) -> dict[str, str]:
    """Headers as a door hands them on."""
    assert isinstance(headers, dict)
    return {name.lower(): value for name, value in headers.items()}
