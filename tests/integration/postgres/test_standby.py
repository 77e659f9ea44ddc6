"""The pair of databases of `crossdock chaos`: committed means on both, and one takes over from the other."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import LiteralString

import psutil
import psycopg
import pytest

from crossdock.bootstrap.clustered.database_pair import DatabasePair
from crossdock.kernel.errors import Transient
from crossdock.postgres.connection import Pool, open_pool, transaction
from crossdock.postgres.standby import is_caught_up


@pytest.mark.slow
async def test_a_promoted_standby_has_what_was_committed_and_gets_a_standby_of_its_own(data_dir: Path) -> None:
    pair = DatabasePair(data_dir)
    try:
        await pair.start()
        url = pair.url(pair.primary)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("create table kept (number integer)")
            connection.execute("insert into kept values (1)")
        lost = pair.primary
        await pair.fail_over()
        assert pair.primary != lost
        either = ",".join(f"127.0.0.1:{pair.port(name)}" for name in (lost, pair.primary))
        found = f"postgresql://postgres@{either}/crossdock?target_session_attrs=read-write"
        with psycopg.connect(found, autocommit=True) as connection:
            assert connection.execute("select number from kept").fetchall() == [(1,)]
            connection.execute("insert into kept values (2)")
        assert not await pair.is_safe()
        await pair.rejoin()
        assert await is_caught_up(pair.url(pair.primary))
        with psycopg.connect(pair.url(pair.standby)) as connection:
            assert connection.execute("select number from kept order by 1").fetchall() == [(1,), (2,)]
    finally:
        await pair.stop()


@pytest.mark.slow
async def test_a_commit_only_one_server_has_is_not_told_as_kept(data_dir: Path) -> None:
    """Somebody cancels a statement that hangs: it is a commit, and PostgreSQL says done, and warns."""
    pair = DatabasePair(data_dir)
    try:
        await pair.start()
        pool = await open_pool(pair.url(pair.primary), size_min=1, size_max=1, name="alone")
        try:
            await write(pool, "create table kept (number integer)")
            standby = psutil.Process(pair.pids[pair.standby])
            silent = [standby, *standby.children(recursive=True)]
            for process in silent:
                process.suspend()
            try:
                async with asyncio.TaskGroup() as group:
                    cancelling = group.create_task(cancel_commit(pair.url(pair.primary)))
                    with pytest.raises(Transient, match="the wait for its standby was cancelled"):
                        await write(pool, "insert into kept values (1)")
                    await cancelling
            finally:
                for process in silent:
                    process.resume()
            await pair.until_safe()
            await write(pool, "insert into kept values (2)")
        finally:
            await pool.close()
    finally:
        await pair.stop()


async def cancel_commit(url: str) -> None:
    """As an operator would, once one waits for the standby."""
    found = "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'"
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while not (await (await connection.execute(found)).fetchall())[0][0]:
            pass


async def write(pool: Pool, statement: LiteralString) -> None:
    async with transaction(pool) as connection:
        await connection.execute(statement)


async def test_a_server_that_is_not_there_is_transient() -> None:
    with pytest.raises(Transient):
        await is_caught_up("postgresql://postgres@127.0.0.1:9/crossdock")
