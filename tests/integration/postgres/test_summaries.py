"""The log's indexes of ranges are summarised however fast it fills, and nobody is held up for it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio

from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.summaries import PostgresSummaries

# What the database would do by itself, at some time of its own.
ALONE = """
alter table event set (autovacuum_enabled = off);
alter index event_recorded_brin set (autosummarize = off);
alter index event_tx_brin set (autosummarize = off);
alter index event_message set (autosummarize = off)"""

# Half a month of facts at once.
FILL = """
insert into event (dossier, occurred, received, recorded, seq, disposition, type, partner, body)
select 1, at, at, at, n, 0, 'order.approved', 'erp', decode(repeat('00', 400), 'hex')
from generate_series(1, 8000) as n, lateral (select now() - (8000 - n) * interval '3 minutes' as at) as told"""

LAST = """
explain (analyze, format json, timing off) select count(*) from event where recorded >= now() - interval '15 minutes'"""


@pytest.fixture
def filled(postgres_url: str) -> str:
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(ALONE)
        connection.execute("insert into dossier (id, version, ident, label, state) values (1, 1, 'order||1', '', '')")
        connection.execute(FILL)
    return postgres_url


@pytest_asyncio.fixture
async def pool(filled: str) -> AsyncIterator[Pool]:
    opened = await open_pool(filled, size_min=1, size_max=1, name="summaries")
    yield opened
    await opened.close()


def pages_read(url: str) -> int:
    """How many pages of the log the last quarter of an hour takes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set enable_seqscan = off")
        row = connection.execute(LAST).fetchone()
    assert row is not None
    plan = row[0] if isinstance(row[0], list) else json.loads(row[0])
    node = plan[0]["Plan"]
    while node["Node Type"] != "Bitmap Heap Scan":
        node = node["Plans"][0]
    return int(node["Lossy Heap Blocks"])


def pages(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select pg_relation_size('event') / 8192").fetchone()
    assert row is not None
    return int(row[0])


async def test_the_last_minutes_are_found_after_a_burst(filled: str, pool: Pool) -> None:
    kept = PostgresSummaries(pool)
    assert pages_read(filled) > pages(filled) // 2
    while await kept.keep():
        pass
    # The range of the newest facts and the one begun.
    assert pages_read(filled) <= 32 < pages(filled) // 4
    assert await kept.keep() == 0


async def test_a_round_is_bounded(pool: Pool) -> None:
    kept = PostgresSummaries(pool, ranges_max=2)
    assert await kept.keep() == 2 * 3
    assert await kept.keep() == 2 * 3


async def test_a_table_under_vacuum_is_left_alone(filled: str, pool: Pool) -> None:
    kept = PostgresSummaries(pool)
    with psycopg.connect(filled) as connection:
        connection.execute("lock table event in share update exclusive mode")
        assert await kept.keep() == 0
    assert await kept.keep() > 0


async def test_a_table_that_shrank_is_begun_anew(filled: str, pool: Pool) -> None:
    kept = PostgresSummaries(pool)
    while await kept.keep():
        pass
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("truncate event")
        connection.execute(FILL + " where n > 4000")
    while await kept.keep():
        pass
    assert pages_read(filled) <= 32


async def test_indexes_of_another_user_are_left_to_the_database(filled: str) -> None:
    with psycopg.connect(filled, autocommit=True) as connection:
        connection.execute("drop role if exists no_owner; create role no_owner")
        pool = await open_pool(filled, size_min=1, size_max=1, name="summaries", options="-c role=no_owner")
        try:
            assert await PostgresSummaries(pool).keep() == 0
        finally:
            await pool.close()
            connection.execute("drop role no_owner")
