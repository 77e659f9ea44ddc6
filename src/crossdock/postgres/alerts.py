"""Alerts in PostgreSQL (ports.alerts): latches beside the cases, words through the outbox, in one transaction."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.ports.alerts import Cause, Latch
from crossdock.ports.store import DeliveryRow
from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.hot_rows import copy_deliveries
from crossdock.postgres.rows import fetch

CASES_MAX = 50_000
LATCHES_MAX = 20_000

# What concerns a partner or the hub itself is a cause of its own; of orders, all with the same code are one.
_CAUSES = """
select cause, queue, code, min(severity) as severity, count(*) as cases, min(id) as case,
    (array_agg(detail order by id))[1] as detail, min(opened) as since
from (
    select id, queue, code, severity, detail, opened,
        case when subject = 'hub' or starts_with(subject, 'partner|') then concat_ws('|', code, subject, slot)
            else code end as cause
    from exception_case where closed is null and severity <= %(severity)s order by id limit %(limit)s
) as cases group by cause, queue, code order by cause"""

_LATCHES = """
select cause, queue, code, opened, seen, episode, detail, closed from alert_latch order by cause limit %s"""

_WRITE = """
insert into alert_latch as l (cause, queue, code, opened, seen, episode, detail, closed)
values (%(cause)s, %(queue)s, %(code)s, %(opened)s, %(seen)s, %(episode)s, %(detail)s, %(closed)s)
on conflict (cause) do update set queue = excluded.queue, opened = excluded.opened, seen = excluded.seen,
    episode = excluded.episode, detail = excluded.detail, closed = excluded.closed"""

_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('alerts', 0))"

_TOLD = """
select idempotency_key from delivery
where dossier = 0 and idempotency_key = any(%(keys)s::text[]) and partner = any(%(partners)s::text[])
union
select idempotency_key from delivery_log
where idempotency_key = any(%(keys)s::text[]) and partner = any(%(partners)s::text[])"""


class PostgresAlerts:
    """See `ports.alerts.Alerts`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def causes(self, severity: int) -> Sequence[Cause]:
        """See `Alerts.causes`."""
        return await fetch(self._pool, Cause, _CAUSES, {"severity": severity, "limit": CASES_MAX})

    async def latches(self) -> Sequence[Latch]:
        """See `Alerts.latches`."""
        return await fetch(self._pool, Latch, _LATCHES, (LATCHES_MAX,))

    async def settle(self, latches: Sequence[Latch], rows: Sequence[DeliveryRow]) -> None:
        """See `Alerts.settle`."""
        values = [{field: getattr(one, field) for field in one.__struct_fields__} for one in latches]
        keys = {"keys": [row.idempotency_key for row in rows], "partners": list({row.partner for row in rows})}
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_ONE_AT_A_TIME)
                told = {row[0] for row in await (await connection.execute(_TOLD, keys)).fetchall()} if rows else set()
                fresh = [row for row in rows if row.idempotency_key not in told]
                await copy_deliveries(connection, fresh)
                for partner in {row.partner for row in fresh}:
                    await connection.execute("select pg_notify('crossdock_delivery', %s)", (partner,))
                async with connection.cursor() as cursor:
                    await cursor.executemany(_WRITE, values)
