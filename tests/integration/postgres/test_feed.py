"""The log in commit order: nothing is skipped, whoever commits late, and nothing is read twice."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import psycopg
import pytest_asyncio

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.feed import FeedRow, Position
from crossdock.ports.store import Redisposed, WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.feed import WINDOW_TRANSACTIONS, PostgresFeed
from crossdock.postgres.store import PostgresStore
from tests.integration.postgres.rows import dossier, event


@pytest_asyncio.fixture
async def feed(postgres_url: str) -> AsyncIterator[PostgresFeed]:
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="feed")
    yield PostgresFeed(pool)
    await pool.close()


async def write(store: PostgresStore, number: int, *seqs: int) -> None:
    """Events of one dossier, in a transaction of their own."""
    async with store.batch() as batch:
        dossiers = [dossier(number)] if 1 in seqs else []
        await batch.write(WriteSet(dossiers=dossiers, events=[event(number, seq) for seq in seqs]))


def ids(rows: Sequence[FeedRow]) -> list[tuple[int, int]]:
    return [(row.position.dossier, row.position.seq) for row in rows]


def spend_transactions(url: str, count: int) -> None:
    """Transactions that write no event, as the deliverer's do."""
    with psycopg.connect(url, autocommit=True) as connection, connection.pipeline():
        for _ in range(count):
            connection.execute("select pg_current_xact_id()")


async def test_events_come_by_commit_and_then_by_id(store: PostgresStore, feed: PostgresFeed) -> None:
    await write(store, 2, 1, 2)
    await write(store, 1, 1)
    await write(store, 2, 3)
    rows = await feed.read(Position(), limit=10)
    assert ids(rows) == [(2, 1), (2, 2), (1, 1), (2, 3)]
    assert {row.ident for row in rows} == {"order||SO-1", "order||SO-2"}


async def test_pages_join_without_gap_or_repetition(store: PostgresStore, feed: PostgresFeed) -> None:
    for number in range(1, 6):
        await write(store, number, 1, 2, 3)
    seen: list[tuple[int, int]] = []
    stands = Position()
    while rows := await feed.read(stands, limit=2):
        seen += ids(rows)
        stands = rows[-1].position
    assert seen == [(number, seq) for number in range(1, 6) for seq in (1, 2, 3)]


async def test_what_a_late_committer_wrote_first_is_not_skipped(store: PostgresStore, feed: PostgresFeed) -> None:
    async with store.batch() as slow:
        await slow.write(WriteSet(dossiers=[dossier(1)], events=[event(1)]))
        await write(store, 2, 1)
        assert await feed.read(Position(), limit=10) == []
    assert ids(await feed.read(Position(), limit=10)) == [(1, 1), (2, 1)]


async def test_what_was_rolled_back_holds_nothing_up(store: PostgresStore, feed: PostgresFeed) -> None:
    async with store.batch() as lost:
        await lost.write(WriteSet(dossiers=[dossier(1)], events=[event(1)]))
        await lost._connection.rollback()
    await write(store, 2, 1)
    assert ids(await feed.read(Position(), limit=10)) == [(2, 1)]


async def test_a_long_run_of_other_transactions_is_crossed(
    store: PostgresStore, feed: PostgresFeed, postgres_url: str
) -> None:
    await write(store, 1, 1)
    stands = (await feed.read(Position(), limit=10))[-1].position
    spend_transactions(postgres_url, WINDOW_TRANSACTIONS * 5)
    assert await feed.read(stands, limit=10) == []
    await write(store, 2, 1)
    assert ids(await feed.read(stands, limit=10)) == [(2, 1)]
    assert ids(await feed.read(Position(), limit=10))[0] == (1, 1)


async def test_a_fact_that_became_something_else_comes_again(store: PostgresStore, feed: PostgresFeed) -> None:
    await write(store, 1, 1, 2)
    stands = (await feed.read(Position(), limit=10))[-1].position
    async with store.batch() as batch:
        await batch.write(WriteSet(redisposed=[Redisposed(1, 1, Disposition.SUPERSEDE, "", "corrected")]))
    (row,) = await feed.read(stands, limit=10)
    assert (row.position.seq, row.disposition) == (1, Disposition.SUPERSEDE)


async def test_a_cursor_moves_only_from_where_it_stands(feed: PostgresFeed) -> None:
    first, second = Position(10, 1, 1), Position(20, 1, 1)
    assert await feed.cursor("events") == Position()
    assert await feed.advance("events", Position(), first)
    assert not await feed.advance("events", Position(), second)
    assert await feed.advance("events", first, second)
    assert not await feed.advance("events", first, Position(30, 1, 1))
    assert await feed.cursor("events") == second
    assert await feed.cursor("other") == Position()


async def test_the_log_is_found_through_its_brin_index(store: PostgresStore, postgres_url: str) -> None:
    await write(store, 1, 1)
    with psycopg.connect(postgres_url) as connection:
        connection.execute("set enable_seqscan = off")
        plan = connection.execute("explain select * from event where tx >= 1 and tx < 65").fetchall()
    assert any("event_tx_brin" in line for (line,) in plan)
