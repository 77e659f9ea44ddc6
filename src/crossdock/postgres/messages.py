"""Lookup of messages received before (ports.messages)."""

from __future__ import annotations

from psycopg_pool import AsyncConnectionPool
from psycopg import AsyncConnection

from crossdock.ports.messages import KnownMessage

FIND = """
select id, sha256, status from message
where partner = %(partner)s and status in ('accepted', 'partial')
  and ((%(control)s <> '' and control = %(control)s) or (%(control)s = '' and sha256 = %(sha256)s))
order by id limit 1
"""


class PostgresMessages:
    """Reads through its own short transactions, beside the hot path."""

    def __init__(self, pool: AsyncConnectionPool[AsyncConnection]) -> None:
        self._pool = pool

    async def find(self, partner: str, control: str, sha256: str) -> KnownMessage | None:
        """See `Messages.find`."""
        async with self._pool.connection() as connection:
            cursor = await connection.execute(FIND, {"partner": partner, "control": control, "sha256": sha256})
            row = await cursor.fetchone()
        return KnownMessage(row[0], row[1], row[2]) if row else None
