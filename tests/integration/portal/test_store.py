"""The curated store in PostgreSQL: fed from the log, exactly once, and shut to everybody but whose rows they are."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
import pytest_asyncio

from crossdock.app.ingest.use_case import Ingest
from crossdock.app.portal.follow import CURSOR, Curator, Follower
from crossdock.app.portal.news import news
from crossdock.bench.trace import PARTNERS
from crossdock.bootstrap.hub import REGISTRIES
from crossdock.ports.feed import Position
from crossdock.ports.portal import Found, OrdersAsked
from crossdock.postgres.connection import Pool, open_pool
from crossdock.postgres.feed import PostgresFeed
from crossdock.postgres.portal import PostgresPortal
from crossdock.postgres.store import PostgresStore
from crossdock.postgres.views import PostgresViews
from crossdock.process.policy import Policy
from crossdock.testing.world import World
from tests.unit.app.portal.given import START, CustomersOrder, tell

NOW = datetime(2026, 6, 8, 12, tzinfo=UTC)
TABLES = ("portal_order", "portal_ident", "portal_document", "portal_news")
# What a customer may do with its own subscriptions; columns it may change are granted one by one.
HOOKS = {
    ("subscription", "SELECT"),
    ("subscription", "INSERT"),
    ("subscription", "DELETE"),
    ("subscription_event", "SELECT"),
    ("subscription_event", "INSERT"),
    ("subscription_attempt", "SELECT"),
    ("subscription_notice", "SELECT"),
}


@pytest_asyncio.fixture
async def pool(postgres_url: str, store: PostgresStore) -> AsyncIterator[Pool]:
    pool = await open_pool(postgres_url, size_min=1, size_max=3, name="portal")
    yield pool
    await pool.close()


def follower(pool: Pool, world: World) -> Follower:
    kept = PostgresPortal(pool)
    curator = Curator(PostgresViews(pool), kept, REGISTRIES, Policy(), world.clock)
    return Follower(PostgresFeed(pool), kept, curator, world.clock)


def world_on(store: PostgresStore) -> World:
    world = World(PARTNERS, now=NOW)
    world.ingest = Ingest(dataclasses.replace(world.parts, store=store))
    return world


@pytest.mark.proves("W-24", "A-18")
async def test_the_store_follows_the_log_and_a_page_read_twice_changes_nothing(
    pool: Pool, store: PostgresStore
) -> None:
    world, order = world_on(store), CustomersOrder(1)
    follow, kept = follower(pool, world), PostgresPortal(pool)
    await tell(world, *order.all()[:9])
    while await follow.follow_once():
        pass
    before = await kept.order("C-7781", order.number)
    assert before.complete == NOW
    await tell(world, *order.all()[9:])
    while await follow.follow_once(limit=3):
        pass
    after = await kept.order("C-7781", order.number)
    assert (before.orders[0].status, after.orders[0].status) == ("Being prepared", "Delivered")
    feed = PostgresFeed(pool)
    await feed.advance(CURSOR, await feed.cursor(CURSOR), Position(0, 0, 1))
    while await follow.follow_once():
        pass
    assert await kept.order("C-7781", order.number) == after


@pytest.mark.proves("X-04")
async def test_the_store_is_not_called_complete_while_a_writer_before_it_is_undecided(
    pool: Pool, store: PostgresStore
) -> None:
    world, order = world_on(store), CustomersOrder(1)
    follow, kept = follower(pool, world), PostgresPortal(pool)
    async with pool.connection() as undecided:
        await undecided.execute("select pg_current_xact_id()")
        await tell(world, *order.all()[:1])
        for _ in range(2):
            assert await follow.follow_once() == 0
            assert await kept.order("C-7781", order.number) == Found((), None)
            world.clock.at += timedelta(minutes=1)
        await undecided.rollback()
    while await follow.follow_once():
        pass
    found = await kept.order("C-7781", order.number)
    assert (len(found.orders), found.complete) == (1, world.clock.now())


@pytest.mark.proves("Y-34")
async def test_the_database_itself_shows_a_customer_no_row_of_another(pool: Pool, store: PostgresStore) -> None:
    world = world_on(store)
    for number, customer in ((1, "C-A"), (2, "C-B")):
        await tell(world, *CustomersOrder(number, customer=customer, mark=f"MARK-{customer}").all())
    while await follower(pool, world).follow_once():
        pass
    async with pool.connection() as connection:
        await connection.execute("select set_config('role', 'crossdock_portal', true)")
        for customer in ("C-A", "C-B", "", "C-%"):
            await connection.execute("select set_config('crossdock.customer', %s, true)", (customer,))
            for table in TABLES:
                rows = await (await connection.execute(f"select * from {table}")).fetchall()
                text = b" ".join(one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row)
                other = {"C-A": b"C-B", "C-B": b"C-A"}.get(customer, b"C-")
                assert other not in text
                assert bool(rows) == (customer in ("C-A", "C-B") and table != "portal_document")
        await connection.rollback()


async def test_the_portals_role_reads_nothing_but_the_curated_store_and_its_subscriptions(pool: Pool) -> None:
    async with pool.connection() as connection:
        found = await (
            await connection.execute(
                "select table_name, privilege_type from information_schema.role_table_grants"
                " where grantee = 'crossdock_portal' and table_schema = 'public'"
            )
        ).fetchall()
    assert {(name, what) for name, what in found if not name.startswith("portal_")} == HOOKS
    assert {what for name, what in found if name in (*TABLES, "portal_told", "portal_progress")} == {"SELECT"}


async def test_an_order_that_changes_hands_leaves_nothing_behind(pool: Pool, store: PostgresStore) -> None:
    world, order = world_on(store), CustomersOrder(1, customer="C-A")
    await tell(world, *order.all()[:1])
    while await follower(pool, world).follow_once():
        pass
    kept = PostgresPortal(pool)
    (one,) = (await kept.order("C-A", order.number)).orders
    moved = msgspec.structs.replace(one, customer="C-B", version=one.version + 1)
    assert await kept.replace(moved, lambda before, now: now if before is None else before, news)
    assert (await kept.order("C-A", order.number)).orders == ()
    assert [one.customer for one in (await kept.order("C-B", order.number)).orders] == ["C-B"]
    assert not await kept.replace(one, lambda before, now: now, news)


async def test_a_number_finds_only_the_customers_own_orders(pool: Pool, store: PostgresStore) -> None:
    world = world_on(store)
    for number, customer in ((1, "C-A"), (2, "C-B"), (3, "C-A")):
        await tell(world, *CustomersOrder(number, START + timedelta(days=number), customer=customer).all()[:1])
    while await follower(pool, world).follow_once():
        pass
    kept = PostgresPortal(pool)
    everything = await kept.orders("C-A", OrdersAsked(10))
    assert [one.order_no for one in everything.orders] == ["SO-00000003", "SO-00000001"]
    for number, found in (("PO-SO-0000000", 2), ("SO-00000002", 0), ("SO-00000003", 1), ("%", 0)):
        assert len((await kept.orders("C-A", OrdersAsked(10, number=number))).orders) == found
    first = everything.orders[0]
    rest = await kept.orders("C-A", OrdersAsked(10, after=(first.placed, first.order_no)))
    assert [one.order_no for one in rest.orders] == ["SO-00000001"]
