"""Reconciliation in PostgreSQL (ports.reconciliation): extracts are joined where they lie, a page at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import msgspec

from crossdock.ports.reconciliation import (
    BreakRow,
    Pair,
    ResultRow,
    Settlement,
    StagedRow,
    TouchedDossier,
)
from crossdock.ports.store import CaseRow, DossierRow
from crossdock.postgres.cases import write_cases
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.packing import unpack_state
from crossdock.postgres.rows import fetch

NUMBERS_PAGE = 1000
# A partner that starts counting anew is no partner that lost a million messages.
GAP_MAX = 100

_DUE = "select check_id, partner, due <= %s from recon_schedule order by due"

_FIRST = """
insert into recon_schedule (check_id, partner, due) values (%(check)s, %(partner)s, %(until)s)
on conflict (check_id, partner) do nothing"""

_CLAIM = """
update recon_schedule set due = %(until)s
where check_id = %(check)s and partner = %(partner)s and (due <= %(now)s or not %(due_only)s)"""

_HURRY = """
update recon_schedule set due = %(now)s where (%(check)s = '' or check_id = %(check)s) and due > %(now)s"""

_STAGE = """
insert into recon_extract (run, side, key, body)
select %(run)s, %(side)s, * from unnest(%(keys)s::text[], %(bodies)s::bytea[])
on conflict (run, key, side) do update set body = excluded.body"""

_PAIRS = """
with keys as (
    select distinct key from recon_extract where run = %(run)s and key > %(after)s order by key limit %(limit)s)
select k.key, l.body as left, r.body as right from keys k
left join recon_extract l on l.run = %(run)s and l.key = k.key and l.side = 'left'
left join recon_extract r on r.run = %(run)s and r.key = k.key and r.side = 'right'
order by k.key"""

_BREAK = "key, first, runs, healed, code, unowned, outcome, detail, dossier"

_REMEMBERED = """
select $break from recon_break
where check_id = %(check)s and partner = %(partner)s and key = any(%(keys)s::text[])""".replace("$break", _BREAK)

_VANISHED = """
select $break from recon_break b where check_id = %(check)s and partner = %(partner)s
    and not exists (select from recon_extract e where e.run = %(run)s and e.key = b.key)
order by key limit %(limit)s""".replace("$break", _BREAK)

_KEEP = """
insert into recon_break (check_id, partner, key, first, runs, healed, code, unowned, outcome, detail, dossier)
values (%(check)s, %(partner)s, %(key)s, %(first)s, %(runs)s, %(healed)s, %(code)s, %(unowned)s, %(outcome)s,
    %(detail)s, %(dossier)s)
on conflict (check_id, partner, key) do update set first = excluded.first, runs = excluded.runs,
    healed = excluded.healed, code = excluded.code, unowned = excluded.unowned, outcome = excluded.outcome,
    detail = excluded.detail, dossier = excluded.dossier"""

_FORGET = "delete from recon_break where check_id = %s and partner = %s and key = any(%s::text[])"

_JOINED = """
select exists (select from exception_case where closed is null and code = %(code)s and slot <> %(slot)s
    and ((%(dossier)s <> 0 and dossier = %(dossier)s) or subject = %(subject)s or slot = %(subject)s))"""

_FINISH = """
insert into recon_result (id, check_id, partner, at, as_of, took_s, left_count, right_count, left_hash, right_hash,
    matched, tolerated, in_flight, missing_left, missing_right, different, breaks, healed, failed)
values (%(id)s, %(check)s, %(partner)s, %(at)s, %(as_of)s, %(took_s)s, %(left_count)s, %(right_count)s, %(left_hash)s,
    %(right_hash)s, %(matched)s, %(tolerated)s, %(in_flight)s, %(missing_left)s, %(missing_right)s, %(different)s,
    %(breaks)s, %(healed)s, %(failed)s)"""

_RESULTS = """
select id, check_id as "check", partner, at, as_of, took_s, left_count, right_count, left_hash, right_hash, matched,
    tolerated, in_flight, missing_left, missing_right, different, breaks, healed, failed
