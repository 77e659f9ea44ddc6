"""What the log of events promises whoever relays it (`ports.feed`), on PostgreSQL and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
import pytest
import pytest_asyncio

from crossdock.canonical.vocabulary import Disposition
from crossdock.ports.feed import Feed, FeedRow, Position
from crossdock.ports.store import DossierRow, EventRow, Redisposed, Store, WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.store import PostgresStore
from crossdock.testing.schedule import MemoryFeed
from crossdock.testing.store import MemoryStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Press(msgspec.Struct):
    """What is written, and where it is read."""

    store: Store
    feed: Feed

    async def put(self, number: int, version: int, *seqs: int) -> None:
        row = DossierRow(number, f"order||SO-{number}", version, "ORD", bytes(40))
        async with self.store.batch() as batch:
            await batch.write(WriteSet(dossiers=[row], events=[event(number, seq) for seq in seqs]))

    async def read(self, limit: int) -> list[FeedRow]:
        """Everything, in pages."""
        read: list[FeedRow] = []
        while page := await self.feed.read(read[-1].position if read else Position(), limit=limit):
            read += page
        return read


@pytest.fixture
def memory_press() -> Press:
    """An empty one in memory."""
    store = MemoryStore()
    return Press(store, MemoryFeed(store))


@pytest_asyncio.fixture
async def postgres_press(postgres_url: str, store: PostgresStore) -> AsyncIterator[Press]:
    """An empty one on a database of the test's own."""
    pool = await open_pool(postgres_url, size_min=1, size_max=2, name="test")
    yield Press(store, PostgresFeed(pool))
    await pool.close()


@pytest.fixture(params=["memory", "postgres"])
def press(request: pytest.FixtureRequest) -> Press:
    """Each adapter in turn."""
    opened: Press = request.getfixturevalue(f"{request.param}_press")
    return opened


def event(number: int, seq: int) -> EventRow:
    body = f'{{"fact":{seq}}}'.encode()
    return EventRow(number, seq, "order.approved", Disposition.APPLY, "erp1", NOON, NOON, body, f"key {seq}")


@pytest.mark.parametrize("limit", [1, 2, 10])
async def test_everything_is_read_once_in_the_order_it_was_committed(press: Press, limit: int) -> None:
    await press.put(1, 1, 1, 2)
    await press.put(2, 1, 1)
    await press.put(1, 2, 3)
    read = await press.read(limit)
    assert [(row.ident, row.seq) for row in read] == [
        ("order||SO-1", 1),
        ("order||SO-1", 2),
        ("order||SO-2", 1),
        ("order||SO-1", 3),
    ]
    assert (read[0].type, read[0].partner, read[0].body) == ("order.approved", "erp1", b'{"fact":1}')


async def test_an_event_whose_disposition_changed_comes_again_at_its_new_place(press: Press) -> None:
    await press.put(1, 1, 1, 2)
    async with press.store.batch() as batch:
        await batch.write(WriteSet(redisposed=[Redisposed(1, 1, Disposition.SUPERSEDE, "", "corrected")]))
    last = (await press.read(10))[-1]
    assert (last.seq, last.disposition) == (1, Disposition.SUPERSEDE)


async def test_a_cursor_is_moved_by_one_of_two(press: Press) -> None:
    start = await press.feed.cursor("relay")
    assert start == Position()
    await press.put(1, 1, 1)
    (row,) = await press.feed.read(start, limit=10)
    assert await press.feed.advance("relay", start, row.position)
    assert not await press.feed.advance("relay", start, row.position)
    assert await press.feed.cursor("relay") == row.position
    assert await press.feed.cursor("another") == Position()
