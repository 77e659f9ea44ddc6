"""A repair of an order in the archive: its dry run moves nothing, and once the order is back it is planned and done."""

from __future__ import annotations

import dataclasses

import pytest

from crossdock.app.archive.keeper import Keeper
from crossdock.app.archive.recall import Bringer
from crossdock.app.repair.plans import Hand, Proposal, RepairDesk
from crossdock.app.repair.reading import Reader
from crossdock.bench.trace import Order
from crossdock.bootstrap.clock import SystemDice
from crossdock.instruments.shelf import FolderShelf
from crossdock.ports.repair import Item, ItemState, Plan, Selection
from crossdock.ports.store import Store
from crossdock.postgres.archive import PostgresArchive
from crossdock.postgres.connection import Pool
from crossdock.postgres.repair import PostgresRepairs
from crossdock.testing.world import World
from tests.integration.archive.conftest import Rows
from tests.integration.archive.given import START, told

STORED = """
select (select md5(string_agg(d::text, '' order by id)) from dossier d),
    (select md5(string_agg(e::text, '' order by dossier, seq)) from event e),
    (select md5(string_agg(a::text, '' order by dossier)) from archived a),
    (select count(*) from delivery), (select count(*) from act where act = 'restored')"""


@pytest.fixture
def desk(world: World, store: Store, pool: Pool, archive: PostgresArchive, shelf: FolderShelf) -> RepairDesk:
    """The desk of a hub with that archive."""
    parts = dataclasses.replace(world.parts, store=store, archive=Bringer(archive, shelf, world.clock))
    return RepairDesk(parts, PostgresRepairs(pool), Reader({}, parts.directory), world.clock, SystemDice())


async def planned(desk: RepairDesk, selection: Selection) -> tuple[Plan, tuple[Item, ...]]:
    plan = await desk.propose(Proposal(selection, "the rule was wrong"), Hand("Ana Ruiz", "key-1"))
    for _ in range(100):
        if not await desk.step(plan.id):
            return await desk.read(plan.id), (await desk.items(plan.id, 0, 200)).items
    raise AssertionError("the plan has no end")


async def test_a_dry_run_leaves_the_archive_as_it_is_and_says_what_to_do(
    world: World, pool: Pool, keeper: Keeper, desk: RepairDesk, archive: PostgresArchive, shelf: FolderShelf, rows: Rows
) -> None:
    await told(world, pool, 1, 2)
    await keeper.archive_once()
    before = await rows(STORED)
    plan, (item,) = await planned(desk, Selection(order=Order(1, START).number))
    assert (plan.counts.looked, plan.counts.planned, item.state) == (1, 0, ItemState.BROKEN)
    assert "crossdock archive restore" in item.detail
    assert await rows(STORED) == before
    plan, items = await planned(desk, Selection(everything=True))
    assert (plan.counts.looked, items) == (0, ())
    assert await rows(STORED) == before
    (archived,) = await archive.named(f"order||{Order(1, START).number}")
    await Bringer(archive, shelf, world.clock).bring_back([archived.dossier])
    plan, items = await planned(desk, Selection(everything=True))
    assert plan.counts.looked == 1
    assert all(one.state is not ItemState.BROKEN for one in items)
