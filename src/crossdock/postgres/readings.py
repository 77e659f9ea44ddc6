"""Figures that stand in the database (ports.metrics.Readings): how many, how old, how late.

Queues are short when all is well and long when they matter most, so each is counted up to a bound: a dashboard that
says 100,000 says enough, and asking never costs more than that many rows of an index.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from crossdock.ports import measured
from crossdock.ports.metrics import Metric, Reading
from crossdock.postgres.connection import Connection, Pool, transaction, translated

ROWS_MAX = 100_000
BEHIND_MAX = 10_000

# What a statement yields: the labels of all its figures first, then one column a figure.
_ASKED: tuple[tuple[LiteralString, tuple[Metric, ...]], ...] = (
    (
        """select partner, state, count(*) from (
            select partner, case state when 'open' then 'ready' else state end as state from delivery limit %(rows)s
        ) as part group by partner, state""",
        (measured.DELIVERIES,),
    ),
    (
        """select partner, extract(epoch from %(now)s - min(made)) from (
            select partner, coalesce(created, due) as made from delivery limit %(rows)s) as part group by partner""",
        (measured.DELIVERY_AGE,),
    ),
    (
        """select partner, count(distinct key) from (
            select partner, key from waiting limit %(rows)s) as part group by partner""",
        (measured.WAITING,),
    ),
    (
        """select coalesce(extract(epoch from %(now)s - min(received)), 0)
        from (select received from waiting limit %(rows)s) as part""",
        (measured.WAITING_AGE,),
    ),
    (
        """select partner, code, count(*) from (
            select partner, code from quarantine limit %(rows)s) as part group by partner, code""",
        (measured.QUARANTINED,),
    ),
    (
        """select coalesce(extract(epoch from %(now)s - min(received)), 0)
        from (select received from quarantine limit %(rows)s) as part""",
        (measured.QUARANTINE_AGE,),
    ),
    (
        """select partner, count(*) from (
            select m.partner from message m where m.status in ('refused', 'partial') and m.original = ''
            and not exists (select from message r where r.original = m.id) limit %(rows)s) as part group by partner""",
        (measured.UNUSED,),
    ),
    (
        """select coalesce(extract(epoch from %(now)s - min(received)), 0) from (
            select received from message m where m.status in ('refused', 'partial') and m.original = ''
            and not exists (select from message r where r.original = m.id) order by received limit 1) as first""",
        (measured.UNUSED_AGE,),
    ),
    (
        """select partner, count(*) from (
            select partner from message where original <> '' and received > %(now)s - interval '24 hours'
            limit %(rows)s) as part group by partner""",
        (measured.REPLAYED,),
    ),
    (
        """select queue, severity::text, code, count(*) from (
            select queue, severity, code from exception_case where closed is null limit %(rows)s
        ) as part group by queue, severity, code""",
        (measured.CASES,),
    ),
    (
        """select queue, extract(epoch from %(now)s - min(opened)) from (
            select queue, opened from exception_case where closed is null limit %(rows)s) as part group by queue""",
        (measured.CASE_AGE,),
    ),
    (
        """select queue, count(*) from (
            select c.queue from case_desk d join exception_case c on c.id = d.case_id
            where d.due_resolve < %(now)s and c.closed is null limit %(rows)s) as part group by queue""",
        (measured.CASES_OVERDUE,),
    ),
    (
        """select queue, currency, sum(price) from (
            select c.queue, d.currency, d.price from exception_case c join case_desk d on d.case_id = c.id
            where c.closed is null and d.price is not null limit %(rows)s) as part group by queue, currency""",
        (measured.CASES_PRICE,),
    ),
    (
        """select partner, (breaker_state <> 'closed')::int, paused::int,
            greatest(0, coalesce(extract(epoch from full_at - %(now)s), 0)) from partner_gate limit %(rows)s""",
        (measured.BREAKER, measured.PAUSED, measured.RATE_FULL),
    ),
    (
        """select partner, sum(late) from (
            (select partner, count(*) as late from delivery where state = 'awaiting' and due < %(now)s group by partner
                limit %(rows)s)
            union all
            (select partner, count(*) from as2_sent where answered is null and answer_by < %(now)s group by partner
                limit %(rows)s)
        ) as part group by partner""",
        (measured.ACKS_OVERDUE,),
    ),
    (
        """select count(*), coalesce(extract(epoch from %(now)s - min(due)), 0) from (
            select due from alarm where due < %(now)s order by due limit %(rows)s) as part""",
        (measured.TIMERS_LATE, measured.TIMER_LAG),
    ),
    (
        """select partner, extract(epoch from %(now)s - heard),
            case when moved > 'epoch' then extract(epoch from %(now)s - moved) end
        from partner_pulse where lane = '' limit %(rows)s""",
        (measured.HEARD, measured.MOVED),
    ),
    (
        """select check_id, partner, count(*) from (
            select check_id, partner from recon_break where not healed limit %(rows)s) as part
        group by check_id, partner""",
        (measured.BREAKS,),
    ),
    (
        """select s.check_id, s.partner, extract(epoch from %(now)s - r.at) from (
            select check_id, partner from recon_schedule limit 1000) as s cross join lateral (
            select at from recon_result where check_id = s.check_id and partner = s.partner and failed = ''
            order by at desc limit 1) as r""",
        (measured.CHECK_AGE,),
    ),
    ("select pg_database_size(current_database())", (measured.DATABASE_BYTES,)),
    ("select greatest(reltuples, 0) from pg_class where oid = 'archived'::regclass", (measured.ARCHIVED,)),
    (
        """select coalesce(sum(bytes), 0) from (
            select bytes from archive_file where gone is null limit %(rows)s) as part""",
        (measured.ARCHIVE_BYTES,),
    ),
    (
        "select extract(epoch from %(now)s - looked) from retention where name = 'closed' and looked is not null",
        (measured.ARCHIVE_AGE,),
    ),
)

# Past the cursor of a reader, in the order of the BRIN over tx: what it has not read, and how old the first of it is.
_BEHIND = """
select c.name, coalesce(extract(epoch from %(now)s - b.first), 0), b.behind from (
    select name, tx from relay_cursor limit 100) as c cross join lateral (
    select min(recorded) as first, count(*) as behind from (
        select recorded from event where tx > c.tx limit %(behind)s) as part) as b"""


class PostgresReadings:
    """See `ports.metrics.Readings`. One connection for as long as it takes; a snapshot is not needed."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def read(self, now: datetime) -> Sequence[Reading]:
        """See `Readings.read`."""
        found: list[Reading] = []
        async with transaction(self._pool) as connection:
            for statement, metrics in _ASKED:
                found += await _ask(connection, statement, metrics, now)
            lag = (measured.READER_LAG, measured.READER_BEHIND)
            found += await _ask(connection, _BEHIND, lag, now)
        return found


