"""The server goes away and comes back: every call says so in time, nothing half is stored, and work goes on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from crossdock.kernel.errors import Bug, Conflict, Overloaded, Rejected, Transient
from crossdock.ports.store import WriteSet
from crossdock.postgres import connection as connections
from crossdock.postgres.connection import Pool, open_pool, transaction, translated
from crossdock.postgres.migrate import migrate
from crossdock.postgres.store import PostgresStore
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres
from tests.integration.postgres.rows import dossier, event


@pytest_asyncio.fixture
async def engine(data_dir: Path) -> AsyncIterator[EmbeddedPostgres]:
    engine = EmbeddedPostgres(data_dir / "postgres")
    yield engine
    await engine.stop()


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=2, name="test")
    yield opened
    await opened.close()


async def write(store: PostgresStore, number: int) -> None:
    async with store.batch() as batch:
        await batch.write(WriteSet(dossiers=[dossier(number)], events=[event(number)]))


async def until_written(store: PostgresStore, number: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                return await write(store, number)
            except Transient:
                continue


async def test_a_server_killed_within_a_batch_is_transient_and_the_store_recovers(engine: EmbeddedPostgres) -> None:
    info = await engine.start()
    await migrate(info.url)
    store = await PostgresStore.open(info.url)
    await write(store, 1)

    async def killed_within() -> None:
        async with store.batch() as batch:
            await batch.write(WriteSet(dossiers=[dossier(2)]))
            os.kill(info.pid, signal.SIGKILL)
            await engine.wait()
            await batch.match(["order||SO-2"])

    with pytest.raises(Transient, match="PostgreSQL did not answer"):
        await killed_within()
    await engine.stop()
    await engine.start()
    await until_written(store, 3)
    async with store.batch() as batch:
        assert set((await batch.match([], [1, 2, 3])).dossiers) == {1, 3}
    await store.close()


async def test_a_database_that_is_not_there_is_told_in_time(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "POOL_WAIT_S", 0.2)
    with pytest.raises(Transient):
        await PostgresStore.open(f"postgresql://postgres@/crossdock?host={data_dir}")


async def test_a_session_an_operator_ended_is_transient_and_replaced(store: PostgresStore, postgres_url: str) -> None:
    async def ended_within() -> None:
        async with store.batch() as batch:
            await batch.match([])
            with psycopg.connect(postgres_url) as operator:
                operator.execute(
                    "select pg_terminate_backend(pid) from pg_stat_activity where application_name ="
                    " 'crossdock-batches' and datname = current_database()"
                )
            await batch.match([])

    with pytest.raises(Transient):
        await ended_within()
    await until_written(store, 1)


async def test_more_batches_than_connections_wait_their_turn(postgres_url: str) -> None:
    store = await PostgresStore.open(postgres_url, pool_max=1)
    await asyncio.gather(*(write(store, number) for number in range(1, 21)))
    async with store.batch() as batch:
        assert len((await batch.match([], range(1, 21))).dossiers) == 20
    await store.close()


async def test_numbers_are_reserved_while_every_batch_holds_a_connection(postgres_url: str) -> None:
    store = await PostgresStore.open(postgres_url, pool_max=1)
    async with store.batch():
        async with asyncio.timeout(5):
            assert await store.reserve_deliveries(1) > 0
    await store.close()


async def test_what_went_wrong_first_is_told_when_the_server_goes_before_the_rollback(pool: Pool) -> None:
    """A shutdown met by the rollback is nobody's bug: the sender is told what it would have been told without it."""

    async def ended_within() -> None:
        async with transaction(pool) as connection:
            await connection.execute("select 1")
            async with pool.connection() as other:
                await other.execute("select pg_terminate_backend(%s, 60000)", (connection.info.backend_pid,))
            raise Conflict("another worker was faster")

    with pytest.raises(Conflict, match="faster"):
        await ended_within()


async def test_a_pool_nobody_gives_back_to_is_overloaded_not_stuck(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "POOL_WAIT_S", 0.2)
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="small")
    async with transaction(pool):
        with pytest.raises(Overloaded, match="no database connection became free"):
            await transaction(pool).__aenter__()
    await pool.close()


@pytest.mark.parametrize(
    ("statements", "kind"),
    [
        (["set statement_timeout = 1", "select pg_sleep(5)"], Transient),
        (["select 1 / 0"], Rejected),
        (["select 'x'::int"], Rejected),
        (["select nonsense"], Bug),
    ],
)
async def test_errors_say_who_must_act(postgres_url: str, statements: list[str], kind: type[Exception]) -> None:
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="errors")

    async def run() -> None:
        async with transaction(pool) as connection:
            with translated():
                for statement in statements:
                    await connection.execute(statement.encode())

    with pytest.raises(kind):
        await run()
    await pool.close()


async def test_every_session_is_bounded_and_durable(postgres_url: str) -> None:
    pool = await open_pool(postgres_url, size_min=1, size_max=1, name="bounds")
    async with transaction(pool) as connection:
        for name, value in {
            "statement_timeout": "30s",
            "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "1min",
            "synchronous_commit": "on",
        }.items():
            assert await (await connection.execute(f"show {name}".encode())).fetchone() == (value,)
    await pool.close()
