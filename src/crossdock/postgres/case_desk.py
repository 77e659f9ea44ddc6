"""Cases at the desk, in PostgreSQL (ports.cases): one transaction an act, the chain of acts in one line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from decimal import Decimal

import msgspec
from psycopg.rows import dict_row

from crossdock.ports.acts import ACTS_MAX, Act, ActRow, Anchor
from crossdock.ports.cases import Case, CaseFilter, Desk, Place, Worked
from crossdock.ports.store import DossierRow
from crossdock.postgres.acts import ACTS_WHERE, PostgresActs, keep_act, read_anchor
from crossdock.postgres.connection import Connection, Pool, transaction, translated
from crossdock.postgres.packing import unpack_state
from crossdock.postgres.rows import fetch

_COLUMNS = """
    c.id, c.code, c.subject, c.slot, c.dossier, c.severity::int, c.queue, c.detail, c.occurrences, c.reopened, c.opened,
    coalesce(c.reopened_at, c.opened) as since, c.cause_open, c.closed, c.cause_closed, c.proof_before,
    d.case_id as case, d.severity::int as worked_severity, d.due_ack, d.due_resolve, d.look_at, d.until,
    d.alerts::int, d.escalations::int, d.state, d.assignee, d.waits_for, d.proposer, d.proposer_key, d.why_graver,
    d.price, d.per_hour, d.price_max, d.currency
from exception_case c left join case_desk d on d.case_id = c.id"""

_READ = f"select {_COLUMNS} where c.id = %(case)s for update of c"

_ONE = f"select {_COLUMNS} where c.id = %(case)s"

_UNPREPARED = f"select {_COLUMNS} where not c.prepared order by c.id limit %(limit)s for update of c skip locked"

_TO_LOOK_AT = f"""
select {_COLUMNS} where d.look_at <= %(now)s order by d.look_at limit %(limit)s for update of c skip locked"""

# What has ended is listed only when a state of an end is asked for.
_STATE = """case when d.state = 'DISMISSED' then 'DISMISSED' when c.closed is null then coalesce(d.state, 'OPEN')
    when coalesce(d.assignee, '') <> '' or d.state = 'RESOLVED' then 'RESOLVED' else 'AUTO_RESOLVED' end"""
_SEVERITY = "coalesce(d.severity, c.severity)"
_ORDER = f"{_SEVERITY}, -coalesce(d.price + d.per_hour, 0), coalesce(d.due_resolve, 'infinity'), c.id"

_QUEUE = f"""
select {_COLUMNS}
where (%(ended)s or (c.closed is null and coalesce(d.state, '') <> 'DISMISSED'))
  and (%(state)s = '' or {_STATE} = %(state)s)
  and (%(queue)s = '' or c.queue = %(queue)s)
  and (%(severity)s = 0 or {_SEVERITY} = %(severity)s)
  and (%(assignee)s = '' or d.assignee = %(assignee)s)
  and (%(due_before)s::timestamptz is null or d.due_resolve < %(due_before)s)
  and (%(snoozed)s or d.until is null or d.until <= %(now)s)
  and (%(after_id)s = 0 or ({_ORDER}) > (
      %(after_severity)s::int, -%(after_price)s::numeric, coalesce(%(after_due)s::timestamptz, 'infinity'),
      %(after_id)s::bigint))
order by {_ORDER} limit %(limit)s"""

_HOLDER = "select id, ident, version, label, state from dossier where id = %s"

# A source is who said what the case began with.
_REPEATED = """
with source as (
    select c.id, c.occurrences, e.partner from exception_case c
    join event e on e.dossier = c.dossier and e.seq = split_part(c.cause_open, '.', 2)::integer
    where c.queue = left(%(code)s, 3) and c.code = %(code)s and c.closed is null
      and c.cause_open ~ '^[0-9]+[.][0-9]+$' and coalesce(c.reopened_at, c.opened) >= %(since)s
)
select $columns
join source s on s.id = c.id
where d.why_graver = '' and s.partner in (
    select partner from source group by partner having sum(occurrences) >= %(at_least)s)