from recon_result where (%(check)s = '' or check_id = %(check)s) and (%(before)s = 0 or id < %(before)s)
order by id desc limit %(limit)s"""

_DIFFERENCES = """
select $break from recon_break where check_id = %(check)s and key > %(after)s
order by key limit %(limit)s""".replace("$break", _BREAK)

_DOSSIERS = """
select d.id, d.ident, d.version, d.label, d.state,
    exists (select from event e where e.dossier = d.id and e.recorded > %(since)s)
from dossier d where d.id > %(after)s and starts_with(d.ident, %(scheme)s || '|') order by d.id limit %(limit)s"""

_ON_THE_WAY = """
select coalesce(type, split_part(idempotency_key, ':', 1)), partner, state from delivery
where dossier = %(dossier)s and coalesce(type, split_part(idempotency_key, ':', 1)) = any(%(types)s::text[])
    and state <> 'parked' order by id limit 1"""

_RESEND = """
insert into delivery (id, dossier, created, due, attempts, lane, partner, type, idempotency_key, ordering_key, cause,
    traceparent, payload, operator)
select id, dossier, created, %(now)s, attempts, lane, partner, type, idempotency_key, ordering_key, cause,
    traceparent, payload, %(why)s
from (
    select distinct on (type) * from delivery_log
    where dossier = %(dossier)s and type = any(%(types)s::text[]) order by type, id desc, attempts desc
) as latest
where outcome = 'delivered'
on conflict do nothing
returning partner"""

_NUMBERS = """
with counted as (
    select partner, regexp_replace(control, '[|][0-9]+$', '') as series,
        substring(control from '[0-9]+$')::numeric as number, received
    from message where received > %(since)s and control ~ '[|][0-9]{1,18}$' and status in ('accepted', 'partial')),
placed as (
    select *, lag(number) over (partition by partner, series order by number) as before from counted)
