"""The first page of the console in PostgreSQL (ports.overview)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from crossdock.ports.outbox import Backlog
from crossdock.ports.overview import (
    CAUSES_MAX,
    DEAREST_MAX,
    Cause,
    Dear,
    Flow,
    Minute,
    Sent,
    Standing,
    StatusCount,
)
from crossdock.postgres.codes import DISPOSITIONS
from crossdock.postgres.connection import Pool
from crossdock.postgres.outbox import read_backlog
from crossdock.postgres.rows import fetch
from crossdock.postgres.traffic import STEP, Counted, FlowStep, SentStep, flows_of, minutes_of, sent_of

_MOVED = [DISPOSITIONS.index(one) for one in DISPOSITIONS if one.value in ("APPLY", "SUPERSEDE")]
_REFUSED = [DISPOSITIONS.index(one) for one in DISPOSITIONS if one.value in ("REJECT", "QUARANTINE", "ESCALATE")]

_FLOWS = """
select date_bin(%(step)s, recorded, 'epoch') as at, partner, count(*)::int as facts,
    count(*) filter (where disposition = any(%(moved)s))::int as moved,
    count(*) filter (where disposition = any(%(refused)s))::int as refused, max(received) as heard,
    greatest(extract(epoch from max(recorded - received)), 0)::float8 as lag_s
from event where recorded >= %(since)s and recorded < %(until)s and recorded - received < interval '1 hour'
group by 1, 2 order by 1, 2"""

_SENT = """
select date_bin(%(step)s, ended, 'epoch') as at, partner,
    count(*) filter (where outcome = 'delivered')::int as delivered,
    count(*) filter (where outcome <> 'delivered')::int as failed,
    greatest(sum(extract(epoch from ended - created)), 0)::float8 as took_s
from delivery_log where ended >= %(since)s and ended < %(until)s group by 1, 2 order by 1, 2"""

# A room is counted to its bound: beyond it the number says nothing more.
_STANDING = """
select
    coalesce(sum(n) filter (where severity = 1), 0)::int as severity_1,
    coalesce(sum(n) filter (where severity = 2), 0)::int as severity_2,
    coalesce(sum(n) filter (where severity = 3), 0)::int as severity_3,
    coalesce(sum(n) filter (where severity = 4), 0)::int as severity_4,
    coalesce(sum(late), 0)::int as overdue,
    (select count(distinct (partner, key)) from (select partner, key from waiting limit 10000) w)::int as waiting,
    (select count(*) from (select from quarantine limit 10000) q)::int as quarantined,
    (select count(*) from (select from delivery where state = 'parked' limit 10000) p)::int as parked,
    (select count(*) from (select from delivery where state = 'unknown' limit 10000) u)::int as unknown
from (
    select coalesce(d.severity, c.severity) as severity, count(*) as n,
        count(*) filter (where d.due_resolve < %(now)s) as late
    from exception_case c left join case_desk d on d.case_id = c.id
    where c.closed is null and coalesce(d.state, '') <> 'DISMISSED' group by 1
) by_severity"""

# What is due once, then for each begun hour, up to the most (app.cases.opening.cost_at says the same of one case).
_COST = """case when d.price is null or d.due_resolve is null or %(at)s < d.due_resolve then 0
    else least(coalesce(d.price_max, 'infinity'),
        d.price + d.per_hour * ceil(extract(epoch from %(at)s - d.due_resolve) / 3600)) end"""

# Names and what it cost so far are looked up for the ten alone.
_DEAREST = """
with held as (
    select c.dossier, c.id, c.code, c.detail, c.queue, coalesce(d.severity, c.severity)::int as severity, d.due_resolve,
        coalesce(d.currency, '') as currency, d.price, d.price_max, d.per_hour, $then as cost_then
    from exception_case c left join case_desk d on d.case_id = c.id
    where c.closed is null and coalesce(d.state, '') <> 'DISMISSED' and c.dossier <> 0
), summed as (
    select dossier, count(*)::int as cases, min(severity) as severity, sum(cost_then) as cost_then,
        max(currency) as currency, min(due_resolve) as due
    from held group by dossier order by cost_then desc, severity, due nulls last, dossier
), ten as materialized (
    select s.*, o.ident, o.label from summed s cross join lateral (
        select ident, label from dossier where id = s.dossier and starts_with(ident, 'order|') offset 0) o
    order by s.cost_then desc, s.severity, s.due nulls last, s.dossier limit %(limit)s
)
select t.dossier, t.ident, t.label, t.cases, t.severity, n.cost_now, t.cost_then, t.currency, t.due, f.id as case,
    f.code, f.detail, f.queue
