"""The doctor in front of real engines, well and ill."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from crossdock.kernel.errors import Permanent
from crossdock.postgres.inspect import inspect
from crossdock.postgres.migrate import migrate
from crossdock.runtime.doctor import Patient, examine, failed, refuse_unsafe
from crossdock.runtime.engines.embedded_nats import EmbeddedNats
from crossdock.runtime.engines.embedded_postgres import EmbeddedPostgres


class WallClock:
    """The machine's clock, which the embedded server shares."""

    def now(self) -> datetime:
        return datetime.now(UTC)


async def failing(url: str = "", *, monitor_url: str = "", data_dir: Path | None = None) -> list[str]:
    patient = Patient((lambda: inspect(url, WallClock())) if url else None, monitor_url, data_dir)
    return [check.name for check in failed(await examine(patient))]


async def test_embedded_engines_lack_nothing_once_migrated(data_dir: Path) -> None:
    database, log = EmbeddedPostgres(data_dir / "postgres"), EmbeddedNats(data_dir / "nats")
    try:
        url, monitor_url = (await database.start()).url, (await log.start()).monitor_url
        assert await failing(url, monitor_url=monitor_url, data_dir=data_dir) == ["postgres.migrations"]
        await migrate(url)
        assert await failing(url, monitor_url=monitor_url, data_dir=data_dir) == []
    finally:
        await database.stop()
        await log.stop()


async def test_a_server_without_fsync_is_refused(data_dir: Path) -> None:
    database = EmbeddedPostgres(data_dir / "postgres", settings={"fsync": "off"})
    try:
        url = (await database.start()).url
        checks = await examine(Patient(lambda: inspect(url, WallClock())))
        with pytest.raises(Permanent, match="fsync is off: Set fsync = on"):
            refuse_unsafe(checks)
    finally:
        await database.stop()


async def test_asynchronous_commit_hidden_in_the_database_is_found(postgres_url: str) -> None:
    name = postgres_url.rpartition("/test_")[2].partition("?")[0]
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"alter database test_{name} set synchronous_commit = off".encode())
    assert "postgres.synchronous_commit" in await failing(postgres_url)


async def test_a_single_log_that_syncs_later_is_refused(data_dir: Path) -> None:
    log = EmbeddedNats(data_dir / "nats", sync_interval="2m")
    try:
        checks = await examine(Patient(monitor_url=(await log.start()).monitor_url))
        with pytest.raises(Permanent, match="not on disk yet on a single server: Set sync_interval: always"):
            refuse_unsafe(checks)
    finally:
        await log.stop()


async def test_a_database_of_another_release_is_told(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        connection.execute("update schema_migration set checksum = 'other' where number = 1")
    assert "postgres.migrations" in await failing(postgres_url)
