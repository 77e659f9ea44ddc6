"""Faults of peers that show under load: numbers, storms, traces that grow, readers in the way (peers.md §5)."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order
from crossdock.ports.acts import Act
from crossdock.postgres.acts import keep_act
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.connection import Pool, open_pool, transaction
from crossdock.postgres.control import PostgresControlNumbers
from crossdock.postgres.store import PostgresStore
from crossdock.testing.assembled import assembled, write_project
from crossdock.testing.world import World
from tests.integration.deliver.given import DOWN, Dock, ScriptedPartner, command, manifest

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
AT_ONCE = 100
DAILY = 10
# What an order may take of the database, with its indexes, all its messages and everything remembered of them.
ORDER_BYTES_MAX = 64 * 1024


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=8, name="load")
    yield opened
    await opened.close()


@pytest.mark.proves("PF-06")
async def test_06_numbers_of_many_senders_at_once_have_no_gap_and_no_double(pool: Pool) -> None:
    """Two partners, each from many senders at once; what a restart finds goes on where it was."""
    numbers = PostgresControlNumbers(pool)
    given: dict[str, list[int]] = {"a": [], "b": []}
    for start in range(0, 1_000, AT_ONCE):
        keys = [(partner, f"out-{start + each}") for partner in given for each in range(AT_ONCE // 2)]
        found = await asyncio.gather(*(numbers.number(partner, "ISA", key) for partner, key in keys))
        for (partner, _), number in zip(keys, found, strict=True):
            given[partner].append(number)
    for each in given.values():
        assert sorted(each) == list(range(1, 501))
    assert await PostgresControlNumbers(pool).number("a", "ISA", "after") == 501


@pytest.mark.proves("PF-21")
async def test_21_a_week_of_orders_stays_within_its_bytes(postgres_url: str, store: PostgresStore) -> None:
    """What is remembered of an order is bounded, and no day takes more than the days before it."""
    world = World(PARTNERS, now=START + timedelta(days=2))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    sizes = []
    for day in range(7):
        orders = [Order(day * DAILY + number, START + timedelta(days=day)) for number in range(1, DAILY + 1)]
        facts = [(one.partner, one.body) for order in orders for one in order.facts()]
        world.clock.at += timedelta(days=1)
        await world.take(facts)
        sizes.append(await size(postgres_url))
        for _ in range(3):
            await world.take(facts)
        repeated = await size(postgres_url) - sizes[-1]
        assert repeated < DAILY * ORDER_BYTES_MAX / 4, "what is said again is not kept again"
    assert (sizes[-1] - sizes[0]) / (6 * DAILY) < ORDER_BYTES_MAX, sizes


@pytest.mark.proves("PF-21")
async def test_21_a_week_of_attempts_leaves_no_row_each(dock: Dock) -> None:
    """The partner is away for a week and asked every hour: the command remembers how often, and not each."""
    dock.manifest = manifest(breaker_failures=1, breaker_open_s=60.0)
    await dock.put(command("late"))
    wms = ScriptedPartner(*[DOWN] * 7 * 24)
    for _ in range(7 * 24):
        await dock.step(wms)
        dock.clock.forward(hours=1)
    assert len(wms.calls) > 10
    ((open_,),) = await dock.rows("select count(*) from delivery")
    assert (open_, await dock.log()) == (1, [("late", "parked")]), "that it was parked is told once"
    assert await dock.rows("select max(length(detail)) < 2000 from delivery") == [(True,)]


async def size(url: str) -> int:
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "select sum(pg_total_relation_size(oid)) from pg_class where relnamespace = 'public'::regnamespace "
            "and relkind = 'r'"
        ).fetchall()
    return int(rows[0][0])


@pytest.mark.proves("PF-22")
async def test_22_facts_are_taken_while_audit_and_search_are_in_the_middle_of_writing(
    durable_url: str, tmp_path: Path
) -> None:
    """A page of cards, an act of the chain and a long audit are open, uncommitted; the order goes on."""
    write_project(
        tmp_path, {name: {"role": one.role.value, "connector": "canonical_json"} for name, one in PARTNERS.items()}
    )
    approved, planned, *others = [(one.partner, one.body) for one in Order(1, START).facts()]
    why = Act("noted", "Ana Ruiz", "key-1", "looks right")
    async with assembled(tmp_path, durable_url) as hub:
        assert (await hub.post(*approved)).json()["disposition"] == "APPLY"
        async with (
            transaction(hub.hub.pool) as acts,
            PostgresCardFiles(hub.hub.pool).filing() as filing,
            transaction(hub.hub.pool) as reader,
        ):
            await keep_act(acts, hub.hub.clock.now(), why, "", "", about="order SO-00000001")
            assert len(await filing.sheets([1])) == 1
            await filing.put([])
            await reader.execute("set transaction isolation level repeatable read")
            await reader.execute("select count(*) from event, dossier")
            for partner, body in (planned, *others):
                assert (await hub.post(partner, body)).status_code == 200
            assert "ORD FULFILLED" in str(await hub.rows("select label from dossier where id = 1"))
