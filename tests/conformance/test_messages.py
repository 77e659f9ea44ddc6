"""What is known of messages received before (`ports.messages`), on PostgreSQL and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import msgspec
import pytest
import pytest_asyncio

from crossdock.kernel.errors import Conflict
from crossdock.ports.messages import KnownMessage, Messages
from crossdock.ports.store import MessageRow, Store, WriteSet
from crossdock.postgres.connection import open_pool
from crossdock.postgres.messages import PostgresMessages
from crossdock.postgres.store import PostgresStore
from crossdock.testing.messages import MemoryMessages
from crossdock.testing.store import MemoryStore

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


class Shelf(msgspec.Struct):
    """What was received, and where it is looked up."""

    store: Store
    messages: Messages

    async def put(self, *rows: MessageRow) -> None:
        async with self.store.batch() as batch:
            await batch.write(WriteSet(messages=list(rows)))


@pytest.fixture
def memory_shelf() -> Shelf:
    """An empty one in memory."""
    store = MemoryStore()
    return Shelf(store, MemoryMessages(store))


@pytest_asyncio.fixture
async def postgres_shelf(postgres_url: str, store: PostgresStore) -> AsyncIterator[Shelf]:
    """An empty one on a database of the test's own."""
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="test")
    yield Shelf(store, PostgresMessages(pool))
    await pool.close()


@pytest.fixture(params=["memory", "postgres"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    """Each adapter in turn."""
    opened: Shelf = request.getfixturevalue(f"{request.param}_shelf")
    return opened


def received(name: str, *, control: str = "", status: str = "accepted", partner: str = "nvtr") -> MessageRow:
    body = name.encode()
    return MessageRow(
        name, partner, "http", "application/edi-x12", NOON, f"sha-{name}", body, status, 1, b"[]", control
    )


async def test_a_message_is_known_by_its_number_else_by_its_bytes(shelf: Shelf) -> None:
    await shelf.put(received("m1", control="37"), received("m2"))
    assert await shelf.messages.find("nvtr", "37", "sha-other") == KnownMessage("m1", "sha-m1", "accepted")
    assert await shelf.messages.find("nvtr", "", "sha-m2") == KnownMessage("m2", "sha-m2", "accepted")
    assert await shelf.messages.find("nvtr", "38", "sha-m2") is None
    assert await shelf.messages.find("wms", "37", "sha-m1") is None


async def test_what_was_refused_claims_no_number(shelf: Shelf) -> None:
    await shelf.put(received("m1", control="37", status="refused"), received("m2", control="37", status="duplicate"))
    assert await shelf.messages.find("nvtr", "37", "sha-m1") is None
    await shelf.put(received("m3", control="37", status="partial"))
    assert await shelf.messages.find("nvtr", "37", "sha-m1") == KnownMessage("m3", "sha-m3", "partial")


async def test_a_number_taken_meanwhile_is_a_lost_race_and_nothing_is_stored(shelf: Shelf) -> None:
    await shelf.put(received("m1", control="37"))
    with pytest.raises(Conflict):
        await shelf.put(received("m2", control="37"))
    await shelf.put(received("m3", control="37", partner="kstl"))
    assert await shelf.messages.find("nvtr", "", "sha-m2") is None
