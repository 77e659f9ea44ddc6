"""The worked example of domain.md §10 in a real database, with its cards filed."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from crossdock.app.cards.follow import Filer
from crossdock.app.ingest.use_case import Ingest
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.postgres.card_reads import PostgresCardReads
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.store import PostgresStore
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.golden.play import upto
from crossdock.testing.world import World

Play = Callable[[str], Awaitable[World]]


@pytest_asyncio.fixture
async def pool(postgres_url: str, store: PostgresStore) -> AsyncIterator[Pool]:
    """Connections for everything beside the hot path."""
    pool = await open_pool(postgres_url, size_min=1, size_max=4, name="cards")
    yield pool
    await pool.close()


@pytest.fixture
def reads(pool: Pool) -> PostgresCardReads:
    """What lists and searches ask."""
    return PostgresCardReads(pool)


@pytest.fixture
def world(store: PostgresStore) -> World:
    """The hub of the worked example on the real store."""
    world = World(PARTNERS, policy=POLICY, now=when("01 04:00"))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    return world


@pytest.fixture
def filer(pool: Pool, world: World) -> Filer:
    """Who keeps the cards."""
    return Filer(PostgresFeed(pool), PostgresCardFiles(pool), REGISTRIES, POLICY, world.clock)


@pytest.fixture
def play(world: World, filer: Filer) -> Play:
    """Tell everything up to a row of the example, and file it."""

    async def told(row: str) -> World:
        for one in upto(row):
            world.clock.at = one.received
            if one.partner:
                await world.tell(one.partner, one.body())
        while await filer.file_once():
            pass
        return world

    return told
