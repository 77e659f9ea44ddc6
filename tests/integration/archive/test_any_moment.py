"""The worked example of domain.md §10, archived again and again while it happens, ends as it ends without that."""

from __future__ import annotations

from datetime import timedelta

from crossdock.app.archive.recall import Bringer
from crossdock.app.archive.views import ArchiveViews
from crossdock.app.audit import audit
from crossdock.app.fold.dossier import unpack
from crossdock.instruments.shelf import FolderShelf
from crossdock.ports.views import Views
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, transaction
from crossdock.postgres.packing import pack, unpack_state
from crossdock.postgres.views import PostgresViews
from crossdock.testing.golden.play import without
from crossdock.testing.golden.trace import Row
from crossdock.testing.world import World
from tests.integration.archive.conftest import PutAway, Rows

DELIVERED = """
insert into delivery_log (id, dossier, created, ended, attempts, outcome, partner, type, idempotency_key, detail,
    reference, payload, echo_pending)
select id, dossier, due, now(), 1, 'delivered', partner, 'plan_shipment', idempotency_key, 'it was', 'REF', %s, false
from delivery"""
DESKS = """
insert into case_desk (case_id, due_ack, severity, state, price, currency)
select id, now(), 2, 'RESOLVED', 12.5000, 'EUR' from exception_case"""
# What people said, without what only time did.
TOLD = tuple(row for row in without() if row.partner)
# But for transitions, which a refold puts down in words and COPY in numbers.
EVENTS = """
select dossier, tx, occurred, received, recorded, seq, disposition, type, partner, key, cause, message, reason, body,
    concluded from event order by dossier, seq"""
EVERYTHING = (
    EVENTS,
    "select * from delivery_log order by id, attempts",
    "select * from exception_case order by id",
    "select * from case_desk order by case_id",
    "select id, facts, archived from message order by id",
)


async def tell(world: World, row: Row) -> str:
    world.clock.at = row.received
    (receipt,) = await world.tell(row.partner, row.body())
    return str(receipt.disposition)


async def states(rows: Rows) -> dict[str, dict[str, bytes]]:
    """Each machine's state by dossier, as stored."""
    return {
        str(ident): {name: bytes(one) for name, one in unpack(unpack_state(packed)).machines.items()}
        for ident, packed in await rows("select ident, state from dossier")
        if isinstance(packed, bytes)
    }


async def worked(pool: Pool) -> None:
    """Its commands as delivered, its cases as closed, worked at a desk."""
    async with transaction(pool) as connection:
        await connection.execute(DELIVERED, (pack(b'{"a":"b \\u20ac"}', "plan_shipment"),))
        await connection.execute("delete from delivery")
        await connection.execute("update exception_case set closed = now(), cause_closed = 'a proof'")
        await connection.execute(DESKS)


async def everything(views: Views, dossier: int) -> list[object]:
    """What a reader sees of a dossier."""
    return [await views.events(dossier), await views.commands(dossier), await views.cases(dossier)]


async def test_whenever_it_is_archived_it_ends_the_same_and_duplicates_bring_nothing_back(
    world: World, put_away: PutAway, rows: Rows, pool: Pool
) -> None:
    plain = World(world.partners._partners, policy=world.parts.policy, now=world.clock.now())
    for number, row in enumerate(TOLD):
        assert await tell(world, row) == await tell(plain, row), row.name
        if number % 3 == 0:
            assert await put_away() > 0
            assert await tell(world, row) in ("SUPPRESS", "REJECT", "HOLD"), row.name
            await tell(plain, row)
            assert await rows("select count(*) from dossier where version < 1 << 30") == [(0,)], row.name
    ending = plain.ending()
    found = {f"{ident}:{name}": state for ident, one in (await states(rows)).items() for name, state in one.items()}
    assert found == ending.machines
    sent = {str(key) for key, name in await rows("select idempotency_key, coalesce(type, '') from delivery")}
    assert ending.effects <= sent
    assert sent - ending.effects <= {one.idempotency_key for one in plain.store.deliveries}
    report = await audit(PostgresAudit(pool), world.clock.now() - timedelta(days=900))
    assert (report.lost, report.doubled) == (0, 0), report.discrepancies


async def test_what_comes_back_is_row_for_row_what_went(
    world: World, put_away: PutAway, rows: Rows, archive: PostgresArchive, shelf: FolderShelf, pool: Pool
) -> None:
    for row in TOLD:
        await tell(world, row)
    await worked(pool)
    before = [await rows(statement) for statement in EVERYTHING]
    views = PostgresViews(pool)
    dossiers = [int(str(one)) for (one,) in await rows("select id from dossier order by id")]
    assert all(before[:4])
    read = [await everything(views, one) for one in dossiers]
    assert await put_away() == len(dossiers)
    assert await rows("select count(*) from event") == [(0,)]
    assert len(await archive.of(dossiers)) == len(dossiers)
    assert [await everything(ArchiveViews(views, shelf), one) for one in dossiers] == read
    await Bringer(archive, shelf, world.clock).bring_back(dossiers)
    assert [await rows(statement) for statement in EVERYTHING] == before
    assert [await everything(views, one) for one in dossiers] == read
    assert await archive.of(dossiers) == []
