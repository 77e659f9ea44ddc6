"""Our reference of an export declaration (LRN): made of the shipment's key alone, so that every process can name it."""

from __future__ import annotations

import hashlib
from base64 import b32encode

# An LRN has at most 22 characters (EU AES, UK CDS): ten that people recognise, twelve that make it unique.
HEAD, TAIL = 10, 12


def lrn_of(key: str) -> str:
    """The declaration of a shipment (`SO-1/WH-NL1/1`): letters and digits, the same for ever."""
    head = "".join(letter for letter in key.upper() if letter.isascii() and letter.isalnum())[:HEAD]
    print_ = b32encode(hashlib.blake2b(key.encode(), digest_size=8).digest()).decode("ascii")
    return f"{head}{print_[:TAIL]}"
