"""Rows that are made anew for a dossier with every fact about it: those that stand as they should are not touched.

Most of them do. Writing all of them again would cost many times what the fact itself does, in the database's log and in
room that only a vacuum frees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from psycopg.rows import tuple_row

from crossdock.postgres.connection import Connection


class Derived(msgspec.Struct, frozen=True):
    """A table of such rows. `key` are the columns that tell the rows of a dossier apart, with their types."""

    name: str
    key: Mapping[str, str]
    others: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns; a row has a field of each name."""
        return ("dossier", *self.key, *self.others)


async def renew(
    connection: Connection, table: Derived, dossiers: Sequence[int], rows: Sequence[msgspec.Struct]
) -> None:
    """Let the rows of these dossiers be these, whatever they were. Nobody else may write them meanwhile."""
    wanted = [tuple(getattr(row, column) for column in table.columns) for row in rows]
    statement = f"select {', '.join(table.columns)} from {table.name} where dossier = any(%s::bigint[])"  # noqa: S608
    async with connection.cursor(row_factory=tuple_row) as cursor:
        await cursor.execute(statement.encode(), (list(dossiers),))
        stand = set(await cursor.fetchall())
    await _delete(connection, table, stand.difference(wanted))
    await copy_rows(connection, table.name, table.columns, [row for row in wanted if row not in stand])


async def copy_rows(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Add rows, each with its columns in this order."""
    if not rows:
        return
    statement = f"copy {table} ({', '.join(columns)}) from stdin"
    async with connection.cursor(row_factory=tuple_row) as cursor, cursor.copy(statement.encode()) as copy:
        for row in rows:
            await copy.write_row(row)


async def _delete(connection: Connection, table: Derived, gone: set[tuple[object, ...]]) -> None:
    if not gone:
        return
    key = {"dossier": "bigint", **table.key}
    arrays = ", ".join(f"%s::{kind}[]" for kind in key.values())
    statement = (
        f"delete from {table.name} as t using unnest({arrays}) as g ({', '.join(key)}) "  # noqa: S608
        f"where {' and '.join(f't.{column} = g.{column}' for column in key)}"
    )
    places = [table.columns.index(column) for column in key]
    await connection.execute(statement.encode(), tuple([row[place] for row in gone] for place in places))
