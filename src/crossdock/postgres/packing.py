"""Bodies and states as they are stored: deflated against a fixed dictionary, or as they are.

A canonical fact of 580 bytes takes 130 against the canonical vocabulary, as most of it is names everybody knows;
without a dictionary it takes 310. A state takes 510 of 1,250 against states of made-up orders. What is given back is
byte for byte what was put in. The first byte says how to read the rest, so that a later dictionary can stand beside
these; one that was ever released never changes.
"""

from __future__ import annotations

import zlib
from pathlib import Path

from crossdock.kernel.errors import Bug

AS_IT_IS = b"\x00"
VOCABULARY = b"\x01"
STATES = b"\x02"

# What deflate can reach back to: a dictionary is no longer than this, and longer bodies still find their own repeats.
_WINDOW_BITS = 13
# Least effort with nearly the best result, measured: 9 µs a fact.
_LEVEL = 3
_MEMORY = 4


def _words(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()


_DICTIONARIES = {VOCABULARY: _words("dictionary_1.txt"), STATES: _words("dictionary_2.bin")}

# Set up once and copied for each body, which is three times as fast as reading a dictionary each time.
_DEFLATERS = {
    how: zlib.compressobj(_LEVEL, zlib.DEFLATED, -_WINDOW_BITS, _MEMORY, zlib.Z_DEFAULT_STRATEGY, words)
    for how, words in _DICTIONARIES.items()
}
_INFLATERS = {how: zlib.decompressobj(-_WINDOW_BITS, words) for how, words in _DICTIONARIES.items()}

_KEY_LENGTH_BYTES = 4


def pack(body: bytes) -> bytes:
    """A fact or a command as it is stored; never more than one byte longer than `body`."""
    return _pack(VOCABULARY, body)


def pack_state(state: bytes) -> bytes:
    """A dossier's state as it is stored."""
    return _pack(STATES, state)


def _pack(how: bytes, body: bytes) -> bytes:
    deflater = _DEFLATERS[how].copy()
    packed = deflater.compress(body) + deflater.flush()
    return how + packed if len(packed) < len(body) else AS_IT_IS + body


def unpack(stored: bytes) -> bytes:
    """The bytes that were packed.

    Raises:
        Bug: they were stored by a later version of Crossdock, or the row is damaged.
    """
    how, packed = stored[:1], stored[1:]
    if how == AS_IT_IS:
        return packed
    if how not in _INFLATERS:
        raise Bug(
            f"a body is packed in the way {how!r}, which this version does not know: run the version that wrote it"
        )
    inflater = _INFLATERS[how].copy()
    try:
        body = inflater.decompress(packed)
    except zlib.error as error:
        raise Bug(f"a stored body is damaged ({error}): restore the row from a backup") from error
    if not inflater.eof:
        raise Bug("a stored body is cut short: restore the row from a backup")
    return body


def pack_keyed(body: bytes, key: str) -> bytes:
    """A body and the business key that is made of its parts, which so costs 15 bytes instead of 60."""
    packed_key = key.encode()
    return pack(body + packed_key + len(packed_key).to_bytes(_KEY_LENGTH_BYTES))


def unpack_keyed(stored: bytes) -> tuple[bytes, str]:
    """What `pack_keyed` was given."""
    whole = unpack(stored)
    end = len(whole) - _KEY_LENGTH_BYTES
    start = end - int.from_bytes(whole[end:])
    return whole[:start], whole[start:end].decode()
