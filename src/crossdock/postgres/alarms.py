"""Alarms on PostgreSQL (ports/alarms.py): rung under a lease, moved or removed by the wake's own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crossdock.postgres import arrays
from crossdock.postgres.connection import Pool, transaction, translated

_TAKE = """
with due as (
    select dossier from alarm where due <= %(now)s and (claimed_until is null or claimed_until <= %(now)s)
    order by due limit %(limit)s for update skip locked
)
update alarm a set claimed_until = %(lease_until)s from due where a.dossier = due.dossier
returning a.dossier, a.due"""

# An alarm the wake did not move stays leased: it is looked at again when the lease ends, not in a tight circle.
_DONE = """
update alarm set claimed_until = null
where dossier = any(%(dossiers)s) and claimed_until = %(lease_until)s and due > %(now)s"""


class PostgresAlarms:
    """ports.alarms.Alarms. Shared by all tasks of one event loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def take(self, now: datetime, *, limit: int, lease_until: datetime) -> list[int]:
        """Dossiers due by `now`, the longest waiting first; other hosts do not get them before `lease_until`."""
        async with transaction(self._pool) as connection:
            with translated():
                parameters = {"now": now, "limit": limit, "lease_until": lease_until}
                cursor = await connection.execute(_TAKE, parameters)
                rows = await cursor.fetchall()
        return [dossier for dossier, _ in sorted(rows, key=lambda row: (row[1], row[0]))]

    async def done(self, dossiers: Sequence[int], now: datetime, *, lease_until: datetime) -> None:
        """The wake of these committed: whatever alarm they set for later is anybody's again."""
        async with transaction(self._pool) as connection:
            with translated():
                parameters = {"dossiers": arrays.int8s(dossiers), "now": now, "lease_until": lease_until}
                await connection.execute(_DONE, parameters)
