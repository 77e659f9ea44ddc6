"""Rows that are dropped by their age (app.archive.sweeps.Leftovers), a page at a time, each found by an index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crossdock.ports.acts import Act
from crossdock.postgres.acts import keep_act
from crossdock.postgres.connection import Pool, transaction, translated

OURSELVES = "crossdock"

_MEASURES = """
delete from measure where (dossier, kpi, slot) in (
    select dossier, kpi, slot from measure where kpi = %s and at < %s and since is null limit %s)"""

_ENQUIRIES = """
delete from portal_enquiry where (hour, order_no, shipment) in (
    select hour, order_no, shipment from portal_enquiry where hour < %s order by hour limit %s)"""

_FILES = "select name from archive_file where at < %s and gone is null order by at limit %s"
_GONE = "update archive_file set gone = %s where name = %s and gone is null returning sha256"


class PostgresLeftovers:
    """See the module."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def forget_measures(self, kpi: str, before: datetime, limit: int) -> int:
        """See `Leftovers.forget_measures`."""
        return await self._drop(_MEASURES, (kpi, before, limit))

    async def forget_enquiries(self, before: datetime, limit: int) -> int:
        """See `Leftovers.forget_enquiries`."""
        return await self._drop(_ENQUIRIES, (before, limit))

    async def _drop(self, statement: str, values: Sequence[object]) -> int:
        async with transaction(self._pool) as connection:
            with translated():
                return (await connection.execute(statement.encode(), values)).rowcount

    async def outdated_files(self, before: datetime, limit: int) -> Sequence[str]:
        """See `Leftovers.outdated_files`."""
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_FILES, (before, limit))
                return [row[0] for row in await cursor.fetchall()]

    async def file_gone(self, name: str, at: datetime) -> None:
        """See `Leftovers.file_gone`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_GONE, (at, name))).fetchone()
            if row is not None:
                done = Act("deleted", OURSELVES, OURSELVES, "its time in the archive was up")
                await keep_act(connection, at, done, row[0], "", about=f"archive {name}")
