"""A canary order goes the whole way, reaches nobody real, leaves nothing open, and is missed when it stays away."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from crossdock.app.canary import CanaryKeeper
from crossdock.app.deliver.echo import echo_once
from crossdock.app.measuring import Measurer
from crossdock.bootstrap.canary import canary_chores, canary_routes
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.bootstrap.levels import levels_of, promised
from crossdock.canonical.vocabulary import Role
from crossdock.ports.canary import PREFIX, SINK, receiver
from crossdock.ports.directory import Partner
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.outbox import PostgresOutbox
from crossdock.process.policy import Policy
from crossdock.testing.assembled import Assembled, assembled
from crossdock.testing.world import StillClock
from tests.integration.instruments.test_traces import FIRST, deliver_all

CANARY = "\n[canary]\nevery_s = 300\nwithin_s = 15\n"
WMS = Partner("wms-a", Role.WMS, "x12")


@pytest_asyncio.fixture
async def world(tmp_path: Path, durable_url: str) -> AsyncIterator[Assembled]:
    folder = Path(shutil.copytree(FIRST, tmp_path / "first"))
    (folder / "crossdock.toml").write_text((folder / "crossdock.toml").read_text() + CANARY)
    async with assembled(folder, durable_url) as running:
        yield running


@pytest.fixture
def keeper(world: Assembled) -> CanaryKeeper:
    """As wired, on a clock the test moves."""
    ((work, _),) = canary_chores(world.hub).values()
    kept = work.__self__  # type: ignore[attr-defined]
    assert isinstance(kept, CanaryKeeper)
    return dataclasses.replace(kept, clock=StillClock(world.hub.clock.now()))


async def take_all(world: Assembled) -> None:
    """Commands of one key go one after the other: rounds until none is left, then what became of them."""
    for _ in range(10):
        if await world.rows("select from delivery limit 1"):
            await deliver_all(world)
    await echo(world)


async def echo(world: Assembled) -> None:
    hub = world.hub
    outbox = await PostgresOutbox.open(hub.url)
    await echo_once(outbox, hub.sync, hub.parts.ourselves, hub.parts.directory)
    await outbox.close()


async def there_and_back(world: Assembled, keeper: CanaryKeeper) -> None:
    assert await keeper.tend_once() == 1
    assert await keeper.tend_once() == 0, "it is not back before it was delivered"
    await take_all(world)
    assert await keeper.tend_once() == 1
    await take_all(world)


async def test_a_canary_goes_out_to_nobody_and_leaves_nothing_open(world: Assembled, keeper: CanaryKeeper) -> None:
    await there_and_back(world, keeper)
    assert await world.rows("select distinct partner, outcome from delivery_log") == [("canary", "delivered")]
    assert await world.rows("select count(*) from delivery") == [(0,)]
    assert await world.rows("select count(*) from exception_case") == [(0,)]
    ((label,),) = await world.rows("select label from dossier")
    assert label == "ORD CANCELLED; FO:CANARY/1 CANCELLED; SHP:CANARY/1 CANCELLED"
    assert await world.rows("select back is not null, ended is not null from canary_run") == [(True, True)]
    await world.ring()
    assert await world.rows("select count(*) from waiting") == [(0,)]


async def test_no_kpi_counts_a_canary(world: Assembled, keeper: CanaryKeeper) -> None:
    await there_and_back(world, keeper)
    pool = world.hub.pool
    measurer = Measurer(PostgresFeed(pool), world.views, PostgresMeasures(pool), REGISTRIES, Policy())
    while await measurer.measure_once():
        pass
    assert await world.rows("select * from measure") == []
    now = world.hub.clock.now()
    figures = await world.deps.insight.figures(now - timedelta(hours=1), now + timedelta(hours=1), now)
    assert {figure.kpi for figure in figures if figure.count} == set()


async def test_one_that_does_not_come_back_is_given_up_and_the_next_is_sent(
    world: Assembled, keeper: CanaryKeeper
) -> None:
    clock = keeper.clock
    assert isinstance(clock, StillClock)
    await keeper.tend_once()
    clock.at += timedelta(seconds=keeper.terms.patience_s)
    assert await keeper.tend_once() == 1
    assert await world.rows("select back is null, ended is not null from canary_run") == [(True, True)]
    clock.at += timedelta(seconds=100)
    assert await keeper.tend_once() == 0
    clock.at += timedelta(seconds=100)
    assert await keeper.tend_once() == 1
    assert await world.rows("select count(*) from canary_run where ended is null") == [(1,)]


async def test_its_way_there_and_back_is_a_promise(world: Assembled, keeper: CanaryKeeper) -> None:
    objective = promised(world.hub.project)["canary"]
    assert (objective.measure, objective.within_s, objective.target_pct) == ("canary", 15, Decimal(99))
    clock = StillClock(world.hub.clock.now() - timedelta(minutes=10))
    late = dataclasses.replace(keeper, clock=clock)
    await late.tend_once()
    clock.at += timedelta(seconds=late.terms.patience_s)
    await late.tend_once()
    levels = levels_of(world.hub.project, world.hub.pool)
    await levels.watch_once()
    (budget,) = [one for one in await levels.standing() if one.name == "canary"]
    assert (budget.good, budget.total) == (0, 1)


def test_only_who_asked_for_them_gets_commands_of_canaries() -> None:
    canary = f"order||{PREFIX}7"
    assert receiver("order||SO-1", WMS, ()) is WMS
    assert receiver(canary, WMS, ()) is SINK
    assert receiver(canary, None, ("wms-a",)) is SINK
    assert receiver(canary, WMS, ("wms-a",)) is WMS


async def test_without_the_setting_there_is_no_canary(tmp_path: Path, durable_url: str) -> None:
    folder = Path(shutil.copytree(FIRST, tmp_path / "first"))
    async with assembled(folder, durable_url) as world:
        assert canary_chores(world.hub) == {}
        assert canary_routes(world.hub) == []
        assert "canary" not in promised(world.hub.project)
