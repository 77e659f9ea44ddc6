"""What stored orders take, by table, as the database itself counts it."""

from __future__ import annotations

import msgspec

from crossdock.postgres.connection import Pool, allow
from crossdock.postgres.rows import fetch

_SIZES = """
select relname as name, n_live_tup as rows, pg_table_size(relid) as table_bytes, pg_indexes_size(relid) as index_bytes
from pg_stat_user_tables where n_live_tup > 0 or pg_table_size(relid) > 100000
order by pg_total_relation_size(relid) desc"""


class TableSize(msgspec.Struct, frozen=True):
    """One table with what is stored out of line, and its indexes."""

    name: str
    rows: int
    table_bytes: int
    index_bytes: int


async def sizes(pool: Pool) -> list[TableSize]:
    """The tables that hold anything, the largest first, after a vacuum that gave back what is free."""
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        await allow(connection, 0)
        await connection.execute("set statement_timeout = 0")
        await connection.execute("vacuum (analyze)")
        await connection.execute("reset statement_timeout")
        await connection.set_autocommit(False)
    return list(await fetch(pool, TableSize, _SIZES, ()))