select partner || '|' || series || '|' || number, true, received from placed
union all
select partner || '|' || series || '|' || missing, false, received
from placed cross join lateral generate_series(before + 1, number - 1) as missing
where number - before between 2 and %(gap_max)s"""


class PostgresReconciliations:
    """See `ports.reconciliation.Reconciliations`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def due(self, now: datetime) -> Sequence[tuple[str, str, bool]]:
        """See `Reconciliations.due`."""
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_DUE, (now,))).fetchall()
        return [(row[0], row[1], row[2]) for row in rows]

    async def claim(self, check: str, partner: str, now: datetime, until: datetime, *, due_only: bool) -> bool:
        """See `Reconciliations.claim`."""
        values = {"check": check, "partner": partner, "now": now, "until": until, "due_only": due_only}
        async with transaction(self._pool) as connection:
            with translated():
                if (await connection.execute(_FIRST, values)).rowcount == 1:
                    return not due_only
                return (await connection.execute(_CLAIM, values)).rowcount == 1

    async def hurry(self, check: str, now: datetime) -> int:
        """See `Reconciliations.hurry`."""
        async with transaction(self._pool) as connection:
            with translated():
                return (await connection.execute(_HURRY, {"check": check, "now": now})).rowcount

    async def begin(self) -> int:
        """See `Reconciliations.begin`."""
        async with transaction(self._pool) as connection:
            with translated():
                row = await (await connection.execute("select nextval('recon_run')")).fetchone()
        assert row is not None, "a sequence always answers"
        return int(row[0])

    async def stage(self, run: int, side: str, rows: Sequence[StagedRow]) -> None:
        """See `Reconciliations.stage`."""
        last = {row.key: row.body for row in rows}
        values = {"run": run, "side": side, "keys": list(last), "bodies": list(last.values())}
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_STAGE, values)

    async def pairs(self, run: int, after: str, limit: int) -> Sequence[Pair]:
        """See `Reconciliations.pairs`."""
        return await fetch(self._pool, Pair, _PAIRS, {"run": run, "after": after, "limit": limit})

    async def remembered(self, check: str, partner: str, keys: Sequence[str]) -> Sequence[BreakRow]:
        """See `Reconciliations.remembered`."""
        values = {"check": check, "partner": partner, "keys": list(keys)}
        return await fetch(self._pool, BreakRow, _REMEMBERED, values)

    async def vanished(self, check: str, partner: str, run: int, limit: int) -> Sequence[BreakRow]:
        """See `Reconciliations.vanished`."""
        values = {"check": check, "partner": partner, "run": run, "limit": limit}
        return await fetch(self._pool, BreakRow, _VANISHED, values)

    async def settle(self, check: str, partner: str, settlement: Settlement) -> None:
        """See `Reconciliations.settle`."""
        beside = {"check": check, "partner": partner}
        async with transaction(self._pool) as connection:
            with translated():
                async with connection.cursor() as cursor:
                    await cursor.executemany(_KEEP, [beside | msgspec.structs.asdict(row) for row in settlement.keep])
                await connection.execute(_FORGET, (check, partner, list(settlement.gone)))
                cases = [case for case in settlement.cases if not (case.open and await _joined(connection, case))]
                await write_cases(connection, cases)

    async def finish(self, result: ResultRow) -> None:
        """See `Reconciliations.finish`."""
        async with transaction(self._pool) as connection:
            with translated():
                await connection.execute(_FINISH, msgspec.structs.asdict(result))
                await connection.execute("delete from recon_extract where run = %s", (result.id,))

    async def results(self, check: str, before: int, limit: int) -> Sequence[ResultRow]:
        """See `Reconciliations.results`."""
        return await fetch(self._pool, ResultRow, _RESULTS, {"check": check, "before": before, "limit": limit})

    async def differences(self, check: str, after: str, limit: int) -> Sequence[BreakRow]:
        """See `Reconciliations.differences`."""
        return await fetch(self._pool, BreakRow, _DIFFERENCES, {"check": check, "after": after, "limit": limit})

    async def dossiers(self, scheme: str, after: int, since: datetime, limit: int) -> Sequence[TouchedDossier]:
        """See `Reconciliations.dossiers`."""
        values = {"scheme": scheme, "after": after, "since": since, "limit": limit}
        async with transaction(self._pool) as connection:
            with translated():
                rows = await (await connection.execute(_DOSSIERS, values, binary=True)).fetchall()
        return [
            TouchedDossier(DossierRow(row[0], row[1], row[2], row[3], unpack_state(row[4])), row[5]) for row in rows
        ]

    async def on_the_way(self, dossier: int, types: Sequence[str]) -> str:
        """See `Reconciliations.on_the_way`."""
        async with transaction(self._pool) as connection:
            with translated():
                values = {"dossier": dossier, "types": list(types)}
                row = await (await connection.execute(_ON_THE_WAY, values)).fetchone()
        return f"{row[0]} is on its way to {row[1]} ({row[2]})" if row is not None else ""

    async def resend(self, dossier: int, types: Sequence[str], now: datetime, why: str) -> int:
        """See `Reconciliations.resend`."""
        values = {"dossier": dossier, "types": list(types), "now": now, "why": why}
        async with transaction(self._pool) as connection:
            with translated():
                partners = await (await connection.execute(_RESEND, values)).fetchall()
                for partner in partners:
                    await connection.execute("select pg_notify('crossdock_delivery', %s)", partner)
        return len(partners)

    async def numbers(self, since: datetime) -> AsyncIterator[tuple[str, bool, datetime]]:
        """See `Reconciliations.numbers`."""
        async with transaction(self._pool) as connection, connection.cursor(name="numbers") as cursor:
            with translated():
                await cursor.execute(_NUMBERS, {"since": since, "gap_max": GAP_MAX})
                while rows := await cursor.fetchmany(NUMBERS_PAGE):
                    for row in rows:
                        yield row[0], row[1], row[2]


async def _joined(connection: Connection, case: CaseRow) -> bool:
    """Whether another opener holds this open already: the same cause is one case."""
    values = {"code": case.code, "slot": case.slot, "dossier": case.dossier, "subject": case.subject}
    row = await (await connection.execute(_JOINED, values)).fetchone()
    return bool(row and row[0])