from ten t cross join lateral (
    select id, code, detail, queue from held where dossier = t.dossier
    order by severity, cost_then desc, due_resolve nulls last, id limit 1) f
cross join lateral (select sum($now) as cost_now from held d where d.dossier = t.dossier) n
order by t.cost_then desc, t.severity, t.due nulls last, t.dossier"""


_CAUSES = """
select c.code, c.queue, count(*)::int as cases, min(coalesce(d.severity, c.severity))::int as severity,
    min(c.opened) as oldest
from exception_case c left join case_desk d on d.case_id = c.id
where c.closed is null and coalesce(d.state, '') <> 'DISMISSED'
group by c.code, c.queue order by 3 desc, 1, 2 limit %(limit)s"""


_STATUSES = """
select status, count(*)::int as messages from message
where partner = %(partner)s and received > '-infinity' and received >= %(since)s group by status order by status"""


class PostgresOverview:
    """See `ports.overview.Overview`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._flows = Counted(self._flowed)
        self._sent = Counted(self._ended)

    async def flows(self, since: datetime, now: datetime) -> Sequence[Flow]:
        """See `Overview.flows`."""
        return flows_of(await self._flows.since(since, now))

    async def sent(self, since: datetime, now: datetime) -> Sequence[Sent]:
        """See `Overview.sent`."""
        return sent_of(await self._sent.since(since, now))

    async def minutes(self, since: datetime, now: datetime) -> Sequence[Minute]:
        """See `Overview.minutes`."""
        return minutes_of(await self._flows.since(since, now))

    async def _flowed(self, since: datetime, until: datetime | None) -> Sequence[FlowStep]:
        values = {"moved": _MOVED, "refused": _REFUSED}
        return await fetch(self._pool, FlowStep, _FLOWS, values | _span(since, until))

    async def _ended(self, since: datetime, until: datetime | None) -> Sequence[SentStep]:
        return await fetch(self._pool, SentStep, _SENT, _span(since, until))

    async def ways(self, now: datetime) -> Sequence[Backlog]:
        """See `Overview.ways`."""
        return await read_backlog(self._pool, now)

    async def standing(self, now: datetime) -> Standing:
        """See `Overview.standing`."""
        return (await fetch(self._pool, Standing, _STANDING, {"now": now}))[0]

    async def dearest(self, now: datetime, then: datetime, limit: int) -> Sequence[Dear]:
        """See `Overview.dearest`."""
        values = {"now": now, "then": then, "limit": min(limit, DEAREST_MAX)}
        costs = {name: _COST.replace("%(at)s", f"%({name})s::timestamptz") for name in ("now", "then")}
        statement = _DEAREST.replace("$now", costs["now"]).replace("$then", costs["then"])
        return await fetch(self._pool, Dear, statement, values)

    async def statuses(self, partner: str, since: datetime) -> Sequence[StatusCount]:
        """See `Overview.statuses`."""
        return await fetch(self._pool, StatusCount, _STATUSES, {"partner": partner, "since": since})

    async def causes(self) -> Sequence[Cause]:
        """See `Overview.causes`."""
        return await fetch(self._pool, Cause, _CAUSES, {"limit": CAUSES_MAX})

    async def pulse(self) -> str:
        """See `Overview.pulse`: the first transaction that had not begun when asked."""
        rows = await fetch(self._pool, _Pulse, "select pg_snapshot_xmax(pg_current_snapshot())::text as xmax", ())
        return rows[0].xmax


def _span(since: datetime, until: datetime | None) -> dict[str, object]:
    return {"step": STEP, "since": since, "until": until or "infinity"}


class _Pulse(msgspec.Struct):
    xmax: str