async def _ask(
    connection: Connection, statement: LiteralString, metrics: tuple[Metric, ...], now: datetime
) -> list[Reading]:
    values = {"now": now, "rows": ROWS_MAX, "behind": BEHIND_MAX}
    with translated():
        rows = await (await connection.execute(statement, values)).fetchall()
    labels = len(metrics[0].labels)
    return [
        Reading(metric, tuple(str(one) for one in row[:labels]), float(value))
        for row in rows
        for metric, value in zip(metrics, row[labels:], strict=True)
        if value is not None
    ]


class PoolReadings:
    """How busy the connections of this process are."""

    def __init__(self, pools: Sequence[Pool]) -> None:
        self._pools = pools

    async def read(self, now: datetime) -> Sequence[Reading]:
        """See `Readings.read`."""
        found: list[Reading] = []
        for pool in self._pools:
            stats = pool.get_stats()
            idle = stats.get("pool_available", 0)
            states = {"idle": idle, "busy": stats.get("pool_size", 0) - idle, "most": stats.get("pool_max", 0)}
            found += [
                Reading(measured.POOL_CONNECTIONS, (pool.name, state), float(count)) for state, count in states.items()
            ]
            found.append(Reading(measured.POOL_QUEUE, (pool.name,), float(stats.get("requests_waiting", 0))))
        return found
