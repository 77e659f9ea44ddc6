"""A hub on a real database whose dossiers may be put into the archive at any moment, over or not."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from crossdock.app.archive.keeper import Keeper
from crossdock.app.archive.lines import encode_whole
from crossdock.app.archive.recall import Bringer
from crossdock.app.ingest.use_case import Ingest
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.instruments.shelf import FolderShelf
from crossdock.postgres.archive import PostgresArchive, PostgresRound
from crossdock.postgres.connection import Pool, open_pool, transaction
from crossdock.postgres.store import PostgresStore
from crossdock.testing.golden.cast import PARTNERS, POLICY, when
from crossdock.testing.world import StillClock, World
from tests.integration.archive.given import LATER

PutAway = Callable[[], Awaitable[int]]
Rows = Callable[[str], Awaitable[list[tuple[object, ...]]]]


@pytest_asyncio.fixture
async def pool(postgres_url: str, store: PostgresStore) -> AsyncIterator[Pool]:
    """Connections for everything beside the hot path."""
    pool = await open_pool(postgres_url, size_min=1, size_max=4, name="archive")
    yield pool
    await pool.close()


@pytest.fixture
def shelf(tmp_path: Path) -> FolderShelf:
    """Where the files are."""
    return FolderShelf(tmp_path / "archive")


@pytest.fixture
def archive(pool: Pool) -> PostgresArchive:
    """The archive, waiting for no reader of the log."""
    return PostgresArchive(pool, readers=())


@pytest.fixture
def world(store: PostgresStore, archive: PostgresArchive, shelf: FolderShelf) -> World:
    """The hub of the worked example on the real store."""
    world = World(PARTNERS, policy=POLICY, now=when("01 04:00"))
    bringer = Bringer(archive, shelf, world.clock)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store, archive=bringer))
    return world


@pytest.fixture
def rows(pool: Pool) -> Rows:
    """What a question is answered with."""

    async def ask(statement: str) -> list[tuple[object, ...]]:
        async with transaction(pool) as connection:
            return await (await connection.execute(statement.encode())).fetchall()

    return ask


@pytest.fixture
def put_away(pool: Pool, shelf: FolderShelf, world: World) -> PutAway:
    """Archive every dossier that is not, whatever is under way on it."""

    async def put() -> int:
        async with transaction(pool) as connection:
            found = await connection.execute("select id from dossier where version < 1 << 30 order by id for update")
            ids = [row[0] for row in await found.fetchall()]
            turn = PostgresRound(connection, 0, ())
            wholes = await turn.wholes(ids)
            if ids:
                written = await shelf.write("dossiers", "2026-06", [encode_whole(one) for one in wholes])
                await turn.remove(written, ids, world.clock.now())
        return len(ids)

    return put


@pytest.fixture
def keeper(archive: PostgresArchive, shelf: FolderShelf) -> Keeper:
    """A keeper of the year after next."""
    return Keeper(archive, shelf, REGISTRIES, StillClock(LATER), timedelta(days=400))
