"""The outbox on a database of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from crossdock.postgres.outbox import PostgresOutbox
from crossdock.postgres.store import PostgresStore
from tests.integration.deliver.given import Dock


@pytest_asyncio.fixture
async def dock(postgres_url: str, store: PostgresStore) -> AsyncIterator[Dock]:
    """An empty outbox at noon."""
    outbox = await PostgresOutbox.open(postgres_url, pool_max=3)
    yield Dock(postgres_url, store, outbox)
    await outbox.close()
