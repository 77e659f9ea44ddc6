"""Bodies and states as they are stored: deflated against a fixed dictionary, or as they are.

A canonical fact of 610 bytes takes 150 against the canonical vocabulary, as most of it is names everybody knows, and
105 against whole facts of its kind with made-up values; without a dictionary it takes 310. A state takes 440 of 1,250
against states of made-up orders, and a change of one 190 against those and the state before. What is given back is
byte for byte what was put in. The first byte says how to read the rest, so that a later dictionary can stand beside
these; one that was ever released never changes.
"""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Protocol

from crossdock.kernel.errors import Bug

AS_IT_IS = b"\x00"
VOCABULARY = b"\x01"
TEMPLATES = b"\x04"
STATES = b"\x05"
CHANGE = b"\x06"
OWN_WORDS = b"\x07"

# Not written any more: states against an older dictionary, and changes against the state before alone.
EARLIER_STATES = b"\x02"
EARLIER_CHANGE = b"\x03"

# The facts and commands the templates show, those of the plain way of an order; the others have the vocabulary.
TEMPLATED = frozenset(
    (
        "allocation.confirmed", "carrier.accepted", "carrier.tendered", "delivery.out_for_delivery",
        "fulfilment.accepted", "load.built", "order.approved", "order.fulfilled", "order.released", "pack.completed",
        "pick.completed", "pod.captured", "shipment.delivered", "shipment.departed", "shipment.handed_over",
        "shipment.planned", "tracking.milestone", "wave.assigned",
        "confirm_handover", "create_fulfilment_order", "plan_shipment", "post_goods_issue", "tender_load",
        "update_carrier_assignment", "update_delivery_status", "update_order_status", "update_shipment",
    )
)  # fmt: skip

# What the hub itself says of every order: what it bills, how its commands ended, what time decided.
OURS = frozenset(
    ("command.acknowledged", "command.refused", "invoice.eligible", "request_invoice", "timer.elapsed")
)  # fmt: skip

# A state may stand behind this many changes, and be this long with them, before it is written whole again: reading
# goes through each, and a longer row would be moved out of its table.
CHANGES_MAX = 8
CHANGED_BYTES_MAX = 3000

# What deflate can reach back to: a dictionary is no longer than this, and longer bodies still find their own repeats.
_WINDOW_BITS = 13
_WINDOWS = {
    VOCABULARY: _WINDOW_BITS, EARLIER_STATES: _WINDOW_BITS, EARLIER_CHANGE: _WINDOW_BITS,
    OWN_WORDS: _WINDOW_BITS, TEMPLATES: 14, STATES: 14, CHANGE: 14,
}  # fmt: skip
# Least effort with nearly the best result, measured: 9 µs a fact.
_LEVEL = 3
_MEMORY = 4


class Inflater(Protocol):
    """What `zlib.decompressobj` gives; its class has no public name."""

    @property
    def eof(self) -> bool:
        """Whether the end was reached."""

    def decompress(self, data: bytes, /) -> bytes:
        """What these bytes say."""


def _words(name: str) -> bytes:
    return (Path(__file__).parent / name).read_bytes()


_DICTIONARIES = {
    VOCABULARY: _words("dictionary_1.txt"),
    EARLIER_STATES: _words("dictionary_2.bin"),
    TEMPLATES: _words("dictionary_3.bin"),
    STATES: _words("dictionary_4.bin"),
    OWN_WORDS: _words("dictionary_5.bin"),
}

# Set up once and copied for each body, which is three times as fast as reading a dictionary each time.
_DEFLATERS = {
    how: zlib.compressobj(_LEVEL, zlib.DEFLATED, -_WINDOWS[how], _MEMORY, zlib.Z_DEFAULT_STRATEGY, words)
    for how, words in _DICTIONARIES.items()
}
_deflaters = {how: deflater.copy for how, deflater in _DEFLATERS.items()}
_INFLATERS = {how: zlib.decompressobj(-_WINDOWS[how], words) for how, words in _DICTIONARIES.items()}

# What stands before the state before, for a change to refer to.
_BEFORE = {CHANGE: _DICTIONARIES[STATES], EARLIER_CHANGE: b""}

_KEY_LENGTH_BYTES = 4
_CHANGE_LENGTH_BYTES = 2


def pack(body: bytes, kind: str = "") -> bytes:
    """A fact or a command of this type as it is stored; never more than one byte longer than `body`."""
    return _pack(TEMPLATES if kind in TEMPLATED else OWN_WORDS if kind in OURS else VOCABULARY, body)


def pack_state(state: bytes) -> bytes:
    """A dossier's state as it is stored."""
    return _pack(STATES, state)


def _pack(how: bytes, body: bytes) -> bytes:
    deflater = _deflaters[how]()
    packed = deflater.compress(body) + deflater.flush()
    return how + packed if len(packed) < len(body) else AS_IT_IS + body


def pack_change(state: bytes, before: bytes, stored: bytes) -> bytes:
    """A state as it is stored when `before` is stored as `stored`: mostly the change alone, in front of that.

    The database logs of an updated row what stands before its unchanged end: here 190 bytes instead of 900.
    """
    known = _BEFORE[CHANGE] + before
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -_WINDOWS[CHANGE], _MEMORY, zlib.Z_DEFAULT_STRATEGY, known)
    change = deflater.compress(state) + deflater.flush()
    if len(_split(stored)[0]) >= CHANGES_MAX or len(change) * 2 > len(stored) or len(stored) > CHANGED_BYTES_MAX:
        return pack_state(state)
    return CHANGE + len(change).to_bytes(_CHANGE_LENGTH_BYTES) + change + stored


def unpack_state(stored: bytes) -> bytes:
    """The state `pack_state` or `pack_change` was given.

    Raises:
        Bug: see `unpack`.
    """
    changes, whole = _split(stored)
    state = unpack(whole)
    for how, change in reversed(changes):
        state = _inflate(zlib.decompressobj(-_WINDOWS[how], _BEFORE[how] + state), change)
    return state


def _split(stored: bytes) -> tuple[list[tuple[bytes, bytes]], bytes]:
    """The changes and how each is packed, latest first, and the whole state they changed."""
    changes: list[tuple[bytes, bytes]] = []
    at = 0
    while (how := stored[at : at + 1]) in _BEFORE:
        start = at + 1 + _CHANGE_LENGTH_BYTES
        at = start + int.from_bytes(stored[at + 1 : start])
        changes.append((how, stored[start:at]))
    return changes, stored[at:]


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
    return _inflate(_INFLATERS[how].copy(), packed)


def _inflate(inflater: Inflater, packed: bytes) -> bytes:
    try:
        body = inflater.decompress(packed)
    except zlib.error as error:
        raise Bug(f"a stored body is damaged ({error}): restore the row from a backup") from error
    if not inflater.eof:
        raise Bug("a stored body is cut short: restore the row from a backup")
    return body


def pack_keyed(body: bytes, key: str, kind: str = "") -> bytes:
    """A body and the business key that is made of its parts, which so costs 15 bytes instead of 60."""
    packed_key = key.encode()
    return pack(body + packed_key + len(packed_key).to_bytes(_KEY_LENGTH_BYTES), kind)


def unpack_keyed(stored: bytes) -> tuple[bytes, str]:
    """What `pack_keyed` was given."""
    whole = unpack(stored)
    end = len(whole) - _KEY_LENGTH_BYTES
    start = end - int.from_bytes(whole[end:])
    return whole[:start], whole[start:end].decode()
