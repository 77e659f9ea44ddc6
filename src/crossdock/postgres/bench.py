"""The benchmark's own statements: the raw durable insert to compare with, counters, and filling up with stored
orders."""

from __future__ import annotations

from collections.abc import Sequence

from crossdock.postgres import arrays
from crossdock.postgres.connection import Pool, allow, transaction

_RAW_TABLE = (
    "create table if not exists raw_event (id bigint generated always as identity primary key, body bytea not null)"
)
_RAW_INSERT = "insert into raw_event (body) select unnest(%s)"
_COUNTERS = """
select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint,
       (select coalesce(sum(fsyncs), 0)::bigint from pg_stat_io where object = 'wal')"""

_FILL_DOSSIERS = """
insert into dossier (id, version, ident, label, state)
select n, 13, 'order||OLD-' || lpad(n::text, 9, '0'), %(label)s, %(state)s
from generate_series(%(first)s::bigint, %(last)s::bigint) as n"""
_FILL_LINKS = """
insert into link (ident, dossier)
select kind || '||OLD-' || lpad(n::text, 9, '0'), n
from generate_series(%(first)s::bigint, %(last)s::bigint) as n,
     unnest(array['order', 'shipment', 'sscc', 'po']) as kind
on conflict do nothing"""
_FILL_EVENTS = """
insert into event (dossier, occurred, received, seq, disposition, type, partner, body)
select n, now(), now(), 1, 0, 'order.approved', 'erp1', %(body)s
from generate_series(%(first)s::bigint, %(last)s::bigint) as n"""


async def prepare_raw(pool: Pool) -> None:
    """The table of the raw side."""
    async with transaction(pool) as connection:
        await connection.execute(_RAW_TABLE)


async def insert_raw(pool: Pool, bodies: Sequence[bytes]) -> None:
    """One durable transaction of the same bytes."""
    async with transaction(pool) as connection:
        await connection.execute(_RAW_INSERT, (arrays.blobs(bodies),))


async def counters(pool: Pool) -> tuple[int, int]:
    """WAL bytes and WAL fsyncs since the server started."""
    async with transaction(pool) as connection:
        # Statistics of other sessions are flushed when they go idle; our own view must be fresh.
        await connection.execute("select pg_stat_force_next_flush()")
        await connection.execute("select pg_stat_clear_snapshot()")
        row = await (await connection.execute(_COUNTERS)).fetchone()
    assert row is not None
    return int(row[0]), int(row[1])


async def fill(pool: Pool, *, first: int, last: int, label: str, state: bytes, body: bytes) -> None:
    """Store closed orders `first` to `last` as the pipeline leaves them: dossier, four identifiers, one event."""
    values = {"first": first, "last": last, "label": label, "state": state, "body": body}
    async with transaction(pool) as connection:
        await allow(connection, 0)
        for statement in (_FILL_DOSSIERS, _FILL_LINKS, _FILL_EVENTS):
            await connection.execute(statement, values)


async def settle(pool: Pool) -> None:
    """Write out what is dirty, so that one side's checkpoint is not paid by the other."""
    async with pool.connection() as connection:
        await connection.set_autocommit(True)
        await connection.execute("checkpoint")
        await connection.set_autocommit(False)


async def commands(pool: Pool) -> tuple[dict[str, int], int]:
    """Commands by type, and how many different idempotency keys they have."""
    async with transaction(pool) as connection:
        rows = await (
            await connection.execute("select split_part(idempotency_key, ':', 1), count(*) from delivery group by 1")
        ).fetchall()
        keys = await (await connection.execute("select count(distinct idempotency_key) from delivery")).fetchone()
    assert keys is not None
    return {name: int(count) for name, count in rows}, int(keys[0])


async def finished_orders(pool: Pool, label: str) -> int:
    """How many dossiers of orders carry this label."""
    statement = "select count(*) from dossier where ident like 'order||SO-%%' and label like %s"
    async with transaction(pool) as connection:
        row = await (await connection.execute(statement, (label,))).fetchone()
    assert row is not None
    return int(row[0])


async def some_state(pool: Pool) -> tuple[str, bytes, bytes]:
    """Label, state and first event's body of one finished order, to fill up with."""
    statement = """
        select d.label, d.state, e.body from dossier d join event e on e.dossier = d.id and e.seq = 1
        where d.ident like 'order||SO-%%' order by d.version desc limit 1"""
    async with transaction(pool) as connection:
        row = await (await connection.execute(statement)).fetchone()
    assert row is not None
    return row[0], row[1], row[2]
