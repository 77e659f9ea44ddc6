"""Notices in PostgreSQL (ports.notices.Notices): they go the way of all commands, through the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crossdock.ports.store import DeliveryRow
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.hot_rows import copy_deliveries

_DUE = "select dossier, ident from notice_due where due <= %s order by due limit %s"

_SENT = """
select idempotency_key from delivery where dossier = %(dossier)s and starts_with(idempotency_key, 'notify_customer:')
union
select idempotency_key from delivery_log where dossier = %(dossier)s and type = 'notify_customer'"""

_PLAN = """
insert into notice_due (dossier, ident, due) values (%(dossier)s, %(ident)s, %(due)s)
on conflict (dossier) do update set due = excluded.due"""

_FORGET = "delete from notice_due where dossier = %s"

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('notices', %s))"


class PostgresNotices:
    """See `ports.notices.Notices`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def due(self, now: datetime, limit: int) -> Sequence[tuple[int, str]]:
        """See `Notices.due`."""
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_DUE, (now, limit))).fetchall()
        return [(row[0], row[1]) for row in rows]

    async def sent(self, dossier: int) -> frozenset[str]:
        """See `Notices.sent`."""
        async with transaction(self._pool) as connection:
            return await _sent(connection, dossier)

    async def settle(self, dossier: int, ident: str, rows: Sequence[DeliveryRow], due: datetime | None) -> None:
        """See `Notices.settle`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_ONE_AT_A_TIME, (dossier,))
                known = await _sent(connection, dossier)
                fresh = [row for row in rows if row.idempotency_key not in known]
                await copy_deliveries(connection, fresh)
                for partner in {row.partner for row in fresh}:
                    await connection.execute("select pg_notify('crossdock_delivery', %s)", (partner,))
                if due is None:
                    await connection.execute(_FORGET, (dossier,))
                else:
                    await connection.execute(_PLAN, {"dossier": dossier, "ident": ident, "due": due})


async def _sent(connection: Connection, dossier: int) -> frozenset[str]:
    with translated():
        rows = await (await connection.execute(_SENT, {"dossier": dossier})).fetchall()
    return frozenset(row[0] for row in rows)
