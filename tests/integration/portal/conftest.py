"""A portal over a database of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from crossdock.postgres.connection import open_pool
from crossdock.postgres.store import PostgresStore
from tests.integration.portal.house import House


@pytest_asyncio.fixture
async def house(postgres_url: str, store: PostgresStore) -> AsyncIterator[House]:
    pool = await open_pool(postgres_url, size_min=1, size_max=6, name="portal-test")
    yield House(pool, store)
    await pool.close()
