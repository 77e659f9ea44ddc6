"""What a row of the log leaves out and keeps for others, and how it is put back (decision 0014).

A fact concluded from another of its dossier, in the same batch, is kept in that one's row: how many there are, what
to add to the row's number to get each one's own, then all of them packed together. Transitions are kept as numbers of
lines of a fixed list; a type not at all where the business key begins with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import msgspec

from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Bug
from crossdock.ports.store import EventRow
from crossdock.ports.views import EventView
from crossdock.postgres.packing import pack, unpack, unpack_keyed

CONCLUDED_MAX = 255
FURTHEST = 0xFFFF
_NUMBER_BYTES = 2

# A line that was ever released never moves; new ones are added at the end.
TRANSITIONS = tuple((Path(__file__).parent / "transitions_1.txt").read_text().splitlines())
_LINES = {transition: number.to_bytes(_NUMBER_BYTES) for number, transition in enumerate(TRANSITIONS)}


class Conclusion(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A fact concluded from the one whose row it is kept in; everything else it has in common with that."""

    body: bytes
    key: str
    partner: str

    @property
    def type(self) -> str:
        """The type its key begins with."""
        return type_of(None, self.key)


class StoredEvent(msgspec.Struct, frozen=True, gc=False):
    """A row of the log as it is stored, for the read side."""

    dossier: int
    seq: int
    type: str | None
    disposition: Disposition
    folded: bool
    partner: str
    occurred: datetime
    received: datetime
    recorded: datetime
    body: bytes
    cause: str
    message: str
    transitions: str
    moves: bytes | None
    reason: str
    concluded: bytes | None


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Conclusion])


def gathered(events: Sequence[EventRow]) -> list[tuple[EventRow, Sequence[EventRow]]]:
    """Rows to write, in the order given, each with the conclusions that go into it."""
    carriers = {f"{row.dossier}.{row.seq}": row for row in events if not row.concluded}
    inside: dict[str, list[EventRow]] = {}
    alone: list[EventRow] = []
    for row in events:
        carrier = carriers.get(row.cause) if row.concluded else None
        if carrier is None or not _fits(row, carrier) or len(inside.get(row.cause, ())) == CONCLUDED_MAX:
            alone.append(row)
        else:
            inside.setdefault(row.cause, []).append(row)
    if not inside:
        return [(row, ()) for row in alone]
    return [(row, inside.get(f"{row.dossier}.{row.seq}", ())) for row in alone]


def _fits(row: EventRow, carrier: EventRow) -> bool:
    """Whether nothing of this row would be lost in that one."""
    return (
        row.dossier == carrier.dossier
        and row.disposition is Disposition.APPLY
        and not (row.message or row.transitions or row.reason)
        and 0 < row.seq - carrier.seq <= FURTHEST
        and row.occurred == carrier.occurred
        and row.received == carrier.received
        and begins(row.key, row.type)
    )


def pack_concluded(carrier: EventRow, conclusions: Sequence[EventRow]) -> bytes:
    """Their numbers, readable by SQL (the view `event_number`), and all they do not share with the carrier."""
    steps = b"".join([(row.seq - carrier.seq).to_bytes(_NUMBER_BYTES) for row in conclusions])
    bodies = _encoder.encode([Conclusion(row.body, row.key, row.partner) for row in conclusions])
    return len(conclusions).to_bytes() + steps + pack(bodies, conclusions[0].type)


def unpack_concluded(seq: int, concluded: bytes | None) -> list[tuple[int, Conclusion]]:
    """The conclusions kept in row `seq`, each with its number."""
    if concluded is None:
        return []
    end = 1 + _NUMBER_BYTES * concluded[0]
    steps = [int.from_bytes(concluded[at : at + _NUMBER_BYTES]) for at in range(1, end, _NUMBER_BYTES)]
    try:
        kept = _decoder.decode(unpack(concluded[end:]))
        return [(seq + step, conclusion) for step, conclusion in zip(steps, kept, strict=True)]
    except (msgspec.MsgspecError, ValueError) as error:
        raise Bug(f"what was concluded from fact {seq} is damaged ({error}): restore the row from a backup") from error


def begins(key: str, name: str) -> bool:
    """Whether this business key begins with this type, so that `type_of` finds it there."""
    return key.startswith(name) and key[len(name) : len(name) + 1] == "|"


def type_of(stored: str | None, key: str) -> str:
    """The type of a row."""
    return stored if stored is not None else key.partition("|")[0]


@lru_cache(maxsize=4096)
def pack_moves(transitions: str) -> bytes | None:
    """`SHP-05 PLANNED>TENDERED; …` in two bytes a transition, `None` for none or one that is not listed."""
    if not transitions:
        return None
    lines = [_LINES.get(one) for one in transitions.split("; ")]
    return None if None in lines else b"".join([line for line in lines if line is not None])


def unpack_moves(moves: bytes | None) -> str:
    """What `pack_moves` was given.

    Raises:
        Bug: a later version of Crossdock wrote it, with more lines.
    """
    if moves is None:
        return ""
    numbers = [int.from_bytes(moves[at : at + _NUMBER_BYTES]) for at in range(0, len(moves), _NUMBER_BYTES)]
    if any(number >= len(TRANSITIONS) for number in numbers):
        raise Bug("a row has a transition this version does not list: run the version that wrote it")
    return "; ".join([TRANSITIONS[number] for number in numbers])


def views_of(row: StoredEvent) -> Iterator[EventView]:
    """The event of a row, and those concluded from it."""
    body, key = unpack_keyed(row.body)
    told = EventView(
        dossier=row.dossier,
        seq=row.seq,
        type=type_of(row.type, key),
        disposition=row.disposition,
        partner=row.partner,
        occurred=row.occurred,
        received=row.received,
        recorded=row.recorded,
        body=body,
        key=key,
        cause=row.cause,
        message=row.message,
        transitions=row.transitions or unpack_moves(row.moves),
        reason=row.reason,
        folded=row.folded,
    )
    yield told
    for seq, conclusion in unpack_concluded(row.seq, row.concluded):
        yield msgspec.structs.replace(
            told,
            seq=seq,
            type=conclusion.type,
            disposition=Disposition.APPLY,
            partner=conclusion.partner,
            body=conclusion.body,
            key=conclusion.key,
            cause=told.id,
            message="",
            transitions="",
            reason="",
            folded=True,
        )