order by c.id limit %(limit)s for update of c skip locked""".replace("$columns", _COLUMNS)

_KEPT = """
select exists (
    select from message where partner = %(subject)s and status in ('refused', 'partial') and original = ''
) or exists (select from quarantine where code = %(code)s and partner = split_part(%(slot)s, ' ', 1))"""

# A quarantined fact's case has the slot `partner type`; row and case come and go in one transaction.
_CLEARED = """
update exception_case c set closed = %(now)s, cause_closed = %(proof)s
where c.closed is null and split_part(c.slot, ' ', 2) = any(%(types)s) and split_part(c.slot, ' ', 3) = ''
  and not exists (select from quarantine q where q.code = c.code and q.partner = split_part(c.slot, ' ', 1))"""

_FIELDS = (
    "state", "severity", "due_ack", "due_resolve", "look_at", "until", "alerts", "escalations", "assignee", "waits_for",
    "proposer", "proposer_key", "why_graver",
)  # fmt: skip
_NAMES = ("case_id", *_FIELDS, "price", "per_hour", "price_max", "currency")

_WRITE = """
insert into case_desk ($names) values ($values)
on conflict (case_id) do update set $changes"""
_WRITE = _WRITE.replace("$names", ", ".join(_NAMES)).replace("$values", ", ".join(f"%({name})s" for name in _NAMES))
_WRITE = _WRITE.replace("$changes", ", ".join(f"{name} = excluded.{name}" for name in _NAMES[1:]))

_PREPARED = "update exception_case set prepared = true where id = %s and not prepared"

_CLOSE = "update exception_case set closed = %s, cause_closed = %s where id = %s and closed is null"

_ACTS = ACTS_WHERE.replace("$which", "case_id = %(case)s")

# Under the old id and key: who keeps count of keys does it once, and our own audit sees one command.
_RESEND = """
insert into delivery (id, dossier, created, due, attempts, lane, partner, type, idempotency_key, ordering_key, cause,
    traceparent, payload, operator)
select id, dossier, created, %(now)s, attempts, lane, partner, type, idempotency_key, ordering_key, cause,
    traceparent, payload, 'sent again for ' || %(code)s
from (
    select distinct on (id) * from delivery_log
    where dossier = %(dossier)s and idempotency_key = %(key)s order by id, attempts desc
) as latest
where outcome = 'delivered'
on conflict do nothing
returning partner"""


_BEGINNING = Place(0, Decimal(0), None, 0)


class PostgresCaseDesk:
    """See `ports.cases.CaseDesk`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def at_desk(self) -> AsyncIterator[PostgresAtDesk]:
        """See `CaseDesk.at_desk`."""
        async with transaction(self._pool) as connection:
            yield PostgresAtDesk(connection)

    async def queue(self, wanted: CaseFilter, now: datetime, after: Place | None, limit: int) -> Sequence[Worked]:
        """See `CaseDesk.queue`."""
        values = {field: getattr(wanted, field) for field in wanted.__struct_fields__}
        values |= {"ended": wanted.state in ("RESOLVED", "AUTO_RESOLVED", "DISMISSED"), "now": now, "limit": limit}
        place = after or _BEGINNING
        values |= {f"after_{field}": getattr(place, field) for field in place.__struct_fields__}
        async with transaction(self._pool) as connection:
            return await _worked(connection, _QUEUE, values)

    async def case(self, case: int) -> Worked | None:
        """See `CaseDesk.case`."""
        async with transaction(self._pool) as connection:
            found = await _worked(connection, _ONE, {"case": case})
        return found[0] if found else None

    async def acts(self, case: int) -> Sequence[ActRow]:
        """See `CaseDesk.acts`."""
        return await fetch(self._pool, ActRow, _ACTS, {"case": case, "limit": ACTS_MAX})

    async def anchor(self) -> Anchor:
        """See `CaseDesk.anchor`."""
        return await read_anchor(self._pool)

    async def chain(self, after: int, limit: int) -> Sequence[ActRow]:
        """See `CaseDesk.chain`."""
        return await PostgresActs(self._pool).chain(after, limit)


