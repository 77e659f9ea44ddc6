"""Rows to structs for the read side, by column name. The hot path maps by position instead, which is faster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec
from psycopg.rows import dict_row

from crossdock.postgres.connection import Connection, Pool, transaction, translated

Row = TypeVar("Row")


async def fetch(
    pool: Pool,
    kind: type[Row],
    statement: str,
    values: Sequence[object] | Mapping[str, object],
    *,
    mend: Callable[[dict[str, object]], dict[str, object]] | None = None,
) -> list[Row]:
    """All rows of a statement, each through `mend` first; every one has a limit of its own in the statement."""
    async with transaction(pool) as connection:
        return await fetch_on(connection, kind, statement, values, mend=mend)


async def fetch_on(
    connection: Connection,
    kind: type[Row],
    statement: str,
    values: Sequence[object] | Mapping[str, object],
    *,
    mend: Callable[[dict[str, object]], dict[str, object]] | None = None,
) -> list[Row]:
    """As `fetch`, in a transaction under way."""
    async with connection.cursor(row_factory=dict_row) as cursor:
        with translated():
            await cursor.execute(statement, values)
            rows = await cursor.fetchall()
    return [msgspec.convert(mend(row) if mend is not None else row, kind) for row in rows]
