"""Where we stand in polled sources, on PostgreSQL (ports.polling.Cursors)."""

from __future__ import annotations

from datetime import datetime

from crossdock.postgres.connection import Pool, transaction, translated

_READ = "select cursor from poll_cursor where name = %s"

# The first move inserts; every other one must find the cursor where its mover saw it.
_MOVE = """
insert into poll_cursor as held (name, cursor, moved) values (%(name)s, %(after)s, %(at)s)
on conflict (name) do update set cursor = excluded.cursor, moved = excluded.moved where held.cursor = %(before)s"""


class PostgresCursors:
    """Reads and writes through its own short transactions."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def cursor(self, name: str) -> str:
        """See `Cursors.cursor`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_READ, (name,))).fetchone()
        return str(row[0]) if row is not None else ""

    async def move(self, name: str, before: str, after: str, at: datetime) -> bool:
        """See `Cursors.move`."""
        values = {"name": name, "before": before, "after": after, "at": at}
        async with transaction(self._pool) as connection:
            with translated():
                return (await connection.execute(_MOVE, values)).rowcount == 1
