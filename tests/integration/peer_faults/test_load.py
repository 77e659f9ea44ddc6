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
from crossdock.ports.cards import CardSet, OrderCard
from crossdock.postgres.acts import keep_act
from crossdock.postgres.cards import PostgresCardFiles
from crossdock.postgres.connection import Pool, open_pool, transaction
from crossdock.postgres.control import GIVE, PostgresControlNumbers
from crossdock.postgres.store import PostgresStore
from crossdock.testing.assembled import assembled, write_project
from crossdock.testing.world import World
from tests.integration.deliver.given import DOWN, Dock, ScriptedPartner, command, manifest

START = datetime(2026, 6, 1, 6, tzinfo=UTC)
SENDS, OURS, SENDERS = 10_000, 400, 8
DAILY = 10
# What an order may take of the database, with its indexes, all its messages and everything remembered of them.
ORDER_BYTES_MAX = 64 * 1024


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=8, name="load")
    yield opened
    await opened.close()


@pytest.mark.proves("PF-06")
async def test_06_numbers_of_ten_thousand_sends_at_once_have_no_gap_and_no_double(
    pool: Pool, postgres_url: str
) -> None:
    """Two partners; eight senders of ours and as many of another host run the same statement, each number committed by
    itself. What a restart finds goes on where it was."""
    numbers = PostgresControlNumbers(pool)

    async def ours(sender: int) -> None:
        for each in range(OURS // SENDERS):
            await numbers.number("ab"[sender % 2], "ISA", f"ours-{sender}-{each}")

    await asyncio.gather(
        *(ours(sender) for sender in range(SENDERS)),
        *(another_host(postgres_url, "ab"[sender % 2], f"theirs-{sender}") for sender in range(SENDERS)),
    )
    async with await psycopg.AsyncConnection.connect(postgres_url) as connection:
        counted = await connection.execute(
            "select partner, count(*), count(distinct number), min(number), max(number) from control_assignment "
            "group by 1 order by 1"
        )
        rows = await counted.fetchall()
    half = SENDS // 2
    assert rows == [("a", half, half, 1, half), ("b", half, half, 1, half)]
    again = PostgresControlNumbers(pool)
    assert await again.number("a", "ISA", "after") == half + 1


async def another_host(url: str, partner: str, key: str) -> None:
    """As many sends as are left for it, without a round trip each: the statement is ours, the loop is the server's."""
    statement = GIVE.replace("%(partner)s", "$1").replace("%(kind)s", "$2").replace("%(key)s", "$3")
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        loop = (
            f"do $do$ begin for each in 1..{(SENDS - OURS) // SENDERS} loop "
            f"execute $give${statement}$give$ using '{partner}', 'ISA', '{key}-' || each; commit; end loop; end $do$"
        )
        await connection.execute(loop.encode())


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
    """A page of cards of this very order, an act about it and a long audit are open, uncommitted; the order goes on.

    The delay that is set is the lock timeout of every connection: what waits longer is refused, and nothing here is.
    When they commit what they had found, the card says so until the next filing, and the facts stand.
    """
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
            await filing.put([CardSet(1, (("found", "order"),), OrderCard(1, "SO-00000001"), ("partner|erp1",))])
            await reader.execute("set transaction isolation level repeatable read")
            await reader.execute("select count(*) from event, dossier")
            for partner, body in (planned, *others):
                assert (await hub.post(partner, body)).status_code == 200
            assert "ORD FULFILLED" in str(await hub.rows("select label from dossier where id = 1"))
            assert await hub.rows("select count(*) from card_term where term = 'found'") == [(0,)], "still uncommitted"
        assert await hub.rows("select count(*) from card_term where term = 'found'") == [(1,)]
        assert "ORD FULFILLED" in str(await hub.rows("select label from dossier where id = 1"))
