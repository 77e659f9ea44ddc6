"""The sweeper: facts that waited too long get a case with an owner, which closes when they leave (§3.1 step 4)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import pytest_asyncio

from crossdock.app.sweep import watch_waiting
from crossdock.ports.store import LinkRow, WaitingRow, WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.waiting import PostgresWaitingRoom

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=4)


class ClockAt:
    """ports.clock.Clock at one instant."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@pytest_asyncio.fixture
async def room(postgres_url: str) -> AsyncIterator[PostgresWaitingRoom]:
    """The waiting room of an empty hub."""
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="test")
    yield PostgresWaitingRoom(pool)
    await pool.close()


def orphan(name: str, *idents: str) -> WaitingRow:
    """A milestone that came at noon and may wait for four hours."""
    return WaitingRow(name, idents, "tracking.milestone", "car-1", b"{}", f"key-{name}", NOON, LATER, "nobody knows it")


async def put(store: PostgresStore, rows: WriteSet) -> None:
    async with store.batch() as batch:
        await batch.write(rows)


async def cases(url: str) -> list[tuple[object, ...]]:
    async with await psycopg.AsyncConnection.connect(url) as connection:
        cursor = await connection.execute(
            "select code, slot, dossier, closed is null from exception_case order by slot"
        )
        return list(await cursor.fetchall())


@pytest.mark.proves("INT-01", "X-02", "Y-14")
async def test_int_01_for_a_fact_nobody_knows_the_subject_of_opens_once(
    room: PostgresWaitingRoom, store: PostgresStore, postgres_url: str
) -> None:
    await put(store, WriteSet(waiting=[orphan("w-1", "pro||1"), orphan("w-2", "pro||2")]))
    assert await watch_waiting(room, ClockAt(LATER - timedelta(seconds=1))) == 0
    assert await watch_waiting(room, ClockAt(LATER)) == 2
    assert await watch_waiting(room, ClockAt(LATER)) == 0
    assert await cases(postgres_url) == [("INT-01", "w-1", 0, True), ("INT-01", "w-2", 0, True)]


async def test_int_03_for_a_fact_whose_subject_is_known(
    room: PostgresWaitingRoom, store: PostgresStore, postgres_url: str
) -> None:
    await put(store, WriteSet(waiting=[orphan("w-1", "pro||1", "bol||9")]))
    await put(store, WriteSet(links=[LinkRow("bol||9", 7)]))
    await watch_waiting(room, ClockAt(LATER))
    assert await cases(postgres_url) == [("INT-03", "w-1", 7, True)]


async def test_the_case_closes_when_the_fact_leaves_the_room(
    room: PostgresWaitingRoom, store: PostgresStore, postgres_url: str
) -> None:
    await put(store, WriteSet(waiting=[orphan("w-1", "pro||1")]))
    await watch_waiting(room, ClockAt(LATER))
    await put(store, WriteSet(released=["w-1"]))
    assert await watch_waiting(room, ClockAt(LATER)) == 1
    assert await cases(postgres_url) == [("INT-01", "w-1", 0, False)]


async def test_a_fact_waits_visibly_although_its_identifier_was_linked_by_hand(
    room: PostgresWaitingRoom, store: PostgresStore
) -> None:
    await put(store, WriteSet(waiting=[orphan("w-1", "pro||1"), orphan("w-2", "pro||2")]))
    await put(store, WriteSet(links=[LinkRow("pro||2", 7)]))
    assert [row.id for row in await room.releasable(10)] == ["w-2"]
