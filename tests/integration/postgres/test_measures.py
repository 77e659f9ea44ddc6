"""KPIs in PostgreSQL: the same figures as the pure formulas give, kept current with the log, asked over HTTP."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crossdock.app.ingest.use_case import Ingest
from crossdock.app.measuring import Measurer, ask
from crossdock.bench.trace import PARTNERS, Order
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.kpis import Contribution
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.measures import PostgresMeasures
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.kpi.catalogue import KPIS
from crossdock.process.kpi.measure import Measure, figure
from crossdock.process.policy import Policy
from crossdock.testing.kpis import MemoryMeasures
from crossdock.testing.world import World

NOW = datetime(2026, 6, 10, tzinfo=UTC)
BEGIN, END = NOW - timedelta(days=30), NOW + timedelta(days=1)


@pytest_asyncio.fixture
async def pool(postgres_url: str, store: PostgresStore) -> AsyncIterator[Pool]:
    pool = await open_pool(postgres_url, size_min=1, size_max=3, name="measures")
    yield pool
    await pool.close()


ROWS = st.lists(
    st.builds(
        Contribution,
        dossier=st.integers(1, 3),
        kpi=st.just("K"),
        slot=st.uuids().map(str),
        at=st.integers(0, 8 * 86_400).map(lambda second: BEGIN + timedelta(days=20, seconds=second)),
        value=st.decimals(0, 1000, places=3),
        weight=st.decimals(0, 5, places=1),
        since=st.none() | st.just(NOW - timedelta(hours=5)),
        dimension=st.sampled_from(["", "wms-a"]),
    ),
    max_size=6,
)


@pytest.mark.proves("K-03", "K-14", "K-18", "K-26")
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from(["K-03", "K-14", "K-18", "K-26"]), st.sampled_from(["", "wms-a"]))
async def test_the_store_adds_up_as_the_formulas_do(pool: Pool, rows: list[Contribution], kpi: str, by: str) -> None:
    named = [Contribution(one.dossier, kpi, one.slot, one.at, one.value, one.weight, one.since, one.dimension)
             for one in rows]  # fmt: skip
    stored, pure = PostgresMeasures(pool), MemoryMeasures()
    for store in (stored, pure):
        await store.replace([1, 2, 3], named)
    found, expected = [await ask(store, kpi, BEGIN, END, NOW, by) for store in (stored, pure)]
    assert (found.count, found.unit) == (expected.count, expected.unit)
    for one, other in ((found.value, expected.value), (found.p95, expected.p95)):
        assert (one is None) == (other is None)
        assert one is None or other is None or abs(one - other) < Decimal("0.000001")


async def test_what_changes_in_the_log_is_measured_again_and_nothing_twice(pool: Pool, store: PostgresStore) -> None:
    world, order = World(PARTNERS, now=NOW), Order(1, datetime(2026, 6, 1, 6, tzinfo=UTC))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    told = list(order.facts())
    measurer = Measurer(PostgresFeed(pool), PostgresViews(pool), PostgresMeasures(pool), REGISTRIES, Policy())
    for one in told[:6]:
        await world.tell(one.partner, one.body)
    while await measurer.measure_once():
        pass
    asked = PostgresMeasures(pool)
    assert (await ask(asked, "K-02", BEGIN, END, NOW)).value == 0
    assert (await ask(asked, "K-03", BEGIN, END, NOW)).count == 0
    for one in [*order.load_facts((order.shipment,)), *told[6:]]:
        await world.tell(one.partner, one.body)
    assert await measurer.measure_once() > 0
    while await measurer.measure_once():
        pass
    assert await measurer.measure_once() == 0
    cycle = await ask(asked, "K-03", BEGIN, END, NOW)
    assert (cycle.count, cycle.value) == (1, 3)
    assert (await ask(asked, "K-02", BEGIN, END, NOW)).count == 1


@pytest.mark.proves("K-16", "K-17", "K-31", "K-35", "K-39")
async def test_what_is_no_dossiers_contribution_is_asked_of_the_tables(pool: Pool, store: PostgresStore) -> None:
    world, order = World(PARTNERS, now=NOW), Order(1, NOW - timedelta(hours=5))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    for one in list(order.facts())[:3]:
        await world.tell(one.partner, one.body)
    asked = PostgresMeasures(pool)
    wide = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    late = await ask(asked, "K-17", *wide, NOW)
    assert late.count > 0
    assert late.value is not None
    assert late.value > 0
    for kpi in ("K-16", "K-31", "K-35", "K-39"):
        assert (await ask(asked, kpi, *wide, NOW)).kpi == kpi
    async with pool.connection() as connection:
        await connection.execute(
            "insert into exception_case (dossier, opened, closed, severity, code, subject, slot, queue, detail,"
            " cause_open) values (1, %s, %s, 2, 'INT-10', 'tms1', '', 'INT', 'slow', '1.1')",
            (NOW - timedelta(hours=2), NOW - timedelta(hours=1)),
        )
    assert (await ask(asked, "K-39", BEGIN, END, NOW)).value == 60
    assert (await ask(asked, "K-31", BEGIN, END, NOW, "INT")).value == 1
    assert (await ask(asked, "K-31", BEGIN, END, NOW, "FIN")).count == 0


def test_the_pure_figure_of_a_share_of_nothing_is_nothing() -> None:
    row = KPIS["K-26"]
    none: list[Measure] = []
    assert figure(row.id, row.unit, row.aggregate, none, NOW).value is None
