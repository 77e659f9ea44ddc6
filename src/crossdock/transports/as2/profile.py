"""What is agreed with one AS2 partner: names, certificates, what must be signed and encrypted, with what."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal

import msgspec

from crossdock.transports.bounds import BYTES_MAX, Bytes, Seconds

# RFC 4130 §6.2: 1 to 128 printable characters, case-sensitive.
AS2_NAME = re.compile(r"[\x20-\x7e]{1,128}")
Within = Annotated[int, msgspec.Meta(ge=60, le=30 * 86_400)]
_PLAIN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")


class Digest(StrEnum):
    """Digests by the names of RFC 5751 §3.4.3.2. SHA-1 only where the partner file says `weak_digests = true`."""

    SHA256 = "sha-256"
    SHA384 = "sha-384"
    SHA512 = "sha-512"
    SHA1 = "sha1"


class Cipher(StrEnum):
    """Content encryption. Triple DES only where the partner file says `weak_ciphers = true`."""

    AES128 = "aes128-cbc"
    AES192 = "aes192-cbc"
    AES256 = "aes256-cbc"
    TRIPLE_DES = "3des-cbc"


class As2Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[transport]` of a partner with `kind = "as2"`.

    `as2_from` is our name with this partner, `as2_to` its name. `certificates` are the partner's, in PEM: all of them
    may have signed what it sends, the first encrypts what we send. Ours stand under `[secrets]` as `as2_identity`: one
    text with private key and certificate in PEM (two while ours is being changed: the new one first).
    `async_mdn_url` is our own address for receipts that come later, at the latest after `receipt_within_s`; absent, the
    receipt is the answer. `encrypted_in` and `signed_in` refuse what comes with less.
    """

    kind: Literal["as2"]
    url: Annotated[str, msgspec.Meta(pattern="^https?://[^/]")]
    as2_from: str
    as2_to: str
    certificates: tuple[str, ...]
    content_type: str = "application/edi-x12"
    sign: bool = True
    encrypt: bool = True
    compress: bool = False
    digest: Digest = Digest.SHA256
    cipher: Cipher = Cipher.AES256
    signed_mdn: bool = True
    async_mdn_url: str = ""
    receipt_within_s: Within = 3600
    signed_in: bool = True
    encrypted_in: bool = True
    weak_digests: bool = False
    weak_ciphers: bool = False
    private_network: bool = False
    bytes_max: Bytes = BYTES_MAX
    timeout_s: Seconds = 60.0

    def __post_init__(self) -> None:
        for name in (self.as2_from, self.as2_to):
            if not AS2_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no AS2 name: 1 to 128 printable ASCII characters")
        if self.as2_from == self.as2_to:
            raise ValueError("as2_from and as2_to are the same: one is our name, the other the partner's")
        if not self.certificates:
            raise ValueError("certificates is empty: put the partner's certificate here, in PEM")
        if self.digest is Digest.SHA1 and not self.weak_digests:
            raise ValueError(
                "digest sha1 is broken: use sha-256, or say weak_digests = true if the partner has no other"
            )
        if self.cipher is Cipher.TRIPLE_DES and not self.weak_ciphers:
            raise ValueError("cipher 3des-cbc is weak: use aes256-cbc, or say weak_ciphers = true if it must be")

    def digests(self) -> tuple[Digest, ...]:
        """What may be used by either side."""
        return tuple(digest for digest in Digest if digest is not Digest.SHA1 or self.weak_digests)

    def ciphers(self) -> tuple[Cipher, ...]:
        """As `digests`."""
        return tuple(cipher for cipher in Cipher if cipher is not Cipher.TRIPLE_DES or self.weak_ciphers)


def digest_named(name: str) -> Digest | None:
    """A digest by any spelling seen on the wire (`SHA256`, `sha-256`, `sha1`, `sha-1`)."""
    plain = name.strip().strip('"').lower().replace("-", "")
    return next((digest for digest in Digest if digest.value.replace("-", "") == plain), None)


def quoted_name(name: str) -> str:
    """An AS2 name as it stands in a header: quoted when it holds more than plain characters (RFC 4130 §6.2)."""
    if _PLAIN.fullmatch(name):
        return name
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unquoted_name(text: str) -> str:
    """The name a header means."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\(.)", r"\1", text[1:-1])
    return text
