"""Service levels in PostgreSQL (ports.slos): a stretch of time is counted under a lock, then never again."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import LiteralString

import msgspec

from crossdock.canonical.vocabulary import FactClass
from crossdock.ports.slos import Ahead, Counting, Pulse, Repeats, Tally, Twins
from crossdock.ports.store import CaseRow
from crossdock.postgres.cases import write_cases
from crossdock.postgres.codes import REPEATED
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.log import type_of
from crossdock.postgres.packing import unpack_keyed

BUCKET = timedelta(minutes=5)
# Rows are recorded with the instant their transaction began: whatever runs longer than this is not counted.
SETTLE = timedelta(seconds=15)
STRETCH = timedelta(hours=1)
FIRST = timedelta(days=1)
PULSES_MAX = 20_000
LANE_ROWS_MAX = 20_000
AHEAD_ROWS_MAX = 5_000
TWINS_MAX = 1_000
LISTENER = "partner_pulse"


class Classed(msgspec.Struct, frozen=True, rename={"cls": "class"}):
    """As much of an envelope as says what kind of statement it is."""

    cls: FactClass = FactClass.ACT


_class = msgspec.json.Decoder(Classed)

_BEGIN = """
insert into slo_cursor (reader, counted) values (%(reader)s, %(first)s) on conflict (reader) do nothing"""
_CURSOR = "select counted from slo_cursor where reader = %s for update"
_MOVE = "update slo_cursor set counted = %s where reader = %s"

_ADD: LiteralString = """
insert into slo_bucket as b (objective, bucket, good, total)
select %(key)s, bucket, count(*) filter (where good), count(*) from (
    select date_bin('5 minutes', at, 'epoch') as bucket, good from ($rows) as counted
) as rows group by bucket
on conflict (objective, bucket) do update set good = b.good + excluded.good, total = b.total + excluded.total"""

_ROWS: dict[str, LiteralString] = {
    # From when a fact reached us to when the last system it concerned had taken its command (K-16).
    "latency": """
        select d.at, d.at - e.received <= %(within)s as good from (
            select dossier, split_part(cause, '.', 2)::integer as seq, max(ended) as at from delivery_log
            where ended >= %(begin)s and ended < %(end)s and outcome = 'delivered'
                and cause ~ '^[0-9]+[.][0-9]+$' and (%(lane)s::int is null or lane = %(lane)s)
                and (%(partner)s = '' or partner = %(partner)s)
            group by dossier, cause offset 0
        ) as d cross join lateral (
            select received from event where dossier = d.dossier and seq <= d.seq order by seq desc limit 1) e""",
    "freshness": """
        select recorded as at, received - occurred <= %(within)s as good from event
        where recorded >= %(begin)s and recorded < %(end)s and partner not in ('crossdock', 'canary')
            and (%(partner)s = '' or partner = %(partner)s)""",
    "deliveries": """
        select ended as at, outcome = 'delivered' as good from delivery_log
        where ended >= %(begin)s and ended < %(end)s and outcome <> 'skipped'
            and (%(partner)s = '' or partner = %(partner)s)""",
    # One that was given up is not back; it is no partner's.
    "canary": """
        select ended as at, back is not null and back - sent <= %(within)s as good from canary_run
        where ended >= %(begin)s and ended < %(end)s and %(partner)s = ''""",
    # What is kept with its event has no message; a refused one has nothing else.
    "messages": """
        select received as at, status <> 'refused' as good from message
        where received >= %(begin)s and received < %(end)s and original = ''
            and (%(partner)s = '' or partner = %(partner)s)
        union all
        select recorded, true from event
        where recorded >= %(begin)s and recorded < %(end)s and message is null and cause is null
            and partner not in ('crossdock', 'canary') and (%(partner)s = '' or partner = %(partner)s)""",
}

_TALLIES = """
select coalesce(sum(b.good), 0)::bigint, coalesce(sum(b.total), 0)::bigint
from unnest(%(begins)s::timestamptz[]) with ordinality as w (begin, place)
left join slo_bucket b on b.objective = %(key)s and b.bucket > w.begin - interval '5 minutes'
group by w.place order by w.place"""

# A fact that moved something has transitions, as words or as numbers of the list.
_HEARD = """
insert into partner_pulse as p (partner, lane, heard, moved, since)
select partner, '', max(at), coalesce(max(at) filter (where moves), 'epoch'), count(*) filter (where at > last) from (
    select partner, at, moves,
        coalesce(max(at) filter (where moves) over (partition by partner), 'epoch') as last from (
        select partner, recorded as at, (transitions is not null or moves is not null) as moves from event
        where recorded >= %(begin)s and recorded < %(end)s and partner = any(%(partners)s)
        union all
        select partner, received, false from message
        where received >= %(begin)s and received < %(end)s and partner = any(%(partners)s)
    ) as heard
) as told group by partner
on conflict (partner, lane) do update set heard = greatest(p.heard, excluded.heard),
    since = case when excluded.moved > p.moved then excluded.since else p.since + excluded.since end,
    moved = greatest(p.moved, excluded.moved)"""

_NAMED = """
select partner, type, recorded, body from event
where recorded >= %(begin)s and recorded < %(end)s and partner = any(%(partners)s)
order by recorded desc limit %(limit)s"""

_LANE = """
insert into partner_pulse as p (partner, lane, heard, moved) values (%s, %s, %s, %s)
on conflict (partner, lane) do update set heard = greatest(p.heard, excluded.heard)"""

_KNOWN = """
insert into partner_pulse (partner, lane, heard, moved) select partner, lane, %(now)s, %(now)s
from unnest(%(partners)s::text[]) as partner cross join unnest(%(lanes)s::text[]) as lane
on conflict do nothing"""

_PULSES = "select partner, lane, heard, moved, since from partner_pulse order by partner, lane limit %s"

_REPEATS = """
select partner, count(*)::int, count(*) filter (where disposition = %(repeated)s)::int from event
where recorded >= %(since)s and cause is null and partner not in ('crossdock', 'canary') group by partner"""

_AHEAD = """
select partner, extract(epoch from occurred - received)::float8, body from event
where recorded >= %(since)s and occurred > received + %(by)s and cause is null
    and partner not in ('crossdock', 'canary')
