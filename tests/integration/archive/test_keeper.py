"""What leaves by itself: only what is over, quiet and read by all; nothing twice, nothing before its file is there."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crossdock.app.archive.keeper import Gone, Keeper
from crossdock.app.archive.lines import encode_whole
from crossdock.app.archive.over import is_over
from crossdock.app.archive.recall import Bringer
from crossdock.app.archive.views import ArchiveViews
from crossdock.app.audit import audit
from crossdock.app.queries import trace
from crossdock.bench.trace import Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.instruments.shelf import FolderShelf
from crossdock.kernel.errors import Permanent
from crossdock.ports.archive import Written
from crossdock.postgres.acts import PostgresActs
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, transaction
from crossdock.postgres.views import PostgresViews
from crossdock.testing.world import StillClock, World
from tests.integration.archive.conftest import Rows
from tests.integration.archive.given import LATER, START, approved, settle, told


async def crash(archive: PostgresArchive, shelf: FolderShelf, files: list[Written], *, removes: bool) -> None:
    """A keeper that is killed when its file is there, or just before it commits."""
    async with archive.round(LATER) as turn:
        assert turn is not None
        ids = [row.id for row in turn.candidates if is_over(row, REGISTRIES)]
        files.append(await shelf.write("dossiers", "2026-11", [encode_whole(one) for one in await turn.wholes(ids)]))
        if removes:
            await turn.remove(files[-1], ids, LATER)
        raise KeyboardInterrupt


async def test_only_what_is_over_leaves_and_the_sums_still_prove_out(
    world: World, pool: Pool, keeper: Keeper, rows: Rows, shelf: FolderShelf
) -> None:
    await told(world, pool, 1, 2)
    await world.tell("erp1", approved(3))
    await settle(pool)
    async with transaction(pool) as connection:
        terms = [(Order(1, START).number, "order"), ("HP-PO-1", "po")]
        for term in terms:
            await connection.execute("insert into card_term select id, %s, %s from dossier order by id limit 1", term)
    report = await audit(PostgresAudit(pool), START)
    gone = await keeper.archive_once()
    assert (gone.looked, gone.dossiers) == (3, (f"order||{Order(1, START).number}", f"order||{Order(2, START).number}"))
    assert await keeper.archive_once() == Gone()
    assert await rows("select term from card_term") == [(Order(1, START).number,)]
    after = await audit(PostgresAudit(pool), START, acts=PostgresActs(pool))
    assert (after.verdict, after.sums.dossiers, after.sums.archived) == ("pass", 3, 2)
    assert after.sums.events + after.sums.archived_events == report.sums.events
    seen = await trace(ArchiveViews(PostgresViews(pool), shelf), Order(1, START).number)
    assert seen is not None
    assert seen.archived is not None
    assert [fact.type for fact in seen.facts][:2] == ["order.approved", "order.released"]
    assert await rows("select a.object, f.sha256 = a.after from act a, archive_file f") == [
        (f"archive {gone.file}", True)
    ]


@pytest.mark.parametrize(
    "under_way",
    [
        """insert into exception_case (dossier, opened, severity, code, subject, slot, queue, detail, cause_open)
           select id, now(), 2, 'INT-01', 'x', '', 'INT', '', '' from dossier""",
        """insert into quarantine (received, dossier, id, partner, lane, code, reason, message, body)
           select now(), id, 'q', 'erp1', '', 'INT-02', '', '', '' from dossier""",
        """insert into relay_cursor (name, tx, dossier, seq, updated)
           select 'cards', min(tx), 0, 0, now() + interval '100 days' from event""",
        """insert into ask (id, dossier, asked, deed, about, value, reason, person, key, two, said)
           select 1, id, now(), 'hold', '', '', '', '', '', '', '' from dossier""",
    ],
)
async def test_what_something_is_under_way_on_stays(
    world: World, pool: Pool, keeper: Keeper, rows: Rows, under_way: str
) -> None:
    await told(world, pool, 1)
    async with transaction(pool) as connection:
        await connection.execute(under_way.encode())
    assert (await keeper.archive_once()).dossiers == ()
    assert await rows("select count(*) > 0 from event") == [(True,)]


async def test_nothing_leaves_before_every_reader_of_the_log_has_begun(
    world: World, pool: Pool, shelf: FolderShelf
) -> None:
    await told(world, pool, 1)
    keeper = Keeper(PostgresArchive(pool), shelf, REGISTRIES, StillClock(LATER), timedelta(days=400))
    assert (await keeper.archive_once()).dossiers == ()


async def test_a_crash_between_file_and_removal_loses_nothing_and_repeats_to_the_same(
    world: World, pool: Pool, archive: PostgresArchive, shelf: FolderShelf, keeper: Keeper, rows: Rows
) -> None:
    await told(world, pool, 1, 2)
    before = await rows("select * from event order by dossier, seq")
    files: list[Written] = []
    for removes in (False, True):
        with pytest.raises(KeyboardInterrupt):
            await crash(archive, shelf, files, removes=removes)
        assert await rows("select * from event order by dossier, seq") == before
    assert files[0] == files[1]
    assert len((await keeper.archive_once()).dossiers) == 2
    assert (await audit(PostgresAudit(pool), START)).verdict == "pass"


async def test_one_keeper_at_a_time_and_none_while_paused(
    world: World, pool: Pool, archive: PostgresArchive, keeper: Keeper
) -> None:
    await told(world, pool, 1)
    async with archive.round(LATER) as turn:
        assert turn is not None
        assert await keeper.archive_once() == Gone()
    await archive.pause("the disk is moved", LATER, "Ada")
    assert await keeper.archive_once() == Gone()
    with pytest.raises(Permanent, match="the disk is moved"):
        await archive.start_over()
    await archive.pause("", LATER, "Ada")
    await archive.start_over()
    assert len((await keeper.archive_once()).dossiers) == 1


async def test_a_late_fact_brings_its_order_back_and_a_duplicate_does_not(
    world: World, pool: Pool, keeper: Keeper, rows: Rows
) -> None:
    await told(world, pool, 1)
    await keeper.archive_once()
    (receipt,) = await world.tell("erp1", approved(1))
    assert str(receipt.disposition) == "SUPPRESS"
    assert await rows("select count(*) from archived") == [(1,)]
    assert (await audit(PostgresAudit(pool), START)).verdict == "pass"
    facts = list(Order(1, START).facts())
    (receipt,) = await world.tell(facts[2].partner, facts[2].body)
    assert (receipt.status, str(receipt.disposition) == "QUARANTINE") == ("accepted", False)
    assert await rows("select count(*) from archived") == [(0,)]
    report = await audit(PostgresAudit(pool), START, acts=PostgresActs(pool))
    assert (report.lost, report.doubled) == (0, 0), report.discrepancies
    assert await rows("select act from act order by id") == [("archived",), ("restored",)]


async def test_a_late_fact_whose_archive_is_away_waits_in_quarantine_and_stops_nobody(
    world: World, pool: Pool, keeper: Keeper, rows: Rows, archive: PostgresArchive, shelf: FolderShelf
) -> None:
    await told(world, pool, 1)
    await keeper.archive_once()
    (archived,) = await archive.named(f"order||{Order(1, START).number}")
    piece = await shelf.read(archived.place)
    await shelf.destroy(archived.place.file)
    late = list(Order(1, START).facts())[2]
    receipts = await world.take([(late.partner, late.body), ("erp1", approved(4))])
    assert [str(one.disposition) for one in receipts] == ["QUARANTINE", "APPLY"]
    ((reason,),) = await rows("select reason from quarantine")
    assert archived.place.file in str(reason)
    assert "bring it back" in str(reason)
    assert (await shelf.write("dossiers", archived.place.file.split("/")[1], [piece])).name == archived.place.file
    await Bringer(archive, shelf, world.clock).bring_back([archived.dossier])
    assert await rows("select count(*) from archived") == [(0,)]