class PostgresAtDesk:
    """See `ports.cases.AtDesk`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(self, case: int) -> Worked | None:
        """See `AtDesk.read`."""
        found = await _worked(self._connection, _READ, {"case": case})
        return found[0] if found else None

    async def holder(self, dossier: int) -> DossierRow | None:
        """See `AtDesk.holder`."""
        with translated():
            row = await (await self._connection.execute(_HOLDER, (dossier,), binary=True)).fetchone()
        return DossierRow(row[0], row[1], row[2], row[3], unpack_state(row[4])) if row is not None else None

    async def kept(self, case: Case) -> bool:
        """See `AtDesk.kept`."""
        values = {"subject": case.subject, "code": case.code, "slot": case.slot}
        with translated():
            row = await (await self._connection.execute(_KEPT, values)).fetchone()
        return row is not None and bool(row[0])

    async def close_cleared(self, types: Sequence[str], proof: str, now: datetime) -> int:
        """See `AtDesk.close_cleared`."""
        values = {"types": list(types), "proof": proof, "now": now}
        with translated():
            return (await self._connection.execute(_CLEARED, values)).rowcount

    async def unprepared(self, limit: int) -> Sequence[Worked]:
        """See `AtDesk.unprepared`."""
        return await _worked(self._connection, _UNPREPARED, {"limit": limit})

    async def to_look_at(self, now: datetime, limit: int) -> Sequence[Worked]:
        """See `AtDesk.to_look_at`."""
        return await _worked(self._connection, _TO_LOOK_AT, {"now": now, "limit": limit})

    async def repeated(self, code: str, since: datetime, at_least: int, limit: int) -> Sequence[Worked]:
        """See `AtDesk.repeated`."""
        values = {"code": code, "since": since, "at_least": at_least, "limit": limit}
        return await _worked(self._connection, _REPEATED, values)

    async def write(self, desk: Desk, *, closed: datetime | None = None, proof: str = "") -> None:
        """See `AtDesk.write`."""
        price = desk.price
        values = {field: getattr(desk, field) for field in _FIELDS} | {
            "case_id": desk.case,
            "state": desk.state.value,
            "price": price.amount if price is not None else None,
            "per_hour": price.per_hour if price is not None else None,
            "price_max": price.at_most if price is not None else None,
            "currency": price.currency if price is not None else "",
        }
        with translated():
            await self._connection.execute(_WRITE, values)
            await self._connection.execute(_PREPARED, (desk.case,))
            if closed is not None:
                await self._connection.execute(_CLOSE, (closed, proof, desk.case))

    async def keep(self, case: int, at: datetime, act: Act, before: str, after: str) -> ActRow:
        """See `AtDesk.keep`."""
        return await keep_act(self._connection, at, act, before, after, case=case)

    async def resend(self, case: Case, command: str, now: datetime) -> int:
        """See `AtDesk.resend`."""
        values = {"dossier": case.dossier, "key": command, "code": case.code, "now": now}
        with translated():
            partners = await (await self._connection.execute(_RESEND, values)).fetchall()
            for partner in partners:
                await self._connection.execute("select pg_notify('crossdock_delivery', %s)", partner)
        return len(partners)


async def _worked(connection: Connection, statement: str, values: Mapping[str, object]) -> list[Worked]:
    async with connection.cursor(row_factory=dict_row) as cursor:
        with translated():
            await cursor.execute(statement.encode(), values)
            rows = await cursor.fetchall()
    return [Worked(msgspec.convert(row, Case), _desk(row)) for row in rows]


def _desk(row: dict[str, object]) -> Desk | None:
    if row["case"] is None:
        return None
    priced = row["price"] is not None
    price = {"amount": row["price"], "at_most": row["price_max"]} | {f: row[f] for f in ("per_hour", "currency")}
    return msgspec.convert(row | {"severity": row["worked_severity"], "price": price if priced else None}, Desk)
