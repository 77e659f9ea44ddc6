"""The event log in commit order (ports.feed), found through a BRIN index on the writing transaction.

A page is looked for in a window of transactions past the cursor, widened while it is empty, so that a relay that is a
million events behind does not sort a million rows for every thousand it publishes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from psycopg.rows import TupleRow

from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.errors import Bug
from crossdock.ports.feed import FeedRow, Position
from crossdock.ports.store import ARCHIVED
from crossdock.postgres.codes import DISPOSITIONS
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.log import type_of, unpack_concluded
from crossdock.postgres.packing import unpack_keyed

WINDOW_TRANSACTIONS = 64

_CURSOR = "select tx, dossier, seq from relay_cursor where name = %s"

# All transactions before the oldest one still running are decided: nothing can appear among them any more.
_HORIZON = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint"

_PAGE = """
select e.tx, e.dossier, e.seq, d.ident, e.type, e.disposition, e.partner, e.occurred, e.recorded,
    coalesce(e.cause, ''), e.body, e.concluded, d.version
from (
    select * from event
    where tx >= %(tx)s and tx < %(until)s and (tx, dossier, seq) > (%(tx)s, %(dossier)s, %(seq)s)
    order by tx, dossier, seq limit %(limit)s
) as e join dossier d on d.id = e.dossier
order by e.tx, e.dossier, e.seq"""

_FIRST = """
insert into relay_cursor (name, tx, dossier, seq) values (%(name)s, %(tx)s, %(dossier)s, %(seq)s)
on conflict (name) do nothing"""

_MOVE = """
update relay_cursor set tx = %(tx)s, dossier = %(dossier)s, seq = %(seq)s, updated = now()
where name = %(name)s and (tx, dossier, seq) = (%(old_tx)s, %(old_dossier)s, %(old_seq)s)"""


class PostgresFeed:
    """ports.feed.Feed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        # While nothing happens, other transactions go by; each poll starts where the last one found nothing.
        self._asked = Position()
        self._nothing_before = Position()

    async def cursor(self, name: str) -> Position:
        """Where this reader stands; the beginning if it never moved."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_CURSOR, (name,))).fetchone()
        return Position(*row) if row is not None else Position()

    async def read(self, after: Position, *, limit: int) -> Sequence[FeedRow]:
        """The next events in commit order; see `Feed.read`."""
        start = max(after, self._nothing_before) if after == self._asked else after
        async with transaction(self._pool) as connection:
            with translated():
                rows, self._nothing_before = await _read(connection, start, limit)
        self._asked = after
        return rows

    async def advance(self, name: str, before: Position, after: Position) -> bool:
        """Move a cursor that still stands at `before`; false when another relay has moved it."""
        place = {"name": name, "tx": after.tx, "dossier": after.dossier, "seq": after.seq}
        old = {"old_tx": before.tx, "old_dossier": before.dossier, "old_seq": before.seq}
        async with transaction(self._pool) as connection:
            with translated():
                if before == Position():
                    cursor = await connection.execute(_FIRST, place)
                else:
                    cursor = await connection.execute(_MOVE, {**place, **old})
        return cursor.rowcount == 1


async def _read(connection: Connection, after: Position, limit: int) -> tuple[list[FeedRow], Position]:
    """The page, and the position up to which there is surely nothing before it."""
    row = await (await connection.execute(_HORIZON)).fetchone()
    if row is None:
        raise Bug("PostgreSQL gave no snapshot")
    horizon = int(row[0])
    start, window = after, WINDOW_TRANSACTIONS
    while start.tx < horizon:
        until = min(start.tx + window, horizon)
        place = {"tx": start.tx, "dossier": start.dossier, "seq": start.seq, "until": until, "limit": limit}
        rows = await (await connection.execute(_PAGE, place, binary=True)).fetchall()
        if rows:
            return [event for row in rows for event in _feed_rows(row)], start
        start, window = Position(until, 0, 0), window * 2
    return [], start


def _feed_rows(row: TupleRow) -> Iterator[FeedRow]:
    """The event of a row, and those concluded from it, at the same place."""
    tx, dossier, seq, ident, stored, code, partner, occurred, recorded, cause, packed, concluded, version = row
    archived = version >= ARCHIVED
    body, key = unpack_keyed(packed)
    place = Position(tx, dossier, seq)
    disposition = DISPOSITIONS[code]
    kind = type_of(stored, key)
    yield FeedRow(place, seq, ident, kind, disposition, partner, occurred, recorded, cause, body, archived)
    for number, told in unpack_concluded(seq, concluded):
        yield FeedRow(
            position=place,
            seq=number,
            ident=ident,
            type=told.type,
            disposition=Disposition.APPLY,
            partner=told.partner,
            occurred=occurred,
            recorded=recorded,
            cause=f"{dossier}.{seq}",
            body=told.body,
            archived=archived,
        )
