"""Rows of the two tables every fact writes to, packed here in COPY's binary form.

The driver dumps a row value by value: 15 µs a row of 13 columns against 4 µs packed like this (measured). Whoever hands
in a number its column cannot hold gets `struct.error`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from crossdock.ports.store import DeliveryRow, EventRow
from crossdock.postgres.arrays import micros_since_2000
from crossdock.postgres.codes import code_of
from crossdock.postgres.connection import Connection
from crossdock.postgres.log import begins, gathered, pack_concluded, pack_moves
from crossdock.postgres.packing import pack, pack_keyed

# Facts that answer a command; `outbox.answered` finds them by the command's idempotency key at the end of theirs.
ANSWERS = frozenset({"command.acknowledged", "command.refused"})

# The word an ordering key begins with, by type of command; the list of `command_order`, which never changes a line.
ORDERINGS = dict(line.split() for line in (Path(__file__).parent / "orderings_1.txt").read_text().splitlines())

# Rows handed to the database at a time: few enough to keep it busy from the start, enough to make a call worth it.
AT_ONCE = 100

_EVENT = """
copy event (
    dossier, occurred, received, seq, disposition, type, partner, key, cause, message, transitions, reason, body,
    concluded, moves
)
from stdin (format binary)"""
_DELIVERY = """
copy delivery (
    id, dossier, due, lane, created, partner, type, idempotency_key, ordering_key, cause, traceparent, payload
)
from stdin (format binary)"""

# How many columns, then those of fixed size, each behind its length.
_event_head = struct.Struct("!hiqiqiqiiih").pack
_delivery_head = struct.Struct("!hiqiqiqihi").pack

_BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_length = struct.Struct("!i").pack

Row = TypeVar("Row")


async def copy_events(connection: Connection, events: Sequence[EventRow]) -> None:
    """The log, in the order given; what was concluded inside a dossier goes into the row of its cause."""
    await _copy(connection, _EVENT, _event, gathered(events))


async def copy_deliveries(connection: Connection, deliveries: Sequence[DeliveryRow]) -> None:
    """The outbox."""
    await _copy(connection, _DELIVERY, _delivery, deliveries)


async def _copy(
    connection: Connection, statement: str, packed: Callable[[Row], Iterable[bytes]], rows: Sequence[Row]
) -> None:
    if not rows:
        return
    parts = [_BEGIN]
    async with connection.cursor() as cursor, cursor.copy(statement.encode()) as copy:
        for start in range(0, len(rows), AT_ONCE):
            for row in rows[start : start + AT_ONCE]:
                parts.extend(packed(row))
            # The database takes these in while the next are packed.
            await copy.write(b"".join(parts))
            parts.clear()
        await copy.write(_END)


def _event(gathered_row: tuple[EventRow, Sequence[EventRow]]) -> Iterable[bytes]:
    row, conclusions = gathered_row
    occurred, received = micros_since_2000(row.occurred), micros_since_2000(row.received)
    code = code_of(row.disposition, folded=row.folded)
    answers = row.type in ANSWERS
    moves = pack_moves(row.transitions)
    return (
        _event_head(15, 8, row.dossier, 8, occurred, 8, received, 4, row.seq, 2, code),
        _NULL if begins(row.key, row.type) and not answers else _name(row.type),
        _name(row.partner),
        _text_if_any(row.key if answers else ""),
        _text_if_any(row.cause),
        _text_if_any(row.message),
        _text_if_any(row.transitions if moves is None else ""),
        _text_if_any(row.reason),
        _blob(pack_keyed(row.body, row.key, row.type)),
        _blob(pack_concluded(row, conclusions)) if conclusions else _NULL,
        _NULL if moves is None else _blob(moves),
    )


def _delivery(row: DeliveryRow) -> Iterable[bytes]:
    dossier, _, number = row.cause.partition(".")
    return (
        _delivery_head(12, 8, row.id, 8, row.dossier, 8, micros_since_2000(row.due), 2, row.lane, -1),
        _name(row.partner),
        _NULL if row.idempotency_key.startswith(f"{row.type}:") else _name(row.type),
        _blob(row.idempotency_key.encode()),
        _NULL if tells_order(row) else _blob(row.ordering_key.encode()),
        _blob((number if dossier == str(row.dossier) else row.cause).encode()),
        _text_if_any(row.traceparent),
        _blob(pack(row.payload, row.type)),
    )


def tells_order(row: DeliveryRow) -> bool:
    """Whether `command_order` finds a command's ordering key in its idempotency key."""
    name, _, key = row.idempotency_key.partition(":")
    word = ORDERINGS.get(row.type)
    return name == row.type and word is not None and row.ordering_key == f"{word}:{key.partition('|')[0]}"


def _blob(value: bytes) -> bytes:
    return _length(len(value)) + value


@lru_cache(maxsize=1024)
def _name(value: str) -> bytes:
    """One of a few hundred words: types and partners."""
    return _blob(value.encode())


def _text_if_any(value: str) -> bytes:
    """Null for nothing: it costs nothing."""
    return _blob(value.encode()) if value else _NULL
