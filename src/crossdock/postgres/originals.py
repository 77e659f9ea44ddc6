"""Bytes of messages on their way out of PostgreSQL (ports.originals).

The row of a message stays as it is but for its body, so that whatever asks by hash or control number finds what it
found. Which facts rest on a message is not searched for in the log: its own sums tell. `facts` is how many it gave,
`archived` how many of those left with their dossiers, and what was given up names it in `control`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import LiteralString

from psycopg.rows import TupleRow

from crossdock.kernel.instant import from_micros, micros
from crossdock.ports.acts import Act
from crossdock.ports.archive import Place, Written
from crossdock.ports.messages import KeptMessage
from crossdock.ports.originals import MESSAGES, PIECE_MESSAGES, ROUND_BYTES, ROUND_MESSAGES, Away
from crossdock.postgres.acts import keep_act
from crossdock.postgres.archive import OURSELVES, begin_round, keep_file, note_place
from crossdock.postgres.connection import Connection, Pool, allow, transaction, translated

COUNT_TIMEOUT_MS = 900_000
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

# The page: rows by the time they came, whatever their bytes are doing.
_PAGE = """
select received, id from message
where received >= %(received)s and (received, id) > (%(received)s, %(id)s) and received < %(before)s
order by received, id limit %(limit)s"""

# The bytes of a message are given up when neither it nor a later reading of it has a fact left in the database. The
# second look, at what was given up, is taken only where the first does not do.
_FREE: LiteralString = """
    m.body <> ''::bytea
    and (m.facts <= m.archived or m.facts <= m.archived + (
        select count(*) from message q where q.channel = 'quarantine' and q.control <> '' and q.control = m.id))
    and not exists (select from message r where r.original = m.id and r.original <> '' and r.facts > r.archived)"""

_SIZES: LiteralString = """
select m.id, octet_length(m.body) from message m
where m.id = any(%s) and $free order by m.received, m.id for update of m skip locked""".replace("$free", _FREE)

_COUNT: LiteralString = "select count(*) from message m where m.received < %s and $free".replace("$free", _FREE)

_BODIES = """
select id, partner, channel, content_type, received, sha256, status, control, findings, body
from message where id = any(%s) order by received, id"""

_EMPTY = "update message set body = ''::bytea where id = any(%s)"
_PUT_PIECE = "insert into message_piece (position, bytes, file, sha256) values (%s, %s, %s, %s) returning id"
_PUT_BYTES = "insert into message_bytes (piece, octets, message) values (%s, %s, %s)"

_AWAY: LiteralString = """
select b.message, b.octets, m.sha256, p.file, p.position, p.bytes, p.sha256, f.gone
from message_bytes b
join message_piece p on p.id = b.piece
join message m on m.id = b.message
left join archive_file f on f.name = p.file """
_AWAY_OF: LiteralString = _AWAY + "where b.message = any(%s)"

# Other pieces each time, and each as likely as any.
_CHOSEN: LiteralString = """
join (
    select id from message_piece order by hashint8extended(id, extract(epoch from now())::bigint) limit %(pieces)s
) as chosen on chosen.id = b.piece
where f.gone is null order by b.piece, b.message limit %(limit)s"""
_SAMPLE: LiteralString = _AWAY + _CHOSEN


class PostgresBytesRound:
    """See `ports.originals.BytesRound`."""

    def __init__(self, connection: Connection, looked: int, candidates: Sequence[KeptMessage]) -> None:
        self._connection = connection
        self.looked = looked
        self.candidates = candidates

    async def remove(self, written: Written, pieces: Sequence[Sequence[KeptMessage]], at: datetime) -> None:
        """See `BytesRound.remove`."""
        ids = [one.id for piece in pieces for one in piece]
        with translated():
            await self._connection.execute(_EMPTY, (ids,))
            await keep_file(self._connection, MESSAGES, written, at)
            async with self._connection.cursor() as cursor:
                rows: list[tuple[int, int, str]] = []
                for place, piece in zip(written.places, pieces, strict=True):
                    await cursor.execute(_PUT_PIECE, (place.position, place.bytes, place.file, place.sha256))
                    number = (await cursor.fetchone() or (0,))[0]
                    rows += [(number, len(one.body), one.id) for one in piece]
                await cursor.executemany(_PUT_BYTES, rows)
        done = Act("archived", OURSELVES, OURSELVES, f"the bytes of {len(ids)} messages on which nothing rests here")
        await keep_act(self._connection, at, done, "", written.sha256, about=f"archive {written.name}")


class PostgresBytesArchive:
    """See `ports.originals.BytesArchive`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def round(self, before: datetime, limit: int = ROUND_MESSAGES) -> AsyncIterator[PostgresBytesRound | None]:
        """See `BytesArchive.round`."""
        async with transaction(self._pool) as connection:
            with translated():
                place = await begin_round(connection, MESSAGES)
                found = None if place is None else await _look(connection, place, before, limit)
            if found is None:
                yield None
                return
            looked, last, candidates = found
            yield PostgresBytesRound(connection, looked, candidates)
            with translated():
                await note_place(connection, MESSAGES, last)

    async def leaving(self, before: datetime) -> int:
        """See `BytesArchive.leaving`."""
        async with transaction(self._pool) as connection:
            with translated():
                await allow(connection, COUNT_TIMEOUT_MS)
                row = await (await connection.execute(_COUNT, (before,), prepare=False)).fetchone()
        return int(row[0]) if row is not None else 0

    async def away(self, messages: Sequence[str]) -> Sequence[Away]:
        """See `BytesArchive.away`."""
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_AWAY_OF, (list(messages),))).fetchall()
        return [away_of(row) for row in rows]

    async def sample(self, limit: int) -> Sequence[Away]:
        """See `BytesArchive.sample`."""
        values = {"pieces": limit // PIECE_MESSAGES + 1, "limit": limit}
        async with transaction(self._pool) as connection:
            with translated():
                await allow(connection, COUNT_TIMEOUT_MS)
                rows = await (await connection.execute(_SAMPLE, values, prepare=False)).fetchall()
        return [away_of(row) for row in rows]


async def _look(connection: Connection, place: str, before: datetime, limit: int) -> tuple[int, str, list[KeptMessage]]:
    """How many rows were looked at, the place behind them, and those that may go, as many as memory is given for."""
    at, _, last = place.partition("_")
    values = {"received": from_micros(int(at)) if at else BEGINNING, "id": last, "before": before, "limit": limit}
    page = await (await connection.execute(_PAGE, values)).fetchall()
    if not page:
        return 0, "", []
    found = await (await connection.execute(_SIZES, ([row[1] for row in page],), prepare=False)).fetchall()
    sizes: dict[str, int] = dict(found)
    taken: list[str] = []
    octets, looked = 0, 0
    for _, ident in page:
        size = sizes.get(ident)
        if size is not None and taken and octets + size > ROUND_BYTES:
            break
        looked += 1
        if size is not None:
            taken.append(ident)
            octets += size
    received, ident = page[looked - 1]
    rows = await (await connection.execute(_BODIES, (taken,))).fetchall() if taken else []
    return looked, f"{micros(received)}_{ident}", [KeptMessage(*row) for row in rows]


def away_of(row: TupleRow) -> Away:
    """A row of `_AWAY`."""
    message, octets, sha256, file, position, size, digest, gone = row
    return Away(message, octets, sha256, Place(file, position, size, digest), gone)
