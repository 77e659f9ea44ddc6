"""Every dossier is folded again and compared: what somebody changed in the database is found (decision 0001)."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from datetime import timedelta

import msgspec
import psycopg
import pytest
import pytest_asyncio

from crossdock.app.audit import AuditReport, Refold, audit
from crossdock.app.fold.dossier import pack, unpack
from crossdock.app.ingest.use_case import Ingest
from crossdock.bench.trace import PARTNERS, Order, Told
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.audit import Extent, Kind
from crossdock.postgres import dossiers
from crossdock.postgres.audit import PostgresAudit
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.packing import pack_keyed, pack_state, unpack_keyed, unpack_state
from crossdock.postgres.store import PostgresStore
from crossdock.process.order.state import OrderState
from crossdock.process.policy import Policy
from crossdock.testing.world import World

ORDERS = 3
START = Order(1, World(PARTNERS).clock.now()).start


@pytest_asyncio.fixture
async def pool(postgres_url: str) -> AsyncIterator[Pool]:
    opened = await open_pool(postgres_url, size_min=1, size_max=2, name="audit")
    yield opened
    await opened.close()


def corpus() -> list[Told]:
    """Three orders on one load, some facts overtaken."""
    orders = [Order(number, START) for number in range(ORDERS)]
    load = list(orders[0].load_facts(tuple(order.shipment for order in orders)))
    facts = [fact for order in orders for fact in order.facts()]
    return [*facts[::2], *load, *facts[1::2]]


@pytest_asyncio.fixture
async def hub(store: PostgresStore) -> World:
    """A hub on a real database with that history."""
    world = World(PARTNERS, now=START + timedelta(days=2))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    told = corpus()
    for start in range(0, len(told), 7):
        await world.take((one.partner, one.body) for one in told[start : start + 7])
    return world


async def look(pool: Pool, extent: Extent | None = None) -> AuditReport:
    # Nothing is sent in these tests, and none of it shall be called overdue.
    refold = Refold(REGISTRIES, Policy(), extent or Extent())
    return await audit(PostgresAudit(pool), START, refold=refold)


def stored(url: str, statement: str) -> tuple[int, bytes]:
    with psycopg.connect(url) as connection:
        row = connection.execute(statement.encode()).fetchone()
    assert row is not None
    return int(row[0]), bytes(row[1])


def change(url: str, statement: str, *values: object) -> None:
    with psycopg.connect(url) as connection:
        assert connection.execute(statement.encode(), values).rowcount == 1


async def test_a_hub_that_only_folded_passes(hub: World, pool: Pool) -> None:
    report = await look(pool)
    assert (report.verdict, report.refolded, report.different, report.discrepancies) == ("pass", ORDERS + 1, 0, ())


async def test_a_state_changed_by_hand_is_found_with_its_machine_and_field(
    hub: World, pool: Pool, postgres_url: str
) -> None:
    dossier, body = stored(postgres_url, "select id, state from dossier where ident = 'order||SO-00000001'")
    state = unpack(unpack_state(body))
    before = msgspec.msgpack.decode(state.machines["ORD"], type=OrderState)
    changed = msgspec.structs.replace(before, state="CANCELLED")
    state.machines["ORD"] = msgspec.Raw(msgspec.msgpack.encode(changed))
    change(postgres_url, "update dossier set state = %s where id = %s", pack_state(pack(state)), dossier)
    report = await look(pool)
    assert (report.verdict, report.lost, report.different) == ("fail", 0, 1)
    (found,) = report.discrepancies
    assert (found.kind, found.subject) == (Kind.STATE_DIFFERS, "order||SO-00000001")
    assert found.detail == f"ORD.state is stored as 'CANCELLED', the log makes it '{before.state}'"


async def test_a_fact_changed_by_hand_is_found(hub: World, pool: Pool, postgres_url: str) -> None:
    dossier, body = stored(
        postgres_url, "select e.dossier, e.body from event e join dossier d on d.id = e.dossier "
        "where d.ident = 'order||SO-00000002' and e.seq = 1"
    )  # fmt: skip
    fact, key = unpack_keyed(body)
    tampered = fact.replace(b'"value":"40"', b'"value":"39"')
    assert tampered != fact
    change(
        postgres_url,
        "update event set body = %s where dossier = %s and seq = 1",
        pack_keyed(tampered, key),
        dossier,
    )
    report = await look(pool)
    assert report.verdict == "fail"
    assert {one.subject for one in report.discrepancies} == {"order||SO-00000002"}
    assert Kind.STATE_DIFFERS in {one.kind for one in report.discrepancies}


@pytest.mark.parametrize(
    ("damage", "kind", "words"),
    [
        ("update alarm set due = due + interval '1 day' where dossier = {id}", Kind.TIMER_DIFFERS, "the alarm is set"),
        (
            "delete from link where dossier = {id} and ident = 'shipment||SHP-00000007'",
            Kind.MEMORY_DIFFERS,
            "does not lead",
        ),
        ("update dossier set label = 'ORD CLOSED' where id = {id}", Kind.STATE_DIFFERS, "its label says"),
        (
            "update event set disposition = 3 where dossier = {id} and seq = 1",
            Kind.LOG_DIFFERS,
            "order.approved is called HOLD",
        ),
        ("update dossier set state = '\\x09' where id = {id}", Kind.FOLD_BROKEN, "which this version does not know"),
        ("update dossier set ident = 'ship||X' where id = {id}", Kind.FOLD_BROKEN, "of a kind this version"),
    ],
)
async def test_each_thing_beside_the_state_is_compared(
    store: PostgresStore, pool: Pool, postgres_url: str, damage: str, kind: Kind, words: str
) -> None:
    world = World(PARTNERS, now=START + timedelta(hours=1))
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    await world.take((one.partner, one.body) for one in list(Order(7, START).facts())[:2])
    assert (await look(pool)).discrepancies == ()
    dossier, _ = stored(postgres_url, "select id, state from dossier")
    change(postgres_url, damage.format(id=dossier))
    report = await look(pool)
    assert report.verdict == "fail"
    assert [one.kind for one in report.discrepancies if words in one.detail] == [kind]


async def test_a_damaged_row_does_not_hide_the_others(hub: World, pool: Pool, postgres_url: str) -> None:
    change(postgres_url, "update dossier set state = '\\x01ff' where ident = 'order||SO-00000000'")
    change(postgres_url, "update dossier set label = '' where ident = 'order||SO-00000001'")
    report = await look(pool)
    assert (report.refolded, report.different) == (ORDERS + 1, 2)


async def test_the_work_is_bounded_by_number_and_by_time(hub: World, pool: Pool) -> None:
    async with pool.connection() as connection:
        cursor = await connection.execute("select now() + interval '1 second'")
        row = await cursor.fetchone()
    assert row is not None
    assert (await look(pool, Extent(sample=2))).refolded == 2
    assert (await look(pool, Extent(since=row[0]))).refolded == 0
    assert (await look(pool, Extent(since=row[0] - timedelta(days=1)))).refolded == ORDERS + 1


async def test_pages_hold_few_events_and_every_dossier_once() -> None:
    lengths = {1: 4_000, 2: 900, 3: 200, 4: 70_000, 5: 1}
    assert list(dossiers._portions(range(1, 7), lengths)) == [[1, 2], [3], [4], [5, 6]]
    assert list(dossiers._portions([], {})) == []
