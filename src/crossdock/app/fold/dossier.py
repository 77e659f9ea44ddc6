"""The stored state of one dossier: what a fold left behind, packed as msgpack arrays.

Everything here can be rebuilt from the event log but for two memories of what was *done*: `emitted` and `alarm_us`.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import msgspec

from crossdock.canonical.envelope import Fact
from crossdock.canonical.vocabulary import Role
from crossdock.kernel.ids import fingerprint
from crossdock.kernel.instant import micros

ENTRY_BYTES = 8
KEY_BYTES = 5
KEY_MASK = (1 << 8 * KEY_BYTES) - 1
DIGEST_MASK = (1 << 24) - 1
U64 = (1 << 64) - 1


class Place(NamedTuple):
    """A fact's place in canonical order: `(occurred, causal rank, business key, content)`; arrival has no part in
    it."""

    at_us: int
    rank: int
    key_print: int
    digest: int


class Timer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A running timer: `timer.elapsed` about `scope` is due at `due_us`."""

    name: str
    scope: str
    about: str
    due_us: int


class OpenedCase(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A case this dossier holds open, and the event that opened it."""

    code: str
    subject: str
    slot: str
    detail: str
    cause: str


class DossierState(msgspec.Struct, array_like=True):
    """See the module; `machines` maps `ORD` or `FO:WH-NL1/1` to the packed state of that process manager.

    Attributes:
        next_seq: sequence number the next event of the log gets.
        frontier: place of the last fact folded, in canonical order.
        alarm_us: when the dossier's alarm is set, 0 for not.
        held: sequence numbers of facts on hold inside the fold.
        behind: sequence numbers of facts kept behind a quarantined one, and the lanes blocked.
        told: for each derived fact another dossier was told, how often its standing changed: odd, it stands; even, it
        was
            taken back.
        shown: for each thing whose present state a partner is kept told of, the print of the last telling.
        aliases: fingerprint of an identifier to its group.
        seen: 8 bytes a fact (40 bits of its key, 24 of its content): the duplicate test.
        emitted: 8 bytes for each command and derived fact ever emitted.
    """

    next_seq: int = 1
    frontier: tuple[int, int, int, int] = (0, 0, 0, 0)
    alarm_us: int = 0
    held: list[int] = []
    behind: list[int] = []
    blocked: list[str] = []
    timers: list[Timer] = []
    cases: list[OpenedCase] = []
    machines: dict[str, msgspec.Raw] = {}
    told: dict[int, int] = {}
    shown: dict[int, int] = {}
    aliases: dict[int, str] = {}
    seen: bytes = b""
    emitted: bytes = b""


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(DossierState)


def pack(state: DossierState) -> bytes:
    """The bytes kept in the dossier row."""
    return _encoder.encode(state)


def unpack(body: bytes) -> DossierState:
    """The state of a dossier row; empty bytes are a dossier that does not exist yet."""
    return _decoder.decode(body) if body else DossierState()


def place(fact: Fact) -> Place:
    """Where this fact stands in canonical order."""
    return Place(micros(fact.placed_at), fact.rank, fingerprint(fact.key), fact.digest)


def seen_entry(fact: Fact, where: Place, *, turned_away: bool = False) -> bytes:
    """The entry of `seen`: five bytes of the business key's print, then three of the content's.

    Who may speak of a warehouse, the fold decides: the same words of another system are another statement. What was
    turned away before the fold keeps nobody else from saying it.
    """
    key, digest = where.key_print, where.digest
    if turned_away:
        key = fingerprint(f"{fact.key} by {fact.source.system} {fact.source.instance}")
    elif fact.source.system is Role.WMS:
        digest ^= fingerprint(fact.source.instance)
    return ((key & KEY_MASK) << 24 | digest & DIGEST_MASK).to_bytes(ENTRY_BYTES, "big")


def entry(print_: int) -> bytes:
    """The entry of `emitted` or `told`: a whole print."""
    return (print_ & U64).to_bytes(ENTRY_BYTES, "big")


def holds(packed: bytes, beginning: bytes) -> bool:
    """Whether one of these packed entries begins so. A byte search: nothing is unpacked for a list of some dozens."""
    at = packed.find(beginning)
    while at > 0 and at % ENTRY_BYTES:
        at = packed.find(beginning, at + 1)
    return at >= 0


def due_us(due: datetime) -> int:
    """A timer's due instant as stored."""
    return micros(due)
