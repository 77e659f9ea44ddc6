"""Engines for every test that asks: one PostgreSQL and one NATS a worker process, a fresh database a test."""

from __future__ import annotations

import gc
import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import nats
import psycopg
import pytest
import pytest_asyncio
from hypothesis import settings

from crossdock.postgres.migrate import migrate
from crossdock.postgres.store import PostgresStore
from crossdock.runtime.engines.embedded_nats import EmbeddedNats
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres

# A worker holds a million objects of all it imported and collected; Python's own thresholds would walk them all day.
gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Set aside what was imported and collected: it lives as long as the process, and no walk need see it again."""
    gc.collect()
    gc.freeze()


# The same examples in every run, so that a red suite is red again; `--hypothesis-profile=default` draws others.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")

TEMPLATE = "migrated"
# Shared servers lose their data with the test run, so it may live in memory, as little of it as will do.
SPARING = {"max_wal_size": "128MB", "min_wal_size": "32MB"}
# Tests of durability start a server of their own.
FORGETFUL = {"fsync": "off", "full_page_writes": "off", "shared_buffers": "64MB", **SPARING}
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 4 * 1024**3

_numbers = itertools.count(1)


def on_database(url: str, name: str) -> str:
    """The same server, another database."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"/{name}"))


@contextmanager
def engine_folder() -> Iterator[Path]:
    """A folder for an engine, removed afterwards; in memory where there is enough, so that a durable engine is no wait.

    A killed process loses nothing of it, so it shows what a disk would show. Not pytest's own folder: every test run
    that starts closes the one above it to all but root, and PostgreSQL is not root.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES_MIN
    place = MEMORY if roomy else None
    with tempfile.TemporaryDirectory(prefix="crossdock-test-", dir=place, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A folder of the test's own that an engine can live in."""
    with engine_folder() as folder:
        yield folder


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres_server() -> AsyncIterator[str]:
    """URL of a running PostgreSQL with a migrated template database."""
    with engine_folder() as folder:
        async for url in _serve_postgres(folder, FORGETFUL):
            yield url


async def _serve_postgres(folder: Path, settings: dict[str, str]) -> AsyncIterator[str]:
    engine = EmbeddedPostgres(folder / "postgres", settings=settings)
    info = await engine.start()
    with psycopg.connect(info.url, autocommit=True) as connection:
        connection.execute(f"create database {TEMPLATE}")
    await migrate(on_database(info.url, TEMPLATE))
    yield info.url
    await engine.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def durable_server() -> AsyncIterator[str]:
    """URL of a PostgreSQL that the assembled hub accepts: it loses nothing."""
    with engine_folder() as folder:
        async for url in _serve_postgres(folder, SPARING):
            yield url


@pytest.fixture
def durable_url(durable_server: str) -> Iterator[str]:
    """URL of a migrated database of the test's own on the durable server."""
    yield from database_of(durable_server, TEMPLATE)


@pytest.fixture
def empty_database(postgres_server: str) -> Iterator[str]:
    """URL of a database of the test's own with nothing in it."""
    yield from database_of(postgres_server, "template0")


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """URL of a migrated database of the test's own."""
    yield from database_of(postgres_server, TEMPLATE)


def database_of(server: str, template: str) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name} template {template} strategy file_copy")
        yield on_database(server, name)
        connection.execute(f"drop database {name} with (force)")


@pytest_asyncio.fixture
async def store(postgres_url: str) -> AsyncIterator[PostgresStore]:
    """A connected store on a database of the test's own."""
    opened = await PostgresStore.open(postgres_url)
    yield opened
    await opened.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def nats_server() -> AsyncIterator[str]:
    """URL of a running NATS with JetStream, shared by the tests of one worker process."""
    with engine_folder() as folder:
        engine = EmbeddedNats(folder)
        info = await engine.start()
        yield info.url
        await engine.stop()


@pytest_asyncio.fixture
async def nats_url(nats_server: str) -> AsyncIterator[str]:
    """URL of a NATS without streams; what the test made is deleted after it."""
    yield nats_server
    connection = await nats.connect(nats_server)
    streams = connection.jetstream()
    for info in await streams.streams_info():
        await streams.delete_stream(info.config.name or "")
    await connection.close()


@pytest.fixture
def samples() -> Path:
    """The folder of real documents beside the repository; the test is skipped where it is absent."""
    folder = Path(__file__).parents[2] / "shared" / "samples"
    if not folder.is_dir():
        pytest.skip("the real documents (../shared/samples) are not on this machine")
    return folder
