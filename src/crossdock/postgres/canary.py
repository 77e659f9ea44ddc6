"""Canary orders in PostgreSQL (ports.canary.Canaries): one under way at a time, whoever sends it."""

from __future__ import annotations

from datetime import datetime

from crossdock.ports.canary import CanaryRun
from crossdock.postgres.connection import Pool, transaction, translated

_OPEN = "select id, sent from canary_run where ended is null order by id limit 1"
_LAST = "select sent from canary_run order by id desc limit 1"
_BEGIN = "insert into canary_run (sent) values (%s) returning id, sent"
_END = "update canary_run set ended = %(now)s, back = %(back)s where id = %(id)s and ended is null"
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('canary', 0))"


class PostgresCanaries:
    """See `ports.canary.Canaries`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def under_way(self) -> CanaryRun | None:
        """See `Canaries.under_way`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_OPEN)).fetchone()
        return CanaryRun(*row) if row is not None else None

    async def last_sent(self) -> datetime | None:
        """See `Canaries.last_sent`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(_LAST)).fetchone()
        return row[0] if row is not None else None

    async def begin(self, now: datetime) -> CanaryRun:
        """See `Canaries.begin`; where another scheduler was faster, its own."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_ONE_AT_A_TIME)
                row = await (await connection.execute(_OPEN)).fetchone()
                row = row or await (await connection.execute(_BEGIN, (now,))).fetchone()
        assert row is not None, "it was put there a statement ago"
        return CanaryRun(*row)

    async def end(self, run: CanaryRun, now: datetime, *, back: bool) -> None:
        """See `Canaries.end`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_END, {"now": now, "back": now if back else None, "id": run.id})
