"""Commands for operators in PostgreSQL (ports.deliveries)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from crossdock.ports.deliveries import RUNS_MAX, DeliveryRun, UnderWay
from crossdock.ports.outbox import Backlog
from crossdock.postgres.connection import Pool
from crossdock.postgres.in_words import in_words
from crossdock.postgres.outbox import read_backlog
from crossdock.postgres.packing import unpack
from crossdock.postgres.rows import fetch

_UNDER_WAY = in_words("""
select d.id, d.dossier, coalesce(o.ident, '') as dossier_ident, d.partner, $type as type, d.lane::int, d.state as phase,
    d.attempts, $created as created, d.due, d.detail
from delivery d left join dossier o on o.id = d.dossier
where d.id > %(after)s and (%(partner)s = '' or d.partner = %(partner)s) and (%(phase)s = '' or d.state = %(phase)s)
order by d.id limit %(limit)s""")

_RUNS = in_words("""
select l.id, l.dossier, coalesce(o.ident, '') as dossier_ident, l.partner, l.type, l.lane::int, l.outcome as state,
    l.attempts, l.created, l.ended, l.idempotency_key, l.ordering_key, l.cause, l.detail, l.reference,
    coalesce(l.traceparent, '') as traceparent, l.payload
from delivery_log l left join dossier o on o.id = l.dossier where l.id = %(id)s
union all
select d.id, d.dossier, coalesce(o.ident, ''), d.partner, $type, d.lane::int, d.state,
    d.attempts, $created, null, d.idempotency_key, $order, $cause, d.detail, '',
    coalesce(d.traceparent, ''), d.payload
from delivery d left join dossier o on o.id = d.dossier where d.id = %(id)s
order by attempts, ended nulls last limit %(limit)s""")


class PostgresDeliveries:
    """See `ports.deliveries.Deliveries`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def ways(self, now: datetime) -> Sequence[Backlog]:
        """See `Deliveries.ways`."""
        return await read_backlog(self._pool, now)

    async def under_way(self, *, partner: str, phase: str, after: int, limit: int) -> Sequence[UnderWay]:
        """See `Deliveries.under_way`."""
        values = {"partner": partner, "phase": phase, "after": after, "limit": limit}
        return await fetch(self._pool, UnderWay, _UNDER_WAY, values)

    async def runs(self, delivery: int) -> Sequence[DeliveryRun]:
        """See `Deliveries.runs`."""
        return await fetch(self._pool, DeliveryRun, _RUNS, {"id": delivery, "limit": RUNS_MAX}, mend=_opened)


def _opened(row: dict[str, object]) -> dict[str, object]:
    packed = row["payload"]
    assert isinstance(packed, bytes)
    return row | {"payload": unpack(packed)}
