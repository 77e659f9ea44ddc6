"""Identifiers: time-ordered ids, reproducible canonical ids, and 64-bit fingerprints.

Nothing here draws a random number or reads a clock: both are handed in, so that the core stays replayable.
"""

from __future__ import annotations

import base64
import hashlib
import struct
import uuid

# The platform's own UUIDv5 namespace (domain.md §0.3). It never changes: canonical ids depend on it.
PLATFORM_NAMESPACE = uuid.UUID("8c2f5d0e-6d2b-5c57-9a0b-6d1f3c0a7e11")

_SIGNED_64 = struct.Struct(">q").unpack
# Copied for each print: setting one up costs as much again as what it is for.
_blank = hashlib.blake2b(digest_size=8).copy


def uuid7(unix_ms: int, random_80: int) -> uuid.UUID:
    """A UUIDv7 (RFC 9562 §5.7) from milliseconds since 1970 and 80 bits of randomness, of which 74 are used."""
    rand_a = random_80 >> 68 & 0xFFF
    rand_b = random_80 & 0x3FFF_FFFF_FFFF_FFFF
    value = (unix_ms & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b
    return uuid.UUID(int=value)


def canonical_id(prefix: str, business_key: str) -> str:
    """`<prefix>_<base32 of UUIDv5(platform namespace, business key)>`; the same key gives the same id (domain.md
    §0.3)."""
    digest = uuid.uuid5(PLATFORM_NAMESPACE, business_key).bytes
    return f"{prefix}_{base64.b32encode(digest).decode('ascii').rstrip('=').lower()}"


def fingerprint(text: str | bytes) -> int:
    """A signed 64-bit BLAKE2b fingerprint; a compact stand-in for a key inside one dossier, not a global key."""
    print_ = _blank()
    print_.update(text.encode() if isinstance(text, str) else text)
    number: int = _SIGNED_64(print_.digest())[0]
    return number
