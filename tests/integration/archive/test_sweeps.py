"""What is dropped when its time is up, and nothing that is younger; a file that is gone is said to be, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crossdock.app.archive.keeper import Keeper
from crossdock.app.archive.recall import Bringer, NothingArchived
from crossdock.app.archive.sweeps import Sweeper
from crossdock.app.archive.views import ArchiveViews
from crossdock.app.audit import audit
from crossdock.app.queries import trace
from crossdock.bench.trace import Order
from crossdock.instruments.shelf import FolderShelf
from crossdock.kernel.errors import Rejected
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, transaction
from crossdock.postgres.retention import PostgresLeftovers
from crossdock.postgres.views import PostgresViews
from crossdock.testing.world import StillClock, World
from tests.integration.archive.conftest import Rows
from tests.integration.archive.given import LATER, START, told

NOW = datetime(2026, 12, 1, tzinfo=UTC)
KPIS, ENQUIRIES, FILES = timedelta(days=1096), timedelta(days=400), timedelta(days=2557)
OLD = """
insert into measure (dossier, at, since, value, weight, kpi, slot) values
    (1, %(now)s - interval '1097 days', null, 1, 1, 'K1', 'old'),
    (2, %(now)s - interval '1095 days', null, 1, 1, 'K1', 'young'),
    (3, %(now)s - interval '1097 days', %(now)s - interval '1097 days', 1, 1, 'K1', 'still open'),
    (4, %(now)s - interval '1097 days', null, 1, 1, 'K9', 'nobody asks for it')"""
LOOKS = """
insert into portal_enquiry (hour, order_no, shipment) values
    (%(now)s - interval '401 days', 'SO-1', ''), (%(now)s - interval '402 days', 'SO-1', ''),
    (%(now)s - interval '399 days', 'SO-1', '')"""


def sweeper(pool: Pool, shelf: FolderShelf | None, files: timedelta = FILES, now: datetime = NOW) -> Sweeper:
    return Sweeper(PostgresLeftovers(pool), shelf, StillClock(now), ("K1",), KPIS, ENQUIRIES, files)


async def test_only_what_is_over_and_old_is_dropped_a_page_at_a_time(pool: Pool, rows: Rows) -> None:
    async with transaction(pool) as connection:
        for statement in (OLD, LOOKS):
            await connection.execute(statement.encode(), {"now": NOW})
    sweeps = sweeper(pool, None)
    assert [await sweeps.sweep_once(1) for _ in range(3)] == [2, 1, 0]
    assert await rows("select slot from measure order by dossier") == [
        ("young",), ("still open",), ("nobody asks for it",)
    ]  # fmt: skip
    assert await rows("select count(*) from portal_enquiry") == [(1,)]


async def test_a_file_goes_when_its_time_is_up_and_whoever_asks_is_told(
    world: World, pool: Pool, keeper: Keeper, archive: PostgresArchive, shelf: FolderShelf, rows: Rows
) -> None:
    await told(world, pool, 1)
    gone = await keeper.archive_once()
    (archived,) = await archive.named(f"order||{Order(1, START).number}")
    kept = sweeper(pool, shelf, timedelta(), LATER + timedelta(days=9999))
    assert await kept.sweep_once() == 0, "0 days keep files for good"
    assert await sweeper(pool, shelf, now=LATER + FILES - timedelta(days=1)).sweep_once() == 0
    over = sweeper(pool, shelf, now=LATER + FILES + timedelta(days=1))
    assert [await over.sweep_once() for _ in range(2)] == [1, 0]
    with pytest.raises(Rejected, match="bring it back there"):
        await shelf.read(archived.place)
    (archived,) = await archive.of([archived.dossier])
    with pytest.raises(Rejected, match="its time in the archive was up on"):
        await Bringer(archive, shelf, world.clock).bring_back([archived.dossier])
    seen = await trace(ArchiveViews(PostgresViews(pool), shelf), Order(1, START).number)
    assert seen is not None
    assert (seen.archived is not None, len(seen.facts)) == (True, 0)
    assert await rows("select act, object, reason from act order by id desc limit 1") == [
        ("deleted", f"archive {gone.file}", "its time in the archive was up")
    ]
    assert (await audit(PostgresAudit(pool), START, acts=PostgresActs(pool))).verdict == "pass"


async def test_a_crash_between_a_file_and_its_word_is_swept_up(
    world: World, pool: Pool, keeper: Keeper, archive: PostgresArchive, shelf: FolderShelf
) -> None:
    await told(world, pool, 1)
    gone = await keeper.archive_once()
    await shelf.destroy(gone.file)
    over = sweeper(pool, shelf, now=LATER + FILES + timedelta(days=1))
    assert await over.sweep_once() == 1
    (file,) = await archive.files("", 10)
    assert file.gone is not None


@pytest.mark.parametrize(
    "spoil",
    [
        lambda body: body[:-1] + bytes([body[-1] ^ 1]),
        lambda body: body[: len(body) // 2],
        lambda body: body[:100] + b"????" + body[104:],
        lambda body: b"not what was packed at all" + body,
        lambda body: b"",
    ],
    ids=["last byte", "cut off", "inside", "another", "empty"],
)
async def test_a_late_fact_waits_where_its_file_is_another_and_where_no_archive_is_set(
    world: World,
    pool: Pool,
    keeper: Keeper,
    archive: PostgresArchive,
    shelf: FolderShelf,
    rows: Rows,
    tmp_path: Path,
    spoil: Callable[[bytes], bytes],
) -> None:
    await told(world, pool, 1)
    await keeper.archive_once()
    (archived,) = await archive.named(f"order||{Order(1, START).number}")
    (file,) = await archive.files("", 10)
    path = tmp_path / "archive" / file.name
    path.write_bytes(spoil(path.read_bytes()))
    assert "is not what was written" in await shelf.fault(file)
    with pytest.raises(Rejected, match=r"restore it from a backup|cannot be read"):
        await shelf.read(archived.place)
    with pytest.raises(Rejected, match=r"set retention\.dir"):
        await NothingArchived().bring_back([archived.dossier])
    late = list(Order(1, START).facts())[2]
    (receipt,) = await world.take([(late.partner, late.body)])
    assert str(receipt.disposition) == "QUARANTINE"
    assert await rows("select count(*) from archived") == [(1,)]
