"""What was concluded stands in the row of its cause, and nobody who reads the log can tell (decision 0014)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import psycopg
import pytest
import pytest_asyncio

from crossdock.app.audit import audit
from crossdock.canonical.vocabulary import Disposition
from crossdock.kernel.codec import encode_json
from crossdock.ports.audit import Kind
from crossdock.ports.feed import FeedRow, Position
from crossdock.ports.store import EventRow, Redisposed, WriteSet
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from tests.integration.postgres.rows import NOON, dossier, event

MOVED = "FO-13 PICKED>PACKED; FO-16 PACKED>HANDED_OVER"


def told(seq: int, *, cause: str = "", transitions: str = "") -> EventRow:
    row = event(1, seq, body=encode_json({"type": "order.approved", "seq": seq}), cause=cause)
    return msgspec.structs.replace(row, transitions=transitions, concluded=bool(cause))


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=2, name="log")
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def rows(store: PostgresStore) -> list[EventRow]:
    """A log of which 1.4 and 1.5 were concluded from 1.2 and 1.1, and 1.7 from 1.3, which an earlier batch wrote."""
    first = [told(1), told(2, transitions=MOVED), told(3), told(4, cause="1.2"), told(5, cause="1.1")]
    second = [told(6), told(7, cause="1.3")]
    async with store.batch() as batch:
        await batch.write(WriteSet(dossiers=[dossier(1)], events=first))
    async with store.batch() as batch:
        await batch.write(WriteSet(dossiers=[dossier(1, 2)], events=second))
    return [*first, *second]


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement.encode()).fetchall()


async def test_two_rows_are_spared(rows: list[EventRow], postgres_url: str) -> None:
    assert query(postgres_url, "select seq from event order by seq") == [(1,), (2,), (3,), (6,), (7,)]
    assert query(postgres_url, "select seq from event_number order by seq") == [(row.seq,) for row in rows]
    assert query(postgres_url, "select distinct type, transitions from event") == [(None, None)]


async def test_each_is_seen_under_its_own_number_with_all_it_was_written_with(rows: list[EventRow], pool: Pool) -> None:
    seen = await PostgresViews(pool).events(1)
    fields = set(EventRow.__struct_fields__) - {"concluded"}
    assert [{name: getattr(one, name) for name in fields} for one in seen] == [
        {name: getattr(row, name) for name in fields} for row in rows
    ]
    assert seen[0].recorded == seen[4].recorded


async def test_each_is_found_by_its_id(rows: list[EventRow], pool: Pool) -> None:
    views = PostgresViews(pool)
    assert [one.id for one in await views.events_by_id([(1, 4), (1, 7), (1, 1), (1, 5)])] == [
        "1.4",
        "1.7",
        "1.1",
        "1.5",
    ]
    assert [one.id for one in await views.events_by_id([(1, 99), (2, 1), (1, 2)])] == ["1.2"]


@pytest.mark.parametrize("limit", [1, 2, 3, 10])
async def test_the_relay_reads_each_once_whatever_the_page(rows: list[EventRow], pool: Pool, limit: int) -> None:
    feed = PostgresFeed(pool)
    read: list[FeedRow] = []
    stands = Position()
    while page := await feed.read(stands, limit=limit):
        read += page
        stands = page[-1].position
    assert [row.seq for row in read] == [1, 5, 2, 4, 3, 6, 7]
    by_number = {row.seq: row for row in read}
    assert all((by_number[row.seq].body, by_number[row.seq].cause) == (row.body, row.cause) for row in rows)
    assert {row.type for row in read} == {"order.approved"}


async def test_what_a_fact_becomes_later_is_said_of_it_alone(
    rows: list[EventRow], store: PostgresStore, pool: Pool
) -> None:
    async with store.batch() as batch:
        await batch.write(WriteSet(redisposed=[Redisposed(1, 2, Disposition.SUPERSEDE, "", "corrected")]))
    seen = {one.seq: one for one in await PostgresViews(pool).events(1)}
    assert (seen[2].disposition, seen[2].transitions, seen[2].reason) == (Disposition.SUPERSEDE, "", "corrected")
    assert (seen[4].disposition, seen[4].reason) == (Disposition.APPLY, "")


async def test_the_audit_counts_all_and_misses_one_that_is_lost(
    rows: list[EventRow], pool: Pool, postgres_url: str
) -> None:
    report = await audit(PostgresAudit(pool), NOON + timedelta(days=1))
    assert (report.verdict, report.sums.events, report.sums.dispositions[Disposition.APPLY]) == ("pass", 7, 7)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("update event set concluded = null where seq = 2")
    report = await audit(PostgresAudit(pool), NOON + timedelta(days=1))
    assert {one.kind for one in report.discrepancies} == {Kind.LOG_GAP}


async def test_a_refold_reads_what_came_from_outside(rows: list[EventRow], store: PostgresStore) -> None:
    async with store.batch() as batch:
        history = await batch.history([1])
    assert {fact.seq for fact in history} == {1, 2, 3, 6, 7}
