"""PostgreSQL as our child process: whatever happened before, it starts, and nothing committed is lost."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import psycopg
import pytest
import pytest_asyncio

from crossdock.kernel.errors import Permanent
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres
from tests.integration.engines.orphans import leave_one_behind


@pytest_asyncio.fixture
async def engine(data_dir: Path) -> AsyncIterator[EmbeddedPostgres]:
    engine = EmbeddedPostgres(data_dir / "postgres")
    yield engine
    await engine.stop()


def commit_a_row(url: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table if not exists kept (n int)")
        connection.execute("insert into kept values (1)")


def rows_kept(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("select count(*) from kept").fetchone()
    assert row is not None
    return int(row[0])


async def test_starts_durable_and_with_version_18(engine: EmbeddedPostgres) -> None:
    info = await engine.start()
    assert info.version.startswith("18.")
    with psycopg.connect(info.url) as connection:
        for name, value in {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}.items():
            assert connection.execute(f"show {name}").fetchone() == (value,)
        assert connection.execute("select current_database()").fetchone() == ("crossdock",)


async def test_does_not_run_as_root_nor_listen_on_the_network(engine: EmbeddedPostgres) -> None:
    process = psutil.Process((await engine.start()).pid)
    assert process.uids().effective != 0
    assert [connection for connection in process.net_connections() if connection.status == "LISTEN"] == []


async def test_committed_rows_survive_a_killed_server(engine: EmbeddedPostgres) -> None:
    info = await engine.start()
    commit_a_row(info.url)
    os.kill(info.pid, signal.SIGKILL)
    assert await engine.wait() == -signal.SIGKILL
    await engine.stop()
    again = await engine.start()
    assert again.url == info.url
    assert rows_kept(again.url) == 1


async def test_a_server_left_behind_by_a_killed_starter_is_replaced(engine: EmbeddedPostgres, data_dir: Path) -> None:
    orphan = leave_one_behind(EmbeddedPostgres, data_dir / "postgres")
    assert orphan.is_running()
    info = await engine.start()
    assert info.pid != orphan.pid
    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE


async def test_a_second_starter_is_refused_while_the_first_lives(engine: EmbeddedPostgres, data_dir: Path) -> None:
    await engine.start()
    with pytest.raises(Permanent, match=f"in use by process {os.getpid()}: stop it"):
        await EmbeddedPostgres(data_dir / "postgres").start()


async def test_a_pid_file_naming_a_stranger_does_not_stop_the_start(engine: EmbeddedPostgres, data_dir: Path) -> None:
    info = await engine.start()
    pid_file = data_dir / "postgres" / "cluster" / "postmaster.pid"
    said = pid_file.read_text()
    os.kill(info.pid, signal.SIGKILL)
    await engine.stop()
    # After a reboot of a container the old number is likely to be taken, here by a process of the server's own user.
    account = psutil.Process().uids().effective or None
    stranger = await asyncio.create_subprocess_exec("sleep", "60", user=account or pid_file.stat().st_uid)
    pid_file.write_text(said.replace(str(info.pid), str(stranger.pid), 1))
    try:
        assert rows_or_empty((await engine.start()).url) == 0
        assert stranger.returncode is None
    finally:
        stranger.kill()
        await stranger.wait()


def rows_or_empty(url: str) -> int:
    with psycopg.connect(url) as connection:
        connection.execute("create table kept (n int)")
        connection.commit()
    return rows_kept(url)


async def test_an_interrupted_set_up_is_begun_anew(engine: EmbeddedPostgres, data_dir: Path) -> None:
    torn = data_dir / "postgres" / "cluster.new"
    torn.mkdir(parents=True)
    (torn / "PG_VERSION").write_text("18\n")
    info = await engine.start()
    commit_a_row(info.url)
    assert rows_kept(info.url) == 1


async def test_a_folder_too_deep_for_a_socket_still_works(data_dir: Path) -> None:
    engine = EmbeddedPostgres(data_dir / ("deep" * 25))
    info = await engine.start()
    try:
        commit_a_row(info.url)
        assert len(info.address) < 60
    finally:
        await engine.stop()


async def test_a_setting_the_server_refuses_is_told_with_its_own_words(data_dir: Path) -> None:
    engine = EmbeddedPostgres(data_dir / "postgres", settings={"shared_buffers": "lots"})
    with pytest.raises(Permanent, match=r"does not start: .*shared_buffers"):
        await engine.start()


async def test_stopping_ends_the_process_and_frees_the_folder(engine: EmbeddedPostgres, data_dir: Path) -> None:
    info = await engine.start()
    await engine.stop()
    await engine.stop()
    assert not psutil.pid_exists(info.pid)
    other = EmbeddedPostgres(data_dir / "postgres")
    await other.start()
    await other.stop()


async def test_a_supervisor_starts_it_again_without_stopping_it(engine: EmbeddedPostgres) -> None:
    first = await engine.start()
    os.kill(first.pid, signal.SIGKILL)
    await engine.wait()
    again = await engine.start()
    assert (again.url, again.pid != first.pid) == (first.url, True)
