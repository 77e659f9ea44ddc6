"""The sweeper's side of the waiting room on PostgreSQL (ports/waiting.py)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crossdock.ports.store import CaseRow, WaitingRow
from crossdock.ports.waiting import Overdue
from crossdock.postgres.cases import write_cases
from crossdock.postgres.connection import Pool, transaction, translated

_COLUMNS = "w.id, w.idents, w.type, w.partner, w.body, w.key, w.received, w.expires, w.reason, w.message"

_RELEASABLE = """
select $columns from waiting w
where exists (select from waiting_ident i join link l on l.ident = i.ident where i.waiting = w.id)
order by w.received limit %s""".replace("$columns", _COLUMNS)

_OVERDUE = """
select $columns, coalesce(
    (select l.dossier from waiting_ident i join link l on l.ident = i.ident where i.waiting = w.id limit 1), 0)
from waiting w
where w.expires <= %(now)s and not exists (
    select from waiting o where o.key = w.key and o.partner = w.partner and o.id < w.id
) and not exists (
    select from waiting o
    join exception_case c on c.subject = o.idents[1] and c.slot = o.id
    where o.key = w.key and o.partner = w.partner and c.code in ('INT-01', 'INT-03') and c.closed is null
)
order by w.expires limit %(limit)s""".replace("$columns", _COLUMNS)

# A fold opens INT-03 as well, for a fact on hold in its log; the slot is then a business key, and the fold closes it.
_LEFT = """
select c.code, c.subject, c.slot, c.dossier, c.severity::int, c.queue, c.detail, false, 'released', %(now)s::timestamptz
from exception_case c
where c.closed is null and c.code = any(%(codes)s) and position('|' in c.slot) = 0
    and not exists (select from waiting w where w.id = c.slot)
order by c.id limit %(limit)s"""


class PostgresWaitingRoom:
    """ports.waiting.WaitingRoom. Shared by all tasks of one event loop."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def releasable(self, limit: int) -> list[WaitingRow]:
        """Facts one of whose identifiers has an owner meanwhile: linked in a transaction that ran beside theirs."""
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_RELEASABLE, (limit,), binary=True)
                return [_waiting(row) for row in await cursor.fetchall()]

    async def overdue(self, now: datetime, limit: int) -> list[Overdue]:
        """Facts past `expires` for which no case is open, the longest waiting first."""
        async with transaction(self._pool) as connection:
            with translated():
                cursor = await connection.execute(_OVERDUE, {"now": now, "limit": limit}, binary=True)
                return [Overdue(_waiting(row[:10]), row[10]) for row in await cursor.fetchall()]

    async def left(self, codes: Sequence[str], now: datetime, limit: int) -> list[CaseRow]:
        """Closing rows for open cases of these codes whose fact (`slot`) is no longer waiting."""
        async with transaction(self._pool) as connection:
            with translated():
                parameters = {"codes": list(codes), "now": now, "limit": limit}
                cursor = await connection.execute(_LEFT, parameters)
                return [CaseRow(*row) for row in await cursor.fetchall()]

    async def cases(self, rows: Sequence[CaseRow]) -> None:
        """Open or close these cases in one transaction."""
        async with transaction(self._pool) as connection:
            with translated():
                await write_cases(connection, rows)


def _waiting(row: Sequence[Any]) -> WaitingRow:
    return WaitingRow(row[0], tuple(row[1]), *row[2:])
