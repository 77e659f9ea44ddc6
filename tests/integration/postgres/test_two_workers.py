"""Two workers at one pile of facts about the same orders: as if one had taken them all, and neither loses its turn."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import UTC, datetime

import psycopg
import pytest_asyncio

from crossdock.app.fold.memory import Memory
from crossdock.app.ingest.arrival import Arrival
from crossdock.app.ingest.use_case import Ingest
from crossdock.app.intake import Receipt
from crossdock.bench.trace import PARTNERS, history
from crossdock.postgres.store import PostgresStore
from crossdock.testing.world import World

ORDERS, PULLED = 10, 20


@pytest_asyncio.fixture
async def rival(postgres_url: str) -> AsyncIterator[PostgresStore]:
    opened = await PostgresStore.open(postgres_url)
    yield opened
    await opened.close()


def keys_of(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        found = [row[0] for row in connection.execute("select idempotency_key from delivery").fetchall()]
    assert len(set(found)) == len(found), "a command went out twice"
    return set(found)


def count_of(url: str, table: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(f"select count(*) from {table}".encode()).fetchone()
    assert row is not None
    return int(row[0])


async def worker(ingest: Ingest, pile: Iterator[Sequence[Arrival]]) -> list[Receipt]:
    """Take what lies on top until nothing is left."""
    receipts: list[Receipt] = []
    for pulled in pile:
        receipts += await ingest.take(pulled)
    return receipts


async def test_two_workers_come_to_what_one_comes_to(
    store: PostgresStore, rival: PostgresStore, postgres_url: str
) -> None:
    told = history(ORDERS, seed=7, first=1)
    alone = World(PARTNERS, now=datetime(2027, 1, 1, tzinfo=UTC))
    await alone.take((one.partner, one.body) for one in told)
    arrivals = [alone.arrival(one.partner, one.body) for one in told]
    pile = iter([arrivals[start : start + PULLED] for start in range(0, len(arrivals), PULLED)])
    first = Ingest(dataclasses.replace(alone.parts, store=store, memory=Memory()))
    second = Ingest(dataclasses.replace(alone.parts, store=rival, memory=Memory()))
    receipts = await asyncio.gather(worker(first, pile), worker(second, pile))
    assert all(receipts), "each of them took its share"
    assert sum(map(len, receipts)) == len(told)
    assert alone.ending().effects
    assert keys_of(postgres_url) >= alone.ending().effects
    assert count_of(postgres_url, "waiting") == 0
    assert count_of(postgres_url, "quarantine") == 0
    assert count_of(postgres_url, "dossier") == len(alone.store.dossiers)