order by recorded desc limit %(limit)s"""

# The number of an order is the beginning of its slot, the print of all that was compared the end.
_TWINS = """
select distinct on (l.dossier) split_part(l.slot, '|', 1), l.dossier, split_part(e.slot, '|', 1),
    split_part(l.slot, '|', 2) = split_part(e.slot, '|', 2)
from measure l join measure e on e.kpi = l.kpi and e.dimension = l.dimension and e.dossier <> l.dossier
    and (e.at, e.slot) < (l.at, l.slot) and e.at >= l.at - %(within)s
where l.kpi = %(look)s and l.at >= %(since)s
order by l.dossier, e.at desc, e.slot limit %(limit)s"""

_OPEN = (
    "select subject, slot from exception_case where queue = left(%(code)s, 3) and code = %(code)s and closed is null"
)


class PostgresLevels:
    """See `ports.slos.ServiceLevels`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def count(self, what: Counting, now: datetime) -> bool:
        """See `ServiceLevels.count`."""
        values = {"key": what.key, "within": timedelta(seconds=what.within_s)}
        values |= {"partner": what.partner, "lane": what.lane}
        async with transaction(self._pool) as connection:
            with translated():
                stretch = await _stretch(connection, what.key, now)
                if stretch is None:
                    return False
                span = {"begin": stretch[0], "end": stretch[1]}
                await connection.execute(_ADD.replace("$rows", _ROWS[what.measure]), values | span)
        return True

    async def tallies(self, key: str, begins: Sequence[datetime]) -> Sequence[Tally]:
        """See `ServiceLevels.tallies`."""
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_TALLIES, {"key": key, "begins": list(begins)})).fetchall()
        return [Tally(*row) for row in rows]

    async def listen(self, partners: Collection[str], lanes: Collection[str], now: datetime) -> bool:
        """See `ServiceLevels.listen`."""
        values = {"partners": list(partners), "lanes": ["", *lanes], "now": now, "limit": LANE_ROWS_MAX}
        async with transaction(self._pool) as connection:
            with translated():
                stretch = await _stretch(connection, LISTENER, now) if partners else None
                if stretch is None:
                    return False
                values |= {"begin": stretch[0], "end": stretch[1]}
                await connection.execute(_KNOWN, values)
                await connection.execute(_HEARD, values)
                if lanes:
                    await _hear_lanes(connection, set(lanes), values)
        return True

    async def pulses(self) -> Sequence[Pulse]:
        """See `ServiceLevels.pulses`."""
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_PULSES, (PULSES_MAX,))).fetchall()
        return [Pulse(*row) for row in rows]

    async def repeats(self, since: datetime) -> Sequence[Repeats]:
        """See `ServiceLevels.repeats`."""
        values = {"since": since, "repeated": REPEATED}
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_REPEATS, values)).fetchall()
        return [Repeats(*row) for row in rows]

    async def ahead(self, since: datetime, by: timedelta) -> Sequence[Ahead]:
        """See `ServiceLevels.ahead`. A fact's class stands in its body only, so these few rows are opened."""
        values = {"since": since, "by": by, "limit": AHEAD_ROWS_MAX}
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_AHEAD, values, binary=True)).fetchall()
        found: dict[str, list[float]] = {}
        for partner, seconds, body in rows:
            if _class.decode(unpack_keyed(body)[0]).cls is FactClass.ACT:
                found.setdefault(partner, []).append(seconds)
        return [Ahead(partner, tuple(each)) for partner, each in sorted(found.items())]

    async def twins(self, look: str, within: timedelta, since: datetime) -> Sequence[Twins]:
        """See `ServiceLevels.twins`."""
        values = {"look": look, "within": within, "since": since, "limit": TWINS_MAX}
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_TWINS, values)).fetchall()
        return [Twins(*row) for row in rows]

    async def open_cases(self, code: str) -> Sequence[tuple[str, str]]:
        """See `ServiceLevels.open_cases`."""
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_OPEN, {"code": code})).fetchall()
        return [(row[0], row[1]) for row in rows]

    async def write(self, cases: Sequence[CaseRow]) -> None:
        """See `ServiceLevels.write`."""
        async with transaction(self._pool) as connection:
            with translated():
                await write_cases(connection, cases)


async def _stretch(connection: Connection, reader: str, now: datetime) -> tuple[datetime, datetime] | None:
    """The next stretch nobody has counted, this reader's from here on; none while the last one has not settled."""
    await connection.execute(_BEGIN, {"reader": reader, "first": now - FIRST})
    row = await (await connection.execute(_CURSOR, (reader,))).fetchone()
    assert row is not None, "it was put there a statement ago"
    begin: datetime = row[0]
    end = min(now - SETTLE, begin + STRETCH)
    if end <= begin:
        return None
    await connection.execute(_MOVE, (end, reader))
    return begin, end


async def _hear_lanes(connection: Connection, lanes: set[str], values: dict[str, object]) -> None:
    """The type of most facts stands in front of their packed key only, so these rows are opened."""
    rows = await (await connection.execute(_NAMED, values, binary=True)).fetchall()
    heard: dict[tuple[str, str], datetime] = {}
    for partner, stored_type, recorded, body in rows:
        lane = type_of(stored_type, unpack_keyed(body)[1])
        if lane in lanes:
            heard.setdefault((partner, lane), recorded)
    for (partner, lane), at in sorted(heard.items()):
        await connection.execute(_LANE, (partner, lane, at, at))
