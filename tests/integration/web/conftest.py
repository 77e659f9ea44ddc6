"""The read side, the keys and the kept replies on a database of the test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from crossdock.postgres.connection import Pool, open_pool


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    """A pool beside the hot path."""
    opened = await open_pool(postgres_url, size_min=1, size_max=3, name="web-test")
    yield opened
    await opened.close()
