"""KPI contributions in PostgreSQL (ports.kpis.Measures): replaced by dossier, added up by window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from crossdock.ports.kpis import Ask, Contribution, Sums
from crossdock.postgres.connection import Pool, transaction, translated
from crossdock.postgres.renewing import Derived, renew

_MEASURE = Derived("measure", {"kpi": "text", "slot": "text"}, ("at", "value", "weight", "since", "dimension"))
_ONE_AT_A_TIME = "select pg_advisory_xact_lock(hashtextextended('crossdock measures', 0))"

_WINDOW = """kpi = %(kpi)s and (%(dimension)s = '' or dimension = %(dimension)s)
    and at >= %(begin)s and at < %(end)s"""

# Of a share, what is still open counts as missed once its instant has passed.
_SUMS = """
with sample as (
    select value, weight, since,
        case when since is null then value else extract(epoch from %(now)s - since) / %(seconds)s end as age
    from measure where $window
)
select count(*), sum(value), sum(case when since <= %(now)s then 1 else weight end),
    percentile_cont(0.5) within group (order by age)::numeric,
    percentile_cont(0.95) within group (order by age)::numeric, sum(age)
from sample""".replace("$window", _WINDOW)

_SPREAD = """
select count(*), null::numeric, null::numeric,
    percentile_cont(0.5) within group (order by sample)::numeric,
    percentile_cont(0.95) within group (order by sample)::numeric, sum(sample)::numeric
from ($samples) as sampled"""

_SAMPLES = {
    # How late each source is: what arrived in the window, as it came.
    "K-17": """
select extract(epoch from received - occurred) / %(seconds)s as sample from event
where recorded >= %(begin)s and recorded < %(end)s and partner not in ('crossdock', 'canary')
    and (%(dimension)s = '' or partner = %(dimension)s)""",
    # From when a fact reached us to when the last system it concerned had taken its command.
    "K-16": """
select extract(epoch from max(l.ended) - e.received) / %(seconds)s as sample
from delivery_log l cross join lateral (
    select received from event
    where dossier = l.dossier and seq <= split_part(l.cause, '.', 2)::integer and l.cause ~ '^[0-9]+[.][0-9]+$'
    order by seq desc limit 1) e
where l.ended >= %(begin)s and l.ended < %(end)s and l.outcome = 'delivered' and l.partner <> 'canary'
    and (%(dimension)s = '' or l.partner = %(dimension)s)
group by l.dossier, l.cause, e.received""",
    "K-31": """
select extract(epoch from closed - opened) / %(seconds)s as sample from exception_case
where closed >= %(begin)s and closed < %(end)s and (%(dimension)s = '' or queue = %(dimension)s)""",
    "K-35": """
select extract(epoch from %(now)s - received) / %(seconds)s as sample from waiting
where (%(dimension)s = '' or partner = %(dimension)s)""",
    "K-39": """
select extract(epoch from closed - opened) / %(seconds)s as sample from exception_case
where code = 'INT-10' and closed >= %(begin)s and closed < %(end)s
    and (%(dimension)s = '' or subject = %(dimension)s)""",
}

# What was due in the window and solved by then; a dismissed case was none.
_SHARES = {
    "K-32": """
select count(*), count(*) filter (where c.closed <= d.due_resolve)::numeric, count(*)::numeric
from case_desk d join exception_case c on c.id = d.case_id
where d.due_resolve >= %(begin)s and d.due_resolve < %(end)s and d.state <> 'DISMISSED'
    and (d.due_resolve <= %(now)s or c.closed is not null)
    and (%(dimension)s = '' or c.queue = %(dimension)s)""",
    # Looks of customers at late shipments that give no reason, by those that were late: above a hundred per cent where
    # they look more than once.
    "K-41": """
select late.number, asked.looks, late.number::numeric
from (select count(distinct subject) as number from exception_case
      where code = 'TRN-09' and opened >= %(begin)s and opened < %(end)s and %(dimension)s = '') as late,
     (select coalesce(sum(looks), 0)::numeric as looks from portal_enquiry
      where hour >= %(begin)s and hour < %(end)s) as asked""",
}

# Of shares that checks measure: the rows that passed, of those compared. What is in flight is not judged yet.
_CHECKS = {"K-36": tuple(f"RC-0{number}" for number in range(1, 10)), "K-37": ("RC-15",)}

_CHECKED = """
select coalesce(sum(compared), 0)::bigint, sum(passed)::numeric, sum(compared)::numeric, null::numeric, null::numeric,
    null::numeric
from (
    select matched + tolerated as passed, matched + tolerated + missing_left + missing_right + different as compared
    from recon_result
    where check_id = any(%(checks)s::text[]) and failed = '' and at >= %(begin)s and at < %(end)s
        and (%(dimension)s = '' or partner = %(dimension)s)
) as run"""


class PostgresMeasures:
    """See `ports.kpis.Measures`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def replace(self, dossiers: Sequence[int], contributions: Sequence[Contribution]) -> None:
        """See `Measures.replace`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_ONE_AT_A_TIME)
                await renew(connection, _MEASURE, dossiers, contributions)

    async def sums(self, ask: Ask, seconds: int) -> Sums:
        """See `Measures.sums`."""
        return await self._one(_SUMS, ask, seconds)

    async def beside(self, ask: Ask, source: str, seconds: int) -> Sums | None:
        """See `Measures.beside`."""
        share = _SHARES.get(ask.kpi)
        if share is not None:
            return await self._one(share, ask, seconds)
        if ask.kpi in _CHECKS:
            return await self._one(_CHECKED, ask, seconds, {"checks": list(_CHECKS[ask.kpi])})
        samples = _SAMPLES.get(ask.kpi)
        if samples is None:
            return None
        return await self._one(_SPREAD.replace("$samples", samples), ask, seconds)

    async def _one(
        self, statement: str, ask: Ask, seconds: int, more: Mapping[str, object] = MappingProxyType({})
    ) -> Sums:
        values = {field: getattr(ask, field) for field in ask.__struct_fields__} | {"seconds": seconds, **more}
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute(statement, values)).fetchone()
        assert row is not None, "an aggregate always answers"
        return Sums(*row)
