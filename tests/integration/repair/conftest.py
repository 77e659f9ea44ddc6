"""A hub on a real database, with a history of three orders or with none."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest
import pytest_asyncio

from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.store import PostgresStore
from crossdock.testing.world import World
from tests.integration.repair.given import BEFORE, START, Shop


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=4, name="repairs")
    yield opened
    await opened.close()


@pytest.fixture
def build(postgres_url: str, store: PostgresStore, pool: Pool) -> Callable[[], Shop]:
    """A hub with nothing in it."""

    def made() -> Shop:
        world = World(PARTNERS, now=START + timedelta(days=2))
        parts = dataclasses.replace(world.parts, store=store, policy=BEFORE)
        world.ingest = Ingest(parts)
        return Shop(world, parts, pool, postgres_url)

    return made


@pytest_asyncio.fixture
async def shop(build: Callable[[], Shop]) -> Shop:
    """Three orders delivered under the first policy."""
    made = build()
    orders = [Order(number, START) for number in range(3)]
    await made.tell(list(orders[0].load_facts(tuple(order.shipment for order in orders))))
    await made.tell([fact for order in orders for fact in order.facts()])
    return made
