"""The chain of acts after its beginning left: one chain, proven, and nothing else may be taken out of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from crossdock.app.acts.chain import verify
from crossdock.app.archive.acts import ActKeeper
from crossdock.instruments.shelf import FolderShelf
from crossdock.kernel.errors import Permanent
from crossdock.ports.acts import Act
from crossdock.postgres.act_archive import PostgresActArchive
from crossdock.postgres.connection import Pool, transaction
from crossdock.testing.world import StillClock
from tests.integration.archive.conftest import Rows

BEGAN = datetime(2019, 6, 1, tzinfo=UTC)
NOW = datetime(2026, 12, 1, tzinfo=UTC)
KEPT = timedelta(days=2557)


@pytest.fixture
def acts(pool: Pool) -> PostgresActArchive:
    """The chain."""
    return PostgresActArchive(pool)


@pytest.fixture
def keeper(acts: PostgresActArchive, shelf: FolderShelf) -> ActKeeper:
    """Who archives its beginning."""
    return ActKeeper(acts, shelf, StillClock(NOW), KEPT)


async def done(acts: PostgresActArchive, *months: int) -> None:
    for month in months:
        at = BEGAN + timedelta(days=30 * month)
        await acts.keep(at, f"partner {month}", Act("paused", "Ada", "key", "it was late"))


async def test_the_chain_goes_on_from_its_anchor(acts: PostgresActArchive, keeper: ActKeeper, rows: Rows) -> None:
    await done(acts, 0, 1, 2, 80, 81)
    before = [row.hash for row in await acts.chain(0, 10)]
    assert await keeper.archive_once(2) == 2
    assert await keeper.archive_once(2) == 1
    assert await keeper.archive_once(2) == 0
    report = await verify(acts)
    assert (report.broken_at, report.acts) == (0, 7)
    assert "the first 3 are in the archive" in report.detail
    await done(acts, 82)
    assert (await verify(acts)).broken_at == 0
    assert [row.hash for row in await acts.chain(0, 2)] == before[3:]
    assert await rows("select id, hash from act_anchor order by id desc limit 1") == [(3, before[2])]
    assert [row.act for row in await acts.latest(0, 10)].count("archived") == 2


async def test_the_newest_act_stays_however_old(acts: PostgresActArchive, keeper: ActKeeper) -> None:
    await done(acts, 0)
    assert await keeper.archive_once() == 0


@pytest.mark.parametrize(
    "change", ["delete from act where id = 3", "update act_anchor set hash = ''", "delete from act_anchor"]
)
async def test_nothing_else_may_be_taken_out(
    acts: PostgresActArchive, keeper: ActKeeper, pool: Pool, change: str
) -> None:
    await done(acts, 0, 1, 80)
    assert await keeper.archive_once() == 2
    async with transaction(pool) as connection:
        with pytest.raises(psycopg.errors.RestrictViolation, match="append-only"):
            await connection.execute(change.encode())


async def test_what_was_changed_does_not_leave(acts: PostgresActArchive, keeper: ActKeeper, pool: Pool) -> None:
    await done(acts, 0, 1, 80)
    async with transaction(pool) as connection:
        await connection.execute("alter table act disable trigger user")
        await connection.execute("update act set person = 'Eve' where id = 2")
        await connection.execute("alter table act enable trigger user")
    with pytest.raises(Permanent, match="act 2 is not what was written"):
        await keeper.archive_once()
    assert (await verify(acts)).broken_at == 2
