"""Alarms on PostgreSQL: leased to one scheduler at a time, moved or removed by the wake's own write."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest_asyncio

from crossdock.ports.store import AlarmRow, WriteSet
from crossdock.postgres.alarms import PostgresAlarms
from crossdock.postgres.connection import open_pool
from crossdock.postgres.store import PostgresStore

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LEASE_END = NOON + timedelta(seconds=30)


@pytest_asyncio.fixture
async def alarms(postgres_url: str) -> AsyncIterator[PostgresAlarms]:
    """The alarms of an empty hub."""
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="test")
    yield PostgresAlarms(pool)
    await pool.close()


async def put(store: PostgresStore, *rows: AlarmRow) -> None:
    async with store.batch() as batch:
        await batch.write(WriteSet(alarms=list(rows)))


async def take(alarms: PostgresAlarms, now: datetime = NOON, *, limit: int = 10) -> list[int]:
    return await alarms.take(now, limit=limit, lease_until=now + timedelta(seconds=30))


async def test_only_what_is_due_rings_the_longest_waiting_first(alarms: PostgresAlarms, store: PostgresStore) -> None:
    minute = timedelta(minutes=1)
    await put(store, AlarmRow(1, NOON), AlarmRow(2, NOON - minute), AlarmRow(3, NOON + minute), AlarmRow(4, NOON))
    assert await take(alarms, limit=2) == [2, 1]
    assert await take(alarms, limit=2) == [4]


async def test_a_leased_alarm_rings_nowhere_else_and_again_when_its_scheduler_died(
    alarms: PostgresAlarms, store: PostgresStore
) -> None:
    await put(store, AlarmRow(1, NOON))
    assert await take(alarms) == [1]
    assert await take(alarms) == []
    assert await take(alarms, LEASE_END) == [1]


async def test_a_timer_set_by_the_wake_rings_on_time_not_at_the_end_of_the_lease(
    alarms: PostgresAlarms, store: PostgresStore
) -> None:
    await put(store, AlarmRow(1, NOON))
    await take(alarms)
    soon = NOON + timedelta(seconds=5)
    await put(store, AlarmRow(1, soon))
    await alarms.done([1], NOON, lease_until=LEASE_END)
    assert await take(alarms, soon) == [1]


async def test_an_alarm_the_wake_did_not_move_does_not_ring_in_a_tight_circle(
    alarms: PostgresAlarms, store: PostgresStore
) -> None:
    await put(store, AlarmRow(1, NOON))
    await take(alarms)
    await alarms.done([1], NOON, lease_until=LEASE_END)
    assert await take(alarms) == []
    assert await take(alarms, LEASE_END) == [1]


async def test_a_removed_alarm_rings_no_more(alarms: PostgresAlarms, store: PostgresStore) -> None:
    await put(store, AlarmRow(1, NOON))
    await take(alarms)
    await put(store, AlarmRow(1, None))
    await alarms.done([1], NOON, lease_until=LEASE_END)
    assert await take(alarms, LEASE_END) == []
